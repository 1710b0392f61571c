//! One picture at a time, on the thread that calls: `Pictures` runs this where it does not block others.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, RgbImage};

use crate::strip::{Size, Stripped, strip};
use crate::{Kind, Refused, kind};

const DISPLAY_SIDE: u32 = 2560;
const THUMBNAIL_SIDE: u32 = 480;
const DISPLAY_QUALITY: u8 = 82;
const THUMBNAIL_QUALITY: u8 = 76;
/// Cameras' colour profiles are below a kilobyte; larger ones are for printing.
const LARGEST_PROFILE: usize = 16 * 1024;
const SIGNATURE_BYTES: u64 = 1 << 20;
const SIGNATURE_PIXELS: u64 = 4_000_000;

/// How large a photo may be.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub bytes: u64,
    pub pixels: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { bytes: 30 << 20, pixels: 40_000_000 }
    }
}

/// A photo ready to be stored in three sizes, none of which tells where or when it was taken.
#[derive(Debug)]
pub struct Prepared {
    pub kind: Kind,
    /// The sender's own pixels, in the file form of `kind`.
    pub original: Rendition,
    pub display: Rendition,
    pub thumbnail: Rendition,
}

/// One size of a picture; width and height are as seen, after turning.
#[derive(Debug)]
pub struct Rendition {
    pub bytes: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

/// Checks a photo and makes its three sizes: the original without metadata, and two JPEGs turned upright.
pub fn prepare(bytes: Vec<u8>, limits: Limits) -> Result<Prepared, Refused> {
    let (kind, stripped) = checked(bytes, limits)?;
    let (pixels, profile) = decode(kind, &stripped)?;
    let mut display = shrink(pixels, DISPLAY_SIDE);
    display.apply_orientation(stripped.orientation);
    let thumbnail = shrink(display.clone(), THUMBNAIL_SIDE);
    let turned = turned_size(&stripped);
    Ok(Prepared {
        kind,
        original: Rendition { bytes: stripped.bytes, width: turned.width, height: turned.height },
        display: jpeg(&display, DISPLAY_QUALITY, profile.clone())?,
        thumbnail: jpeg(&thumbnail, THUMBNAIL_QUALITY, profile)?,
    })
}

/// Checks a signature drawn on glass and gives it back as a new PNG on white. A sheet without a stroke is `Empty`.
pub fn signature(bytes: Vec<u8>) -> Result<Rendition, Refused> {
    let (kind, stripped) = checked(bytes, Limits { bytes: SIGNATURE_BYTES, pixels: SIGNATURE_PIXELS })?;
    if kind != Kind::Png {
        return Err(Refused::NotSupported);
    }
    let (mut pixels, _) = decode(kind, &stripped)?;
    pixels.apply_orientation(stripped.orientation);
    let pixels = pixels.into_rgb8();
    let first = pixels.get_pixel(0, 0);
    if pixels.pixels().all(|pixel| pixel == first) {
        return Err(Refused::Empty);
    }
    let mut bytes = Vec::new();
    pixels.write_with_encoder(PngEncoder::new(&mut bytes)).map_err(|_| Refused::Damaged)?;
    Ok(Rendition { bytes, width: pixels.width(), height: pixels.height() })
}

fn checked(bytes: Vec<u8>, limits: Limits) -> Result<(Kind, Stripped), Refused> {
    if bytes.len() as u64 > limits.bytes {
        return Err(Refused::TooLarge);
    }
    let kind = match kind::sniff(&bytes[..bytes.len().min(kind::HEAD)], "")? {
        kind if kind.is_picture() => kind,
        _ => return Err(Refused::NotSupported),
    };
    Ok((kind, strip(kind, &bytes, limits.pixels)?))
}

/// The pixels without transparency, not yet turned, and the colour profile that belongs to them.
fn decode(kind: Kind, stripped: &Stripped) -> Result<(DynamicImage, Option<Vec<u8>>), Refused> {
    let format = match kind {
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Png => ImageFormat::Png,
        Kind::WebP => ImageFormat::WebP,
        _ => return Err(Refused::NotSupported),
    };
    let Size { width, height } = stripped.size;
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(width);
    limits.max_image_height = Some(height);
    // 8 bytes hold a pixel at its largest; the rest is the decoder's own room.
    limits.max_alloc = Some(u64::from(width) * u64::from(height) * 8 + (64 << 20));
    let mut reader = ImageReader::with_format(Cursor::new(stripped.bytes.as_slice()), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    if decoder.dimensions() != (width, height) {
        return Err(Refused::Damaged);
    }
    let profile = decoder.icc_profile().ok().flatten().filter(|profile| is_small_rgb(profile));
    let pixels = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    Ok((on_white(pixels), profile))
}

fn refusal(error: image::ImageError) -> Refused {
    match error {
        image::ImageError::Unsupported(_) => Refused::NotSupported,
        image::ImageError::Limits(_) => Refused::TooManyPixels,
        _ => Refused::Damaged,
    }
}

fn is_small_rgb(profile: &[u8]) -> bool {
    profile.len() <= LARGEST_PROFILE && profile.get(16..20) == Some(b"RGB ")
}

fn on_white(pixels: DynamicImage) -> DynamicImage {
    if !pixels.color().has_alpha() {
        return DynamicImage::ImageRgb8(pixels.into_rgb8());
    }
    let pixels = pixels.into_rgba8();
    let (width, height) = pixels.dimensions();
    let mut flat = RgbImage::new(width, height);
    for (from, to) in pixels.as_raw().chunks_exact(4).zip(flat.chunks_exact_mut(3)) {
        let alpha = u16::from(from[3]);
        for channel in 0..3 {
            let sum = u16::from(from[channel]) * alpha + 255 * (255 - alpha);
            to[channel] = ((sum + 127) / 255) as u8;
        }
    }
    DynamicImage::ImageRgb8(flat)
}

/// Makes both sides at most `side`; a smaller picture stays as it is.
fn shrink(pixels: DynamicImage, side: u32) -> DynamicImage {
    let larger = pixels.width().max(pixels.height());
    if larger <= side {
        return pixels;
    }
    // Averaging down to twice the size first saves the careful filter most of its time and memory.
    let pixels = if larger > side * 2 { pixels.thumbnail(side * 2, side * 2) } else { pixels };
    pixels.resize(side, side, FilterType::CatmullRom)
}

fn turned_size(stripped: &Stripped) -> Size {
    let Size { width, height } = stripped.size;
    if stripped.orientation.to_exif() >= 5 { Size { width: height, height: width } } else { stripped.size }
}

fn jpeg(pixels: &DynamicImage, quality: u8, profile: Option<Vec<u8>>) -> Result<Rendition, Refused> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    if let Some(profile) = profile {
        // Refused only by forms that cannot carry one.
        let _ = encoder.set_icc_profile(profile);
    }
    pixels.write_with_encoder(encoder).map_err(|_| Refused::Damaged)?;
    Ok(Rendition { bytes, width: pixels.width(), height: pixels.height() })
}
