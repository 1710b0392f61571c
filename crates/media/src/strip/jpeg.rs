use image::metadata::Orientation;

use super::{Reader, Size, Stripped, exif};
use crate::Refused;

const START: u8 = 0xD8;
const END: u8 = 0xD9;
const SCAN: u8 = 0xDA;
const EXIF: &[u8] = b"Exif\0\0";
/// Real progressive pictures have about ten; each one costs a pass over all pixels.
const MOST_SCANS: usize = 32;

pub fn strip(bytes: &[u8], most_pixels: u64) -> Result<Stripped, Refused> {
    let mut reader = Reader { rest: bytes };
    if reader.array()? != [0xFF, START] {
        return Err(Refused::NotSupported);
    }
    let mut parts = Parts { most_pixels, jfif: None, orientation: None, size: None, scans: 0, body: Vec::with_capacity(bytes.len()) };
    loop {
        match next_marker(&mut reader)? {
            END => return parts.finish(),
            // Marks without content: a repeated start, restarts, and one for private use.
            START | 0x01 | 0xD0..=0xD7 => {}
            marker => {
                let size = usize::from(u16::from_be_bytes(reader.array()?));
                let content = reader.take(size.checked_sub(2).ok_or(Refused::Damaged)?)?;
                parts.add(marker, content)?;
                if marker == SCAN {
                    parts.body.extend(scan_data(&mut reader)?);
                }
            }
        }
    }
}

/// What was found so far, in the order in which it is written.
struct Parts {
    most_pixels: u64,
    jfif: Option<[u8; 7]>,
    orientation: Option<Orientation>,
    size: Option<Size>,
    scans: usize,
    body: Vec<u8>,
}

impl Parts {
    fn add(&mut self, marker: u8, content: &[u8]) -> Result<(), Refused> {
        match marker {
            0xC0..=0xC2 => {
                self.frame(content)?;
                self.copy(marker, content);
            }
            SCAN => {
                self.scans += 1;
                if self.size.is_none() {
                    return Err(Refused::Damaged);
                }
                if self.scans > MOST_SCANS {
                    return Err(Refused::NotSupported);
                }
                self.copy(marker, content);
            }
            // Tables: Huffman, quantisation, restart interval.
            0xC4 | 0xDB | 0xDD => self.copy(marker, content),
            // Lossless, hierarchical and arithmetic coding, which nobody's camera writes.
            0xC3 | 0xC5..=0xCF | 0xDC | 0xDE | 0xDF => return Err(Refused::NotSupported),
            0xE0 if content.starts_with(b"JFIF\0") => {
                self.jfif = content.get(5..12).and_then(|fields| fields.try_into().ok());
            }
            0xE1 if content.starts_with(EXIF) && self.orientation.is_none() => {
                self.orientation = Some(exif::orientation(&content[EXIF.len()..]));
            }
            // Colours would be wrong without these two: the profile, and whether it is RGB, YCC or CMYK.
            0xE2 if content.starts_with(b"ICC_PROFILE\0") => self.copy(marker, content),
            0xEE if content.starts_with(b"Adobe") && content.len() >= 12 => self.copy(marker, &content[..12]),
            _ => {}
        }
        Ok(())
    }

    fn frame(&mut self, content: &[u8]) -> Result<(), Refused> {
        let [_, h1, h2, w1, w2, ..] = content else { return Err(Refused::Damaged) };
        // A second frame could name another size than the one that was judged.
        if self.size.is_some() {
            return Err(Refused::Damaged);
        }
        let width = u16::from_be_bytes([*w1, *w2]);
        let height = u16::from_be_bytes([*h1, *h2]);
        self.size = Some(Size::checked(width.into(), height.into(), self.most_pixels)?);
        Ok(())
    }

    fn copy(&mut self, marker: u8, content: &[u8]) {
        push_segment(&mut self.body, marker, content);
    }

    fn finish(self) -> Result<Stripped, Refused> {
        let size = self.size.filter(|_| self.scans > 0).ok_or(Refused::Damaged)?;
        let orientation = self.orientation.unwrap_or(Orientation::NoTransforms);
        let mut bytes = Vec::with_capacity(self.body.len() + 64);
        bytes.extend([0xFF, START]);
        if let Some(fields) = self.jfif {
            // The last two bytes say that there is no preview.
            push_segment(&mut bytes, 0xE0, &[b"JFIF\0".as_slice(), &fields, &[0, 0]].concat());
        }
        if let Some(exif) = exif::minimal(orientation) {
            push_segment(&mut bytes, 0xE1, &[EXIF, &exif].concat());
        }
        bytes.extend(self.body);
        bytes.extend([0xFF, END]);
        Ok(Stripped { bytes, size, orientation })
    }
}

fn push_segment(to: &mut Vec<u8>, marker: u8, content: &[u8]) {
    // Contents come from a segment or are a few bytes of ours, so the length fits.
    let size = content.len() as u16 + 2;
    to.extend([0xFF, marker]);
    to.extend(size.to_be_bytes());
    to.extend(content);
}

fn next_marker(reader: &mut Reader) -> Result<u8, Refused> {
    loop {
        while reader.array()? != [0xFF] {}
        let [mut marker] = reader.array()?;
        while marker == 0xFF {
            [marker] = reader.array()?;
        }
        if marker != 0 {
            return Ok(marker);
        }
    }
}

/// The compressed data of one scan, up to the marker that ends it.
fn scan_data<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Refused> {
    let mut at = 0;
    loop {
        let found = reader.rest[at..].iter().position(|byte| *byte == 0xFF).ok_or(Refused::Damaged)?;
        at += found;
        match reader.rest.get(at + 1) {
            None => return Err(Refused::Damaged),
            Some(0 | 0xD0..=0xD7) => at += 2,
            Some(_) => return reader.take(at),
        }
    }
}
