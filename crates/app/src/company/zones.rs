//! The time zones to choose from.

use crate::web::{Fields, Shell};

/// West to east: Russia's, then the neighbours'.
const ZONES: [&str; 24] = [
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Novosibirsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Sakhalin",
    "Asia/Kamchatka",
    "Europe/Minsk",
    "Asia/Tbilisi",
    "Asia/Yerevan",
    "Asia/Baku",
    "Asia/Almaty",
    "Asia/Tashkent",
    "Asia/Bishkek",
    "Asia/Dushanbe",
    "Asia/Ashgabat",
    "Europe/Chisinau",
    "UTC",
];

/// The zones to choose from with their names, and the `current` one though the list has it not.
pub fn choices(shell: &Shell, current: &str) -> Vec<(String, String)> {
    let own = Some(current).filter(|zone| !zone.is_empty() && !ZONES.contains(zone));
    ZONES.into_iter().chain(own).map(|zone| (zone.to_owned(), name(shell, zone))).collect()
}

/// «Москва (UTC+3)»; for a zone that is not in the list, as the database of zones calls it.
pub fn name(shell: &Shell, zone: &str) -> String {
    if !ZONES.contains(&zone) {
        return zone.to_owned();
    }
    shell.t(&format!("zone-{}", zone.to_lowercase().replace('/', "-"))).into_owned()
}

/// Reads a zone's name, which may be left out.
pub fn read(fields: &mut Fields, name: &str) -> Option<String> {
    let zone = fields.optional_text(name, 64);
    if !zone.is_empty() && !fields.is_faulty(name) && jiff::tz::TimeZone::get(&zone).is_err() {
        fields.error(name, "zone_unknown");
    }
    Some(zone).filter(|zone| !zone.is_empty())
}
