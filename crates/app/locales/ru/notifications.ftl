### Notifications: channels, wordings, the delivery log

## One's own channels
channels-title = Уведомления
channels-about = Сообщения о заказах могут приходить в мессенджер.
channels-set-up = Настроить
channels-linked = Подключён
channels-linked-about = Сообщения о заказах приходят в этот мессенджер.
channels-linked-as = Сообщения о заказах приходят вам: @{ $name }.
channels-not-linked = Мессенджер не подключён: сообщения о заказах видны только здесь.
channels-off = Telegram выключен: администратор ещё не указал бота компании. Всё остальное работает.
channels-not-ready = Бот сейчас не отвечает. Откройте эту страницу чуть позже.
channels-dead = Сообщения не доходят: похоже, бот заблокирован. Разблокируйте его в Telegram и подключите ещё раз.
channels-link = Подключить
channels-link-again = Подключить другой
channels-unlink = Отключить
channels-how = Откройте бота и нажмите «Старт» (Start). Ссылка действует 30 минут.
channels-open = Открыть Telegram
channels-code-hint = Если ссылка не открывается, найдите бота сами и пришлите ему этот код:
flash-channel-unlinked = Мессенджер отключён
problem-channel-off = Этот канал выключен
problem-channel-off-hint = Администратор ещё не указал бота компании, или бот не отвечает.

## What the bot answers
telegram-hello = Здравствуйте! Чтобы получать сообщения о заказах, откройте в личном кабинете «Уведомления» и нажмите «Подключить».
telegram-linked = Готово: сообщения о заказах будут приходить сюда.
telegram-code-old = Этот код уже не действует. Возьмите новый: личный кабинет, «Уведомления», «Подключить».

## Wordings. $number: the order's number; $when: the visit's time
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
notify-office-declined = От задания по заказу № { $number } отказались: { $when }.
notify-office-declined-about = Отказ от задания
notify-office-expired = На задание по заказу № { $number } не ответили вовремя: { $when }.
notify-office-expired-about = Нет ответа на предложение
notify-office-not-done = Задание по заказу № { $number } не выполнено.
notify-office-not-done-about = Задание не выполнено
notify-crew-offered = Новое задание, заказ № { $number }: { $when }. Ответьте, возьмётесь ли.
notify-crew-offered-about = Предложено задание
notify-crew-assigned = Вам назначено задание, заказ № { $number }: { $when }.
notify-crew-assigned-about = Назначено задание
notify-crew-moved = Задание по заказу № { $number } изменено, теперь { $when }. Ответьте, возьмётесь ли.
notify-crew-moved-about = Задание изменено
notify-crew-changed = Задание по заказу № { $number } изменено, теперь { $when }.
notify-crew-changed-about = Задание изменено
notify-crew-taken-off = Задание по заказу № { $number } передано другим, вас там больше не ждут.
notify-crew-taken-off-about = Задание передано другим
notify-crew-cancelled = Задание по заказу № { $number } отменено: { $when }.
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

## The delivery log
notifications-title = Журнал уведомлений
notifications-off = Telegram выключен: токен бота не указан. Новые сообщения не отправляются.
notifications-trouble = Telegram не принимает сообщения: { $why }. Началось: { $since }. Ничего не потеряно, сообщения ждут в очереди.
# What the provider or the network said, in the middle of a sentence or alone
notification-answer-no-answer-in-time = Telegram не ответил вовремя
notification-answer-no-connection = нет связи с Telegram
notification-answer-an-answer-that-is-no-json = на стороне Telegram сбой
notification-answer-the-connection-broke = связь с Telegram прервалась
notification-answer-nobody-is-linked-any-more = человек отключил мессенджер
notification-answer-blocked = человек заблокировал бота
notification-answer-gone = учётной записи в Telegram больше нет
notification-answer-unknown = такого чата в Telegram нет
notification-answer-token = Telegram не узнаёт токен бота, проверьте его в настройках сервера
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
notification-state-queued = В очереди
notification-state-sending = Отправляется
notification-state-sent = Отправлено
notification-state-failed = Будет повтор
notification-state-dead = Не доставлено
flash-notification-retried = Отправим ещё раз
