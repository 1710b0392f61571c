### Messages: the three chats of an order. Who reads is always said, so that nobody mixes them up.
messages-title = Messages
messages-with-office = Chat with the dispatcher
messages-log = Conversation
messages-unread = Unread:
messages-mark-read = Mark as read

## The tabs of the office
messages-tab-customer = Customer
messages-tab-worker = Technician
messages-tab-internal = Team

## Under the tabs: who sees what is written here
messages-seen-customer = The customer will see this
messages-seen-worker = The technician and the crew will see this
messages-seen-internal = Only dispatchers and administrators see this

## In the field
messages-write-customer = Message
messages-write-worker = Message
messages-write-internal = Note for the team

## Where nothing has been written yet
messages-none-customer = No messages yet
messages-none-worker = No messages yet
messages-none-internal = No notes yet
