### The office: boards, one order, assignment.

## Boards
desk-kinds = Вид списка
desk-table = Таблица
desk-kanban = Канбан
desk-search = Клиент, адрес, № заказа
desk-col-number = №
desk-col-customer = Клиент и адрес
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
source-portal = Портал
source-site = Сайт
source-api = Программа
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
desk-answer-by-long = ответить до: { $time }
desk-answer-left = ответить за { "{time}" }
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
desk-note-hint = Заметка для коллег, клиент её не увидит
desk-note-add = Добавить заметку
desk-field-service = вид работ
desk-field-address = адрес
desk-field-description = описание
desk-field-requirements = пожелания
desk-field-desired = удобное время
desk-field-priority = приоритет
desk-field-price = стоимость
