mod text;

use super::{manual::Chapter, markdown, search};
use crate::{access::Role, testkit::*};
use regex::Regex;

db_test!(everybody_reads_and_sees_their_own_first, |app| {
    let People { administrator, dispatcher, ivan, rustam, olga, .. } = app.people();
    let first_of = [
        (&administrator, "Люди и порядок"),
        (&dispatcher, "Заказы"),
        (&ivan, "Задания в телефоне"),
        (&rustam, "Задания в телефоне"),
        (&olga, "Ваш заказ"),
        (&app.nobody(), "Ваш заказ"),
    ];
    for (person, title) in first_of {
        let page = person.get("/help").await.expect(200).text();
        let first = page.split("<h3>").nth(1).unwrap();
        assert!(first.contains(&format!(">{title}</a>")), "{}: {first}", person.name);
        assert_eq!(page.contains("/help/company"), person.role.is_some_and(Role::is_staff), "{}", person.name);
        for chapter in Chapter::all() {
            let page = person.get(&chapter.url()).await.expect(200).text();
            assert!(page.contains(&chapter.title) && page.contains(&chapter.html), "{}", chapter.name);
        }
    }
    app.nobody().get("/help/planets").await.expect(404);
    app.nobody().get("/help/images/none.webp").await.expect(404);
    app.nobody().get("/help/images/pictures.json").await.expect(404);
});

db_test!(pictures_come_with_the_page_and_are_kept, |app| {
    let page = app.nobody().get("/help/customer").await.expect(200).text();
    let address = Regex::new(r#"<img src="(/help/[^"]+)""#).unwrap().captures(&page).expect("the chapter has pictures")[1].to_owned();
    let picture = app.nobody().get(&address).await.expect(200);
    assert_eq!(picture.header("content-type"), "image/webp");
    assert!(picture.header("cache-control").contains("immutable"));
});

db_test!(the_search_answers_in_the_page, |app| {
    let People { dispatcher, olga, .. } = app.people();
    let page = dispatcher.get("/help?q=отменить+заказ").await.expect(200).text();
    assert!(page.contains("/help/orders#отменить-заказ") && page.contains("<mark>"), "{page}");
    let page = dispatcher.get("/help?q=абракадабра").await.expect(200).text();
    assert!(page.contains("Ничего не нашлось"));
    assert!(dispatcher.get("/help?q=+").await.expect(200).text().contains("Ваши задачи"));
    assert!(!olga.get("/help?q=заблокировать").await.expect(200).text().contains("/help/administrator"));
    let english = app.nobody().get("/help").header("accept-language", "en").await.expect(200).text();
    assert!(english.contains("The manual is in Russian") && english.contains("lang=\"ru\""), "{english}");
});

/// The titles that a search finds, the best first.
fn titles(typed: &str, role: Role) -> Vec<&'static str> {
    search::search(typed, Some(role)).into_iter().map(|found| found.title).collect()
}

#[test]
fn search_knows_endings_and_weighs_titles() {
    use Role::{Administrator, Contractor, Customer, Dispatcher};
    for (typed, role, first) in [
        ("отмена заказа", Dispatcher, "Отменить заказ"),
        ("ОТМЕНИТЬ ЗАКАЗ", Customer, "Отменить заказ"),
        ("как назначить исполнителя", Dispatcher, "Назначить исполнителя"),
        ("отчет фото", Contractor, "Сдать отчёт с фото"),
        ("телеграм telegram", Contractor, "Подключить Telegram"),
        ("блокировать", Administrator, "Заблокировать сотрудника"),
        ("уведомления", Administrator, "Отправить уведомление ещё раз"),
    ] {
        assert_eq!(titles(typed, role).first(), Some(&first), "{typed}: {:?}", titles(typed, role));
    }
    assert!(titles("абракадабра", Dispatcher).is_empty() && titles("  ", Dispatcher).is_empty() && titles("«»", Dispatcher).is_empty());
}

#[test]
fn excerpts_mark_what_was_found_and_keep_the_text() {
    for typed in ["заказ", "кнопка", "снимок", "№", "ё", "12"] {
        for found in search::search(typed, Some(Role::Administrator)) {
            let text: String = found.excerpt.iter().map(|piece| piece.text.trim_matches('…')).collect();
            let chapter = Chapter::all().iter().find(|chapter| chapter.title == found.chapter).unwrap();
            let section = chapter.sections.iter().find(|section| section.title == found.title);
            let whole = section.map_or(&chapter.lead, |section| &section.text);
            assert!(whole.contains(&text), "{text}");
        }
    }
    let found = search::search("косую", Some(Role::Dispatcher));
    assert!(found[0].excerpt.iter().any(|piece| piece.is_hit && piece.text == "косую"), "{:?}", found[0].excerpt);
}

#[test]
fn anchors_are_github_s() {
    assert_eq!(markdown::anchor("Что видит заказчик?"), "что-видит-заказчик");
    assert_eq!(markdown::anchor("Сдать отчёт с фото — быстро"), "сдать-отчёт-с-фото--быстро");
}
