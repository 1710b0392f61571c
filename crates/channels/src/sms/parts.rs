//! How a text is cut into what operators carry, and what is paid for.

use crate::Letter;

/// What one part holds, and each of several.
const GSM: (usize, usize) = (160, 153);
const UCS2: (usize, usize) = (70, 67);
/// The most parts that every gateway takes.
const MOST: usize = 8;
/// The alphabet of GSM 03.38, and its signs that take the room of two.
const ALPHABET: &str =
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const DOUBLE: &str = "\u{c}^{}\\[~]|€";

/// In how many parts a text goes: 160 signs in one or 153 in each of several, or 70 and 67 if there is a sign that is not in the
/// alphabet of GSM, as all Cyrillic ones.
pub fn parts(text: &str) -> u32 {
    let mut room = 0;
    let sizes: Option<Vec<usize>> = text.chars().map(gsm_size).collect();
    let ((one, each), sizes) = match sizes {
        Some(sizes) => (GSM, sizes),
        None => (UCS2, text.chars().map(char::len_utf16).collect()),
    };
    if sizes.iter().sum::<usize>() <= one {
        return 1;
    }
    let mut count = 1;
    for size in sizes {
        // A sign is not torn in two.
        if room + size > each {
            count += 1;
            room = 0;
        }
        room += size;
    }
    count
}

fn gsm_size(sign: char) -> Option<usize> {
    if ALPHABET.contains(sign) { Some(1) } else { DOUBLE.contains(sign).then_some(2) }
}

/// The letter's text with its link at the end; a text that is too long is cut, the link is not.
pub fn fitting(letter: &Letter) -> String {
    let text = letter.text.trim();
    let link = letter.link.as_ref().map(|link| link.url.as_str()).filter(|url| !text.contains(url));
    let whole = |text: &str| match link {
        Some(url) if text.is_empty() => url.to_owned(),
        Some(url) => format!("{} {url}", text.trim_end()),
        None => text.to_owned(),
    };
    let fits = |text: &str| parts(&whole(text)) as usize <= MOST;
    if fits(text) {
        return whole(text);
    }
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    // More of the text never fits where less does not.
    let most = ends.partition_point(|end| fits(&text[..*end]));
    whole(&text[..ends[most.saturating_sub(1)]])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Link;

    #[test]
    fn parts_are_counted_as_operators_do() {
        let counted = [
            ("".to_owned(), 1),
            ("a".repeat(160), 1),
            ("a".repeat(161), 2),
            ("a".repeat(306), 2),
            ("a".repeat(307), 3),
            ("€".repeat(80), 1),
            ("€".repeat(81), 2),
            // Seventy-six of them fill 152 of 153.
            ("€".repeat(152), 2),
            ("€".repeat(153), 3),
            ("я".repeat(70), 1),
            ("я".repeat(71), 2),
            ("я".repeat(134), 2),
            ("я".repeat(135), 3),
            ("a".repeat(70) + "`", 2),
            ("🚐".repeat(35), 1),
            ("🚐".repeat(66), 2),
            ("🚐".repeat(67), 3),
        ];
        for (text, count) in counted {
            assert_eq!(parts(&text), count, "{} signs: {text}", text.chars().count());
        }
    }

    #[test]
    fn a_long_text_is_cut_and_its_link_is_whole() {
        let letter = |text: &str, url: &str| Letter {
            text: text.to_owned(),
            link: Some(Link { label: String::new(), url: url.to_owned() }).filter(|link| !link.url.is_empty()),
            ..Letter::default()
        };
        let url = "https://crm.test/o/17";
        assert_eq!(fitting(&letter(" Едем. ", url)), format!("Едем. {url}"));
        assert_eq!(fitting(&letter("", url)), url);
        assert_eq!(fitting(&letter(&format!("Ссылка {url}!"), url)), format!("Ссылка {url}!"));
        let cut = fitting(&letter(&"я".repeat(2000), url));
        assert_eq!((parts(&cut), cut.chars().count(), cut.ends_with(url)), (8, 536, true));
        assert_eq!(fitting(&letter(&"a".repeat(2000), "")).chars().count(), 8 * 153);
    }
}
