### The catalogue of work.

services-which = Which services to show
services-active = In use
services-archive = Archive
services-new = Add a service
services-new-title = New service
services-crumbs = Where you are

## The list
services-name = Name
services-duration = Duration
services-skills = Skills
services-asks = Needed in the report
services-asks-nothing = nothing
services-no-price = by agreement
services-signature-short = signature
services-photos-before-count =
    { $count ->
        [one] { $count } photo before
       *[other] { $count } photos before
    }
services-photos-after-count =
    { $count ->
        [one] { $count } photo after
       *[other] { $count } photos after
    }
services-checklist-count =
    { $count ->
        [one] checklist: { $count } line
       *[other] checklist: { $count } lines
    }
services-empty = No services yet
services-empty-text = Add what the company does: an order chooses from this list.
services-archive-empty = The archive is empty
services-archive-empty-text = What the company no longer does goes here. Old orders stay as they are.

## The form
services-section-what = The work
services-duration-minutes = Usual duration, minutes
services-duration-hint = This much of a worker’s time is taken.
services-price = Price, ₽
services-price-hint = Leave it empty if the price is agreed upon each time.
services-section-who = Who can do it
services-new-skills = New skills
services-new-skills-hint = Separated by commas. The dispatcher sees which workers have them.
services-section-report = Needed in the report
services-checklist = Checklist
services-checklist-hint = One item a line. The worker ticks them off before finishing the visit.
services-photos-before = Photos before the work
services-photos-after = Photos after the work
services-signature = The customer must sign
services-signature-hint = Without it the visit cannot be finished.
services-is-archived = In the archive: no new orders can be made with it.
services-to-archive = To the archive
services-from-archive = Back from the archive

## Toasts
services-created = Service added
services-saved = Service saved
services-archived = Moved to the archive
services-restored = Back from the archive
