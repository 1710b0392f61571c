//! The program that runs one emulator of each provider.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

/// The program, which ends with the test.
struct Emulators(Child);

impl Drop for Emulators {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[tokio::test]
async fn every_provider_is_there_with_the_settings_to_use_it() {
    let program = Command::new(env!("CARGO_BIN_EXE_emulators")).arg("127.0.0.1:0").stdout(Stdio::piped()).spawn();
    let mut program = Emulators(program.unwrap());
    let mut lines = BufReader::new(program.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut all = String::from("All at once:");
    let services = [
        ("Telegram", &["TELEGRAM_BOT_TOKEN", "TELEGRAM_API_URL"][..]),
        ("MAX", &["MAX_BOT_TOKEN", "MAX_API_URL"]),
        ("WhatsApp", &["WHATSAPP_TOKEN", "WHATSAPP_PHONE_ID", "WHATSAPP_API_URL", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN"]),
        ("push", &["PUSH_CONTACT", "PUSH_HOSTS"]),
        ("SMS", &["SMS_PROVIDER", "SMS_TOKEN", "SMS_API_URL"]),
        ("Mail", &["SMTP_URL", "SMTP_FROM"]),
    ];
    for (name, settings) in services {
        let line = lines.next().unwrap();
        let (said, url) = line.split_once(" is emulated on ").unwrap();
        assert!(said.contains(name), "{line}");
        let page = reqwest::get(url).await.unwrap().text().await.unwrap();
        assert!(page.contains("Эмулятор") && page.contains("Журнал") && page.contains("Добавить неполадку"), "{name}: {page}");
        let journal = reqwest::get(format!("{url}_/journal")).await.unwrap().text().await.unwrap();
        assert_eq!(journal, "[]", "{name}");
        if name == "WhatsApp" {
            assert!(page.contains("montaj_customer_on_the_way") && page.contains("montaj_crew_offered"), "the templates of the manual");
        }

        let line = lines.next().unwrap();
        let given = line.strip_prefix("To use it: ").unwrap().strip_suffix(" make run").unwrap();
        let names: Vec<_> = given.split(' ').map(|setting| setting.split_once('=').unwrap().0).collect();
        assert_eq!(names, settings);
        let address = given.split_once("_API_URL=").map(|(_, rest)| rest.split(' ').next().unwrap());
        assert!(address.is_none_or(|address| format!("{address}/").starts_with(url)), "{line}");
        all = format!("{all} {given}");
    }
    assert!(lines.next().unwrap().starts_with("SMS_PROVIDER may be sms_ru"));
    assert_eq!(lines.next().unwrap(), format!("{all} make run"));
}
