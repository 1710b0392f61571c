### The catalogue of work.

services-which = Какие виды работ показать
services-active = Действующие
services-archive = Архив
services-new = Добавить вид работ
services-new-title = Новый вид работ
services-crumbs = Где вы находитесь

## The list
services-name = Название
services-duration = Длительность
services-skills = Навыки
services-asks = Что нужно в отчёте
services-asks-nothing = ничего обязательного
services-no-price = по договорённости
services-signature-short = подпись
services-photos-before-count = { $count } фото до
services-photos-after-count = { $count } фото после
services-checklist-count =
    { $count ->
        [one] чек-лист: { $count } пункт
        [few] чек-лист: { $count } пункта
        [many] чек-лист: { $count } пунктов
       *[other] чек-лист: { $count } пункта
    }
services-empty = Видов работ пока нет
services-empty-text = Добавьте то, что делает компания: из этого списка выбирают, когда создают заказ.
services-archive-empty = Архив пуст
services-archive-empty-text = Сюда попадает то, чем компания больше не занимается. Старые заказы при этом не меняются.

## The form
services-section-what = Работа
services-duration-minutes = Обычная длительность, минут
services-duration-hint = На столько занимаем время работника.
services-price = Стоимость, ₽
services-price-hint = Оставьте пустой, если о цене договариваются каждый раз.
services-section-who = Кто справится
services-new-skills = Новые навыки
services-new-skills-hint = Через запятую. Диспетчер увидит, у кого из работников они есть.
services-section-report = Что нужно в отчёте
services-checklist = Чек-лист
services-checklist-hint = Каждый пункт с новой строки. Работник отметит их, прежде чем завершить задание.
services-photos-before = Фото до работы
services-photos-after = Фото после работы
services-signature = Подпись заказчика обязательна
services-signature-hint = Без неё задание не завершить.
services-is-archived = В архиве: новые заказы с этим видом работ не создать.
services-to-archive = В архив
services-from-archive = Вернуть из архива

## Toasts
services-created = Вид работ добавлен
services-saved = Вид работ сохранён
services-archived = Убрали в архив
services-restored = Вернули из архива
