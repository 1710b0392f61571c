//! Takes everything out of a picture file that is not the picture, without touching its pixels: place, time, device,
//! comments, previews, and whatever was glued on behind the end. Only what is on a short list is copied.

mod exif;
mod jpeg;
mod png;
mod webp;

use image::metadata::Orientation;

use crate::{Kind, Refused};

/// A picture file without metadata, and what its headers say.
pub(crate) struct Stripped {
    pub bytes: Vec<u8>,
    pub size: Size,
    /// How to turn the pixels; it is also still written in `bytes`.
    pub orientation: Orientation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub width: u32,
    pub height: u32,
}

impl Size {
    fn checked(width: u32, height: u32, most_pixels: u64) -> Result<Size, Refused> {
        if width == 0 || height == 0 {
            return Err(Refused::Damaged);
        }
        if u64::from(width) * u64::from(height) > most_pixels {
            return Err(Refused::TooManyPixels);
        }
        Ok(Size { width, height })
    }
}

/// Strips a picture of this kind. Sizes are judged as soon as a header names them.
pub(crate) fn strip(kind: Kind, bytes: &[u8], most_pixels: u64) -> Result<Stripped, Refused> {
    match kind {
        Kind::Jpeg => jpeg::strip(bytes, most_pixels),
        Kind::Png => png::strip(bytes, most_pixels),
        Kind::WebP => webp::strip(bytes, most_pixels),
        _ => Err(Refused::NotSupported),
    }
}

/// Reads a file front to back; running out of bytes means that it was cut off.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, size: usize) -> Result<&'a [u8], Refused> {
        let (taken, rest) = self.rest.split_at_checked(size).ok_or(Refused::Damaged)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Refused> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(Refused::Damaged)?;
        self.rest = rest;
        Ok(*taken)
    }
}
