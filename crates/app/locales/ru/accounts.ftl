### Signing in and out, passwords, preferences, consent, and the audit log.

## Signing in
sign-in-title = Вход
sign-in-login = Телефон, почта или логин
sign-in-login-hint = Например, 8 912 000-11-22
sign-in-password = Пароль
sign-in-submit = Войти
sign-in-busy = Входим…
sign-in-forgotten = Забыли пароль?
sign-in-new-here = Впервые у нас?
sign-in-sign-up = Зарегистрируйтесь

## The picture beside it
art-first = ИС
art-second = ТГ
art-third = ОФ
art-windows = Окна
art-doors = Двери
art-cooling = Кондиционер
art-measuring = Замер
art-cameras = Камеры
art-words = Заказы, бригады и отчёты на одном экране

## Passwords
password-show = Показать пароль
password-hint = Не меньше 12 символов. Удобно взять три-четыре слова через пробел.
password-new = Новый пароль

## A forgotten password
forgotten-title = Забыли пароль?
forgotten-text = Позвоните или напишите в компанию. Диспетчер даст вам ссылку, по которой вы сами придумаете новый пароль.
forgotten-safe = Ссылка работает полчаса и один раз. Никому её не пересылайте: сотрудники никогда не спрашивают пароль.
forgotten-call = Позвонить:
forgotten-back = Вернуться ко входу
reset-title = Новый пароль
# $name: whose account it is
reset-lead = { $name }, придумайте новый пароль. На всех устройствах нужно будет войти заново.
reset-submit = Сохранить пароль

## Consent to the processing of personal data
consent-title = Согласие на обработку персональных данных
consent-agree = Даю согласие на обработку моих персональных данных
# Stands for the company's name until it has one
consent-company = исполнителю заказа
# $company: the company's name
consent-text =
    Я даю согласие компании ({ $company }) на обработку моих персональных данных: имени, телефона, адреса электронной почты, адреса выполнения работ, переписки и фотографий по заказу.
    Цель: принять и выполнить мои заказы и связываться со мной по ним.
    Что будет делаться с данными: сбор, запись, хранение, уточнение, использование, передача тем, кто выполняет заказ, и удаление, с помощью компьютера и без него.
    Согласие действует, пока у меня есть учётная запись. Отозвать его можно в профиле или письмом в компанию.

## What happened, after a form was sent
flash-password-reset = Пароль изменён. Войдите с новым
flash-password-changed = Пароль изменён. На других устройствах нужно войти заново, а мессенджеры подключить снова
flash-session-ended = Сеанс завершён
flash-sessions-ended = Сеансы завершены, мессенджеры отключены
flash-consent-withdrawn = Согласие отозвано

## The audit log
audit-title = Журнал действий
audit-who = Кто
audit-deed = Действие
audit-object = Объект
audit-when = Когда
audit-address = Адрес
audit-from = С
audit-to = По
audit-older = Раньше
audit-empty = Записей нет
audit-empty-hint = По этим условиям никто ничего не делал. Измените их или сбросьте.
# Who did it, when it was nobody signed in
audit-nobody = Без входа
# Who did it, when it was a command on the server
audit-console = Команда на сервере
audit-object-user = Пользователь
audit-object-customer = Заказчик
audit-object-worker = Работник
audit-object-service = Вид работ
audit-object-order = Заказ
audit-object-settings = Настройки

## Fields that a line of the log names
audit-field-name = имя
audit-field-login = логин
audit-field-phone = телефон
audit-field-email = почта
audit-field-duration-minutes = длительность в минутах
audit-field-skills = навыки
audit-field-checklist = чек-лист
audit-field-photos-before = фото до
audit-field-photos-after = фото после
audit-field-signature-required = подпись обязательна
audit-field-price-minor = стоимость в копейках
audit-field-active = действует
audit-field-zones = районы
audit-field-hours = рабочие часы
audit-field-note = заметка
audit-field-kind = кто это
audit-field-time-zone = часовой пояс
audit-field-offer-minutes = срок предложения в минутах
audit-field-auto-accept = задания принимаются сами
audit-field-quiet-from = Тихие часы с
audit-field-quiet-to = Тихие часы до
audit-field-specialist-in-customer-chat = специалисты в чате с заказчиком
audit-field-foreign-details = имена, адреса и телефоны в Telegram и WhatsApp
audit-field-specialist-sees-price = специалисты видят стоимость
audit-field-dispatcher-sees-money = диспетчеры видят суммы
audit-field-consent-text = текст согласия

## Deeds
audit-deed-session-started = Вход
audit-deed-session-ended = Завершён сеанс
audit-deed-session-token-reused = Повтор украденного ключа сеанса, сеанс закрыт
audit-deed-password-changed = Изменён пароль
audit-deed-password-reset = Новый пароль по ссылке
audit-deed-profile-changed = Изменены свои данные
audit-deed-consent-given = Дано согласие на обработку данных
audit-deed-consent-withdrawn = Отозвано согласие на обработку данных
audit-deed-system-set-up = Система настроена
audit-deed-user-registered = Регистрация
audit-deed-user-created = Создан пользователь
audit-deed-user-invited = Приглашён пользователь
audit-deed-user-joined = Принято приглашение
audit-deed-user-changed = Изменены данные пользователя
audit-deed-user-role-changed = Изменена роль
audit-deed-user-channel-linked = Подключён мессенджер
audit-deed-notices-rule-changed = Изменены каналы для сообщений
audit-deed-notices-text-changed = Изменён текст сообщений
audit-deed-notices-addresses-tried-again = Снова включены телефоны и почты, куда не доходило
audit-deed-notices-retried = Недоставленные сообщения отправлены ещё раз
audit-deed-user-channel-unlinked = Отключён мессенджер
audit-deed-user-blocked = Закрыт вход
audit-deed-user-unblocked = Открыт вход
audit-deed-user-reset-issued = Выдана ссылка для пароля
audit-deed-user-sessions-ended = Завершены все сеансы
audit-deed-customer-joined = Объединены записи заказчика
audit-deed-customer-created = Создан заказчик
audit-deed-customer-changed = Изменены данные заказчика
audit-deed-worker-changed = Изменены данные работника
audit-deed-service-created = Создан вид работ
audit-deed-service-changed = Изменён вид работ
audit-deed-company-changed = Изменены настройки компании
audit-deed-service-archived = Вид работ убран из списка
audit-deed-service-restored = Вид работ возвращён в список
