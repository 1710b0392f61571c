//! Where messages went, and letters that came back.

use super::{Channel, fates, row::delivery};
use crate::{accounts::session::digest, app::App, error::Result};
use channels::{
    Fate,
    mail::{self, Bounce},
};
use sea_orm::{ExprTrait, QueryOrder, QuerySelect, entity::prelude::*};
use subtle::ConstantTimeEq;

/// So many letters in a row that came back, be it for a while only, end an address.
const MOST_RETURNS: u64 = 5;
/// 80 bits, in letters that no mail server writes in another way.
const SIGNATURE_LENGTH: usize = 20;

/// The key of a letter: its number with our signature, for whoever knows the number alone could send back letters that arrived.
pub fn key(app: &App, id: i64) -> String {
    format!("{id}-{}", signature(app, id))
}

fn signature(app: &App, id: i64) -> String {
    let mut signature = digest(&app.keys.derive(&format!("letter {id}")));
    signature.truncate(SIGNATURE_LENGTH);
    signature
}

/// The number in a key, if the signature is ours.
fn number(app: &App, key: &str) -> Option<i64> {
    let (id, signed) = key.split_once('-')?;
    let id = id.parse().ok()?;
    bool::from(signed.to_ascii_lowercase().as_bytes().ct_eq(signature(app, id).as_bytes())).then_some(id)
}

/// A mark of an address: the same each time, and nobody else can tell the address by it.
pub fn mark(app: &App, channel: Channel, address: &str) -> String {
    let address = if channel == Channel::Mail { mail::comparable(address) } else { address.to_owned() };
    app.keys.derive(&format!("address {channel} {address}"))
}

/// The phone or mailbox that a message went to, if it is still the person's.
pub async fn address_of(app: &App, row: &delivery::Model) -> Result<Option<String>> {
    let what = match row.channel {
        Channel::Sms => format!("COALESCE({}, c.phone)", super::reach::PHONE),
        Channel::Mail => format!("COALESCE({}, c.email)", super::reach::MAIL),
        Channel::Max | Channel::Telegram | Channel::WhatsApp | Channel::Push => return Ok(None),
    };
    let text = format!(
        "SELECT {what} FROM deliveries n LEFT JOIN users u ON u.id = n.user_id LEFT JOIN customers c ON c.id = n.customer_id WHERE n.id = ?"
    );
    let found = app.db.read().query_one_raw(store::sql(app.db.engine(), &text, [row.id.into()])).await?;
    let address = found.map(|found| found.try_get_by_index::<Option<String>>(0)).transpose()?.flatten();
    Ok(address.filter(|address| row.address_mark.as_ref() == Some(&mark(app, row.channel, address))))
}

/// Takes in what a mail server says of a letter that did not arrive; what speaks of no letter of ours is left alone.
pub async fn take(app: &App, bounce: &Bounce) -> Result<()> {
    use delivery::{Column, Entity};
    let Some(id) = bounce.key.as_deref().and_then(|key| number(app, key)) else { return Ok(()) };
    let found = Entity::find_by_id(id).filter(Column::Channel.eq(Channel::Mail)).filter(Column::AddressMark.is_not_null());
    let Some(row) = found.one(app.db.read()).await? else { return Ok(()) };
    // Passed on by its owner a letter is lost as well, but then it is another's mailbox that does not take it.
    let is_own = bounce.address.as_deref().is_none_or(|address| row.address_mark == Some(mark(app, Channel::Mail, address)));
    let is_gone = is_own && (note(app, &row).await? || bounce.is_permanent);
    let why = bounce.why.clone();
    fates::note(app, id, "", &if is_gone { Fate::Gone { why } } else { Fate::Lost { why } }).await
}

/// Notes that a letter came back: `true` when it is the last of too many in a row to the same address.
async fn note(app: &App, row: &delivery::Model) -> Result<bool> {
    use delivery::{Column, Entity};
    let now = app.clock.now_ms();
    let returned = || {
        let this = Column::Id.eq(row.id).and(Column::ReturnedMs.is_null()).and(Column::AddressMark.eq(row.address_mark.clone()));
        Entity::update_many().col_expr(Column::ReturnedMs, Expr::value(now)).filter(this)
    };
    store::transaction!(app.db, |tx| returned().exec(tx.conn()).await.map(drop))?;
    let to_there = Entity::find().filter(Column::Person.eq(&row.person)).filter(Column::Channel.eq(Channel::Mail));
    let to_there = to_there.filter(Column::AddressMark.eq(row.address_mark.clone())).filter(Column::Id.lte(row.id));
    let latest = to_there.order_by_desc(Column::Id).limit(MOST_RETURNS).all(app.db.read()).await?;
    Ok(u64::try_from(latest.len()) == Ok(MOST_RETURNS) && latest.iter().all(|letter| letter.returned_ms.is_some()))
}
