### The customer's pages: “My orders”, a new order, one order. Read on a phone.

## The list
portal-none = No orders yet
portal-none-text = Tell us what needs doing, and we will find a time and a technician.
portal-closed = Past orders

# $phone: the company's number; read by screen readers
portal-call = Call { $phone }

# $date: “23 Nov”, the day of the order
portal-of-date = of { $date }

# $day: “today”, “24 Nov”; $time: “15:24”
portal-at = { $day } at { $time }

## A new order
portal-service = What needs doing
portal-description = Details
portal-description-hint = Model, sizes, what the walls are made of: anything that helps us prepare.
portal-address = Address
portal-address-hint = Town, street and house
portal-entrance = Entrance
portal-floor = Floor
portal-flat = Flat
portal-intercom = Intercom
portal-desired = When it suits you
portal-desired-hint = You may leave this empty: we will suggest a time and agree it with you.
portal-not-before = Not before
portal-not-after = Not after
portal-send-order = Send order
portal-sending = Sending…
flash-order-sent = Order sent. We can see it already.

## One order: short names of a stage that the list of states does not have
portal-late = Running late
portal-between = Work in progress

## One order: what happens now. -title is the big line, -text the one under it; -plain stands where the moment or reason is not known.
## $when: a window such as “today, 13:00–15:30”; $departed: “12:38”; $arrived and $finished: “today, 13:10”; $until: “25 Nov”; $reason: words of a person
portal-new-title = We are checking your order
portal-new-text = We will confirm it and find a time. You will see it all here.
portal-confirmed-title = Finding a technician
portal-confirmed-text = The name and the time of arrival will appear here.
portal-looking-title = Agreeing the time
portal-looking-text = The technician is confirming the visit. Name and time will appear here.
portal-again-title = Finding another time
portal-again-text = The last visit did not work out. The new time will appear here.
portal-agreed-title = Arriving { $when }
portal-agreed-text = When the technician sets out, you will see it here.
portal-late-title = The technician is late
portal-late-text = We agreed on { $when }. Call us, and we will check the time or move the visit.
portal-en-route-title = Arriving { $when }
portal-en-route-text = The technician set out at { $departed }.
portal-en-route-late-title = On the way, but late
portal-en-route-late-text = We agreed on { $when }; set out at { $departed }. Call us if waiting does not suit you.
portal-on-site-title = The technician is at work
portal-on-site-text = Arrived { $arrived }.
portal-paused-title = Work is paused
portal-paused-text = The technician is taking a break and will go on soon.
portal-between-title = One more visit to come
portal-between-text = Part of the work is done. The time of the next visit will appear here.
portal-fixing-title = Putting it right
portal-fixing-text = What to put right: { $reason }
portal-fixing-title-plain = Putting it right
portal-fixing-text-plain = When the technician has finished, you can accept the work here.
portal-acceptance-title = Please check the work
portal-acceptance-text = The technician finished { $finished }. See whether everything is in order.
portal-acceptance-title-plain = Please check the work
portal-acceptance-text-plain = The technician has finished. See whether everything is in order.
portal-completed-title = Done!
portal-completed-text = The work was finished { $finished }
portal-completed-title-plain = Done!
portal-completed-text-plain = The work is finished
portal-on-hold-title = On hold until { $until }
portal-on-hold-text = Then we will come back to the order and agree a time.
portal-on-hold-title-plain = The order is on hold
portal-on-hold-text-plain = When we come back to it, we will agree a time with you.
portal-cancelled-title = The order is cancelled
portal-cancelled-text = Reason: { $reason }
portal-cancelled-title-plain = The order is cancelled
portal-cancelled-text-plain = If this is a mistake, call us.

## The five steps, one word each
portal-steps = Progress of the order
portal-step-taken = Received
portal-step-agreed = Scheduled
portal-step-way = On the way
portal-step-work = Work
portal-step-done = Done

## Who comes
portal-worker = Technician
# $names: the others of the crew
portal-with = Together with { $names }

## What was ordered
portal-your-order = Your order
portal-price-later = To be agreed
portal-desired-short = Suits you
portal-description-short = Details
# $value: as the customer wrote it
portal-address-entrance = entrance { $value }
portal-address-floor = floor { $value }
portal-address-flat = flat { $value }
portal-address-intercom = intercom { $value }
# $when: “tomorrow, 10:00”
portal-desired-from = Not before { $when }
portal-desired-to = Not after { $when }

## History. $worker: a name; $when: a window; $stars: a number
portal-event-order-created = Order received
portal-event-order-confirmed = Order confirmed
portal-event-order-resumed = We came back to the order
portal-event-order-reopened = Order opened again
portal-event-visit-accepted = { $worker } will come { $when }
portal-event-visit-departed = The technician set out
portal-event-visit-arrived = The technician arrived
portal-event-visit-done = The technician finished
portal-event-order-completed = Work accepted, order finished
portal-event-order-returned = Work returned to be put right
portal-event-order-held = Order put on hold
portal-event-order-cancelled = Order cancelled
portal-event-order-cancellation-requested = You asked to cancel the order
portal-event-order-reviewed =
    { $stars ->
        [one] You gave { $stars } star
       *[other] You gave { $stars } stars
    }

## What the customer may do
portal-edit = Edit order
portal-leave = Not now
portal-not-well = Something is wrong
portal-request-note = The technician is on the way or at work. We cannot cancel at once: the dispatcher gets your request and will contact you.
portal-asked = You asked to cancel the order. The dispatcher will contact you.
portal-cancel-title = Cancel the order?
portal-cancel-reason = Why you are cancelling
portal-cancel-hint = A couple of words will do. It helps us get better.
portal-cancel-submit = Cancel order
portal-request-title = Ask to cancel
portal-request-reason = Why you are cancelling
portal-request-hint = The dispatcher reads this before calling you.
portal-request-submit = Send request
portal-return-title = What should be put right?
portal-return-reason = Remarks
portal-return-hint = The technician will see them and get back to work.
portal-return-submit = Return the work
flash-order-cancelled = Order cancelled
flash-cancellation-asked = Request sent. The dispatcher will contact you.
flash-work-accepted = Thank you, the work is accepted
flash-work-returned = Your remarks are with the technician

## Photos and the chat
portal-photos = Photos
portal-photos-hint = Pictures of the place help us bring the right things. You may choose several.
portal-photo-sending = Sending…
portal-photo-sent = Sent
portal-photo-failed = Not sent
portal-photos-refused = The file was not accepted
portal-work-photos = Photos of the work
portal-before = Before
portal-after = After
portal-chat = Chat
flash-photos-kept = Photos added
flash-photos-not-all = The order is sent, but not all photos could be used. Add them here once more.

## The review
# $name: a first name
portal-how-was = How did { $name } do?
portal-how = How did we do?
portal-review-seen = The technician and the company’s staff will see your rating
portal-stars = From one to five stars
portal-review-text = Tell us more if you like
portal-review-send = Send rating
portal-review-change = Change rating
flash-review-kept = Thank you for your rating
portal-time-fits = The time suits me
portal-time-confirmed = You have confirmed this time.
portal-time-move = Move it
portal-time-wish = When would suit you?
portal-time-ask = Ask for another time
flash-time-confirmed = Thank you! See you then
flash-time-asked = The dispatcher has it
