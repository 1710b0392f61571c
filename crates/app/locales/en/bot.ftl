### What the bot says in messengers

## Getting to know each other
bot-hello = Hello! Share your phone, and I will show your orders and visits. If you sign in on the site with a password, send the code from there: open “Profile”, under “Notifications” press “Set up”, then “Link”.
bot-give-phone = Share my phone
bot-phone-not-own = It must be your own phone: press the button below.
bot-office-by-code = The account with this phone is linked by a code: sign in on the site, open “Profile”, under “Notifications” press “Set up”, then “Link”. If you never signed up there, call us.
bot-linked = Done: messages will come here.
bot-elsewhere = Messages come to another chat from now on: it was linked to your account. If that was not you, change your password on the site, and that chat is unlinked.
bot-code-old = This code does not work any more. Get a new one on the site: open “Profile”, under “Notifications” press “Set up”, then “Link”.
bot-consent = To keep your orders here we need your consent to the processing of personal data.
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
bot-outdated-hint = It has changed meanwhile. Nothing is lost: see how it stands now.
bot-in-flight = This is being done already. Wait a little.
bot-unread = I understand words, photos and files. I cannot make out voice messages, videos and stickers: write it in words, please.
bot-done-already = This is done already
bot-not-taken = I could not take in your message or press: something is wrong on our side. Try again, please.
bot-too-late-for-deed = The question is out of date, I did nothing about it. If you still want it, press the button again.
bot-too-late-to-write = It is more than an hour since you pressed the button, so I have not tied your message to it. If it was meant for there after all, press the button again.
bot-order-waits = The order that you began is kept. To go on, press “New order”.
bot-words-forgotten = You wrote before: “{ $words }”. I did not know what it was about, and told nobody. If it still matters, write again.
bot-files-forgotten = You sent files before. I did not know what they were about, and gave them to nobody. If they still matter, send them again.
error-file-not-fetched = The file did not come: it is larger than 20 MB or deleted. Attach a large one on the site, send anything else again.

## Chat
bot-answer = Answer
bot-write = Write a message, I will pass it on to the dispatcher.
bot-write-about = Write a message about order No. { $number }.
bot-write-customer = Write to the customer of order No. { $number }.
bot-write-colleagues = Write to your colleagues about order No. { $number }: neither customer nor worker will see it.
bot-write-worker-about = Write to the worker of order No. { $number }: { $name }.
bot-write-worker = Write to the worker: { $name }.
bot-written = Passed on.
bot-written-office = The visit is not yours any more, so I have passed it on to the dispatcher in your own chat.
bot-files-late =
    { $count ->
        [one] The messenger does not give me { $count } file yet. I will try again by myself, do not send it anew.
       *[other] The messenger does not give me { $count } files yet. I will try again by myself, do not send them anew.
    }
bot-file-came = The file has come. Passed on.
bot-file-lost = The messenger never gave me the file that you sent. Send it once more, please.
bot-choose-first = First choose above what it is about: this message I have not kept yet.

## The worker
bot-worker-menu = What shall I show?
bot-today = Today
bot-tomorrow = Tomorrow
bot-later = Later
bot-here = Send where I am
bot-give-place = Send the place
bot-give-place-below = Press the button below, and the dispatcher will see where you are.
bot-today-title = Today, { $date }
bot-tomorrow-title = Tomorrow, { $date }
bot-later-title = Later: { $date } and after
bot-nothing = No visits.
bot-write-dispatcher = Write to the dispatcher
bot-visit = Order No. { $number }: { $status }
bot-details-inside = Address and phone are on the site.
bot-reason-inside = The reason is on the site.
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
bot-visit-gone = You do not have this visit any more: it was cancelled, given to somebody else, or the time to answer is over.
bot-why-decline = Why do you decline? Press, or write in your own words.
bot-why-fail = Why was it not done? Press, or write in your own words.
bot-decline-busy = Busy at that time
bot-decline-far = Too far
bot-decline-ill = Ill
bot-decline-other = Another reason
bot-declined = You declined the visit. The dispatcher knows.
bot-lacks = It cannot be finished yet:
bot-lacks-nothing = Everything is there, you can finish.
bot-lacks-notice = It cannot be finished yet
bot-send-pictures = Send the photos right here.
bot-sign = Sign on the site
bot-before-or-after = No. { $number }: are these photos of before the work or of after it?
bot-before = Before
bot-after = After
bot-other-pictures = Other
bot-pictures-first = First say what the photos show that you have sent: before the work or after it?
bot-pictures-sorted = These photos are in the report already
bot-pictures-to-chat = The report is closed, so the photos went to the dispatcher in the chat.
bot-pictures-late =
    { $count ->
        [one] The messenger has not given { $count } photo yet. It is not lost: press again a little later.
       *[other] The messenger has not given { $count } photos yet. They are not lost: press again a little later.
    }
bot-pictures-kept =
    { $count ->
        [0] No photos added.
        [one] { $count } photo added to the report of No. { $number }: { $kind }.
       *[other] { $count } photos added to the report of No. { $number }: { $kind }.
    }
bot-too-many-pictures = I cannot keep more than 20 photos at once. Say what these show, before or after, and send the others again.
bot-report-kept = Written into the report of No. { $number }.
bot-about-which-visit = Which visit is it about? I have kept everything.
bot-i-am-here = I am here now: { $url }

## The customer
bot-customer-menu = How can I help?
bot-new-order = New order
bot-my-orders = My orders
bot-no-orders = No orders yet.
bot-your-orders = Your orders:
bot-order = Order No. { $number }: { $status }
bot-order-of-customer = Order No. { $number }, { $service }
bot-agreed-on = Agreed on { $when }
bot-stars-for = Rate No. { $number }
bot-no-open-order = There are no open orders. I have kept what you wrote. Is it about an earlier order, or a new one?
bot-about-which-number = Which order is it about? I have kept what you wrote. Answer with a number of the list.
bot-no-such-number = There is no such number in the list. Answer with a number of the list.
bot-accept-work = Accept the work
bot-return-work = Return
bot-why-return = What is to be put right? Write it, and the worker will come back.
bot-returned = Passed on to the worker. When it is put right, you can accept the work again.
bot-cancel-order = Cancel the order
bot-cancel-for-that = Cancel order No. { $number } because “{ $reason }”?
bot-do-cancel = Yes, cancel
bot-do-not-cancel = Do not cancel
bot-why-cancel = Cancel order No. { $number }? Press a reason or write in your own words.
bot-why-cancel-late = The worker is on the way or at work, so the dispatcher will confirm that order No. { $number } is cancelled. Press a reason or write in your own words.
bot-cancel-asked = You have asked to cancel the order. The dispatcher will answer here.
bot-cancel-changed-mind = Changed my mind
bot-cancel-another = Found somebody else
bot-cancel-other = Another reason to cancel
bot-fits = That suits me
bot-move = Move it
bot-fits-thanks = Thank you! See you then.
bot-time-changed = The time has changed
bot-when-instead = When would suit you? Write day and time.
bot-move-thanks = The dispatcher has it and will answer here.
bot-write-us = Write to us
bot-about-which = Which order is it about?
bot-order-goes-on = We go on with the order that you have begun.
bot-address-in-words = A place cannot be put into the order. Write the address in words: street, house, flat.
bot-other-address = Write the address.
bot-other-description = Write anew what is to be done.
bot-change-address = Change the address
bot-change-description = Change the description
bot-shorter-please = I have not added the last message, the rest is in place. Write it shorter.
bot-too-many-order-pictures = An order takes up to 10 photos. Send the others to the order’s chat later.
bot-send-pictures-again = Send the photos again
bot-order-pictures-late =
    { $count ->
        [one] The messenger has not given { $count } photo yet. It is not lost: press the button a little later.
       *[other] The messenger has not given { $count } photos yet. They are not lost: press the button a little later.
    }
bot-how-many-stars = How did the work for order No. { $number } go?
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
bot-pictures-lost =
    { $count ->
        [one] { $count } photo could not be fetched: send it again to the order’s chat.
       *[other] { $count } photos could not be fetched: send them again to the order’s chat.
    }

## The office
bot-office-menu =
    { $count ->
        [0] Nobody waits for an answer.
        [one] Somebody waits for an answer in { $count } chat.
       *[other] Somebody waits for an answer in { $count } chats.
    }
bot-waiting = Who waits for an answer
bot-who-waits = Whom to answer?
bot-with-customer = customer
bot-with-worker = worker
bot-with-colleagues = colleagues
bot-waits-for = { $about }: waits { $time }
bot-last-words = “{ $words }”
bot-for-whom = I do not know for whom this is, and sent it to nobody. Press “Answer” under a message or “Who waits for an answer”, then write.
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
bot-assigned-already = Nothing to assign any more: see how the order stands
bot-goes = { $name }, { $when }: { $status }
bot-taken-meanwhile = They are busy meanwhile
