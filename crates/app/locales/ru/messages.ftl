### Messages: the three chats of an order. Who reads is always said, so that nobody mixes them up.
messages-title = Сообщения
messages-with-office = Чат с диспетчером
messages-log = Переписка
messages-unread = Не прочитано:
messages-mark-read = Отметить прочитанным

## The tabs of the office
messages-tab-customer = Заказчик
messages-tab-worker = Мастер
messages-tab-internal = Свои

## Under the tabs: who sees what is written here
messages-seen-customer = Это увидит заказчик
messages-seen-worker = Это увидят мастер и бригада
messages-seen-internal = Это видят только диспетчеры и администраторы

## In the field
messages-write-customer = Сообщение
messages-write-worker = Сообщение
messages-write-internal = Заметка для своих

## Where nothing has been written yet
messages-none-customer = Сообщений пока нет
messages-none-worker = Сообщений пока нет
messages-none-internal = Заметок пока нет
