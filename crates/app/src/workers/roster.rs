//! Who works here: the workers with their names, skills, zones and hours.

use super::WorkerKind;
use crate::{
    company::Hours,
    error::{Error, Result},
    ids::{SkillId, UserId, WorkerId},
    web::shell::{hue, initials},
    words::words,
};
use sea_orm::{FromQueryResult, Statement, Value, entity::prelude::*};

/// A worker as lists and pages show them.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: WorkerId,
    pub user_id: UserId,
    pub name: String,
    pub kind: WorkerKind,
    /// The number to call: the contact of their card, else the one they sign in with.
    pub phone: Option<String>,
    /// The contact of their card alone.
    pub contact_phone: Option<String>,
    pub email: Option<String>,
    pub skills: Vec<(SkillId, String)>,
    /// Parts of town where they go.
    pub zones: Vec<String>,
    /// Their own hours; the company's hold where there are none.
    pub hours: Option<Hours>,
    pub note: String,
    /// Whether visits may be planned for them.
    pub active: bool,
    /// Whether they may sign in.
    pub blocked: bool,
    pub version: i64,
}

impl Listed {
    /// The names of the skills.
    pub fn skill_names(&self) -> Vec<String> {
        self.skills.iter().map(|(_, name)| name.clone()).collect()
    }

    /// The letters in the avatar.
    pub fn initials(&self) -> String {
        initials(&self.name)
    }

    /// The colour of the avatar.
    pub fn hue(&self) -> i64 {
        hue(self.user_id.0)
    }
}

words! {
    /// Which workers by whether they work here now.
    Presence {
        Active = "active",
        Away = "away",
        All = "all",
    }
}

/// Which workers are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub presence: Presence,
    pub kind: Option<WorkerKind>,
    pub skill_id: Option<SkillId>,
}

impl Wanted {
    /// Those for whom visits may be planned.
    pub const AT_WORK: Self = Self { presence: Presence::Active, kind: None, skill_id: None };

    fn condition(self) -> (String, Vec<Value>) {
        let mut parts = vec!["1 = 1"];
        let mut values: Vec<Value> = vec![];
        match self.presence {
            Presence::Active => parts.push("w.active = 1 AND u.blocked_ms IS NULL"),
            Presence::Away => parts.push("(w.active <> 1 OR u.blocked_ms IS NOT NULL)"),
            Presence::All => {}
        }
        if let Some(kind) = self.kind {
            parts.push("w.kind = ?");
            values.push(crate::web::Choice::code(kind).into());
        }
        if let Some(skill) = self.skill_id {
            parts.push("w.id IN (SELECT fs.worker_id FROM worker_skills fs WHERE fs.skill_id = ?)");
            values.push(skill.0.into());
        }
        (parts.join(" AND "), values)
    }
}

#[derive(FromQueryResult)]
struct Row {
    id: WorkerId,
    user_id: UserId,
    name: String,
    kind: WorkerKind,
    contact_phone: Option<String>,
    login_phone: Option<String>,
    email: Option<String>,
    zones: String,
    hours: String,
    note: String,
    active: bool,
    blocked_ms: Option<i64>,
    version: i64,
}

/// The wanted workers by name; two statements however many they are.
pub async fn list(conn: &impl ConnectionTrait, wanted: Wanted) -> Result<Vec<Listed>> {
    let (condition, values) = wanted.condition();
    rows(conn, &condition, values).await
}

/// One worker.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn show(conn: &impl ConnectionTrait, id: WorkerId) -> Result<Listed> {
    rows(conn, "w.id = ?", vec![id.0.into()]).await?.pop().ok_or(Error::NotFound)
}

async fn rows(conn: &impl ConnectionTrait, condition: &str, values: Vec<Value>) -> Result<Vec<Listed>> {
    let text = format!(
        "SELECT w.id, w.user_id, u.name, w.kind, w.contact_phone, u.phone AS login_phone, u.email, w.zones, w.hours, w.note, w.active, u.blocked_ms, w.version \
         FROM workers w JOIN users u ON u.id = w.user_id WHERE {condition} ORDER BY u.name_folded, w.id"
    );
    let found = Row::find_by_statement(sql(conn, &text, values.clone())).all(conn).await?;
    let skills = skills(conn, condition, values).await?;
    Ok(found.into_iter().map(|row| listed(row, &skills)).collect())
}

#[derive(FromQueryResult)]
struct Can {
    worker_id: WorkerId,
    skill_id: SkillId,
    name: String,
}

async fn skills(conn: &impl ConnectionTrait, condition: &str, values: Vec<Value>) -> Result<Vec<Can>> {
    let text = format!(
        "SELECT ws.worker_id, ws.skill_id, s.name FROM worker_skills ws JOIN skills s ON s.id = ws.skill_id \
         JOIN workers w ON w.id = ws.worker_id JOIN users u ON u.id = w.user_id WHERE {condition} ORDER BY s.name_folded"
    );
    Ok(Can::find_by_statement(sql(conn, &text, values)).all(conn).await?)
}

fn listed(row: Row, skills: &[Can]) -> Listed {
    let skills = skills.iter().filter(|can| can.worker_id == row.id).map(|can| (can.skill_id, can.name.clone())).collect();
    Listed {
        id: row.id,
        user_id: row.user_id,
        name: row.name,
        kind: row.kind,
        phone: row.contact_phone.clone().or(row.login_phone),
        contact_phone: row.contact_phone,
        email: row.email,
        skills,
        zones: row.zones.lines().map(str::to_owned).collect(),
        hours: Hours::stored(&row.hours),
        note: row.note,
        active: row.active,
        blocked: row.blocked_ms.is_some(),
        version: row.version,
    }
}

fn sql(conn: &impl ConnectionTrait, text: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(conn.get_database_backend(), text, values)
}
