//! The parts of `docs/` that are made from the code, held equal to it. `make docs` writes them anew.

use crate::{cli::Cli, schema, web::openapi};
use clap::CommandFactory;
use std::{collections::BTreeMap, fmt::Write, fs, path::PathBuf};

const MARK: &str = "<!-- generated -->\n";

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)
}

/// Writes the file, or says that it is not what the code gives.
fn hold(name: &str, wanted: &str) {
    let path = path(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, wanted).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    if found != wanted {
        let line = found.lines().zip(wanted.lines()).position(|(found, wanted)| found != wanted).unwrap_or(0) + 1;
        panic!("docs/{name} is not what the code gives, from line {line} on: run `make docs` and look at the difference");
    }
}

/// Holds what stands behind the mark of a file whose beginning is written by hand.
fn hold_rest(name: &str, generated: &str) {
    let text = fs::read_to_string(path(name)).unwrap();
    let (head, _) = text.split_once(MARK).unwrap_or_else(|| panic!("docs/{name} has lost its line {MARK}"));
    hold(name, &format!("{head}{MARK}{generated}"));
}

#[test]
fn openapi_json() {
    hold("openapi.json", openapi::text());
}

/// One setting as the command line describes it.
struct Setting {
    variable: String,
    flag: String,
    default: String,
    help: String,
    words: String,
}

impl Setting {
    fn row(&self, help: &str) -> String {
        let Self { variable, flag, default, words, .. } = self;
        let words = if words.is_empty() { String::new() } else { format!(": {words}") };
        format!("| `{variable}` | `--{flag}` | {default} | {}{words} |\n", help.replace('|', "\\|"))
    }
}

fn settings() -> Vec<Setting> {
    let command = Cli::command();
    let described = command.get_arguments().filter_map(|argument| {
        let default: Vec<String> = argument.get_default_values().iter().map(|value| format!("`{}`", value.to_string_lossy())).collect();
        let words: Vec<String> = argument.get_possible_values().iter().map(|value| format!("`{}`", value.get_name())).collect();
        Some(Setting {
            variable: argument.get_env()?.to_string_lossy().into_owned(),
            flag: argument.get_long()?.to_owned(),
            default: default.join(", "),
            help: argument.get_help().map(ToString::to_string).unwrap_or_default(),
            words: words.join(", "),
        })
    });
    described.collect()
}

#[test]
fn settings_md() {
    let rows: String = settings().iter().map(|setting| setting.row(&setting.help)).collect();
    hold_rest("settings.md", &format!("\n| variable | flag | default | |\n| --- | --- | --- | --- |\n{rows}"));
}

/// What the administrator's guide says of each setting, a line each.
const SETTINGS_RU: &str = include_str!("settings.ru.txt");

/// The rows of the Russian table, or which settings have no description and which descriptions no setting.
fn rows_ru(settings: &[Setting], described: &str) -> Result<String, Vec<String>> {
    let mut described: BTreeMap<&str, &str> = described.lines().filter_map(|line| line.split_once(" = ")).collect();
    let (mut rows, mut wrong) = (String::new(), vec![]);
    for setting in settings {
        match described.remove(setting.variable.as_str()) {
            Some(help) => rows.push_str(&setting.row(help)),
            None => wrong.push(setting.variable.clone()),
        }
    }
    wrong.extend(described.into_keys().map(str::to_owned));
    if wrong.is_empty() { Ok(rows) } else { Err(wrong) }
}

#[test]
fn configuration_md() {
    let settings = settings();
    let rows = rows_ru(&settings, SETTINGS_RU).unwrap_or_else(|wrong| panic!("settings.ru.txt does not fit the settings: {wrong:?}"));
    hold_rest(
        "admin/configuration.md",
        &format!("\n| переменная | ключ запуска | если не задано | что задаёт |\n| --- | --- | --- | --- |\n{rows}"),
    );
}

#[test]
fn a_setting_without_a_russian_description_is_found_and_a_description_without_a_setting() {
    let planted = SETTINGS_RU.replace("CRM_LISTEN = ", "CRM_LISTENS = ");
    assert_eq!(rows_ru(&settings(), &planted), Err(vec!["CRM_LISTEN".to_owned(), "CRM_LISTENS".to_owned()]));
}

#[test]
fn database_md() {
    let tables = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(read_tables());
    let mut text = String::from("\n## How the tables hang together\n\n```mermaid\nerDiagram\n");
    for table in &tables {
        for (column, target) in &table.references {
            let one = if table.columns.iter().any(|c| c.name == *column && c.nullable) { "|o" } else { "||" };
            writeln!(text, "    {target} {one}--o{{ {} : {column}", table.name).unwrap();
        }
    }
    for table in tables.iter().filter(|table| table.references.is_empty()) {
        writeln!(text, "    {}", table.name).unwrap();
    }
    text.push_str("```\n");
    for table in &tables {
        write!(text, "\n## {}\n\n| column | type | |\n| --- | --- | --- |\n", table.name).unwrap();
        for column in &table.columns {
            let target = table.references.iter().find(|(name, _)| *name == column.name);
            let mut notes: Vec<String> = vec![];
            notes.extend(column.primary.then(|| "primary key".into()));
            notes.extend(column.nullable.then(|| "may be empty".into()));
            notes.extend(target.map(|(_, target)| format!("→ [{target}](#{target})")));
            notes.extend(column.default.as_ref().map(|value| format!("default {value}")));
            writeln!(text, "| {} | {} | {} |", column.name, column.kind, notes.join(", ")).unwrap();
        }
        if !table.indexes.is_empty() {
            writeln!(text, "\nIndexes: {}.", table.indexes.join("; ")).unwrap();
        }
    }
    hold_rest("database.md", &text);
}

struct Table {
    name: String,
    columns: Vec<Column>,
    references: Vec<(String, String)>,
    indexes: Vec<String>,
}

struct Column {
    name: String,
    kind: String,
    nullable: bool,
    primary: bool,
    default: Option<String>,
}

/// The tables as SQLite describes them after all migrations, in the order of their creation.
async fn read_tables() -> Vec<Table> {
    let folder = tempfile::tempdir().unwrap();
    let db = store::Db::connect(&format!("sqlite://{}", folder.path().join("docs.db").display())).await.unwrap();
    store::migrate(&db, schema::MIGRATIONS).await.unwrap();
    let ask = async |text: &str| {
        use sea_orm::ConnectionTrait;
        db.read().query_all_raw(store::sql(store::Engine::Sqlite, text, [])).await.unwrap()
    };
    let mut tables = vec![];
    for row in ask("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rootpage").await {
        let (name, sql): (String, String) = (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap());
        let mut columns = vec![];
        for row in ask(&format!("SELECT name, type, \"notnull\", pk, dflt_value FROM pragma_table_info('{name}') ORDER BY cid")).await {
            let column: String = row.try_get_by_index(0).unwrap();
            let kind: String = row.try_get_by_index(1).unwrap();
            columns.push(Column {
                kind: kind_of(&sql, &column, &kind),
                nullable: row.try_get_by_index::<i64>(2).unwrap() == 0 && row.try_get_by_index::<i64>(3).unwrap() == 0,
                primary: row.try_get_by_index::<i64>(3).unwrap() > 0,
                default: row.try_get_by_index(4).unwrap(),
                name: column,
            });
        }
        let mut references = vec![];
        for row in ask(&format!("SELECT \"from\", \"table\" FROM pragma_foreign_key_list('{name}') ORDER BY id DESC")).await {
            references.push((row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap()));
        }
        let mut indexes = vec![];
        let list = format!("SELECT name, \"unique\" FROM pragma_index_list('{name}') WHERE origin = 'c' ORDER BY seq DESC");
        for row in ask(&list).await {
            let index: String = row.try_get_by_index(0).unwrap();
            let unique = if row.try_get_by_index::<i64>(1).unwrap() == 1 { "unique " } else { "" };
            let of: Vec<String> = ask(&format!("SELECT name FROM pragma_index_info('{index}') ORDER BY seqno"))
                .await
                .iter()
                .map(|row| row.try_get_by_index(0).unwrap())
                .collect();
            indexes.push(format!("{unique}({})", of.join(", ")));
        }
        tables.push(Table { name, columns, references, indexes });
    }
    db.close().await.unwrap();
    tables
}

/// The kind in our own words: the checks of a column tell a text's length and a flag.
fn kind_of(sql: &str, column: &str, kind: &str) -> String {
    let length = format!("CHECK (length({column}) <= ");
    if let Some((_, rest)) = sql.split_once(&length) {
        return format!("text, {} characters", rest.split(')').next().unwrap_or(""));
    }
    if sql.contains(&format!("CHECK ({column} IN (0, 1))")) {
        return "yes or no".into();
    }
    match kind {
        "REAL" => "number".into(),
        _ if column.ends_with("_ms") => "instant".into(),
        _ if column.ends_with("_minor") => "money".into(),
        "INTEGER" => "whole number".into(),
        other => other.to_lowercase(),
    }
}
