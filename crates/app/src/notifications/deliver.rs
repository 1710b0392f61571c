//! Sends what waits on one line: claims, words, sends with no transaction open, settles.

use super::{
    Channel, Line, Side, State, Wording, attachments, browsers, cascade, decide,
    health::{self, Direction},
    pauses,
    reach::{MAIL, PHONE},
    render::{self, Worded},
    returns, revised,
    row::delivery,
    ways,
};
use crate::{
    access::Role,
    accounts::session::digest,
    app::App,
    error::Result,
    ids::{CustomerId, MessageId, OrderId, UserId, VisitId},
    messages,
    web::Choice,
};
use channels::{Failure, Sent};
use futures_util::{StreamExt, stream};
use sea_orm::{ExprTrait, FromQueryResult, QuerySelect, entity::prelude::*};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

const SECOND_MS: i64 = 1000;
/// How long a message may be on its way before it counts as lost with its sender.
pub(super) const LEASE_MS: i64 = 60 * SECOND_MS;
/// Few enough that what goes first need not wait long for its turn, and two rounds of those that are on their way.
const AT_ONCE: usize = 16;
/// How many are on their way at a time: as many as leave within the time of an answer.
const ABREAST: usize = 8;
/// For so long after it fell due a message may go before others; then it has its place among them. So the look for such messages is
/// short, however long the queue is.
const FRESH_MS: i64 = 60 * SECOND_MS;
/// The pause after the first failure; each further one doubles it.
const FIRST_PAUSE_MS: i64 = 15 * SECOND_MS;
const LONGEST_PAUSE_MS: i64 = 3600 * SECOND_MS;
/// After a day, and the hour that the longest pause may last, nobody wants to hear it any more. Servers that know no sender let letters
/// wait for up to two.
const PATIENCE_MS: i64 = 25 * 3600 * SECOND_MS;
const PATIENCE_WITH_MAIL_MS: i64 = 2 * PATIENCE_MS;
/// How long a message that may have arrived is left alone before the next channel is tried, where no rule says so.
pub(super) const DOUBT_MS: i64 = 15 * 60 * SECOND_MS;
/// How long the files of one line of chat may take to go, all of them.
const FILES_PATIENCE: Duration = Duration::from_secs(60);
/// How many messages that waited too long are looked at at once.
const OLD_AT_ONCE: u64 = 100;
/// The pause with everything when the provider knows us not, or does not answer.
pub(super) const CHANNEL_PAUSE_MS: i64 = 10 * SECOND_MS;
/// So many failures in a row are the provider's, not the messages'.
pub(super) const FAILURES_IN_A_ROW: u32 = 3;
/// When the provider is first asked how a message fares, ms after it was taken.
const FIRST_QUESTION_MS: i64 = 20 * SECOND_MS;

#[derive(Debug, FromQueryResult)]
pub(super) struct Due {
    pub id: i64,
    pub wording: Wording,
    pub channel: Channel,
    pub person: String,
    pub user_id: Option<UserId>,
    pub customer_id: Option<CustomerId>,
    pub order_id: Option<OrderId>,
    pub visit_id: Option<VisitId>,
    pub message_id: Option<MessageId>,
    pub facts: String,
    pub state: State,
    pub attempts: i64,
    answer: String,
    /// When it was due; once it is taken up, until when it is ours.
    pub due_ms: i64,
    pub created_ms: i64,
    pub language: Option<String>,
    role: Option<String>,
    way: Option<String>,
    phone: Option<String>,
    email: Option<String>,
}

impl Due {
    /// Why nobody wants to hear it any more.
    fn is_stale(&self, now: i64) -> Option<&str> {
        let facts = decide::facts_of(&self.facts);
        if facts.is_over(self.wording, self.created_ms, now) {
            Some("its time is over")
        } else if now - self.created_ms < patience_ms(self.channel) {
            None
        } else if self.answer.is_empty() {
            Some("too late")
        } else {
            Some(&self.answer)
        }
    }

    /// Whether it is not for this person's eyes any more: they may no longer sign in, for which their account was left out when the
    /// message was read, or it is the office's and they have left it.
    fn is_closed_to_them(&self) -> bool {
        let is_of_office = self.wording.side() == Side::Office && !self.wording.is_of_account();
        self.user_id.is_some() && self.role.as_deref().is_none_or(|role| is_of_office && !Role::parse(role).is_some_and(Role::is_staff))
    }

    /// Whether its sender died with it on its way and what it costs may be paid: it is not sent again before it is known what became of it.
    fn may_be_paid(&self) -> bool {
        self.state == State::Sending && self.channel == Channel::Sms
    }
}

/// Sends what is due now on this line, at most a dozen or so messages, and says how many it took up.
pub async fn deliver(app: &App, line: &Line) -> Result<usize> {
    if app.clock.now_ms() < line.held_until() {
        return Ok(0);
    }
    let due = claim(app, line.channel).await?;
    let taken = due.len();
    let goes_on = AtomicBool::new(true);
    let mut outcomes = stream::iter(due)
        .map(|message| {
            let goes_on = &goes_on;
            async move {
                if goes_on.load(Ordering::Relaxed) {
                    let outcome = one(app, line, &message).await;
                    if !matches!(outcome, Ok(true)) {
                        goes_on.store(false, Ordering::Relaxed);
                    }
                    outcome.map(drop)
                } else {
                    // The provider is left alone: nothing of the rest is tried.
                    put_back(app, &message, app.clock.now_ms()).await
                }
            }
        })
        .buffer_unordered(ABREAST);
    let mut failed = None;
    while let Some(outcome) = outcomes.next().await {
        if let Err(error) = outcome {
            failed.get_or_insert(error);
        }
    }
    drop(outcomes);
    if !goes_on.into_inner() {
        give_up_old(app, line).await?;
    }
    failed.map_or(Ok(taken), Err)
}

fn patience_ms(channel: Channel) -> i64 {
    if channel == Channel::Mail { PATIENCE_WITH_MAIL_MS } else { PATIENCE_MS }
}

/// Gives up what has waited too long for a provider that takes nothing now.
async fn give_up_old(app: &App, line: &Line) -> Result<()> {
    use delivery::{Column, Entity};
    let now = app.clock.now_ms();
    let waits = || Column::DueMs.lte(now).and(Column::State.is_in([State::Queued, State::Failed]));
    loop {
        let old = Entity::find().filter(Column::Channel.eq(line.channel)).filter(waits());
        let old = old.filter(Column::CreatedMs.lte(now - patience_ms(line.channel))).limit(OLD_AT_ONCE).all(app.db.read()).await?;
        if old.is_empty() {
            return Ok(());
        }
        let why = health::trouble(app, line.channel, Direction::Out).await?.unwrap_or_else(|| "too late".to_owned());
        for row in &old {
            store::transaction!(app.db, |tx| {
                match Entity::find_by_id(row.id).filter(waits()).lock_exclusive().one(tx.conn()).await? {
                    Some(_) => cascade::pass_on(tx, row.id, &why, now, cascade::Until::End).await,
                    None => Ok(()),
                }
            })?;
        }
    }
}

/// Takes up what is due, first what goes first, and of one person and order only what nothing earlier on this channel still stands
/// before: one that fails must not hold up the others.
async fn claim(app: &App, channel: Channel) -> Result<Vec<Due>> {
    let now = app.clock.now_ms();
    let db = &app.db;
    let due = |since: i64, which: &str, most: usize| {
        let text = format!(
            "SELECT n.id, n.wording, n.channel, n.person, n.user_id, n.customer_id, n.order_id, n.visit_id, n.message_id, n.facts, n.state, n.attempts, \
             n.answer, n.due_ms, n.created_ms, u.language, u.role, y.address AS way, COALESCE({PHONE}, c.phone) AS phone, COALESCE({MAIL}, c.email) AS email \
             FROM deliveries n LEFT JOIN users u ON u.id = n.user_id AND u.blocked_ms IS NULL LEFT JOIN customers c ON c.id = n.customer_id \
             LEFT JOIN ways y ON y.user_id = n.user_id AND y.channel = n.channel AND y.state = 'alive' AND NOT {} \
             WHERE n.channel = ? AND n.due_ms > ? AND n.due_ms <= ? {which} \
             AND NOT EXISTS (SELECT 1 FROM pauses p WHERE p.provider = ? AND p.until_ms > ?) AND NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.person = n.person \
             AND e.thread = n.thread AND e.channel = n.channel AND e.due_ms IS NOT NULL AND (e.turn < n.turn OR (e.turn = n.turn AND e.id < n.id))) \
             ORDER BY n.due_ms, n.id LIMIT {most}",
            ways::ended("y")
        );
        Due::find_by_statement(store::sql(db.engine(), &text, [channel.into(), since.into(), now.into(), channel.into(), now.into()]))
    };
    if due(0, "", 1).one(db.read()).await?.is_none() {
        return Ok(vec![]);
    }
    // Codes of ours: nothing of them needs quoting.
    let first: Vec<String> = Wording::ALL.iter().filter(|wording| wording.goes_first()).map(|wording| format!("'{wording}'")).collect();
    let first = format!("AND n.wording IN ({})", first.join(", "));
    store::transaction!(db, |tx| {
        let mut taken = vec![];
        for (since, which) in [(now - FRESH_MS, first.as_str()), (0, "")] {
            for mut message in due(since, which, AT_ONCE - taken.len()).all(tx.conn()).await? {
                use delivery::Column;
                let claim = delivery::Entity::update_many()
                    .col_expr(Column::State, Expr::value(State::Sending))
                    // Whoever takes it up when this runs out finds its sender dead.
                    .col_expr(Column::DueMs, Expr::value(now + LEASE_MS))
                    .filter(Column::Id.eq(message.id))
                    // Of two nodes that have both found it, one gets it.
                    .filter(Column::DueMs.eq(message.due_ms));
                if claim.exec(tx.conn()).await?.rows_affected == 1 {
                    message.due_ms = now + LEASE_MS;
                    taken.push(message);
                }
            }
        }
        Ok(taken)
    })
}

/// Sends one message; `false` when the provider is to be left alone.
async fn one(app: &App, line: &Line, message: &Due) -> Result<bool> {
    let now = app.clock.now_ms();
    if message.is_closed_to_them() {
        settle(app, message, State::Passed, "access is closed").await?;
        return Ok(true);
    }
    if let Some(why) = message.is_stale(now).filter(|_| !message.may_be_paid()) {
        return give_up(app, message, why).await.map(|()| true);
    }
    let Some(addresses) = addresses(app, message).await? else {
        return give_up(app, message, "nobody is linked any more").await.map(|()| true);
    };
    if !message.may_be_paid()
        && let Err(rest_ms) = line.turn_to(&addresses[0], &app.clock)
    {
        put_back(app, message, now + rest_ms).await?;
        return Ok(true);
    }
    let to = addresses[0].clone();
    let (letter, files_of) = match render::letter(app, message, &to).await? {
        Worded::Letter(letter, files_of) => (*letter, files_of),
        Worded::Needless(why) => {
            settle(app, message, State::Passed, why).await?;
            return Ok(true);
        }
        Worded::Later(at) => {
            put_back(app, message, at).await?;
            return Ok(true);
        }
    };
    if message.may_be_paid() {
        unclear(app, message, &to, line.client.known_as(&letter), "its sender was ended").await?;
        return Ok(true);
    }
    line.turn().await;
    // While it waited for its turn another may have heard that nothing is taken.
    if app.clock.now_ms() < line.held_until() {
        put_back(app, message, app.clock.now_ms()).await?;
        return Ok(false);
    }
    let template = letter.template.as_ref().map(|template| format!("{} ({})", template.name, template.language));
    let sent = match decide::facts_of(&message.facts).revises {
        Some(of) => revised::put(app, line, &letter, of).await?,
        None if message.channel == Channel::Push => browsers::send(app, line, letter, addresses).await?,
        None => line.client.send(&letter).await,
    };
    if let Some(template) = template {
        line.note_template(&template, &sent);
    }
    let is_taken = sent.is_ok();
    let goes_on = after(app, line, message, &to, sent).await?;
    if let Some(files_of) = files_of.filter(|_| is_taken) {
        let handed = tokio::time::timeout(FILES_PATIENCE, attachments::hand_over(app, line, &to, files_of)).await;
        match handed {
            Ok(handed) => handed?,
            // Everybody else who is written to there would wait for them.
            Err(_) => tracing::warn!(channel = %line.channel, "files of a chat do not go by a messenger in time"),
        }
    }
    Ok(goes_on)
}

/// What comes of it: `false` when the provider is to be left alone.
async fn after(app: &App, line: &Line, message: &Due, to: &str, sent: Result<Sent, Failure>) -> Result<bool> {
    let now = app.clock.now_ms();
    let goes_on = note(app, line, &sent, now).await;
    let is_wanted = now - message.created_ms < patience_ms(message.channel);
    match sent {
        Ok(sent) => took(app, message, to, &sent).await?,
        Err(Failure::Unclear { id, why }) => unclear(app, message, to, id, &why).await?,
        Err(Failure::Wait { after, why }) if is_wanted => {
            if message.channel != Channel::Push {
                leave_alone(app, line, after).await?;
            }
            postpone(app, message, now + millis(after), &why).await?;
        }
        // Not the message's fault: it is as good as untried.
        Err(Failure::Shut { .. }) => put_back(app, message, now).await?,
        Err(Failure::Again { why }) if is_wanted => {
            let pause = std::cmp::min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << std::cmp::min(message.attempts, 12));
            postpone(app, message, now + pause, &why).await?;
        }
        Err(Failure::Dead { why }) => {
            // Browsers that are gone were forgotten one by one.
            if message.channel != Channel::Push {
                ways::note_dead(app, message.channel, to, &why).await?;
            }
            give_up(app, message, &why).await?;
        }
        Err(Failure::Wait { why, .. } | Failure::Again { why } | Failure::Refused { why }) => give_up(app, message, &why).await?,
    }
    Ok(goes_on)
}

/// Notes how the provider took a message; `false` when it is to be left alone for a while.
async fn note(app: &App, line: &Line, sent: &Result<Sent, Failure>, now: i64) -> bool {
    if line.channel == Channel::Push {
        // Browsers have services of their own: one that is down holds up no other.
        return true;
    }
    let hold_ms = match sent {
        // [`leave_alone`] holds the line.
        Err(Failure::Wait { .. }) => return false,
        Err(Failure::Shut { .. }) => CHANNEL_PAUSE_MS,
        Err(Failure::Again { .. } | Failure::Unclear { .. }) => {
            if line.count_failure(line.channel.code()) < FAILURES_IN_A_ROW {
                return true;
            }
            CHANNEL_PAUSE_MS
        }
        Ok(_) | Err(Failure::Dead { .. } | Failure::Refused { .. }) => {
            line.forget_failures(line.channel.code());
            note_well(app, line).await;
            return true;
        }
    };
    line.hold(now + hold_ms);
    if let Err(Failure::Shut { why } | Failure::Again { why } | Failure::Unclear { why, .. }) = sent {
        tracing::warn!(channel = %line.channel, why, "a provider takes nothing at the moment");
        health::note(app, line.channel, Direction::Out, Some(why)).await;
    }
    false
}

/// Notes that the provider takes messages.
pub async fn note_well(app: &App, line: &Line) {
    health::note(app, line.channel, Direction::Out, None).await;
}

/// Leaves the provider alone for as long as it asks to: after a restart and on the next node, too.
pub async fn leave_alone(app: &App, line: &Line, after: Duration) -> Result<()> {
    line.hold(app.clock.now_ms() + millis(after));
    pauses::keep(app, line.channel.code(), line.held_until()).await
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(LONGEST_PAUSE_MS)
}

/// Where a message goes: one address, or each of a person's browsers.
async fn addresses(app: &App, message: &Due) -> Result<Option<Vec<String>>> {
    let one = match message.channel {
        Channel::Max | Channel::Telegram | Channel::WhatsApp => message.way.clone(),
        Channel::Sms => message.phone.clone(),
        Channel::Mail => message.email.clone(),
        Channel::Push => {
            let found = ways::subscriptions(app, message.user_id.unwrap_or(UserId(0))).await?;
            return Ok(Some(found).filter(|found| !found.is_empty()));
        }
    };
    Ok(one.map(|one| vec![one]))
}

/// It has not been tried: as it was before it was taken up, not before `until`.
async fn put_back(app: &App, message: &Due, until: i64) -> Result<()> {
    use delivery::Column;
    let before = match message.attempts {
        _ if message.may_be_paid() => State::Sending,
        0 => State::Queued,
        _ => State::Failed,
    };
    update(app, message, |row| row.col_expr(Column::State, Expr::value(before)).col_expr(Column::DueMs, Expr::value(until))).await.map(drop)
}

/// It was tried in vain: once more, not before `until`.
async fn postpone(app: &App, message: &Due, until: i64, why: &str) -> Result<()> {
    use delivery::Column;
    update(app, message, |row| {
        row.col_expr(Column::State, Expr::value(State::Failed))
            .col_expr(Column::DueMs, Expr::value(until))
            .col_expr(Column::Attempts, Expr::value(message.attempts + 1))
            .col_expr(Column::Answer, Expr::value(cut(why)))
    })
    .await
    .map(drop)
}

async fn took(app: &App, message: &Due, to: &str, sent: &Sent) -> Result<()> {
    use delivery::Column;
    let now = app.clock.now_ms();
    let asks = message.channel == Channel::Sms;
    let id = provider_id(message.channel, &sent.id);
    let is_first = update(app, message, |row| {
        let row = row
            .col_expr(Column::State, Expr::value(State::Sent))
            .col_expr(Column::DueMs, Expr::value(Option::<i64>::None))
            .col_expr(Column::Attempts, Expr::value(message.attempts + 1))
            .col_expr(Column::ProviderId, Expr::value(id.as_str()))
            .col_expr(Column::Answer, Expr::value(""))
            .col_expr(Column::CostMinor, Expr::value(sent.cost_minor))
            .col_expr(Column::Parts, Expr::value(i64::from(sent.parts)))
            .col_expr(Column::AskMs, Expr::value(asks.then_some(now + FIRST_QUESTION_MS)))
            .col_expr(Column::AddressMark, Expr::value(mark(app, message, to)))
            .col_expr(Column::SentMs, Expr::value(now));
        // A channel that tells nothing more has done its part.
        if message.channel.tells_delivery() { row } else { row.col_expr(Column::EscalateMs, Expr::value(Option::<i64>::None)) }
    })
    .await?;
    if !is_first {
        // Told already how it fares, before its own answer came.
        let about = || {
            let row = delivery::Entity::update_many().filter(Column::Id.eq(message.id));
            row.col_expr(Column::ProviderId, Expr::value(id.as_str())).col_expr(Column::Attempts, Expr::value(message.attempts + 1))
        };
        store::transaction!(app.db, |tx| about().exec(tx.conn()).await.map(drop))?;
    }
    match message.message_id.filter(|_| !message.channel.tells_delivery()) {
        Some(line) => messages::note_delivered(app, decide::first_line(&message.facts).unwrap_or(line), line).await,
        None => Ok(()),
    }
}

/// Of those addresses that a person may change while a message is on its way.
fn mark(app: &App, message: &Due, to: &str) -> Option<String> {
    matches!(message.channel, Channel::Sms | Channel::Mail).then(|| returns::mark(app, message.channel, to))
}

/// It may have been taken: it is asked about, and never sent again before that is known. Where nobody can be asked that stays open, and the
/// next channel is tried after a while.
async fn unclear(app: &App, message: &Due, to: &str, id: Option<String>, why: &str) -> Result<()> {
    use delivery::Column;
    let now = app.clock.now_ms();
    let (state, ask) = if id.is_some() { (State::Sending, Some(now + FIRST_QUESTION_MS)) } else { (State::Unknown, None) };
    update(app, message, |row| {
        let later = Expr::col(Column::EscalateMs).if_null(now + DOUBT_MS);
        let row = if state == State::Unknown { row.col_expr(Column::EscalateMs, later) } else { row };
        row.col_expr(Column::State, Expr::value(state))
            .col_expr(Column::AddressMark, Expr::value(mark(app, message, to)))
            .col_expr(Column::DueMs, Expr::value(Option::<i64>::None))
            .col_expr(Column::Attempts, Expr::value(message.attempts + 1))
            .col_expr(Column::ProviderId, Expr::value(provider_id(message.channel, &id.unwrap_or_default())))
            .col_expr(Column::Answer, Expr::value(cut(why)))
            .col_expr(Column::AskMs, Expr::value(ask))
            .col_expr(Column::SentMs, Expr::value(now))
    })
    .await
    .map(drop)
}

/// This channel does not lead to the person: the next one is tried, or the office hears of it.
async fn give_up(app: &App, message: &Due, why: &str) -> Result<()> {
    tracing::warn!(notification = message.id, person = message.person, channel = %message.channel, why, "a notification does not go out this way");
    store::transaction!(app.db, |tx| {
        let row = delivery::Entity::find_by_id(message.id).lock_exclusive().one(tx.conn()).await?;
        match row {
            Some(row) if is_ours(&row, message) => cascade::pass_on(tx, message.id, why, app.clock.now_ms(), cascade::Until::End).await,
            _ => Ok(()),
        }
    })
}

async fn settle(app: &App, message: &Due, state: State, answer: &str) -> Result<()> {
    use delivery::Column;
    update(app, message, |row| {
        row.col_expr(Column::State, Expr::value(state))
            .col_expr(Column::DueMs, Expr::value(Option::<i64>::None))
            .col_expr(Column::EscalateMs, Expr::value(Option::<i64>::None))
            .col_expr(Column::Answer, Expr::value(cut(answer)))
    })
    .await
    .map(drop)
}

type Update = sea_orm::UpdateMany<delivery::Entity>;

/// Changes the message while it is ours; `false` when its provider has told meanwhile how it fares, or another has taken it up.
async fn update(app: &App, message: &Due, set: impl FnOnce(Update) -> Update) -> Result<bool> {
    use delivery::Column;
    let ours = Column::Id.eq(message.id).and(Column::State.eq(State::Sending)).and(Column::DueMs.eq(message.due_ms));
    let update = set(delivery::Entity::update_many()).filter(ours);
    let changed = store::transaction!(app.db, |tx| update.clone().exec(tx.conn()).await.map(|done| done.rows_affected))?;
    Ok(changed > 0)
}

fn is_ours(row: &delivery::Model, message: &Due) -> bool {
    row.state == State::Sending && row.due_ms == Some(message.due_ms)
}

/// A provider's id of a message, as it is kept. WhatsApp writes the phone into its ids, so that of these a digest is.
pub(super) fn provider_id(channel: Channel, id: &str) -> String {
    if channel == Channel::WhatsApp && !id.is_empty() {
        return digest(id);
    }
    id.chars().take(200).collect()
}

/// What a provider said, as it is kept: without phones and mailboxes, should it name any.
pub(super) fn cut(why: &str) -> String {
    let whole: String = why.split_inclusive(char::is_whitespace).map(without_mailbox).collect();
    without_phones(&whole).chars().take(500).collect()
}

fn without_mailbox(word: &str) -> &str {
    if word.contains('@') { "… " } else { word }
}

/// So many digits, be they set apart, are a phone.
const DIGITS_OF_PHONE: usize = 10;

fn without_phones(text: &str) -> String {
    let is_of_phone = |c: char| c.is_ascii_digit() || "+-() ".contains(c);
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, run) = rest.split_at(begin);
        let run = &run[..run.find(|c| !is_of_phone(c)).unwrap_or(run.len())];
        let is_phone = run.bytes().filter(u8::is_ascii_digit).count() >= DIGITS_OF_PHONE;
        masked.push_str(before);
        masked.push_str(if is_phone { "…" } else { run });
        rest = &rest[begin + run.len()..];
    }
    masked + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_provider_said_names_nobody() {
        let said = [
            ("550 5.1.1", "550 5.1.1"),
            ("550 5.1.1 <anna@example.ru>: no such user", "550 5.1.1 … no such user"),
            ("SMSC 7: phone", "SMSC 7: phone"),
            ("no such phone 79161234567", "no such phone …"),
            ("to +7 (916) 123-45-67, twice", "to +…, twice"),
            ("131026 at 12:30 of 24.11.2026", "131026 at 12:30 of 24.11.2026"),
            ("", ""),
        ];
        for (said, kept) in said {
            assert_eq!(cut(said), kept);
        }
        assert_eq!(cut(&"я".repeat(600)).chars().count(), 500);
    }
}
