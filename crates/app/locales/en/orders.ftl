### Orders in general: what happened to them, what was just done, questions before a deed. All roles read these.

## Lines of the history. No gender: who did it stands beside.
event-order-created = Order created
event-order-changed = Order changed
event-order-confirmed = Order confirmed
event-order-scheduled = Order scheduled
event-order-unscheduled = Order has nobody assigned again
event-order-started = Work started
event-order-finished = Work done, waiting for acceptance
event-order-completed = Order completed
event-order-returned = Work returned for rework
event-order-held = Order put on hold
event-order-resumed = Order resumed
event-order-cancelled = Order cancelled
event-order-cancellation-requested = Customer asks to cancel the order
event-order-reopened = Order reopened
event-order-reviewed = Review received
event-order-link-made = Customer link created
event-order-links-revoked = Customer links revoked
event-visit-planned = Visit planned
event-visit-moved = Visit rescheduled
event-visit-offered = Visit offered
event-visit-accepted = Visit accepted
event-visit-declined = Visit declined
event-visit-expired = Offer expired without an answer
event-visit-departed = Left for the customer
event-visit-arrived = Arrived
event-visit-paused = Work paused
event-visit-resumed = Work resumed
event-visit-done = Visit done
event-visit-not-done = Visit not done
event-visit-checked = Report checked
event-visit-returned = Visit returned for rework
event-visit-time-fits = The customer confirmed the time
event-visit-move-wanted = The customer asks for another time
event-visit-cancelled = Visit cancelled
event-visit-overlap-overridden = Planned despite an overlap
event-report-saved = Report started
event-file-added = File added
event-file-removed = File removed
event-note-added = Note

## Notices after a deed
flash-order-confirmation = Order confirmed
flash-order-cancellation = Order cancelled
flash-order-cancellation-asked = Your request to cancel has been sent to the dispatcher
flash-order-hold = Order put on hold
flash-order-resumption = Order resumed
flash-order-acceptance = Work accepted, order completed
flash-order-return = Work returned for rework
flash-order-reopening = Order reopened
flash-order-created = Order created
flash-order-changed = Order changed
flash-visit-planned = Worker assigned
flash-visit-moved = Visit rescheduled
flash-view-saved = View saved
flash-links-revoked = Links revoked
flash-visit-offer = Visit offered
flash-visit-acceptance = Visit accepted
flash-visit-decline = Decline recorded
flash-visit-departure = Departure recorded
flash-visit-arrival = Arrival recorded
flash-visit-pause = Work paused
flash-visit-resumption = Work resumed
flash-visit-completion = Visit done
flash-visit-failure = Recorded: visit not done
flash-visit-check = Report checked
flash-visit-return = Visit returned for rework
flash-visit-cancellation = Visit cancelled

## Questions before a deed: one line under the title
ask-order-cancellation = Visits that have not begun will be cancelled too.
ask-order-hold = Visits that have not begun will be cancelled. The order comes back by itself on the day you name.
ask-order-return = Say what has to be put right: the worker will see it.
ask-order-reopening = The order becomes confirmed again and can be scheduled.
ask-visit-decline = The dispatcher will see the reason and find somebody else.
ask-visit-failure = The dispatcher will see the reason and decide what to do next.
ask-visit-return = Say what has to be put right: the worker will see it.
ask-visit-cancellation = The workers become free at this time.
ask-on-behalf = You record this for the worker. Say who told you, or why.
ask-until = Bring back on
ask-until-hint = If you leave it empty, you bring the order back yourself.
ask-changed = Something changed here while you were deciding
ask-changed-hint = Yours is not saved yet, the text is still in the fields. See what it looks like now, or send it again.
ask-changed-impossible = Yours was not saved: this can no longer be done.
ask-see = See what it looks like now

## Buttons of a dispatcher who does it for the worker
visit-behalf-acceptance = Accept for the worker
visit-behalf-decline = Record a decline
visit-behalf-departure = Record departure
visit-behalf-arrival = Record arrival
visit-behalf-pause = Record a pause
visit-behalf-resumption = Resume work
visit-behalf-completion = Finish visit
visit-behalf-failure = Not done
