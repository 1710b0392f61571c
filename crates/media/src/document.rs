use std::io::{self, Read, Seek, SeekFrom};

use crate::{Error, Kind, Refused, kind};

/// More parts than any office file of a report has.
const MOST_PARTS: usize = 5_000;
/// The largest list of parts that is read into memory.
const LARGEST_LIST: u64 = 2 << 20;
/// What an office file may unpack to on the reader's computer.
const MOST_UNPACKED: u64 = 512 << 20;
/// A zip's end record with the longest comment.
const ZIP_END: u64 = 22 + 65_535;
/// Where a PDF's end mark must be found, counted from the end.
const PDF_END: u64 = 4096;

/// Reads as much of a document as shows that it is whole and is what it says; answers with the kind its content has.
pub(crate) fn check(kind: Kind, file: &mut (impl Read + Seek)) -> Result<Kind, Error> {
    match kind {
        Kind::Pdf => whole_pdf(file).map(|()| kind),
        Kind::Text => all_text(file).map(|()| kind),
        Kind::Docx | Kind::Xlsx | Kind::Odt | Kind::Ods => office(kind, file),
        Kind::Jpeg | Kind::Png | Kind::WebP => Ok(kind),
    }
}

fn whole_pdf(file: &mut (impl Read + Seek)) -> Result<(), Error> {
    let (tail, _) = tail(file, PDF_END)?;
    if tail.windows(5).any(|found| found == b"%%EOF") { Ok(()) } else { Err(Refused::Damaged.into()) }
}

fn all_text(file: &mut (impl Read + Seek)) -> Result<(), Error> {
    file.seek(SeekFrom::Start(0))?;
    let mut buffer = [0; 16 * 1024];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(size) if kind::is_text(&buffer[..size]) => {}
            Ok(_) => return Err(Refused::NotSupported.into()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// The last `most` bytes, and the place in the file where they begin.
fn tail(file: &mut (impl Read + Seek), most: u64) -> io::Result<(Vec<u8>, u64)> {
    let size = file.seek(SeekFrom::End(0))?;
    let start = file.seek(SeekFrom::Start(size.saturating_sub(most)))?;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok((bytes, start))
}

fn office(expected: Kind, file: &mut (impl Read + Seek)) -> Result<Kind, Error> {
    let (tail, start) = tail(file, ZIP_END)?;
    let end = ZipEnd::find(&tail).ok_or(Refused::Damaged)?;
    if u64::from(end.list_size) > LARGEST_LIST || end.parts > MOST_PARTS {
        return Err(Refused::NotSupported.into());
    }
    let list_start = u64::from(end.list_start);
    if list_start + u64::from(end.list_size) > start + end.offset {
        return Err(Refused::Damaged.into());
    }
    file.seek(SeekFrom::Start(list_start))?;
    let mut list = Vec::new();
    file.take(end.list_size.into()).read_to_end(&mut list)?;
    let names = part_names(&list, end.parts)?;
    office_kind(expected, &names).map_err(Error::from)
}

fn office_kind(expected: Kind, names: &[String]) -> Result<Kind, Refused> {
    let has = |name: &str| names.iter().any(|found| found == name);
    let macros = |name: &String| {
        let name = name.to_ascii_lowercase();
        name.ends_with("vbaproject.bin") || name.starts_with("basic/") || name.starts_with("scripts/")
    };
    if names.iter().any(macros) {
        return Err(Refused::NotSupported);
    }
    match expected {
        Kind::Odt | Kind::Ods if has("mimetype") && has("content.xml") => Ok(expected),
        Kind::Odt | Kind::Ods => Err(Refused::NotSupported),
        _ if !has("[Content_Types].xml") => Err(Refused::NotSupported),
        _ if has("word/document.xml") => Ok(Kind::Docx),
        _ if has("xl/workbook.xml") => Ok(Kind::Xlsx),
        _ => Err(Refused::NotSupported),
    }
}

/// The record at a zip's end that says where the list of its parts stands.
struct ZipEnd {
    offset: u64,
    parts: usize,
    list_size: u32,
    list_start: u32,
}

impl ZipEnd {
    fn find(tail: &[u8]) -> Option<ZipEnd> {
        let last = tail.len().checked_sub(22)?;
        // The comment must reach exactly to the end, so nothing can hide behind the zip.
        let offset = (0..=last)
            .rev()
            .find(|at| tail[*at..].starts_with(b"PK\x05\x06") && at + 22 + usize::from(u16_at(tail, at + 20)) == tail.len())?;
        Some(ZipEnd {
            offset: offset as u64,
            parts: usize::from(u16_at(tail, offset + 10)),
            list_size: u32_at(tail, offset + 12),
            list_start: u32_at(tail, offset + 16),
        })
    }
}

fn part_names(list: &[u8], parts: usize) -> Result<Vec<String>, Refused> {
    let mut names = Vec::new();
    let mut rest = list;
    let mut unpacked = 0u64;
    for _ in 0..parts {
        if rest.len() < 46 || !rest.starts_with(b"PK\x01\x02") {
            return Err(Refused::Damaged);
        }
        unpacked += u64::from(u32_at(rest, 24));
        let name_end = 46 + usize::from(u16_at(rest, 28));
        let end = name_end + usize::from(u16_at(rest, 30)) + usize::from(u16_at(rest, 32));
        let name = rest.get(46..name_end).ok_or(Refused::Damaged)?;
        names.push(part_name(name)?);
        rest = rest.get(end..).ok_or(Refused::Damaged)?;
    }
    if unpacked > MOST_UNPACKED { Err(Refused::TooLarge) } else { Ok(names) }
}

fn part_name(bytes: &[u8]) -> Result<String, Refused> {
    let name = String::from_utf8_lossy(bytes).into_owned();
    let climbs = name.split('/').any(|step| step == "..") || name.starts_with('/') || name.contains(['\\', '\0']);
    if climbs { Err(Refused::NotSupported) } else { Ok(name) }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}
