/// Why a file was not taken. The display form is a stable code, not text for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refused {
    #[error("too_large")]
    TooLarge,
    #[error("too_many_pixels")]
    TooManyPixels,
    /// A picture in the form iPhones keep for themselves.
    #[error("heic")]
    Heic,
    /// A drawing that may carry scripts.
    #[error("svg")]
    Svg,
    #[error("not_supported")]
    NotSupported,
    /// Cut off or broken on the way.
    #[error("damaged")]
    Damaged,
    /// No bytes, or a signature without a stroke.
    #[error("empty")]
    Empty,
}

/// What can go wrong with a file: it is refused, or the disk fails.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("file refused: {0}")]
    Refused(#[from] Refused),
    #[error("file storage: {0}")]
    Io(#[from] std::io::Error),
}
