//! Imports run one way. The table of arrows is here; an import that it does not allow fails.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The ground that every feature stands on.
const KIT: &[&str] = &[
    "access", "app", "clock", "company", "config", "error", "ids", "live", "schema", "search", "storage", "text", "web", "words",
    "testkit", "tests",
];

/// A feature may use the kit and what stands to its left.
const FEATURES: &[&str] = &[
    "accounts",
    "settings",
    "customers",
    "services",
    "workers",
    "orders",
    "files",
    "messages",
    "people",
    "reviews",
    "notifications",
    "bot",
    "analytics",
    "desk",
    "portal",
    "field",
    "help",
    "seed",
];

/// Places that know more than their kind, and why.
const KNOWS_MORE: &[(&str, &[&str], &str)] = &[
    ("web/router.rs", &["*"], "puts all features' routes together"),
    ("web/openapi", &["*"], "describes all features' routes"),
    ("jobs.rs", &["*"], "starts what all features do by themselves"),
    ("cli.rs", &["*"], "the commands of the whole program"),
    ("main.rs", &["*"], "starts the whole program"),
    ("lib.rs", &["*"], "names all parts"),
    (
        "app.rs",
        &["accounts", "orders", "notifications"],
        "holds the keys that sign access tokens, the sums that were asked for last, and the lines to the providers",
    ),
    ("accounts/api.rs", &["workers"], "a signed-in worker is told their worker's id"),
];

/// Features whose rows another may touch, and why. Everybody else goes through what `mod.rs` exports.
const SHARES_ROWS: &[(&str, &str, &str)] = &[
    ("people", "accounts", "an account and what its role brings along are made together"),
    ("seed", "accounts", "made-up people are written in bulk"),
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every Rust file of the app, by its path from `src`, tests left out.
fn files() -> Vec<(String, String)> {
    let mut found = vec![];
    let mut folders = vec![source()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(source()).unwrap().display().to_string();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.retain(|(name, _)| !is_test(name));
    found.sort();
    found
}

fn is_test(name: &str) -> bool {
    name.starts_with("testkit/") || name.split('/').any(|part| part == "tests" || part == "tests.rs" || part.ends_with("_tests.rs"))
}

/// The code without comments and without the tests at its end.
fn code(text: &str) -> String {
    let body = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("");
    body.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The paths behind each `crate::`, two words deep: `accounts::row`.
fn imports(text: &str) -> BTreeSet<String> {
    let code = code(text);
    let mut found = BTreeSet::new();
    for (start, _) in code.match_indices("crate::") {
        // `$crate::` stands in macros and means the same; `mycrate::` does not.
        if code[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[start + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => found.extend(two_words(rest)),
            Some(group) => found.extend(members(group).iter().flat_map(|member| two_words(member))),
        }
    }
    found
}

/// The members of a group in braces, whose opening brace is already read.
fn members(group: &str) -> Vec<String> {
    let (mut depth, mut members, mut member) = (0, vec![], String::new());
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                members.push(std::mem::take(&mut member));
                continue;
            }
            _ => {}
        }
        member.push(c);
    }
    members.push(member);
    members.into_iter().map(|m| m.trim().to_owned()).filter(|m| !m.is_empty()).collect()
}

/// `accounts` and `accounts::row` of `accounts::row::user`; of `accounts::{row::user, audit}` both.
fn two_words(path: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let first = word(path);
    let Some(rest) = path[first.len()..].strip_prefix("::") else { return vec![first] };
    let seconds = match rest.strip_prefix('{') {
        Some(group) => members(group).iter().map(|member| word(member)).collect(),
        None => vec![word(rest)],
    };
    let pairs = seconds.into_iter().map(|second| format!("{first}::{second}"));
    std::iter::once(first.clone()).chain(pairs).collect()
}

fn part_of(name: &str) -> &str {
    name.split('/').next().unwrap_or(name).trim_end_matches(".rs")
}

/// What a file imports against the table.
fn wrong_arrows(name: &str, text: &str) -> BTreeSet<String> {
    let part = part_of(name);
    let more: Vec<&str> =
        KNOWS_MORE.iter().filter(|(place, ..)| name.starts_with(place)).flat_map(|(_, more, _)| more.iter().copied()).collect();
    let position = FEATURES.iter().position(|feature| *feature == part);
    let mut wrong = BTreeSet::new();
    for import in imports(text) {
        let (target, inner) = import.split_once("::").unwrap_or((&import, ""));
        let Some(target_position) = FEATURES.iter().position(|feature| *feature == target) else {
            continue;
        };
        let is_left = position.is_some_and(|own| target_position <= own);
        if !is_left && !more.contains(&"*") && !more.contains(&target) {
            wrong.insert(format!("{name} uses {target}, which stands to its right"));
        }
        let is_shared = SHARES_ROWS.iter().any(|(who, whose, _)| *who == part && *whose == target);
        if inner == "row" && target != part && !is_shared {
            wrong.insert(format!("{name} uses the rows of {target}"));
        }
    }
    wrong
}

#[test]
fn imports_run_one_way() {
    let wrong: Vec<String> = files().iter().flat_map(|(name, text)| wrong_arrows(name, text)).collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_part_has_its_place_in_the_table() {
    let single = ["lib", "main", "jobs", "cli"];
    let unknown: BTreeSet<String> = files()
        .iter()
        .map(|(name, _)| part_of(name).to_owned())
        .filter(|part| ![KIT, FEATURES, &single].concat().contains(&part.as_str()))
        .collect();
    assert_eq!(unknown, BTreeSet::new(), "say in tests/architecture.rs where these stand");
}

#[test]
fn a_planted_arrow_is_found() {
    let wrong = |name: &str, text: &str| wrong_arrows(name, text).len();
    assert_eq!(wrong("customers/mod.rs", "use crate::orders::Order;"), 1);
    assert_eq!(wrong("customers/mod.rs", "use crate::{\n    error::Result,\n    orders::{self, Order},\n};"), 1);
    assert_eq!(wrong("customers/mod.rs", "// crate::orders is to the right"), 0);
    assert_eq!(wrong("orders/mod.rs", "use crate::{customers, web::{Change, Input}};"), 0);
    assert_eq!(wrong("orders/mod.rs", "use crate::accounts::row::user;"), 1, "rows are private");
    assert_eq!(wrong("orders/mod.rs", "use crate::accounts::{audit, row::user};"), 1);
    assert_eq!(wrong("people/mod.rs", "use crate::accounts::row::user;"), 0);
    assert_eq!(wrong("web/input.rs", "fn f() { crate::orders::find() }"), 1);
    assert_eq!(wrong("web/router.rs", "use crate::orders;"), 0);
    assert_eq!(wrong("text/mod.rs", "#[cfg(test)]\nmod tests {\n use crate::orders::x; }"), 0);
}

/// Words that only one crate or folder may know.
const ONLY_IN: &[(&str, &[&str], &str)] = &[
    ("Engine::Sqlite", &["schema.rs"], "engine differences live in the store"),
    ("Engine::MariaDb", &["schema.rs"], "engine differences live in the store"),
    ("SystemTime::now", &[], "the time comes from the clock, which tests hold still"),
    (
        "Timestamp::now",
        &["clock.rs", "web/assets.rs"],
        "the time comes from the clock, which tests hold still; only security.txt is dated by the machine's",
    ),
    (
        "Instant::now",
        &["web/", "live/", "seed/", "notifications/lines.rs", "main.rs"],
        "only measured durations look at the machine's clock",
    ),
    ("std::env::var", &["cli.rs"], "settings are read once, with the command line"),
    ("println!", &["main.rs", "people/console.rs", "seed/", "cli.rs"], "only commands speak to the console"),
];

fn misplaced(name: &str, text: &str) -> Vec<String> {
    let code = code(text);
    let is_wrong = |(word, places, _): &&(&str, &[&str], &str)| code.contains(word) && !places.iter().any(|place| name.starts_with(place));
    ONLY_IN.iter().filter(is_wrong).map(|(word, _, why)| format!("{name} says {word}: {why}")).collect()
}

#[test]
fn some_words_stay_in_their_place() {
    let wrong: Vec<String> = files().iter().flat_map(|(name, text)| misplaced(name, text)).collect();
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(misplaced("orders/x.rs", "if engine == Engine::Sqlite { println!() }").len(), 2, "planted words are found");
}
