### Notifications: channels, wordings, rules, the delivery log

## The channels
channel-max = MAX
channel-telegram = Telegram
channel-whatsapp = WhatsApp
channel-push = Уведомления в браузере
channel-sms = SMS
channel-email = Электронная почта
channel-max-about = Работает и тогда, когда мобильный интернет ограничен. Бот доступен проверенным компаниям и ИП.
channel-telegram-about = С начала 2026 года Telegram в России замедлен: включите рядом ещё один канал.
channel-whatsapp-about = В России WhatsApp открывается только через VPN. Включайте, если ваши заказчики живут за границей.
channel-push-about = Бесплатно, для своих: приходит на компьютер и телефон, где разрешены уведомления.
channel-sms-about = Платно за каждое сообщение, доходит и без интернета.
channel-email-about = Бесплатно, но читают не сразу.

## One's own channels
channels-title = Уведомления
channels-about = Сообщения о заказах могут приходить в мессенджер, по почте или SMS.
channels-set-up = Настроить
channels-linked = Подключён
channels-linked-about = Сообщения приходят в этот мессенджер.
channels-linked-as = Подключён ваш аккаунт: { $name }.
channels-not-linked = Пока не подключён.
channels-not-ready = { $channel } сейчас не отвечает. Откройте эту страницу чуть позже.
channels-dead = Сообщения не доходят: похоже, бот заблокирован. Разблокируйте бота и напишите ему что-нибудь.
channels-dead-whatsapp = Сообщения не доходят: похоже, на этом телефоне больше нет WhatsApp. Установите его и подключите ещё раз.
channels-link = Подключить
channels-link-again = Подключить другой
channels-unlink = Отключить
channels-how = Откройте бота и нажмите «Старт». Ссылка действует 10 минут.
channels-how-whatsapp = Откроется WhatsApp с готовым кодом: отправьте его. Ссылка действует 10 минут.
channels-open = Открыть { $channel }
channels-code-hint = Если ссылка не открывается, найдите бота сами и пришлите ему этот код:
channels-code-hint-whatsapp = Если ссылка не открывается, отправьте этот код в WhatsApp на номер { $name }:
channels-sms-own = SMS приходят на телефон из профиля:
channels-email-own = Письма приходят на почту из профиля:
channels-change-own = Изменить
channels-lack-not-linked = У вас этот мессенджер не подключён.
channels-lack-blocked = До вас сообщения не доходят: похоже, бот заблокирован.
channels-lack-no-browser = Ни один ваш браузер не показывает уведомления.
channels-lack-no-phone = В вашем профиле нет телефона.
channels-lack-dead-phone = На телефон из вашего профиля SMS не доходят.
channels-lack-no-mail = В вашем профиле нет почты.
channels-lack-dead-mail = На почту из вашего профиля письма не доходят.
channels-mend-ways = Настроить у себя
channels-mend-profile = Указать в профиле
channels-none-own = Каналов пока нет
channels-none-own-hint = Компания ещё не включила ни одного: о заказах можно узнать здесь, на сайте.
channels-off-own = В компании выключены: { $channels }.
channels-qr = QR-код ссылки
channels-qr-hint = Наведите камеру телефона
channels-push-own =
    { $count ->
        [0] Браузер пока не показывает уведомления.
        [one] Уведомления показывает { $count } браузер.
        [few] Уведомления показывают { $count } браузера.
        [many] Уведомления показывают { $count } браузеров.
       *[other] Уведомления показывают { $count } браузера.
    }
channels-push-allow = Показывать в этом браузере
channels-push-denied = Браузер запретил уведомления. Разрешите их в настройках сайта и попробуйте ещё раз.
channels-push-impossible = Этот браузер так не умеет. На iPhone сначала добавьте сайт на экран «Домой».
flash-channel-unlinked = Канал отключён
flash-device-linked = Этот браузер будет показывать уведомления
flash-notices-saved = Сохранено
problem-messenger-taken = Этот чат уже подключён к другой учётной записи
problem-messenger-taken-hint = Чтобы подключить его сюда, сначала войдите на сайт под той учётной записью, откройте «Профиль», под словом «Уведомления» нажмите «Настроить», потом «Отключить». После этого откройте ссылку ещё раз.
problem-channel-off = Этот канал выключен
problem-channel-off-hint = Администратор ещё не настроил его, или сервис не отвечает.
problem-no-way-to-you = Пробное сообщение прислать некуда
problem-no-way-to-you-hint = У вас этот канал не подключён: подключите мессенджер, разрешите уведомления в браузере или укажите телефон и почту в профиле.

## What comes where
notice-order = Что и куда приходит
notice-rules = Что куда отправлять
notice-up = Выше: { $channel }
notice-down = Ниже: { $channel }
notice-order-hint = Сообщение уходит по первому каналу, а если там не выходит, по следующему. Снимите отметку, чтобы каналом не пользоваться.
notice-must = Это сообщение важное: совсем выключить его нельзя. Если отмеченные каналы не сработают, попробуем остальные.
notice-usual = Вернуть как у всех
notice-side-office = Офис
notice-side-worker = Специалисты и исполнители
notice-side-customer = Заказчики
notice-kind-office-orders = Заказы: новые, отменённые, законченные
notice-kind-office-visits = Задания: отказы, переносы, невыполненные
notice-kind-office-chat = Сообщения в чатах
notice-kind-worker-visits = Задания: новые, перенесённые, отменённые
notice-kind-worker-chat = Сообщения в чатах
notice-kind-worker-day = План на день по утрам
notice-kind-customer-visits = Приезд мастера: время, перенос, напоминание, выезд
notice-kind-customer-orders = Ход заказа
notice-kind-customer-chat = Сообщения в чате
notice-quiet = Тихие часы
notice-quiet-hint = В это время приходит только то, что не может ждать: мастер выехал, задание отменено.
notice-quiet-from = С
notice-quiet-to = До
notice-zone-usual = Как у компании: { $zone }
notice-zone-usual-customer = По адресу заказа
hears-by = Канал связи с заказчиком: { $channel }
hears-nothing = Заказчик не узнает об ответе: нет ни телефона, ни почты, ни мессенджера.
hears-nothing-now = Заказчик не узнает об ответе: ни один включённый канал к нему не ведёт.
error-must-reach = Оставьте хотя бы один канал: это сообщение важное.
error-time = Время пишут так: 22:00.
error-sent-by-template = В WhatsApp уходит шаблон: его слова меняют в кабинете Meta.
error-place-unknown = Нет такой подстановки: { $name }.
error-subscription-strange = Этот браузер не дал того, что нужно для уведомлений.

## The administrator's page
channels-manage = Каналы связи
channels-manage-hint = Здесь видно, какие каналы работают. Ключи и пароли указывают в настройках сервера; как их получить, рассказано в руководстве.
channels-on = Включён
channels-is-off = Выключен
channels-troubled = Не работает
channels-half = Настроен не до конца
channels-lacks = WhatsApp не знает шаблонов: { $templates }. Эти сообщения туда не уходят. Создайте шаблоны в кабинете Meta, как рассказано в руководстве.
channels-is-waiting = Ждёт
channels-wrong = Настройки неверны
channels-wrong-why = Настройки указаны неверно: { $why }. Исправьте их на сервере и перезапустите систему.
channels-trouble = Не принимает сообщения: { $why }. Началось { $since }. Сообщения ждут в очереди.
channels-deaf = Ответы людей не приходят: { $why }. Началось { $since }.
channels-waits = Сервис просит подождать до { $until }. Сообщения ждут в очереди.
channels-hook = Адрес для ответов сервиса:
channels-trial = Прислать мне пробное
channels-trial-nowhere = Пробное сообщение прислать некуда.
channels-how-to = Как включить
channels-none-on = Ни один канал пока не настроен: люди узнают о заказах только на сайте.
channels-dead-ends = Не доходит
channels-dead-ends-hint = По этим телефонам и адресам сообщения больше не отправляются.
channels-forgive = Попробовать снова
channels-somebody = Человек уже удалён
notice-must-reach = Должно дойти
notice-must-reach-hint = «Должно дойти»: люди не могут выключить эти сообщения. Если сообщение не дошло вовремя, оно уходит по следующему каналу. Дошло ли оно, известно от SMS и WhatsApp; MAX, Telegram, почта и браузер сообщают лишь, что приняли его. Остальные сообщения уходят по следующему каналу, только если прежний не работает.
notice-wait = Ждать доставки, минут
flash-trial-sent = Пробное сообщение отправлено вам

## Wordings that the company changes
notice-texts = Тексты сообщений
notice-texts-hint = Свой текст можно написать для каждого канала и языка. Пока его нет, работает обычный.
notice-text-own = Свой текст: { $where }
notice-text-body = Текст
notice-text-hint = Чтобы вернуть обычный текст, сотрите всё и сохраните.
notice-text-usual = Обычный текст
notice-text-look = Посмотреть
notice-text-template = Свой текст для WhatsApp здесь не пишут: туда уходит шаблон, который одобрила Meta. Его слова меняют в её кабинете. Имя шаблона:
notice-text-preview = Как это увидит человек
notice-text-places = Подстановки
notice-text-names = В этом тексте есть имя, адрес или слова человека. Они уйдут через зарубежный сервис: проверьте, есть ли на это согласие.
notice-text-channel = Канал
notice-text-language = Язык
notice-place-number = номер заказа
notice-place-when = день и время приезда
notice-place-company = название компании
notice-place-phone = телефон компании
notice-place-service = вид работ
notice-place-address = адрес
notice-place-customer = имя заказчика
notice-place-worker = имя мастера
notice-place-count = сколько заданий
notice-place-text = слова из чата
notice-example-number = 26-000123
notice-example-service = Установка окна
notice-example-address = Ленина, 5
notice-example-customer = Ольга Смирнова
notice-example-worker = Рустам Галиев
notice-example-count = 3
notice-example-text = Здравствуйте! Во сколько вас ждать?

## Wordings. The names are the places that the company may use in its own words
notify-office-new = Новый заказ № { $number }.
notify-office-new-about = Новый заказ
notify-office-cancelled = Заказ № { $number } отменён.
notify-office-cancelled-about = Заказ отменён
notify-office-cancellation-requested = Заказчик просит отменить заказ № { $number }.
notify-office-cancellation-requested-about = Просьба отменить заказ
notify-office-finished = Работы по заказу № { $number } закончены, проверьте отчёт.
notify-office-finished-about = Работы закончены
notify-office-returned = Заказчик вернул работу по заказу № { $number }.
notify-office-returned-about = Работа возвращена
notify-office-declined = От задания по заказу № { $number } ({ $when }) отказались.
notify-office-declined-about = Отказ от задания
notify-office-expired = На задание по заказу № { $number } ({ $when }) не ответили вовремя.
notify-office-expired-about = Нет ответа на предложение
notify-office-not-done = Задание по заказу № { $number } не выполнено.
notify-office-not-done-about = Задание не выполнено
notify-crew-offered = Новое задание, заказ № { $number }: { $when }. Ответьте, возьмётесь ли.
notify-crew-offered-about = Предложено задание
notify-crew-assigned = Вам назначено задание, заказ № { $number }: { $when }.
notify-crew-assigned-about = Назначено задание
notify-crew-moved = Задание по заказу № { $number } изменено, теперь { $when }. Ответьте, возьмётесь ли.
notify-crew-moved-about = Задание изменено, нужен ответ
notify-crew-changed = Задание по заказу № { $number } изменено, теперь { $when }.
notify-crew-changed-about = Задание изменено
notify-crew-order-changed = Заказ № { $number } изменён: посмотрите, что изменилось.
notify-crew-order-changed-about = Заказ изменён
notify-crew-taken-off = Задание по заказу № { $number } передано другим, вас там больше не ждут.
notify-crew-taken-off-about = Задание передано другим
notify-crew-cancelled = Задание по заказу № { $number } ({ $when }) отменено.
notify-crew-cancelled-about = Задание отменено
notify-crew-returned = Задание по заказу № { $number } возвращено на доработку.
notify-crew-returned-about = Задание возвращено
notify-customer-confirmed = Ваш заказ № { $number } подтверждён. Сообщим, когда назначим мастера.
notify-customer-confirmed-about = Заказ подтверждён
notify-customer-who-comes = По заказу № { $number } назначен мастер: { $when }.
notify-customer-who-comes-about = Назначен мастер
notify-customer-visit-cancelled = Выезд мастера по заказу № { $number } отменён. Сообщим, когда назначим новое время.
notify-customer-visit-cancelled-about = Выезд мастера отменён
notify-customer-on-the-way = Мастер по заказу № { $number } выехал к вам.
notify-customer-on-the-way-about = Мастер в пути
notify-customer-done = Работы по заказу № { $number } закончены. Проверьте и примите их.
notify-customer-done-about = Работы закончены
notify-customer-cancelled = Ваш заказ № { $number } отменён.
notify-customer-cancelled-about = Заказ отменён
notify-customer-called-off = Ваш заказ № { $number } отменён, мастер не приедет.
notify-customer-called-off-about = Заказ отменён, мастер не приедет
notify-office-move-wanted = Заказчик просит другое время, заказ № { $number }.
notify-office-move-wanted-about = Просьба перенести
notify-office-message = Новое сообщение в чате по заказу № { $number }.
notify-office-message-direct = Новое сообщение в личном чате с работником.
notify-office-message-about = Сообщение в чате
notify-office-mention = Вас упомянули в чате по заказу № { $number }.
notify-office-mention-direct = Вас упомянули в личном чате с работником.
notify-office-mention-about = Упоминание в чате
notify-crew-customer-message = Вам написал заказчик, заказ № { $number }.
notify-crew-customer-message-about = Сообщение от заказчика
notify-crew-day = Доброе утро! Заданий на сегодня: { $count }.
notify-crew-day-about = План на день
notify-crew-message = Новое сообщение в чате задания, заказ № { $number }.
notify-crew-message-direct = Новое сообщение в вашем чате с диспетчером.
notify-crew-message-about = Сообщение в чате задания
notify-customer-moved = По заказу № { $number } новое время: { $when }.
notify-customer-moved-about = Время изменилось
notify-customer-moving = Мастер по заказу № { $number } не сможет приехать в назначенное время. Сообщим новое.
notify-customer-moving-about = Прежнее время отменено
notify-customer-tomorrow = Напоминаем: мастер по заказу № { $number } приедет { $when }. Удобно ли вам?
notify-customer-tomorrow-about = Напоминание накануне
notify-customer-late = Мастер по заказу № { $number } может задержаться. Мы уже выясняем, когда он будет.
notify-customer-late-about = Мастер может задержаться
notify-customer-message = Вам ответили по заказу № { $number }.
notify-customer-message-about = Ответ в чате
notify-messenger-linked = К вашей учётной записи подключили мессенджер. Если это сделали не вы, смените пароль: чужой мессенджер отключится.
notify-messenger-linked-about = Подключён мессенджер
notify-trial = Это пробное сообщение. Если вы его читаете, канал работает.
notify-trial-about = Пробное сообщение
# A line of chat as it comes in a messenger
notify-line = { $who }, заказ № { $number }:
    { $text }
notify-open = Открыть
notify-mail-footer = Это письмо отправлено автоматически. Ответить на него нельзя: напишите нам на странице заказа.

## The delivery log
notifications-title = Журнал уведомлений
notifications-off = Ни один канал не настроен: сообщения людям не отправляются.
notifications-all-channels = Все каналы
notifications-undelivered = Требуют внимания
notifications-search = Имя или номер заказа
notifications-not-found = Таких сообщений нет
notifications-not-found-hint = Проверьте имя, номер заказа и дни или сбросьте фильтры.
notifications-given-up =
    { $count ->
        [one] { $count } сообщение не доставлено
        [few] { $count } сообщения не доставлены
        [many] { $count } сообщений не доставлено
       *[other] { $count } сообщения не доставлены
    }
notifications-retry-all = Отправить все ещё раз
notifications-retry-count =
    { $count ->
        [0] Недоставленных сообщений здесь больше нет.
        [one] Отправим ещё раз { $count } недоставленное сообщение.
        [few] Отправим ещё раз { $count } недоставленных сообщения.
        [many] Отправим ещё раз { $count } недоставленных сообщений.
       *[other] Отправим ещё раз { $count } недоставленного сообщения.
    }
notifications-retry-more = Это самые новые. Остальные отправите следующим разом: за один раз уходит не больше пятисот.
notifications-retry-hint = Устаревшие сообщения люди не получат: если выезд перенесли или он уже прошёл, сообщение о нём не уйдёт. За каждое SMS платят снова. Сообщения, о которых неизвестно, дошли ли они, отправляйте по одному.
notifications-retry-do =
    { $count ->
        [one] Отправить { $count } сообщение
        [few] Отправить { $count } сообщения
        [many] Отправить { $count } сообщений
       *[other] Отправить { $count } сообщения
    }
flash-notifications-retried = Отправим все ещё раз
problem-nothing-given-up = Отправлять нечего
problem-nothing-given-up-hint = Недоставленных сообщений здесь уже нет: их отправили ещё раз или они дошли.
notifications-of-order-none = Об этом заказе пока никому не писали.
notifications-of-order-show = Показать, кому и что отправлено
notifications-of-order-wait = Загружаем…
notifications-of-order-log = Открыть в журнале
notifications-cost = Цена
# What the provider or the network said, in the middle of a sentence or alone
notification-answer-no-answer-in-time = сервис не ответил вовремя
notification-answer-its-sender-was-ended = программа остановилась во время отправки
notification-answer-an-answer-of-another-form = сервис ответил непонятно
notification-answer-too-late = слишком поздно: за отведённое время отправить не вышло
notification-answer-its-time-is-over = время выезда уже прошло
notification-answer-no-connection = нет связи с сервисом
notification-answer-an-answer-that-is-no-json = на стороне сервиса сбой
notification-answer-the-connection-broke = связь с сервисом прервалась
notification-answer-nobody-is-linked-any-more = человек отключил этот канал
notification-answer-access-is-closed = доступ в систему человеку закрыт
notification-answer-not-in-time = не ушло или не дошло вовремя, отправлено по другому каналу
notification-answer-read-already = человек уже прочитал это на сайте
notification-answer-taken-back = сообщение удалил автор
notification-answer-overtaken = устарело: с тех пор всё изменилось, отменено или началось
notification-answer-the-channel-is-off = этот канал выключен
notification-answer-no-channel-leads-to-this-person = у человека нет ни одного канала для таких сообщений
notification-answer-never-taken = сервис сообщение не получил, отправим ещё раз
notification-answer-no-browser-is-left = браузеров с уведомлениями не осталось
notification-answer-blocked = человек заблокировал бота
notification-answer-gone = учётной записи там больше нет
notification-answer-unknown = такого чата там нет
notification-answer-token = сервис не узнаёт ключ, проверьте его в настройках сервера
notification-answer-password = почтовый сервер не принимает имя или пароль
notification-answer-push-key = служба браузера не узнаёт ключ системы
notification-answer-no-money = на счету кончились деньги, пополните его
notification-answer-sender = имя отправителя не зарегистрировано или текст запрещён
notification-answer-phone = такого телефона нет
notification-answer-stop-list = телефон в стоп-листе службы SMS
notification-answer-undeliverable = на этот телефон доставить нельзя
notification-answer-expired = телефон слишком долго был вне сети
notification-answer-certificate = нет доверия сертификату сервиса, проверьте файл с сертификатом
notification-answer-mail-certificate = сертификат почтового сервера не вызывает доверия
notification-answer-no-encryption = почтовый сервер не предлагает шифрование
notification-answer-asked-by-another = сообщения этого бота забирает другая программа
notification-answer-webhook-stands = сервис приносит ответы на адрес, который был указан раньше
notification-answer-webhook-fails = сервис не может передать их сайту ({ $said })
notification-answer-too-fast = сервис просит подождать
notification-answer-no-mailbox = такого почтового ящика нет
notification-answer-dkim-key = ключ DKIM не читается
notification-answer-root-certificate = файл с сертификатом для MAX не читается
notification-answer-mail-address = адрес почтового сервера в SMTP_URL написан неправильно
notification-answer-mail-sender = отправитель в SMTP_FROM написан неправильно
notification-answer-not-set = не задано { $name }
notification-answer-no-whatsapp = у человека нет WhatsApp
notification-answer-no-template = Meta ещё не одобрила шаблон этого сообщения
notification-answer-window = человек давно не писал, свободный текст туда уже нельзя отправить
notifications-none = Сообщений нет
notifications-none-hint = Здесь появятся сообщения, отправленные людям, и ответы мессенджера.
notifications-when = Когда
notifications-whom = Кому
notifications-what = О чём
notifications-state = Состояние
notifications-answer = Ответ
notifications-retry = Отправить ещё раз
notifications-attempts =
    { $count ->
        [one] { $count } попытка
        [few] { $count } попытки
        [many] { $count } попыток
       *[other] { $count } попытки
    }
notification-revision = { $what } (исправление)
notification-state-queued = В очереди
notification-state-sending = Отправляется
notification-state-sent = Отправлено
notification-state-unknown = Неизвестно, дошло ли
notification-state-failed = Будет повтор
notification-state-delivered = Доставлено
notification-state-read = Прочитано
notification-state-passed = Снято с отправки
notification-state-dead = Не доставлено
notifications-parts =
    { $count ->
        [one] { $count } часть
        [few] { $count } части
        [many] { $count } частей
       *[other] { $count } части
    }
flash-notification-retried = Отправим ещё раз
