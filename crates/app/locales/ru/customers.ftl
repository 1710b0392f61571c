### Customers: the list and the card.

customers-search = Имя, телефон или почта
customers-new = Добавить заказчика
customers-next = Дальше
customers-empty = Заказчиков пока нет
customers-empty-text = Заказчик появится здесь с первым заказом. Можно добавить его и заранее.
customers-none-found = Никого не нашли
customers-none-found-text = Проверьте, нет ли опечатки. Искать можно по началу имени и по любой части телефона.
customers-open-orders =
    { $count ->
        [one] { $count } в работе
        [few] { $count } в работе
        [many] { $count } в работе
       *[other] { $count } в работе
    }

## The card
customers-section-card = Карточка
customers-kind = Кто это
customers-kind-person = Частное лицо
customers-kind-company = Организация
customers-login = Личный кабинет
customers-answers = Ответы в чате
customers-has-login = Есть вход в кабинет
customers-no-login = нет
customers-since = В базе с
customers-note = Заметка
customers-no-note = Заметки нет.
customers-all-orders = Все заказы
customers-no-orders = Заказов пока нет
customers-no-orders-text = Создайте первый: имя и телефон подставятся сами.
customers-no-phone = телефон не указан

## The form
customers-new-title = Новый заказчик
customers-edit-title = Карточка заказчика
customers-name = Имя или название
customers-phone-hint = В любой записи: 8 912…, +7 912…
customers-note-hint = Её видят только диспетчер и администратор.

# $name: the customer who has this phone
customers-open-twin = Открыть карточку: { $name }
customers-created = Заказчик добавлен
customers-saved = Карточка сохранена
