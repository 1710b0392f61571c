### The office: boards, one order, assignment.

## Boards
desk-kinds = Вид списка
desk-table = Таблица
desk-kanban = Канбан
desk-search = Заказчик, адрес, № заказа
desk-col-number = №
desk-col-customer = Заказчик и адрес
desk-col-work = Работы
desk-col-signs = Внимание
desk-col-sum = Сумма
desk-no-date = Без даты
desk-undated = Без даты
desk-address-flat = { $address }, кв. { $flat }

# The number stands before it, in bold.
desk-sum-active =
    { $count ->
        [one] активный
        [few] активных
        [many] активных
       *[other] активного
    }
desk-sum-today = сегодня
desk-sum-unassigned = без бригады
desk-sum-attention =
    { $count ->
        [one] требует внимания
        [few] требуют внимания
        [many] требуют внимания
       *[other] требуют внимания
    }
desk-sum-price = на

## Filters
desk-scope = Какие заказы
desk-scope-open = Активные
desk-scope-all = Все заказы
desk-any-worker = все
desk-any-day = любой день
desk-this-week = До конца недели
desk-from = С
desk-to = По
desk-from-day = с { $day }
desk-to-day = до { $day }
desk-sort = Порядок
desk-sort-due = По дате выезда
desk-sort-new = Сначала новые
desk-words-search = «{ $name }»
desk-words-status = статус: { $name }
desk-words-worker = работник: { $name }
desk-words-service = вид работ: { $name }
desk-words-priority = приоритет: { $name }
desk-words-attention = Требуют внимания
desk-words-unassigned = Без бригады
desk-words-overdue = Просроченные
desk-nothing-found = По фильтру ничего не нашлось
desk-no-orders = Активных заказов нет
desk-no-orders-hint = Здесь будут заказы, по которым ещё идёт работа.

## Marks of a row
desk-problem-declined = Отказались
desk-problem-expired = Не ответили
desk-problem-not-done = Не выполнено
desk-problem-cancellation-requested = Просят отменить
desk-answer-by = Ответ до { $time }
source-phone = Звонок
source-portal = Личный кабинет
source-site = Сайт
source-api = Через API
source-messenger = Мессенджер

## One order
desk-crumbs = Где вы
desk-more-actions = Другие действия
desk-until = до { $date }
desk-first-order = Первый заказ
desk-entrance = подъезд
desk-floor = этаж
desk-intercom = домофон
desk-map-yandex = Яндекс Карты
desk-map-2gis = 2ГИС
desk-map-osm = OSM
desk-wishes = Пожелания и стоимость
desk-desired = Удобное время
desk-duration = Длительность
desk-source = Источник
desk-no-visits = Заданий пока нет
desk-no-visits-hint = Назначьте работника и время: он увидит задание у себя в телефоне.
desk-lead = старший
desk-answer-by-long = Срок ответа: { $time }
desk-answer-left = Ждём ответа ещё { "{time}" }
desk-answer-over = Срок ответа вышел
desk-overridden = Назначено несмотря на пересечение
desk-payout = Выплата исполнителю
desk-time-accepted = Принято
desk-time-departed = Выехали
desk-time-arrived = Прибыли
desk-time-finished = Закончили
desk-signed-by = Подписал заказчик
desk-by-system = Система
desk-history-filter = Что показать
desk-history-all = Всё
desk-history-comments = Заметки
desk-history-changes = Изменения
desk-history-empty = Здесь пока пусто
desk-note = Заметка для коллег
desk-note-add = Добавить заметку
desk-field-service = вид работ
desk-field-address = адрес
desk-field-description = описание
desk-field-requirements = пожелания
desk-field-desired = удобное время
desk-field-priority = приоритет
desk-field-price = стоимость

# Orders that came while the list was open: “3 new orders ↑”
desk-newer =
    { $count ->
        [one] { $count } новый заказ
        [few] { $count } новых заказа
        [many] { $count } новых заказов
       *[other] { $count } нового заказа
    }

## Saved views
desk-view-name = Название вида
desk-view-delete = Удалить этот вид

## Kanban
desk-nobody = Пока никто не назначен
desk-drop-refused = Сюда карточку перенести нельзя: этот статус заказ получает сам или из другого состояния.
desk-drop-completed = Перенесите сюда работу, которую приняли
desk-all-in-table = Показать все в таблице

## Needs attention
desk-attention = Требуют внимания
desk-attention-none = Всё под контролем
desk-attention-none-hint = Здесь появятся новые заказы, отказы, опоздания, отчёты на проверку и сообщения без ответа.
desk-undelivered =
    { $count ->
        [one] { $count } сообщение не дошло, или неизвестно, дошло ли оно.
        [few] { $count } сообщения не дошли, или неизвестно, дошли ли они.
        [many] { $count } сообщений не дошли, или неизвестно, дошли ли они.
       *[other] { $count } сообщения не дошли, или неизвестно, дошли ли они.
    }
desk-undelivered-show = Посмотреть
desk-why-channels = Каналы связи не работают
desk-why-cancellation = Заказчик просит отменить
desk-why-late = Время вышло, работа не началась
desk-why-not-done = Не выполнено
desk-why-unanswered = Отказались или не ответили
desk-why-check = Проверить работу
desk-why-new = Новые заказы
desk-why-unread = Ждут ответа в чате
desk-answer = Ответить
desk-check-report = Посмотреть отчёт

## Start page
desk-fig-active = Активные заказы
desk-fig-today = Выезды сегодня
desk-fig-unassigned = Без бригады
desk-fig-attention = Требуют внимания
desk-fig-week = Завершено за неделю
desk-fig-average = Среднее время заказа
desk-last-week = на прошлой: { $number }
desk-this-month = за этот месяц
desk-by-status = Заказы по статусам
desk-by-week = Завершено по неделям
desk-by-week-none = Завершённых заказов пока нет
desk-by-week-none-hint = Здесь будет видно, сколько заказов завершено за каждую неделю.
desk-as-table = Показать таблицей
desk-week-from = Неделя с
desk-done = Завершено

## New order, changing an order
desk-new-phone-hint = Начните с телефона: если заказчик уже есть, он появится в списке.
desk-new-twin = Это { $name }, заказ для него
desk-new-twin-open = Открыть карточку заказчика
desk-new-name = Имя или название
desk-new-kind = Кто это
desk-kind-person = Частное лицо
desk-kind-company = Организация
desk-new-work = Работа
desk-choose = Выберите…
desk-new-address-hint = Улица и дом: Малышева, 84
desk-district = Район
desk-district-hint = Исполнитель увидит район до того, как примет задание.
desk-flat = Квартира или офис
desk-entrance-label = Подъезд
desk-floor-label = Этаж
desk-intercom-label = Домофон
desk-requirements = Пожелания
desk-requirements-hint = Пропуск, парковка, бахилы
desk-desired-from = Удобно с
desk-desired-to = Удобно до
desk-price = Стоимость, ₽
desk-price-hint = Если не указать, возьмём из прайса.
desk-create-confirmed = Создать и подтвердить
desk-edit = Изменить заказ

## Assignment
desk-assign = Назначить задание
desk-move = Перенести задание
desk-assign-confirms = Заказ новый: вместе с назначением он будет подтверждён.
desk-confirm-assign = Подтвердить и назначить
desk-starts = Начало
desk-ends = Окончание
desk-ends-hint = Если не указать, { $length } от начала.
desk-who = Кто едет
desk-free = Свободен
desk-taken = Занят
desk-load =
    { $count ->
        [one] в этот день ещё { $count } задание
        [few] в этот день ещё { $count } задания
        [many] в этот день ещё { $count } заданий
       *[other] в этот день ещё { $count } задания
    }
desk-busy = { $when }, заказ № { $number }
desk-outside-hours = нерабочее время
desk-missing-skills = нет навыка: { $skills }
desk-no-workers = Работников пока нет. Их добавляет администратор.
desk-look = Проверить, кто свободен
desk-lead-label = Старший
desk-lead-first = Первый из выбранных
desk-lead-hint = Он отвечает на предложение за всю бригаду.
desk-payout-hint = Из работников её видит только исполнитель.
desk-visit-note = Заметка для бригады
desk-offer-now = Сразу предложить
desk-offer-hint = Работник увидит задание и срок ответа.
desk-override-reason = Почему назначаем несмотря на занятость
desk-override-hint = Причина останется в истории заказа.

## Secret link
desk-link = Ссылка для заказчика
desk-link-hint = По ссылке заказчик видит только этот заказ и может принять работу без входа.
desk-link-none = Действующих ссылок нет.
desk-link-alive =
    { $count ->
        [one] Действует { $count } ссылка.
        [few] Действуют { $count } ссылки.
        [many] Действует { $count } ссылок.
       *[other] Действует { $count } ссылки.
    }
desk-link-make = Создать ссылку
desk-link-revoke = Отозвать все
desk-link-made = Ссылка готова. Отправьте её заказчику.
desk-link-once = Больше её показать нельзя: мы храним только отпечаток.
