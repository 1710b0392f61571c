//! The words that demonstration data is made of, read from `data.ru.txt`.

use std::collections::HashMap;

const TEXT: &str = include_str!("data.ru.txt");

/// The file by sections.
pub struct Data {
    sections: HashMap<&'static str, Vec<&'static str>>,
    pub surnames: Vec<(&'static str, &'static str)>,
    pub patronymics: Vec<(&'static str, &'static str)>,
    pub failures: Vec<(&'static str, &'static str)>,
    pub cities: Vec<City>,
    pub services: Vec<ServiceData>,
}

/// A town with its middle and its districts.
pub struct City {
    pub name: &'static str,
    pub lat: f64,
    pub lon: f64,
    pub districts: Vec<&'static str>,
}

/// A kind of work with the words of those who order it.
pub struct ServiceData {
    pub name: &'static str,
    pub minutes: i64,
    pub skill: &'static str,
    pub price_minor: i64,
    pub photos_before: i64,
    pub photos_after: i64,
    pub signature: bool,
    pub checklist: Vec<&'static str>,
    pub wishes: Vec<&'static str>,
}

impl Data {
    /// Reads the file that the program carries.
    ///
    /// # Panics
    /// When the file is not as its heading says, which its test would have found.
    pub fn read() -> Self {
        let mut sections: HashMap<&str, Vec<&str>> = HashMap::new();
        let mut section = "";
        for line in TEXT.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                Some(name) => section = name,
                None => sections.entry(section).or_default().push(line),
            }
        }
        let cities = sections["cities"].iter().map(|line| city(line)).collect();
        let services = sections["services"].iter().map(|line| service(line)).collect();
        let [surnames, patronymics, failures] = ["surnames", "patronymics", "failure-reasons"].map(|name| pairs(&sections[name]));
        Self { sections, surnames, patronymics, failures, cities, services }
    }

    /// The lines of a section.
    pub fn lines(&self, section: &str) -> &[&'static str] {
        &self.sections[section]
    }
}

fn pairs(lines: &[&'static str]) -> Vec<(&'static str, &'static str)> {
    lines.iter().map(|line| line.split_once('|').expect("an entry of two parts")).collect()
}

fn parts<const N: usize>(line: &'static str) -> [&'static str; N] {
    let parts: Vec<&str> = line.split('|').collect();
    parts.try_into().unwrap_or_else(|_| panic!("not {N} parts: {line}"))
}

fn number(text: &str) -> i64 {
    text.parse().expect("a whole number")
}

fn city(line: &'static str) -> City {
    let [name, lat, lon, districts] = parts(line);
    let degrees = |text: &str| text.parse().expect("degrees");
    City { name, lat: degrees(lat), lon: degrees(lon), districts: districts.split(';').collect() }
}

fn service(line: &'static str) -> ServiceData {
    let [name, minutes, skill, price, before, after, signature, checklist, wishes] = parts(line);
    ServiceData {
        name,
        minutes: number(minutes),
        skill,
        price_minor: number(price),
        photos_before: number(before),
        photos_after: number(after),
        signature: signature == "yes",
        checklist: checklist.split(';').collect(),
        wishes: wishes.split(';').collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_as_it_says() {
        let data = Data::read();
        assert!(data.lines("men").len() >= 30 && data.lines("women").len() >= 30);
        assert!(data.surnames.len() >= 50 && data.patronymics.len() >= 20 && data.failures.len() >= 4);
        for service in &data.services {
            assert!(data.lines("skills").contains(&service.skill), "{} needs the unknown skill {}", service.name, service.skill);
        }
    }
}
