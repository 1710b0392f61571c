use image::metadata::Orientation;

/// The orientation that EXIF data asks for.
pub fn orientation(exif: &[u8]) -> Orientation {
    Orientation::from_exif_chunk(exif).unwrap_or(Orientation::NoTransforms)
}

/// EXIF data that says the orientation and nothing else; none if the picture stands upright already.
pub fn minimal(orientation: Orientation) -> Option<Vec<u8>> {
    if orientation == Orientation::NoTransforms {
        return None;
    }
    let mut exif = b"MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.push(orientation.to_exif());
    exif.extend([0; 6]);
    Some(exif)
}
