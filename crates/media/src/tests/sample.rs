//! Files made by hand: pictures that tell where they were taken, and office files.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use crate::Kind;

/// Stands in every place where a picture may hide something.
pub const SECRET: &[u8] = b"55.7558N37.6173E";
/// The degrees of the GPS position as EXIF holds them: 55/1, 45/1, 2088/100.
pub const GPS_DEGREES: &[u8] = &[55, 0, 0, 0, 1, 0, 0, 0, 45, 0, 0, 0, 1, 0, 0, 0, 0x28, 8, 0, 0, 100, 0, 0, 0];

pub const PICTURES: [Kind; 3] = [Kind::Jpeg, Kind::Png, Kind::WebP];
pub const PROGRESSIVE: &[u8] = include_bytes!("fixtures/progressive.jpg");
pub const LOSSY_ALPHA: &[u8] = include_bytes!("fixtures/lossy_alpha.webp");

pub const RED: Rgb<u8> = Rgb([220, 20, 20]);
pub const GREEN: Rgb<u8> = Rgb([20, 200, 20]);
pub const BLUE: Rgb<u8> = Rgb([20, 20, 220]);
pub const BLACK: Rgb<u8> = Rgb([10, 10, 10]);

/// A picture with another colour in each quarter: red, green above blue, black.
pub fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| match (x < width / 2, y < height / 2) {
        (true, true) => RED,
        (false, true) => GREEN,
        (true, false) => BLUE,
        (false, false) => BLACK,
    })
}

pub fn encoded(kind: Kind, pixels: RgbImage) -> Vec<u8> {
    let format = match kind {
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Png => ImageFormat::Png,
        _ => ImageFormat::WebP,
    };
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(pixels).write_to(&mut bytes, format).expect("the picture can be written");
    bytes.into_inner()
}

pub fn photo(kind: Kind) -> Vec<u8> {
    encoded(kind, quarters(64, 32))
}

/// EXIF as a phone writes it: the maker (our secret), how to turn, and the place.
pub fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x03\0".to_vec();
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()].concat()
    };
    let maker_at = 8 + 2 + 3 * 12 + 4;
    let gps_at = maker_at + SECRET.len() as u32;
    exif.extend(entry(0x10F, 2, SECRET.len() as u32, maker_at));
    exif.extend(entry(0x112, 3, 1, orientation.into()));
    exif.extend(entry(0x8825, 4, 1, gps_at));
    exif.extend([0; 4]);
    exif.extend(SECRET);
    exif.extend(b"\x01\0");
    exif.extend(entry(2, 5, 3, gps_at + 2 + 12 + 4));
    exif.extend([0; 4]);
    exif.extend(GPS_DEGREES);
    exif
}

/// The picture as it comes from a careless phone: the place in EXIF, XMP, IPTC, comments, previews and behind the end.
pub fn telling(kind: Kind, picture: &[u8], orientation: u8) -> Vec<u8> {
    let mut told = match kind {
        Kind::Jpeg => telling_jpeg(picture, orientation),
        Kind::Png => telling_png(picture, orientation),
        _ => telling_webp(picture, orientation),
    };
    told.extend(zip(&[("secret.txt", SECRET)]));
    told
}

pub fn segment(marker: u8, content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    [&[0xFF, marker], &(content.len() as u16 + 2).to_be_bytes()[..], &content].concat()
}

fn telling_jpeg(picture: &[u8], orientation: u8) -> Vec<u8> {
    let mut told = vec![0xFF, 0xD8];
    told.extend(segment(0xE0, &[b"JFIF\0\x01\x01\0\0\x01\0\x01\x02\x02", &[7; 12], SECRET]));
    told.extend(segment(0xE0, &[b"JFXX\0\x10", SECRET]));
    told.extend(segment(0xE1, &[b"Exif\0\0", &exif(orientation)]));
    told.extend(segment(0xE1, &[b"http://ns.adobe.com/xap/1.0/\0", SECRET]));
    told.extend(segment(0xE2, &[b"MPF\0", SECRET]));
    told.extend(segment(0xED, &[b"Photoshop 3.0\0", SECRET]));
    told.extend(segment(0xFE, &[SECRET]));
    told.extend(segment(0xEB, &[b"JP", SECRET]));
    // A comment between the scan and the end, and a second picture behind it.
    told.extend(&picture[2..picture.len() - 2]);
    told.extend(segment(0xFE, &[SECRET]));
    told.extend([0xFF, 0xD9]);
    told.extend([0xFF, 0xD8]);
    told.extend(segment(0xE1, &[b"Exif\0\0", &exif(orientation)]));
    told.extend(&picture[2..]);
    told
}

pub fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let body = [&kind[..], content].concat();
    let mut sum = u32::MAX;
    for byte in &body {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 };
        }
    }
    [&(content.len() as u32).to_be_bytes()[..], &body, &(!sum).to_be_bytes()].concat()
}

fn telling_png(picture: &[u8], orientation: u8) -> Vec<u8> {
    let (header, rest) = picture.split_at(8 + 25);
    let (pixels, end) = rest.split_at(rest.len() - 12);
    let mut told = header.to_vec();
    told.extend(chunk(b"eXIf", &exif(orientation)));
    told.extend(chunk(b"tEXt", &[b"Comment\0", SECRET].concat()));
    told.extend(chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", SECRET].concat()));
    told.extend(chunk(b"zTXt", &[b"Comment\0\0", SECRET].concat()));
    told.extend(chunk(b"tIME", &[7, 0xEA, 1, 1, 1, 1, 1]));
    told.extend(chunk(b"prVt", SECRET));
    told.extend(pixels);
    told.extend(chunk(b"tEXt", &[b"Place\0", SECRET].concat()));
    told.extend(end);
    told
}

pub fn riff_chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let padding = vec![0; content.len() % 2];
    [&kind[..], &(content.len() as u32).to_le_bytes(), content, &padding].concat()
}

pub fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
    riff_chunk(b"RIFF", &[b"WEBP".to_vec(), chunks.concat()].concat())
}

fn telling_webp(picture: &[u8], orientation: u8) -> Vec<u8> {
    let bits = u32::from_le_bytes(picture[21..25].try_into().expect("four bytes"));
    let [w1, w2, ..] = (bits & 0x3FFF).to_le_bytes();
    let [h1, h2, ..] = (bits >> 14 & 0x3FFF).to_le_bytes();
    riff(&[
        riff_chunk(b"VP8X", &[0x0C, 0, 0, 0, w1, w2, 0, h1, h2, 0]),
        picture[12..].to_vec(),
        riff_chunk(b"EXIF", &exif(orientation)),
        riff_chunk(b"XMP ", SECRET),
        riff_chunk(b"prVt", SECRET),
    ])
}

/// A zip whose parts are not compressed.
pub fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut zip, mut list) = (Vec::new(), Vec::new());
    for (name, content) in parts {
        let at = zip.len() as u32;
        let size = (content.len() as u32).to_le_bytes();
        let sizes = [&[0; 4][..], &size, &size, &(name.len() as u16).to_le_bytes(), &[0; 2]].concat();
        zip.extend([&b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0"[..], &sizes, name.as_bytes(), content].concat());
        list.extend([&b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0"[..], &sizes, &[0; 10], &at.to_le_bytes(), name.as_bytes()].concat());
    }
    let count = (parts.len() as u16).to_le_bytes();
    let (list_size, list_at) = ((list.len() as u32).to_le_bytes(), (zip.len() as u32).to_le_bytes());
    zip.extend(&list);
    zip.extend([&b"PK\x05\x06\0\0\0\0"[..], &count, &count, &list_size, &list_at, &[0; 2]].concat());
    zip
}

pub fn docx() -> Vec<u8> {
    zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w:document/>")])
}

pub fn odt() -> Vec<u8> {
    zip(&[("mimetype", Kind::Odt.media_type().as_bytes()), ("content.xml", b"<office/>")])
}

pub fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|found| found == needle)
}

/// Small repeatable chance.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % limit.max(1)
    }
}
