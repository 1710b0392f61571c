### What went wrong, what is safe, what to do. The part after the prefix is the code used in Rust and the API.

## By a field
error-required = Please fill this in.
error-required_choice = Please choose one of the options.

# $min: the least number of characters
error-too_short =
    { $min ->
        [one] Too short: at least { $min } character is needed.
       *[other] Too short: at least { $min } characters are needed.
    }

# $max: the greatest number of characters
error-too_long =
    { $max ->
        [one] Too long: no more than { $max } character.
       *[other] Too long: no more than { $max } characters.
    }
error-invalid = This cannot be read. Please check for a typo.
error-not_a_number = A number is needed here, for example 12.

# $min and $max: the ends of the range
error-out_of_range = The number must be from { $min } to { $max }.
error-not_in_list = This option is not on the list. Please choose one that is.
error-money_invalid = This amount cannot be read. Example: 48,900.50.
error-money_out_of_range = The amount cannot be below zero or above a trillion roubles.
error-phone_invalid = This does not look like a phone number. Example: +7 912 000-11-22.
error-phone_local = Please add the area code. Example: +7 343 200-11-22.
error-phone_too_short = The number lacks some digits. Example: +7 912 000-11-22.
error-phone_too_long = The number has too many digits. Please give one number here. Example: +7 912 000-11-22.
error-phone_extension = Please give the number without the extension and put the extension in the comment.
error-email_invalid = This does not look like an e-mail address. Example: ivan@example.com.
error-date_invalid = This date or time cannot be read. Example: 24.11.2026 13:00.
error-time_skipped = The clocks go forward that day and skip this time. Please choose a time an hour later.
error-date_order = The end is before the start. Please swap them or correct one of them.
error-date_past = This time has already passed. Please choose one in the future.
error-taken = This is already taken. Please check whether it is on the list already.
error-phone_taken = This phone already belongs to somebody else. Please find them on the list or give another number.
error-email_taken = This e-mail address is already taken. Please give another one.
error-login_taken = This login is already taken. Please think of another one.
error-login_invalid = A login may have Latin letters, digits, points, hyphens and underscores.
error-password_too_short =
    { $min ->
        [one] The password is too short: at least { $min } character is needed.
       *[other] The password is too short: at least { $min } characters are needed.
    }
error-password_common = This password is too well known and would be guessed in a minute. Please think of another one, for example three or four words.
error-password_wrong = The current password does not match. Please check the keyboard layout and Caps Lock.
error-consent_required = Without your consent we may not keep personal data. Please tick it if you agree.
error-not_found = There is no such record. Please choose another one.
error-unknown_field = There is no such field here. Please remove it or correct its name.

## Files

# $max: a size, such as “20 MB”
error-file_too_large = The file is too large: up to { $max } is allowed. Please make it smaller or send it in parts.

# $max: millions of pixels
error-file_too_many_pixels = The picture has too many pixels: up to { $max } million are allowed. Please make it smaller and send it again.
error-file_heic = HEIC pictures cannot be opened here. On an iPhone: Settings → Camera → Formats → Most Compatible. Save a picture already taken as JPEG.
error-file_svg = SVG drawings are not accepted: they may hold a program. Please send JPEG, PNG or PDF.
error-file_not_supported = Files of this kind are not accepted. JPEG, PNG, WebP and PDF are.
error-file_damaged = The file is damaged or did not arrive whole. Please send it again.
error-file_empty = The file is empty. Please choose another one.
error-too_many_files =
    { $max ->
        [one] Too many files: no more than { $max } file.
       *[other] Too many files: no more than { $max } files.
    }

## Around a problem on a page of its own
problem-back = Back
problem-home = Start page
problem-reference = Reference

## A whole page or request

## The value says what happened, .advice says what is safe and what to do
problem-invalid = Some fields need attention
    .advice = What you typed is still in the fields but not saved yet. Please correct what is marked and send it again.
problem-stale = Somebody changed this while you were working
    .advice = Their changes are saved, yours are not yet. Please look at what it is now and make yours again.
problem-in_flight = This request is already running
    .advice = There is no need to send it again: nothing will be recorded twice. Please refresh the page in a few seconds.
problem-key_reused = This request key was used with other content
    .advice = The first request is saved, this one is not. Please send it with a new key.
problem-not_now = This cannot be done now
    .advice = The state is different by now, and nothing has changed. Please refresh the page: it will show only what can be done.
problem-overlap = The worker is busy at that time
    .advice = The visit has not been assigned, the rest is in place. Please choose another time or worker, or give a reason to assign it anyway.
problem-incomplete = It cannot be finished yet: the report is incomplete
    .advice = All that you added is saved. Please add what is missing and finish again.
problem-not_found = There is nothing here
    .advice = The link may be old or mistyped. Please go to the start page or use the search.
problem-forbidden = You may not do this
    .advice = Nothing has changed. If you need it for your work, please ask the administrator.
problem-signed_out = Please sign in again
    .advice = Your session has ended. What was saved is in place, and after signing in you will come back here.
problem-sign_in_failed = You are not signed in
    .advice = The login or the password does not match. Please check the keyboard layout and Caps Lock. If you forgot the password, ask the dispatcher for a new link.
problem-blocked = Your access is closed
    .advice = The administrator has closed your access. Your data are kept. Please contact them if this is a mistake.
problem-throttled = Too many attempts in a row
    .advice =
        { $minutes ->
            [one] Nothing is lost. Please try again in { $minutes } minute.
           *[other] Nothing is lost. Please try again in { $minutes } minutes.
        }
problem-link_expired = This link no longer works
    .advice = It has been used or has expired. Please ask whoever sent it for a new one.
problem-foreign_origin = The request came from another site
    .advice = We did not carry it out; nothing has changed. Please open the page again and repeat.
problem-malformed = The request could not be read
    .advice = Nothing has changed. Please refresh the page and send it again.
problem-too_large = Too much was sent at once
    .advice = Nothing has been saved. Please send fewer files at a time.
problem-not_supported = This address does not work that way
    .advice = Nothing has changed. Please check the method and the content type in the API description.
problem-unavailable = The system is restarting or busy
    .advice = What was saved is in place. Please wait a minute and try again.

# $reference: the number by which the administrator finds the cause in the log
problem-internal = The server failed and we could not do this
    .advice = What was saved before is in place. Please try again in a minute; if that does not help, tell the administrator the number { $reference }.
problem-offline = No connection to the server
    .advice = What you typed is still on the page. Please check the internet and try again.
