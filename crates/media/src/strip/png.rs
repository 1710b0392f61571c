use image::metadata::Orientation;

use super::{Reader, Size, Stripped, exif};
use crate::Refused;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Pixels, palette, transparency and what the colours mean.
const KEPT: [&[u8; 4]; 10] = [b"IHDR", b"PLTE", b"IDAT", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"cICP"];

pub fn strip(bytes: &[u8], most_pixels: u64) -> Result<Stripped, Refused> {
    let mut reader = Reader { rest: bytes };
    if reader.take(SIGNATURE.len())? != SIGNATURE {
        return Err(Refused::NotSupported);
    }
    let mut size = None;
    let mut orientation = Orientation::NoTransforms;
    let mut header = SIGNATURE.to_vec();
    let mut pixels: Vec<u8> = Vec::with_capacity(bytes.len());
    loop {
        let whole = reader.rest;
        let length = u32::from_be_bytes(reader.array()?);
        let kind: [u8; 4] = reader.array()?;
        let content = reader.take(length.try_into().map_err(|_| Refused::Damaged)?)?;
        reader.take(4)?;
        let chunk = &whole[..content.len() + 12];
        match &kind {
            b"IHDR" if size.is_none() => size = Some(read_size(content, most_pixels)?),
            b"IHDR" => return Err(Refused::Damaged),
            _ if size.is_none() => return Err(Refused::Damaged),
            b"eXIf" => orientation = exif::orientation(content),
            b"IEND" => break,
            _ => {}
        }
        if &kind == b"IDAT" {
            pixels.extend(chunk);
        } else if KEPT.contains(&&kind) && pixels.is_empty() {
            header.extend(chunk);
        }
    }
    let size = size.filter(|_| !pixels.is_empty()).ok_or(Refused::Damaged)?;
    if let Some(exif) = exif::minimal(orientation) {
        push_chunk(&mut header, b"eXIf", &exif);
    }
    header.extend(pixels);
    push_chunk(&mut header, b"IEND", &[]);
    Ok(Stripped { bytes: header, size, orientation })
}

fn read_size(header: &[u8], most_pixels: u64) -> Result<Size, Refused> {
    let mut reader = Reader { rest: header };
    let width = u32::from_be_bytes(reader.array()?);
    let height = u32::from_be_bytes(reader.array()?);
    Size::checked(width, height, most_pixels)
}

fn push_chunk(to: &mut Vec<u8>, kind: &[u8; 4], content: &[u8]) {
    // Only our own few bytes come here.
    to.extend((content.len() as u32).to_be_bytes());
    let start = to.len();
    to.extend(kind);
    to.extend(content);
    let sum = crc(&to[start..]);
    to.extend(sum.to_be_bytes());
}

fn crc(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 };
        }
    }
    !sum
}
