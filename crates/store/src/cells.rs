//! Rows read cell by cell.

use sea_orm::{DbErr, QueryResult, TryGetable};

/// The cells of a row one after another, in the order in which the statement names its columns.
pub struct Cells<'r> {
    row: &'r QueryResult,
    place: usize,
}

impl<'r> Cells<'r> {
    /// From the first column on.
    pub fn of(row: &'r QueryResult) -> Self {
        Self { row, place: 0 }
    }

    /// The next cell.
    ///
    /// # Errors
    /// When there is none or it holds something else.
    pub fn take<T: TryGetable>(&mut self) -> Result<T, DbErr> {
        let cell = self.row.try_get_by_index(self.place)?;
        self.place += 1;
        Ok(cell)
    }
}
