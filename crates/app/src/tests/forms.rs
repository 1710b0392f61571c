//! Every form of every page, each field of it typed wrongly: the page comes again with the fault at that field and with
//! all that was typed, and nothing is stored.

use crate::testkit::*;
use regex::Regex;
use std::sync::LazyLock;

/// A control of a form as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Control {
    name: String,
    kind: String,
    value: String,
    is_wrong: bool,
}

/// The controls of the form with this address.
fn controls(page: &str, action: &str) -> Vec<Control> {
    static CONTROL: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?s)<(input|select|textarea)\b([^>]*)>([^<]*)").unwrap());
    let begin = page.find(&format!("action=\"{action}\"")).unwrap_or_else(|| panic!("no form for {action}: {page}"));
    let form = page[begin..].split("</form>").next().unwrap();
    let attribute = |tag: &str, name: &str| {
        let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
        Some(plain(value))
    };
    CONTROL
        .captures_iter(form)
        .filter_map(|found| {
            let (element, tag) = (&found[1], &found[2]);
            let kind = if element == "input" { attribute(tag, "type").unwrap_or_else(|| "text".into()) } else { element.to_owned() };
            let value = if element == "textarea" { plain(&found[3]) } else { attribute(tag, "value").unwrap_or_default() };
            Some(Control { name: attribute(tag, "name")?, kind, value, is_wrong: tag.contains("aria-invalid=\"true\"") })
        })
        .collect()
}

fn plain(text: &str) -> String {
    text.replace("&#34;", "\"").replace("&#39;", "'").replace("&#60;", "<").replace("&#62;", ">").replace("&#38;", "&")
}

/// Where a refused form must leave nothing.
const TABLES: [&str; 8] = ["users", "customers", "services", "orders", "visits", "chat_messages", "audit", "events"];

const TYPED: [&str; 7] = ["text", "tel", "email", "number", "search", "password", "textarea"];

/// What is wrong with how the form takes a field that is far too long, or a word where it wants another thing.
async fn faults_of(app: &TestApp, person: &Person, page_path: &str, action: &str) -> (usize, Vec<String>) {
    let page = person.get(page_path).await.expect(200).text();
    let shown = controls(&page, action);
    let typed: Vec<&Control> = shown.iter().filter(|control| TYPED.contains(&control.kind.as_str())).collect();
    let (before, long, mut faults) = (app.counts(&TABLES).await, "я".repeat(9_000), vec![]);
    for control in &typed {
        let value = |other: &Control| if other.name == control.name { long.clone() } else { other.value.clone() };
        let kept = |kind: &str| !matches!(kind, "checkbox" | "radio" | "file");
        let fields: Vec<(String, String)> =
            shown.iter().filter(|other| kept(&other.kind)).map(|other| (other.name.clone(), value(other))).collect();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = person.form(action, &fields).header("x-forwarded-for", "11.0.0.1").await;
        if answer.status != 422 {
            faults.push(format!("{action}: {} is taken with {}", control.name, answer.status));
            continue;
        }
        let again = controls(&answer.text(), action);
        let same = again.iter().find(|other| other.name == control.name);
        if !same.is_some_and(|other| other.is_wrong) {
            faults.push(format!("{action}: no fault stands at {}", control.name));
        }
        if control.kind != "password" && same.is_none_or(|other| other.value != long) {
            faults.push(format!("{action}: what was typed into {} is lost", control.name));
        }
    }
    if app.counts(&TABLES).await != before {
        faults.push(format!("{action}: something was stored"));
    }
    (typed.len(), faults)
}

db_test!(each_field_of_each_form_shows_its_fault, |app| {
    let People { administrator, dispatcher, olga, ivan, .. } = app.people();
    let nobody = app.nobody();
    let (order, visit) = app.visit().of(&ivan).make().await;
    let (customer, worker, user) = (olga.customer_id, ivan.worker_id, ivan.user_id);
    let own = app.order().by(&olga).make().await;
    let forms: Vec<(&Person, String, String)> = vec![
        (&nobody, "/sign-up".into(), "/sign-up".into()),
        (&olga, "/my/orders/new".into(), "/my/orders".into()),
        (&olga, format!("/my/orders/{own}/edit"), format!("/my/orders/{own}")),
        (&olga, "/profile".into(), "/profile".into()),
        (&dispatcher, "/orders/new".into(), "/orders".into()),
        (&dispatcher, format!("/orders/{order}/edit"), format!("/orders/{order}/edit")),
        (&dispatcher, format!("/orders/{order}/visits/new"), format!("/orders/{order}/visits")),
        (&dispatcher, format!("/visits/{visit}/edit"), format!("/visits/{visit}/edit")),
        (&dispatcher, format!("/orders/{order}/cancellation"), format!("/orders/{order}/cancellation")),
        (&dispatcher, "/customers/new".into(), "/customers".into()),
        (&dispatcher, format!("/customers/{customer}/edit"), format!("/customers/{customer}")),
        (&administrator, "/users/new".into(), "/users".into()),
        (&administrator, format!("/users/{user}"), format!("/users/{user}")),
        (&administrator, "/services/new".into(), "/services".into()),
        (&administrator, format!("/workers/{worker}/edit"), format!("/workers/{worker}")),
        (&administrator, "/settings".into(), "/settings".into()),
    ];
    let (mut fields, mut faults) = (0, vec![]);
    for (person, page, action) in &forms {
        let (tried, found) = faults_of(&app, person, page, action).await;
        fields += tried;
        faults.extend(found);
    }
    assert_eq!(faults, Vec::<String>::new());
    assert!(fields > 60, "only {fields} fields were tried");
});

#[test]
fn a_form_is_read_as_it_is_shown() {
    let page = r#"<form action="/a"><input name="x" value="1"></form><form method="post" action="/b"><input type="hidden" name="_key" value="k">
        <textarea id="t" name="t" aria-invalid="true">а &#60; б</textarea><input name="y" type="tel"></form>"#;
    let names: Vec<String> =
        controls(page, "/b").iter().map(|control| format!("{}:{}:{}", control.name, control.kind, control.value)).collect();
    assert_eq!(names, ["_key:hidden:k", "t:textarea:а < б", "y:tel:"]);
    assert!(controls(page, "/b")[1].is_wrong);
}
