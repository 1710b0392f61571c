### The customer's pages: «Мои заказы», a new order, one order. Read on a phone.

## The list
portal-none = Заказов пока нет
portal-none-text = Опишите, что нужно сделать, и мы подберём время и мастера.
portal-closed = Прошлые

# $phone: the company's number; read by screen readers
portal-call = Позвонить: { $phone }

# $date: «23 ноя», the day of the order
portal-of-date = от { $date }

# $day: «сегодня», «24 ноя»; $time: «15:24»
portal-at = { $day } в { $time }

## A new order
portal-service = Что нужно сделать
portal-description = Подробности
portal-description-hint = Модель, размеры, материал стен: всё, что поможет мастеру подготовиться.
portal-address = Адрес
portal-address-hint = Город, улица и дом
portal-entrance = Подъезд
portal-floor = Этаж
portal-flat = Квартира
portal-intercom = Домофон
portal-desired = Когда вам удобно
portal-desired-hint = Можно не указывать: подберём время и согласуем с вами.
portal-not-before = Не раньше
portal-not-after = Не позже
portal-send-order = Отправить заказ
portal-sending = Отправляем…
flash-order-sent = Заказ отправлен. Мы его уже видим.

## One order: short names of a stage that the list of states does not have
portal-late = Мастер задерживается
portal-between = Работа идёт

## One order: what happens now. -title is the big line, -text the one under it; -plain stands where the moment or reason is not known.
## $when: a window such as «сегодня, 13:00–15:30»; $departed: «12:38»; $arrived and $finished: «сегодня, 13:10»; $until: «25 ноя»; $reason: words of a person
portal-new-title = Проверяем заказ
portal-new-text = Подтвердим его и подберём время. Всё будет видно здесь.
portal-confirmed-title = Подбираем мастера
portal-confirmed-text = Его имя и время приезда появятся здесь.
portal-looking-title = Согласуем время
portal-looking-text = Мастер подтверждает выезд. Имя и время появятся здесь.
portal-again-title = Подбираем новое время
portal-again-text = Прошлый выезд не состоялся. Новое время появится здесь.
portal-agreed-title = Приедет { $when }
portal-agreed-text = Когда мастер выедет, вы увидите это здесь.
portal-late-title = Мастер задерживается
portal-late-text = Договорились на { $when }. Позвоните нам, и мы уточним время или перенесём выезд.
portal-en-route-title = Приедет { $when }
portal-en-route-text = Мастер выехал в { $departed }.
portal-en-route-late-title = Мастер в пути и опаздывает
portal-en-route-late-text = Договорились на { $when }, выехал в { $departed }. Позвоните нам, если ждать неудобно.
portal-on-site-title = Мастер работает
portal-on-site-text = Приехал { $arrived }.
portal-paused-title = Работа на паузе
portal-paused-text = Мастер сделал перерыв и скоро продолжит.
portal-between-title = Будет ещё один выезд
portal-between-text = Часть работы сделана. Время следующего выезда появится здесь.
portal-fixing-title = Дорабатываем
portal-fixing-text = Что исправить: { $reason }
portal-fixing-title-plain = Дорабатываем
portal-fixing-text-plain = Когда мастер закончит, здесь можно будет принять работу.
portal-acceptance-title = Примите работу
portal-acceptance-text = Мастер закончил { $finished }. Проверьте, всё ли в порядке.
portal-acceptance-title-plain = Примите работу
portal-acceptance-text-plain = Мастер закончил. Проверьте, всё ли в порядке.
portal-completed-title = Готово!
portal-completed-text = Работы завершены { $finished }
portal-completed-title-plain = Готово!
portal-completed-text-plain = Работы завершены
portal-on-hold-title = Приостановлен до { $until }
portal-on-hold-text = Потом вернёмся к заказу и согласуем время.
portal-on-hold-title-plain = Заказ приостановлен
portal-on-hold-text-plain = Когда вернёмся к нему, согласуем с вами время.
portal-cancelled-title = Заказ отменён
portal-cancelled-text = Причина: { $reason }
portal-cancelled-title-plain = Заказ отменён
portal-cancelled-text-plain = Если это ошибка, позвоните нам.

## The five steps, one word each
portal-steps = Ход заказа
portal-step-taken = Принят
portal-step-agreed = Назначен
portal-step-way = В пути
portal-step-work = Работа
portal-step-done = Готово

## Who comes
portal-worker = Мастер
# $names: the others of the crew
portal-with = Вместе с ним: { $names }

## What was ordered
portal-your-order = Ваш заказ
portal-price-later = Уточним
portal-desired-short = Удобное время
portal-description-short = Подробности
# $value: as the customer wrote it
portal-address-entrance = подъезд { $value }
portal-address-floor = этаж { $value }
portal-address-flat = кв. { $value }
portal-address-intercom = домофон { $value }
# $when: «завтра, 10:00»
portal-desired-from = Не раньше: { $when }
portal-desired-to = Не позже: { $when }

## History. $worker: a name; $when: a window; $stars: a number
portal-event-order-created = Заказ принят
portal-event-order-confirmed = Заказ подтверждён
portal-event-order-resumed = Вернулись к заказу
portal-event-order-reopened = Заказ снова открыт
portal-event-visit-accepted = Приедет { $worker }: { $when }
portal-event-visit-departed = Мастер выехал
portal-event-visit-arrived = Мастер приехал
portal-event-visit-done = Мастер закончил
portal-event-order-completed = Работа принята, заказ завершён
portal-event-order-returned = Работа возвращена на доработку
portal-event-order-held = Заказ приостановлен
portal-event-order-cancelled = Заказ отменён
portal-event-order-cancellation-requested = Вы попросили отменить заказ
portal-event-order-reviewed =
    { $stars ->
        [one] Вы поставили { $stars } звезду
        [few] Вы поставили { $stars } звезды
        [many] Вы поставили { $stars } звёзд
       *[other] Вы поставили { $stars } звезды
    }

## What the customer may do
portal-edit = Изменить заказ
portal-leave = Не сейчас
portal-not-well = Есть замечания
portal-request-note = Мастер уже в пути или работает. Отменить сразу не получится: диспетчер получит вашу просьбу и свяжется с вами.
portal-asked = Вы попросили отменить заказ. Диспетчер свяжется с вами.
portal-cancel-title = Отменить заказ?
portal-cancel-reason = Почему отменяете
portal-cancel-hint = Хватит пары слов. Это поможет нам работать лучше.
portal-cancel-submit = Отменить заказ
portal-request-title = Попросить об отмене
portal-request-reason = Почему отменяете
portal-request-hint = Диспетчер прочитает это, прежде чем позвонить вам.
portal-request-submit = Отправить просьбу
portal-return-title = Что исправить?
portal-return-reason = Замечания
portal-return-hint = Мастер увидит их и вернётся к работе.
portal-return-submit = Вернуть на доработку
flash-order-cancelled = Заказ отменён
flash-cancellation-asked = Просьба отправлена. Диспетчер свяжется с вами.
flash-work-accepted = Спасибо, работа принята
flash-work-returned = Замечания отправлены мастеру

## Photos and the chat
portal-photos = Фото
portal-photos-hint = Снимки места помогут взять нужное с собой. Можно выбрать несколько.
portal-photo-sending = Отправляется…
portal-photo-sent = Отправлено
portal-photo-failed = Не отправлено
portal-photos-refused = Файл не принят
portal-work-photos = Фото работы
portal-before = До
portal-after = После
portal-chat = Чат
flash-photos-kept = Фото добавлены
flash-photos-not-all = Заказ отправлен, но не все фото подошли. Добавьте их здесь ещё раз.

## The review
# $name: a first name, in the nominative
portal-how-was = Как поработал мастер { $name }?
portal-how = Как мы поработали?
portal-review-seen = Оценку увидят мастер и сотрудники компании
portal-stars = Оценка от одной до пяти звёзд
portal-review-text = Расскажите подробнее, если хотите
portal-review-send = Отправить оценку
portal-review-change = Изменить оценку
flash-review-kept = Спасибо за оценку
portal-time-fits = Подтвердить время
portal-time-confirmed = Вы подтвердили это время.
portal-time-move = Перенести
portal-time-wish = Когда вам удобно?
portal-time-ask = Попросить другое время
flash-time-confirmed = Спасибо! Ждите мастера
flash-time-asked = Передали диспетчеру
