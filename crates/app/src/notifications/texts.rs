//! The words of messages: those of the program, and the company's own in their place.

use super::{Channel, Wording, row::text};
use crate::{
    accounts::audit,
    app::App,
    error::{Error, Result},
    text::{
        format::{When, inside},
        i18n::{Lang, Value, t, ta},
    },
    web::{Change, Fields, Input},
};
use sea_orm::{IntoActiveModel, QuerySelect, entity::prelude::*};

/// What may stand in braces, with the key of its explanation under `notice-place-…`.
pub const PLACES: [&str; 10] = ["number", "when", "company", "phone", "service", "address", "customer", "worker", "count", "text"];
/// What says who somebody is or where they live: it stays out of other countries' messengers unless the company itself puts it there.
pub const PERSONAL: [&str; 4] = ["address", "customer", "worker", "text"];
const LONGEST: usize = 2000;

/// The program's own words, with places in braces.
pub fn usual(lang: Lang, wording: Wording) -> String {
    let places = PLACES.map(|place| (place, format!("{{{place}}}")));
    let places: Vec<(&str, Value<'_>)> = places.iter().map(|(place, braced)| (*place, braced.as_str().into())).collect();
    ta(lang, &format!("notify-{wording}"), &places)
}

/// The words for one channel: the company's own, if it has written some.
pub async fn words(conn: &impl ConnectionTrait, lang: Lang, wording: Wording, channel: Channel) -> Result<String> {
    let own = text::Entity::find_by_id((wording, channel, lang.code().to_owned())).one(conn).await?;
    Ok(own.map_or_else(|| usual(lang, wording), |own| own.body))
}

/// What stands in a place when words are tried out.
pub fn example(app: &App, lang: Lang, place: &str) -> Option<String> {
    const HOUR_MS: i64 = 3_600_000;
    Some(match place {
        "when" => {
            let (company, now) = (app.company(), app.clock.now_ms());
            inside(&When::new(lang, company.zone(), now).window(now + 24 * HOUR_MS, now + 26 * HOUR_MS))
        }
        "company" => app.company().name.clone(),
        "phone" => app.company().phone.clone(),
        place if PLACES.contains(&place) => t(lang, &format!("notice-example-{place}")).into_owned(),
        _ => return None,
    })
}

/// Puts values into the places. What is in braces and no place stays as it is.
pub fn fill(words: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(at) = rest.find('{') {
        filled.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        let named = behind.find('}').map(|end| (behind[..end].trim(), &behind[end + 1..]));
        match named.and_then(|(name, after)| Some((value(name)?, after))) {
            Some((value, after)) => {
                filled.push_str(&value);
                rest = after;
            }
            None => {
                filled.push('{');
                rest = behind;
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// The places that stand in the words and are none.
fn strange(words: &str) -> Option<String> {
    let named = words.split('{').skip(1).map(|part| part.split('}').next().unwrap_or_default().trim());
    named.into_iter().find(|name| !PLACES.contains(name)).map(str::to_owned)
}

/// The company's words for one message.
#[derive(Clone, Debug)]
pub struct TextChange {
    /// Empty takes the program's own again.
    pub body: String,
}

impl Input for TextChange {
    fn read(fields: &mut Fields) -> Self {
        let body = fields.optional_text("body", LONGEST);
        if let Some(name) = strange(&body) {
            fields.error_with("body", "place_unknown", vec![("name", name)]);
        }
        Self { body }
    }
}

/// The company's own words and their version, if there are some.
pub async fn own(app: &App, lang: Lang, wording: Wording, channel: Channel) -> Result<Option<(String, i64)>> {
    let own = text::Entity::find_by_id((wording, channel, lang.code().to_owned())).one(app.db.read()).await?;
    Ok(own.map(|own| (own.body, own.version)))
}

/// Every message of which the company has words of its own, with the channel and language.
pub async fn changed(app: &App) -> Result<Vec<(Wording, Channel, String)>> {
    let rows = text::Entity::find().all(app.db.read()).await?;
    Ok(rows.into_iter().map(|row| (row.wording, row.channel, row.language)).collect())
}

/// Writes the company's words for a message, or takes them back.
///
/// # Errors
/// A stale version; for WhatsApp, which is sent templates.
pub async fn set(change: &Change, (lang, wording, channel): (Lang, Wording, Channel), version: Option<i64>, to: TextChange) -> Result<()> {
    if channel == Channel::WhatsApp {
        return Err(Error::field("body", "sent_by_template"));
    }
    let conn = change.tx.conn();
    let key = (wording, channel, lang.code().to_owned());
    let before = text::Entity::find_by_id(key.clone()).lock_exclusive().one(conn).await?;
    if version.is_some_and(|seen| seen != before.as_ref().map_or(0, |own| own.version)) {
        return Err(Error::Stale);
    }
    if to.body.trim().is_empty() || to.body == usual(lang, wording) {
        text::Entity::delete_by_id(key).exec(conn).await?;
    } else {
        let next = before.as_ref().map_or(1, |own| own.version + 1);
        let row = text::Model { wording, channel, language: key.2, body: to.body, version: next };
        let row = row.into_active_model().reset_all();
        match before {
            Some(_) => _ = row.update(conn).await?,
            None => _ = text::Entity::insert(row).exec_without_returning(conn).await?,
        }
    }
    audit::record(change, "notices.text_changed", "company", None, &format!("{wording} {channel} {}", lang.code())).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::Choice;

    #[test]
    fn places_are_filled_and_nothing_else() {
        let value = |name: &str| (name == "number").then(|| "26-1 {when}".to_owned());
        assert_eq!(fill("№ {number}, { number } {x} { {", value), "№ 26-1 {when}, 26-1 {when} {x} { {");
        assert_eq!(fill("", value), "");
        assert_eq!(strange("{number} {when}"), None);
        assert_eq!(strange("{number} {pone}").as_deref(), Some("pone"));
    }

    #[test]
    fn the_programs_own_words_name_nobody() {
        for lang in Lang::ALL {
            for wording in Wording::ALL {
                let words = usual(lang, *wording);
                assert_eq!(strange(&words), None, "{wording} {lang:?}: {words}");
                let said = PERSONAL.iter().filter(|place| **place != "text").find(|place| words.contains(&format!("{{{place}}}")));
                assert_eq!(said, None, "{wording} {lang:?}: {words}");
            }
        }
    }
}
