### People: coming in, the list of users and each of them, one's own profile.

## Shared labels
people-name = Имя и фамилия
people-phone-hint = Например, 8 912 000-11-22
people-email-hint = Например, ivan@example.ru
people-email-optional = Электронная почта, если есть
people-login-hint = Латинские буквы и цифры, если входить удобнее по логину
people-pages = Страницы списка
people-crumbs = Где вы
flash-saved = Сохранено
flash-welcome = Добро пожаловать
flash-set-up = Система готова к работе

## First start
setup-title = Первая настройка
setup-lead = Вы станете администратором: сможете приглашать сотрудников и менять настройки.
setup-company = Название компании
setup-company-hint = Его увидят сотрудники и заказчики
setup-submit = Создать и войти

## Invitation
invitation-title = Вас пригласили
# $role: a role, such as “Dispatcher”
invitation-lead = Ваша роль: { $role }. Проверьте свои данные и придумайте пароль.
# $company: the company’s name
invitation-lead-company = { $company } · ваша роль: { $role }. Проверьте свои данные и придумайте пароль.
invitation-submit = Сохранить и войти

## Registration
sign-up-title = Регистрация
sign-up-lead = Чтобы оставлять заказы и видеть, кто и когда приедет.
sign-up-submit = Зарегистрироваться
sign-up-have-account = Уже есть учётная запись?

## Users
users-title = Пользователи
users-invite = Пригласить
users-search = Имя, телефон, почта или логин
users-any-role = любая
users-standing = Вход
users-any-standing = любой
users-contacts = Контакты
users-seen = Последний раз здесь
users-never = входа ещё не было
users-empty = Никого не нашлось
users-empty-hint = Под эти условия никто не подходит. Проверьте написание или сбросьте фильтры.
standing-active = Открыт
standing-invited = Приглашён
standing-blocked = Закрыт
users-invite-title = Новый пользователь
users-invite-lead = Заполните, что знаете: телефон, почту или логин. Пароль человек придумает сам, по ссылке.
users-invite-submit = Получить ссылку
users-invite-busy = Готовим ссылку…
users-invite-again = Новая ссылка-приглашение
role-about-administrator = Пользователи, настройки, журнал и всё остальное
role-about-dispatcher = Принимает заказы и назначает бригады
role-about-specialist = Свой монтажник: выезды и отчёты
role-about-contractor = Внешний монтажник: получает предложения
role-about-customer = Оставляет заказы и следит за ними
users-deeds = Последние действия
users-all-deeds = Весь журнал
users-account = Учётная запись
users-created = Создана
users-sessions = Открытых сеансов
users-worker-card = Карточка работника
users-customer-card = Карточка заказчика
users-end-sessions = Завершить все сеансы
users-end-sessions-hint = Человек выйдет на всех устройствах, мессенджеры отключатся
users-role-hint = Права меняются сразу
users-change-role = Изменить роль
users-block-title = Закрыть вход
users-block-hint = Человек выйдет из системы сразу на всех устройствах и в мессенджерах. Его заказы и задания останутся.
users-block = Закрыть вход
users-unblock-title = Открыть вход
users-unblock-hint = Человек снова сможет войти со своим паролем.
users-unblock = Открыть вход
# $when: a day and time, such as “Today, 12:38”
users-blocked-since = Вход закрыт: { $when }
users-reset-title = Ссылка для нового пароля
# $name: whose password it is
users-reset-lead = { $name } сможет придумать новый пароль по одноразовой ссылке.
users-reset-hint = Убедитесь, что говорите именно с этим человеком. Старый пароль работает, пока ссылкой не воспользуются.
users-reset-submit = Ссылка для пароля
flash-role-changed = Роль изменена
flash-blocked = Вход закрыт
flash-unblocked = Вход открыт

## A one-time link to hand over
link-title = Одноразовая ссылка
# $name: whom the link is for
link-invitation = Передайте эту ссылку: { $name }. По ней человек придумает пароль и войдёт.
link-invitation-hint = Ссылка работает трое суток и один раз. Здесь её больше не показать, но можно выдать новую.
# $name: whom the link is for
link-reset = Передайте эту ссылку: { $name }. По ней человек придумает новый пароль.
link-reset-hint = Ссылка работает полчаса и один раз. После смены пароля на всех устройствах нужно войти заново, а мессенджеры подключить снова.
link-done = Готово

## A customer recorded twice
join-title = Объединить записи заказчика
# $name: the account’s person; $phone: their phone
join-lead = У пользователя { $name } ({ $phone }) своя учётная запись, а в базе есть ещё одна запись с этим телефоном.
join-found = В базе есть заказчик с тем же телефоном
join-warning = Сначала убедитесь, что это один человек: позвоните ему. Заказы из второй записи станут видны ему в кабинете, а сама она исчезнет.
join-look = Посмотреть запись
join-submit = Объединить
join-none = Объединять нечего
join-none-hint = Другой записи с этим телефоном нет.
flash-joined = Записи объединены

## Profile
profile-title = Профиль
profile-contacts = Мои данные
profile-prove = Пароль для подтверждения
profile-prove-hint = Нужен, только если меняете телефон, почту или логин
profile-look = Вид и язык
profile-theme = Тема
profile-language = Язык
profile-password = Пароль
profile-password-old = Текущий пароль
profile-password-submit = Изменить пароль
profile-password-ends = На других устройствах нужно будет войти заново, а мессенджеры подключить снова.
profile-sessions = Где вы вошли
profile-session-current = Это устройство
profile-session-end = Завершить
# $device: a browser and a system, such as “Chrome, Windows”
profile-session-end-of = Завершить сеанс: { $device }
profile-sessions-end = Завершить все остальные
profile-sessions-end-hint = Мессенджеры тоже отключатся: подключить их снова можно в любое время.
profile-device-unknown = Неизвестное устройство
profile-consents = Согласия
# $when: a day and time
profile-consent-given = На обработку персональных данных, дано { $when }
profile-consent-withdrawn = отозвано { $when }
profile-consent-hint = После отзыва компания прекратит обработку данных, кроме тех, что обязана хранить по закону. Открытые заказы могут остаться без исполнения.
profile-consent-withdraw = Отозвать согласие
