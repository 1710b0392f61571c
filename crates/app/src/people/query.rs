//! The list of users, for administrators.

use crate::{
    access::Role,
    accounts::user::{KNOWN, Known},
    app::App,
    error::Result,
    text::fold::{digits, fold_within},
    web::{
        Fields, Input,
        paging::{List, Paging},
    },
    words::words,
};
use sea_orm::{FromQueryResult, Value};

words! {
    /// How things stand with an account.
    Standing {
        Active = "active",
        Invited = "invited",
        Blocked = "blocked",
    }
}

/// Which users are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub q: String,
    pub role: Option<Role>,
    pub standing: Option<Standing>,
    pub paging: Paging,
}

impl Input for Filter {
    fn read(fields: &mut Fields) -> Self {
        Self {
            q: fields.optional_text("q", 200),
            role: fields.optional_choice("role"),
            standing: fields.optional_choice("standing"),
            paging: Paging::read(fields),
        }
    }
}

/// A page of users by name; one statement.
pub async fn list(app: &App, filter: &Filter) -> Result<List<Known>> {
    let (text, values) = list_sql(filter)?;
    let rows = Known::find_by_statement(store::sql(app.db.engine(), &text, values)).all(app.db.read()).await?;
    Ok(filter.paging.page(rows, |row| [row.user.id.0]))
}

/// The statement of [`list`], apart so that its plan can be looked at.
pub fn list_sql(filter: &Filter) -> Result<(String, Vec<Value>)> {
    let mut parts = vec!["1 = 1"];
    let mut values: Vec<Value> = vec![];
    if let Some(role) = filter.role {
        parts.push("u.role = ?");
        values.push(role.code().into());
    }
    match filter.standing {
        Some(Standing::Active) => parts.push("u.blocked_ms IS NULL AND u.password_hash IS NOT NULL"),
        Some(Standing::Invited) => parts.push("u.blocked_ms IS NULL AND u.password_hash IS NULL"),
        Some(Standing::Blocked) => parts.push("u.blocked_ms IS NOT NULL"),
        None => {}
    }
    let typed = fold_within(&filter.q, 100);
    let number = digits(&filter.q);
    if number.len() >= 3 && !filter.q.chars().any(char::is_alphabetic) {
        parts.push("INSTR(u.phone, ?) > 0");
        // 8 912… and +7 912… are the same number.
        values.push(if number.len() == 11 { number[1..].to_owned() } else { number }.into());
    } else if !typed.is_empty() {
        parts.push("(INSTR(u.name_folded, ?) > 0 OR INSTR(u.login, ?) > 0 OR INSTR(u.email, ?) > 0)");
        values.extend([typed.clone().into(), typed.clone().into(), typed.into()]);
    }
    if let Some([id]) = filter.paging.after::<1>()? {
        parts.push(
            "(u.name_folded > (SELECT name_folded FROM users WHERE id = ?) OR (u.name_folded = (SELECT name_folded FROM users WHERE id = ?) AND u.id > ?))",
        );
        values.extend([id.into(), id.into(), id.into()]);
    }
    let limit = filter.paging.fetch();
    Ok((format!("{KNOWN} WHERE {} ORDER BY u.name_folded, u.id LIMIT {limit}", parts.join(" AND ")), values))
}
