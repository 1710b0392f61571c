use super::{Audience, Files, NewFile, NewMessage, Thread, write};
use crate::{
    access::{Actor, Who},
    ids::OrderId,
    testkit::*,
};
use serde_json::{Value, json};
use std::io::Cursor;

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";
const HEIC: &[u8] = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";

fn png(width: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(vec![]);
    let picture = image::RgbImage::from_fn(width, 20, |x, y| image::Rgb([x as u8, y as u8, 90]));
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

async fn on_disk(app: &TestApp) -> usize {
    app.files.keys(std::time::Duration::ZERO).await.unwrap().len()
}

/// The address of the first file of a message.
fn url(message: &Value) -> String {
    message["files"][0]["url"].as_str().unwrap().to_owned()
}

/// Who of these sees the file: each of its addresses answers alike, and the list agrees.
async fn see(who: &[&Person], list: &str, file: &str, expected: &[&str]) {
    for person in who {
        let seen = expected.contains(&person.name);
        let page = file.replace("/api/v1", "");
        for path in
            [file.to_owned(), format!("{file}/thumbnail"), page.clone(), format!("{page}/thumbnail"), format!("{page}?size=display")]
        {
            assert_eq!(person.get(&path).await.status, if seen { 200 } else { 404 }, "{} at {path}", person.name);
        }
        let listed = person.get(list).await;
        let lists = listed.status == 200 && listed.text().contains(file);
        assert_eq!(lists, seen, "{} at {list}", person.name);
    }
}

db_test!(a_file_exists_for_whom_its_message_does, |app| {
    let People { administrator, dispatcher, zoya, ivan, semyon, rustam, timur, olga, pyotr, .. } = app.people();
    let everybody = [&administrator, &dispatcher, &zoya, &ivan, &semyon, &rustam, &timur, &olga, &pyotr];
    let office = ["administrator", "dispatcher", "zoya"];
    let (order, visit) = app.visit().of(&ivan).of(&semyon).accepted().make().await;
    let direct = format!("/api/v1/workers/{}/messages", ivan.worker_id);
    let chat = |audience: &str| format!("/api/v1/orders/{order}/messages?audience={audience}");
    let cases: [(&Person, String, Vec<&str>); 6] = [
        (&dispatcher, chat("internal"), vec![]),
        (&dispatcher, chat("worker"), vec!["ivan", "semyon"]),
        (&ivan, chat("worker"), vec!["ivan", "semyon"]),
        (&olga, chat("customer"), vec!["olga"]),
        (&dispatcher, chat("customer"), vec!["olga"]),
        (&ivan, direct.clone(), vec!["ivan"]),
    ];
    let link = app.link(order).await;
    for (n, (writer, path, others)) in (1..).zip(cases) {
        let sent = writer.multipart(&path, &[("text", "Вот")], &[("files", "фото.png", &png(n))]).await.expect(201).json();
        let file = &sent["files"][0];
        assert_eq!(
            (file["name"].as_str(), file["media_type"].as_str(), file["width"].as_i64()),
            (Some("фото.png"), Some("image/png"), Some(n.into()))
        );
        let expected = [&office[..], &others].concat();
        see(&everybody, &path, &url(&sent), &expected).await;
        assert_eq!(app.nobody().get(&url(&sent)).await.status, 401);
        // Through the link as the customer sees it, and at no other address.
        let of_link = url(&sent).replace("/api/v1", &link);
        for path in [of_link.clone(), format!("{of_link}/thumbnail")] {
            assert_eq!(app.nobody().get(&path).await.status, if others.contains(&"olga") { 200 } else { 404 }, "{path}");
        }
        let id = file["id"].as_i64().unwrap();
        for path in [format!("/files/{id}"), format!("/api/v1/files/{id}"), format!("/api/v1/messages/1{n}00/files/{id}")] {
            assert_eq!(administrator.get(&path).await.status, 404, "{path}");
        }
        assert_eq!(administrator.delete(&format!("/api/v1/files/{id}")).await.status, 404);
    }
    // They are none of the order's own files.
    for person in [&dispatcher, &ivan, &olga] {
        assert!(person.get(&format!("/api/v1/orders/{order}/files")).await.expect(200).ids().is_empty());
    }
    assert!(ivan.get(&format!("/api/v1/visits/{visit}/files")).await.expect(200).ids().is_empty());
    // The next crew does not see what the first was sent.
    let of_first = dispatcher.get(&chat("worker")).await.json()["items"][0].clone();
    for deed in ["departure", "arrival", "failure"] {
        ivan.post(&format!("/api/v1/visits/{visit}/{deed}"), json!({ "reason": "дома никого" })).await.expect(200);
    }
    app.visit().order(order).of(&timur).accepted().make().await;
    timur.get(&url(&of_first)).await.expect(404);
});

db_test!(what_is_no_file_of_ours_does_not_go_and_the_text_stays, |app| {
    let People { dispatcher, olga, .. } = app.people();
    let order = app.order().make().await;
    let (api, page) = (format!("/api/v1/orders/{order}/messages"), format!("/my/orders/{order}/messages"));
    let photo = png(9);
    let eleven: Vec<(&str, &str, &[u8])> = vec![("files", "a.png", &photo); 11];
    let huge = vec![b'x'; (64 << 20) + 1];
    let whole = vec![b'x'; 70 << 20];
    type Case<'a> = (&'a [(&'a str, &'a str, &'a [u8])], &'a str, &'a str);
    let cases: [Case; 7] = [
        (&[("files", "IMG_1.HEIC", HEIC)], "files file_heic", "HEIC"),
        (&[("files", "a.png", &photo), ("files", "run.exe", b"MZ\x90\0\x03")], "files file_not_supported", "Такие файлы не принимаются"),
        (&[("files", "a.jpg", b"")], "files file_empty", "Файл пустой"),
        (&eleven, "files too_many_files", "Слишком много файлов"),
        (&[("files", "big.txt", &huge)], "files file_too_large", "Файл слишком большой"),
        (&[("files", "big.txt", &whole)], "files files_too_large", "вместе слишком большие"),
        (&[("other", "a.png", &photo)], "other unknown_field", ""),
    ];
    for (files, fault, words) in cases {
        let refused = olga.multipart(&api, &[("text", "Смотрите сюда")], files).await.expect(422);
        assert!(refused.faults().contains(&fault.to_owned()), "{fault}: {:?}", refused.faults());
        let again = olga.multipart(&page, &[("text", "Смотрите сюда"), ("_key", "k")], files).await.expect(422).text();
        let (_, error) = again.split_once("id=\"chat-text-error\"").unwrap();
        assert!(error.contains(words), "{fault}");
        // Of a body that comes in one piece and is too large nothing is read; over a network it comes in many.
        assert!(again.contains("Смотрите сюда</textarea>") || fault.contains("files_too_large"), "{fault}");
    }
    // With neither a text nor a file there is nothing to send; one of them is enough.
    let nothing: [(&str, &str, &[u8]); 1] = [("files", "", b"")];
    assert_eq!(olga.multipart(&api, &[("text", " ")], &nothing).await.expect(422).faults(), ["text required"]);
    assert_eq!(olga.post(&api, json!({ "text": "", "files": ["a"] })).await.expect(422).faults(), ["files unknown_field", "text required"]);
    let long = "я".repeat(4001);
    assert_eq!(olga.multipart(&api, &[("text", &long)], &[("files", "a.png", &photo)]).await.expect(422).faults(), ["text too_long"]);
    assert_eq!(app.counts(&["chat_messages", "files"]).await, [0, 0]);
    assert_eq!(on_disk(&app).await, 0);
    let ten: Vec<(&str, &str, &[u8])> = vec![("files", "a.png", &photo); 10];
    let sent = olga.multipart(&api, &[], &ten).await.expect(201).json();
    assert_eq!((sent["text"].as_str(), sent["files"].as_array().unwrap().len()), (Some(""), 10));
    assert_eq!(on_disk(&app).await, 30);
    // A refusal of the message itself leaves nothing either.
    dispatcher.multipart(&format!("{api}?audience=worker"), &[("text", "а")], &[("files", "a.png", &photo)]).await.expect(409);
    olga.multipart(&api, &[("reply_to", "999999")], &[("files", "a.png", &photo)]).await.expect(422);
    assert_eq!(on_disk(&app).await, 30);
});

db_test!(the_same_message_with_files_sent_twice_is_one, |app| {
    let People { olga, .. } = app.people();
    let order = app.order().make().await;
    let api = format!("/api/v1/orders/{order}/messages");
    let key = uuid::Uuid::from_u128(7);
    let send = async |width: u32| olga.multipart(&api, &[("text", "Вот")], &[("files", "a.png", &png(width))]).key(key).await;
    let first = send(20).await.expect(201).json();
    assert_eq!(send(20).await.expect(201).json(), first);
    assert_eq!(send(21).await.expect(422).code(), "key_reused");
    for _ in 0..2 {
        let photo = png(22);
        let form = olga.multipart(&format!("/my/orders/{order}/messages"), &[("_key", "abc"), ("text", "")], &[("files", "b.png", &photo)]);
        form.await.expect(303);
    }
    assert_eq!(app.counts(&["chat_messages", "files"]).await, [2, 2]);
    assert_eq!(on_disk(&app).await, 6);
});

db_test!(a_message_taken_back_takes_its_files_along_and_the_administrator_keeps_them, |app| {
    let People { administrator, dispatcher, zoya, olga, .. } = app.people();
    let order = app.order().make().await;
    let api = format!("/api/v1/orders/{order}/messages");
    let sent = olga
        .multipart(&api, &[("text", "Паспорт")], &[("files", "паспорт.png", &png(30)), ("files", "договор.pdf", PDF)])
        .await
        .expect(201);
    let (message, file) = (sent.id(), url(&sent.json()));
    // A changed text leaves the files where they are.
    let changed = olga.patch(&format!("/api/v1/messages/{message}"), json!({ "text": "Мой паспорт" })).await.expect(200).json();
    assert_eq!(changed["files"].as_array().unwrap().len(), 2);
    let gone = olga.delete(&format!("/api/v1/messages/{message}")).await.expect(200).json();
    assert_eq!(gone["files"], json!([]));
    let everybody = [&olga, &dispatcher, &zoya];
    for person in everybody {
        for path in [file.clone(), format!("{file}/thumbnail"), file.replace("/api/v1", "")] {
            assert_eq!(person.get(&path).await.status, 404, "{} at {path}", person.name);
        }
    }
    app.nobody().get(&file.replace("/api/v1", &app.link(order).await)).await.expect(404);
    assert!(!dispatcher.get(&format!("/orders/{order}/messages?audience=customer")).await.text().contains("паспорт.png"));
    let kept = administrator.get(&format!("/api/v1/messages/{message}/versions")).await.expect(200).json();
    assert_eq!(kept["items"][0]["files"][0]["name"], "паспорт.png");
    administrator.get(&file).await.expect(200);
    assert_eq!(crate::orders::files::remove_orphans(&app, std::time::Duration::ZERO).await.unwrap(), 0);
    assert_eq!(on_disk(&app).await, 4);
});

db_test!(a_page_shows_pictures_and_papers_and_takes_them_without_script, |app| {
    let People { dispatcher, ivan, olga, .. } = app.people();
    let (order, visit) = app.visit().of(&ivan).accepted().make().await;
    let mine = format!("/my/orders/{order}/messages");
    assert!(olga.get(&mine).await.expect(200).text().contains("enctype=\"multipart/form-data\""));
    let files: [(&str, &str, &[u8]); 3] = [("files", "стена.png", &png(40)), ("files", "план <1>.pdf", PDF), ("files", "", b"")];
    olga.multipart(&mine, &[("audience", "customer"), ("text", "")], &files).await.expect(303);
    let message = app.number("SELECT MAX(id) FROM chat_messages").await;
    let page = olga.get(&mine).await.expect(200).text();
    let at = |n: i64| format!("/messages/{message}/files/{n}");
    assert!(
        page.contains(&format!("href=\"{}?size=display\" data-photo><img src=\"{}/thumbnail\" alt=\"стена.png\"", at(1), at(1))),
        "{page}"
    );
    assert!(page.contains("план _1_.pdf") && page.contains("<small>48"), "{page}");
    let link = app.link(order).await;
    let by_link = app.nobody().get(&format!("{link}/messages")).await.expect(200).text();
    assert!(by_link.contains(&format!("{link}{}/thumbnail", at(1))));
    app.nobody().multipart(&format!("{link}/messages"), &[("text", "По ссылке")], &[("files", "x.png", &png(3))]).await.expect(303);
    // In one line it is told by their number.
    assert!(dispatcher.get("/conversations").await.text().contains("По ссылке"));
    let answer =
        dispatcher.post(&format!("/api/v1/orders/{order}/messages?audience=customer"), json!({ "text": "Ясно", "reply_to": message }));
    assert_eq!(answer.await.expect(201).json()["reply_to"]["files"], 2);
    assert!(olga.get(&mine).await.text().contains("<span>2\u{a0}файла</span>"));
    ivan.multipart(&format!("/visits/{visit}/messages"), &[("text", "")], &[("files", "щит.png", &png(5))]).await.expect(303);
    ivan.multipart("/messages", &[("text", "")], &[("files", "я.png", &png(6))]).await.expect(303);
    dispatcher
        .multipart(&format!("/workers/{}/messages", ivan.worker_id), &[("text", "")], &[("files", "мы.png", &png(7))])
        .await
        .expect(303);
    let office = format!("/orders/{order}/messages");
    dispatcher.multipart(&office, &[("audience", "internal"), ("text", "")], &[("files", "п.pdf", PDF)]).await.expect(303);
    assert!(dispatcher.get("/conversations?show=all").await.text().contains("1\u{a0}файл"));
    assert_eq!(app.number("SELECT COUNT(*) FROM files").await, 7);
});

db_test!(the_program_itself_writes_with_files, |app| {
    let People { olga, .. } = app.people();
    let order = OrderId(app.order().make().await);
    let actor = Actor {
        who: Who::Customer(crate::ids::CustomerId(olga.customer_id)),
        user_id: Some(crate::ids::UserId(olga.user_id)),
        name: "Ольга".into(),
        ..Actor::system("bot")
    };
    let thread = Thread::of_order(&app, app.db.read(), &actor, order, Audience::Customer).await.unwrap();
    let files = Files::take_new(&app, vec![NewFile { name: "из бота.png".into(), bytes: png(12) }]).await.unwrap();
    let new = NewMessage { body: String::new(), reply_to: None };
    let message = async { change!(app, &actor => |change| write(change, &thread, &new, &files).await) }.await.unwrap();
    files.settle(&app, Some(message.id)).await;
    let shown = olga.get(&format!("/api/v1/orders/{order}/messages")).await.json();
    assert_eq!(shown["items"][0]["files"][0]["name"], "из бота.png");
    assert_eq!(on_disk(&app).await, 3);
    let refused =
        Files::take_new(&app, vec![NewFile { name: "а.png".into(), bytes: png(12) }, NewFile { name: "x".into(), bytes: HEIC.into() }]);
    assert!(refused.await.is_err());
    assert_eq!(on_disk(&app).await, 3);
});
