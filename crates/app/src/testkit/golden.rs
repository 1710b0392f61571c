use std::{env, fs, path::Path};

/// Fails unless `text` is what stands in the file (named from `crates/app/src`). With `UPDATE_GOLDEN=1` the file is
/// written instead: look at what changed before you check it in.
#[track_caller]
pub fn golden(file: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file);
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, text).unwrap();
        return;
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let differing: Vec<String> = differing(&kept, text);
    assert!(differing.is_empty(), "{file} tells something else (UPDATE_GOLDEN=1 writes it anew):\n{}", differing.join("\n"));
}

/// The lines that only one of the two has: `-` for the first, `+` for the second.
fn differing(kept: &str, now: &str) -> Vec<String> {
    let only = |sign: char, of: &str, other: &str| -> Vec<String> {
        of.lines().filter(|line| !other.lines().any(|l| l == *line)).map(|line| format!("{sign} {line}")).collect()
    };
    let mut lines = only('-', kept, now);
    lines.extend(only('+', now, kept));
    if lines.is_empty() && kept != now {
        lines.push("  the same lines in another order or number".into());
    }
    lines
}

#[test]
fn every_difference_is_told() {
    assert_eq!(differing("a\nb\n", "a\nb\n"), Vec::<String>::new());
    assert_eq!(differing("a\nb\n", "a\nc\n"), ["- b", "+ c"]);
    assert_eq!(differing("a\nb\n", "b\na\n").len(), 1);
    assert_eq!(differing("", "a\n"), ["+ a"]);
}
