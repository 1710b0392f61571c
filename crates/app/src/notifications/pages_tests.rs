//! The pages of channels: the administrator's, with the rules in one form, and everybody's own.

use super::Channel;
use crate::{config::Config, testkit::*};
use serde_json::json;

fn with_channels(config: &mut Config) {
    config.telegram_bot_token = Some("1:t".into());
    config.max_bot_token = Some("m".into());
    config.smtp_url = Some("smtp://127.0.0.1:9".into());
    config.smtp_from = Some("crm@example.ru".into());
}

/// What the browser would send of the form with this address: its fields as they stand, with the ticks and the buttons left out.
fn fields(page: &str, action: &str) -> Vec<(String, String)> {
    let begin = page.find(&format!("action=\"{action}\"")).unwrap_or_else(|| panic!("no form for {action}: {page}"));
    let form = page[begin..].split("</form>").next().unwrap();
    let attribute = |tag: &str, name: &str| Some(tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?.to_owned());
    let tags = form.split("<input").skip(1).map(|tag| tag.split('>').next().unwrap());
    tags.filter(|tag| !tag.contains("type=\"checkbox\"") || tag.contains(" checked"))
        .filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?)))
        .filter(|(name, _)| name != "_key")
        .collect()
}

/// The same fields with another value in one.
fn with(mut fields: Vec<(String, String)>, name: &str, value: &str) -> Vec<(String, String)> {
    fields.iter_mut().find(|(known, _)| known == name).unwrap_or_else(|| panic!("no field {name}")).1 = value.into();
    fields
}

fn lend(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

async fn rule(app: &TestApp, side: &str, kind: &str) -> (Vec<String>, i64, i64) {
    let all = app.people().administrator.get("/api/v1/channels/rules").await.expect(200).json();
    let rule = all["items"].as_array().unwrap().iter().find(|rule| rule["side"] == side && rule["kind"] == kind).unwrap().clone();
    let channels = rule["channels"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned());
    (channels.collect(), rule["wait_minutes"].as_i64().unwrap(), rule["version"].as_i64().unwrap())
}

db_test!(the_rules_are_one_form_in_which_nothing_typed_is_lost, |app| {
    let app = app.with(with_channels).await;
    let administrator = app.people().administrator;
    let page = administrator.get("/channels").await.expect(200).text();
    let fresh = fields(&page, "/channels/rules");
    // Sent as it is it changes nothing.
    administrator.form("/channels/rules", &lend(&fresh)).await.expect(303);
    assert_eq!(app.number("SELECT COUNT(*) FROM notice_rules").await, 0);

    // A fault stands at its field, and what was typed elsewhere stays.
    let typed = with(with(fresh.clone(), "customer-visits.wait_minutes", "0"), "worker-day.wait_minutes", "40");
    let typed: Vec<_> = typed.into_iter().filter(|(name, _)| name != "worker-visits.on").collect();
    let refused = administrator.form("/channels/rules", &lend(&typed)).await.expect(422).text();
    assert!(refused.contains("Оставьте хотя бы один канал") && refused.contains("id=\"worker-visits-on-error\""), "{refused}");
    assert!(refused.contains("aria-describedby=\"customer-visits-wait-error\""), "{refused}");
    let again = fields(&refused, "/channels/rules");
    for (name, value) in [("customer-visits.wait_minutes", "0"), ("worker-day.wait_minutes", "40")] {
        assert!(again.contains(&(name.to_owned(), value.to_owned())), "{name}");
    }
    assert!(!again.iter().any(|(name, _)| name == "worker-visits.on"));
    assert_eq!(app.number("SELECT COUNT(*) FROM notice_rules").await, 0, "nothing was stored");

    // Only what was touched is set; channels that are off keep their places behind the others.
    let typed = with(with(fresh, "customer-visits.wait_minutes", "20"), "worker-day.wait_minutes", "40");
    let typed: Vec<_> = typed.into_iter().filter(|(name, value)| name != "customer-visits.on" || value != "max").collect();
    administrator.form("/channels/rules", &lend(&typed)).await.expect(303);
    assert_eq!(app.number("SELECT COUNT(*) FROM notice_rules").await, 2);
    let telegram_first = ["telegram", "email", "whatsapp", "sms"].map(str::to_owned).to_vec();
    assert_eq!(rule(&app, "customer", "visits").await, (telegram_first, 20, 1));
    assert_eq!(rule(&app, "worker", "day").await.1, 40);
    assert_eq!(app.number("SELECT COUNT(*) FROM audit WHERE deed = 'notices.rule_changed'").await, 2);
});

db_test!(a_channel_goes_up_and_down_without_script, |app| {
    let app = app.with(with_channels).await;
    let administrator = app.people().administrator;
    let page = administrator.get("/channels").await.expect(200).text();
    let order = |page: &str| {
        let rows = fields(page, "/channels/rules").into_iter().filter(|(name, _)| name == "customer-visits.order");
        rows.map(|(_, value)| value).collect::<Vec<_>>()
    };
    assert_eq!(order(&page), ["max", "telegram", "email"]);
    assert!(page.contains("formaction=\"/channels/rules#customer-visits\""), "{page}");
    let mut typed = with(fields(&page, "/channels/rules"), "office-chat.wait_minutes", "33");
    typed.push(("move".into(), "customer-visits email up".into()));
    let moved = administrator.form("/channels/rules", &lend(&typed)).await.expect(200).text();
    assert_eq!(order(&moved), ["max", "email", "telegram"]);
    assert_eq!(app.number("SELECT COUNT(*) FROM notice_rules").await, 0, "it is kept with the rest of the form alone");
    let typed = fields(&moved, "/channels/rules");
    assert!(typed.contains(&("office-chat.wait_minutes".into(), "33".into())), "what was typed stays");
    administrator.form("/channels/rules", &lend(&typed)).await.expect(303);
    assert_eq!(rule(&app, "customer", "visits").await.0[..3], ["max", "email", "telegram"]);
    assert_eq!(rule(&app, "office", "chat").await.1, 33);
});

db_test!(two_who_set_rules_at_once_stand_in_each_others_way_only_at_the_same_rule, |app| {
    let app = app.with(with_channels).await;
    let administrator = app.people().administrator;
    let seen = fields(&administrator.get("/channels").await.expect(200).text(), "/channels/rules");
    administrator.form("/channels/rules", &lend(&with(seen.clone(), "office-chat.wait_minutes", "30"))).await.expect(303);
    administrator.form("/channels/rules", &lend(&with(seen.clone(), "worker-chat.wait_minutes", "31"))).await.expect(303);
    assert_eq!((rule(&app, "office", "chat").await.1, rule(&app, "worker", "chat").await.1), (30, 31), "of different rules both stay");
    let late = administrator.form("/channels/rules", &lend(&with(seen, "office-chat.wait_minutes", "45"))).await.expect(412).text();
    assert!(late.contains("form-errors") && late.contains("name=\"office-chat.wait_minutes\""), "{late}");
    assert_eq!(rule(&app, "office", "chat").await.1, 30);
    // Whoever has read that sends it over theirs.
    administrator.form("/channels/rules", &lend(&fields(&late, "/channels/rules"))).await.expect(303);
    assert_eq!((rule(&app, "office", "chat").await.1, rule(&app, "worker", "chat").await.1), (45, 31));
});

db_test!(a_trial_message_is_promised_only_where_it_can_come, |app| {
    let app = app.with(with_channels).await;
    let administrator = app.people().administrator;
    app.execute("UPDATE users SET email = NULL, phone = NULL WHERE id = ?", [administrator.user_id.into()]).await;
    let card = async |channel: Channel| {
        let page = administrator.get("/channels").await.expect(200).words();
        let begin = page.find(&format!("id=\"channel-{channel}\"")).unwrap();
        page[begin..].split("</section>").next().unwrap().to_owned()
    };
    let telegram = card(Channel::Telegram).await;
    assert!(telegram.contains("У вас этот мессенджер не подключён") && telegram.contains("href=\"/me/channels\""), "{telegram}");
    assert!(!telegram.contains("/trial") && card(Channel::Mail).await.contains("В вашем профиле нет почты"));
    for path in ["/api/v1/channels/telegram/trial", "/api/v1/channels/email/trial", "/api/v1/channels/texts/crew-day/telegram/ru/trial"] {
        assert_eq!(administrator.post(path, json!({})).await.expect(409).code(), "no_way_to_you", "{path}");
    }
    let refused = administrator.form("/channels/telegram/trial", &[]).await.expect(409).words();
    assert!(refused.contains("Пробное сообщение прислать некуда"), "{refused}");
    let words = administrator.get("/channels/texts/crew-day/telegram/ru").await.expect(200).words();
    assert!(words.contains("Пробное сообщение прислать некуда") && !words.contains("/ru/trial"), "{words}");

    app.execute("UPDATE users SET email = 'anna@example.ru' WHERE id = ?", [administrator.user_id.into()]).await;
    assert!(card(Channel::Mail).await.contains("/channels/email/trial"));
    administrator.post("/api/v1/channels/email/trial", json!({})).await.expect(202);
    app.execute("INSERT INTO dead_addresses (channel, address, since_ms, why) VALUES ('email', 'anna@example.ru', 0, 'x')", []).await;
    assert!(card(Channel::Mail).await.contains("письма не доходят"));

    // What is off leads to how it is switched on, at its very place.
    let manual = administrator.get("/help/channels").await.expect(200).text();
    for channel in [Channel::WhatsApp, Channel::Push, Channel::Sms] {
        let card = card(channel).await;
        let anchor = card.split("/help/channels#").nth(1).unwrap_or_else(|| panic!("{card}")).split('"').next().unwrap();
        assert!(manual.contains(&format!("id=\"{anchor}\"")), "{anchor}");
    }
    app.forget_history().await;
});

db_test!(ones_own_page_says_what_is_so, |app| {
    let app = app.with(with_channels).await;
    let People { administrator, rustam, olga, .. } = app.people();
    let page = async |person: &Person| person.get("/me/channels").await.expect(200).words();
    assert!(page(&rustam).await.contains("В вашем профиле нет почты"), "{}", page(&rustam).await);
    assert!(!page(&rustam).await.contains("Письма приходят"));
    app.execute("UPDATE users SET email = 'rustam@example.ru' WHERE id = ?", [rustam.user_id.into()]).await;
    let of_rustam = page(&rustam).await;
    assert!(of_rustam.contains("Письма приходят на почту из профиля") && of_rustam.contains("rustam@example.ru"), "{of_rustam}");
    // What the company does not have is told to whoever can switch it on, in one line.
    for person in [&rustam, &olga] {
        assert!(!page(person).await.contains("WhatsApp") && !page(person).await.contains("выключены"));
    }
    assert!(page(&administrator).await.contains("В компании выключены: WhatsApp, Уведомления в браузере, SMS"));
    let bare = app
        .with(|config| {
            *config = Config { telegram_bot_token: None, max_bot_token: None, smtp_url: None, smtp_from: None, ..config.clone() }
        })
        .await;
    let none = bare.people().rustam.get("/me/channels").await.expect(200).words();
    assert!(none.contains("Каналов пока нет") && !none.contains("<h2 id=\"channel-"), "{none}");
});

db_test!(one_chooses_for_all_kinds_of_message_at_once, |app| {
    let app = app.with(with_channels).await;
    let rustam = app.people().rustam;
    let chosen = async || {
        let view = rustam.get("/api/v1/me/notices").await.expect(200).json();
        let notices = view["notices"].as_array().unwrap().clone();
        notices.iter().map(|one| (one["kind"].as_str().unwrap().to_owned(), one["chosen"].as_bool().unwrap())).collect::<Vec<_>>()
    };
    let untouched = [("visits".to_owned(), false), ("chat".to_owned(), false), ("day".to_owned(), false)];
    let fresh = fields(&rustam.get("/me/channels").await.expect(200).text(), "/me/notices");
    rustam.form("/me/notices", &lend(&fresh)).await.expect(303);
    assert_eq!(chosen().await, untouched, "who changes nothing goes on with the company's choice");
    let without = |kind: &'static str| fresh.iter().filter(move |(name, _)| *name != format!("{kind}.on")).cloned().collect::<Vec<_>>();
    let refused = rustam.form("/me/notices", &lend(&without("visits"))).await.expect(422).text();
    assert!(refused.contains("Оставьте хотя бы один канал") && refused.contains("id=\"visits-on-error\""), "{refused}");
    assert_eq!(chosen().await, untouched);
    rustam.form("/me/notices", &lend(&without("day"))).await.expect(303);
    assert_eq!(chosen().await[2], ("day".to_owned(), true));
    let view = rustam.get("/api/v1/me/notices").await.json();
    assert_eq!(view["notices"][2]["channels"], json!([]), "none at all");
    // Ticked again as the company has it, it follows the company again.
    rustam.form("/me/notices", &lend(&with(fresh.clone(), "day.stood", ""))).await.expect(303);
    assert_eq!(chosen().await, untouched);
    rustam.form("/me/notices", &lend(&without("chat"))).await.expect(303);
    assert_eq!(chosen().await[1], ("chat".to_owned(), true));
    rustam.form("/me/notices", &[("usual", "on")]).await.expect(303);
    assert_eq!(chosen().await, untouched, "back to the company's choice");
});
