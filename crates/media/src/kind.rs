use crate::Refused;

/// How many first bytes `sniff` wants to see, if the file has as many.
pub(crate) const HEAD: usize = 4096;

/// What a file is, judged by its content. Only these kinds are ever stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Jpeg,
    Png,
    WebP,
    Pdf,
    Text,
    Docx,
    Xlsx,
    Odt,
    Ods,
}

impl Kind {
    /// The type to store and to answer with, whatever the client called the file.
    pub fn media_type(self) -> &'static str {
        match self {
            Kind::Jpeg => "image/jpeg",
            Kind::Png => "image/png",
            Kind::WebP => "image/webp",
            Kind::Pdf => "application/pdf",
            Kind::Text => "text/plain",
            Kind::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Kind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Kind::Odt => "application/vnd.oasis.opendocument.text",
            Kind::Ods => "application/vnd.oasis.opendocument.spreadsheet",
        }
    }

    /// The endings a file of this kind may have; the first one is ours.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Kind::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            Kind::Png => &["png"],
            Kind::WebP => &["webp"],
            Kind::Pdf => &["pdf"],
            Kind::Text => &["txt", "csv"],
            Kind::Docx => &["docx"],
            Kind::Xlsx => &["xlsx"],
            Kind::Odt => &["odt"],
            Kind::Ods => &["ods"],
        }
    }

    /// Whether the file can be shown as a picture.
    pub fn is_picture(self) -> bool {
        matches!(self, Kind::Jpeg | Kind::Png | Kind::WebP)
    }
}

/// Tells the kind by the first bytes. The name decides only where content cannot (text, and which office file to expect).
/// An office file is believed only after its list of parts was read: `Received::check` does both.
pub fn sniff(head: &[u8], name: &str) -> Result<Kind, Refused> {
    if head.is_empty() {
        return Err(Refused::Empty);
    }
    if let Some(kind) = picture(head) {
        return Ok(kind);
    }
    if head.get(4..8) == Some(b"ftyp") {
        return Err(video_or_heic(head));
    }
    if head.starts_with(b"%PDF-") {
        return Ok(Kind::Pdf);
    }
    if head.starts_with(b"PK\x03\x04") {
        return office(head, name);
    }
    text(head, name)
}

/// The picture kind of these first bytes, if it is one that can be read.
pub(crate) fn picture(head: &[u8]) -> Option<Kind> {
    if head.starts_with(&[0xFF, 0xD8, 0xFF]) {
        Some(Kind::Jpeg)
    } else if head.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(Kind::Png)
    } else if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        Some(Kind::WebP)
    } else {
        None
    }
}

fn video_or_heic(head: &[u8]) -> Refused {
    const HEIC: [&[u8; 4]; 8] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"];
    let size = head.iter().take(4).fold(0usize, |size, byte| size << 8 | usize::from(*byte));
    let end = size.clamp(8, head.len());
    let brands: Vec<&[u8]> = head.get(8..end).unwrap_or_default().chunks_exact(4).collect();
    let has = |brand: &[u8; 4]| brands.iter().any(|found| found == brand);
    let general = has(b"mif1") || has(b"msf1");
    let avif = has(b"avif") || has(b"avis");
    if HEIC.into_iter().any(has) || (general && !avif) { Refused::Heic } else { Refused::NotSupported }
}

fn office(head: &[u8], name: &str) -> Result<Kind, Refused> {
    // OpenDocument puts its type, uncompressed, first in the file.
    let first_part = head.get(30..).unwrap_or_default();
    for kind in [Kind::Odt, Kind::Ods] {
        let Some(rest) = first_part.strip_prefix(b"mimetype") else { break };
        if rest.strip_prefix(kind.media_type().as_bytes()).is_some_and(|next| next.starts_with(b"PK")) {
            return Ok(kind);
        }
    }
    match extension(name).as_str() {
        "docx" => Ok(Kind::Docx),
        "xlsx" => Ok(Kind::Xlsx),
        _ => Err(Refused::NotSupported),
    }
}

fn text(head: &[u8], name: &str) -> Result<Kind, Refused> {
    let lower = head.to_ascii_lowercase();
    let has = |needle: &[u8]| lower.windows(needle.len()).any(|found| found == needle);
    let markup = has(b"<html") || has(b"<!doctype") || has(b"<script") || has(b"<?xml") || has(b"<?php");
    if has(b"<svg") || (markup && extension(name) == "svg") {
        return Err(Refused::Svg);
    }
    let script = head.starts_with(b"#!");
    let named_text = Kind::Text.extensions().contains(&extension(name).as_str());
    if named_text && !markup && !script && is_text(head) { Ok(Kind::Text) } else { Err(Refused::NotSupported) }
}

/// Whether bytes are text in an encoding where ASCII is ASCII (UTF-8, Windows-1251).
pub(crate) fn is_text(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte >= b' ' && *byte != 0x7F || matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C))
}

/// The lower-case ending of a file name, without its dot; empty if there is none.
pub(crate) fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default()
}
