use std::fmt::Write;

use crate::{Kind, kind};

/// The longest name `safe_name` gives, in characters.
const LONGEST: usize = 120;
const LONGEST_ENDING: usize = 10;

/// A name fit to show and to download under, made from what the client called the file. Never used on our disk.
pub fn safe_name(client_name: &str) -> String {
    let last = client_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let cleaned: String = last.chars().filter(|c| !is_hidden(*c)).map(replace_special).collect();
    let trimmed = cleaned.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let mut name = shorten(trimmed);
    if is_reserved(&name) {
        name.insert(0, '_');
    }
    if name.is_empty() { "file".to_owned() } else { name }
}

/// `safe_name` with an ending that tells the truth: a picture sent as `run.exe` becomes `run.exe.jpg`.
pub fn name_for(client_name: &str, kind: Kind) -> String {
    let name = safe_name(client_name);
    let endings = kind.extensions();
    if endings.contains(&kind::extension(&name).as_str()) {
        return name;
    }
    shorten(&format!("{name}.{}", endings[0]))
}

/// The value of a Content-Disposition header (RFC 6266): a plain ASCII name for old programs and the full one beside it.
pub fn content_disposition(name: &str, inline: bool) -> String {
    let name = safe_name(name);
    let how = if inline { "inline" } else { "attachment" };
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let mut value = format!("{how}; filename=\"{plain}\"; filename*=UTF-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            value.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(value, "%{byte:02X}");
        }
    }
    value
}

fn is_plain(c: char) -> bool {
    // Some browsers decode percent signs in the plain name.
    c == ' ' || (c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%' | ';'))
}

/// Characters that are not seen, or that turn the reading direction so that `exe.jpg` is not what it seems.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}')
        || matches!(c, '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFF}')
        || matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{E0000}'..='\u{10FFFF}')
}

fn replace_special(c: char) -> char {
    match c {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

/// Cuts the middle part so that the ending stays.
fn shorten(name: &str) -> String {
    if name.chars().count() <= LONGEST {
        return name.to_owned();
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| ending.chars().count() <= LONGEST_ENDING);
    let Some(ending) = ending else { return name.chars().take(LONGEST).collect() };
    let room = LONGEST - ending.chars().count() - 1;
    let stem: String = name.chars().take(room).collect();
    format!("{}.{ending}", stem.trim_end_matches(['.', ' ']))
}

/// Names that Windows takes for devices, with any ending.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    let numbered = |prefix: &str| {
        let digit = stem.strip_prefix(prefix).map(|rest| rest.chars().collect::<Vec<_>>());
        matches!(digit.as_deref(), Some(['0'..='9' | '¹' | '²' | '³']))
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") || numbered("COM") || numbered("LPT")
}
