//! The delivery log: every message with how it fared.

use super::{Channel, State, row::notification};
use crate::{
    app::App,
    error::{Error, Result},
    ids::{OrderId, UserId},
    web::{
        Change, Fields, Input,
        paging::{List, Paging},
    },
};
use sea_orm::{FromQueryResult, QuerySelect, entity::prelude::*};

/// For how long a message that did not arrive is called to the administrator's attention: three days, in ms.
const UNDELIVERED_MS: i64 = 3 * 24 * 3_600_000;

/// Which messages are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub state: Option<State>,
    pub paging: Paging,
}

impl Input for Filter {
    fn read(fields: &mut Fields) -> Self {
        Self { state: fields.optional_choice("state"), paging: Paging::read(fields) }
    }
}

/// A line of the log. People are named by reference: the log keeps no address and no phone.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Line {
    pub id: i64,
    pub order_id: OrderId,
    pub order_number: String,
    pub user_id: UserId,
    pub user: String,
    pub channel: Channel,
    pub wording: String,
    pub state: State,
    pub attempts: i64,
    pub answer: String,
    pub created_ms: i64,
    pub sent_ms: Option<i64>,
}

/// A page of the log, newest first; one statement.
pub async fn list(app: &App, filter: &Filter) -> Result<List<Line>> {
    let mut parts = vec!["1 = 1"];
    let mut values: Vec<Value> = vec![];
    if let Some(state) = filter.state {
        parts.push("n.state = ?");
        values.push(crate::web::Choice::code(state).into());
    }
    if let Some([id]) = filter.paging.after::<1>()? {
        parts.push("n.id < ?");
        values.push(id.into());
    }
    let text = format!(
        "SELECT n.id, n.order_id, o.number AS order_number, n.user_id, u.name AS user, n.channel, n.wording, n.state, n.attempts, n.answer, \
         n.created_ms, n.sent_ms FROM notifications n LEFT JOIN orders o ON o.id = n.order_id LEFT JOIN users u ON u.id = n.user_id \
         WHERE {} ORDER BY n.id DESC LIMIT {}",
        parts.join(" AND "),
        filter.paging.fetch()
    );
    let lines = Line::find_by_statement(store::sql(app.db.engine(), &text, values)).all(app.db.read()).await?;
    Ok(filter.paging.page(lines, |line| [line.id]))
}

/// How many messages were given up in the last days and not tried again since.
pub async fn undelivered(app: &App) -> Result<u32> {
    use notification::{Column, Entity};
    let since = app.clock.now_ms() - UNDELIVERED_MS;
    let count = Entity::find().filter(Column::State.eq(State::Dead)).filter(Column::CreatedMs.gt(since)).count(app.db.read()).await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Tries a message once more that was given up.
///
/// # Errors
/// A conflict for one that is not given up.
pub async fn retry(change: &Change, id: i64) -> Result<()> {
    use notification::{Column, Entity};
    let row = Entity::find_by_id(id).lock_exclusive().one(change.tx.conn()).await?.ok_or(Error::NotFound)?;
    if row.state != State::Dead {
        return Err(Error::conflict("not_now"));
    }
    let update = Entity::update_many()
        .col_expr(Column::State, Expr::value(State::Queued))
        .col_expr(Column::NotBeforeMs, Expr::value(change.now))
        // Its day of patience begins anew.
        .col_expr(Column::CreatedMs, Expr::value(change.now));
    update.filter(Column::Id.eq(id)).exec(change.tx.conn()).await?;
    Ok(())
}
