//! Photos that are too much, cut off, transparent or broken.

use std::io::Cursor;
use std::time::{Duration, Instant};

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use super::sample::*;
use crate::picture::{self, Limits, Prepared};
use crate::{Kind, Refused};

fn prepare(bytes: &[u8]) -> Result<Prepared, Refused> {
    picture::prepare(bytes.to_vec(), Limits::default())
}

fn png(pixels: RgbaImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgba8(pixels).write_to(&mut bytes, ImageFormat::Png).expect("the picture can be written");
    bytes.into_inner()
}

/// Only headers, which promise huge pictures: without a look at the size first, these are `Damaged`.
fn bombs() -> [Vec<u8>; 6] {
    let side = 60_000u32.to_be_bytes();
    let png = [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &[&side[..], &side, &[8, 6, 0, 0, 0]].concat())].concat();
    let huge_jpeg = segment(0xC0, &[&[8, 0xEA, 0x60, 0xEA, 0x60, 3]]);
    let jpeg = [&[0xFF, 0xD8][..], &huge_jpeg].concat();
    let small = photo(Kind::Jpeg);
    let hidden_jpeg = [&small[..small.len() - 2], &huge_jpeg].concat();
    let lossless = riff(&[riff_chunk(b"VP8L", &[0x2F, 0xFF, 0xFF, 0xFF, 0x0F])]);
    let lossy = riff(&[riff_chunk(b"VP8 ", &[0, 0, 0, 0x9D, 1, 0x2A, 0xFF, 0x3F, 0xFF, 0x3F])]);
    let extended = riff(&[riff_chunk(b"VP8X", &[0, 0, 0, 0, 0xFF, 0xFF, 0, 0xFF, 0xFF, 0])]);
    [png, jpeg, lossless, lossy, extended, hidden_jpeg]
}

#[test]
fn huge_sizes_are_refused_by_the_header_alone() {
    let start = Instant::now();
    let [headers @ .., hidden] = bombs();
    for header in headers {
        assert_eq!(prepare(&header).err(), Some(Refused::TooManyPixels));
    }
    assert_eq!(prepare(&hidden).err(), Some(Refused::Damaged), "a second frame");
    assert!(start.elapsed() < Duration::from_millis(200));
}

#[test]
fn a_whole_picture_may_not_be_larger_than_the_limits() {
    for kind in PICTURES {
        let bytes = photo(kind);
        let limits = |bytes, pixels| Limits { bytes, pixels };
        let size = bytes.len() as u64;
        assert!(picture::prepare(bytes.clone(), limits(size, 64 * 32)).is_ok());
        assert_eq!(picture::prepare(bytes.clone(), limits(size, 64 * 32 - 1)).err(), Some(Refused::TooManyPixels));
        assert_eq!(picture::prepare(bytes, limits(size - 1, 64 * 32)).err(), Some(Refused::TooLarge));
    }
}

#[test]
fn a_picture_cut_off_anywhere_is_refused() {
    let mut files: Vec<Vec<u8>> = PICTURES.map(photo).to_vec();
    // What other programs hide behind the end is not part of the picture and may be cut.
    files.extend([PROGRESSIVE.to_vec(), LOSSY_ALPHA.to_vec()]);
    for whole in files {
        assert!(prepare(&whole).is_ok());
        for cut in 0..whole.len() {
            let expected = match cut {
                0 => Refused::Empty,
                1..12 => continue,
                _ => Refused::Damaged,
            };
            assert_eq!(prepare(&whole[..cut]).err(), Some(expected), "cut at {cut} of {}", whole.len());
        }
        (1..12).for_each(|cut| assert!(prepare(&whole[..cut]).is_err()));
    }
}

#[test]
fn a_photo_whose_preview_is_whole_is_still_cut_off() {
    let preview = photo(Kind::Jpeg);
    let exif = segment(0xE1, &[b"Exif\0\0", &exif(1), &preview]);
    let whole = [&preview[..2], &exif, &preview[2..]].concat();
    assert!(prepare(&whole).is_ok());
    assert_eq!(prepare(&whole[..whole.len() - 20]).err(), Some(Refused::Damaged));
}

#[test]
fn broken_pixels_are_damaged() {
    let mut bytes = photo(Kind::Png);
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xFF;
    assert_eq!(prepare(&bytes).err(), Some(Refused::Damaged));
}

#[test]
fn animations_and_endless_scans_are_not_supported() {
    let moving = riff(&[riff_chunk(b"VP8X", &[2, 0, 0, 0, 9, 0, 0, 9, 0, 0]), riff_chunk(b"ANIM", &[0; 6])]);
    assert_eq!(prepare(&moving).err(), Some(Refused::NotSupported));

    let hidden = riff(&[riff_chunk(b"ANMF", &[0; 16]), photo(Kind::WebP)[12..].to_vec()]);
    assert_eq!(prepare(&hidden).err(), Some(Refused::NotSupported));

    let scan_at = PROGRESSIVE.windows(2).position(|two| two == [0xFF, 0xDA]).expect("a scan");
    let scan_length = usize::from(u16::from_be_bytes([PROGRESSIVE[scan_at + 2], PROGRESSIVE[scan_at + 3]]));
    let scan = &PROGRESSIVE[scan_at..scan_at + 2 + scan_length];
    let endless = [&PROGRESSIVE[..scan_at], &scan.repeat(40), &PROGRESSIVE[scan_at..]].concat();
    assert_eq!(prepare(&endless).err(), Some(Refused::NotSupported));
}

#[test]
fn sizes_are_made_smaller_and_never_larger() {
    let large = prepare(&encoded(Kind::Png, quarters(6000, 1500))).expect("a good photo");
    assert_eq!((large.original.width, large.original.height), (6000, 1500));
    assert_eq!((large.display.width, large.display.height), (2560, 640));
    assert_eq!((large.thumbnail.width, large.thumbnail.height), (480, 120));
    let small = prepare(&photo(Kind::Png)).expect("a good photo");
    assert_eq!((small.display.width, small.thumbnail.width), (64, 64));
    let thin = prepare(&encoded(Kind::Png, quarters(6000, 2))).expect("a good photo");
    assert_eq!((thin.thumbnail.width, thin.thumbnail.height), (480, 1));
}

#[test]
fn transparent_becomes_white() {
    let glass = png(RgbaImage::from_fn(32, 32, |x, _| if x < 16 { Rgba([0, 0, 0, 0]) } else { Rgba([0, 0, 0, 255]) }));
    let shown = prepare(&glass).expect("a good photo").display;
    let shown = image::load_from_memory(&shown.bytes).expect("a readable picture").into_rgb8();
    assert!(shown.get_pixel(4, 4).0.iter().all(|channel| *channel > 245));
    assert!(shown.get_pixel(28, 28).0.iter().all(|channel| *channel < 10));
}

#[test]
fn a_signature_is_a_small_png_with_strokes() {
    let stroke = |x: u32, y: u32| if x == y { Rgba([0, 0, 60, 255]) } else { Rgba([0, 0, 0, 0]) };
    let drawn = telling(Kind::Png, &png(RgbaImage::from_fn(300, 100, stroke)), 1);
    let kept = picture::signature(drawn).expect("a good signature");
    assert!(!contains(&kept.bytes, SECRET));
    let shown = image::load_from_memory(&kept.bytes).expect("a readable picture").into_rgb8();
    assert_eq!((shown.get_pixel(50, 50), shown.get_pixel(51, 50)), (&Rgb([0, 0, 60]), &Rgb([255, 255, 255])));

    let blank = png(RgbaImage::from_pixel(300, 100, Rgba([0, 0, 0, 0])));
    assert_eq!(picture::signature(blank).err(), Some(Refused::Empty));
    assert_eq!(picture::signature(photo(Kind::Jpeg)).err(), Some(Refused::NotSupported));
    assert_eq!(picture::signature(vec![0; 2 << 20]).err(), Some(Refused::TooLarge));
    assert_eq!(picture::signature(encoded(Kind::Png, quarters(4000, 1001))).err(), Some(Refused::TooManyPixels));
}

#[test]
fn a_photo_of_thirty_megabytes_is_taken_and_one_byte_more_is_not() {
    let mut dice = Dice(7);
    let noise = RgbImage::from_fn(3800, 2600, |_, _| Rgb([dice.below(256) as u8, dice.below(256) as u8, dice.below(256) as u8]));
    let mut bytes = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 97);
    noise.write_with_encoder(encoder).expect("the picture can be written");
    let limit = Limits::default().bytes as usize;
    assert!((limit / 3 * 2..limit).contains(&bytes.len()), "{} bytes", bytes.len());
    bytes.resize(limit, 0);
    let prepared = prepare(&bytes).expect("a good photo");
    assert!(prepared.display.bytes.len() < limit / 4 && prepared.thumbnail.bytes.len() < 300_000);
    bytes.push(0);
    assert_eq!(prepare(&bytes).err(), Some(Refused::TooLarge));
}

#[test]
fn thousands_of_broken_pictures_never_panic() {
    let mut seeds: Vec<Vec<u8>> = PICTURES.map(|kind| telling(kind, &photo(kind), 6)).to_vec();
    seeds.extend([PROGRESSIVE.to_vec(), LOSSY_ALPHA.to_vec()]);
    let mut dice = Dice(0x5EED);
    let (mut good, mut bad) = (0, 0);
    for round in 0..2_000 {
        let mut bytes = seeds[round % seeds.len()].clone();
        for _ in 0..=dice.below(8) {
            mutate(&mut bytes, &mut dice);
        }
        match picture::prepare(bytes, Limits { bytes: 1 << 20, pixels: 1_000_000 }) {
            Ok(prepared) => {
                good += 1;
                // Whatever was taken can be shown again.
                let again = picture::prepare(prepared.original.bytes, Limits::default()).expect("our own file");
                assert_eq!((again.display.width, again.display.height), (prepared.display.width, prepared.display.height));
            }
            Err(_) => bad += 1,
        }
    }
    assert!(good > 50 && bad > 200, "the mutations are too mild or too wild: {good} good, {bad} bad");
}

fn mutate(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let at = dice.below(bytes.len());
    match dice.below(5) {
        0 if !bytes.is_empty() => bytes[at] ^= 1 << dice.below(8),
        1 if !bytes.is_empty() => bytes[at] = [0, 0xFF, 0x7F, 0x80][dice.below(4)],
        2 => bytes.insert(at, dice.below(256) as u8),
        3 if !bytes.is_empty() => drop(bytes.drain(at..bytes.len().min(at + 1 + dice.below(8)))),
        _ => bytes.truncate(bytes.len() - dice.below(bytes.len() / 8 + 1)),
    }
}
