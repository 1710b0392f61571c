### The company's settings.

settings-title = Настройки компании
settings-section-company = Компания
settings-name = Название
settings-name-hint = Его видят работники и заказчики.
settings-phone-hint = По нему заказчики звонят в компанию.
settings-zone = Часовой пояс
settings-zone-hint = По нему считаем сроки и рабочие часы.
settings-hours-hint = День без часов — выходной. Если не заполнить ни одного дня, рабочим считается любое время.
settings-section-rules = Правила
settings-offer-minutes = Срок предложения, минут
settings-offer-minutes-hint = Столько ждём ответа от работника, потом предложение истекает.
settings-auto-accept = Задания специалистов принимаются сами
settings-auto-accept-hint = Штатному специалисту не нужно подтверждать предложение.
settings-specialist-price = Специалисты видят стоимость заказа
settings-specialist-price-hint = Исполнители не видят её никогда, только свою оплату.
settings-specialist-chat = Специалисты переписываются с заказчиком
settings-specialist-chat-hint = В чате своего заказа, рядом с диспетчером. Исполнители пишут только диспетчеру.
settings-dispatcher-money = Диспетчеры видят суммы в аналитике
settings-dispatcher-money-hint = Стоимость каждого заказа они видят в любом случае.
settings-section-consent = Персональные данные
settings-consent = Текст согласия

# $count: the version of the text
settings-consent-hint = Его принимают заказчики, когда регистрируются. Сейчас действует версия { $count }; после изменения текста появится следующая, прежние согласия сохранятся.
settings-saved = Настройки сохранены

## Time zones
zone-europe-kaliningrad = Калининград (UTC+2)
zone-europe-moscow = Москва (UTC+3)
zone-europe-samara = Самара (UTC+4)
zone-asia-yekaterinburg = Екатеринбург (UTC+5)
zone-asia-omsk = Омск (UTC+6)
zone-asia-novosibirsk = Новосибирск (UTC+7)
zone-asia-krasnoyarsk = Красноярск (UTC+7)
zone-asia-irkutsk = Иркутск (UTC+8)
zone-asia-yakutsk = Якутск (UTC+9)
zone-asia-vladivostok = Владивосток (UTC+10)
zone-asia-magadan = Магадан (UTC+11)
zone-asia-sakhalin = Южно-Сахалинск (UTC+11)
zone-asia-kamchatka = Петропавловск-Камчатский (UTC+12)
zone-europe-minsk = Минск (UTC+3)
zone-asia-tbilisi = Тбилиси (UTC+4)
zone-asia-yerevan = Ереван (UTC+4)
zone-asia-baku = Баку (UTC+4)
zone-asia-almaty = Алматы (UTC+5)
zone-asia-tashkent = Ташкент (UTC+5)
zone-asia-bishkek = Бишкек (UTC+6)
zone-asia-dushanbe = Душанбе (UTC+5)
zone-asia-ashgabat = Ашхабад (UTC+5)
zone-europe-chisinau = Кишинёв (UTC+2, летом UTC+3)
zone-utc = Всемирное время (UTC)
settings-section-messages = Сообщения людям
settings-quiet-from = Тихие часы с
settings-quiet-to = До
settings-quiet-hint = В тихие часы приходит только то, что не может ждать. Каждый может выбрать себе другие.
settings-foreign-details = Показывать имена, адреса и телефоны в Telegram и WhatsApp
settings-foreign-details-hint = Если выключено, там видны только номер, время, вид работ, район и статус, а сотрудникам офиса ещё и имена работников. Имена, адреса и телефоны заказчиков остаются на сайте. В MAX видно всё.
