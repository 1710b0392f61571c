### How dates, times, money and sizes are written. Days, years and clock times arrive as ready text.

## Days
format-today = Today
format-tomorrow = Tomorrow
format-yesterday = Yesterday

# In the middle of a sentence
format-tomorrow-inside = tomorrow
format-yesterday-inside = yesterday
format-date = { $day } { $month }
format-date-year = { $day } { $month } { $year }
format-date-long = { $weekday }, { $day } { $month }
format-date-long-year = { $weekday }, { $day } { $month } { $year }

# $day: “Today” or “24 Nov”; $time: “13:00” or “13:00–15:30”
format-day-time = { $day }, { $time }

## Months after a day number
format-month-short-1 = Jan
format-month-short-2 = Feb
format-month-short-3 = Mar
format-month-short-4 = Apr
format-month-short-5 = May
format-month-short-6 = Jun
format-month-short-7 = Jul
format-month-short-8 = Aug
format-month-short-9 = Sep
format-month-short-10 = Oct
format-month-short-11 = Nov
format-month-short-12 = Dec
format-month-1 = January
format-month-2 = February
format-month-3 = March
format-month-4 = April
format-month-5 = May
format-month-6 = June
format-month-7 = July
format-month-8 = August
format-month-9 = September
format-month-10 = October
format-month-11 = November
format-month-12 = December

## Days of the week
format-weekday-short-1 = Mon
format-weekday-short-2 = Tue
format-weekday-short-3 = Wed
format-weekday-short-4 = Thu
format-weekday-short-5 = Fri
format-weekday-short-6 = Sat
format-weekday-short-7 = Sun

## How long ago and how soon
format-just-now = just now
format-minutes-ago =
    { $count ->
        [one] { $count } minute ago
       *[other] { $count } minutes ago
    }
format-hours-ago =
    { $count ->
        [one] { $count } hour ago
       *[other] { $count } hours ago
    }
format-in-minutes =
    { $count ->
        [one] in { $count } minute
       *[other] in { $count } minutes
    }
format-in-hours =
    { $count ->
        [one] in { $count } hour
       *[other] in { $count } hours
    }

## Durations
format-duration-days = { $count } d
format-duration-hours = { $count } h
format-duration-minutes = { $count } min

## Money and sizes
format-money = { $sum } ₽
format-bytes = { $size } B
format-kilobytes = { $size } KB
format-megabytes = { $size } MB
format-gigabytes = { $size } GB
