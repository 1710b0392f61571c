### Messages: the three chats of an order, and those outside any. Who reads is always said, so that nobody mixes them up.
messages-title = Messages
messages-with-customer = Chat with the customer
messages-office = Dispatcher
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
messages-seen-direct = The technician, dispatchers and administrators will see this

## In the field
messages-write-customer = Message
messages-write-worker = Message
messages-write-internal = Note for the team
messages-write-direct = Message

## Where nothing has been written yet
messages-none-customer = No messages yet
messages-none-worker = No messages yet
messages-none-internal = No notes yet
messages-none-direct = No messages yet

## A message's own marks and deeds
messages-reply = Reply
messages-edit = Edit
messages-delete = Delete
messages-edited = edited
messages-deleted = Message deleted
messages-sent = Sent
messages-delivered = Delivered
messages-read = Read
messages-replying = Reply to { $who }
messages-editing = Editing a message
messages-delete-ask = Delete this message?

## The chats of the office
messages-which = Which chats
messages-waiting = Waiting for an answer
messages-all = All chats
messages-nobody-waits = Everybody has an answer
messages-nobody-waits-hint = Chats in which a customer or a technician waits for an answer will appear here, the longest wait first.
messages-no-chats = No chats yet
messages-no-chats-hint = Write to a customer or a technician from the order's page.
messages-waits = Waiting for { $time }
messages-take = Take
messages-release = Give back
messages-dismiss = No answer needed
messages-dismissed = No answer needed: { $name }.
messages-tag-customer = Customer
messages-tag-worker = Visit
messages-tag-internal = Team
messages-tag-direct = Direct

## Ready answers
messages-quick = Quick replies
messages-quick-hint = Ready answers stand above the message field. Press one, and it is put into the field: you can change it before sending.
messages-quick-removed = Removed: “{ $text }”.
messages-quick-customer = To the customer
messages-quick-worker = To the technician, about a visit
messages-quick-direct = To the technician directly
messages-quick-internal = To the team
messages-quick-text = Text of the answer
messages-quick-new = New answer
messages-quick-edit = Set up quick replies
flash-quick-replies-saved = Quick replies are saved

## Search in the chats
messages-search = Search messages
messages-search-word = A word of the message
messages-found = Messages found
messages-found-none = Nothing found
messages-found-none-hint = Try another word. Words are found by their beginning.
messages-move-wanted = Please move it: { $wish }

## Files
messages-attach = Attach files
messages-attached = Chosen files

# The name of the file follows
messages-file-remove = Remove

## Who is named
messages-named = Mentions
messages-names-you = Mentions you
messages-nobody-names = No new mentions
messages-nobody-names-hint = Chats in which colleagues name you with “@” will appear here.
messages-people = Whom to mention

## Who is typing
# $who: a name
messages-typing = { $who } is typing…

messages-earlier = Earlier messages
messages-newest = To the newest messages
messages-versions = What it said before
messages-crews = Chats with the crews of this order
messages-version-until = Until { $when }
messages-version-now = Now
messages-version-files = Files alone
