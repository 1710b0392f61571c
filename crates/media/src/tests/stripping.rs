//! What is stored tells nothing but the picture, and the picture stays the same.

use image::metadata::Orientation;
use image::{ImageDecoder, ImageReader};
use std::io::Cursor;

use super::sample::*;
use crate::picture::{self, Limits, Prepared};
use crate::{Kind, Refused};

fn prepare(bytes: &[u8]) -> Result<Prepared, Refused> {
    picture::prepare(bytes.to_vec(), Limits::default())
}

fn raw(bytes: &[u8]) -> Vec<u8> {
    image::load_from_memory(bytes).expect("a readable picture").into_rgba8().into_raw()
}

/// What another program would do with the picture.
fn asked_orientation(bytes: &[u8]) -> Orientation {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().expect("reads from memory");
    reader.into_decoder().expect("a readable picture").orientation().expect("readable metadata")
}

fn tells(bytes: &[u8]) -> bool {
    let hidden: [&[u8]; 5] = [SECRET, GPS_DEGREES, b"MPF\0", b"PK\x03\x04", b"http://ns.adobe.com"];
    hidden.iter().any(|hidden| contains(bytes, hidden))
}

#[test]
fn no_place_remains_in_any_size() {
    for kind in PICTURES {
        for orientation in [1, 6] {
            let sent = telling(kind, &photo(kind), orientation);
            assert!(tells(&sent), "the sample does not tell anything");
            let prepared = prepare(&sent).expect("a good photo");
            for rendition in [&prepared.original, &prepared.display, &prepared.thumbnail] {
                assert!(!tells(&rendition.bytes), "{kind:?} {orientation} still tells");
            }
        }
    }
}

#[test]
fn each_hiding_place_is_planted() {
    let counts = PICTURES.map(|kind| {
        let sent = telling(kind, &photo(kind), 6);
        sent.windows(SECRET.len()).filter(|found| *found == SECRET).count()
    });
    // Per form: all its places and the zip behind the end.
    assert_eq!(counts, [11, 7, 4]);
}

#[test]
fn the_pixels_of_the_original_do_not_change() {
    for kind in PICTURES {
        let sent = telling(kind, &photo(kind), 6);
        let kept = prepare(&sent).expect("a good photo").original.bytes;
        assert!(kept.len() < sent.len());
        assert_eq!(raw(&kept), raw(&photo(kind)), "{kind:?}");
    }
    for whole in [PROGRESSIVE, LOSSY_ALPHA] {
        assert_eq!(raw(&prepare(whole).expect("a good photo").original.bytes), raw(whole));
    }
}

#[test]
fn the_original_still_says_how_to_turn_it() {
    for kind in PICTURES {
        for orientation in 1..=8 {
            let sent = telling(kind, &photo(kind), orientation);
            let kept = prepare(&sent).expect("a good photo").original;
            assert_eq!(asked_orientation(&kept.bytes).to_exif(), orientation, "{kind:?}");
            let seen = if orientation < 5 { (64, 32) } else { (32, 64) };
            assert_eq!((kept.width, kept.height), seen, "{kind:?} {orientation}");
        }
    }
}

#[test]
fn a_kept_original_is_kept_again_unchanged() {
    for kind in PICTURES {
        let once = prepare(&telling(kind, &photo(kind), 8)).expect("a good photo").original.bytes;
        let twice = prepare(&once).expect("our own file").original.bytes;
        assert_eq!(once, twice, "{kind:?}");
    }
}

#[test]
fn the_display_size_stands_upright() {
    // Quarters of the file: 0 red, 1 green, 2 blue, 3 black; where each is seen follows from the EXIF standard.
    let seen = [[0, 1, 2, 3], [1, 0, 3, 2], [3, 2, 1, 0], [2, 3, 0, 1], [0, 2, 1, 3], [2, 0, 3, 1], [3, 1, 2, 0], [1, 3, 0, 2]];
    for kind in PICTURES {
        for (orientation, quarters) in (1u8..).zip(seen) {
            let prepared = prepare(&telling(kind, &photo(kind), orientation)).expect("a good photo");
            for rendition in [&prepared.display, &prepared.thumbnail] {
                let shown = image::load_from_memory(&rendition.bytes).expect("a readable picture").into_rgb8();
                let (width, height) = shown.dimensions();
                assert_eq!((rendition.width, rendition.height), (width, height));
                assert_eq!(width < height, orientation >= 5);
                let places = [(8, 8), (width - 8, 8), (8, height - 8), (width - 8, height - 8)];
                for ((x, y), quarter) in places.into_iter().zip(quarters) {
                    let (found, wanted) = (shown.get_pixel(x, y), [RED, GREEN, BLUE, BLACK][quarter]);
                    let off = found.0.iter().zip(wanted.0).map(|(a, b)| a.abs_diff(b)).max();
                    assert!(off < Some(40), "{kind:?} orientation {orientation}: {found:?} instead of {wanted:?}");
                }
                assert_eq!(asked_orientation(&rendition.bytes), Orientation::NoTransforms);
            }
        }
    }
}

#[test]
fn a_camera_colour_profile_is_kept_in_all_sizes() {
    let mut profile = vec![0; 500];
    profile[16..20].copy_from_slice(b"RGB ");
    let plain = photo(Kind::Jpeg);
    let icc = segment(0xE2, &[b"ICC_PROFILE\0\x01\x01", &profile]);
    let sent = [&plain[..2], &icc, &plain[2..]].concat();
    let prepared = prepare(&sent).expect("a good photo");
    for rendition in [&prepared.original, &prepared.display, &prepared.thumbnail] {
        assert!(contains(&rendition.bytes, b"ICC_PROFILE\0\x01\x01"));
    }
    assert!(!contains(&prepare(&plain).expect("a good photo").display.bytes, b"ICC_PROFILE"));
}
