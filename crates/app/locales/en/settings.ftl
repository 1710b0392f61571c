### The company's settings.

settings-title = Company settings
settings-section-company = The company
settings-name = Name
settings-name-hint = Workers and customers see it.
settings-phone-hint = Customers call the company at this number.
settings-zone = Time zone
settings-zone-hint = Deadlines and working hours follow it.
settings-hours-hint = A day without hours is off. If no day is filled in, any time counts as working time.
settings-section-rules = Rules
settings-offer-minutes = An offer stands for, minutes
settings-offer-minutes-hint = This long a worker’s answer is waited for, then the offer expires.
settings-auto-accept = Specialists’ visits are accepted by themselves
settings-auto-accept-hint = An in-house specialist need not confirm an offer.
settings-specialist-price = Specialists see the order’s price
settings-specialist-price-hint = Contractors never see it, only their own pay.
settings-specialist-chat = Specialists write with the customer
settings-specialist-chat-hint = In the chat of their own order, beside the dispatcher. Contractors write to the dispatcher only.
settings-dispatcher-money = Dispatchers see sums in analytics
settings-dispatcher-money-hint = They see the price of each order in any case.
settings-section-consent = Personal data
settings-consent = Text of the consent

# $count: the version of the text
settings-consent-hint = Customers accept it when they register. Version { $count } is in force; a change of the text makes the next one, and consents given before are kept.
settings-saved = Settings saved

## Time zones
zone-europe-kaliningrad = Kaliningrad (UTC+2)
zone-europe-moscow = Moscow (UTC+3)
zone-europe-samara = Samara (UTC+4)
zone-asia-yekaterinburg = Yekaterinburg (UTC+5)
zone-asia-omsk = Omsk (UTC+6)
zone-asia-novosibirsk = Novosibirsk (UTC+7)
zone-asia-krasnoyarsk = Krasnoyarsk (UTC+7)
zone-asia-irkutsk = Irkutsk (UTC+8)
zone-asia-yakutsk = Yakutsk (UTC+9)
zone-asia-vladivostok = Vladivostok (UTC+10)
zone-asia-magadan = Magadan (UTC+11)
zone-asia-sakhalin = Yuzhno-Sakhalinsk (UTC+11)
zone-asia-kamchatka = Petropavlovsk-Kamchatsky (UTC+12)
zone-europe-minsk = Minsk (UTC+3)
zone-asia-tbilisi = Tbilisi (UTC+4)
zone-asia-yerevan = Yerevan (UTC+4)
zone-asia-baku = Baku (UTC+4)
zone-asia-almaty = Almaty (UTC+5)
zone-asia-tashkent = Tashkent (UTC+5)
zone-asia-bishkek = Bishkek (UTC+6)
zone-asia-dushanbe = Dushanbe (UTC+5)
zone-asia-ashgabat = Ashgabat (UTC+5)
zone-europe-chisinau = Chisinau (UTC+2, UTC+3 in summer)
zone-utc = Universal time (UTC)
settings-section-messages = Messages to people
settings-quiet-from = Quiet hours from
settings-quiet-to = To
settings-quiet-hint = In quiet hours only what cannot wait comes. Everybody can choose other hours for themselves.
settings-foreign-details = Show names, addresses and phones in Telegram and WhatsApp
settings-foreign-details-hint = If off, only number, time, kind of work, district and status are seen there, and by the office the names of workers too. Names, addresses and phones of customers stay on the site. MAX shows everything.
