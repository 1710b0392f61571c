use image::metadata::Orientation;

use super::{Reader, Size, Stripped, exif};
use crate::Refused;

const HAS_PROFILE: u8 = 0x20;
const HAS_ALPHA: u8 = 0x10;
const HAS_EXIF: u8 = 0x08;

pub fn strip(bytes: &[u8], most_pixels: u64) -> Result<Stripped, Refused> {
    let mut reader = Reader { rest: bytes };
    if &reader.array()? != b"RIFF" {
        return Err(Refused::NotSupported);
    }
    let length = u32::from_le_bytes(reader.array()?);
    let mut reader = Reader { rest: reader.take(length.try_into().map_err(|_| Refused::Damaged)?)? };
    if &reader.array()? != b"WEBP" {
        return Err(Refused::NotSupported);
    }
    let mut parts = Parts::default();
    while !reader.rest.is_empty() {
        let kind: [u8; 4] = reader.array()?;
        let length = u32::from_le_bytes(reader.array()?);
        let content = reader.take(length.try_into().map_err(|_| Refused::Damaged)?)?;
        if length % 2 == 1 && !reader.rest.is_empty() {
            reader.take(1)?;
        }
        parts.add(&kind, content, most_pixels)?;
    }
    parts.finish()
}

#[derive(Default)]
struct Parts<'a> {
    /// The flags and the size of the extended form.
    extended: Option<(u8, Size)>,
    profile: Option<&'a [u8]>,
    alpha: Option<&'a [u8]>,
    picture: Option<(&'a [u8; 4], &'a [u8], Size)>,
    exif: Option<&'a [u8]>,
}

impl<'a> Parts<'a> {
    fn add(&mut self, kind: &[u8; 4], content: &'a [u8], most_pixels: u64) -> Result<(), Refused> {
        match kind {
            b"VP8X" if self.extended.is_none() && self.picture.is_none() => {
                self.extended = Some(extended(content, most_pixels)?);
            }
            b"VP8 " if self.picture.is_none() => {
                self.picture = Some((b"VP8 ", content, lossy_size(content, most_pixels)?));
            }
            b"VP8L" if self.picture.is_none() => {
                self.picture = Some((b"VP8L", content, lossless_size(content, most_pixels)?));
            }
            // A second one could name another size than the one that was judged.
            b"VP8X" | b"VP8 " | b"VP8L" => return Err(Refused::Damaged),
            b"ANIM" | b"ANMF" => return Err(Refused::NotSupported),
            b"ICCP" => self.profile = self.profile.or(Some(content)),
            b"ALPH" => self.alpha = self.alpha.or(Some(content)),
            b"EXIF" => self.exif = self.exif.or(Some(content)),
            _ => {}
        }
        Ok(())
    }

    fn finish(self) -> Result<Stripped, Refused> {
        let (kind, picture, size) = self.picture.ok_or(Refused::Damaged)?;
        let mut chunks = b"WEBP".to_vec();
        let mut orientation = Orientation::NoTransforms;
        let mut exif = None;
        if let Some((flags, canvas)) = self.extended {
            if canvas != size {
                return Err(Refused::Damaged);
            }
            // Some writers put the camera's own prefix before the data.
            let found = self.exif.map(|exif| exif.strip_prefix(b"Exif\0\0").unwrap_or(exif));
            orientation = found.map_or(orientation, exif::orientation);
            exif = exif::minimal(orientation);
            let mut kept = flags & HAS_ALPHA;
            kept |= if self.profile.is_some() { HAS_PROFILE } else { 0 };
            kept |= if exif.is_some() { HAS_EXIF } else { 0 };
            push_extended(&mut chunks, kept, size);
            self.profile.inspect(|profile| push_chunk(&mut chunks, b"ICCP", profile));
            self.alpha.inspect(|alpha| push_chunk(&mut chunks, b"ALPH", alpha));
        }
        push_chunk(&mut chunks, kind, picture);
        if let Some(exif) = exif {
            push_chunk(&mut chunks, b"EXIF", &exif);
        }
        let mut bytes = Vec::with_capacity(chunks.len() + 8);
        push_chunk(&mut bytes, b"RIFF", &chunks);
        Ok(Stripped { bytes, size, orientation })
    }
}

fn extended(content: &[u8], most_pixels: u64) -> Result<(u8, Size), Refused> {
    let [flags, _, _, _, w1, w2, w3, h1, h2, h3] = *content else { return Err(Refused::Damaged) };
    if flags & 0x02 != 0 {
        return Err(Refused::NotSupported);
    }
    let width = u32::from_le_bytes([w1, w2, w3, 0]) + 1;
    let height = u32::from_le_bytes([h1, h2, h3, 0]) + 1;
    Ok((flags, Size::checked(width, height, most_pixels)?))
}

fn push_extended(to: &mut Vec<u8>, flags: u8, size: Size) {
    let [w1, w2, w3, _] = (size.width - 1).to_le_bytes();
    let [h1, h2, h3, _] = (size.height - 1).to_le_bytes();
    push_chunk(to, b"VP8X", &[flags, 0, 0, 0, w1, w2, w3, h1, h2, h3]);
}

fn lossy_size(content: &[u8], most_pixels: u64) -> Result<Size, Refused> {
    let [_, _, _, 0x9D, 0x01, 0x2A, w1, w2, h1, h2, ..] = *content else { return Err(Refused::Damaged) };
    let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3FFF);
    Size::checked(side(w1, w2), side(h1, h2), most_pixels)
}

fn lossless_size(content: &[u8], most_pixels: u64) -> Result<Size, Refused> {
    let [0x2F, b1, b2, b3, b4, ..] = *content else { return Err(Refused::Damaged) };
    let bits = u32::from_le_bytes([b1, b2, b3, b4]);
    Size::checked((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, most_pixels)
}

fn push_chunk(to: &mut Vec<u8>, kind: &[u8; 4], content: &[u8]) {
    // Contents come from a file whose own length was 32 bits.
    let length = content.len() as u32;
    to.extend(kind);
    to.extend(length.to_le_bytes());
    to.extend(content);
    if length % 2 == 1 {
        to.push(0);
    }
}
