### How dates, times, money and sizes are written. Days, years and clock times arrive as ready text.

## Days
format-today = Сегодня
format-tomorrow = Завтра
format-yesterday = Вчера

# In the middle of a sentence
format-tomorrow-inside = завтра
format-yesterday-inside = вчера
format-date = { $day } { $month }
format-date-year = { $day } { $month } { $year }
format-date-long = { $weekday }, { $day } { $month }
format-date-long-year = { $weekday }, { $day } { $month } { $year }

# $day: “Today” or “24 Nov”; $time: “13:00” or “13:00–15:30”
format-day-time = { $day }, { $time }

## Months after a day number
format-month-short-1 = янв
format-month-short-2 = фев
format-month-short-3 = мар
format-month-short-4 = апр
format-month-short-5 = мая
format-month-short-6 = июн
format-month-short-7 = июл
format-month-short-8 = авг
format-month-short-9 = сен
format-month-short-10 = окт
format-month-short-11 = ноя
format-month-short-12 = дек
format-month-1 = января
format-month-2 = февраля
format-month-3 = марта
format-month-4 = апреля
format-month-5 = мая
format-month-6 = июня
format-month-7 = июля
format-month-8 = августа
format-month-9 = сентября
format-month-10 = октября
format-month-11 = ноября
format-month-12 = декабря

## Days of the week
format-weekday-short-1 = пн
format-weekday-short-2 = вт
format-weekday-short-3 = ср
format-weekday-short-4 = чт
format-weekday-short-5 = пт
format-weekday-short-6 = сб
format-weekday-short-7 = вс

## How long ago and how soon
format-just-now = только что
format-minutes-ago =
    { $count ->
        [one] { $count } минуту назад
        [few] { $count } минуты назад
        [many] { $count } минут назад
       *[other] { $count } минуты назад
    }
format-hours-ago =
    { $count ->
        [one] { $count } час назад
        [few] { $count } часа назад
        [many] { $count } часов назад
       *[other] { $count } часа назад
    }
format-in-minutes =
    { $count ->
        [one] через { $count } минуту
        [few] через { $count } минуты
        [many] через { $count } минут
       *[other] через { $count } минуты
    }
format-in-hours =
    { $count ->
        [one] через { $count } час
        [few] через { $count } часа
        [many] через { $count } часов
       *[other] через { $count } часа
    }

## Durations
format-duration-days = { $count } дн.
format-duration-hours = { $count } ч
format-duration-minutes = { $count } мин

## Money and sizes
format-money = { $sum } ₽
format-bytes = { $size } Б
format-kilobytes = { $size } КБ
format-megabytes = { $size } МБ
format-gigabytes = { $size } ГБ
