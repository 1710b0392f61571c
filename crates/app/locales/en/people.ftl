### People: coming in, the list of users and each of them, one's own profile.

## Shared labels
people-name = First and last name
people-phone-hint = For example, 8 912 000-11-22
people-email-hint = For example, ivan@example.ru
people-email-optional = E-mail, if you have one
people-login-hint = Latin letters and digits, if a login is handier
people-pages = Pages of the list
people-crumbs = Where you are
flash-saved = Saved
flash-welcome = Welcome
flash-set-up = The system is ready

## First start
setup-title = First set-up
setup-lead = You will be the administrator: you can invite staff and change settings.
setup-company = Name of the company
setup-company-hint = Staff and customers will see it
setup-submit = Create and sign in

## Invitation
invitation-title = You are invited
# $role: a role, such as “Dispatcher”
invitation-lead = Your role: { $role }. Check your data and choose a password.
# $company: the company’s name
invitation-lead-company = { $company } · your role: { $role }. Check your data and choose a password.
invitation-submit = Save and sign in

## Registration
sign-up-title = Sign up
sign-up-lead = To place orders and see who comes and when.
sign-up-submit = Sign up
sign-up-have-account = Have an account already?

## Users
users-title = Users
users-invite = Invite
users-search = Name, phone, e-mail or login
users-any-role = any
users-standing = Access
users-any-standing = any
users-contacts = Contacts
users-seen = Last seen
users-never = never signed in
users-empty = Nobody found
users-empty-hint = Nobody fits these conditions. Check the spelling or reset the filters.
standing-active = Open
standing-invited = Invited
standing-blocked = Blocked
users-invite-title = New user
users-invite-lead = Fill in what you know: phone, e-mail or login. The person chooses the password by the link.
users-invite-submit = Get a link
users-invite-busy = Preparing the link…
users-invite-again = New invitation link
role-about-administrator = Users, settings, audit log and everything else
role-about-dispatcher = Takes orders and assigns crews
role-about-specialist = The company’s own installer: visits and reports
role-about-contractor = An outside installer: gets offers
role-about-customer = Places orders and follows them
users-deeds = Latest actions
users-all-deeds = Whole log
users-account = Account
users-created = Created
users-sessions = Open sessions
users-worker-card = Worker’s card
users-customer-card = Customer’s card
users-end-sessions = End all sessions
users-end-sessions-hint = The person is signed out on every device, messengers are unlinked
users-role-hint = The rights change at once
users-change-role = Change the role
users-block-title = Block
users-block-hint = The person is signed out at once on every device and in messengers. Their orders and visits stay.
users-block = Block
users-unblock-title = Unblock
users-unblock-hint = The person can sign in with their password again.
users-unblock = Unblock
# $when: a day and time, such as “Today, 12:38”
users-blocked-since = Blocked: { $when }
users-reset-title = Link for a new password
# $name: whose password it is
users-reset-lead = { $name } can choose a new password by a one-time link.
users-reset-hint = Make sure that you are talking to this very person. The old password works until the link is used.
users-reset-submit = Password link
flash-role-changed = The role is changed
flash-blocked = Blocked
flash-unblocked = Unblocked

## A one-time link to hand over
link-title = One-time link
# $name: whom the link is for
link-invitation = Hand this link over to { $name }. By it they choose a password and sign in.
link-invitation-hint = The link works for three days and once. It cannot be shown here again, but you can issue a new one.
# $name: whom the link is for
link-reset = Hand this link over to { $name }. By it they choose a new password.
link-reset-hint = The link works for half an hour and once. After the change every device needs to sign in again, and messengers are to be linked anew.
link-done = Done

## A customer recorded twice
join-title = Join a customer’s records
# $name: the account’s person; $phone: their phone
join-lead = { $name } ({ $phone }) signed up, and there is a record with this phone already.
join-found = There is a customer with the same phone
join-warning = Make sure first that this is one person: call them. They will see the orders of the second record, and that record itself will be gone.
join-look = Look at the record
join-submit = Join
join-none = Nothing to join
join-none-hint = There is no other record with this phone.
flash-joined = The records are joined

## Profile
profile-title = Profile
profile-contacts = My data
profile-prove = Password
profile-prove-hint = Needed only to change the phone, e-mail or login
profile-look = Look and language
profile-theme = Theme
profile-language = Language
profile-password = Password
profile-password-old = Current password
profile-password-submit = Change the password
profile-password-ends = Other devices will need to sign in again, and messengers are to be linked anew.
profile-sessions = Where you are signed in
profile-session-current = This device
profile-session-end = End
# $device: a browser and a system, such as “Chrome, Windows”
profile-session-end-of = End the session: { $device }
profile-sessions-end = End all others
profile-sessions-end-hint = Messengers are unlinked, too: they can be linked again at any time.
profile-device-unknown = Unknown device
profile-consents = Consents
# $when: a day and time
profile-consent-given = To the processing of personal data, given { $when }
profile-consent-withdrawn = withdrawn { $when }
profile-consent-hint = After that the company stops processing your data, except what the law obliges it to keep. Open orders may stay undone.
profile-consent-withdraw = Withdraw the consent
