### The office: boards, one order, assignment.

## Boards
desk-kinds = Kind of list
desk-table = Table
desk-kanban = Kanban
desk-search = Customer, address, order no.
desk-col-number = No.
desk-col-customer = Customer and address
desk-col-work = Work
desk-col-signs = Attention
desk-col-sum = Sum
desk-no-date = No date
desk-undated = No date
desk-address-flat = { $address }, apt. { $flat }

# The number stands before it, in bold.
desk-sum-active =
    { $count ->
        [one] active
       *[other] active
    }
desk-sum-today = today
desk-sum-unassigned = without a crew
desk-sum-attention =
    { $count ->
        [one] needs attention
       *[other] need attention
    }
desk-sum-price = worth

## Filters
desk-scope = Which orders
desk-scope-open = Active
desk-scope-all = All orders
desk-any-worker = all
desk-any-day = any day
desk-this-week = Rest of the week
desk-from = From
desk-to = To
desk-from-day = from { $day }
desk-to-day = until { $day }
desk-sort = Order of rows
desk-sort-due = By visit date
desk-sort-new = Newest first
desk-words-search = “{ $name }”
desk-words-status = status: { $name }
desk-words-worker = worker: { $name }
desk-words-service = service: { $name }
desk-words-priority = priority: { $name }
desk-words-attention = Needing attention
desk-words-unassigned = Without a crew
desk-words-overdue = Late
desk-nothing-found = Nothing matches the filter
desk-no-orders = No active orders
desk-no-orders-hint = Orders that still need work will be here.

## Marks of a row
desk-problem-declined = Declined
desk-problem-expired = No answer
desk-problem-not-done = Not done
desk-problem-cancellation-requested = Asks to cancel
desk-answer-by = Answer by { $time }
source-phone = Call
source-portal = Portal
source-site = Website
source-api = Program
source-messenger = Messenger

## One order
desk-crumbs = Where you are
desk-more-actions = More actions
desk-until = until { $date }
desk-first-order = First order
desk-entrance = entrance
desk-floor = floor
desk-intercom = intercom
desk-map-yandex = Yandex Maps
desk-map-2gis = 2GIS
desk-map-osm = OSM
desk-wishes = Wishes and price
desk-desired = Convenient time
desk-duration = Duration
desk-source = Source
desk-no-visits = No visits yet
desk-no-visits-hint = Assign a worker and a time: they will see the visit on their phone.
desk-lead = lead
desk-answer-by-long = Answer expected by: { $time }
desk-answer-left = Answer expected within { "{time}" }
desk-answer-over = Time to answer is over
desk-overridden = Planned despite an overlap
desk-payout = Contractor’s payout
desk-time-accepted = Accepted
desk-time-departed = Departed
desk-time-arrived = Arrived
desk-time-finished = Finished
desk-signed-by = Signed by the customer
desk-by-system = System
desk-history-filter = What to show
desk-history-all = All
desk-history-comments = Notes
desk-history-changes = Changes
desk-history-empty = Nothing here yet
desk-note = Note for colleagues
desk-note-add = Add note
desk-field-service = service
desk-field-address = address
desk-field-description = description
desk-field-requirements = requirements
desk-field-desired = convenient time
desk-field-priority = priority
desk-field-price = price

# Orders that came while the list was open: “3 new orders ↑”
desk-newer =
    { $count ->
        [one] { $count } new order
       *[other] { $count } new orders
    }

## Saved views
desk-view-name = Name of the view
desk-view-delete = Delete this view

## Kanban
desk-nobody = Nobody assigned yet
desk-drop-refused = The card cannot go there: orders get this status by themselves or from another state.
desk-drop-completed = Drop here the work that you accepted
desk-all-in-table = Show all in the table

## Needs attention
desk-attention = Need attention
desk-attention-none = Everything is under control
desk-attention-none-hint = New orders, declines, delays and reports to check will be here.
desk-undelivered =
    { $count ->
        [one] { $count } message did not arrive, or it is not known whether it did.
       *[other] { $count } messages did not arrive, or it is not known whether they did.
    }
desk-undelivered-show = Show
desk-why-channels = Channels do not work
desk-why-cancellation = Customer asks to cancel
desk-why-late = Time is over, work has not begun
desk-why-not-done = Not done
desk-why-unanswered = Declined or not answered
desk-why-check = Work to check
desk-why-new = New orders
desk-why-unread = Waiting for an answer in the chat
desk-answer = Answer
desk-check-report = See the report

## Start page
desk-fig-active = Active orders
desk-fig-today = Visits today
desk-fig-unassigned = Without a crew
desk-fig-attention = Need attention
desk-fig-week = Completed this week
desk-fig-average = Average time of an order
desk-last-week = last week: { $number }
desk-this-month = this month
desk-by-status = Orders by status
desk-by-week = Completed by week
desk-by-week-none = No completed orders yet
desk-by-week-none-hint = Here you will see how many orders were completed each week.
desk-as-table = Show as a table
desk-week-from = Week from
desk-done = Completed

## New order, changing an order
desk-new-phone-hint = Begin with the phone: a known customer will come up in the list.
desk-new-twin = It is { $name }, the order is theirs
desk-new-twin-open = Open the customer’s card
desk-new-name = Name
desk-new-kind = Who it is
desk-kind-person = Person
desk-kind-company = Company
desk-new-work = Work
desk-choose = Choose…
desk-new-address-hint = Street and house: Malysheva, 84
desk-district = District
desk-district-hint = A contractor sees the district before accepting.
desk-flat = Flat or office
desk-entrance-label = Entrance
desk-floor-label = Floor
desk-intercom-label = Intercom
desk-requirements = Wishes
desk-requirements-hint = Pass, parking, shoe covers
desk-desired-from = Convenient from
desk-desired-to = Convenient until
desk-price = Price, ₽
desk-price-hint = If left empty, taken from the catalogue.
desk-create-confirmed = Create and confirm
desk-edit = Change order

## Assignment
desk-assign = Assign a visit
desk-move = Reschedule a visit
desk-assign-confirms = The order is new: assigning also confirms it.
desk-confirm-assign = Confirm and assign
desk-starts = Start
desk-ends = End
desk-ends-hint = If left empty, { $length } after the start.
desk-who = Who goes
desk-free = Free
desk-taken = Busy
desk-load =
    { $count ->
        [one] { $count } more visit that day
       *[other] { $count } more visits that day
    }
desk-busy = { $when }, order no. { $number }
desk-outside-hours = outside working hours
desk-missing-skills = lacks the skill: { $skills }
desk-no-workers = No workers yet. The administrator adds them.
desk-look = Check who is free
desk-lead-label = Lead
desk-lead-first = The first of those chosen
desk-lead-hint = Answers the offer for the whole crew.
desk-payout-hint = Of the workers only the contractor sees it.
desk-visit-note = Note for the crew
desk-offer-now = Offer at once
desk-offer-hint = The worker sees the visit and the time to answer.
desk-override-reason = Why assign although busy
desk-override-hint = The reason stays in the order’s history.

## Secret link
desk-link = Link for the customer
desk-link-hint = With the link the customer sees this order alone and can accept the work without signing in.
desk-link-none = There are no live links.
desk-link-alive =
    { $count ->
        [one] { $count } link is live.
       *[other] { $count } links are live.
    }
desk-link-make = Create link
desk-link-revoke = Revoke all
desk-link-made = The link is ready. Send it to the customer.
desk-link-once = It cannot be shown again: only its fingerprint is stored.
