### Demonstration data in a new system

demo-title = Demonstration data
demo-lead = The system will be filled with a made-up company: workers, customers, services and 300 orders over three months, to show how everything looks at work.
demo-hint = This data cannot be taken away later: for real work begin with a new data folder or a new database.
demo-submit = Fill
demo-busy = Filling…
demo-skip = No need
demo-done = Done. You can sign in as each of these people; the password is the same for all:
demo-done-hint = Write the password down: it is not shown again.
demo-login = Login
demo-name = Name
demo-role = Role
demo-look = Have a look
setup-demo = Fill with demonstration data
setup-demo-hint = To look around first: a made-up company and 300 orders.
