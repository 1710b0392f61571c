### The worker's pages: today, one visit, its report.

## Today
field-offers = Вам предлагают
field-next = Дальше
field-empty = На сегодня заданий нет
field-empty-hint = Новое задание появится здесь само.
field-none-yet = Заданий пока не было
field-none-yet-hint = Здесь будет всё, что вам назначали.
field-earlier = Раньше
field-to-newest = К новым
field-done-today =
    { $count ->
        [one] Сделано сегодня: { $count }
        [few] Сделано сегодня: { $count }
        [many] Сделано сегодня: { $count }
       *[other] Сделано сегодня: { $count }
    }

## An offer

# $when: “Today, 15:00”
field-offer-until = Срок ответа: { $when }

# $time: hours, minutes and seconds left
field-offer-left = Осталось на ответ: { $time }
field-offer-over = Срок ответа вышел
field-lead-answers = За бригаду отвечает старший.
field-hidden-until-accepted = Адрес и телефон заказчика откроются, когда вы примете задание.
field-hidden-after = Задание закрыто, поэтому адрес и телефон заказчика скрыты.

# $sum: money
field-payout = Вам { $sum }

# $sum: money
field-price = Стоимость { $sum }

## One visit

# $number: the order's number
field-visit-title = Задание № { $number }

# $address: street and house; $flat: the flat's number
field-address-flat = { $address }, кв. { $flat }

# $value: as the customer said it
field-entrance = Подъезд { $value }
field-floor = Этаж { $value }
field-intercom = Домофон { $value }
field-route-navigator = Яндекс Навигатор
field-route-yandex = Яндекс Карты
field-route-2gis = 2ГИС
field-route-other = Другое приложение
field-returned = Вернули на доработку
field-note = От диспетчера
field-work = Что сделать
field-requirements = Особые условия
field-with-you = С вами едут
field-sent-along = Снимки и файлы к заказу
field-more = Ещё
field-report = Отчёт
field-report-hint = Снимки, чек-лист, подпись
field-resume = Вернуться к работе
field-pause-hint = Если нужно отойти или дождаться материала
field-fail = Не получается выполнить
field-fail-hint = Выберите причину, диспетчер решит, что дальше

## The report

# $number: the order's number
field-report-title = Отчёт по заданию № { $number }

# $done of $total things that the service asks for
field-done-of = Готово { $done } из { $total }

# $when: “5 minutes ago”
field-saved = Сохранено { $when }
field-missing = Чего не хватает
field-stale-hint = Отчёт дополнил кто-то ещё из бригады. Ваш текст остался на странице: проверьте его и сохраните снова.
field-stale-now = В отчёте сейчас:
field-photos-before = Фото до
field-photos-after = Фото после
field-take-photo = Снять
field-photo-wanted = Ещё нужно
field-sending = Отправляется…
field-sent = Отправлено
field-not-sent = Не отправлено. Снимок на месте, повторите.
field-remove-photo = Удалить снимок

# $name: the file's name
field-photo-menu = Действия со снимком { $name }

# $name: the file's name
field-remove-file = Удалить файл { $name }
field-checklist = Чек-лист
field-text = Комментарий
field-text-hint = Что сделано, что заметили, что нужно в следующий раз
field-signature = Подпись заказчика
field-signature-canvas = Место для подписи пальцем
field-signature-clear = Стереть
field-sign-again = Подписать заново
field-signed-by = Кто принял работу
field-signed-by-hint = Имя и фамилия: можно вместо подписи на экране
field-finishing = Завершаем…
field-choose-file = Файл к отчёту
field-attach = Приложить
flash-report-saved = Отчёт сохранён
