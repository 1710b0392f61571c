### What went wrong, what is safe, what to do. The part after the prefix is the code of the API with hyphens.

## By a field
error-required = Заполните это поле.
error-required-choice = Выберите один из вариантов.

# $min: the least number of characters
error-too-short =
    { $min ->
        [one] Слишком коротко: нужно не меньше { $min } символа.
        [few] Слишком коротко: нужно не меньше { $min } символов.
        [many] Слишком коротко: нужно не меньше { $min } символов.
       *[other] Слишком коротко: нужно не меньше { $min } символа.
    }

# $max: the greatest number of characters
error-too-long =
    { $max ->
        [one] Слишком длинно: поместится не больше { $max } символа.
        [few] Слишком длинно: поместится не больше { $max } символов.
        [many] Слишком длинно: поместится не больше { $max } символов.
       *[other] Слишком длинно: поместится не больше { $max } символа.
    }
error-invalid = Так записать не получится. Проверьте, нет ли опечатки.
error-not-a-number = Здесь нужно число, например 12.

# $min and $max: the ends of the range
error-out-of-range = Число должно быть от { $min } до { $max }.
error-not-in-list = Такого варианта нет в списке. Выберите из предложенных.
error-money-invalid = Сумма записана непонятно. Пример: 48 900 или 48 900,50.
error-money-out-of-range = Сумма не может быть меньше нуля или больше триллиона рублей.
error-phone-invalid = Это не похоже на номер телефона. Пример: +7 912 000-11-22.
error-phone-local = Добавьте код города или оператора. Пример: 8 343 200-11-22.
error-phone-too-short = В номере не хватает цифр. Пример: +7 912 000-11-22.
error-phone-too-long = В номере лишние цифры. Укажите здесь один номер. Пример: +7 912 000-11-22.
error-phone-extension = Укажите номер без добавочного, а добавочный напишите в комментарии.
error-email-invalid = Это не похоже на адрес почты. Пример: ivan@example.ru.
error-date-invalid = Дата или время записаны непонятно. Пример: 24.11.2026 13:00.
error-time-skipped = В этот день часы переводят вперёд, и такого времени не будет. Выберите время на час позже.
error-date-order = Окончание раньше начала. Поменяйте их местами или исправьте одно из них.
error-date-past = Это время уже прошло. Выберите будущее.
error-taken = Это уже занято другим человеком. Если это вы, войдите или попросите ссылку для нового пароля. Иначе укажите другое.
error-contact-required = Укажите телефон, почту или логин: по ним человек входит.
error-password-to-change = Чтобы изменить телефон, почту или логин, введите текущий пароль.
error-phone-taken = Этот телефон уже записан у другого человека. Найдите его в списке или укажите другой номер.
error-email-taken = Этот адрес почты уже занят. Укажите другой.
error-login-taken = Этот логин уже занят. Придумайте другой.
error-login-invalid = Логин может состоять из латинских букв, цифр, точки, дефиса и подчёркивания.
error-password-too-short =
    { $min ->
        [one] Пароль слишком короткий: нужно не меньше { $min } символа.
        [few] Пароль слишком короткий: нужно не меньше { $min } символов.
        [many] Пароль слишком короткий: нужно не меньше { $min } символов.
       *[other] Пароль слишком короткий: нужно не меньше { $min } символа.
    }
error-password-common = Этот пароль слишком известен, его подберут за минуту. Придумайте другой, например из трёх-четырёх слов.
error-password-wrong = Текущий пароль не подошёл. Проверьте раскладку и Caps Lock.
error-sign-in-failed = Логин или пароль не подошли. Проверьте раскладку и Caps Lock. Если пароль забыт, попросите ссылку для нового.
error-consent-required = Без согласия на обработку персональных данных мы не вправе их хранить. Отметьте его, если согласны.
error-not-found = Такой записи нет. Выберите другую.
error-unknown-field = Такого поля здесь нет. Уберите его или исправьте название.
error-not-text = Здесь нужен текст в кавычках.
error-not-a-list = Здесь нужен список.
error-not-an-object = Здесь нужен объект с полями.

# $max: the greatest number of items
error-too-many =
    { $max ->
        [one] Слишком много: можно не больше { $max } строки.
        [few] Слишком много: можно не больше { $max } строк.
        [many] Слишком много: можно не больше { $max } строк.
       *[other] Слишком много: можно не больше { $max } строки.
    }
error-message-too-old = Прошло больше 15 минут, это сообщение уже не изменить. Отправьте новое.
error-message-deleted = Это сообщение уже удалено. Отправьте новое.
error-message-went-before = Первый вариант уже отправлен, он в переписке выше. Чтобы отправить и этот, нажмите ещё раз.
error-message-changed = Это сообщение уже изменили в другом окне. Обновите страницу.
error-not-for-you = Вам поиск по словам недоступен: ищите задание в своём списке.
error-staff-only = Это указывает только диспетчер: уберите это поле.
error-zone-unknown = Такого часового пояса нет. Пример: Asia/Yekaterinburg.
error-hours-invalid = Часы записаны непонятно. Пример: 09:00-18:00.
error-lead-not-in-crew = Старший должен быть в этой бригаде. Добавьте его или выберите другого.
error-too-many-views = Сохранено уже 30 видов. Удалите лишние.

# $count: how many photos are still missing
error-photos-before-missing =
    { $count ->
        [one] Не хватает { $count } фото «до».
        [few] Не хватает { $count } фото «до».
        [many] Не хватает { $count } фото «до».
       *[other] Не хватает { $count } фото «до».
    }
error-photos-after-missing =
    { $count ->
        [one] Не хватает { $count } фото «после».
        [few] Не хватает { $count } фото «после».
        [many] Не хватает { $count } фото «после».
       *[other] Не хватает { $count } фото «после».
    }

# $count: how many lines of the checklist are not ticked
error-checklist-missing =
    { $count ->
        [one] В чек-листе не отмечен { $count } пункт.
        [few] В чек-листе не отмечены { $count } пункта.
        [many] В чек-листе не отмечено { $count } пунктов.
       *[other] В чек-листе не отмечено { $count } пункта.
    }
error-signature-missing = Нет подписи заказчика.

# $name: the customer who has this phone
error-customer-twin = Этот телефон уже у заказчика «{ $name }». Выберите его из списка или укажите другой номер.

error-stars-required = Выберите от одной до пяти звёзд.

## Files

# $max: megabytes
error-file-too-large = Файл слишком большой: можно до { $max } МБ. Уменьшите его или пришлите частями.

# $max: megabytes
error-files-too-large = Файлы вместе слишком большие: можно до { $max } МБ. Отправьте их по частям.

# $max: millions of pixels
error-file-too-many-pixels = У снимка слишком много точек: можно до { $max } млн. Уменьшите снимок и пришлите снова.
error-file-heic = Формат HEIC здесь не открывается. На айфоне: Настройки → Камера → Форматы → Наиболее совместимые. Готовый снимок сохраните как JPEG.
error-file-svg = Рисунки SVG не принимаются: внутри может быть программа. Пришлите JPEG, PNG или PDF.
error-file-not-supported = Такие файлы не принимаются. Подойдут фото (JPEG, PNG, WebP), PDF, простой текст, документы и таблицы (DOCX, XLSX, ODT, ODS, CSV).
error-file-damaged = Файл повреждён или пришёл не целиком. Пришлите его ещё раз.
error-file-empty = Файл пустой. Выберите другой.
error-file-not-picture = Здесь нужен снимок. Подойдут JPEG, PNG и WebP.
error-too-many-files =
    { $max ->
        [one] Слишком много файлов: можно не больше { $max } файла.
        [few] Слишком много файлов: можно не больше { $max } файлов.
        [many] Слишком много файлов: можно не больше { $max } файлов.
       *[other] Слишком много файлов: можно не больше { $max } файла.
    }

## Around a problem on a page of its own
problem-back = Назад
problem-home = На главную
problem-reference = Номер сбоя

## A whole page or request

## The value says what happened, -hint says what is safe and what to do
problem-invalid = Не всё заполнено верно
problem-invalid-hint = Введённое осталось в полях, но ещё не сохранено. Исправьте отмеченное и отправьте ещё раз.
problem-stale = Пока вы работали, здесь уже что-то изменили
problem-stale-hint = Чужие изменения сохранены, ваши ещё нет. Посмотрите, что стало, и внесите свои снова.
problem-in-flight = Этот запрос уже выполняется
problem-in-flight-hint = Второй раз отправлять не нужно: дважды ничего не запишется. Обновите страницу через несколько секунд.
problem-key-reused = Этот ключ запроса уже занят другим содержимым
problem-key-reused-hint = Первый запрос сохранён, этот нет. Отправьте его с новым ключом.
problem-not-now = Сейчас этого сделать нельзя
problem-not-now-hint = Состояние уже другое, и ничего не изменилось. Обновите страницу: на ней останутся только доступные действия.

# $worker: a name; $number: an order’s number; $when: a window, such as “Today, 13:00–15:30”
problem-overlap = В это время работник уже занят
problem-overlap-hint = { $worker }: уже есть задание по заказу № { $number } ({ $when }). Ваше ещё не сохранено. Выберите другое время или работника либо укажите причину, чтобы назначить всё равно.
problem-busy-then = В это время у вас уже есть другое задание
problem-busy-then-hint = Ничего не изменилось. Позвоните диспетчеру, чтобы подобрать другое время.
problem-order-not-open = Этот заказ сейчас закрыт для изменений
problem-order-not-open-hint = Он завершён, отменён или приостановлен, и всё в нём осталось как было. Сначала возобновите его или откройте снова.
problem-not-confirmed = Заказ ещё не подтверждён
problem-not-confirmed-hint = Задание не создано. Подтвердите заказ и назначьте снова.
problem-nothing-to-return = Возвращать нечего: выполненных заданий нет
problem-nothing-to-return-hint = Заказ остался как был. Назначьте новое задание, если работу нужно переделать.
problem-report-closed = Отчёт сейчас не изменить
problem-report-closed-hint = Отчёт пишут, пока работа на месте не завершена. Сохранённое в нём осталось. Если нужно дополнить, попросите диспетчера вернуть задание.
problem-customer-taken = Такой заказчик уже записан
problem-customer-taken-hint = Второй не создан. Найдите его по телефону и выберите из списка.
problem-customer-twin = Такой заказчик уже записан
problem-customer-twin-hint = Второй не создан. Найдите его по телефону и выберите из списка.
problem-incomplete = Завершить пока нельзя: отчёт неполный
problem-incomplete-hint = Всё, что вы добавили, сохранено. Добавьте недостающее и завершите снова.
problem-not-completed = Заказ ещё не завершён
problem-not-completed-hint = Оценка не сохранена. Её можно поставить, когда работа принята.
problem-review-closed = Отзыв уже не изменить
problem-review-closed-hint = Менять его можно тридцать дней. Прежний отзыв остался как был.
problem-nobody-to-write = Писать пока некому
problem-nobody-to-write-hint = Задание никому не предложено. Назначьте мастера, и чат с ним откроется.
problem-message-too-old = Изменить сообщение уже нельзя
problem-message-too-old-hint = Менять и удалять своё сообщение можно 15 минут. Напишите новое.
problem-message-deleted = Сообщение уже удалено
problem-message-deleted-hint = Напишите новое.
problem-nobody-waits = Здесь уже никто не ждёт ответа
problem-nobody-waits-hint = Наверное, коллега ответил раньше. Обновите список.
problem-chat-taken = Чат уже взял коллега
problem-chat-taken-hint = Обновите список: там видно, кто отвечает.
problem-not-found = Здесь ничего нет
problem-not-found-hint = Возможно, ссылка устарела или в ней опечатка. Вернитесь на главную и откройте нужное оттуда.
problem-forbidden = Это действие вам недоступно
problem-forbidden-hint = Ничего не изменилось. Если оно нужно вам для работы, попросите администратора.
problem-unauthenticated = Войдите ещё раз
problem-unauthenticated-hint = Сеанс закончился. Сохранённое на месте, а после входа вы вернётесь сюда же.
problem-sign-in-failed = Войти не получилось
problem-sign-in-failed-hint = Логин или пароль не подошли. Проверьте раскладку и Caps Lock. Если пароль забыт, попросите новую ссылку у диспетчера.
problem-blocked = Вход закрыт
problem-blocked-hint = Администратор закрыл вам вход. Ваши данные сохранены. Обратитесь к нему, если это ошибка.
problem-last-administrator = Это единственный администратор
problem-last-administrator-hint = Ничего не изменилось. Сначала назначьте администратором кого-нибудь ещё.
problem-user-blocked = Этому человеку закрыт вход
problem-user-blocked-hint = Ссылка не создана. Сначала откройте вход.
problem-throttled = Слишком много попыток подряд
problem-throttled-hint = Ничего не потеряно. Подождите несколько минут и попробуйте снова.
problem-link-expired = Ссылка больше не действует
problem-link-expired-hint = Её уже использовали, или вышел срок. Попросите новую у того, кто её прислал.
problem-foreign-origin = Запрос пришёл с чужой страницы
problem-foreign-origin-hint = Мы его не выполнили, ничего не изменилось. Откройте страницу заново и повторите.
problem-bad-request = Запрос не удалось прочитать
problem-bad-request-hint = Ничего не изменилось. Обновите страницу и отправьте ещё раз.
problem-bad-header = Заголовок запроса записан неверно
problem-bad-header-hint = Ничего не изменилось. Сверьте заголовки с описанием API и повторите.
problem-bad-idempotency-key = Ключ запроса записан неверно
problem-bad-idempotency-key-hint = Ничего не изменилось. В Idempotency-Key нужен UUID.
problem-not-json = Нужны данные в формате JSON
problem-not-json-hint = Ничего не изменилось. Отправьте тело с типом application/json.
problem-not-multipart = Файл отправляют в формате multipart/form-data
problem-not-multipart-hint = Ничего не сохранено. Положите файл в поле file и отправьте снова.
problem-bad-json = В данных JSON ошибка
problem-bad-json-hint = Ничего не изменилось. Проверьте скобки и кавычки и отправьте снова.
problem-not-an-object = Нужен объект JSON
problem-not-an-object-hint = Ничего не изменилось. Поля запроса должны лежать в фигурных скобках.
problem-too-large = Слишком большая отправка
problem-too-large-hint = Ничего не сохранено. Отправьте меньше файлов за один раз.
problem-method-not-allowed = Так этот адрес не работает
problem-method-not-allowed-hint = Ничего не изменилось. Вернитесь назад и повторите с самой страницы.
problem-timeout = Данные шли слишком долго
problem-timeout-hint = Ничего не сохранено. Проверьте связь и отправьте ещё раз.
problem-storage-full = На сервере закончилось место
problem-storage-full-hint = Это изменение не сохранено, остальное на месте и открывается. Сообщите администратору: нужно освободить диск.
problem-unavailable = Система сейчас перезапускается или занята
problem-unavailable-hint = Сохранённое на месте. Подождите минуту и повторите.
problem-internal = На сервере случился сбой, и мы не смогли это выполнить
problem-internal-hint = Сохранённое раньше на месте. Повторите через минуту, а если не поможет, назовите администратору номер сбоя.
problem-offline = Нет связи с сервером
problem-offline-hint = То, что вы ввели, осталось на странице. Проверьте интернет и повторите.
problem-not-empty = В базе уже есть данные
problem-not-empty-hint = Демонстрационные данные записываются только в пустую базу.
