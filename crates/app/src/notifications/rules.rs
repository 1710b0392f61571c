//! Through which channels somebody is told: what the company has set, what the person has chosen, and when they sleep.

use super::{
    Channel, Kind, Side,
    picks::Picks,
    row::{choice, quiet, rule},
};
use crate::{
    access::Actor,
    accounts::{self, api::own_id, audit, preferences},
    app::App,
    company::zones,
    error::{Error, FieldErrors, Result},
    web::{Change, Choice, Fields, Input},
};
use jiff::{Timestamp, tz::TimeZone};
use sea_orm::{ActiveValue::Set, IntoActiveModel, QuerySelect, entity::prelude::*};
use std::ops::RangeInclusive;

const MINUTES_OF_DAY: i64 = 24 * 60;
const MINUTE_MS: i64 = 60_000;
/// How long is waited for an arrival before the next channel is tried, unless the company says otherwise.
const WAIT_MINUTES: i64 = 15;
/// How long may be waited, minutes.
const WAITS: RangeInclusive<i64> = 1..=24 * 60;

/// What the company has set for one kind of message to one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub side: Side,
    pub kind: Kind,
    /// In the order in which they are tried.
    pub channels: Vec<Channel>,
    /// Whether it must reach people: they cannot switch it off, and the next channel is tried when it has not arrived.
    pub must_reach: bool,
    /// After how long the next channel is tried: for what must arrive when it has not, for the rest when a channel fails.
    pub wait_minutes: i64,
    /// 0 as long as the company has set nothing.
    pub version: i64,
}

/// The kinds of message that a side gets.
pub fn kinds(side: Side) -> &'static [Kind] {
    match side {
        Side::Office => &[Kind::Orders, Kind::Visits, Kind::Chat],
        Side::Worker => &[Kind::Visits, Kind::Chat, Kind::Day],
        Side::Customer => &[Kind::Visits, Kind::Orders, Kind::Chat],
    }
}

impl Rule {
    /// What holds until the company says otherwise: what costs money only for what must arrive, or reaches people by nothing else.
    pub fn usual(side: Side, kind: Kind) -> Self {
        use Channel::{Mail, Max, Push, Sms, Telegram, WhatsApp};
        let channels = match (side, kind) {
            (Side::Office, _) => vec![Max, Telegram, Push, Mail],
            (Side::Worker, Kind::Visits) => vec![Max, Telegram, Push, Sms, Mail],
            (Side::Worker, _) => vec![Max, Telegram, Push],
            (Side::Customer, Kind::Visits) => vec![Max, Telegram, WhatsApp, Sms, Mail],
            // Whoever has nothing but a phone is to hear that there is an answer.
            (Side::Customer, Kind::Chat) => vec![Max, Telegram, WhatsApp, Mail, Sms],
            (Side::Customer, _) => vec![Max, Telegram, WhatsApp, Mail],
        };
        let must_reach = kind == Kind::Visits && side != Side::Office;
        Self { side, kind, channels, must_reach, wait_minutes: WAIT_MINUTES, version: 0 }
    }

    /// After how long the next channel is tried, ms.
    pub fn patience_ms(&self) -> i64 {
        self.wait_minutes * MINUTE_MS
    }

    /// The channels for somebody who has chosen these; one who must be reached cannot choose none.
    pub fn order_for(&self, chosen: Option<&[Channel]>) -> Vec<Channel> {
        match chosen {
            Some([]) if !self.must_reach => vec![],
            None | Some([]) => self.channels.clone(),
            // What must arrive goes on to the company's channels when those of the person's choice fail.
            Some(chosen) if self.must_reach => {
                let further = self.channels.iter().filter(|channel| !chosen.contains(channel));
                chosen.iter().chain(further).copied().collect()
            }
            Some(chosen) => chosen.to_vec(),
        }
    }
}

/// The rule for one kind of message.
pub async fn rule(conn: &impl ConnectionTrait, side: Side, kind: Kind) -> Result<Rule> {
    Ok(rule::Entity::find_by_id((side, kind)).one(conn).await?.map_or_else(|| Rule::usual(side, kind), Rule::from))
}

/// All rules, as pages list them.
pub async fn all(app: &App) -> Result<Vec<Rule>> {
    let set: Vec<Rule> = rule::Entity::find().all(app.db.read()).await?.into_iter().map(Rule::from).collect();
    let known = |side: Side, kind: Kind| {
        set.iter().find(|rule| rule.side == side && rule.kind == kind).cloned().unwrap_or_else(|| Rule::usual(side, kind))
    };
    Ok(Side::ALL.iter().flat_map(|side| kinds(*side).iter().map(|kind| known(*side, *kind))).collect())
}

impl From<rule::Model> for Rule {
    fn from(row: rule::Model) -> Self {
        Self {
            side: row.side,
            kind: row.kind,
            channels: Channel::list(&row.channels),
            must_reach: row.must_reach,
            wait_minutes: row.wait_minutes,
            version: row.version,
        }
    }
}

/// The channels of a form, which names only those that are set up; those that are not keep their place behind them.
pub fn with_those_off(app: &App, mut chosen: Vec<Channel>, before: &[Channel]) -> Vec<Channel> {
    let off = before.iter().copied().filter(|channel| !app.lines.has(*channel) && !chosen.contains(channel));
    let off: Vec<Channel> = off.collect();
    chosen.extend(off);
    chosen
}

/// A rule as the administrator sets it.
#[derive(Clone, Debug)]
pub struct RuleChange {
    pub channels: Vec<Channel>,
    pub must_reach: bool,
    pub wait_minutes: i64,
}

impl Input for RuleChange {
    fn read(fields: &mut Fields) -> Self {
        let change = Self {
            channels: fields.choices("channels"),
            must_reach: fields.flag("must_reach"),
            wait_minutes: fields.whole("wait_minutes", WAITS),
        };
        if change.must_reach && change.channels.is_empty() {
            fields.error("channels", "must_reach");
        }
        change
    }
}

/// The rules that somebody changed in the form of all of them.
#[derive(Clone, Debug)]
pub struct RulesChange(Vec<(Side, Kind, Option<i64>, RuleChange)>);

/// How a rule's fields are called in the form of all of them.
pub fn name(side: Side, kind: Kind) -> String {
    format!("{side}-{kind}")
}

/// How a rule stood when the form was made, to tell whether somebody has touched it: what two change at once is refused, and nothing else.
pub fn stood(channels: &[Channel], must_reach: bool, wait_minutes: i64) -> String {
    format!("{} {must_reach} {wait_minutes}", Channel::stored(channels))
}

impl Input for RulesChange {
    fn read(fields: &mut Fields) -> Self {
        let all = Side::ALL.iter().flat_map(|side| kinds(*side).iter().map(|kind| (*side, *kind)));
        let mut changed = vec![];
        for (side, kind) in all {
            let name = name(side, kind);
            let field = |part: &str| format!("{name}.{part}");
            if !fields.is_named(&field("wait_minutes")) {
                continue;
            }
            let to = RuleChange {
                channels: Picks::read(fields, &name).channels(),
                must_reach: fields.flag(&field("must_reach")),
                wait_minutes: fields.whole(&field("wait_minutes"), WAITS),
            };
            if to.must_reach && to.channels.is_empty() {
                fields.error(&field("on"), "must_reach");
            }
            let version = fields.optional_whole(&field("version"), 0..=i64::MAX);
            if fields.optional_text(&field("stood"), 200) != stood(&to.channels, to.must_reach, to.wait_minutes) {
                changed.push((side, kind, version, to));
            }
        }
        Self(changed)
    }
}

/// Sets all rules that were changed. Channels that the form does not show keep their places behind the others.
pub async fn set_all(change: &Change, RulesChange(rules): &RulesChange) -> Result<()> {
    for (side, kind, version, to) in rules {
        let before = rule(change.tx.conn(), *side, *kind).await?;
        let channels = with_those_off(&change.app, to.channels.clone(), &before.channels);
        set(change, *side, *kind, *version, RuleChange { channels, ..to.clone() }).await?;
    }
    Ok(())
}

/// Sets a rule.
///
/// # Errors
/// [`Error::NotFound`] for a kind that this side does not get.
pub async fn set(change: &Change, side: Side, kind: Kind, version: Option<i64>, to: RuleChange) -> Result<Rule> {
    if !kinds(side).contains(&kind) {
        return Err(Error::NotFound);
    }
    let conn = change.tx.conn();
    let before = rule::Entity::find_by_id((side, kind)).lock_exclusive().one(conn).await?;
    change.expect_version(version, before.as_ref().map_or(0, |rule| rule.version))?;
    let row = rule::Model {
        side,
        kind,
        channels: Channel::stored(&to.channels),
        must_reach: to.must_reach,
        wait_minutes: to.wait_minutes,
        version: before.as_ref().map_or(1, |rule| rule.version + 1),
    };
    let after = row.clone().into_active_model().reset_all();
    match before {
        Some(_) => _ = after.update(conn).await?,
        None => _ = rule::Entity::insert(after).exec_without_returning(conn).await?,
    }
    audit::record(change, "notices.rule_changed", "company", None, &format!("{side} {kind}")).await?;
    Ok(Rule::from(row))
}

/// What a person has chosen.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    pub kinds: Vec<(Kind, Vec<Channel>)>,
    /// Minutes of the day between which only what cannot wait comes; nothing where the company's hours hold.
    pub quiet: Option<(i64, i64)>,
    /// The zone in which their day goes; nothing where the company's holds.
    pub zone: Option<String>,
}

/// What the person who asks has chosen.
pub async fn own(app: &App, actor: &Actor) -> Result<Choices> {
    let user_id = own_id(actor)?;
    let rows = choice::Entity::find().filter(choice::Column::UserId.eq(user_id)).all(app.db.read()).await?;
    let quiet = quiet::Entity::find_by_id(user_id).one(app.db.read()).await?;
    Ok(Choices {
        kinds: rows.into_iter().map(|row| (row.kind, Channel::list(&row.channels))).collect(),
        quiet: quiet.map(|row| (row.from_minute, row.to_minute)),
        zone: accounts::own::account(app, actor).await?.zone,
    })
}

/// A person's choice for one kind of message; nothing takes it back.
#[derive(Clone, Debug)]
pub struct NewChoice(pub Option<Vec<Channel>>);

impl Input for NewChoice {
    fn read(fields: &mut Fields) -> Self {
        if fields.flag("usual") { Self(None) } else { Self(Some(fields.choices("channels"))) }
    }
}

/// Chooses channels for one kind of message, for the person who asks.
pub async fn choose(change: &Change, side: Side, kind: Kind, to: NewChoice) -> Result<()> {
    let user_id = own_id(&change.actor)?;
    if !kinds(side).contains(&kind) {
        return Err(Error::NotFound);
    }
    let conn = change.tx.conn();
    choice::Entity::delete_by_id((user_id, kind)).exec(conn).await?;
    let Some(channels) = to.0 else { return Ok(()) };
    if channels.is_empty() && rule(conn, side, kind).await?.must_reach {
        return Err(Error::field("channels", "must_reach"));
    }
    let row = choice::ActiveModel { user_id: Set(user_id), kind: Set(kind), channels: Set(Channel::stored(&channels)) };
    choice::Entity::insert(row).exec_without_returning(conn).await?;
    Ok(())
}

/// What a person has chosen in the form of all kinds of message.
#[derive(Clone, Debug)]
pub enum ChoicesChange {
    /// What the company has set holds for all of them again.
    Usual,
    /// These kinds were changed.
    Kinds(Vec<(Kind, Vec<Channel>)>),
}

impl Input for ChoicesChange {
    fn read(fields: &mut Fields) -> Self {
        if fields.flag("usual") {
            return Self::Usual;
        }
        let mut changed = vec![];
        for kind in Kind::ALL {
            let name = kind.code();
            if fields.is_named(&format!("{name}.order")) {
                let channels = Picks::read(fields, name).channels();
                if fields.optional_text(&format!("{name}.stood"), 200) != Channel::stored(&channels) {
                    changed.push((*kind, channels));
                }
            }
        }
        Self::Kinds(changed)
    }
}

/// Chooses channels for several kinds of message, for the person who asks.
///
/// # Errors
/// A fault at `<kind>.on` for each that must arrive and has no channel.
pub async fn choose_all(change: &Change, side: Side, to: &ChoicesChange) -> Result<()> {
    let ChoicesChange::Kinds(changed) = to else {
        let own = choice::Entity::delete_many().filter(choice::Column::UserId.eq(own_id(&change.actor)?));
        own.exec(change.tx.conn()).await?;
        return Ok(());
    };
    let mut faults = FieldErrors::default();
    for (kind, channels) in changed {
        let rule = rule(change.tx.conn(), side, *kind).await?;
        if channels.is_empty() && rule.must_reach {
            faults.add(&format!("{kind}.on"), "must_reach");
            continue;
        }
        let is_on = |channel: &&Channel| change.app.lines.has(**channel);
        let is_usual = rule.channels.iter().filter(is_on).eq(channels);
        choose(change, side, *kind, NewChoice((!is_usual).then(|| channels.clone()))).await?;
    }
    Ok(faults.into_result()?)
}

/// When a person is to be left alone.
#[derive(Clone, Debug)]
pub struct QuietChange {
    /// `22:00` to `08:00` as minutes of the day, or nothing for the company's.
    pub hours: Option<(i64, i64)>,
    /// The zone in which their day goes, empty for the company's; what is not named stays.
    pub zone: Option<Option<String>>,
}

impl Input for QuietChange {
    fn read(fields: &mut Fields) -> Self {
        let is_usual = fields.flag("usual");
        let hours = (!is_usual).then(|| (fields.minute_of_day("quiet_from"), fields.minute_of_day("quiet_to")));
        Self { hours, zone: fields.if_came("zone", zones::read) }
    }
}

/// Sets the quiet hours of the person who asks, and the zone of them.
pub async fn set_quiet(change: &Change, to: QuietChange) -> Result<()> {
    let user_id = own_id(&change.actor)?;
    quiet::Entity::delete_by_id(user_id).exec(change.tx.conn()).await?;
    if let Some((from, until)) = to.hours {
        let row = quiet::ActiveModel { user_id: Set(user_id), from_minute: Set(from), to_minute: Set(until) };
        quiet::Entity::insert(row).exec_without_returning(change.tx.conn()).await?;
    }
    if let Some(zone) = to.zone {
        preferences::choose_zone(change, user_id, zone).await?;
    }
    Ok(())
}

/// The moment at or after `now` at which somebody may be disturbed who sleeps between these minutes of the day.
pub fn awake(zone: &TimeZone, (from, to): (i64, i64), now: i64) -> i64 {
    let Ok(instant) = Timestamp::from_millisecond(now) else { return now };
    let local = zone.to_datetime(instant);
    let minute = i64::from(local.hour()) * 60 + i64::from(local.minute());
    let asleep = if from <= to { (from..to).contains(&minute) } else { minute >= from || minute < to };
    if !asleep {
        return now;
    }
    let rest = (to - minute).rem_euclid(MINUTES_OF_DAY);
    now - now.rem_euclid(MINUTE_MS) + rest * MINUTE_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_woken() {
        let zone = TimeZone::get("Asia/Yekaterinburg").unwrap();
        let at = |text: &str| zone.to_timestamp(text.parse().unwrap()).unwrap().as_millisecond();
        let night = (22 * 60, 8 * 60);
        assert_eq!(awake(&zone, night, at("2026-11-24T23:15:30")), at("2026-11-25T08:00:00"));
        assert_eq!(awake(&zone, night, at("2026-11-25T07:59:59")), at("2026-11-25T08:00:00"));
        for now in ["2026-11-25T08:00:00", "2026-11-25T21:59:59"] {
            assert_eq!(awake(&zone, night, at(now)), at(now), "{now}");
        }
        assert_eq!(awake(&zone, (13 * 60, 14 * 60), at("2026-11-25T13:30:00")), at("2026-11-25T14:00:00"), "a rest at noon");
        assert_eq!(awake(&zone, (0, 0), at("2026-11-25T03:00:00")), at("2026-11-25T03:00:00"), "no quiet hours");
    }

    #[test]
    fn a_choice_cannot_silence_what_must_arrive() {
        use Channel::{Mail, Max, Sms, Telegram};
        let rule = Rule { channels: vec![Max, Sms], ..Rule::usual(Side::Customer, Kind::Visits) };
        assert_eq!(rule.order_for(None), [Max, Sms]);
        assert_eq!(rule.order_for(Some(&[])), [Max, Sms]);
        assert_eq!(rule.order_for(Some(&[Telegram, Sms])), [Telegram, Sms, Max]);
        let rule = Rule { channels: vec![Max, Sms], ..Rule::usual(Side::Customer, Kind::Orders) };
        assert_eq!(rule.order_for(Some(&[])), []);
        assert_eq!(rule.order_for(Some(&[Mail])), [Mail]);
    }
}
