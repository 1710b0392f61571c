//! The bot goes no faster than a messenger takes it: the emulated ones have the limits of the real, in every test of the bot.

use super::tests::in_both;
use crate::{
    notifications::{
        Channel,
        testing::{Messengers, tell},
    },
    testkit::*,
};
use emulators::{Fault, Trouble};

/// How many calls came too fast.
fn refused(messengers: &Messengers) -> usize {
    messengers.desk().journal().iter().filter(|call| call.status == Some(429)).count()
}

async fn one_pace(messengers: &Messengers) {
    let app = messengers.app.clone();
    let rustam = app.people().rustam;
    messengers.link(&rustam, 3, "Рустам").await;
    let me = messengers.phone(3);
    me.says("/start").await;
    let menu = messengers.messages(3).pop().unwrap().id;
    for data in ["today", "menu", "tomorrow", "menu", "write", "menu"] {
        messengers.press_late(3, &menu, data);
    }
    messengers.comes(3, "Задержусь");
    messengers.take_in().await;
    assert_eq!(refused(messengers), 0, "{:#?}", messengers.desk().journal());
    assert!(me.last().contains("Передано"), "{}", me.last());

    // What is told goes by the same pace: it waits for its turn after an answer.
    app.visit().of(&rustam).at(NOW + 2 * DAY).offered().make().await;
    tell(&app).await;
    assert_eq!((me.heard("Новое задание"), refused(messengers)), (0, 0));
    messengers.pass(1).await;
    assert_eq!((me.heard("Новое задание"), refused(messengers)), (1, 0));
    messengers.comes(3, "/start");
    messengers.take_in().await;
    assert_eq!(refused(messengers), 0, "and an answer after what was told");
    app.forget_history().await;
}

in_both!(telegram_gets_answers_and_messages_at_its_pace, max_gets_answers_and_messages_at_its_pace, one_pace);

async fn words_of_an_acknowledgement(messengers: &Messengers) {
    let app = messengers.app.clone();
    let rustam = app.people().rustam;
    messengers.link(&rustam, 3, "Рустам").await;
    app.visit().of(&rustam).at(NOW + 2 * DAY).offered().make().await;
    messengers.round().await;
    let offer = messengers.messages(3).pop().unwrap();
    let accept = offer.buttons[0].1.clone().unwrap();
    messengers.press(3, &offer.id, &accept);
    messengers.take_in().await;
    let acknowledging = if messengers.channel == Channel::Max { "POST /answers" } else { "answerCallbackQuery" };
    for trouble in [Trouble::Wait { seconds: 2 }, Trouble::Page { status: 502 }] {
        messengers.desk().fault(Fault::new(trouble).of(acknowledging));
        let told = messengers.notices(3).iter().filter(|notice| notice.contains("уже сделано")).count();
        messengers.press_late(3, &offer.id, &accept);
        messengers.take_in().await;
        let now = messengers.notices(3).iter().filter(|notice| notice.contains("уже сделано")).count();
        assert_eq!(now, told + 1, "{:?}", messengers.notices(3));
        messengers.pass(2).await;
    }
    app.forget_history().await;
}

in_both!(
    the_words_of_an_acknowledgement_outlast_telegram_that_is_busy,
    the_words_of_an_acknowledgement_outlast_max_that_is_busy,
    words_of_an_acknowledgement
);
