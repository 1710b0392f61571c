### The worker's pages: today, one visit, its report.

## Today
field-offers = Offered to you
field-next = Next
field-empty = Nothing planned for today
field-empty-hint = A new visit will appear here by itself.
field-none-yet = No visits yet
field-none-yet-hint = Everything assigned to you will be here.
field-earlier = Earlier
field-to-newest = To the newest
field-done-today =
    { $count ->
        [one] Done today: { $count }
       *[other] Done today: { $count }
    }

## An offer

# $when: “Today, 15:00”
field-offer-until = Answer by: { $when }

# $time: hours, minutes and seconds left
field-offer-left = Time left to answer: { $time }
field-offer-over = The time to answer is over
field-lead-answers = The lead answers for the crew.
field-hidden-until-accepted = The customer’s address and phone will open once you accept the visit.
field-hidden-after = The visit is closed, so the customer’s address and phone are hidden.

# $sum: money
field-payout = You get { $sum }

# $sum: money
field-price = Price { $sum }

## One visit

# $number: the order's number
field-visit-title = Visit No. { $number }

# $address: street and house; $flat: the flat's number
field-address-flat = { $address }, flat { $flat }

# $value: as the customer said it
field-entrance = Entrance { $value }
field-floor = Floor { $value }
field-intercom = Intercom { $value }
field-route-navigator = Yandex Navigator
field-route-yandex = Yandex Maps
field-route-2gis = 2GIS
field-route-other = Another app
field-returned = Returned for rework
field-note = From the dispatcher
field-work = The work
field-requirements = Special requirements
field-with-you = Going with you
field-sent-along = Photos and files of the order
field-more = More
field-report = Report
field-report-hint = Photos, checklist, signature
field-resume = Back to work
field-pause-hint = When you have to step away or wait for parts
field-fail = It cannot be done
field-fail-hint = Choose the reason, the dispatcher decides what comes next

## The report

# $number: the order's number
field-report-title = Report on visit No. { $number }

# $done of $total things that the service asks for
field-done-of = { $done } of { $total } ready

# $when: “5 minutes ago”
field-saved = Saved { $when }
field-missing = What is missing
field-stale-hint = Someone else of the crew has added to the report. Your text is still on the page: check it and save again.
field-stale-now = The report says now:
field-photos-before = Photos before
field-photos-after = Photos after
field-take-photo = Take a photo
field-photo-wanted = Still needed
field-sending = Sending…
field-sent = Sent
field-not-sent = Not sent. The photo is safe, please try again.
field-remove-photo = Delete the photo

# $name: the file's name
field-photo-menu = Actions with the photo { $name }

# $name: the file's name
field-remove-file = Delete the file { $name }
field-checklist = Checklist
field-text = Comment
field-text-hint = What was done, what you noticed, what is needed next time
field-signature = Customer’s signature
field-signature-canvas = Sign here with a finger
field-signature-clear = Clear
field-sign-again = Sign again
field-signed-by = Who accepted the work
field-signed-by-hint = Name and surname, instead of a signature on the screen
field-finishing = Finishing…
field-choose-file = A file for the report
field-attach = Attach
flash-report-saved = The report is saved
