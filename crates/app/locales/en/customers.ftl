### Customers: the list and the card.

customers-search = Name, phone or e-mail
customers-new = Add a customer
customers-next = Next
customers-empty = No customers yet
customers-empty-text = A customer appears here with their first order. You may also add one in advance.
customers-none-found = Nobody found
customers-none-found-text = Please check for typos. You can search by the beginning of a name and by any part of a phone number.
customers-open-orders =
    { $count ->
        [one] { $count } open
       *[other] { $count } open
    }

## The card
customers-section-card = Card
customers-kind = Who it is
customers-kind-person = Person
customers-kind-company = Company
customers-login = Account
customers-answers = Answers in the chat
customers-has-login = Can sign in
customers-no-login = none
customers-since = Added
customers-note = Note
customers-no-note = No note.
customers-all-orders = All orders
customers-no-orders = No orders yet
customers-no-orders-text = Create the first one: name and phone are filled in for you.
customers-no-phone = no phone

## The form
customers-new-title = New customer
customers-edit-title = The customer’s card
customers-name = Name
customers-phone-hint = In any notation: 8 912…, +7 912…
customers-note-hint = Only dispatchers and administrators see it.

# $name: the customer who has this phone
customers-open-twin = Open the card: { $name }
customers-created = Customer added
customers-saved = Card saved
