//! Tables described once and made alike on both engines: SQLite gets CHECKs for the limits that
//! MariaDB has by nature, MariaDB gets the binary collation that SQLite has by nature.

use crate::dialect::Engine;

/// A table to be created, with its indexes.
pub struct Table {
    name: &'static str,
    columns: Vec<Column>,
    primary: Option<&'static [&'static str]>,
    clustered: bool,
    indexes: Vec<(bool, &'static [&'static str])>,
}

/// One column; NOT NULL unless [`Column::null`] is called.
pub struct Column {
    name: &'static str,
    kind: Kind,
    nullable: bool,
    default: Option<i64>,
    references: Option<&'static str>,
}

enum Kind {
    Id,
    Whole,
    Flag,
    Real,
    Text(u32),
}

/// The table's own id: 64 bits, given by the database, never given twice.
pub fn id() -> Column {
    column("id", Kind::Id)
}
/// An id of a row of `table`; the database keeps it true.
pub fn reference(name: &'static str, table: &'static str) -> Column {
    Column { references: Some(table), ..column(name, Kind::Whole) }
}
/// A whole number.
pub fn whole(name: &'static str) -> Column {
    column(name, Kind::Whole)
}
/// Kopecks; the name ends in `_minor`.
pub fn money(name: &'static str) -> Column {
    debug_assert!(name.ends_with("_minor"), "{name} is money");
    column(name, Kind::Whole)
}
/// Milliseconds since 1970 UTC; the name ends in `_ms`.
pub fn instant(name: &'static str) -> Column {
    debug_assert!(name.ends_with("_ms"), "{name} is an instant");
    column(name, Kind::Whole)
}
/// Yes or no.
pub fn flag(name: &'static str) -> Column {
    column(name, Kind::Flag)
}
/// A floating point number (coordinates).
pub fn real(name: &'static str) -> Column {
    column(name, Kind::Real)
}
/// Text of at most `length` characters, compared byte by byte.
pub fn text(name: &'static str, length: u32) -> Column {
    column(name, Kind::Text(length))
}

fn column(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, nullable: false, default: None, references: None }
}

impl Column {
    /// The column may be empty.
    pub fn null(mut self) -> Self {
        self.nullable = true;
        self
    }
    /// The value of rows that do not name one.
    pub fn default(mut self, value: i64) -> Self {
        self.default = Some(value);
        self
    }

    fn sql(&self, engine: Engine) -> String {
        let name = self.name;
        let kind = match (&self.kind, engine) {
            (Kind::Id, Engine::Sqlite) => return format!("{name} INTEGER PRIMARY KEY AUTOINCREMENT"),
            (Kind::Id, Engine::MariaDb) => return format!("{name} BIGINT AUTO_INCREMENT PRIMARY KEY"),
            (Kind::Whole, Engine::Sqlite) => "INTEGER".into(),
            (Kind::Whole, Engine::MariaDb) => "BIGINT".into(),
            (Kind::Flag, Engine::Sqlite) => "INTEGER".into(),
            (Kind::Flag, Engine::MariaDb) => "BOOLEAN".into(),
            (Kind::Real, Engine::Sqlite) => "REAL".into(),
            (Kind::Real, Engine::MariaDb) => "DOUBLE".into(),
            (Kind::Text(_), Engine::Sqlite) => "TEXT".into(),
            (Kind::Text(n), Engine::MariaDb) if *n <= 768 => format!("VARCHAR({n})"),
            (Kind::Text(n), Engine::MariaDb) if *n <= 16_000 => "TEXT".into(),
            (Kind::Text(_), Engine::MariaDb) => "MEDIUMTEXT".into(),
        };
        let null = if self.nullable { "" } else { " NOT NULL" };
        let default = self.default.map(|d| format!(" DEFAULT {d}")).unwrap_or_default();
        let check = match (&self.kind, engine) {
            (Kind::Text(n), Engine::Sqlite) => format!(" CHECK (length({name}) <= {n})"),
            (Kind::Text(n), Engine::MariaDb) if *n > 768 => format!(" CHECK (char_length({name}) <= {n})"),
            (Kind::Flag, Engine::Sqlite) => format!(" CHECK ({name} IN (0, 1))"),
            _ => String::new(),
        };
        format!("{name} {kind}{null}{default}{check}")
    }
}

/// Starts the description of a table.
pub fn table<const N: usize>(name: &'static str, columns: [Column; N]) -> Table {
    Table { name, columns: columns.into(), primary: None, clustered: false, indexes: vec![] }
}

impl Table {
    /// The primary key of a table without an id of its own.
    pub fn primary(mut self, columns: &'static [&'static str]) -> Self {
        self.primary = Some(columns);
        self
    }
    /// The primary key of a table of small rows that lie in its order, as they always do on MariaDB: nothing is kept twice.
    pub fn clustered(self, columns: &'static [&'static str]) -> Self {
        Self { clustered: true, ..self.primary(columns) }
    }
    /// No two rows with the same values here (empty ones do not count).
    pub fn unique(mut self, columns: &'static [&'static str]) -> Self {
        self.indexes.push((true, columns));
        self
    }
    /// An index for a query that is really sent.
    pub fn index(mut self, columns: &'static [&'static str]) -> Self {
        self.indexes.push((false, columns));
        self
    }

    /// The statements that make the table and its indexes, in order.
    pub fn create(&self, engine: Engine) -> Vec<String> {
        let mut parts: Vec<String> = self.columns.iter().map(|c| c.sql(engine)).collect();
        if let Some(columns) = self.primary {
            parts.push(format!("PRIMARY KEY ({})", columns.join(", ")));
        }
        for c in &self.columns {
            if let Some(table) = c.references {
                parts.push(format!("CONSTRAINT fk_{}_{} FOREIGN KEY ({}) REFERENCES {table} (id)", self.name, c.name, c.name));
            }
        }
        let strict = if self.clustered { "STRICT, WITHOUT ROWID" } else { "STRICT" };
        let options = engine.pick(strict, "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin");
        let mut statements = vec![format!("CREATE TABLE {} (\n  {}\n) {options}", self.name, parts.join(",\n  "))];
        statements.extend(self.indexes.iter().map(|(unique, columns)| create_index(self.name, *unique, columns)));
        statements
    }
}

impl Table {
    /// The statements that bring a table with rows to this description, in which these columns may be empty and could not be before.
    /// For a table with an id to which no other refers.
    pub fn loosened(&self, columns: &[&str], engine: Engine) -> Vec<String> {
        let name = self.name;
        if engine == Engine::MariaDb {
            let changed = self.columns.iter().filter(|column| columns.contains(&column.name));
            return changed.map(|column| format!("ALTER TABLE {name} MODIFY COLUMN {}", column.sql(engine))).collect();
        }
        let kept = self.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ");
        // SQLite changes no column where it is. The book of ids that were given goes along.
        let mut statements = vec![format!("ALTER TABLE {name} RENAME TO {name}_before")];
        statements.extend(self.indexes.iter().map(|(unique, columns)| format!("DROP INDEX {}", index_name(name, *unique, columns))));
        statements.extend(self.create(engine));
        statements.push(format!("INSERT INTO {name} ({kept}) SELECT {kept} FROM {name}_before ORDER BY id"));
        statements.push(format!("DELETE FROM sqlite_sequence WHERE name = '{name}'"));
        statements.push(format!("UPDATE sqlite_sequence SET name = '{name}' WHERE name = '{name}_before'"));
        statements.push(format!("DROP TABLE {name}_before"));
        statements
    }
}

/// The statement that makes an index; its name is derived from the table and the columns.
pub fn create_index(table: &str, unique: bool, columns: &[&str]) -> String {
    let kind = if unique { "UNIQUE INDEX" } else { "INDEX" };
    format!("CREATE {kind} {} ON {table} ({})", index_name(table, unique, columns), columns.join(", "))
}

/// The statement that takes an index away that [`create_index`] has made.
pub fn drop_index(table: &str, unique: bool, columns: &[&str], engine: Engine) -> String {
    let name = index_name(table, unique, columns);
    match engine {
        Engine::Sqlite => format!("DROP INDEX {name}"),
        Engine::MariaDb => format!("DROP INDEX {name} ON {table}"),
    }
}

fn index_name(table: &str, unique: bool, columns: &[&str]) -> String {
    let mut name = format!("{}_{table}_{}", if unique { "uq" } else { "ix" }, columns.join("_"));
    name.truncate(64);
    name
}

/// The statement that adds a column to a table that has rows: it must be nullable or have a default.
pub fn add_column(table: &str, column: &Column, engine: Engine) -> String {
    assert!(column.nullable || column.default.is_some(), "{table}.{} needs a default for the rows that exist", column.name);
    format!("ALTER TABLE {table} ADD COLUMN {}", column.sql(engine))
}
