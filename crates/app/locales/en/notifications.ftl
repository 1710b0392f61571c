### Notifications: channels, wordings, rules, the delivery log

## The channels
channel-max = MAX
channel-telegram = Telegram
channel-whatsapp = WhatsApp
channel-push = Browser notifications
channel-sms = SMS
channel-email = E-mail
channel-max-about = Works even where mobile internet is restricted. Bots are for verified companies and sole traders.
channel-telegram-about = Telegram has been slowed down in Russia since early 2026: switch on another channel beside it.
channel-whatsapp-about = In Russia WhatsApp opens through a VPN only. Switch it on if your customers live abroad.
channel-push-about = Free, for your own people: shown on computers and phones where notifications are allowed.
channel-sms-about = Every message costs money; arrives without internet.
channel-email-about = Free, but not read at once.

## One's own channels
channels-title = Notifications
channels-about = Messages about orders can come to a messenger, by e-mail or by SMS.
channels-set-up = Set up
channels-linked = Linked
channels-linked-about = Messages come to this messenger.
channels-linked-as = Your account here: { $name }.
channels-not-linked = Not linked yet.
channels-not-ready = { $channel } does not answer now. Open this page a little later.
channels-dead = Messages do not arrive: it seems the bot is blocked. Unblock the bot and write anything to it.
channels-dead-whatsapp = Messages do not arrive: this phone seems to have no WhatsApp any more. Install it and link it again.
channels-link = Link
channels-link-again = Link another
channels-unlink = Unlink
channels-how = Open the bot and press Start. The link works for 10 minutes.
channels-how-whatsapp = WhatsApp opens with the code typed in: send it. The link works for 10 minutes.
channels-open = Open { $channel }
channels-code-hint = If the link does not open, find the bot yourself and send it this code:
channels-code-hint-whatsapp = If the link does not open, send this code in WhatsApp to { $name }:
channels-sms-own = SMS come to the phone in your profile:
channels-email-own = Letters come to the mailbox in your profile:
channels-change-own = Change
channels-lack-not-linked = You have not linked this messenger.
channels-lack-blocked = Messages do not reach you: it seems the bot is blocked.
channels-lack-no-browser = None of your browsers shows notifications.
channels-lack-no-phone = Your profile has no phone.
channels-lack-dead-phone = SMS do not reach the phone in your profile.
channels-lack-no-mail = Your profile has no mailbox.
channels-lack-dead-mail = Letters do not reach the mailbox in your profile.
channels-mend-ways = Set it up for yourself
channels-mend-profile = Set it in the profile
channels-none-own = No channels yet
channels-none-own-hint = The company has switched none on: orders are told of here, on the site.
channels-off-own = Off in the company: { $channels }.
channels-qr = QR code of the link
channels-qr-hint = Point the phone’s camera at it
channels-push-own =
    { $count ->
        [0] No browser shows notifications yet.
        [one] { $count } browser shows notifications.
       *[other] { $count } browsers show notifications.
    }
channels-push-allow = Show in this browser
channels-push-denied = The browser forbids notifications. Allow them in the site's settings and try again.
channels-push-impossible = This browser cannot do that. On an iPhone add the site to the Home Screen first.
flash-channel-unlinked = Channel unlinked
flash-device-linked = This browser will show notifications
flash-notices-saved = Saved
problem-messenger-taken = This chat serves another account already
problem-messenger-taken-hint = To link it here, first sign in on the site to that account, open “Profile”, under “Notifications” press “Set up”, then “Unlink”. After that open the link once more.
problem-channel-off = This channel is off
problem-channel-off-hint = The administrator has not set it up yet, or the service does not answer.
problem-no-way-to-you = A trial message has nowhere to go
problem-no-way-to-you-hint = This channel does not lead to you: link the messenger, allow notifications in the browser, or set the phone and mailbox in your profile.

## What comes where
notice-order = What comes where
notice-rules = What goes where
notice-up = Up: { $channel }
notice-down = Down: { $channel }
notice-order-hint = A message goes through the first channel and, if that fails, through the next. Clear the mark of a channel that is not to be used.
notice-must = This message is important: it cannot be switched off altogether. If the marked channels fail, the others are tried.
notice-usual = Back to the company's choice
notice-side-office = Office
notice-side-worker = Workers
notice-side-customer = Customers
notice-kind-office-orders = Orders: new, cancelled, finished
notice-kind-office-visits = Visits: declined, moved, not done
notice-kind-office-chat = Chat messages
notice-kind-worker-visits = Visits: new, moved, cancelled
notice-kind-worker-chat = Chat messages
notice-kind-worker-day = The plan for the day in the morning
notice-kind-customer-visits = The visit: time, changes, reminder, on the way
notice-kind-customer-orders = How the order goes on
notice-kind-customer-chat = Chat messages
notice-quiet = Quiet hours
notice-quiet-hint = In these hours only what cannot wait comes: somebody is on the way, a visit is cancelled.
notice-quiet-from = From
notice-quiet-to = To
notice-zone-usual = As the company: { $zone }
notice-zone-usual-customer = By the address of the order
hears-by = Channel to the customer: { $channel }
hears-nothing = The customer will not know of an answer: there is no phone, no mailbox and no messenger.
hears-nothing-now = The customer will not know of an answer: no channel that is on leads to them.
error-must-reach = Leave at least one channel: this message is important.
error-time = Write the time like this: 22:00.
error-sent-by-template = WhatsApp is sent a template: its words are changed with Meta.
error-place-unknown = There is no such placeholder: { $name }.
error-subscription-strange = This browser did not give what notifications need.

## The administrator's page
channels-manage = Channels
channels-manage-hint = Here you see which channels work. Keys and passwords stand in the server's settings; the manual tells how to get them.
channels-on = On
channels-is-off = Off
channels-troubled = Not working
channels-half = Not all set up
channels-lacks = WhatsApp knows no such templates: { $templates }. These messages do not go there. Create the templates with Meta as the manual tells.
channels-is-waiting = Waiting
channels-wrong = Settings are wrong
channels-wrong-why = The settings are wrong: { $why }. Mend them on the server and start the system anew.
channels-trouble = Takes no messages: { $why }. Since: { $since }. The messages wait.
channels-deaf = What people answer does not come: { $why }. Since: { $since }.
channels-waits = The service asks to wait until { $until }. The messages wait.
channels-hook = Address for the service's answers:
channels-trial = Send me a trial message
channels-trial-nowhere = A trial message has nowhere to go.
channels-how-to = How to switch it on
channels-none-on = No channel is set up yet: people learn of orders on the site only.
channels-dead-ends = Not arriving
channels-dead-ends-hint = Nothing is sent to these phones and mailboxes any more.
channels-forgive = Try again
channels-somebody = The person is deleted
notice-must-reach = Must arrive
notice-must-reach-hint = “Must arrive”: people cannot switch these messages off. One that does not arrive in time goes through the next channel. Whether it arrived, SMS and WhatsApp tell; MAX, Telegram, e-mail and browsers say only that they took it. Other messages go on only when a channel does not work.
notice-wait = Wait for the arrival, minutes
flash-trial-sent = A trial message is on its way to you

## Wordings that the company changes
notice-texts = Wordings
notice-texts-hint = You can write your own words for each channel and language. Until then the usual ones are used.
notice-text-own = Own words: { $where }
notice-text-body = Text
notice-text-hint = To get the usual words back, delete everything and save.
notice-text-usual = Usual words
notice-text-look = Look
notice-text-template = Words for WhatsApp are not written here: it is sent a template that Meta has approved, whose words are changed there. The template’s name:
notice-text-preview = How a person sees it
notice-text-places = Placeholders
notice-text-names = These words hold somebody's name, address or words. They leave through a foreign service: make sure there is consent for it.
notice-text-channel = Channel
notice-text-language = Language
notice-place-number = the order's number
notice-place-when = day and time of the visit
notice-place-company = the company's name
notice-place-phone = the company's phone
notice-place-service = the service
notice-place-address = the address
notice-place-customer = the customer's name
notice-place-worker = the worker's name
notice-place-count = how many visits
notice-place-text = words from the chat
notice-example-number = 26-000123
notice-example-service = Window installation
notice-example-address = Lenina 5
notice-example-customer = Olga Smirnova
notice-example-worker = Rustam Galiev
notice-example-count = 3
notice-example-text = Hello! When shall we expect you?

## Wordings. The names are the places that the company may use in its own words
notify-office-new = New order No. { $number }.
notify-office-new-about = New order
notify-office-cancelled = Order No. { $number } is cancelled.
notify-office-cancelled-about = Order cancelled
notify-office-cancellation-requested = The customer asks to cancel order No. { $number }.
notify-office-cancellation-requested-about = Cancellation asked for
notify-office-finished = The work of order No. { $number } is finished, check the report.
notify-office-finished-about = Work finished
notify-office-returned = The customer returned the work of order No. { $number }.
notify-office-returned-about = Work returned
notify-office-declined = The visit of order No. { $number } ({ $when }) was declined.
notify-office-declined-about = Visit declined
notify-office-expired = The visit of order No. { $number } ({ $when }) was not answered in time.
notify-office-expired-about = Offer expired
notify-office-not-done = The visit of order No. { $number } came to nothing.
notify-office-not-done-about = Visit not done
notify-crew-offered = A new visit, order No. { $number }: { $when }. Say whether you take it.
notify-crew-offered-about = Visit offered
notify-crew-assigned = A visit is assigned to you, order No. { $number }: { $when }.
notify-crew-assigned-about = Visit assigned
notify-crew-moved = The visit of order No. { $number } is changed, now { $when }. Say whether you take it.
notify-crew-moved-about = Visit changed, please answer
notify-crew-changed = The visit of order No. { $number } is changed, now { $when }.
notify-crew-changed-about = Visit changed
notify-crew-order-changed = Order No. { $number } is changed: look at what is new.
notify-crew-order-changed-about = Order changed
notify-crew-taken-off = The visit of order No. { $number } was given to others, you are not expected there any more.
notify-crew-taken-off-about = Visit given to others
notify-crew-cancelled = The visit of order No. { $number } ({ $when }) is cancelled.
notify-crew-cancelled-about = Visit cancelled
notify-crew-returned = The visit of order No. { $number } is returned to be mended.
notify-crew-returned-about = Visit returned
notify-customer-confirmed = Your order No. { $number } is confirmed. We will tell you when somebody is assigned.
notify-customer-confirmed-about = Order confirmed
notify-customer-who-comes = Somebody is assigned to order No. { $number }: { $when }.
notify-customer-who-comes-about = Somebody assigned
notify-customer-visit-cancelled = The visit of order No. { $number } is cancelled. We will tell you when there is a new time.
notify-customer-visit-cancelled-about = Visit cancelled
notify-customer-on-the-way = The installer of order No. { $number } is on the way to you.
notify-customer-on-the-way-about = On the way
notify-customer-done = The work of order No. { $number } is finished. Look at it and accept it.
notify-customer-done-about = Work finished
notify-customer-cancelled = Your order No. { $number } is cancelled.
notify-customer-cancelled-about = Order cancelled
notify-customer-called-off = Your order No. { $number } is cancelled, nobody will come.
notify-customer-called-off-about = Order cancelled, nobody comes
notify-office-move-wanted = The customer asks for another time, order No. { $number }.
notify-office-move-wanted-about = Another time wanted
notify-office-message = A new message in the chat about order No. { $number }.
notify-office-message-direct = A new message in the direct chat with a worker.
notify-office-message-about = Chat message
notify-office-mention = You were mentioned in the chat about order No. { $number }.
notify-office-mention-direct = You were mentioned in the direct chat with a worker.
notify-office-mention-about = Mention in a chat
notify-crew-customer-message = The customer wrote to you, order No. { $number }.
notify-crew-customer-message-about = Message from the customer
notify-crew-day = Good morning! Visits today: { $count }.
notify-crew-day-about = Plan for the day
notify-crew-message = A new message in the chat about your visit, order No. { $number }.
notify-crew-message-direct = A new message in your chat with the dispatcher.
notify-crew-message-about = Message in the chat about a visit
notify-customer-moved = Order No. { $number } has a new time: { $when }.
notify-customer-moved-about = New time
notify-customer-moving = Nobody can come for order No. { $number } at the time that was set. We will tell you a new one.
notify-customer-moving-about = The time no longer holds
notify-customer-tomorrow = A reminder: somebody comes for order No. { $number } { $when }. Does that suit you?
notify-customer-tomorrow-about = Reminder on the eve
notify-customer-late = Whoever comes for order No. { $number } may be late. We are finding out when they will be there.
notify-customer-late-about = May be late
notify-customer-message = You have an answer about order No. { $number }.
notify-customer-message-about = Answer in the chat
notify-messenger-linked = A messenger was linked to your account. If that was not you, change your password: it will be unlinked.
notify-messenger-linked-about = A messenger was linked
notify-trial = This is a trial message. If you read it, the channel works.
notify-trial-about = Trial message
# A line of chat as it comes in a messenger
notify-line = { $who }, order No. { $number }:
    { $text }
notify-open = Open
notify-mail-footer = This letter was sent automatically. It cannot be answered: write to us on the order's page.

## The delivery log
notifications-title = Delivery log
notifications-off = No channel is set up: nothing is sent to people.
notifications-all-channels = All channels
notifications-undelivered = Need attention
notifications-search = Name or order number
notifications-not-found = There are no such messages
notifications-not-found-hint = Check the name, the order number and the days, or reset the filters.
notifications-given-up =
    { $count ->
        [one] { $count } message was not delivered
       *[other] { $count } messages were not delivered
    }
notifications-retry-all = Send all again
notifications-retry-count =
    { $count ->
        [0] There are no undelivered messages here any more.
        [one] { $count } undelivered message will be sent again.
       *[other] { $count } undelivered messages will be sent again.
    }
notifications-retry-more = These are the newest. Send the rest next time: at most five hundred go at once.
notifications-retry-hint = People do not get what is out of date: nothing is sent about a visit that was moved or is over. Every SMS is paid for again. Send messages of which it is not known whether they arrived one by one.
notifications-retry-do =
    { $count ->
        [one] Send { $count } message
       *[other] Send { $count } messages
    }
flash-notifications-retried = All will be sent again
problem-nothing-given-up = There is nothing to send
problem-nothing-given-up-hint = No undelivered messages are left here: they were sent again or have arrived.
notifications-of-order-none = Nobody was written to about this order yet.
notifications-of-order-show = Show who was sent what
notifications-of-order-wait = Loading…
notifications-of-order-log = Open in the log
notifications-cost = Price
# What the provider or the network said, in the middle of a sentence or alone
notification-answer-no-answer-in-time = the service did not answer in time
notification-answer-its-sender-was-ended = the program stopped while sending
notification-answer-an-answer-of-another-form = the service answered something strange
notification-answer-too-late = too late: it did not go out in time
notification-answer-its-time-is-over = the time of the visit is over
notification-answer-no-connection = no connection to the service
notification-answer-an-answer-that-is-no-json = the service is out of order
notification-answer-the-connection-broke = the connection to the service broke
notification-answer-nobody-is-linked-any-more = the person has unlinked this channel
notification-answer-access-is-closed = the person's access to the system is closed
notification-answer-not-in-time = not sent or not there in time, sent through another channel
notification-answer-read-already = the person has read it on the site
notification-answer-taken-back = the author deleted the message
notification-answer-overtaken = out of date: it has changed, been cancelled or begun since
notification-answer-the-channel-is-off = this channel is off
notification-answer-no-channel-leads-to-this-person = the person has no channel for such messages
notification-answer-never-taken = the service did not get it, it will be sent again
notification-answer-no-browser-is-left = no browser with notifications is left
notification-answer-blocked = the person blocked the bot
notification-answer-gone = the account there is gone
notification-answer-unknown = there is no such chat
notification-answer-token = the service does not know the key, look into the server's settings
notification-answer-password = the mail server takes neither the name nor the password
notification-answer-push-key = the browsers’ service does not know the system’s key
notification-answer-no-money = there is no money left in the account
notification-answer-sender = the sender’s name is not registered, or the text is forbidden
notification-answer-phone = there is no such phone
notification-answer-stop-list = the phone is on the stop list of the SMS service
notification-answer-undeliverable = nothing can be delivered to this phone
notification-answer-expired = the phone was out of reach for too long
notification-answer-certificate = the service’s certificate is not trusted, look at the file with the certificate
notification-answer-mail-certificate = the mail server’s certificate is not trusted
notification-answer-no-encryption = the mail server offers no encryption
notification-answer-asked-by-another = another program takes this bot’s messages
notification-answer-webhook-stands = the service brings answers to an address that was set earlier
notification-answer-webhook-fails = the service cannot hand it to the site ({ $said })
notification-answer-too-fast = the service asks to wait
notification-answer-no-mailbox = there is no such mailbox
notification-answer-dkim-key = the DKIM key cannot be read
notification-answer-root-certificate = the file with the certificate for MAX cannot be read
notification-answer-mail-address = the mail server’s address in SMTP_URL is not written right
notification-answer-mail-sender = the sender in SMTP_FROM is not written right
notification-answer-not-set = { $name } is not set
notification-answer-no-whatsapp = the person has no WhatsApp
notification-answer-no-template = Meta has not approved the template of this message yet
notification-answer-window = the person has not written for a day, free words are not taken there any more
notifications-none = No messages
notifications-none-hint = Messages sent to people will appear here, with the messenger’s answers.
notifications-when = When
notifications-whom = To whom
notifications-what = About what
notifications-state = State
notifications-answer = Answer
notifications-retry = Send again
notifications-attempts =
    { $count ->
        [one] { $count } attempt
       *[other] { $count } attempts
    }
notification-revision = { $what } (changed)
notification-state-queued = Queued
notification-state-sending = Sending
notification-state-sent = Sent
notification-state-unknown = Not known
notification-state-failed = Will be tried again
notification-state-delivered = Delivered
notification-state-read = Read
notification-state-passed = Withdrawn
notification-state-dead = Not delivered
notifications-parts =
    { $count ->
        [one] { $count } part
       *[other] { $count } parts
    }
flash-notification-retried = It will be sent again
