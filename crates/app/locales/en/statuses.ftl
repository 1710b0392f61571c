### Names of states, roles and other fixed lists. The part after the prefix is the code of the API with hyphens.

## An order, as the staff see it
order-status-new = New
order-status-confirmed = Confirmed
order-status-scheduled = Scheduled
order-status-in-progress = In progress
order-status-acceptance = Acceptance
order-status-completed = Completed
order-status-on-hold = On hold
order-status-cancelled = Cancelled

## An order, as its customer reads it
order-client-new = Received
order-client-confirmed = Confirmed, finding a time
order-client-scheduled = Scheduled
order-client-en-route = The installer is on the way
order-client-in-progress = The installer is at work
order-client-acceptance = Please accept the work
order-client-completed = Done
order-client-on-hold = On hold
order-client-cancelled = Cancelled

# $when: a window, such as “22 November, 13:00–15:30”
order-client-scheduled-at = Scheduled for { $when }

# $date: a day without its weekday, such as “25 November”
order-client-on-hold-until = On hold until { $date }

## A visit, as the staff see it
visit-status-planned = Planned
visit-status-offered = Offered
visit-status-accepted = Accepted
visit-status-en-route = On the way
visit-status-on-site = On site
visit-status-paused = Paused
visit-status-done = Done
visit-status-not-done = Not done
visit-status-checked = Checked
visit-status-returned = Returned
visit-status-declined = Declined
visit-status-expired = Expired
visit-status-cancelled = Cancelled

## A visit, as the customer reads it
visit-client-planned = Finding an installer
visit-client-offered = Finding an installer
visit-client-accepted = Installer assigned
visit-client-en-route = The installer is on the way
visit-client-on-site = The installer is on site
visit-client-paused = The installer is taking a break
visit-client-done = The work is done
visit-client-not-done = It could not be done
visit-client-checked = The work is checked
visit-client-returned = The installer is putting things right
visit-client-declined = Finding an installer
visit-client-expired = Finding an installer
visit-client-cancelled = The visit is cancelled

## What can be done with an order
order-action-confirmation = Confirm
order-action-hold = Put on hold
order-action-resumption = Resume
order-action-cancellation = Cancel the order
order-action-acceptance = Accept the work
order-action-return = Return for rework
order-action-reopening = Reopen

## What can be done with a visit
visit-action-offer = Offer
visit-action-acceptance = Accept
visit-action-decline = Decline
visit-action-departure = On my way
visit-action-arrival = Mark arrival
visit-action-pause = Pause
visit-action-resumption = Resume work
visit-action-completion = Finish
visit-action-failure = Not done
visit-action-check = Mark as checked
visit-action-return = Return for rework
visit-action-cancellation = Cancel the visit

## Marks on top of a state

# $reason: one of the reasons below
mark-problem = Problem: { $reason }
mark-late = Late
mark-waiting-parts = Waiting for parts
mark-unpaid = Unpaid

## Reasons
reason-no-answer = The customer does not answer
reason-no-access = No access
reason-not-ready = The premises are not ready
reason-no-material = No material
reason-other-crew = Another crew is needed
reason-weather = Weather
reason-other = Other

## Roles
role-administrator = Administrator
role-dispatcher = Dispatcher
role-specialist = Specialist
role-contractor = Contractor
role-customer = Customer

## Priorities
priority-low = Low
priority-normal = Normal
priority-high = High
priority-urgent = Urgent

## Kinds of files
file-kind-before = Photo before
file-kind-after = Photo after
file-kind-document = Document
file-kind-signature = Signature
file-kind-other = Other
