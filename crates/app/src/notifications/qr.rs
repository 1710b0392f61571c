//! An address as a picture that a phone's camera reads.

use qrcode::{Color, QrCode};
use std::fmt::Write as _;

/// The light frame without which cameras do not find it.
const FRAME: usize = 4;

/// The picture as the path of its dark squares.
pub struct Picture {
    /// How wide and high it is, in squares.
    pub size: usize,
    pub path: String,
}

/// The picture of an address; none of one that is too long for any.
pub fn of(address: &str) -> Option<Picture> {
    let code = QrCode::new(address).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (at, _) in code.to_colors().iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
        let (x, y) = (at % width + FRAME, at / width + FRAME);
        write!(path, "M{x} {y}h1v1h-1z").ok()?;
    }
    Some(Picture { size: width + 2 * FRAME, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corners_by_which_a_camera_finds_it_are_there() {
        let picture = of("https://t.me/montaj_bot?start=K7QM4XPD92").unwrap();
        let is_dark = |x: usize, y: usize| picture.path.contains(&format!("M{} {}h", x + FRAME, y + FRAME));
        let width = picture.size - 2 * FRAME;
        for (x, y) in [(0, 0), (width - 7, 0), (0, width - 7)] {
            for step in 0..7 {
                assert!(is_dark(x + step, y) && is_dark(x, y + step) && is_dark(x + step, y + 6), "{x} {y}");
            }
            assert!(!is_dark(x + 1, y + 1) && is_dark(x + 3, y + 3), "{x} {y}");
        }
        assert!(of(&"x".repeat(5000)).is_none());
    }
}
