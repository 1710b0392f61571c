### What went wrong, what is safe, what to do. The part after the prefix is the code of the API with hyphens.

## By a field
error-required = Please fill this in.
error-required-choice = Please choose one of the options.

# $min: the least number of characters
error-too-short =
    { $min ->
        [one] Too short: at least { $min } character is needed.
       *[other] Too short: at least { $min } characters are needed.
    }

# $max: the greatest number of characters
error-too-long =
    { $max ->
        [one] Too long: no more than { $max } character.
       *[other] Too long: no more than { $max } characters.
    }
error-invalid = This cannot be read. Please check for a typo.
error-not-a-number = A number is needed here, for example 12.

# $min and $max: the ends of the range
error-out-of-range = The number must be from { $min } to { $max }.
error-not-in-list = This option is not on the list. Please choose one that is.
error-money-invalid = This amount cannot be read. Example: 48,900.50.
error-money-out-of-range = The amount cannot be below zero or above a trillion roubles.
error-phone-invalid = This does not look like a phone number. Example: +7 912 000-11-22.
error-phone-local = Please add the area code. Example: +7 343 200-11-22.
error-phone-too-short = The number lacks some digits. Example: +7 912 000-11-22.
error-phone-too-long = The number has too many digits. Please give one number here. Example: +7 912 000-11-22.
error-phone-extension = Please give the number without the extension and put the extension in the comment.
error-email-invalid = This does not look like an e-mail address. Example: ivan@example.com.
error-date-invalid = This date or time cannot be read. Example: 24.11.2026 13:00.
error-time-skipped = The clocks go forward that day and skip this time. Please choose a time an hour later.
error-date-order = The end is before the start. Please swap them or correct one of them.
error-date-past = This time has already passed. Please choose one in the future.
error-taken = Somebody else has this already. If that is you, sign in or ask for a link for a new password. Otherwise give another.
error-contact-required = Give a phone, an e-mail or a login: the person signs in by it.
error-password-to-change = To change the phone, e-mail or login, enter the current password.
error-phone-taken = This phone already belongs to somebody else. Please find them on the list or give another number.
error-email-taken = This e-mail address is already taken. Please give another one.
error-login-taken = This login is already taken. Please think of another one.
error-login-invalid = A login may have Latin letters, digits, points, hyphens and underscores.
error-password-too-short =
    { $min ->
        [one] The password is too short: at least { $min } character is needed.
       *[other] The password is too short: at least { $min } characters are needed.
    }
error-password-common = This password is too well known and would be guessed in a minute. Please think of another one, for example three or four words.
error-password-wrong = The current password does not match. Please check the keyboard layout and Caps Lock.
error-sign-in-failed = The login or password did not fit. Check the layout and Caps Lock. If you forgot the password, ask for a link to a new one.
error-consent-required = Without your consent we may not keep personal data. Please tick it if you agree.
error-not-found = There is no such record. Please choose another one.
error-unknown-field = There is no such field here. Please remove it or correct its name.
error-not-text = Text in quotes is needed here.
error-not-a-list = A list is needed here.
error-not-an-object = An object with fields is needed here.

# $max: the greatest number of items
error-too-many =
    { $max ->
        [one] Too many: no more than { $max } item.
       *[other] Too many: no more than { $max } items.
    }
error-message-too-old = More than 15 minutes have passed, and the message can no longer be changed. Send a new one.
error-message-deleted = This message has been deleted. Send a new one.
error-message-went-before = Your first version was sent and stands above. To send this one too, press again.
error-message-changed = This message was changed in another window. Reload the page.
error-not-for-you = You cannot search by words here: please look through your own list.
error-staff-only = Only a dispatcher may say this: leave this field out.
error-zone-unknown = There is no such time zone. Example: Asia/Yekaterinburg.
error-hours-invalid = These hours cannot be read. Example: 09:00-18:00.
error-lead-not-in-crew = The lead must be in this crew. Please add them or choose another one.
error-too-many-views = 30 views are saved already. Delete some.

# $count: how many photos are still missing
error-photos-before-missing =
    { $count ->
        [one] { $count } “before” photo is missing.
       *[other] { $count } “before” photos are missing.
    }
error-photos-after-missing =
    { $count ->
        [one] { $count } “after” photo is missing.
       *[other] { $count } “after” photos are missing.
    }

# $count: how many lines of the checklist are not ticked
error-checklist-missing =
    { $count ->
        [one] { $count } item of the checklist is not ticked.
       *[other] { $count } items of the checklist are not ticked.
    }
error-signature-missing = The customer’s signature is missing.

# $name: the customer who has this phone
error-customer-twin = This phone belongs to the customer “{ $name }”. Please choose them from the list or give another number.

error-stars-required = Choose one to five stars.

## Files

# $max: megabytes
error-file-too-large = The file is too large: up to { $max } MB is allowed. Please make it smaller or send it in parts.

# $max: megabytes
error-files-too-large = The files are too large together: up to { $max } MB. Send them in parts.

# $max: millions of pixels
error-file-too-many-pixels = The picture has too many pixels: up to { $max } million are allowed. Please make it smaller and send it again.
error-file-heic = HEIC pictures cannot be opened here. On an iPhone: Settings → Camera → Formats → Most Compatible. Save a picture already taken as JPEG.
error-file-svg = SVG drawings are not accepted: they may hold a program. Please send JPEG, PNG or PDF.
error-file-not-supported = Files of this kind are not accepted. Photos (JPEG, PNG, WebP), PDF, plain text, documents and tables (DOCX, XLSX, ODT, ODS, CSV) are.
error-file-damaged = The file is damaged or did not arrive whole. Please send it again.
error-file-empty = The file is empty. Please choose another one.
error-file-not-picture = A photo is needed here: JPEG, PNG or WebP.
error-too-many-files =
    { $max ->
        [one] Too many files: no more than { $max } file.
       *[other] Too many files: no more than { $max } files.
    }

## Around a problem on a page of its own
problem-back = Back
problem-home = Start page
problem-reference = Reference

## A whole page or request

## The value says what happened, -hint says what is safe and what to do
problem-invalid = Some fields need attention
problem-invalid-hint = What you typed is still in the fields but not saved yet. Please correct what is marked and send it again.
problem-stale = Somebody changed this while you were working
problem-stale-hint = Their changes are saved, yours are not yet. Please look at what it is now and make yours again.
problem-in-flight = This request is already running
problem-in-flight-hint = There is no need to send it again: nothing will be recorded twice. Please refresh the page in a few seconds.
problem-key-reused = This request key was used with other content
problem-key-reused-hint = The first request is saved, this one is not. Please send it with a new key.
problem-not-now = This cannot be done now
problem-not-now-hint = The state is different by now, and nothing has changed. Please refresh the page: it will show only what can be done.

# $worker: a name; $number: an order’s number; $when: a window, such as “Today, 13:00–15:30”
problem-overlap = The worker is busy at that time
problem-overlap-hint = { $worker } already has a visit for order No. { $number } ({ $when }). Yours is not saved yet. Please choose another time or worker, or give a reason to assign it anyway.
problem-busy-then = You have another visit at that time
problem-busy-then-hint = Nothing has changed. Please call the dispatcher to find another time.
problem-order-not-open = This order is closed for changes now
problem-order-not-open-hint = It is completed, cancelled or on hold, and everything in it is as it was. Please resume or reopen it first.
problem-not-confirmed = The order is not confirmed yet
problem-not-confirmed-hint = The visit has not been created. Please confirm the order and assign again.
problem-nothing-to-return = There is nothing to return: no visit is done
problem-nothing-to-return-hint = The order is as it was. Please plan a new visit if the work must be redone.
problem-report-closed = The report cannot be changed now
problem-report-closed-hint = A report is written while the work on site goes on. What is saved in it stays. To add something, please ask the dispatcher to return the visit.
problem-customer-taken = This customer is already on record
problem-customer-taken-hint = No second one was created. Please find them by phone and choose them from the list.
problem-customer-twin = There is such a customer already
problem-customer-twin-hint = No second one was created. Please find them by phone and choose them from the list.
problem-incomplete = It cannot be finished yet: the report is incomplete
problem-incomplete-hint = All that you added is saved. Please add what is missing and finish again.
problem-not-completed = The order is not finished yet
problem-not-completed-hint = The rating was not saved. You can give it once the work is accepted.
problem-review-closed = The review can no longer be changed
problem-review-closed-hint = It may be changed for thirty days. The earlier review stays as it was.
problem-nobody-to-write = There is nobody to write to yet
problem-nobody-to-write-hint = The visit has not been offered to anybody. Assign somebody, and the chat will open.
problem-message-too-old = The message can no longer be changed
problem-message-too-old-hint = You can change or delete your message for 15 minutes. Write a new one.
problem-message-deleted = The message has been deleted
problem-message-deleted-hint = Write a new one.
problem-nobody-waits = Nobody waits for an answer here any more
problem-nobody-waits-hint = A colleague has probably answered first. Reload the list.
problem-chat-taken = A colleague has taken this chat
problem-chat-taken-hint = Reload the list: it shows who answers.
problem-not-found = There is nothing here
problem-not-found-hint = The link may be old or mistyped. Please go to the start page or use the search.
problem-forbidden = You may not do this
problem-forbidden-hint = Nothing has changed. If you need it for your work, please ask the administrator.
problem-unauthenticated = Please sign in again
problem-unauthenticated-hint = Your session has ended. What was saved is in place, and after signing in you will come back here.
problem-sign-in-failed = You are not signed in
problem-sign-in-failed-hint = The login or the password does not match. Please check the keyboard layout and Caps Lock. If you forgot the password, ask the dispatcher for a new link.
problem-blocked = Your access is closed
problem-blocked-hint = The administrator has closed your access. Your data are kept. Please contact them if this is a mistake.
problem-last-administrator = This is the only administrator
problem-last-administrator-hint = Nothing changed. Make somebody else an administrator first.
problem-user-blocked = This person is blocked
problem-user-blocked-hint = No link was made. Unblock them first.
problem-throttled = Too many attempts in a row
problem-throttled-hint = Nothing is lost. Please wait a few minutes and try again.
problem-link-expired = This link no longer works
problem-link-expired-hint = It has been used or has expired. Please ask whoever sent it for a new one.
problem-foreign-origin = The request came from another site
problem-foreign-origin-hint = We did not carry it out; nothing has changed. Please open the page again and repeat.
problem-bad-request = The request could not be read
problem-bad-request-hint = Nothing has changed. Please refresh the page and send it again.
problem-bad-header = A header of the request is wrong
problem-bad-header-hint = Nothing has changed. Please check the headers against the API description and repeat.
problem-bad-idempotency-key = The request key is wrong
problem-bad-idempotency-key-hint = Nothing has changed. Idempotency-Key must be a UUID.
problem-not-json = JSON is needed
problem-not-json-hint = Nothing has changed. Please send a body of the type application/json.
problem-not-multipart = A file is sent as multipart/form-data
problem-not-multipart-hint = Nothing was saved. Put the file into the field “file” and send it again.
problem-bad-json = The JSON is broken
problem-bad-json-hint = Nothing has changed. Please check the brackets and quotes and send it again.
problem-not-an-object = A JSON object is needed
problem-not-an-object-hint = Nothing has changed. The fields of the request belong inside braces.
problem-too-large = Too much was sent at once
problem-too-large-hint = Nothing has been saved. Please send fewer files at a time.
problem-method-not-allowed = This address does not work that way
problem-method-not-allowed-hint = Nothing has changed. Please go back and repeat from the page itself.
problem-timeout = The data took too long to arrive
problem-timeout-hint = Nothing has been saved. Please check the connection and send it again.
problem-storage-full = The server has run out of space
problem-storage-full-hint = This change is not saved; the rest is in place and can be read. Please tell the administrator that the disk must be freed.
problem-unavailable = The system is restarting or busy
problem-unavailable-hint = What was saved is in place. Please wait a minute and try again.
problem-internal = The server failed and we could not do this
problem-internal-hint = What was saved before is in place. Please try again in a minute; if that does not help, tell the administrator the reference.
problem-offline = No connection to the server
problem-offline-hint = What you typed is still on the page. Please check the internet and try again.
problem-not-empty = The database is not empty
problem-not-empty-hint = Demonstration data goes into an empty database only.
