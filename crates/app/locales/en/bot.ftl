### What the bot says in messengers

## Getting to know each other
bot-hello = Hello! Share your phone, and I will show your orders and visits. If you were given a code, send it here.
bot-give-phone = Share my phone
bot-phone-not-own = It must be your own phone: press the button below.
bot-office-by-code = The account with this phone is linked by a code: sign in on the site, open “Notifications” and press “Link”. If you never signed up there, call us.
bot-linked = Done: messages will come here.
bot-code-old = This code does not work any more. Get a new one: open “Notifications” on the site and press “Link”.
bot-consent = We have not met yet. To take an order we need your consent to the processing of personal data.
bot-consent-text = Read the consent
bot-agree = I agree
bot-nameless = Customer
bot-registered = Thank you! Now you can order right here.

## Words of every conversation
bot-menu = To the start
bot-cancel = Cancel
bot-back = Back
bot-open = Open on the site
bot-show = More
bot-not-found = This is not here any more.
bot-outdated = It has changed meanwhile
bot-done-already = This is done already
error-file-not-fetched = The file could not be fetched. It is larger than 20 MB or deleted: send it again.

## Chat
bot-answer = Answer
bot-write = Write a message, I will pass it on to the dispatcher.
bot-write-about = Write a message about order No. { $number }.
bot-write-customer = Write to the customer of order No. { $number }.
bot-write-worker = Write to the worker.
bot-written = Passed on.

## The worker
bot-worker-menu = What shall I show?
bot-today = Today
bot-tomorrow = Tomorrow
bot-today-title = Today, { $date }
bot-tomorrow-title = Tomorrow, { $date }
bot-nothing = No visits.
bot-write-dispatcher = Write to the dispatcher
bot-visit = Order No. { $number }: { $status }
bot-details-inside = Address and phone are on the site.
bot-answer-until = Answer until: { $when }
bot-because = Reason: { $reason }
bot-entrance = entrance { $value }
bot-floor = floor { $value }
bot-flat = flat { $value }
bot-intercom = intercom { $value }
bot-route = Route
bot-accept = Accept
bot-decline = Decline
bot-depart = On my way
bot-arrive = I am there
bot-pause = Pause
bot-resume = Go on
bot-finish = Finish
bot-fail = Not done
bot-why-decline = Why do you decline? Press, or write in your own words.
bot-why-fail = Why was it not done? Press, or write in your own words.
bot-decline-busy = Busy at that time
bot-decline-far = Too far
bot-decline-ill = Ill
bot-decline-other = Another reason
bot-declined = You declined the visit. The dispatcher knows.
bot-lacks = It cannot be finished yet:
bot-send-pictures = Send the photos right here.
bot-sign = Sign on the site
bot-before-or-after = Are these photos from before the work or after?
bot-before = Before
bot-after = After
bot-pictures-kept =
    { $count ->
        [0] No photos added.
        [one] { $count } photo added: { $kind }.
       *[other] { $count } photos added: { $kind }.
    }
bot-too-many-pictures = You can send up to 10 photos at a time.
bot-report-kept = Written into the report.
bot-i-am-here = I am here now: { $url }

## The customer
bot-customer-menu = How can I help?
bot-new-order = New order
bot-my-orders = My orders
bot-no-orders = No open orders.
bot-your-orders = Your orders:
bot-order = Order No. { $number }: { $status }
bot-comes = Somebody comes: { $when }
bot-fits = That suits me
bot-move = Move it
bot-fits-thanks = Thank you! See you then.
bot-time-changed = The time has changed
bot-when-instead = When would suit you? Write day and time.
bot-move-thanks = The dispatcher has it and will answer here.
bot-write-us = Write to us
bot-about-which = Which order is it about?
bot-how-many-stars = How did the work for order No. { $number } go?
bot-stars = Rate
bot-stars-thanks = Thank you!
bot-which-service = What is to be done?
bot-where = { $service }. Write the address.
bot-where-again = Write the address first.
bot-what = Describe what is to be done. You can send photos.
bot-check-order = Check the order:
    { $service }
    { $address }
    { $description }
    Photos: { $count }
bot-send-order = Send
bot-ordered = Order No. { $number } is taken. We will write when it is confirmed.
bot-pictures-lost = Some photos could not be fetched: send them again in the order's chat.

## The office
bot-office-menu =
    { $count ->
        [0] Nobody waits for an answer.
        [one] Somebody waits for an answer in { $count } chat.
       *[other] Somebody waits for an answer in { $count } chats.
    }
bot-waiting = Who waits for an answer
bot-who-waits = Whom to answer?
bot-answer-to = Answer: { $whom }
bot-nobody-waits = Nobody waits for an answer.
bot-open-board = Open the orders
bot-open-chats = Open the chats
bot-confirm = Confirm
bot-assign = Assign
bot-write-to-customer = Write to the customer
bot-whom-to-send = Whom to send for order No. { $number }?
bot-nobody-free = For order No. { $number } nobody is free for two weeks.
bot-offered = The visit is offered
bot-taken-meanwhile = They are busy meanwhile
