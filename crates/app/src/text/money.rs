//! Money and sizes as people read and type them. Money is kopecks everywhere in the code.

use super::i18n::{Lang, Value, ta};

/// The largest amount that a field takes, in kopecks: a trillion roubles.
pub const MAX_MONEY: i64 = 100_000_000_000_000;

/// Why a typed amount was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("empty")]
    Empty,
    #[error("not an amount of money")]
    NotANumber,
    #[error("below zero or too large")]
    OutOfRange,
}

impl MoneyError {
    /// The validation code, whose text is `error-<code>`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "required",
            Self::NotANumber => "money_invalid",
            Self::OutOfRange => "money_out_of_range",
        }
    }
}

/// «48 900 ₽», with kopecks only when there are some: «48 900,50 ₽».
pub fn money(lang: Lang, kopecks: i64) -> String {
    let sign = if kopecks < 0 { "-" } else { "" };
    let (roubles, rest) = (kopecks.unsigned_abs() / 100, kopecks.unsigned_abs() % 100);
    let plain = match rest {
        0 => format!("{sign}{roubles}"),
        _ => format!("{sign}{roubles}.{rest:02}"),
    };
    ta(lang, "format-money", &[("sum", Value::from(with_separators(lang, &plain)))])
}

/// A sum as it stands in a form's field: «4500» or «4500,50».
pub fn typed_money(kopecks: i64) -> String {
    match (kopecks / 100, kopecks % 100) {
        (rubles, 0) => rubles.to_string(),
        (rubles, rest) => format!("{rubles},{:02}", rest.abs()),
    }
}

/// Reads «48 900,50», «48900.5 ₽», «48 900 руб.» into kopecks.
pub fn parse_money(typed: &str) -> Result<i64, MoneyError> {
    let text = without_currency(typed);
    if text.is_empty() {
        return Err(MoneyError::Empty);
    }
    let unsigned = text.strip_prefix(['-', '−', '–']);
    let (whole, decimal, fraction) = split_kopecks(unsigned.unwrap_or(text).trim_start());
    let whole = without_groups(whole, decimal).ok_or(MoneyError::NotANumber)?;
    let kopecks = match (fraction.len(), fraction.parse::<i64>()) {
        (0, _) => 0,
        (1, Ok(tens)) if is_digits(fraction) => tens * 10,
        (2, Ok(kopecks)) if is_digits(fraction) => kopecks,
        _ => return Err(MoneyError::NotANumber),
    };
    if unsigned.is_some() {
        return Err(MoneyError::OutOfRange);
    }
    whole
        .parse::<i64>()
        .ok()
        .and_then(|roubles| roubles.checked_mul(100)?.checked_add(kopecks))
        .filter(|sum| *sum <= MAX_MONEY)
        .ok_or(MoneyError::OutOfRange)
}

/// «512 Б», «14 КБ», «4,8 МБ».
pub fn file_size(lang: Lang, bytes: u64) -> String {
    const UNITS: [&str; 4] = ["format-bytes", "format-kilobytes", "format-megabytes", "format-gigabytes"];
    let mut tenths = u128::from(bytes) * 10;
    let mut unit = 0;
    // 1023.5 and more would be shown as «1 024 КБ», so it moves to the next unit.
    while unit + 1 < UNITS.len() && tenths >= 10_235 {
        tenths = (tenths + 512) / 1024;
        unit += 1;
    }
    let whole = unit < 2 || tenths >= 1_000 || tenths.is_multiple_of(10);
    let plain = match whole {
        true => ((tenths + 5) / 10).to_string(),
        false => format!("{}.{}", tenths / 10, tenths % 10),
    };
    ta(lang, UNITS[unit], &[("size", Value::from(with_separators(lang, &plain)))])
}

/// Turns `-1234567.5` into «−1 234 567,5» or `−1,234,567.5`.
pub(super) fn with_separators(lang: Lang, plain: &str) -> String {
    let (group, point) = match lang {
        Lang::Ru => ('\u{a0}', ','),
        Lang::En => (',', '.'),
    };
    let (sign, plain) = match plain.strip_prefix('-') {
        Some(rest) => ("\u{2212}", rest),
        None => ("", plain),
    };
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let mut text = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(group);
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push(point);
        text.push_str(fraction);
    }
    text
}

fn without_currency(typed: &str) -> &str {
    const NAMES: [&str; 8] = ["₽", "рублей", "рубля", "рубль", "руб", "rub", "р", "rur"];
    let trimmed = typed.trim().trim_end_matches('.');
    let bare = NAMES.iter().find_map(|name| {
        let at = trimmed.len().checked_sub(name.len()).filter(|at| trimmed.is_char_boundary(*at))?;
        let (before, last) = trimmed.split_at(at);
        (last.to_lowercase() == *name).then_some(before)
    });
    match bare {
        Some(before) => before.trim(),
        None => typed.trim(),
    }
}

/// The last comma or point followed by one or two digits parts the kopecks off.
fn split_kopecks(text: &str) -> (&str, Option<char>, &str) {
    let Some(at) = text.rfind([',', '.']) else { return (text, None, "") };
    match text[at + 1..].chars().count() {
        1 | 2 => (&text[..at], text[at..].chars().next(), &text[at + 1..]),
        _ => (text, None, ""),
    }
}

/// Plain digits, or groups of three divided by one kind of space, point, comma or apostrophe.
/// A lone «1,000» or «1.000» stays refused: a thousand in one country is one rouble in another.
fn without_groups(whole: &str, decimal: Option<char>) -> Option<String> {
    let same = |c: char| if c.is_whitespace() { ' ' } else { c };
    let separators: Vec<char> = whole.chars().filter(|c| !c.is_ascii_digit()).map(same).collect();
    let Some(&separator) = separators.first() else {
        return is_digits(whole).then(|| whole.to_owned());
    };
    let unclear = matches!(separator, ',' | '.') && separators.len() == 1 && decimal.is_none();
    let known = matches!(separator, ' ' | ',' | '.' | '\'' | '’');
    if unclear || !known || decimal == Some(separator) || separators.iter().any(|c| *c != separator) {
        return None;
    }
    let mut groups = whole.split(|c: char| !c.is_ascii_digit());
    let first = groups.next()?;
    let good = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    good.then(|| whole.chars().filter(char::is_ascii_digit).collect())
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_for_people() {
        for (kopecks, ru, en) in [
            (0, "0 ₽", "0 ₽"),
            (5, "0,05 ₽", "0.05 ₽"),
            (100_000, "1 000 ₽", "1,000 ₽"),
            (4_890_000, "48 900 ₽", "48,900 ₽"),
            (4_890_050, "48 900,50 ₽", "48,900.50 ₽"),
            (-123_456_789, "−1 234 567,89 ₽", "−1,234,567.89 ₽"),
        ] {
            assert_eq!(money(Lang::Ru, kopecks), ru.replace(' ', "\u{a0}"));
            assert_eq!(money(Lang::En, kopecks), en.replace(' ', "\u{a0}"));
        }
        assert!(money(Lang::Ru, i64::MIN).starts_with('−'));
    }

    #[test]
    fn money_from_people() {
        for (typed, kopecks) in [
            ("48 900,50", 4_890_050),
            ("48900.5 ₽", 4_890_050),
            ("48\u{a0}900\u{a0}₽", 4_890_000),
            ("48\u{202f}900 руб.", 4_890_000),
            ("48 900 р.", 4_890_000),
            ("48900 Рублей", 4_890_000),
            ("1 рубль", 100),
            (" 0 ", 0),
            ("0,05", 5),
            ("1,234.50", 123_450),
            ("1.234,50", 123_450),
            ("1.234.567", 123_456_700),
            ("1'234'567", 123_456_700),
            ("1000000000000", MAX_MONEY),
        ] {
            assert_eq!(parse_money(typed), Ok(kopecks), "{typed:?}");
        }
    }

    #[test]
    fn money_that_is_refused() {
        use MoneyError::{Empty, NotANumber, OutOfRange};
        for (typed, error) in [
            ("", Empty),
            (" ₽ ", Empty),
            ("-5", OutOfRange),
            ("−48 900 ₽", OutOfRange),
            ("1000000000000,01", OutOfRange),
            ("99999999999999999999999", OutOfRange),
            ("1,000", NotANumber),
            ("1.000", NotANumber),
            ("12 50", NotANumber),
            ("1 000.000", NotANumber),
            ("1,2,3", NotANumber),
            (",50", NotANumber),
            ("5,", NotANumber),
            ("1e5", NotANumber),
            ("+5", NotANumber),
            ("0x10", NotANumber),
            ("٤٢", NotANumber),
            ("NaN", NotANumber),
            ("пять", NotANumber),
            ("--5", NotANumber),
            ("1,234,50", NotANumber),
            ("5 ₽ ₽", NotANumber),
            ("1,²", NotANumber),
        ] {
            assert_eq!(parse_money(typed), Err(error), "{typed:?}");
        }
    }

    #[test]
    fn shown_money_is_read_back() {
        for kopecks in [0, 1, 99, 100, 12_345, 99_999_999, MAX_MONEY] {
            for lang in Lang::ALL {
                let shown = money(lang, kopecks);
                // The English «1,000 ₽» alone is ambiguous for a Russian reader and is asked again.
                match parse_money(&shown) {
                    Ok(read) => assert_eq!(read, kopecks, "{shown}"),
                    Err(_) => assert_eq!(lang, Lang::En, "{shown}"),
                }
            }
        }
    }

    #[test]
    fn sizes_for_people() {
        for (bytes, ru) in [
            (0, "0 Б"),
            (512, "512 Б"),
            (1_023, "1 023 Б"),
            (14_336, "14 КБ"),
            (5_033_165, "4,8 МБ"),
            (20 * 1024 * 1024, "20 МБ"),
            (1_048_570, "1 МБ"),
            (150 * 1024 * 1024 + 300_000, "150 МБ"),
            (3 * 1024 * 1024 * 1024, "3 ГБ"),
        ] {
            assert_eq!(file_size(Lang::Ru, bytes), ru.replace(' ', "\u{a0}"));
        }
        assert_eq!(file_size(Lang::En, 5_033_165), "4.8\u{a0}MB");
        assert!(file_size(Lang::En, u64::MAX).ends_with("GB"));
    }

    #[test]
    fn reading_money_never_panics() {
        for typed in crate::text::phone::hostile() {
            let _ = parse_money(&typed);
        }
    }
}
