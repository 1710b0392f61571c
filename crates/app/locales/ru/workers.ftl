### Workers: the list and the card.

workers-invite = Пригласить работника
workers-kind = Кто
workers-any-kind = все
workers-kind-specialist = Специалист
workers-kind-contractor = Исполнитель
workers-kind-specialists = специалисты
workers-kind-contractors = исполнители
workers-skill = Навык
workers-presence = Работают ли сейчас
workers-presence-all = Все работники
workers-presence-active = Только работающие
workers-presence-away = Только неработающие
workers-skills = Навыки
workers-zones = Районы
workers-state = Состояние
workers-active = Работает
workers-away = Не работает
workers-blocked = Вход закрыт
workers-empty = Работников пока нет
workers-empty-text = Пригласите специалистов и исполнителей: когда они войдут, им можно будет назначать задания.
workers-none-found = Таких работников нет
workers-none-found-text = Попробуйте изменить условия.

## The card
workers-orders = Заказы работника
workers-write = Написать
workers-section-card = Карточка
workers-edit-title = Карточка работника
workers-zones-any = все
workers-note = Заметка
workers-note-hint = Её видят только диспетчер и администратор.
workers-hours = Рабочие часы
workers-hours-company = Своих часов нет, действуют часы компании.
workers-hours-none = Часы не указаны: считаем, что работник свободен в любое время.
workers-hours-hint = День без часов — выходной. Если не заполнить ни одного дня, действуют часы компании.
workers-hours-from = Начало
workers-hours-to = Конец
workers-day-off = выходной
workers-contact = Телефон для связи
workers-contact-hint = Если он не тот, с которым работник входит.
workers-zones-hint = Куда выезжает, через запятую. Если пусто, выезжает везде.
workers-is-active = Работает сейчас
workers-is-active-hint = Тем, кто не работает, задания не назначить.
workers-saved = Карточка сохранена

## Days of the week, at the beginning of a line
weekday-1 = Понедельник
weekday-2 = Вторник
weekday-3 = Среда
weekday-4 = Четверг
weekday-5 = Пятница
weekday-6 = Суббота
weekday-7 = Воскресенье
