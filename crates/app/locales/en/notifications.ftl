### Notifications: channels, wordings, the delivery log

## One's own channels
channels-title = Notifications
channels-about = Messages about orders can come to your messenger.
channels-set-up = Set up
channels-linked = Linked
channels-linked-about = Messages about orders come to this messenger.
channels-linked-as = Messages about orders come to @{ $name }.
channels-not-linked = No messenger is linked: messages about orders are seen here only.
channels-off = Telegram is off: the administrator has not named the company’s bot yet. Everything else works.
channels-not-ready = The bot does not answer at the moment. Open this page a little later.
channels-dead = Messages do not arrive: the bot seems to be blocked. Unblock it in Telegram and link it again.
channels-link = Link
channels-link-again = Link another
channels-unlink = Unlink
channels-how = Open the bot and press “Start”. The link works for 30 minutes.
channels-open = Open Telegram
channels-code-hint = If the link does not open, find the bot and send it this code:
flash-channel-unlinked = The messenger is unlinked
problem-channel-off = This channel is off
problem-channel-off-hint = The administrator has not named the company’s bot yet, or the bot does not answer.

## What the bot answers
telegram-hello = Hello! To get messages about orders, open “Notifications” in your profile and press “Link”.
telegram-linked = Done: messages about orders will come here.
telegram-code-old = This code does not work any more. Get a new one: your profile, “Notifications”, “Link”.

## Wordings. $number: the order's number; $when: the visit's time
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
notify-office-declined = The visit of order No. { $number } was declined: { $when }.
notify-office-declined-about = Visit declined
notify-office-expired = Nobody answered in time to the visit of order No. { $number }: { $when }.
notify-office-expired-about = Offer expired
notify-office-not-done = The visit of order No. { $number } came to nothing.
notify-office-not-done-about = Visit not done
notify-crew-offered = A new visit, order No. { $number }: { $when }. Say whether you take it.
notify-crew-offered-about = Visit offered
notify-crew-assigned = A visit is assigned to you, order No. { $number }: { $when }.
notify-crew-assigned-about = Visit assigned
notify-crew-moved = The visit of order No. { $number } is changed, now { $when }. Say whether you take it.
notify-crew-moved-about = Visit changed
notify-crew-changed = The visit of order No. { $number } is changed, now { $when }.
notify-crew-changed-about = Visit changed
notify-crew-taken-off = The visit of order No. { $number } was given to others, you are not expected there any more.
notify-crew-taken-off-about = Visit given to others
notify-crew-cancelled = The visit of order No. { $number } is cancelled: { $when }.
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

## The delivery log
notifications-title = Delivery log
notifications-off = Telegram is off: no bot token is set. New messages are not sent.
notifications-trouble = Telegram takes no messages: { $why }. It began: { $since }. Nothing is lost, the messages wait in the queue.
# What the provider or the network said, in the middle of a sentence or alone
notification-answer-no-answer-in-time = Telegram did not answer in time
notification-answer-no-connection = no connection to Telegram
notification-answer-an-answer-that-is-no-json = a fault on Telegram's side
notification-answer-the-connection-broke = the connection to Telegram broke
notification-answer-nobody-is-linked-any-more = the person unlinked the messenger
notification-answer-blocked = the person blocked the bot
notification-answer-gone = there is no such account with Telegram any more
notification-answer-unknown = there is no such chat with Telegram
notification-answer-token = Telegram does not know the bot's token, look at the server's settings
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
notification-state-queued = Queued
notification-state-sending = Sending
notification-state-sent = Sent
notification-state-failed = Will be tried again
notification-state-dead = Not delivered
flash-notification-retried = It will be sent again
