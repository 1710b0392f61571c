//! One spelling for search: what people type and what is stored are folded alike and then compared.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

/// The breve that makes «й» of «и»: the one mark that tells two Russian letters apart.
const BREVE: char = '\u{306}';

/// How many words of a search are looked at.
const MOST_WORDS: usize = 8;

/// Lower case, «ё» as «е», marks off letters (but «й» stays), one kind of space, dash and quote.
pub fn fold(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut last = ' ';
    // «№» would come out of the decomposition as the letters "no".
    for part in text.split_inclusive('№') {
        let (part, number_sign) = part.strip_suffix('№').map_or((part, false), |part| (part, true));
        let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize(part);
        for c in decomposed.chars().flat_map(char::to_lowercase).chain(number_sign.then_some('№')) {
            let Some(c) = folded(c, last) else { continue };
            if c != ' ' || last != ' ' {
                plain.push(c);
            }
            last = c;
        }
    }
    ComposingNormalizerBorrowed::new_nfc().normalize(plain.trim_end()).into_owned()
}

/// The same, cut to what a column holds: folding can make text longer («™» is two letters).
pub fn fold_within(text: &str, most_chars: usize) -> String {
    let folded = fold(text);
    match folded.char_indices().nth(most_chars) {
        Some((end, _)) => folded[..end].trim_end().to_owned(),
        None => folded,
    }
}

/// The digits alone, for a fragment of a phone or of an order's number.
pub fn digits(text: &str) -> String {
    let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    decomposed.chars().filter(char::is_ascii_digit).collect()
}

/// The different words of a search, folded, at most eight: «Окно, ул. Ёлочная 5» → окно, ул, елочная, 5.
pub fn words(text: &str) -> Vec<String> {
    words_within(text, MOST_WORDS)
}

/// The different words of a text that is searched, folded, as many as `most`.
pub fn words_within(text: &str, most: usize) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in fold(text).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if words.len() < most && words.iter().all(|known| known != word) {
            words.push(word.to_owned());
        }
    }
    words
}

/// The word without a usual Russian ending, so long as four letters stay.
pub fn stem(word: &str) -> String {
    const ENDINGS: [&str; 30] = [
        "иями", "ями", "ами", "ого", "его", "ому", "ему", "ыми", "ими", "ией", "ов", "ев", "ей", "ой", "ий", "ый", "ая", "яя", "ое", "ее",
        "ые", "ие", "ых", "их", "ам", "ям", "ах", "ях", "ом", "ем",
    ];
    let cut = |ending: &str| word.strip_suffix(ending).filter(|rest| rest.chars().count() >= 4);
    let long = ENDINGS.iter().find_map(|ending| cut(ending));
    let stem =
        long.or_else(|| word.strip_suffix(['а', 'я', 'о', 'е', 'и', 'ы', 'у', 'ю', 'ь', 'й']).filter(|rest| rest.chars().count() >= 3));
    stem.unwrap_or(word).to_owned()
}

/// One decomposed lower-case character as search sees it; `None` when it does not count.
fn folded(c: char, last: char) -> Option<char> {
    match c {
        BREVE => (last == 'и').then_some(c),
        // Marks over Latin and Cyrillic letters; those of other scripts are letters by themselves.
        '\u{300}'..='\u{36f}' => None,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => None,
        _ if c.is_whitespace() => Some(' '),
        _ if c.is_control() => None,
        'ς' => Some('σ'),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2e3a}' | '\u{2e3b}' => Some('-'),
        '«' | '»' | '“' | '”' | '„' | '‟' | '‹' | '›' | '″' => Some('"'),
        '’' | '‘' | '‚' | '‛' | 'ʼ' | '`' | '′' => Some('\''),
        _ => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn russian_text() {
        for (text, expected) in [
            ("Ёлочная улица", "елочная улица"),
            ("ёлка и е\u{308}лка", "елка и елка"),
            ("ЙОГУРТ, и\u{306}од", "йогурт, йод"),
            ("  ул.\u{a0}Малышева\t—  84 \n", "ул. малышева - 84"),
            ("ООО «Ромашка» “Юг”", "ооо \"ромашка\" \"юг\""),
            ("за\u{301}мок", "замок"),
            ("Café Ñandú", "cafe nandu"),
            ("мон\u{ad}таж\u{200b}ник", "монтажник"),
            ("№ 26-000123", "№ 26-000123"),
            ("№№5", "№№5"),
            ("１２３ ＡＢＣ", "123 abc"),
            ("2,5 м²", "2,5 м2"),
            ("O’Нил", "o'нил"),
            ("a\u{0}b", "ab"),
            ("İSTANBUL", "istanbul"),
            ("й Й и И", "й й и и"),
            ("", ""),
        ] {
            assert_eq!(fold(text), expected, "{text:?}");
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        let letters_and_signs = ('\u{80}'..='\u{30ff}').chain('\u{f900}'..='\u{ffff}').chain('\u{1d400}'..='\u{1f9ff}');
        for c in letters_and_signs {
            let text = format!("и{c}а");
            let once = fold(&text);
            assert_eq!(fold(&once), once, "U+{:04X}", u32::from(c));
        }
        for text in crate::text::phone::hostile() {
            let once = fold(&text);
            assert_eq!(fold(&once), once, "{text:?}");
        }
    }

    #[test]
    fn case_never_matters() {
        for text in ["Привет, Йод и Ёж", "Straßenbau", "ΟΔΟΣ", "Ǆ"] {
            assert_eq!(fold(&text.to_lowercase()), fold(text), "{text}");
        }
    }

    #[test]
    fn cut_to_a_column() {
        assert_eq!(fold_within("Ёлка  зелёная", 5), "елка");
        assert_eq!(fold_within("Ёлка", 4), "елка");
        assert!(fold_within(&"\u{fdfa}".repeat(100), 100).chars().count() <= 100);
    }

    #[test]
    fn digits_of_a_fragment() {
        assert_eq!(digits("(912) 00-1"), "912001");
        assert_eq!(digits("９１２"), "912");
        assert_eq!(digits("окно"), "");
    }

    #[test]
    fn words_of_a_search() {
        assert_eq!(words("Окно, ул. Ёлочная 5 — окно"), ["окно", "ул", "елочная", "5"]);
        assert_eq!(words("№26-000123"), ["26", "000123"]);
        assert_eq!(words(" %_' \" "), [""; 0]);
        assert_eq!(words("а б в г д е ж з и к").len(), MOST_WORDS);
    }

    #[test]
    fn russian_endings() {
        for (word, expected) in
            [("заказами", "заказ"), ("окна", "окн"), ("отчёт", "отчёт"), ("большого", "больш"), ("дом", "дом"), ("ключ", "ключ")]
        {
            assert_eq!(stem(word), expected);
        }
    }
}
