### Workers: the list and the card.

workers-invite = Invite a worker
workers-kind = Who
workers-any-kind = all
workers-kind-specialist = Specialist
workers-kind-contractor = Contractor
workers-kind-specialists = specialists
workers-kind-contractors = contractors
workers-skill = Skill
workers-presence = Whether they work now
workers-presence-all = All workers
workers-presence-active = Working only
workers-presence-away = Not working only
workers-skills = Skills
workers-zones = Districts
workers-state = State
workers-active = Working
workers-away = Not working
workers-blocked = Sign-in closed
workers-empty = No workers yet
workers-empty-text = Invite specialists and contractors: once they have signed in, visits can be assigned to them.
workers-none-found = No such workers
workers-none-found-text = Please try other conditions.

## The card
workers-orders = The worker’s orders
workers-write = Write
workers-section-card = Card
workers-edit-title = The worker’s card
workers-zones-any = all
workers-note = Note
workers-note-hint = Only dispatchers and administrators see it.
workers-hours = Working hours
workers-hours-company = No hours of their own: the company’s apply.
workers-hours-none = No hours are set: the worker counts as free at any time.
workers-hours-hint = A day without hours is off. If no day is filled in, the company’s hours apply.
workers-hours-from = From
workers-hours-to = To
workers-day-off = off
workers-contact = Phone to call
workers-contact-hint = If it is not the one they sign in with.
workers-zones-hint = Where they go, separated by commas. Empty means everywhere.
workers-is-active = Works now
workers-is-active-hint = No visits can be assigned to those who do not.
workers-saved = Card saved

## Days of the week, at the beginning of a line
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
