//! Runs the emulators until it is stopped: `emulators [ADDRESS]`. Each has a port of its own, the one given or one after it.

use emulators::{Mail, Max, Push, Running, Sms, Telegram, WhatsApp, max, telegram, whatsapp};
use std::{
    error::Error,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

const LISTEN: &str = "127.0.0.1:8069";
/// How far after Telegram's port the others' are.
const MAX: u16 = 1;
const WHATSAPP: u16 = 3;
const PUSH: u16 = 4;
const SMS: u16 = 5;
const MAIL: u16 = 6;
const SMTP: u16 = 7;
/// Where `make run` serves the program.
const PROGRAM: &str = "http://127.0.0.1:8067";
/// How often it is asked whether it is there.
const PAUSE: Duration = Duration::from_secs(2);
/// The manual, which has a table of the templates that a company has approved by Meta.
const MANUAL: &str = include_str!("../../../docs/manual/channels.md");
const PEOPLE: [(i64, &str); 3] = [(1001, "Анна (диспетчер)"), (1002, "Борис (монтажник)"), (1003, "Вера (клиент)")];
const PHONES: [(i64, &str); 2] = [(79990000002, "Борис (монтажник)"), (79990000003, "Вера (клиент)")];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listen: SocketAddr = std::env::args().nth(1).unwrap_or_else(|| LISTEN.to_owned()).parse()?;
    // Nothing comes after port 0, which stands for any that is free.
    let after = |ports: u16| SocketAddr::new(listen.ip(), if listen.port() == 0 { 0 } else { listen.port().saturating_add(ports) });
    let taken = |ports: u16| move |error| format!("cannot listen on {}: {error}", after(ports));
    let host = listen.ip();

    let telegram = Telegram::start(listen).await.map_err(taken(0))?;
    telegram.limit(Some(telegram::LIMITS));
    let max = Max::start(after(MAX)).await.map_err(taken(MAX))?;
    max.limit(Some(max::LIMITS));
    for (chat, name) in PEOPLE {
        telegram.stranger(chat, name);
        max.stranger(chat, name);
    }
    let whatsapp = WhatsApp::start(after(WHATSAPP)).await.map_err(taken(WHATSAPP))?;
    whatsapp.limit(Some(whatsapp::LIMITS));
    for (phone, name) in PHONES {
        whatsapp.person(phone, name);
    }
    for (name, words) in templates(MANUAL) {
        for language in ["ru", "en"] {
            whatsapp.template(name, language, words);
        }
    }
    let push = Push::start(after(PUSH)).await.map_err(taken(PUSH))?;
    let sms = Sms::start(after(SMS)).await.map_err(taken(SMS))?;
    // A mail server that strangers reach would be found by them.
    let smtp = SocketAddr::from((Ipv4Addr::LOCALHOST, after(SMTP).port()));
    let mail = Mail::start(smtp, after(MAIL)).await.map_err(|error| format!("cannot listen on {smtp} and {}: {error}", after(MAIL)))?;

    // The first line is Telegram's: who starts this takes its address from it.
    let services = [
        ("Telegram", telegram.url(), format!("TELEGRAM_BOT_TOKEN=1:emulator TELEGRAM_API_URL={}", telegram.url())),
        ("MAX", max.url(), format!("MAX_BOT_TOKEN=emulator MAX_API_URL={}", max.url())),
        (
            "WhatsApp",
            whatsapp.origin(),
            format!(
                "WHATSAPP_TOKEN=emulator WHATSAPP_PHONE_ID=67 WHATSAPP_API_URL={} \
                 WHATSAPP_APP_SECRET={} WHATSAPP_VERIFY_TOKEN={}",
                whatsapp.url(),
                whatsapp::APP_SECRET,
                whatsapp::VERIFY_TOKEN
            ),
        ),
        ("A push service of browsers", push.url(), format!("PUSH_CONTACT=mailto:push@example.org PUSH_HOSTS={host}")),
        ("SMS", sms.url(), format!("SMS_PROVIDER=smsc SMS_TOKEN=emulator SMS_API_URL={}", sms.url())),
        ("Mail", mail.url(), format!("SMTP_URL={} SMTP_FROM=crm@example.org", mail.smtp_url())),
    ];
    for (name, url, settings) in &services {
        println!("{name} is emulated on {url}/");
        println!("To use it: {settings} make run");
    }
    println!("SMS_PROVIDER may be sms_ru as well, or sms_aero with SMS_TOKEN=box@example.org:emulator");
    let all: Vec<_> = services.iter().map(|(_, _, settings)| settings.as_str()).collect();
    println!("All at once: {} make run", all.join(" "));
    if listen.port() != 0 {
        let hook = format!("{PROGRAM}/hooks/whatsapp");
        println!("WhatsApp will call {hook} as soon as the program answers there; another address is set at WhatsApp's page");
        tokio::spawn(async move { call_program(&whatsapp, &hook).await });
    }
    tokio::signal::ctrl_c().await?;
    Ok(())
}

/// Sets the webhook, unless somebody has set one meanwhile.
async fn call_program(whatsapp: &Running<WhatsApp>, hook: &str) {
    while !whatsapp.is_hooked() && !whatsapp.webhook(hook, whatsapp::APP_SECRET, whatsapp::VERIFY_TOKEN).await {
        tokio::time::sleep(PAUSE).await;
    }
    // It listens until the program ends.
    std::future::pending().await
}

/// The rows of a table of Markdown that name a template and its words, each in `…`.
fn templates(manual: &str) -> impl Iterator<Item = (&str, &str)> {
    manual.lines().filter(|line| line.starts_with('|')).filter_map(|line| {
        let mut code = line.split('`').skip(1).step_by(2);
        code.next().filter(|name| name.starts_with("montaj_")).zip(code.next())
    })
}
