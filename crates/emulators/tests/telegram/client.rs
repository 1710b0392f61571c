//! Client libraries read answers strictly: each answer as the product's library reads it.

use crate::{PNG, service};
use emulators::Trouble;
use frankenstein::{
    AsyncTelegramApi, Error,
    client_reqwest::Bot,
    input_file::FileUpload,
    methods::{
        AnswerCallbackQueryParams, DeleteMessageParams, DeleteWebhookParams, EditMessageReplyMarkupParams, EditMessageTextParams,
        GetFileParams, GetMyCommandsParams, GetUpdatesParams, SendChatActionParams, SendDocumentParams, SendLocationParams,
        SendMessageParams, SendPhotoParams, SetMyCommandsParams, SetWebhookParams,
    },
    types::{BotCommand, ChatAction, InlineKeyboardButton, InlineKeyboardMarkup, ReplyMarkup},
    updates::UpdateContent,
};

fn keyboard() -> InlineKeyboardMarkup {
    let button = InlineKeyboardButton::builder().text("Да").callback_data("yes").build();
    InlineKeyboardMarkup::builder().inline_keyboard(vec![vec![button]]).build()
}

#[tokio::test]
async fn the_library_reads_every_answer() {
    let service = service().await;
    let bot = Bot::new_url(format!("{}/bot1:t", service.url()));
    assert_eq!(bot.get_me().await.unwrap().result.id, 1);
    let message = SendMessageParams::builder().chat_id(7).text("a").reply_markup(ReplyMarkup::InlineKeyboardMarkup(keyboard())).build();
    let id = bot.send_message(&message).await.unwrap().result.message_id;
    let edit = EditMessageTextParams::builder().chat_id(7).message_id(id).text("b").reply_markup(keyboard()).build();
    bot.edit_message_text(&edit).await.unwrap();

    service.comes(7, "/start c0de");
    service.press(7, i64::from(id), "yes").unwrap();
    service.block(7);
    service.unblock(7);
    service.person(-5, "Группа");
    service.comes(-5, "a");
    service.photo(7, PNG, "Вот");
    service.document(7, "план.pdf", "application/pdf", PNG, "");
    service.replies(7, "ответ", i64::from(id));
    service.contact(7, "79000000007", true);
    service.location(7, 55.75, 37.61);
    let updates = bot.get_updates(&GetUpdatesParams::builder().build()).await.unwrap().result;
    let [
        UpdateContent::Message(start),
        UpdateContent::CallbackQuery(press),
        UpdateContent::MyChatMember(_),
        UpdateContent::MyChatMember(_),
        UpdateContent::Message(_),
        UpdateContent::Message(photo),
        UpdateContent::Message(document),
        UpdateContent::Message(reply),
        UpdateContent::Message(contact),
        UpdateContent::Message(place),
    ] = updates.iter().map(|update| &update.content).collect::<Vec<_>>()[..]
    else {
        panic!("{updates:?}")
    };
    assert_eq!((start.text.as_deref(), press.data.as_deref()), (Some("/start c0de"), Some("yes")));
    assert_eq!((photo.photo.as_ref().unwrap().len(), photo.caption.as_deref()), (2, Some("Вот")));
    assert_eq!(document.document.as_ref().unwrap().file_name.as_deref(), Some("план.pdf"));
    assert_eq!(reply.reply_to_message.as_ref().unwrap().message_id, id);
    assert_eq!(contact.contact.as_ref().unwrap().user_id, Some(7));
    assert!(place.location.is_some());
    bot.answer_callback_query(&AnswerCallbackQueryParams::builder().callback_query_id(&press.id).text("Хорошо").build()).await.unwrap();
    bot.edit_message_reply_markup(&EditMessageReplyMarkupParams::builder().chat_id(7).message_id(id).build()).await.unwrap();
    bot.delete_message(&DeleteMessageParams::builder().chat_id(7).message_id(id).build()).await.unwrap();

    bot.send_chat_action(&SendChatActionParams::builder().chat_id(7).action(ChatAction::Typing).build()).await.unwrap();
    bot.send_location(&SendLocationParams::builder().chat_id(7).latitude(55.75).longitude(37.61).build()).await.unwrap();
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let upload = |path: &str| FileUpload::InputFile(std::path::PathBuf::from(path).into());
    let sent = bot.send_document(&SendDocumentParams::builder().chat_id(7).document(upload(document)).build()).await.unwrap().result;
    let file = GetFileParams::builder().file_id(sent.document.unwrap().file_id).build();
    assert!(bot.get_file(&file).await.unwrap().result.file_path.unwrap().ends_with(".toml"));
    let photo = concat!(env!("CARGO_TARGET_TMPDIR"), "/telegram-photo.png");
    std::fs::write(photo, PNG).unwrap();
    bot.send_photo(&SendPhotoParams::builder().chat_id(7).photo(upload(photo)).caption("Фото").build()).await.unwrap();

    let commands = vec![BotCommand::builder().command("help").description("Помощь").build()];
    bot.set_my_commands(&SetMyCommandsParams::builder().commands(commands.clone()).build()).await.unwrap();
    assert_eq!(bot.get_my_commands(&GetMyCommandsParams::builder().build()).await.unwrap().result, commands);
    bot.set_webhook(&SetWebhookParams::builder().url("http://127.0.0.1:1/").build()).await.unwrap();
    assert_eq!(bot.get_webhook_info().await.unwrap().result.url, "http://127.0.0.1:1/");
    bot.delete_webhook(&DeleteWebhookParams::builder().build()).await.unwrap();

    service.fault(Trouble::Wait { seconds: 7 });
    let Err(Error::Api(refusal)) = bot.get_me().await else { panic!("no refusal") };
    assert_eq!((refusal.error_code, refusal.parameters.unwrap().retry_after), (429, Some(7)));
}
