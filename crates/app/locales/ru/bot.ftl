### What the bot says in messengers

## Getting to know each other
bot-hello = Здравствуйте! Поделитесь телефоном, и я покажу ваши заказы и задания. Если вам дали код, пришлите его сюда.
bot-give-phone = Поделиться телефоном
bot-phone-not-own = Нужен ваш собственный телефон: нажмите кнопку ниже.
bot-office-by-code = Учётная запись с этим телефоном подключается по коду: войдите на сайт, откройте «Уведомления» и нажмите «Подключить». Если вы не регистрировались на сайте, позвоните нам.
bot-linked = Готово: сообщения будут приходить сюда.
bot-code-old = Этот код уже не действует. Возьмите новый: на сайте откройте «Уведомления» и нажмите «Подключить».
bot-consent = Мы ещё не знакомы. Чтобы принять заказ, нужно ваше согласие на обработку персональных данных.
bot-consent-text = Прочитать согласие
bot-agree = Согласен
bot-nameless = Заказчик
bot-registered = Спасибо! Теперь можно оформить заказ прямо здесь.

## Words of every conversation
bot-menu = В начало
bot-cancel = Отменить
bot-back = Назад
bot-open = Открыть на сайте
bot-show = Подробнее
bot-not-found = Этого здесь больше нет.
bot-outdated = Пока вы смотрели, всё изменилось
bot-done-already = Это уже сделано
error-file-not-fetched = Файл не удалось получить. Он больше 20 МБ или уже удалён: пришлите ещё раз.

## Chat
bot-answer = Ответить
bot-write = Напишите сообщение, я передам его диспетчеру.
bot-write-about = Напишите сообщение по заказу № { $number }.
bot-write-customer = Напишите заказчику по заказу № { $number }.
bot-write-worker = Напишите исполнителю.
bot-written = Передано.

## The worker
bot-worker-menu = Что покажем?
bot-today = Сегодня
bot-tomorrow = Завтра
bot-today-title = Сегодня, { $date }
bot-tomorrow-title = Завтра, { $date }
bot-nothing = Заданий нет.
bot-write-dispatcher = Написать диспетчеру
bot-visit = Заказ № { $number }: { $status }
bot-details-inside = Адрес и телефон откроются на сайте.
bot-answer-until = Ответьте до: { $when }
bot-because = Причина: { $reason }
bot-entrance = подъезд { $value }
bot-floor = этаж { $value }
bot-flat = кв. { $value }
bot-intercom = домофон { $value }
bot-route = Маршрут
bot-accept = Принять
bot-decline = Отклонить
bot-depart = Выехал
bot-arrive = На месте
bot-pause = Пауза
bot-resume = Продолжить
bot-finish = Завершить
bot-fail = Не выполнено
bot-why-decline = Почему не возьмётесь? Нажмите или напишите своими словами.
bot-why-fail = Почему не вышло? Нажмите или напишите своими словами.
bot-decline-busy = Занят в это время
bot-decline-far = Далеко ехать
bot-decline-ill = Заболел
bot-decline-other = Другая причина
bot-declined = Вы отказались от задания. Диспетчер уже знает.
bot-lacks = Пока завершить нельзя:
bot-send-pictures = Пришлите фото прямо сюда.
bot-sign = Подписать на сайте
bot-before-or-after = Эти фото до работ или после?
bot-before = До
bot-after = После
bot-pictures-kept =
    { $count ->
        [0] Фото не добавлены.
        [one] { $count } фото добавлено: { $kind }.
        [few] { $count } фото добавлены: { $kind }.
        [many] { $count } фото добавлены: { $kind }.
       *[other] { $count } фото добавлены: { $kind }.
    }
bot-too-many-pictures = За один раз можно прислать до 10 фото.
bot-report-kept = Записал в отчёт.
bot-i-am-here = Я сейчас здесь: { $url }

## The customer
bot-customer-menu = Чем помочь?
bot-new-order = Новый заказ
bot-my-orders = Мои заказы
bot-no-orders = Открытых заказов нет.
bot-your-orders = Ваши заказы:
bot-order = Заказ № { $number }: { $status }
bot-comes = Мастер приедет: { $when }
bot-fits = Подтверждаю
bot-move = Перенести
bot-fits-thanks = Спасибо! Ждите мастера.
bot-time-changed = Время изменилось
bot-when-instead = Когда вам удобно? Напишите день и время.
bot-move-thanks = Передали диспетчеру. Он ответит здесь.
bot-write-us = Написать нам
bot-about-which = О каком заказе речь?
bot-how-many-stars = Как прошли работы по заказу № { $number }?
bot-stars = Оценить
bot-stars-thanks = Спасибо за оценку!
bot-which-service = Что нужно сделать?
bot-where = { $service }. Напишите адрес.
bot-where-again = Сначала напишите адрес.
bot-what = Опишите, что нужно сделать. Можно прислать фото.
bot-check-order = Проверьте заказ:
    { $service }
    { $address }
    { $description }
    Фото: { $count }
bot-send-order = Отправить
bot-ordered = Заказ № { $number } принят. Мы напишем, когда подтвердим его.
bot-pictures-lost = Часть фото не удалось получить: пришлите их ещё раз в чат заказа.

## The office
bot-office-menu =
    { $count ->
        [0] Ответа никто не ждёт.
        [one] Ответа ждут в { $count } чате.
        [few] Ответа ждут в { $count } чатах.
        [many] Ответа ждут в { $count } чатах.
       *[other] Ответа ждут в { $count } чата.
    }
bot-waiting = Кто ждёт ответа
bot-who-waits = Кому ответить?
bot-answer-to = Ответить: { $whom }
bot-nobody-waits = Ответа никто не ждёт.
bot-open-board = Открыть заказы
bot-open-chats = Открыть чаты
bot-confirm = Подтвердить
bot-assign = Назначить
bot-write-to-customer = Написать заказчику
bot-whom-to-send = Кого отправить по заказу № { $number }?
bot-nobody-free = По заказу № { $number } свободных нет на две недели вперёд.
bot-offered = Задание предложено
bot-taken-meanwhile = Этот человек уже занят
