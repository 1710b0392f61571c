### Words that several features share: buttons, labels, counted nouns. A feature keeps its own sentences in its own file.

## Buttons
action-save = Сохранить
action-saving = Сохраняем…
action-cancel = Отмена
action-close = Закрыть
action-back = Назад
action-next = Дальше
action-add = Добавить
action-create = Создать
action-edit = Изменить
action-delete = Удалить
action-remove = Убрать
action-undo = Вернуть
action-retry = Повторить
action-refresh = Обновить
action-open = Открыть
action-copy = Скопировать
action-print = Напечатать
action-download = Скачать
action-upload = Загрузить
action-search = Найти
action-filter = Показать
action-reset-filters = Сбросить фильтры
action-save-view = Сохранить вид
action-more = Показать ещё
action-new-order = Новый заказ
action-assign = Назначить
action-reschedule = Перенести
action-call = Позвонить
action-write = Написать
action-route = Маршрут
action-start-work = Начать работу
action-photo-report = Фотоотчёт
action-publish = Опубликовать
action-send = Отправить
action-sign-in = Войти
action-sign-out = Выйти

## Labels
label-name = Имя
label-phone = Телефон
label-email = Электронная почта
label-login = Логин
label-password = Пароль
label-role = Роль
label-address = Адрес
label-service = Вид работ
label-description = Описание
label-date = Дата
label-time = Время
label-window = Выезд
label-price = Стоимость
label-status = Статус
label-priority = Приоритет
label-reason = Причина
label-comment = Комментарий
label-optional = необязательно
label-yes = Да
label-no = Нет
label-all = Все
label-any = любой
label-none = не указано

## The things of the trade
noun-order = Заказ
noun-orders = Заказы
noun-visit = Задание
noun-visits = Задания
noun-my-visits = Мои задания
noun-my-orders = Мои заказы
noun-crew = Бригада
noun-worker = Работник
noun-workers = Работники
noun-customer = Заказчик
noun-customers = Заказчики
noun-service = Вид работ
noun-services = Виды работ
noun-report = Отчёт
noun-history = История
noun-files = Файлы
noun-notes = Заметки
noun-message = Сообщение
noun-review = Отзыв
noun-users = Пользователи
noun-settings = Настройки
noun-audit = Журнал действий
noun-channel = Канал
noun-notifications = Уведомления

# $number: the number that people see, such as 26-000123
order-number = Заказ № { $number }

## Languages and themes, each language by its own name
language-ru = Русский
language-en = English
theme-light = Светлая тема
theme-dark = Тёмная тема
theme-system = Тема как в системе

## Counted nouns
count-orders =
    { $count ->
        [one] { $count } заказ
        [few] { $count } заказа
        [many] { $count } заказов
       *[other] { $count } заказа
    }
count-visits =
    { $count ->
        [one] { $count } задание
        [few] { $count } задания
        [many] { $count } заданий
       *[other] { $count } задания
    }
count-customers =
    { $count ->
        [one] { $count } заказчик
        [few] { $count } заказчика
        [many] { $count } заказчиков
       *[other] { $count } заказчика
    }
count-workers =
    { $count ->
        [one] { $count } работник
        [few] { $count } работника
        [many] { $count } работников
       *[other] { $count } работника
    }
count-people =
    { $count ->
        [one] { $count } человек
        [few] { $count } человека
        [many] { $count } человек
       *[other] { $count } человека
    }
count-photos =
    { $count ->
        [one] { $count } фото
        [few] { $count } фото
        [many] { $count } фото
       *[other] { $count } фото
    }
count-files =
    { $count ->
        [one] { $count } файл
        [few] { $count } файла
        [many] { $count } файлов
       *[other] { $count } файла
    }
count-messages =
    { $count ->
        [one] { $count } сообщение
        [few] { $count } сообщения
        [many] { $count } сообщений
       *[other] { $count } сообщения
    }
count-reviews =
    { $count ->
        [one] { $count } отзыв
        [few] { $count } отзыва
        [many] { $count } отзывов
       *[other] { $count } отзыва
    }
count-stars =
    { $count ->
        [one] { $count } звезда
        [few] { $count } звезды
        [many] { $count } звёзд
       *[other] { $count } звезды
    }
count-days =
    { $count ->
        [one] { $count } день
        [few] { $count } дня
        [many] { $count } дней
       *[other] { $count } дня
    }
count-hours =
    { $count ->
        [one] { $count } час
        [few] { $count } часа
        [many] { $count } часов
       *[other] { $count } часа
    }
count-minutes =
    { $count ->
        [one] { $count } минута
        [few] { $count } минуты
        [many] { $count } минут
       *[other] { $count } минуты
    }
count-sessions =
    { $count ->
        [one] { $count } сеанс
        [few] { $count } сеанса
        [many] { $count } сеансов
       *[other] { $count } сеанса
    }

# $done of $total, such as “4 of 6”
count-done-of = { $done } из { $total }
