//! Who is free when: visits of one worker never overlap.

use super::dice::Dice;
use crate::text::form_time::day_start;
use jiff::{ToSpan, tz::TimeZone};
use std::collections::HashMap;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const OPENS: i64 = 9 * HOUR;
const CLOSES: i64 = 20 * HOUR;

/// The days of the story, and what is taken on each.
pub struct Calendar {
    /// The beginnings of the days in the company's zone, ms UTC.
    days: Vec<i64>,
    sundays: Vec<bool>,
    taken: HashMap<(usize, usize), Vec<(i64, i64)>>,
}

/// A crew with the time it is free.
pub struct Slot {
    /// Places in the list of workers; the lead is the first.
    pub crew: Vec<usize>,
    pub starts_ms: i64,
    pub ends_ms: i64,
}

impl Calendar {
    /// The days from `from_ms` to `to_ms`.
    pub fn new(from_ms: i64, to_ms: i64, zone: &TimeZone) -> Self {
        let first = zone.to_datetime(jiff::Timestamp::from_millisecond(from_ms).unwrap_or_default()).date();
        let days = first.series(1.day()).map_while(|date| {
            let ms = day_start(date, zone).ok()?;
            (ms < to_ms).then_some((ms, date.weekday() == jiff::civil::Weekday::Sunday))
        });
        let (days, sundays) = days.unzip();
        Self { days, sundays, taken: HashMap::new() }
    }

    /// The day that a moment belongs to, counted from the first.
    pub fn day_of(&self, ms: i64) -> usize {
        self.days.partition_point(|start| *start <= ms).saturating_sub(1)
    }

    /// The moment on a day.
    pub fn at(&self, day: usize, hour: i64) -> i64 {
        self.days.get(day).or(self.days.last()).copied().unwrap_or(0) + hour * HOUR
    }

    /// Takes the first free time from `day` on for a crew of these candidates, within three weeks.
    pub fn take(&mut self, dice: &mut Dice, candidates: &[usize], size: usize, day: usize, minutes: i64) -> Option<Slot> {
        if candidates.is_empty() {
            return None;
        }
        for day in day..(day + 21).min(self.days.len()) {
            if self.sundays[day] {
                continue;
            }
            for _ in 0..6 {
                let mut crew: Vec<usize> = vec![];
                while crew.len() < size.min(candidates.len()) {
                    let next = *dice.pick(candidates);
                    if !crew.contains(&next) {
                        crew.push(next);
                    }
                }
                if let Some(slot) = self.take_on(dice, crew, day, minutes * MINUTE) {
                    return Some(slot);
                }
            }
        }
        None
    }

    fn take_on(&mut self, dice: &mut Dice, crew: Vec<usize>, day: usize, length: i64) -> Option<Slot> {
        let first = self.days[day] + OPENS + dice.between(0, 3) * HOUR;
        let last = self.days[day] + CLOSES - length;
        let mut starts_ms = first;
        let taken: Vec<&[(i64, i64)]> = crew.iter().map(|worker| self.taken.get(&(*worker, day)).map_or(&[][..], Vec::as_slice)).collect();
        // Of those in the way the one that ends last tells when to look again.
        while starts_ms <= last {
            let ends_ms = starts_ms + length;
            let in_the_way = taken.iter().flat_map(|taken| taken.iter()).filter(|(from, to)| starts_ms < *to && *from < ends_ms);
            let Some(free_from) = in_the_way.map(|(_, to)| *to).max() else {
                for worker in &crew {
                    self.taken.entry((*worker, day)).or_default().push((starts_ms, ends_ms));
                }
                return Some(Slot { crew, starts_ms, ends_ms });
            };
            starts_ms = free_from;
        }
        None
    }
}
