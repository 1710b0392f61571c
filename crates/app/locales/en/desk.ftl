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
desk-answer-by-long = answer by: { $time }
desk-answer-left = { "{time}" } left to answer
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
desk-note-hint = Note for colleagues, the customer will not see it
desk-note-add = Add note
desk-field-service = service
desk-field-address = address
desk-field-description = description
desk-field-requirements = requirements
desk-field-desired = convenient time
desk-field-priority = priority
desk-field-price = price
