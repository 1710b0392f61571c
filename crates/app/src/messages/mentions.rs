//! Colleagues of the office who are named in a message: «@Анна».

use super::{Audience, Mention, Message, Thread, row};
use crate::{
    access::Actor,
    error::Result,
    ids::{MessageId, UserId},
    web::Change,
};
use sea_orm::{ActiveValue::Set, FromQueryResult, entity::prelude::*};

/// More are offered to nobody.
const MOST: usize = 100;

/// Somebody who may be named.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Colleague {
    pub id: UserId,
    pub name: String,
}

/// Whom of the office the actor may name in this chat: the office each other, a worker those who have written there. The customer's
/// chat names nobody.
pub(super) async fn people(conn: &impl ConnectionTrait, engine: store::Engine, actor: &Actor, thread: &Thread) -> Result<Vec<Colleague>> {
    let office = "u.role IN ('administrator', 'dispatcher') AND u.blocked_ms IS NULL AND u.id <> ?";
    let me = actor.user_id.map_or(0, |id| id.0);
    if thread.audience == Audience::Customer {
        return Ok(vec![]);
    }
    if actor.worker_id().is_none() {
        let text = format!("SELECT u.id, u.name FROM users u WHERE {office} ORDER BY u.name_folded, u.id LIMIT {MOST}");
        return Ok(Colleague::find_by_statement(store::sql(engine, &text, [me.into()])).all(conn).await?);
    }
    let written = thread.authors(conn).await?;
    if written.is_empty() {
        return Ok(vec![]);
    }
    let ids = written.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let text = format!("SELECT u.id, u.name FROM users u WHERE {office} AND u.id IN ({ids}) ORDER BY u.name_folded, u.id LIMIT {MOST}");
    Ok(Colleague::find_by_statement(store::sql(engine, &text, [me.into()])).all(conn).await?)
}

/// Writes anew who is named in a message; one that was taken back names nobody.
pub(super) async fn keep(change: &Change, thread: &Thread, message: &Message) -> Result<Vec<UserId>> {
    use row::mention::{ActiveModel, Column, Entity};
    let conn = change.tx.conn();
    if message.version > 1 {
        Entity::delete_many().filter(Column::MessageId.eq(message.id)).exec(conn).await?;
    }
    if !message.body.contains('@') {
        return Ok(vec![]);
    }
    let people = people(conn, change.tx.engine(), &change.actor, thread).await?;
    let mut named = vec![];
    for (id, name) in find(&message.body, &people) {
        let row = ActiveModel { message_id: Set(message.id), user_id: Set(id), chat_id: Set(message.chat_id), name: Set(name.to_owned()) };
        Entity::insert(row).exec_without_returning(conn).await?;
        named.push(id);
    }
    Ok(named)
}

/// Who is named in these messages.
pub(super) async fn of(conn: &impl ConnectionTrait, thread: &Thread, ids: Vec<MessageId>) -> Result<Vec<Mention>> {
    use row::mention::{Column, Entity};
    if ids.is_empty() || thread.audience == Audience::Customer {
        return Ok(vec![]);
    }
    Ok(Entity::find().filter(Column::MessageId.is_in(ids)).all(conn).await?)
}

/// Who of these people is named in a text, each once, with the name as it stands there: the whole name, or its first word where only one is
/// called so.
fn find<'a>(text: &'a str, people: &[Colleague]) -> Vec<(UserId, &'a str)> {
    let mut found: Vec<(UserId, &str)> = vec![];
    for (at, _) in text.match_indices('@') {
        // An address of mail names nobody.
        if text[..at].ends_with(char::is_alphanumeric) {
            continue;
        }
        let rest = &text[at + 1..];
        let whole = people.iter().filter_map(|one| Some((one.id, begins(rest, &one.name)?)));
        let first = people.iter().filter_map(|one| Some((one.id, begins(rest, first_word(&one.name, people)?)?)));
        let longest = whole.chain(first).max_by_key(|(_, name)| name.len());
        found.extend(longest.filter(|(id, _)| !found.iter().any(|(known, _)| known == id)));
    }
    found
}

/// The first word of a name, if nobody else's begins with it.
fn first_word<'a>(name: &'a str, people: &[Colleague]) -> Option<&'a str> {
    let first = |name: &'a str| name.split_whitespace().next();
    let word = first(name)?;
    let same = people.iter().filter(|other| other.name.split_whitespace().next().is_some_and(|one| folded(one) == folded(word)));
    (same.count() == 1).then_some(word)
}

/// The name at the beginning of a text, as it stands there, whatever the case.
fn begins<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let length = name.chars().count();
    let end = text.char_indices().nth(length).map_or(text.len(), |(end, _)| end);
    let (found, rest) = (&text[..end], &text[end..]);
    (folded(found) == folded(name) && !rest.starts_with(char::is_alphanumeric)).then_some(found)
}

fn folded(text: &str) -> String {
    text.to_lowercase().replace('ё', "е")
}

/// A part of a text as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    /// Whether it is the address of a page.
    pub link: bool,
    /// Somebody's name with its «@».
    pub named: bool,
    /// The reader's own.
    pub me: bool,
}

/// A text cut into what is said and who is named.
pub(super) fn pieces(text: &str, mentions: &[Mention], reader: Option<UserId>) -> Vec<Piece> {
    let mut pieces = vec![];
    let mut rest = text;
    let mut from = 0;
    while let Some(at) = rest[from..].find('@').map(|at| at + from) {
        let here = mentions.iter().filter_map(|mention| Some((mention, begins(&rest[at + 1..], &mention.name)?)));
        let Some((mention, name)) = here.max_by_key(|(_, name)| name.len()) else {
            from = at + 1;
            continue;
        };
        let end = at + 1 + name.len();
        if at > 0 {
            pieces.extend(plain(&rest[..at]));
        }
        pieces.push(Piece { text: rest[at..end].to_owned(), link: false, named: true, me: Some(mention.user_id) == reader });
        rest = &rest[end..];
        from = 0;
    }
    if !rest.is_empty() {
        pieces.extend(plain(rest));
    }
    pieces
}

/// A text without names, cut into words and addresses of pages.
fn plain(text: &str) -> Vec<Piece> {
    let piece = |text: &str, link: bool| Piece { text: text.to_owned(), link, named: false, me: false };
    let mut pieces = vec![];
    let mut rest = text;
    while let Some(at) = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let end = rest[at..].find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"')).map_or(rest.len(), |length| at + length);
        // What ends the sentence is no part of the address.
        let end = at + rest[at..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '»']).len();
        if at > 0 {
            pieces.push(piece(&rest[..at], false));
        }
        pieces.push(piece(&rest[at..end], true));
        rest = &rest[end..];
    }
    if !rest.is_empty() {
        pieces.push(piece(rest, false));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> Vec<Colleague> {
        let named = |(id, name): (i64, &str)| Colleague { id: UserId(id), name: name.to_owned() };
        [(1, "Анна Орлова"), (2, "Зоя Петрова"), (3, "Анна Белова"), (4, "Фёдор Ли")].map(named).into()
    }

    #[test]
    fn a_name_is_found_whatever_stands_around_it() {
        let of = |text| find(text, &people()).into_iter().map(|(id, name)| (id.0, name.to_owned())).collect::<Vec<_>>();
        assert_eq!(of("@Анна Орлова, посмотри"), [(1, "Анна Орлова".to_owned())]);
        assert_eq!(of("(@анна белова) и @ЗОЯ!"), [(3, "анна белова".to_owned()), (2, "ЗОЯ".to_owned())]);
        assert_eq!(of("@Федор Ли"), [(4, "Федор Ли".to_owned())]);
        assert_eq!(of("@Зоя @Зоя Петрова"), [(2, "Зоя".to_owned())], "each once");
        for nobody in ["@Анна", "@Зоями", "a@Зоя", "Зоя", "@", "@ Зоя", "@Пётр"] {
            assert_eq!(of(nobody), [], "{nobody}");
        }
    }

    #[test]
    fn a_text_is_cut_where_somebody_is_named() {
        let mention =
            |id, name: &str| Mention { message_id: MessageId(1), user_id: UserId(id), chat_id: crate::ids::ChatId(1), name: name.into() };
        let cut = |text, mentions: &[Mention]| {
            let pieces = pieces(text, mentions, Some(UserId(2)));
            pieces.into_iter().map(|one| (one.text, one.named, one.me)).collect::<Vec<_>>()
        };
        let mentions = [mention(1, "Анна"), mention(2, "Зоя")];
        let expected = [("@Анна", true, false), (" и ", false, false), ("@Зоя", true, true), (": @кто", false, false)];
        assert_eq!(cut("@Анна и @Зоя: @кто", &mentions), expected.map(|(text, named, me)| (text.to_owned(), named, me)));
        assert_eq!(cut("a@b", &mentions), [("a@b".to_owned(), false, false)]);
        assert_eq!(cut("", &mentions), []);
    }

    #[test]
    fn addresses_of_pages_are_links() {
        let links = |text| plain(text).into_iter().map(|one| (one.text, one.link)).collect::<Vec<_>>();
        let expected = [("Схема: ", false), ("https://a.ru/b?c=1", true), (", и ", false), ("http://d.ru", true), (".", false)];
        assert_eq!(links("Схема: https://a.ru/b?c=1, и http://d.ru."), expected.map(|(text, link)| (text.to_owned(), link)));
        assert_eq!(links("javascript:alert(1) a.ru"), [("javascript:alert(1) a.ru".to_owned(), false)]);
    }
}
