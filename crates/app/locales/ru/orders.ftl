### Orders in general: what happened to them, what was just done, questions before a deed. All roles read these.

## Lines of the history. No gender: who did it stands beside.
event-order-created = Заказ создан
event-order-changed = Заказ изменён
event-order-confirmed = Заказ подтверждён
event-order-scheduled = Заказ назначен
event-order-unscheduled = Заказ снова без работника
event-order-started = Работа началась
event-order-finished = Работы выполнены, ждут приёмки
event-order-completed = Заказ завершён
event-order-returned = Работа возвращена на доработку
event-order-held = Заказ приостановлен
event-order-resumed = Заказ возобновлён
event-order-cancelled = Заказ отменён
event-order-cancellation-requested = Заказчик просит отменить заказ
event-order-reopened = Заказ открыт снова
event-order-reviewed = Получен отзыв
event-order-link-made = Создана ссылка для заказчика
event-order-links-revoked = Ссылки для заказчика отозваны
event-visit-planned = Задание запланировано
event-visit-moved = Задание перенесено
event-visit-offered = Задание предложено
event-visit-accepted = Задание принято
event-visit-declined = От задания отказались
event-visit-expired = Срок ответа на предложение истёк
event-visit-departed = Выезд к заказчику
event-visit-arrived = Прибытие на место
event-visit-paused = Работа на паузе
event-visit-resumed = Работа продолжена
event-visit-done = Задание выполнено
event-visit-not-done = Задание не выполнено
event-visit-checked = Отчёт проверен
event-visit-returned = Задание возвращено на доработку
event-visit-time-fits = Заказчик подтвердил время
event-visit-move-wanted = Заказчик просит другое время
event-visit-cancelled = Задание отменено
event-visit-overlap-overridden = Назначено несмотря на пересечение
event-report-saved = Отчёт начат
event-file-added = Добавлен файл
event-file-removed = Файл удалён
event-note-added = Заметка

## Notices after a deed
flash-order-confirmation = Заказ подтверждён
flash-order-cancellation = Заказ отменён
flash-order-cancellation-asked = Просьба об отмене отправлена диспетчеру
flash-order-hold = Заказ приостановлен
flash-order-resumption = Заказ возобновлён
flash-order-acceptance = Работа принята, заказ завершён
flash-order-return = Работа возвращена на доработку
flash-order-reopening = Заказ открыт снова
flash-order-created = Заказ создан
flash-order-changed = Заказ изменён
flash-visit-planned = Работник назначен
flash-visit-moved = Задание перенесено
flash-view-saved = Вид сохранён
flash-links-revoked = Ссылки отозваны
flash-visit-offer = Задание предложено
flash-visit-acceptance = Задание принято
flash-visit-decline = Отказ от задания отмечен
flash-visit-departure = Выезд отмечен
flash-visit-arrival = Прибытие отмечено
flash-visit-pause = Работа на паузе
flash-visit-resumption = Работа продолжена
flash-visit-completion = Задание выполнено
flash-visit-failure = Отмечено: задание не выполнено
flash-visit-check = Отчёт проверен
flash-visit-return = Задание возвращено на доработку
flash-visit-cancellation = Задание отменено

## Questions before a deed: one line under the title
ask-order-cancellation = Задания, которые ещё не начались, тоже будут отменены.
ask-order-hold = Задания, которые ещё не начались, будут отменены. Заказ вернётся в работу сам в указанный день.
ask-order-return = Напишите, что нужно исправить: это увидит работник.
ask-order-reopening = Заказ снова станет подтверждённым, и его можно будет назначить.
ask-visit-decline = Диспетчер увидит причину и подберёт другого работника.
ask-visit-failure = Диспетчер увидит причину и решит, что делать дальше.
ask-visit-return = Напишите, что нужно исправить: это увидит работник.
ask-visit-cancellation = Работники освободятся на это время.
ask-on-behalf = Вы отмечаете это за работника. Напишите, с чьих слов или почему.
ask-until = Вернуть в работу
ask-until-hint = Если не указать, заказ вернёте вы сами.
ask-changed = Пока вы решали, здесь уже кое-что изменилось
ask-changed-hint = Ваше ещё не записано, текст остался в полях. Посмотрите, что стало, или отправьте ещё раз.
ask-changed-impossible = Ваше не записано: теперь это действие уже недоступно.
ask-see = Посмотреть, что стало

## Buttons of a dispatcher who does it for the worker
visit-behalf-acceptance = Принять за работника
visit-behalf-decline = Отметить отказ
visit-behalf-departure = Отметить выезд
visit-behalf-arrival = Отметить прибытие
visit-behalf-pause = Отметить паузу
visit-behalf-resumption = Продолжить работу
visit-behalf-completion = Завершить задание
visit-behalf-failure = Не выполнено
