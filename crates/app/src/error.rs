//! The one error of the use cases. It knows neither HTML nor JSON: `web::face` shows it to people and programs.

use sea_orm::DbErr;

/// Why something was not done.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or this person may not see it: the two look alike.
    #[error("not found")]
    NotFound,
    /// Visible, but not theirs to change.
    #[error("forbidden")]
    Forbidden,
    /// Nobody is signed in.
    #[error("not signed in")]
    Unauthenticated,
    /// What was typed needs mending, field by field.
    #[error("invalid input: {0:?}")]
    Invalid(FieldErrors),
    /// The thing is in a state in which this cannot be done; the code names the text and the rest what it tells.
    #[error("conflict: {0} {1:?}")]
    Conflict(&'static str, Vec<(&'static str, String)>),
    /// Somebody changed it first: the version that was seen is no longer the newest.
    #[error("stale version")]
    Stale,
    /// The same idempotency key came with another command.
    #[error("idempotency key reused")]
    KeyReused,
    /// Too often; may be tried again after so many seconds.
    #[error("throttled for {0} s")]
    Throttled(u64),
    /// The request itself cannot be read: too large, not JSON, a wrong method.
    #[error("bad request: {0} {1}")]
    Request(u16, &'static str),
    /// The storage is full: reading goes on.
    #[error("storage full")]
    Full,
    /// The database does not answer or refused; people see a reference number only.
    #[error("database: {0}")]
    Db(std::sync::Arc<DbErr>),
    /// Anything else that is ours to mend.
    #[error("{0}")]
    Other(std::sync::Arc<anyhow::Error>),
}

impl From<crate::web::throttle::TooMany> for Error {
    fn from(wait: crate::web::throttle::TooMany) -> Self {
        Self::Throttled(wait.retry_after)
    }
}

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl From<DbErr> for Error {
    fn from(e: DbErr) -> Self {
        if store::dialect::is_full(&e) { Self::Full } else { Self::Db(e.into()) }
    }
}

impl From<anyhow::Error> for Error {
    fn from(e: anyhow::Error) -> Self {
        Self::Other(e.into())
    }
}

impl From<std::io::Error> for Error {
    fn from(e: std::io::Error) -> Self {
        if e.kind() == std::io::ErrorKind::StorageFull { Self::Full } else { anyhow::Error::from(e).into() }
    }
}

impl From<FieldErrors> for Error {
    fn from(errors: FieldErrors) -> Self {
        Self::Invalid(errors)
    }
}

impl store::DbFailure for Error {
    fn db_err(&self) -> Option<&DbErr> {
        match self {
            Self::Db(e) => Some(e),
            _ => None,
        }
    }
}

impl Error {
    /// The thing's state does not allow it; the code names the texts `problem-<code>` and `problem-<code>-hint`.
    pub fn conflict(code: &'static str) -> Self {
        Self::Conflict(code, vec![])
    }

    /// What is not found is a fault at the field that named it; everything else stays what it is.
    pub fn at_field(self, field: &str, code: &'static str) -> Self {
        if matches!(self, Self::NotFound) { Self::field(field, code) } else { self }
    }

    /// An error at one field.
    pub fn field(field: &str, code: &'static str) -> Self {
        let mut errors = FieldErrors::default();
        errors.add(field, code);
        errors.into()
    }
}

/// What is wrong with which field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<FieldError>);

/// One field's fault; the code names a text `error-<code>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The path of the field: `address.text`.
    pub field: String,
    pub code: &'static str,
    /// What the text needs: a limit, a name.
    pub args: Vec<(&'static str, String)>,
}

impl FieldErrors {
    pub fn add(&mut self, field: &str, code: &'static str) {
        self.add_with(field, code, vec![]);
    }

    pub fn add_with(&mut self, field: &str, code: &'static str, args: Vec<(&'static str, String)>) {
        self.0.push(FieldError { field: field.to_owned(), code, args });
    }

    /// Adds the faults of another.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// `Ok` when nothing is wrong.
    pub fn into_result(self) -> std::result::Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }

    pub fn iter(&self) -> impl Iterator<Item = &FieldError> {
        self.0.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The word for a clash with a thing that exists already, if that is what is wrong: programs get 409 for it.
    pub fn clash(&self) -> Option<&'static str> {
        self.0.iter().map(|e| e.code).find(|code| *code == "customer_twin")
    }

    /// The first fault of this field.
    pub fn of(&self, field: &str) -> Option<&FieldError> {
        self.0.iter().find(|e| e.field == field)
    }
}
