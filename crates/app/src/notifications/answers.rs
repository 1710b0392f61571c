//! What providers and the network said, in the reader's language.

use super::{
    Channel,
    health::{self, Direction, Health},
    lines::NOT_SET,
};
use crate::{
    app::App,
    error::Result,
    text::{
        format::{When, inside},
        i18n::{self, Lang},
    },
    web::Shell,
};
use channels::{messenger::WEBHOOK_FAILS, whatsapp};

/// What is known of the words of providers and of the network: a part of them, and the key of what it means.
const KNOWN: [(&str, &str); 47] = [
    (whatsapp::NO_TEMPLATE, "no-template"),
    ("blocked by the user", "blocked"),
    ("error.dialog.suspended", "blocked"),
    ("chat.denied", "blocked"),
    ("user is deactivated", "gone"),
    ("user.not.found", "gone"),
    ("chat not found", "unknown"),
    ("chat.not.found", "unknown"),
    ("dialog.not", "unknown"),
    ("initiate conversation", "unknown"),
    ("Unauthorized", "token"),
    ("404 Not Found", "token"),
    ("the token is not taken", "token"),
    ("verify.token", "token"),
    (": api_id", "token"),
    (": login or key", "token"),
    (": email or key", "token"),
    ("535 5.7", "password"),
    ("takes no password", "password"),
    (": no money", "no-money"),
    (": sender", "sender"),
    ("the sender is forbidden", "sender"),
    (": phone", "phone"),
    ("the phone is on a stop list", "stop-list"),
    ("cannot be delivered", "undeliverable"),
    (": expired", "expired"),
    ("the certificate is not trusted", "certificate"),
    ("certificate does not hold", "mail-certificate"),
    ("offers no encryption", "no-encryption"),
    ("terminated by other getUpdates", "asked-by-another"),
    ("webhook is active", "webhook-stands"),
    ("terminated by setWebhook", "webhook-stands"),
    ("405 method.not.allowed", "webhook-stands"),
    ("Too Many Requests", "too-fast"),
    ("too.many.requests", "too-fast"),
    ("too many messages", "too-fast"),
    ("550 5.1.1", "no-mailbox"),
    ("no mailbox", "no-mailbox"),
    (whatsapp::UNDELIVERABLE, "no-whatsapp"),
    (whatsapp::WINDOW_CLOSED, "window"),
    ("an answer that is no JSON", "an-answer-that-is-no-json"),
    ("an answer of another form", "an-answer-that-is-no-json"),
    (": out of order", "an-answer-that-is-no-json"),
    ("the DKIM key", "dkim-key"),
    ("root certificate ", "root-certificate"),
    ("the mail server's address", "mail-address"),
    ("the sender is no ", "mail-sender"),
];
/// The same where it is all that was said.
const BARE: [(&str, &str); 7] = [
    ("401", "push-key"),
    ("403", "push-key"),
    ("429", "too-fast"),
    ("500", "an-answer-that-is-no-json"),
    ("502", "an-answer-that-is-no-json"),
    ("503", "an-answer-that-is-no-json"),
    ("535", "password"),
];

/// What a provider or the network said, in the reader's language where it is a known thing.
pub(super) fn answer_words(lang: Lang, answer: &str) -> String {
    if let Some(said) = answer.strip_prefix(WEBHOOK_FAILS) {
        return i18n::ta(lang, "notification-answer-webhook-fails", &[("said", said.into())]);
    }
    if let Some(name) = answer.strip_suffix(NOT_SET) {
        return i18n::ta(lang, "notification-answer-not-set", &[("name", name.into())]);
    }
    let bare = BARE.iter().find(|(words, _)| answer == *words);
    let known = bare.or_else(|| KNOWN.iter().find(|(words, _)| answer.contains(words)));
    let key = format!("notification-answer-{}", known.map_or(answer, |known| known.1).replace(' ', "-").to_lowercase());
    if i18n::has(&key) { i18n::t(lang, &key).into_owned() } else { answer.to_owned() }
}

/// The channels that do not do what they should, each with what keeps it from that.
pub(super) async fn troubles(app: &App, shell: &Shell, when: &When) -> Result<Vec<(Channel, Health, Vec<String>)>> {
    let told = |(channel, health): (Channel, Health)| {
        let words = stands(shell, when, &health);
        (!words.is_empty()).then_some((channel, health, words))
    };
    Ok(health::all(app).await?.into_iter().filter_map(told).collect())
}

/// A channel that stands still.
pub struct Standstill {
    pub channel: Channel,
    pub title: String,
    /// What keeps it, in words.
    pub why: Vec<String>,
}

/// The channels that somebody has to see to.
pub async fn standstills(app: &App, shell: &Shell) -> Result<Vec<Standstill>> {
    let when = When::new(shell.language, app.company().zone(), app.clock.now_ms());
    let down = troubles(app, shell, &when).await?.into_iter().filter(|(_, health, _)| health.is_down(app.clock.now_ms()));
    let standstill = |(channel, _, why)| Standstill { channel, title: shell.t(&format!("channel-{channel}")).into_owned(), why };
    Ok(down.map(standstill).collect())
}

/// What keeps a channel from carrying messages, in words.
pub(super) fn stands(shell: &Shell, when: &When, health: &Health) -> Vec<String> {
    let why = |why: &str| answer_words(shell.language, why);
    if let Some(wrong) = &health.wrong {
        return vec![shell.ta("channels-wrong-why", &[("why", &why(wrong))])];
    }
    let trouble = |trouble: &health::Trouble| {
        let key = match trouble.direction {
            Direction::Out => "channels-trouble",
            Direction::In => "channels-deaf",
        };
        shell.ta(key, &[("since", &inside(&when.day_time(trouble.since_ms))), ("why", &why(&trouble.why))])
    };
    let mut words: Vec<String> = health.troubles.iter().map(trouble).collect();
    // A push service that fails is left alone without having asked for it.
    if let (Some(until), true) = (health.waits_until, words.is_empty()) {
        words.push(shell.ta("channels-waits", &[("until", &when.time(until))]));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_providers_say_is_told_in_the_readers_language() {
        let told = [
            ("no connection: the certificate is not trusted", "нет доверия сертификату сервиса, проверьте файл с сертификатом"),
            ("no connection", "нет связи с сервисом"),
            ("no answer in time", "сервис не ответил вовремя"),
            ("SMSC 3: no money", "на счету кончились деньги, пополните его"),
            ("SMS.RU 201: no money", "на счету кончились деньги, пополните его"),
            ("SMSC 6: sender", "имя отправителя не зарегистрировано или текст запрещён"),
            ("SMS.RU 200: api_id", "сервис не узнаёт ключ, проверьте его в настройках сервера"),
            ("401 Unauthorized", "сервис не узнаёт ключ, проверьте его в настройках сервера"),
            ("401 verify.token", "сервис не узнаёт ключ, проверьте его в настройках сервера"),
            (
                "409 Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                "сообщения этого бота забирает другая программа",
            ),
            (
                "409 Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
                "сервис приносит ответы на адрес, который был указан раньше",
            ),
            ("405 method.not.allowed", "сервис приносит ответы на адрес, который был указан раньше"),
            ("429 Too Many Requests: retry after 30", "сервис просит подождать"),
            ("535 5.7.8", "почтовый сервер не принимает имя или пароль"),
            ("the mail server offers no encryption", "почтовый сервер не предлагает шифрование"),
            ("the mail server's certificate does not hold", "сертификат почтового сервера не вызывает доверия"),
            ("502", "на стороне сервиса сбой"),
            ("550 5.7.1", "550 5.7.1"),
            ("SMSC 1: refused", "SMSC 1: refused"),
        ];
        for (said, words) in told {
            assert_eq!(answer_words(Lang::Ru, said), words, "{said}");
        }
        for (said, key) in KNOWN.iter().chain(&BARE) {
            assert_ne!(answer_words(Lang::En, said), *said, "{key}");
            assert!(i18n::has(&format!("notification-answer-{key}")), "{key}");
        }
    }
}
