//! Dates and times as people say them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::i18n::{Lang, Value, t, ta, tn};

const MINUTE_MS: i64 = 60_000;

/// Tells times to one reader: in their language, in the zone of the address, seen from one "now".
#[derive(Clone, Debug)]
pub struct When {
    lang: Lang,
    zone: TimeZone,
    now_ms: i64,
}

impl When {
    /// A teller for this language and zone; `now_ms` decides what is today.
    pub const fn new(lang: Lang, zone: TimeZone, now_ms: i64) -> Self {
        Self { lang, zone, now_ms }
    }

    /// «Сегодня», «Завтра», «Вчера», «24 ноя», «24 ноя 2025» in another year.
    pub fn day(&self, ms: i64) -> String {
        let date = self.local(ms).date();
        let today = self.today();
        let word = if date == today {
            "format-today"
        } else if Some(date) == today.tomorrow().ok() {
            "format-tomorrow"
        } else if Some(date) == today.yesterday().ok() {
            "format-yesterday"
        } else {
            return self.date(ms);
        };
        t(self.lang, word).into_owned()
    }

    /// «24 ноя», «24 ноя 2025» in another year.
    pub fn date(&self, ms: i64) -> String {
        self.calendar(self.local(ms).date(), "format-month-short", ["format-date", "format-date-year"], &[])
    }

    /// «вс, 22 ноября», with the year if it is another one.
    pub fn date_long(&self, ms: i64) -> String {
        let date = self.local(ms).date();
        let key = format!("format-weekday-short-{}", date.weekday().to_monday_one_offset());
        let weekday = ("weekday", Value::from(t(self.lang, &key)));
        self.calendar(date, "format-month", ["format-date-long", "format-date-long-year"], &[weekday])
    }

    /// «09:12».
    pub fn time(&self, ms: i64) -> String {
        clock(self.local(ms).time())
    }

    /// «18 ноя, 09:12».
    pub fn date_time(&self, ms: i64) -> String {
        self.joined(self.date(ms), self.time(ms))
    }

    /// «Сегодня, 09:12», «24 ноя, 09:12».
    pub fn day_time(&self, ms: i64) -> String {
        self.joined(self.day(ms), self.time(ms))
    }

    /// «Сегодня, 13:00–15:30», over midnight «Сегодня, 22:00–01:00», a day or more «Сегодня, 22:00 – 25 ноя, 23:00».
    pub fn window(&self, start_ms: i64, end_ms: i64) -> String {
        let (start, end) = (self.local(start_ms), self.local(end_ms));
        let ends_tomorrow = Some(end.date()) == start.date().tomorrow().ok();
        if ends_tomorrow && end.time() == Time::midnight() {
            self.joined(self.day(start_ms), format!("{}–24:00", clock(start.time())))
        } else if start.date() == end.date() || (ends_tomorrow && end.time() < start.time()) {
            self.joined(self.day(start_ms), format!("{}–{}", clock(start.time()), clock(end.time())))
        } else {
            format!("{} – {}", self.day_time(start_ms), self.date_time(end_ms))
        }
    }

    /// «только что», «5 минут назад», «вчера, 18:20», «18 ноя, 09:12»; ahead: «через 20 минут».
    pub fn ago(&self, ms: i64) -> String {
        let passed = self.now_ms.saturating_sub(ms);
        let minutes = (passed.saturating_abs().saturating_add(MINUTE_MS / 2)) / MINUTE_MS;
        let past = passed >= 0;
        match (minutes, past) {
            (0, _) => t(self.lang, "format-just-now").into_owned(),
            (1..=59, true) => tn(self.lang, "format-minutes-ago", minutes),
            (1..=59, false) => tn(self.lang, "format-in-minutes", minutes),
            _ if self.local(ms).date() == self.today() => match past {
                true => tn(self.lang, "format-hours-ago", (minutes + 30) / 60),
                false => tn(self.lang, "format-in-hours", (minutes + 30) / 60),
            },
            _ if Some(self.local(ms).date()) == self.today().yesterday().ok() => {
                self.joined(t(self.lang, "format-yesterday-inside").into_owned(), self.time(ms))
            }
            _ if Some(self.local(ms).date()) == self.today().tomorrow().ok() => {
                self.joined(t(self.lang, "format-tomorrow-inside").into_owned(), self.time(ms))
            }
            _ => self.date_time(ms),
        }
    }

    fn today(&self) -> Date {
        self.local(self.now_ms).date()
    }

    fn local(&self, ms: i64) -> DateTime {
        let edge = if ms < 0 { Timestamp::MIN } else { Timestamp::MAX };
        self.zone.to_datetime(Timestamp::from_millisecond(ms).unwrap_or(edge))
    }

    fn joined(&self, day: String, time: String) -> String {
        ta(self.lang, "format-day-time", &[("day", day.into()), ("time", time.into())])
    }

    fn calendar(&self, date: Date, months: &str, [this_year, other_year]: [&str; 2], more: &[(&str, Value<'_>)]) -> String {
        let month = t(self.lang, &format!("{months}-{}", date.month()));
        let mut args = vec![("day", Value::from(date.day())), ("month", Value::from(month))];
        args.extend_from_slice(more);
        if date.year() == self.today().year() {
            return ta(self.lang, this_year, &args);
        }
        args.push(("year", Value::from(date.year().to_string())));
        ta(self.lang, other_year, &args)
    }
}

/// «45 мин», «1 ч 30 мин», «3 дн. 4 ч» from two days on.
pub fn duration(lang: Lang, minutes: i64) -> String {
    let sign = if minutes < 0 { "\u{2212}" } else { "" };
    let minutes = minutes.saturating_abs();
    let (days, hours) = match minutes / 60 {
        hours if hours >= 48 => (hours / 24, hours % 24),
        hours => (0, hours),
    };
    let rest = if days > 0 { 0 } else { minutes % 60 };
    let parts: Vec<String> = [("format-duration-days", days), ("format-duration-hours", hours), ("format-duration-minutes", rest)]
        .into_iter()
        .filter(|(key, count)| *count > 0 || (minutes == 0 && *key == "format-duration-minutes"))
        .map(|(key, count)| tn(lang, key, count))
        .collect();
    format!("{sign}{}", parts.join(" "))
}

fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// The sentence in the middle of another: «Сегодня, 13:00» becomes «сегодня, 13:00».
pub fn inside(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn moscow(month: i8, day: i8, hour: i8, minute: i8) -> i64 {
        let local = date(2026, month, day).at(hour, minute, 0, 0);
        zone("Europe/Moscow").to_timestamp(local).unwrap().as_millisecond()
    }

    /// It is Sunday, 22 November 2026, 12:00 in Moscow.
    fn when(lang: Lang) -> When {
        When::new(lang, zone("Europe/Moscow"), moscow(11, 22, 12, 0))
    }

    fn plain(text: String) -> String {
        text.replace('\u{a0}', "_")
    }

    #[test]
    fn days() {
        let (ru, en) = (when(Lang::Ru), when(Lang::En));
        let year_ago = moscow(11, 22, 12, 0) - 363 * 24 * 60 * MINUTE_MS;
        for (ms, expected_ru, expected_en) in [
            (moscow(11, 22, 0, 0), "Сегодня", "Today"),
            (moscow(11, 22, 23, 59), "Сегодня", "Today"),
            (moscow(11, 23, 0, 0), "Завтра", "Tomorrow"),
            (moscow(11, 21, 23, 59), "Вчера", "Yesterday"),
            (moscow(11, 24, 9, 0), "24_ноя", "24_Nov"),
            (moscow(5, 9, 9, 0), "9_мая", "9_May"),
            (year_ago, "24_ноя_2025", "24_Nov_2025"),
        ] {
            assert_eq!(plain(ru.day(ms)), expected_ru);
            assert_eq!(plain(en.day(ms)), expected_en);
        }
    }

    #[test]
    fn today_is_decided_in_the_zone_of_the_address() {
        let evening = moscow(11, 22, 21, 30);
        let vladivostok = When::new(Lang::Ru, zone("Asia/Vladivostok"), moscow(11, 22, 12, 0));
        assert_eq!(when(Lang::Ru).day_time(evening), "Сегодня, 21:30");
        assert_eq!(vladivostok.day_time(evening), "Завтра, 04:30");
    }

    #[test]
    fn windows() {
        let ru = when(Lang::Ru);
        for (start, end, expected) in [
            (moscow(11, 22, 13, 0), moscow(11, 22, 15, 30), "Сегодня, 13:00–15:30"),
            (moscow(11, 24, 9, 0), moscow(11, 24, 11, 0), "24_ноя, 09:00–11:00"),
            (moscow(11, 22, 20, 0), moscow(11, 23, 0, 0), "Сегодня, 20:00–24:00"),
            (moscow(11, 22, 22, 0), moscow(11, 23, 2, 0), "Сегодня, 22:00–02:00"),
            (moscow(11, 22, 9, 0), moscow(11, 23, 18, 0), "Сегодня, 09:00 – 23_ноя, 18:00"),
            (moscow(11, 22, 0, 0), moscow(11, 23, 0, 0), "Сегодня, 00:00–24:00"),
        ] {
            assert_eq!(plain(ru.window(start, end)), expected);
        }
        assert_eq!(when(Lang::En).window(moscow(11, 22, 13, 0), moscow(11, 22, 15, 30)), "Today, 13:00–15:30");
    }

    #[test]
    fn dates_and_times() {
        let ru = when(Lang::Ru);
        assert_eq!(ru.time(moscow(11, 18, 9, 12)), "09:12");
        assert_eq!(plain(ru.date_time(moscow(11, 18, 9, 12))), "18_ноя, 09:12");
        assert_eq!(plain(ru.date_long(moscow(11, 22, 9, 12))), "вс, 22_ноября");
        assert_eq!(plain(ru.date_long(moscow(11, 22, 9, 12) + 400 * 86_400_000)), "пн, 27_декабря_2027");
        assert_eq!(plain(when(Lang::En).date_long(moscow(11, 23, 9, 12))), "Mon, 23_November");
    }

    #[test]
    fn how_long_ago() {
        let ru = when(Lang::Ru);
        for (ms, expected) in [
            (moscow(11, 22, 12, 0), "только что"),
            (moscow(11, 22, 12, 0) - 29_000, "только что"),
            (moscow(11, 22, 12, 0) + 29_000, "только что"),
            (moscow(11, 22, 11, 59), "1_минуту назад"),
            (moscow(11, 22, 11, 55), "5_минут назад"),
            (moscow(11, 22, 11, 39), "21_минуту назад"),
            (moscow(11, 22, 11, 0), "1_час назад"),
            (moscow(11, 22, 10, 0), "2_часа назад"),
            (moscow(11, 22, 5, 0), "7_часов назад"),
            (moscow(11, 21, 18, 20), "вчера, 18:20"),
            (moscow(11, 18, 9, 12), "18_ноя, 09:12"),
            (moscow(11, 22, 12, 20), "через 20_минут"),
            (moscow(11, 22, 15, 0), "через 3_часа"),
            (moscow(11, 23, 9, 0), "завтра, 09:00"),
            (moscow(11, 25, 9, 0), "25_ноя, 09:00"),
        ] {
            assert_eq!(plain(ru.ago(ms)), expected);
        }
        assert_eq!(plain(when(Lang::En).ago(moscow(11, 22, 11, 59))), "1_minute ago");
    }

    #[test]
    fn durations() {
        for (minutes, ru, en) in [
            (0, "0_мин", "0_min"),
            (45, "45_мин", "45_min"),
            (60, "1_ч", "1_h"),
            (90, "1_ч 30_мин", "1_h 30_min"),
            (26 * 60 + 5, "26_ч 5_мин", "26_h 5_min"),
            (76 * 60 + 5, "3_дн. 4_ч", "3_d 4_h"),
            (48 * 60, "2_дн.", "2_d"),
            (-35, "−35_мин", "−35_min"),
        ] {
            assert_eq!(plain(duration(Lang::Ru, minutes)), ru);
            assert_eq!(plain(duration(Lang::En, minutes)), en);
        }
    }

    #[test]
    fn every_month_and_weekday_has_its_name_in_both_languages() {
        for lang in Lang::ALL {
            let teller = when(lang);
            for day in 0..366 {
                let ms = moscow(1, 1, 12, 0) + day * 86_400_000;
                assert!(!teller.date_long(ms).is_empty() && !teller.date(ms).is_empty());
            }
        }
    }

    #[test]
    fn impossible_instants_are_shown_without_a_panic() {
        let edge = When::new(Lang::Ru, zone("Asia/Kamchatka"), i64::MAX);
        for ms in [i64::MIN, -1, 0, i64::MAX] {
            for teller in [&edge, &when(Lang::Ru)] {
                let _ = (teller.day(ms), teller.ago(ms), teller.window(ms, i64::MAX), teller.date_long(ms));
            }
            let _ = duration(Lang::Ru, ms);
        }
    }
}
