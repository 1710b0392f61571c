### Signing in and out, passwords, preferences, consent, and the audit log.

## Signing in
sign-in-title = Sign in
sign-in-login = Phone, e-mail or login
sign-in-login-hint = For example, 8 912 000-11-22
sign-in-password = Password
sign-in-submit = Sign in
sign-in-busy = Signing in…
sign-in-forgotten = Forgot your password?
sign-in-new-here = New here?
sign-in-sign-up = Sign up

## The picture beside it
art-first = IS
art-second = TG
art-third = OF
art-windows = Windows
art-doors = Doors
art-cooling = Air conditioner
art-measuring = Measuring
art-cameras = Cameras
art-words = Orders, crews and reports on one screen

## Passwords
password-show = Show the password
password-hint = At least 12 characters. Three or four words with spaces do well.
password-new = New password

## A forgotten password
forgotten-title = Forgot your password?
forgotten-text = Call or write to the company. The dispatcher will give you a link by which you choose a new password yourself.
forgotten-safe = The link works for half an hour and once. Send it to nobody: the staff never ask for a password.
forgotten-call = Call:
forgotten-back = Back to signing in
reset-title = New password
# $name: whose account it is
reset-lead = { $name }, choose a new password. You will need to sign in again on every device.
reset-submit = Save the password

## Consent to the processing of personal data
consent-title = Consent to the processing of personal data
consent-agree = I consent to the processing of my personal data
# Stands for the company's name until it has one
consent-company = the contractor of the order
# $company: the company's name
consent-text =
    I consent to the company ({ $company }) processing my personal data: name, phone, e-mail address, address of the work, correspondence and photos of the order.
    Purpose: to take and carry out my orders and to contact me about them.
    What will be done with the data: collection, recording, storage, correction, use, transfer to those who carry out the order, and deletion, with a computer and without one.
    The consent holds as long as I have an account. It can be withdrawn in the profile or by a letter to the company.

## What happened, after a form was sent
flash-password-reset = The password is changed. Sign in with the new one
flash-password-changed = The password is changed. Sign in again on other devices, and link messengers anew
flash-session-ended = The session is ended
flash-sessions-ended = The sessions are ended, messengers are unlinked
flash-consent-withdrawn = The consent is withdrawn

## The audit log
audit-title = Audit log
audit-who = Who
audit-deed = Action
audit-object = Object
audit-when = When
audit-address = Address
audit-from = From
audit-to = To
audit-older = Older
audit-empty = No entries
audit-empty-hint = Nobody did anything that fits these conditions. Change or reset them.
# Who did it, when it was nobody signed in
audit-nobody = Not signed in
# Who did it, when it was a command on the server
audit-console = A command on the server
audit-object-user = User
audit-object-customer = Customer
audit-object-worker = Worker
audit-object-service = Service
audit-object-order = Order
audit-object-settings = Settings

## Fields that a line of the log names
audit-field-name = name
audit-field-login = login
audit-field-phone = phone
audit-field-email = e-mail
audit-field-duration-minutes = duration in minutes
audit-field-skills = skills
audit-field-checklist = checklist
audit-field-photos-before = photos before
audit-field-photos-after = photos after
audit-field-signature-required = signature required
audit-field-price-minor = price in kopecks
audit-field-active = in use
audit-field-zones = districts
audit-field-hours = working hours
audit-field-note = note
audit-field-kind = who it is
audit-field-time-zone = time zone
audit-field-offer-minutes = offer stands for, minutes
audit-field-auto-accept = visits accepted by themselves
audit-field-quiet-from = Quiet hours from
audit-field-quiet-to = Quiet hours to
audit-field-specialist-in-customer-chat = specialists in the customer’s chat
audit-field-foreign-details = names, addresses and phones in Telegram and WhatsApp
audit-field-specialist-sees-price = specialists see prices
audit-field-dispatcher-sees-money = dispatchers see sums
audit-field-consent-text = text of the consent

## Deeds
audit-deed-session-started = Signed in
audit-deed-session-ended = Ended a session
audit-deed-session-token-reused = A stolen session key came again, the session was closed
audit-deed-password-changed = Changed the password
audit-deed-password-reset = New password by link
audit-deed-profile-changed = Changed their own data
audit-deed-consent-given = Consented to data processing
audit-deed-consent-withdrawn = Withdrew the consent to data processing
audit-deed-system-set-up = Set the system up
audit-deed-user-registered = Signed up
audit-deed-user-created = Created a user
audit-deed-user-invited = Invited a user
audit-deed-user-joined = Accepted the invitation
audit-deed-user-changed = Changed a user’s data
audit-deed-user-role-changed = Changed the role
audit-deed-user-channel-linked = Linked a messenger
audit-deed-notices-rule-changed = Channels for messages changed
audit-deed-notices-text-changed = Words of a message changed
audit-deed-notices-addresses-tried-again = Phones and mailboxes that took nothing are tried again
audit-deed-notices-retried = Undelivered messages sent again
audit-deed-user-channel-unlinked = Unlinked a messenger
audit-deed-user-blocked = Blocked a user
audit-deed-user-unblocked = Unblocked a user
audit-deed-user-reset-issued = Issued a password link
audit-deed-user-sessions-ended = Ended all sessions
audit-deed-customer-joined = Joined a customer’s records
audit-deed-customer-created = Created a customer
audit-deed-customer-changed = Changed a customer’s data
audit-deed-worker-changed = Changed a worker’s data
audit-deed-service-created = Created a service
audit-deed-service-changed = Changed a service
audit-deed-company-changed = Company settings changed
audit-deed-service-archived = Took a service off the list
audit-deed-service-restored = Put a service back on the list
