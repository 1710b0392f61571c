use crate::{answer, call, refusal, result, service};
use serde_json::{Value, json};

fn button(text: &str, data: &str) -> Value {
    json!({ "inline_keyboard": [[{ "text": text, "callback_data": data }]] })
}

#[tokio::test]
async fn what_is_wrong_is_refused_in_the_words_of_the_service() {
    let service = service().await;
    service.stranger(8, "Борис");
    service.person(9, "Вера");
    service.block(9);
    let html = |text: &str| json!({ "chat_id": 7, "text": text, "parse_mode": "HTML" });
    let with = |keyboard: Value| json!({ "chat_id": 7, "text": "x", "reply_markup": keyboard });
    let table = [
        ("getMee", json!({}), "404 Not Found: method not found"),
        ("sendMessage", json!({ "text": "x" }), "400 Bad Request: chat_id is empty"),
        ("sendMessage", json!({ "chat_id": 99, "text": "x" }), "400 Bad Request: chat not found"),
        ("sendMessage", json!({ "chat_id": "@nobody", "text": "x" }), "400 Bad Request: chat not found"),
        ("sendMessage", json!({ "chat_id": 8, "text": "x" }), "403 Forbidden: bot can't initiate conversation with a user"),
        ("sendMessage", json!({ "chat_id": 9, "text": "x" }), "403 Forbidden: bot was blocked by the user"),
        ("sendMessage", json!({ "chat_id": 7 }), "400 Bad Request: message text is empty"),
        ("sendMessage", json!({ "chat_id": 7, "text": " \n" }), "400 Bad Request: message text is empty"),
        ("sendMessage", json!({ "chat_id": 7, "text": "я".repeat(4097) }), "400 Bad Request: message is too long"),
        ("sendMessage", html("<b></b>"), "400 Bad Request: message text is empty"),
        ("sendMessage", html("a <h1>b</h1>"), "400 Bad Request: can't parse entities: Unsupported start tag \"h1\" at byte offset 2"),
        ("sendMessage", html("<b>a"), "400 Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        (
            "sendMessage",
            html("<b>a</i>"),
            "400 Bad Request: can't parse entities: Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\"",
        ),
        ("sendMessage", html("a</b>"), "400 Bad Request: can't parse entities: Unexpected end tag at byte offset 1"),
        ("sendMessage", html("1 < 2"), "400 Bad Request: can't parse entities: Unclosed start tag at byte offset 2"),
        ("sendMessage", with(button("Да", "")), "400 Bad Request: BUTTON_DATA_INVALID"),
        ("sendMessage", with(button("Да", &"x".repeat(65))), "400 Bad Request: BUTTON_DATA_INVALID"),
        ("sendMessage", with(button("Да", &"я".repeat(33))), "400 Bad Request: BUTTON_DATA_INVALID"),
        ("sendMessage", with(button(" ", "x")), "400 Bad Request: can't parse inline keyboard button: Button text must be non-empty"),
        (
            "sendMessage",
            with(json!({ "inline_keyboard": [[{ "text": "Да" }]] })),
            "400 Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            "sendMessage",
            with(json!({ "keyboard": [[{ "text": " ", "request_contact": true }]] })),
            "400 Bad Request: can't parse keyboard button: Button text must be non-empty",
        ),
        ("editMessageText", with(json!({ "keyboard": [["Да"]] })), "400 Bad Request: inline keyboard expected"),
        ("sendMessage", with(json!("{")), "400 Bad Request: can't parse reply_markup JSON object"),
        ("sendPhoto", json!({ "chat_id": 7 }), "400 Bad Request: there is no photo in the request"),
        ("sendDocument", json!({ "chat_id": 7, "document": "file-9" }), "400 Bad Request: wrong file identifier/HTTP URL specified"),
        ("sendDocument", json!({ "chat_id": 7, "caption": "я".repeat(1025) }), "400 Bad Request: message caption is too long"),
        ("editMessageText", json!({ "chat_id": 7, "message_id": 9, "text": "x" }), "400 Bad Request: message to edit not found"),
        ("deleteMessage", json!({ "chat_id": 7, "message_id": 9 }), "400 Bad Request: message to delete not found"),
        ("getFile", json!({ "file_id": "x" }), "400 Bad Request: invalid file_id"),
        (
            "answerCallbackQuery",
            json!({ "callback_query_id": "1" }),
            "400 Bad Request: query is too old and response timeout expired or query ID is invalid",
        ),
        ("setWebhook", json!({ "url": "ftp://x" }), "400 Bad Request: bad webhook: An HTTPS URL must be provided for webhook"),
        ("setWebhook", json!({ "url": "https://x", "secret_token": "a b" }), "400 Bad Request: secret token contains unallowed characters"),
        ("setWebhook", json!({ "url": "https://x", "secret_token": "a".repeat(257) }), "400 Bad Request: secret token is too long"),
        ("setMyCommands", json!({ "commands": [{ "command": "Старт", "description": "x" }] }), "400 Bad Request: BOT_COMMAND_INVALID"),
    ];
    for (method, params, expected) in table {
        assert_eq!(refusal(&service, method, params.clone()).await, expected, "{method} {params}");
    }
    assert!(service.journal().iter().all(|call| !call.taken), "nothing of it took effect");
    assert_eq!(result(&service, "sendMessage", json!({ "chat_id": 7, "text": "я".repeat(4096) })).await["from"]["is_bot"], true);
    result(&service, "sendMessage", with(button("Да", &"x".repeat(64)))).await;
}

#[tokio::test]
async fn a_token_that_is_none_is_refused() {
    let service = emulators::Telegram::start_for("127.0.0.1:0".parse().unwrap(), "1:right").await.unwrap();
    for token in ["1:wrong", "right", "0:right", "x:right", ":right"] {
        let (status, answer) = answer(reqwest::Client::new().get(format!("{}/bot{token}/getMe", service.url()))).await;
        assert_eq!((status, &answer["description"]), (401, &json!("Unauthorized")), "{token}");
    }
    answer(reqwest::Client::new().get(format!("{}/bot1:right/getMe", service.url()))).await;
}

#[tokio::test]
async fn parameters_come_in_any_of_four_forms_and_methods_in_any_case() {
    let service = service().await;
    let url = format!("{}/bot1:t/SENDmessage", service.url());
    let http = reqwest::Client::new();
    let keyboard = button("Да", "yes").to_string();
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("chat_id", "7"), ("text", "form"), ("reply_markup", &keyboard)])
        .finish();
    let part = |name: &str, value: &str| format!("--line\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let multipart = format!("{}{}{}--line--\r\n", part("chat_id", "7"), part("text", "multipart"), part("reply_markup", &keyboard));
    let requests = [
        http.get(format!(
            "{url}?chat_id=7&text=query&reply_markup={}",
            form_urlencoded::byte_serialize(keyboard.as_bytes()).collect::<String>()
        )),
        http.post(&url).header("content-type", "application/x-www-form-urlencoded").body(form),
        http.post(&url).header("content-type", "multipart/form-data; boundary=line").body(multipart),
        http.post(&url)
            .header("content-type", "application/json; charset=utf-8")
            .body(json!({ "chat_id": 7, "text": "json", "reply_markup": button("Да", "yes") }).to_string()),
    ];
    for request in requests {
        let (_, answer) = answer(request).await;
        assert_eq!(answer["result"]["reply_markup"], button("Да", "yes"), "{answer}");
    }
    assert_eq!(service.sent_to(7), ["query", "form", "multipart", "json"]);
    let broken = http.post(&url).header("content-type", "application/json").body("{");
    assert_eq!(answer(broken).await.0, 400);
}

#[tokio::test]
async fn html_becomes_text_and_entities() {
    let service = service().await;
    let html = "🔧 <b>Заказ <i>№ 1</i></b> &lt;&#1078;&amp;&nbsp; <a href=\"http://x/?a=1&amp;b=2\">тут</a>";
    let message = result(&service, "sendMessage", json!({ "chat_id": 7, "text": html, "parse_mode": "html" })).await;
    assert_eq!(message["text"], "🔧 Заказ № 1 <ж&&nbsp; тут");
    let entities = json!([
        { "type": "bold", "offset": 3, "length": 9 },
        { "type": "italic", "offset": 9, "length": 3 },
        { "type": "text_link", "offset": 23, "length": 3, "url": "http://x/?a=1&b=2" },
    ]);
    assert_eq!(message["entities"], entities);
}

#[tokio::test]
async fn a_message_is_edited_and_deleted() {
    let service = service().await;
    let id = result(&service, "sendMessage", json!({ "chat_id": 7, "text": "a", "reply_markup": button("Да", "yes") })).await["message_id"]
        .clone();
    let edit = |text: &str, keyboard: Value| json!({ "chat_id": 7, "message_id": id, "text": text, "reply_markup": keyboard });
    let same = refusal(&service, "editMessageText", edit("a", button("Да", "yes"))).await;
    assert!(same.starts_with("400 Bad Request: message is not modified"), "{same}");
    let edited = result(&service, "editMessageText", edit("b", button("Да", "yes"))).await;
    assert_eq!((&edited["text"], edited["edit_date"].is_number()), (&json!("b"), true));
    let bare = result(&service, "editMessageReplyMarkup", json!({ "chat_id": 7, "message_id": id })).await;
    assert_eq!((&bare["reply_markup"], &bare["text"]), (&Value::Null, &json!("b")));
    service.comes(7, "моё");
    let theirs = json!({ "chat_id": 7, "message_id": id.as_i64().unwrap() + 1, "text": "x" });
    assert_eq!(refusal(&service, "editMessageText", theirs).await, "400 Bad Request: message can't be edited");

    let which = json!({ "chat_id": 7, "message_id": id });
    assert_eq!(result(&service, "deleteMessage", which.clone()).await, true);
    assert_eq!(refusal(&service, "deleteMessage", which).await, "400 Bad Request: message to delete not found");
    let old = result(&service, "sendMessage", json!({ "chat_id": 7, "text": "a" })).await["message_id"].clone();
    service.advance(std::time::Duration::from_secs(49 * 3600));
    assert_eq!(
        refusal(&service, "deleteMessage", json!({ "chat_id": 7, "message_id": old })).await,
        "400 Bad Request: message can't be deleted"
    );
}

#[tokio::test]
async fn a_press_is_answered_in_time_or_not_at_all() {
    let service = service().await;
    let message = result(&service, "sendMessage", json!({ "chat_id": 7, "text": "a", "reply_markup": button("Да", "yes") })).await;
    let id = message["message_id"].as_i64().unwrap();
    assert_eq!(service.press(7, id, "no"), None, "there is no such button");
    let query = service.press(7, id, "yes").unwrap();
    let come = result(&service, "getUpdates", json!({})).await;
    assert_eq!((&come[0]["callback_query"]["data"], &come[0]["callback_query"]["id"]), (&json!("yes"), &json!(query)));
    let long = json!({ "callback_query_id": query, "text": "я".repeat(201) });
    assert_eq!(refusal(&service, "answerCallbackQuery", long).await, "400 Bad Request: MESSAGE_TOO_LONG");
    let answered = result(&service, "answerCallbackQuery", json!({ "callback_query_id": query, "text": "я".repeat(200) })).await;
    assert_eq!(answered, true);
    service.advance(std::time::Duration::from_secs(3600));
    let late = refusal(&service, "answerCallbackQuery", json!({ "callback_query_id": query })).await;
    assert!(late.contains("query is too old"), "{late}");
}

#[tokio::test]
async fn files_go_up_and_come_down_within_their_limits() {
    let service = service().await;
    let send = |method: &'static str, kind: &'static str, size: usize| {
        let mut body = format!(
            "--line\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n7\r\n--line\r\nContent-Disposition: form-data; \
             name=\"{kind}\"; filename=\"акт.pdf\"\r\nContent-Type: application/pdf\r\n\r\n"
        )
        .into_bytes();
        body.resize(body.len() + size, b'x');
        body.extend(b"\r\n--line--\r\n");
        let url = format!("{}/bot1:t/{method}", service.url());
        answer(reqwest::Client::new().post(url).header("content-type", "multipart/form-data; boundary=line").body(body))
    };
    let (_, sent) = send("sendDocument", "document", 1000).await;
    let document = &sent["result"]["document"];
    assert_eq!((&document["file_name"], &document["file_size"]), (&json!("акт.pdf"), &json!(1000)));
    let file = result(&service, "getFile", json!({ "file_id": document["file_id"] })).await;
    let path = file["file_path"].as_str().unwrap();
    let down = reqwest::get(format!("{}/file/bot1:t/{path}", service.url())).await.unwrap();
    assert_eq!((down.status().as_u16(), down.bytes().await.unwrap().len()), (200, 1000));
    let again = result(&service, "sendDocument", json!({ "chat_id": 7, "document": document["file_id"] })).await;
    assert_eq!(again["document"], *document);

    assert_eq!(send("sendPhoto", "photo", (10 << 20) + 1).await.0, 413);
    let (_, large) = send("sendDocument", "document", (20 << 20) + 1).await;
    let large = json!({ "file_id": large["result"]["document"]["file_id"] });
    assert_eq!(refusal(&service, "getFile", large).await, "400 Bad Request: file is too big");
    assert_eq!(send("sendDocument", "document", (50 << 20) + 1).await.0, 413);
    assert_eq!(send("sendDocument", "document", 52 << 20).await.0, 413);
}

#[tokio::test]
async fn commands_are_kept_for_each_scope_and_language() {
    let service = service().await;
    let commands = json!([{ "command": "help", "description": "Помощь" }]);
    result(&service, "setMyCommands", json!({ "commands": commands, "language_code": "ru" })).await;
    assert_eq!(result(&service, "getMyCommands", json!({ "language_code": "ru" })).await, commands);
    assert_eq!(call(&service, "getMyCommands", json!({})).await.1["result"], json!([]));
    result(&service, "deleteMyCommands", json!({ "language_code": "ru" })).await;
    assert_eq!(result(&service, "getMyCommands", json!({ "language_code": "ru" })).await, json!([]));
}

#[tokio::test]
async fn the_address_of_a_button_is_one_of_the_web() {
    let service = service().await;
    let with = |url: &str| {
        let keyboard = json!({ "inline_keyboard": [[{ "text": "Открыть", "url": url }]] });
        json!({ "chat_id": 7, "text": "x", "reply_markup": keyboard })
    };
    let wrong = [
        "http://localhost",
        "http://localhost:8080/o",
        "https://crm/",
        "http://127.0.0.1:3000/",
        "http://127.8.8.8",
        "http://[::1]/",
        "http://",
    ];
    for url in wrong {
        let why = format!("400 Bad Request: inline keyboard button URL '{url}' is invalid: Wrong HTTP URL");
        assert_eq!(refusal(&service, "sendMessage", with(url)).await, why);
    }
    let why = "400 Bad Request: inline keyboard button URL 'ftp://crm.test' is invalid: Unsupported URL protocol";
    assert_eq!(refusal(&service, "sendMessage", with("ftp://crm.test")).await, why);
    for url in ["https://crm.test/o/1?a=b", "crm.test", "http://192.168.0.1/", "tg://resolve?domain=x"] {
        result(&service, "sendMessage", with(url)).await;
    }
}

#[tokio::test]
async fn a_photo_is_a_picture() {
    let service = service().await;
    let send = |bytes: &[u8]| {
        let head = "--line\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"x.png\"\r\n\r\n";
        let body = [head.as_bytes(), bytes, b"\r\n--line--\r\n"].concat();
        let url = format!("{}/bot1:t/sendPhoto?chat_id=7", service.url());
        answer(reqwest::Client::new().post(url).header("content-type", "multipart/form-data; boundary=line").body(body))
    };
    for bytes in [&b"RIFF1234WEBP"[..], b"\xff\xd8\xff\xe0", b"GIF89a", crate::PNG] {
        assert_eq!(send(bytes).await.0, 200, "{bytes:?}");
    }
    for bytes in [&b"%PDF-1.7"[..], b"RIFF1234WAVE"] {
        let (status, answer) = send(bytes).await;
        assert_eq!((status, &answer["description"]), (400, &json!("Bad Request: IMAGE_PROCESS_FAILED")), "{bytes:?}");
    }
}
