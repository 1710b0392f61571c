//! Phone numbers as Russians type and read them; kept as E.164 (`+79120001122`).

use std::fmt;

/// A phone number that can be called from anywhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(String);

/// Why a typed phone number was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    #[error("empty")]
    Empty,
    #[error("not a phone number")]
    Invalid,
    #[error("a local number without the city code")]
    Local,
    #[error("too few digits")]
    TooShort,
    #[error("too many digits")]
    TooLong,
    #[error("a number with an extension")]
    Extension,
}

impl PhoneError {
    /// The validation code, whose text is `error-<code>`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "required",
            Self::Invalid => "phone_invalid",
            Self::Local => "phone_local",
            Self::TooShort => "phone_too_short",
            Self::TooLong => "phone_too_long",
            Self::Extension => "phone_extension",
        }
    }
}

impl Phone {
    /// Reads «8 912 000-11-22», «+7(912)…», «912…», «8 (495)…», «007…», and foreign numbers with «+».
    pub fn parse(typed: &str) -> Result<Self, PhoneError> {
        let (international, digits) = digits_of(typed)?;
        if digits.is_empty() {
            return Err(PhoneError::Empty);
        }
        if international {
            return abroad(&digits);
        }
        if let Some(rest) = digits.strip_prefix("810").or_else(|| digits.strip_prefix("00")) {
            return abroad(rest);
        }
        match (digits.len(), digits.as_bytes()[0]) {
            (11, b'7' | b'8') => russian(&digits[1..]),
            (10, b'3' | b'4' | b'8' | b'9') => russian(&digits),
            (5..=7, _) => Err(PhoneError::Local),
            (..=10, _) => Err(PhoneError::TooShort),
            (11, _) => Err(PhoneError::Invalid),
            _ => Err(PhoneError::TooLong),
        }
    }

    /// A number as it was stored, already E.164.
    pub fn stored(e164: impl Into<String>) -> Self {
        Self(e164.into())
    }

    /// `+79120001122`: for the database, the API and `tel:` links.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

/// «+7 912 000-11-22», with non-breaking spaces.
impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.strip_prefix('+').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        match digits {
            Some(d) if d.len() == 11 && d.starts_with('7') => {
                write!(f, "+7\u{a0}{}\u{a0}{}-{}-{}", &d[1..4], &d[4..7], &d[7..9], &d[9..])
            }
            Some(d) if d.len() > 4 => {
                let (country, rest) = d.split_at(country_code_length(d));
                write!(f, "+{country}\u{a0}{}", in_threes(rest))
            }
            _ => f.write_str(&self.0),
        }
    }
}

/// The digits alone, and whether they begin with «+».
fn digits_of(typed: &str) -> Result<(bool, String), PhoneError> {
    let text = without_label(typed);
    let mut digits = String::new();
    let mut plus = false;
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            // Full-width digits come from Asian keyboards.
            '\u{ff10}'..='\u{ff19}' => digits.extend(char::from_digit(u32::from(c) - 0xff10, 10)),
            '+' | '\u{ff0b}' if digits.is_empty() && !plus => plus = true,
            _ if is_decoration(c) => {}
            _ if digits.len() >= 10 && is_extension(c) => return Err(PhoneError::Extension),
            _ => return Err(PhoneError::Invalid),
        }
        // Nobody's number is so long; a hostile megabyte is not read to its end.
        if digits.len() > 20 {
            return Err(PhoneError::TooLong);
        }
    }
    Ok((plus, digits))
}

/// Drops «моб.», «тел:», `tel:` and the like around the number.
fn without_label(typed: &str) -> &str {
    const LABELS: [&str; 13] = ["моб", "мобильный", "тел", "телефон", "сот", "сотовый", "т", "раб", "дом", "mob", "mobile", "tel", "phone"];
    let is_label = |part: &str| {
        let word = part.trim_matches(|c: char| !c.is_alphabetic());
        let rest_is_plain = part.chars().all(|c| c.is_alphabetic() || is_decoration(c) || c == ':');
        rest_is_plain && LABELS.contains(&word.to_lowercase().as_str())
    };
    let is_number = |c: char| c.is_numeric() || matches!(c, '+' | '(' | '\u{ff0b}');
    let mut text = typed.trim();
    if let Some(at) = text.find(is_number)
        && is_label(&text[..at])
    {
        text = &text[at..];
    }
    if let Some(at) = text.rfind(char::is_numeric)
        && let Some(next) = text[at..].chars().next().map(|c| at + c.len_utf8())
        && is_label(&text[next..])
    {
        text = &text[..next];
    }
    text
}

/// Signs that people put between digits, and the invisible ones that phones copy along.
fn is_decoration(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '(' | ')' | '.' | '/' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}')
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// «доб. 12», «вн. 12», «ext 12», «#12», «,12».
fn is_extension(c: char) -> bool {
    matches!(c.to_lowercase().next(), Some('д' | 'в' | 'e' | 'x' | '#' | '*' | 'х'))
}

fn abroad(digits: &str) -> Result<Phone, PhoneError> {
    // «+8 912 …» is «8 912 …» with a habitual plus; no country has the code 89.
    let digits = match digits.strip_prefix("89") {
        Some(rest) if digits.len() == 11 => format!("79{rest}"),
        _ => digits.to_owned(),
    };
    if let Some(national) = digits.strip_prefix('7') {
        return russian(national);
    }
    match digits.len() {
        _ if ["0", "28", "83", "89"].iter().any(|unused| digits.starts_with(unused)) => Err(PhoneError::Invalid),
        ..=7 => Err(PhoneError::TooShort),
        8..=15 => Ok(Phone(format!("+{digits}"))),
        _ => Err(PhoneError::TooLong),
    }
}

/// The ten digits after +7: Russia (3, 4, 8, 9) or Kazakhstan (6, 7).
fn russian(national: &str) -> Result<Phone, PhoneError> {
    match (national.len(), national.bytes().next()) {
        (..=9, _) => Err(PhoneError::TooShort),
        (11.., _) => Err(PhoneError::TooLong),
        (_, Some(b'3' | b'4' | b'6'..=b'9')) => Ok(Phone(format!("+7{national}"))),
        _ => Err(PhoneError::Invalid),
    }
}

/// How many of the first digits are the country, by the numbering zones of ITU E.164.
fn country_code_length(digits: &str) -> usize {
    match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => 2,
        _ => 3,
    }
}

/// `30123456` → «301 234-56»-like groups of three, the last of two to four.
fn in_threes(digits: &str) -> String {
    let mut text = String::new();
    let mut rest = digits;
    while rest.len() > 4 {
        let (group, more) = rest.split_at(3);
        text.push_str(group);
        text.push('\u{a0}');
        rest = more;
    }
    text + rest
}

/// Input that no field should fall over: shared by the tests of this folder.
#[cfg(test)]
pub(super) fn hostile() -> impl Iterator<Item = String> {
    const PIECES: [&str; 24] = [
        "8", "+7", "912", "000", "-", " ", "\u{a0}", "(", ")", "моб.", "доб", "é", "😀", "\u{0}", "\u{202e}", "٣", "９", "½", ".", ",",
        "₽", "T", ":", "\u{301}",
    ];
    let random = mixtures(&PIECES, 20_000);
    let long = ["9", "+", "-", " ", "(", "т", "😀"].into_iter().map(|piece| piece.repeat(100_000));
    let fixed = ["' OR 1=1 --", "<script>", "../../x", "%00", "{{7*7}}", "\r\n\r\n", "\u{feff}"].map(str::to_owned);
    random.chain(long).chain(fixed)
}

/// Random strings made of these pieces, the same in every run.
#[cfg(test)]
fn mixtures(pieces: &[&'static str], count: usize) -> impl Iterator<Item = String> {
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut below = move |limit: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 33) as usize % limit
    };
    (0..count).map(move |_| (0..below(14)).map(|_| pieces[below(pieces.len())]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(typed: &str) -> Result<String, PhoneError> {
        Phone::parse(typed).map(String::from)
    }

    #[test]
    fn russian_notations() {
        for typed in [
            "8 912 000-11-22",
            "+7(912)0001122",
            "+7 (912) 000-11-22",
            "9120001122",
            "912 000 11 22",
            "79120001122",
            "007 912 000 11 22",
            "8-912-000-11-22",
            "8.912.000.11.22",
            "8\u{a0}912\u{a0}000\u{2011}11\u{2011}22",
            "8 912 000−11–22",
            "моб. 8 912 000-11-22",
            "Моб.: +7 912 000 11 22",
            "тел +79120001122",
            "8 912 000-11-22 (моб.)",
            "(912) 000-11-22",
            "tel:+7-912-000-11-22",
            "\u{202a}+7 912 000-11-22\u{202c}",
            "+8 912 000-11-22",
            "８９１２０００１１２２",
            "  +7 912 000 11 22.  ",
            "8/912/000-11-22",
        ] {
            assert_eq!(parsed(typed).as_deref(), Ok("+79120001122"), "{typed:?}");
        }
        assert_eq!(parsed("8 (495) 123-45-67").as_deref(), Ok("+74951234567"));
        assert_eq!(parsed("8 (34341) 2-34-56").as_deref(), Ok("+73434123456"));
        assert_eq!(parsed("8 800 555-35-35").as_deref(), Ok("+78005553535"));
        assert_eq!(parsed("800 555 35 35").as_deref(), Ok("+78005553535"));
        assert_eq!(parsed("+7 701 123 45 67").as_deref(), Ok("+77011234567"));
    }

    #[test]
    fn foreign_numbers() {
        for (typed, stored) in [
            ("+49 30 123456", "+4930123456"),
            ("8 10 49 30 123456", "+4930123456"),
            ("0049 30 123456", "+4930123456"),
            ("+375 (29) 123-45-67", "+375291234567"),
            ("+1 202 555 0100", "+12025550100"),
            ("+86 138 0013 8000", "+8613800138000"),
        ] {
            assert_eq!(parsed(typed).as_deref(), Ok(stored), "{typed:?}");
        }
    }

    #[test]
    fn refusals_say_why() {
        use PhoneError::{Empty, Extension, Invalid, Local, TooLong, TooShort};
        for (typed, error) in [
            ("", Empty),
            (" \u{a0}-() ", Empty),
            ("+", Empty),
            ("123-45-67", Local),
            ("2-34-56", Local),
            ("8 912 000", Local),
            ("8 912 000-11", TooShort),
            ("+7 912 000-11-2", TooShort),
            ("112", TooShort),
            ("+7 912 000-11-222", TooLong),
            ("8 912 000-11-22 8 913 111-22-33", TooLong),
            ("8 495 123-45-67 доб. 5", Extension),
            ("8 495 123-45-67 #5", Extension),
            ("8 495 123-45-67 ext 5", Extension),
            ("8 912 000-11-22, 8 913 111-22-33", Invalid),
            ("+7 112 000-11-22", Invalid),
            ("5120001122", TooShort),
            ("11200011223", Invalid),
            ("8-800-FLOWERS", Invalid),
            ("Иван 8 912 000-11-22", Invalid),
            ("8 912 000-11-22 Иван", Invalid),
            ("++7 912 000-11-22", Invalid),
            ("8+912 000-11-22", Invalid),
            ("+0 912 000-11-22", Invalid),
            ("+28 912 000-11-22", Invalid),
            ("+49 30", TooShort),
            ("٨٩١٢٠٠٠١١٢٢", Invalid),
            ("8 912 000-11-22½", Invalid),
            ("<script>89120001122", Invalid),
        ] {
            assert_eq!(parsed(typed), Err(error), "{typed:?}");
        }
    }

    #[test]
    fn shown_as_people_write() {
        let shown = |e164: &str| Phone::stored(e164).to_string().replace('\u{a0}', " ");
        assert_eq!(shown("+79120001122"), "+7 912 000-11-22");
        assert_eq!(shown("+375291234567"), "+375 291 234 567");
        assert_eq!(shown("+12025550100"), "+1 202 555 0100");
        assert_eq!(shown("+4930123456"), "+49 301 234 56");
        for broken in ["", "+", "+7", "79120001122", "+7912000112é", "😀", "+1é34567"] {
            assert_eq!(shown(broken), broken);
        }
    }

    #[test]
    fn whatever_is_typed_gives_e164_or_a_refusal() {
        let likely = ["8", "7", "9", "12", "345", "00", "10", "+", " ", "-", "(", ")", "\u{a0}", "тел. "];
        let mut accepted = 0;
        for typed in hostile().chain(mixtures(&likely, 50_000)) {
            let Ok(phone) = Phone::parse(&typed) else { continue };
            accepted += 1;
            let digits = phone.as_str().strip_prefix('+').unwrap();
            assert!((8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()));
            assert_eq!(Phone::parse(phone.as_str()).as_ref(), Ok(&phone), "{typed:?}");
            assert_eq!(Phone::parse(&phone.to_string()).as_ref(), Ok(&phone), "{typed:?}");
        }
        assert!(accepted > 1_000, "only {accepted} inputs were phone numbers: the test tries too little");
    }

    #[test]
    fn every_russian_number_survives_every_notation() {
        for number in (3_000_000_000_u64..10_000_000_000).step_by(7_654_321) {
            let d = number.to_string();
            let Ok(phone) = Phone::parse(&format!("+7{d}")) else {
                assert!(d.starts_with('5'), "{d}");
                continue;
            };
            assert_eq!(phone.as_str(), format!("+7{d}"));
            for typed in [format!("8{d}"), format!("8 ({}) {}-{}-{}", &d[..3], &d[3..6], &d[6..8], &d[8..])] {
                assert_eq!(Phone::parse(&typed).as_ref(), Ok(&phone), "{typed}");
            }
        }
    }
}
