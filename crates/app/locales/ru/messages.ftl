### Messages: the three chats of an order, and those outside any. Who reads is always said, so that nobody mixes them up.
messages-title = Сообщения
messages-with-customer = Чат с заказчиком
messages-office = Диспетчер
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
messages-seen-direct = Это увидят мастер, диспетчеры и администраторы

## In the field
messages-write-customer = Сообщение
messages-write-worker = Сообщение
messages-write-internal = Заметка для своих
messages-write-direct = Сообщение

## Where nothing has been written yet
messages-none-customer = Сообщений пока нет
messages-none-worker = Сообщений пока нет
messages-none-internal = Заметок пока нет
messages-none-direct = Сообщений пока нет

## A message's own marks and deeds
messages-reply = Ответить
messages-edit = Изменить
messages-delete = Удалить
messages-edited = изменено
messages-deleted = Сообщение удалено
messages-sent = Отправлено
messages-delivered = Доставлено
messages-read = Прочитано
messages-replying = Ответ на сообщение: { $who }
messages-editing = Изменение сообщения
messages-delete-ask = Удалить это сообщение?

## The chats of the office
messages-which = Какие чаты
messages-waiting = Ждут ответа
messages-all = Все чаты
messages-nobody-waits = Все получили ответ
messages-nobody-waits-hint = Здесь появятся чаты, в которых заказчик или мастер ждёт ответа. Кто ждёт дольше, стоит выше.
messages-no-chats = Чатов пока нет
messages-no-chats-hint = Напишите заказчику или мастеру со страницы заказа.
messages-waits = Ждёт { $time }
messages-take = Взять
messages-release = Вернуть в очередь
messages-dismiss = Ответ не нужен
messages-dismissed = Ответ не нужен: { $name }.
messages-tag-customer = Заказчик
messages-tag-worker = По заданию
messages-tag-internal = Свои
messages-tag-direct = Личный чат

## Ready answers
messages-quick = Быстрые ответы
messages-quick-hint = Готовые ответы стоят над полем сообщения. Нажмите на ответ, и он окажется в поле: перед отправкой его можно поправить.
messages-quick-removed = Ответ удалён: «{ $text }».
messages-quick-customer = Заказчику
messages-quick-worker = Мастеру по заданию
messages-quick-direct = Мастеру в личный чат
messages-quick-internal = Своим
messages-quick-text = Текст ответа
messages-quick-new = Новый ответ
messages-quick-edit = Настроить быстрые ответы
flash-quick-replies-saved = Быстрые ответы сохранены

## Search in the chats
messages-search = Поиск по сообщениям
messages-search-word = Слово из сообщения
messages-found = Найденные сообщения
messages-found-none = Ничего не нашлось
messages-found-none-hint = Попробуйте другое слово. Ищем по началу слов, окончания не важны.
messages-move-wanted = Прошу перенести: { $wish }

## Files
messages-attach = Прикрепить файлы
messages-attached = Выбранные файлы

# The name of the file follows
messages-file-remove = Убрать

## Who is named
messages-named = Упоминания
messages-names-you = Вас упомянули
messages-nobody-names = Новых упоминаний нет
messages-nobody-names-hint = Здесь появятся чаты, в которых коллеги назвали вас через «@».
messages-people = Кого упомянуть

## Who is typing
# $who: a name
messages-typing = { $who } печатает…

messages-earlier = Более ранние сообщения
messages-newest = К новым сообщениям
messages-versions = Что было раньше
messages-crews = Чаты с мастерами этого заказа
messages-version-until = До { $when }
messages-version-now = Сейчас
messages-version-files = Только файлы
