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
bot-outdated-hint = Пока вы смотрели, всё изменилось. Ничего не потеряно: посмотрите, как обстоят дела сейчас.
bot-in-flight = Это уже выполняется. Подождите немного.
bot-unread = Понимаю текст, фото и файлы. Голосовые, видео и стикеры разобрать не могу: напишите, пожалуйста, словами.
bot-done-already = Это уже сделано
bot-not-taken = Не получилось принять то, что вы прислали или нажали: неполадка на нашей стороне. Попробуйте, пожалуйста, ещё раз.
bot-too-late-for-deed = Мой вопрос ждал ответа слишком долго, и я его закрыл: по нему ничего не сделано. Если ещё нужно, нажмите кнопку снова.
bot-too-late-to-write = С тех пор как вы нажали кнопку, чтобы написать, прошло больше часа, и я уже не жду того сообщения.
bot-order-waits = Заказ, который вы начали, сохранён. Чтобы продолжить, нажмите «Новый заказ».
bot-words-forgotten = Раньше вы писали: «{ $words }». Я не знал, о каком заказе речь, и никому этого не передал. Если ещё нужно, напишите снова.
bot-files-forgotten = Раньше вы присылали файлы. Я не знал, о каком заказе речь, и никому их не передал. Если ещё нужно, пришлите снова.
error-file-not-fetched = Файл не удалось получить. Он больше 20 МБ или уже удалён: пришлите ещё раз.

## Chat
bot-answer = Ответить
bot-write = Напишите сообщение, я передам его диспетчеру.
bot-write-about = Напишите сообщение по заказу № { $number }.
bot-write-customer = Напишите заказчику по заказу № { $number }.
bot-write-colleagues = Напишите коллегам по заказу № { $number }: заказчик и исполнитель этого не увидят.
bot-write-worker-about = Напишите исполнителю по заказу № { $number }: { $name }.
bot-write-worker = Напишите исполнителю: { $name }.
bot-written = Передано.
bot-written-office = Задание уже не ваше, поэтому передал диспетчеру в общий чат.
bot-files-late =
    { $count ->
        [one] { $count } файл мессенджер пока не отдал. Попробую получить его сам, заново присылать не нужно.
        [few] { $count } файла мессенджер пока не отдал. Попробую получить их сам, заново присылать не нужно.
        [many] { $count } файлов мессенджер пока не отдал. Попробую получить их сам, заново присылать не нужно.
       *[other] { $count } файла мессенджер пока не отдал. Попробую получить их сам, заново присылать не нужно.
    }
bot-file-came = Файл дошёл. Передано.
bot-file-lost = Файл, который вы присылали, мессенджер так и не отдал. Пришлите его, пожалуйста, ещё раз.
bot-choose-first = Сначала выберите выше, о чём речь: это сообщение я ещё не запомнил.

## The worker
bot-worker-menu = Что покажем?
bot-today = Сегодня
bot-tomorrow = Завтра
bot-later = Дальше
bot-here = Где я
bot-give-place = Отправить геопозицию
bot-give-place-below = Нажмите кнопку ниже, и диспетчер увидит, где вы.
bot-today-title = Сегодня, { $date }
bot-tomorrow-title = Завтра, { $date }
bot-later-title = Дальше, с { $date }
bot-nothing = Заданий нет.
bot-write-dispatcher = Написать диспетчеру
bot-visit = Заказ № { $number }: { $status }
bot-details-inside = Адрес и телефон откроются на сайте.
bot-reason-inside = Причина написана на сайте.
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
bot-visit-gone = Этого задания у вас больше нет: его отменили, передали другому или срок ответа прошёл.
bot-why-decline = Почему не возьмётесь? Нажмите или напишите своими словами.
bot-why-fail = Почему не вышло? Нажмите или напишите своими словами.
bot-decline-busy = Занят в это время
bot-decline-far = Далеко ехать
bot-decline-ill = Заболел
bot-decline-other = Другая причина
bot-declined = Вы отказались от задания. Диспетчер уже знает.
bot-lacks = Пока завершить нельзя:
bot-lacks-nothing = Всё готово, можно завершать.
bot-lacks-notice = Пока завершить нельзя
bot-send-pictures = Пришлите фото прямо сюда.
bot-sign = Подписать на сайте
bot-before-or-after = По № { $number }: эти фото до работ или после?
bot-before = До
bot-after = После
bot-other-pictures = Другое
bot-pictures-first = Сначала скажите, что на фото, которые вы прислали: до работ они или после?
bot-pictures-sorted = Эти фото уже в отчёте
bot-pictures-to-chat = Отчёт уже закрыт, поэтому фото ушли диспетчеру в чат.
bot-pictures-late =
    { $count ->
        [one] { $count } фото мессенджер пока не отдал. Оно не потеряно: нажмите ещё раз чуть позже.
        [few] { $count } фото мессенджер пока не отдал. Они не потеряны: нажмите ещё раз чуть позже.
        [many] { $count } фото мессенджер пока не отдал. Они не потеряны: нажмите ещё раз чуть позже.
       *[other] { $count } фото мессенджер пока не отдал. Они не потеряны: нажмите ещё раз чуть позже.
    }
bot-pictures-kept =
    { $count ->
        [0] Фото не добавлены.
        [one] { $count } фото добавлено в отчёт по № { $number }: { $kind }.
        [few] { $count } фото добавлены в отчёт по № { $number }: { $kind }.
        [many] { $count } фото добавлены в отчёт по № { $number }: { $kind }.
       *[other] { $count } фото добавлены в отчёт по № { $number }: { $kind }.
    }
bot-too-many-pictures = Больше 20 фото сразу не запомню. Скажите про эти, до работ они или после, и пришлите остальные ещё раз.
bot-report-kept = Записал в отчёт по № { $number }.
bot-about-which-visit = О каком задании речь? Я всё запомнил.
bot-i-am-here = Я сейчас здесь: { $url }

## The customer
bot-customer-menu = Чем помочь?
bot-new-order = Новый заказ
bot-my-orders = Мои заказы
bot-no-orders = Заказов пока нет.
bot-your-orders = Ваши заказы:
bot-order = Заказ № { $number }: { $status }
bot-order-of-customer = Заказ № { $number }, { $service }
bot-agreed-on = Договорились на { $when }
bot-stars-for = Оценить № { $number }
bot-no-open-order = Открытых заказов нет. Я запомнил, что вы написали. Это о прежнем заказе или новый заказ?
bot-about-which-number = О каком заказе речь? Я запомнил, что вы написали. Ответьте номером из списка.
bot-no-such-number = Такого номера в списке нет. Ответьте номером из списка.
bot-accept-work = Принять работу
bot-return-work = Вернуть
bot-why-return = Что исправить? Напишите, и мастер вернётся.
bot-returned = Передали мастеру. Когда он исправит, работу можно будет принять снова.
bot-cancel-order = Отменить заказ
bot-cancel-for-that = Отменить заказ № { $number } по причине «{ $reason }»?
bot-do-cancel = Да, отменить
bot-do-not-cancel = Не отменять
bot-why-cancel = Отменить заказ № { $number }? Нажмите причину или напишите своими словами.
bot-why-cancel-late = Мастер уже выехал, поэтому отмену заказа № { $number } подтвердит диспетчер. Нажмите причину или напишите своими словами.
bot-cancel-asked = Вы попросили отменить заказ. Диспетчер ответит здесь.
bot-cancel-changed-mind = Передумал
bot-cancel-another = Нашёл другого
bot-cancel-other = Другая причина отмены
bot-fits = Подтверждаю
bot-move = Перенести
bot-fits-thanks = Спасибо! Ждите мастера.
bot-time-changed = Время изменилось
bot-when-instead = Когда вам удобно? Напишите день и время.
bot-move-thanks = Передали диспетчеру. Он ответит здесь.
bot-write-us = Написать нам
bot-about-which = О каком заказе речь?
bot-order-goes-on = Продолжаем заказ, который вы начали.
bot-address-in-words = Геопозицию в заказ не записать. Напишите адрес словами: улица, дом, квартира.
bot-other-address = Напишите адрес.
bot-other-description = Напишите заново, что нужно сделать.
bot-change-address = Изменить адрес
bot-change-description = Изменить описание
bot-shorter-please = Последнее сообщение я не добавил, остальное на месте. Напишите короче.
bot-too-many-order-pictures = К заказу можно приложить до 10 фото. Остальные пришлите потом в чат заказа.
bot-send-pictures-again = Отправить фото ещё раз
bot-order-pictures-late =
    { $count ->
        [one] { $count } фото мессенджер пока не отдал. Оно не потеряно: нажмите кнопку чуть позже.
        [few] { $count } фото мессенджер пока не отдал. Они не потеряны: нажмите кнопку чуть позже.
        [many] { $count } фото мессенджер пока не отдал. Они не потеряны: нажмите кнопку чуть позже.
       *[other] { $count } фото мессенджер пока не отдал. Они не потеряны: нажмите кнопку чуть позже.
    }
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
bot-pictures-lost =
    { $count ->
        [one] { $count } фото получить не удалось: пришлите его ещё раз в чат заказа.
        [few] { $count } фото получить не удалось: пришлите их ещё раз в чат заказа.
        [many] { $count } фото получить не удалось: пришлите их ещё раз в чат заказа.
       *[other] { $count } фото получить не удалось: пришлите их ещё раз в чат заказа.
    }

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
bot-with-customer = заказчик
bot-with-worker = исполнитель
bot-with-colleagues = коллеги
bot-waits-for = { $about }: ждёт { $time }
bot-last-words = «{ $words }»
bot-for-whom = Я не знаю, кому это, и никому не отправил. Нажмите «Ответить» под сообщением или «Кто ждёт ответа», а потом пишите.
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
bot-assigned-already = Мастер уже назначен
bot-goes = { $name }, { $when }: { $status }
bot-taken-meanwhile = Этот человек уже занят
