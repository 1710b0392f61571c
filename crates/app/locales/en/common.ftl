### Words that several features share: buttons, labels, counted nouns. A feature keeps its own sentences in its own file.

## Buttons
action-save = Save
action-saving = Saving…
action-cancel = Cancel
action-close = Close
action-back = Back
action-next = Next
action-add = Add
action-create = Create
action-edit = Edit
action-delete = Delete
action-remove = Remove
action-undo = Undo
action-retry = Try again
action-refresh = Refresh
action-open = Open
action-copy = Copy
action-print = Print
action-download = Download
action-upload = Upload
action-search = Search
action-filter = Apply
action-reset-filters = Clear filters
action-save-view = Save this view
action-more = Show more
action-new-order = New order
action-assign = Assign
action-reschedule = Reschedule
action-call = Call
action-write = Write
action-route = Route
action-start-work = Start work
action-photo-report = Photo report
action-publish = Publish
action-send = Send
action-sign-in = Sign in
action-sign-out = Sign out

## Labels
label-name = Name
label-phone = Phone
label-email = E-mail
label-login = Login
label-password = Password
label-role = Role
label-address = Address
label-service = Service
label-description = Description
label-date = Date
label-time = Time
label-window = Visit time
label-price = Price
label-status = Status
label-priority = Priority
label-reason = Reason
label-comment = Comment
label-optional = optional
label-yes = Yes
label-no = No
label-all = All
label-any = any
label-none = not set

## The things of the trade
noun-order = Order
noun-orders = Orders
noun-visit = Visit
noun-visits = Visits
noun-my-visits = My visits
noun-my-orders = My orders
noun-crew = Crew
noun-worker = Worker
noun-workers = Workers
noun-customer = Customer
noun-customers = Customers
noun-service = Service
noun-services = Services
noun-report = Report
noun-history = History
noun-files = Files
noun-notes = Notes
noun-message = Message
noun-review = Review
noun-users = Users
noun-settings = Settings
noun-audit = Audit log
noun-channel = Channel
noun-notifications = Notifications

# $number: the number that people see, such as 26-000123
order-number = Order No. { $number }

## Languages and themes, each language by its own name
language-ru = Русский
language-en = English
theme-light = Light theme
theme-dark = Dark theme
theme-system = System theme

## Counted nouns
count-orders =
    { $count ->
        [one] { $count } order
       *[other] { $count } orders
    }
count-visits =
    { $count ->
        [one] { $count } visit
       *[other] { $count } visits
    }
count-customers =
    { $count ->
        [one] { $count } customer
       *[other] { $count } customers
    }
count-workers =
    { $count ->
        [one] { $count } worker
       *[other] { $count } workers
    }
count-people =
    { $count ->
        [one] { $count } person
       *[other] { $count } people
    }
count-photos =
    { $count ->
        [one] { $count } photo
       *[other] { $count } photos
    }
count-files =
    { $count ->
        [one] { $count } file
       *[other] { $count } files
    }
count-messages =
    { $count ->
        [one] { $count } message
       *[other] { $count } messages
    }
count-reviews =
    { $count ->
        [one] { $count } review
       *[other] { $count } reviews
    }
count-stars =
    { $count ->
        [one] { $count } star
       *[other] { $count } stars
    }
count-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
count-hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
count-minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
count-sessions =
    { $count ->
        [one] { $count } session
       *[other] { $count } sessions
    }

# $done of $total, such as “4 of 6”
count-done-of = { $done } of { $total }
