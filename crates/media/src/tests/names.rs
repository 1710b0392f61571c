//! Names that clients give.

use super::sample::Dice;
use crate::{Kind, content_disposition, name_for, safe_name};

#[test]
fn names_are_made_safe() {
    for (given, safe) in [
        ("Фото окна.jpg", "Фото окна.jpg"),
        ("../../x", "x"),
        ("..\\..\\windows\\a.jpg", "a.jpg"),
        ("/etc/passwd", "passwd"),
        ("C:\\a.jpg", "a.jpg"),
        ("a\0b\r\nSet-Cookie: x.jpg", "abSet-Cookie_ x.jpg"),
        ("photo\u{202E}gpj.exe", "photogpj.exe"),
        ("a\u{200B}b\u{FEFF}.jpg", "ab.jpg"),
        (".htaccess", "htaccess"),
        ("a.jpg. . ", "a.jpg"),
        ("NUL", "_NUL"),
        ("con.jpg", "_con.jpg"),
        ("Com¹.tar.gz", "_Com¹.tar.gz"),
        ("LPT9", "_LPT9"),
        ("COMMON.jpg", "COMMON.jpg"),
        ("a<b>:\"|?*.jpg", "a_b______.jpg"),
        ("a\u{A0}\tb.jpg", "a b.jpg"),
        ("", "file"),
        ("...", "file"),
        ("dir/", "file"),
        ("\u{202E}", "file"),
    ] {
        assert_eq!(safe_name(given), safe, "{given:?}");
    }
}

#[test]
fn long_names_keep_their_ending() {
    let long = safe_name(&format!("{}.jpeg", "ж".repeat(500)));
    assert_eq!(long.chars().count(), 120);
    assert!(long.ends_with("ж.jpeg"));
    assert_eq!(safe_name(&"a.b".repeat(200)).chars().count(), 120);
}

#[test]
fn the_ending_tells_the_truth() {
    assert_eq!(name_for("run.exe", Kind::Jpeg), "run.exe.jpg");
    assert_eq!(name_for("Окно.JPEG", Kind::Jpeg), "Окно.JPEG");
    assert_eq!(name_for("Окно", Kind::Pdf), "Окно.pdf");
    let long = name_for(&"a".repeat(300), Kind::Pdf);
    assert!(long.ends_with(".pdf") && long.chars().count() == 120);
}

#[test]
fn headers_carry_both_names() {
    assert_eq!(
        content_disposition("Акт №5 100%.pdf", false),
        "attachment; filename=\"___ _5 100_.pdf\"; filename*=UTF-8''%D0%90%D0%BA%D1%82%20%E2%84%965%20100%25.pdf"
    );
    assert_eq!(content_disposition("a.jpg", true), "inline; filename=\"a.jpg\"; filename*=UTF-8''a.jpg");
    assert_eq!(
        content_disposition("a\"; filename=evil.exe;'().jpg", true),
        "inline; filename=\"a__ filename=evil.exe_'().jpg\"; filename*=UTF-8''a_%3B%20filename%3Devil.exe%3B%27%28%29.jpg"
    );
}

#[test]
fn no_name_breaks_a_header_or_leaves_a_folder() {
    let odd: Vec<char> = "aЖ./\\\"';%\r\n\0\u{202E}\u{200F} \u{1F600}\u{FFFE}~*:".chars().collect();
    let mut dice = Dice(3);
    for _ in 0..5_000 {
        let given: String = (0..dice.below(200)).map(|_| odd[dice.below(odd.len())]).collect();
        let name = safe_name(&given);
        assert_eq!(safe_name(&name), name, "safe names are stable: {given:?}");
        assert!(!name.is_empty() && !name.contains(['/', '\\', '\0', '\r', '\n']) && !name.starts_with('.'));
        let header = content_disposition(&given, false);
        assert!(header.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{header}");
        assert_eq!(header.matches('"').count(), 2, "{header}");
    }
}
