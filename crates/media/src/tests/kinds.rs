//! What a file is, told by its content.

use std::io::Cursor;

use super::sample::*;
use crate::{Error, Kind, Refused, document, sniff};

fn whole(bytes: &[u8], name: &str) -> Result<Kind, Refused> {
    let kind = sniff(&bytes[..bytes.len().min(4096)], name)?;
    document::check(kind, &mut Cursor::new(bytes)).map_err(|error| match error {
        Error::Refused(refused) => refused,
        Error::Io(error) => panic!("reading from memory failed: {error}"),
    })
}

fn ftyp(major: &[u8; 4], others: &[&[u8; 4]]) -> Vec<u8> {
    let brands = others.iter().fold(Vec::new(), |all, brand| [all, brand.to_vec()].concat());
    let size = (16 + brands.len() as u32).to_be_bytes();
    [&size[..], b"ftyp", major, &[0; 4], &brands, b"heic"].concat()
}

#[test]
fn good_files_are_known_by_content_under_any_name() {
    for (bytes, kind) in [
        (photo(Kind::Jpeg), Kind::Jpeg),
        (photo(Kind::Png), Kind::Png),
        (photo(Kind::WebP), Kind::WebP),
        (b"%PDF-1.7\n1 0 obj\n%%EOF\n".to_vec(), Kind::Pdf),
        (odt(), Kind::Odt),
    ] {
        for name in ["a.heic", "a.svg", "a.exe", "../../x", "", "a.txt"] {
            assert_eq!(whole(&bytes, name), Ok(kind), "{name}");
        }
    }
    assert_eq!(whole(&docx(), "Смета.DOCX"), Ok(Kind::Docx));
    assert_eq!(whole(&docx(), "смета.xlsx"), Ok(Kind::Docx), "content decides");
    assert_eq!(whole("Привет; 1".as_bytes(), "a.csv"), Ok(Kind::Text));
    assert_eq!(whole(b"\xCF\xF0\xE8\xE2\xE5\xF2\r\n", "a.TXT"), Ok(Kind::Text), "Windows-1251");
}

#[test]
fn iphone_pictures_have_their_own_answer() {
    for brand in [b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1"] {
        assert_eq!(sniff(&ftyp(brand, &[]), "a.jpg"), Err(Refused::Heic));
    }
    assert_eq!(sniff(&ftyp(b"mif1", &[b"heic"]), ""), Err(Refused::Heic));
    for (major, others) in [(b"avif", vec![b"mif1"]), (b"avis", vec![]), (b"mif1", vec![b"avif"]), (b"isom", vec![]), (b"qt  ", vec![])] {
        assert_eq!(sniff(&ftyp(major, &others), "a.jpg"), Err(Refused::NotSupported));
    }
}

#[test]
fn drawings_are_refused_in_any_disguise() {
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let with_header = [b"\xEF\xBB\xBF<?xml version='1.0'?>\n<!-- x -->\n<SVG".as_slice(), svg].concat();
    for name in ["a.svg", "a.jpg", "a.png", "a.txt", "a"] {
        assert_eq!(sniff(svg, name), Err(Refused::Svg), "{name}");
        assert_eq!(sniff(&with_header, name), Err(Refused::Svg), "{name}");
    }
}

#[test]
fn pages_scripts_and_programs_are_refused() {
    let programs: [&[u8]; 11] = [
        b"<!DOCTYPE html><p>",
        b"  <html>",
        b"<script>1</script>",
        b"<?PHP echo 1;",
        b"#!/bin/sh\nrm x",
        b"MZ\x90\0\x03",
        b"\x7FELF\x02",
        b"GIF89a\x01\0",
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        b"Rar!\x1A\x07",
        b"a\0b",
    ];
    for program in programs {
        for name in ["a.jpg", "a.txt", "a.html", "a.docx", "a"] {
            assert_eq!(sniff(program, name), Err(Refused::NotSupported), "{name}");
        }
    }
    assert_eq!(sniff(b"hello", "run.bat"), Err(Refused::NotSupported));
    assert_eq!(sniff(b"", "a.txt"), Err(Refused::Empty));
}

#[test]
fn office_files_are_looked_into() {
    let types: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");
    let with = |more: &[(&str, &[u8])]| zip(&[&[types, ("word/document.xml", b"x".as_slice())][..], more].concat());
    assert_eq!(whole(&with(&[("word/styles.xml", b"x")]), "a.docx"), Ok(Kind::Docx));
    assert_eq!(whole(&zip(&[types, ("xl/workbook.xml", b"x")]), "a.xlsx"), Ok(Kind::Xlsx));
    for part in ["word/vbaProject.bin", "word/VBAPROJECT.BIN", "../../x", "/etc/passwd", "a\\b", "a\0b"] {
        assert_eq!(whole(&with(&[(part, b"x")]), "a.docx"), Err(Refused::NotSupported), "{part}");
    }
    assert_eq!(whole(&zip(&[types]), "a.docx"), Err(Refused::NotSupported));
    assert_eq!(whole(&zip(&[("run.exe", b"MZ")]), "a.docx"), Err(Refused::NotSupported));
    assert_eq!(whole(&docx(), "a.zip"), Err(Refused::NotSupported));
    assert_eq!(whole(&zip(&[("mimetype", Kind::Odt.media_type().as_bytes())]), "a.odt"), Err(Refused::NotSupported));
    let mut hiding = docx();
    hiding.extend(b"MZ");
    assert_eq!(whole(&hiding, "a.docx"), Err(Refused::Damaged));
}

#[test]
fn an_office_file_that_unpacks_to_too_much_is_refused() {
    let mut bomb = docx();
    let list = bomb.windows(4).position(|four| four == b"PK\x01\x02").expect("a list of parts");
    bomb[list + 24..list + 28].copy_from_slice(&(1u32 << 30).to_le_bytes());
    assert_eq!(whole(&bomb, "a.docx"), Err(Refused::TooLarge));
}

#[test]
fn documents_cut_off_anywhere_are_refused() {
    let pdf = [b"%PDF-1.7\n".as_slice(), &[b'x'; 300], b"\n%%EOF"].concat();
    for (bytes, name) in [(docx(), "a.docx"), (odt(), "a.odt"), (pdf, "a.pdf")] {
        assert!(whole(&bytes, name).is_ok());
        for cut in 0..bytes.len() {
            assert!(whole(&bytes[..cut], name).is_err(), "{name} cut at {cut}");
        }
    }
    let late = [[b'a'; 5000].as_slice(), b"\0"].concat();
    assert_eq!(whole(&late, "a.txt"), Err(Refused::NotSupported));
}

#[test]
fn thousands_of_broken_documents_never_panic() {
    let mut dice = Dice(99);
    for round in 0..2_000 {
        let mut bytes = if round % 2 == 0 { docx() } else { odt() };
        for _ in 0..=dice.below(6) {
            let at = dice.below(bytes.len());
            bytes[at] = dice.below(256) as u8;
        }
        let _ = whole(&bytes, "a.docx");
    }
}
