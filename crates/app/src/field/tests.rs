use crate::{orders::VisitStatus, testkit::*};
use serde_json::json;
use std::io::Cursor;

fn png() -> Vec<u8> {
    let mut bytes = Cursor::new(vec![]);
    image::RgbImage::from_pixel(24, 18, image::Rgb([9, 120, 90])).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

async fn photograph(worker: &Person, visit: i64, kind: &str) {
    worker.multipart(&format!("/visits/{visit}/files"), &[("kind", kind)], &[("file", "a.png", &png())]).await.expect(303);
}

fn lines(page: &str) -> String {
    page.split_whitespace().collect::<Vec<_>>().join(" ")
}

db_test!(the_day_shows_offers_what_is_now_and_what_comes, |app| {
    let People { dispatcher, ivan, semyon, .. } = app.people();
    assert!(ivan.get("/visits").await.expect(200).text().contains("На сегодня заданий нет"));
    let place = |street: &str| json!({ "text": street, "district": "Тверской" });
    let order = async |street: &str| app.order().confirmed().with("address", place(street)).make().await;
    let (_, now) = app.visit().order(order("ул. Сейчас, 1").await).of(&ivan).status(VisitStatus::EnRoute).make().await;
    app.visit().order(order("ул. Потом, 2").await).of(&ivan).at(NOW + 7 * HOUR).accepted().make().await;
    let (_, offer) = app.visit().order(order("ул. Завтра, 3").await).of(&ivan).at(NOW + DAY).offered().make().await;
    app.visit().order(order("ул. Чужая, 4").await).of(&semyon).accepted().make().await;
    let day = lines(&ivan.get("/visits").await.expect(200).text());
    assert!(day.contains(&format!("action=\"/visits/{now}/arrival\"")), "the one button is the next step");
    assert_eq!(day.matches("button primary").count(), 2, "one for the offer, one for the visit that is now");
    assert!(day.contains("ул. Сейчас, 1") && day.contains("ул. Потом, 2") && day.contains(&format!("/visits/{offer}/acceptance")));
    assert!(day.find("ул. Завтра, 3") < day.find("ул. Сейчас, 1") && day.find("ул. Сейчас, 1") < day.find("ул. Потом, 2"));
    assert!(!day.contains("Чужая"));
    assert_eq!(dispatcher.get("/visits").await.expect(303).location(), "/orders");
    let all = ivan.get("/visits/all").await.expect(200).text();
    assert!(all.contains("ул. Потом, 2") && !all.contains("Чужая"));
});

db_test!(each_state_of_a_visit_has_one_next_step, |app| {
    let People { ivan, .. } = app.people();
    let steps = [
        (VisitStatus::Offered, "acceptance"),
        (VisitStatus::Accepted, "departure"),
        (VisitStatus::EnRoute, "arrival"),
        (VisitStatus::OnSite, "report"),
        (VisitStatus::Paused, "resumption"),
        (VisitStatus::Returned, "arrival"),
    ];
    for (place, (status, noun)) in steps.into_iter().enumerate() {
        let (_, visit) = app.visit().at(NOW + (4 + 3 * i64::try_from(place).unwrap()) * HOUR).status(status).make().await;
        let page = ivan.get(&format!("/visits/{visit}")).await.expect(200).text();
        assert_eq!(page.matches("button primary").count(), 1, "{status}");
        let filled = &page[page.find("button primary").unwrap().saturating_sub(700)..][..760];
        assert!(filled.contains(&format!("/visits/{visit}/{noun}\"")), "{status}: {filled}");
    }
});

db_test!(a_contractor_reads_no_more_than_the_district_before_accepting_and_after_the_check, |app| {
    let People { dispatcher, rustam, timur, olga, .. } = app.people();
    let (order, visit) =
        app.visit().of(&rustam).with("payout_minor", json!(500_000)).with("note", json!("Код от подъезда 4512")).offered().make().await;
    let secrets = ["Ленина", "Смирнова", "+79160000005", "tel:", "4512", "второе слева", "55.75", "67К"];
    let hidden = async |path: &str| {
        let page = rustam.get(path).await.expect(200).text();
        assert!(page.contains("Тверской") && page.contains("Монтаж окна"), "{path}");
        for secret in secrets {
            assert!(!page.contains(secret), "{secret} stands at {path}");
        }
        page
    };
    let page = hidden(&format!("/visits/{visit}")).await;
    assert!(page.contains("5\u{a0}000\u{a0}₽") && page.contains("data-until="));
    hidden("/visits").await;
    for path in ["/visits/all", "/api/v1/visits"] {
        let seen = rustam.get(path).await.expect(200).text();
        assert!(seen.contains("Тверской") && !secrets.iter().any(|secret| seen.contains(secret)), "{path}");
    }
    rustam.get(&format!("/visits/{visit}/report")).await.expect(404);
    rustam.get(&format!("/api/v1/visits/{visit}/report")).await.expect(404);
    for stranger in [&timur, &olga] {
        assert_eq!(stranger.get(&format!("/visits/{visit}")).await.status, 404);
    }

    rustam.form(&format!("/visits/{visit}/acceptance"), &[("back", "/visits")]).await.expect(303);
    let page = rustam.get(&format!("/visits/{visit}")).await.expect(200).text();
    for secret in ["Ленина", "Смирнова", "tel:+79160000005", "4512", "второе слева", "yandexnavi://", "Домофон"]
    {
        assert!(page.contains(secret), "{secret} is needed");
    }
    for step in ["departure", "arrival"] {
        rustam.form(&format!("/visits/{visit}/{step}"), &[]).await.expect(303);
    }
    rustam.multipart(&format!("/visits/{visit}/report"), &[("signed_by", "О. Смирнова"), ("then", "finish")], &[]).await.expect(303);
    dispatcher.post(&format!("/api/v1/visits/{visit}/check"), json!({})).await.expect(200);
    hidden(&format!("/visits/{visit}")).await;
    assert!(!rustam.get(&format!("/visits/{visit}/report")).await.expect(200).text().contains("Смирнова"));
    assert!(rustam.get(&format!("/api/v1/visits/{visit}/report")).await.expect(200).json()["signed_by"].is_null());
    assert_eq!(dispatcher.get(&format!("/visits/{visit}")).await.expect(303).location(), format!("/orders/{order}"));
});

db_test!(finishing_is_refused_with_what_is_missing_and_nothing_is_lost, |app| {
    let People { ivan, .. } = app.people();
    let order = app.order().service(app.services().strict).confirmed().make().await;
    let (_, visit) = app.visit().order(order).on_site().make().await;
    let report = format!("/visits/{visit}/report");
    let typed = [("text", "Трасса 7 м <b>"), ("checklist", "1"), ("then", "finish"), ("_key", "k-1")];
    let refused = ivan.multipart(&report, &typed, &[]).await.expect(422).text();
    for lack in ["фото «до»", "фото «после»", "1\u{a0}пункт", "Нет подписи заказчика"] {
        assert!(refused.contains(lack), "{lack} is told: {refused}");
    }
    assert!(refused.contains("Трасса 7 м &#60;b&#62;") || refused.contains("Трасса 7 м &lt;b&gt;"), "the text stays");
    let stored = ivan.get(&format!("/api/v1/visits/{visit}/report")).await.expect(200).json();
    assert_eq!((stored["text"].as_str(), &stored["checklist"]), (Some("Трасса 7 м <b>"), &json!([1])), "and is saved");
    assert_eq!(stored["missing"], json!({ "photos_before": 1, "photos_after": 1, "checklist": 1, "signature": true }));
    assert_eq!(ivan.post(&format!("/api/v1/visits/{visit}/completion"), json!({})).await.expect(422).faults().len(), 4);

    photograph(&ivan, visit, "before").await;
    photograph(&ivan, visit, "after").await;
    let typed = [("text", "Готово"), ("checklist", "0"), ("checklist", "1"), ("then", "finish")];
    ivan.multipart(&report, &typed, &[]).await.expect(422);
    let typed = [("text", "Готово"), ("checklist", "0"), ("checklist", "1"), ("signed_by", "Ольга"), ("then", "finish"), ("_key", "k-2")];
    let done = ivan.multipart(&report, &typed, &[]).await.expect(303);
    assert_eq!(done.location(), format!("/visits/{visit}"));
    assert_eq!(ivan.get(&format!("/api/v1/visits/{visit}")).await.json()["status"], "done");
    ivan.multipart(&report, &typed, &[]).await.expect(303);
    let page = ivan.get(&report).await.expect(200).text();
    assert!(page.contains("Готово") && page.contains("Ольга") && !page.contains("button primary"), "it can still be read");
    assert!(!page.contains("photo-add"));
    ivan.multipart(&report, &[("text", "позже")], &[]).await.expect(409);
});

db_test!(a_drawn_signature_comes_with_the_report, |app| {
    let People { ivan, .. } = app.people();
    let (_, visit) = app.visit().on_site().make().await;
    let mut drawn = image::RgbaImage::from_pixel(200, 90, image::Rgba([255, 255, 255, 255]));
    (10..190).for_each(|x| (40..44).for_each(|y| drawn.put_pixel(x, y + x % 7, image::Rgba([20, 30, 60, 255]))));
    let mut signature = Cursor::new(vec![]);
    drawn.write_to(&mut signature, image::ImageFormat::Png).unwrap();
    let report = format!("/visits/{visit}/report");
    for _ in 0..2 {
        ivan.multipart(&report, &[("_key", "k-1"), ("text", "")], &[("signature", "a.png", signature.get_ref())]).await.expect(303);
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM files WHERE kind = 'signature' AND media_type = 'image/png'").await, 1);
    let empty = image::RgbaImage::from_pixel(200, 90, image::Rgba([255, 255, 255, 255]));
    let mut blank = Cursor::new(vec![]);
    empty.write_to(&mut blank, image::ImageFormat::Png).unwrap();
    let refused = ivan.multipart(&report, &[("text", "со словами")], &[("signature", "a.png", blank.get_ref())]).await.expect(422);
    assert!(refused.text().contains("со словами"), "the text stays on the page");
});

db_test!(the_draft_saves_itself_and_two_who_write_do_not_overwrite_each_other, |app| {
    let People { ivan, semyon, .. } = app.people();
    let (_, visit) = app.visit().of(&ivan).of(&semyon).on_site().make().await;
    let (draft, report) = (format!("/visits/{visit}/report/draft"), format!("/visits/{visit}/report"));
    let part = ivan.form(&draft, &[("text", "раз"), ("_version", "0")]).htmx().await.expect(200).text();
    assert!(part.contains("id=\"report-state\"") && part.contains("value=\"1\"") && !part.contains("<html"));
    // The page did not hear yet what it saved itself.
    ivan.form(&draft, &[("text", "раз два"), ("_version", "0")]).htmx().await.expect(200);
    semyon.form(&draft, &[("text", "моё"), ("_version", "0")]).htmx().await.expect(412);
    let stale = semyon.multipart(&report, &[("text", "моё"), ("_version", "0"), ("then", "finish")], &[]).await.expect(412).text();
    assert!(stale.contains("моё") && stale.contains("value=\"2\""), "their text and the newer version are on the page");
    assert!(stale.contains("<p class=\"pre\">раз два</p>"), "and what the report says now");
    semyon.multipart(&report, &[("text", "раз два, моё"), ("_version", "2")], &[]).await.expect(303);
    assert_eq!(ivan.get(&format!("/api/v1/visits/{visit}/report")).await.json()["text"], "раз два, моё");

    // A page that stays open fetches its state anew: the version of its words moves by its own saves alone.
    let seen = |text: &str, version: i64| text.contains(&format!("name=\"_version\" value=\"{version}\""));
    let overtaken = ivan.get(&format!("{report}?seen=2")).await.expect(200).text();
    assert!(seen(&overtaken, 2) && overtaken.contains("Пока вы работали, здесь уже что-то изменили"));
    let own = semyon.get(&format!("{report}?seen=2")).await.expect(200).text();
    assert!(seen(&own, 3) && !own.contains("Пока вы работали, здесь уже что-то изменили"));
});

db_test!(a_refusal_stays_on_the_open_page_until_nothing_is_missing, |app| {
    let People { ivan, .. } = app.people();
    let order = app.order().service(app.services().strict).confirmed().make().await;
    let (_, visit) = app.visit().order(order).on_site().make().await;
    let (draft, report) = (format!("/visits/{visit}/report/draft"), format!("/visits/{visit}/report"));
    let refused = "Завершить пока нельзя: отчёт неполный";
    let page = ivan.multipart(&report, &[("text", "готово"), ("_version", "0"), ("then", "finish")], &[]).await.expect(422).text();
    assert!(page.contains(refused) && page.contains(&format!("data-live-src=\"{report}?seen=1&#38;refused=true\"")));
    assert!(!ivan.get(&format!("{report}?seen=1")).await.expect(200).text().contains(refused), "who was not refused reads of none");
    photograph(&ivan, visit, "before").await;
    let fetched = ivan.get(&format!("{report}?seen=1&refused=true")).await.expect(200).text();
    assert!(fetched.contains(refused) && !fetched.contains("фото «до»"), "what has come is missing no longer");
    photograph(&ivan, visit, "after").await;
    let typed = [("text", "готово"), ("checklist", "0"), ("_version", "1"), ("refused", "true")];
    let saved = ivan.form(&draft, &typed).htmx().await.expect(200).text();
    assert!(saved.contains(refused) && saved.contains("name=\"refused\""), "it outlives what saves itself");
    let typed =
        [("text", "готово"), ("checklist", "0"), ("checklist", "1"), ("signed_by", "Ольга"), ("_version", "2"), ("refused", "true")];
    assert!(!ivan.form(&draft, &typed).htmx().await.expect(200).text().contains(refused), "and ends with its reasons");
});

db_test!(workers_list_their_own_visits_over_the_api_page_by_page, |app| {
    let People { dispatcher, ivan, semyon, olga, .. } = app.people();
    let mut made = vec![];
    for hours in [30, 4, 12] {
        made.push((hours, app.visit().at(NOW + hours * HOUR).accepted().make().await.1));
    }
    let (_, others) = app.visit().of(&semyon).accepted().make().await;
    made.sort_unstable();
    let own: Vec<i64> = made.iter().map(|(_, visit)| *visit).collect();
    assert_eq!(ivan.get("/api/v1/visits").await.expect(200).ids(), own);
    let first = ivan.get("/api/v1/visits?limit=2").await.expect(200);
    assert_eq!(first.ids(), own[..2]);
    let cursor = first.json()["next_cursor"].as_str().unwrap().to_owned();
    let rest = ivan.get(&format!("/api/v1/visits?limit=2&cursor={cursor}")).await.expect(200);
    assert_eq!((rest.ids(), rest.json()["next_cursor"].is_null()), (own[2..].to_vec(), true));
    assert_eq!(ivan.get("/api/v1/visits?from=2026-11-25T00:00:00Z").await.ids(), own[2..]);
    assert_eq!(ivan.get("/api/v1/visits?status=offered").await.ids(), Vec::<i64>::new());
    assert_eq!(ivan.get(&format!("/api/v1/visits?worker_id={}", semyon.worker_id)).await.ids(), Vec::<i64>::new());
    assert_eq!(dispatcher.get(&format!("/api/v1/visits?worker_id={}", semyon.worker_id)).await.ids(), [others]);
    assert_eq!(dispatcher.get("/api/v1/visits").await.ids().len(), 4);
    olga.get("/api/v1/visits").await.expect(404);
    assert_eq!(ivan.get("/api/v1/visits?cursor=x").await.expect(422).faults(), ["cursor invalid"]);
});
