### Names of states, roles and other fixed lists. The part after the prefix is the code of the API with hyphens.

## An order, as the staff see it
order-status-new = Новый
order-status-confirmed = Подтверждён
order-status-scheduled = Назначен
order-status-in-progress = В работе
order-status-acceptance = Приёмка
order-status-completed = Завершён
order-status-on-hold = Приостановлен
order-status-cancelled = Отменён

## An order, as its customer reads it
order-client-new = Принят
order-client-confirmed = Подтверждён, подбираем время
order-client-scheduled = Назначен
order-client-en-route = Мастер едет к вам
order-client-in-progress = Мастер работает
order-client-acceptance = Примите работу
order-client-completed = Готово
order-client-on-hold = Приостановлен
order-client-cancelled = Отменён

# $when: a window, such as “22 November, 13:00–15:30”
order-client-scheduled-at = Назначен на { $when }

# $date: a day without its weekday, such as “25 November”
order-client-on-hold-until = Приостановлен до { $date }

## A visit, as the staff see it
visit-status-planned = Запланировано
visit-status-offered = Предложено
visit-status-accepted = Принято
visit-status-en-route = В пути
visit-status-on-site = На месте
visit-status-paused = Пауза
visit-status-done = Выполнено
visit-status-not-done = Не выполнено
visit-status-checked = Проверено
visit-status-returned = Возвращено
visit-status-declined = Отклонено
visit-status-expired = Истекло
visit-status-cancelled = Отменено

## A visit, as the customer reads it
visit-client-planned = Подбираем мастера
visit-client-offered = Подбираем мастера
visit-client-accepted = Мастер назначен
visit-client-en-route = Мастер едет к вам
visit-client-on-site = Мастер на месте
visit-client-paused = Мастер сделал перерыв
visit-client-done = Работа выполнена
visit-client-not-done = Выполнить не получилось
visit-client-checked = Работа проверена
visit-client-returned = Мастер исправляет недочёты
visit-client-declined = Подбираем мастера
visit-client-expired = Подбираем мастера
visit-client-cancelled = Выезд отменён

## What can be done with an order
order-action-confirmation = Подтвердить
order-action-hold = Приостановить
order-action-resumption = Возобновить
order-action-cancellation = Отменить заказ
order-action-acceptance = Принять работу
order-action-return = Вернуть на доработку
order-action-reopening = Открыть снова

## What can be done with a visit
visit-action-offer = Предложить
visit-action-acceptance = Принять
visit-action-decline = Отказаться
visit-action-departure = Выехал
visit-action-arrival = Отметить прибытие
visit-action-pause = Пауза
visit-action-resumption = Продолжить работу
visit-action-completion = Завершить
visit-action-failure = Не выполнено
visit-action-check = Проверено
visit-action-return = Вернуть на доработку
visit-action-cancellation = Отменить задание

## Marks on top of a state

# $reason: one of the reasons below
mark-problem = Проблема: { $reason }
mark-late = Просрочен
mark-waiting-parts = Ждёт материал
mark-unpaid = Ждёт оплаты

## Reasons
reason-no-answer = Заказчик не отвечает
reason-no-access = Нет доступа
reason-not-ready = Не готово помещение
reason-no-material = Нет материала
reason-other-crew = Нужна другая бригада
reason-weather = Погода
reason-other = Другое

## Roles
role-administrator = Администратор
role-dispatcher = Диспетчер
role-specialist = Специалист
role-contractor = Исполнитель
role-customer = Заказчик

## Priorities
priority-low = Низкий
priority-normal = Обычный
priority-high = Высокий
priority-urgent = Срочный

## Kinds of files
file-kind-before = Фото до
file-kind-after = Фото после
file-kind-document = Документ
file-kind-signature = Подпись
file-kind-other = Другое
