//! Runs the emulators until it is stopped: `emulators [ADDRESS]`, each on its own port from this one on.

use emulators::{Push, Telegram, WhatsApp, telegram, whatsapp};
use std::{error::Error, net::SocketAddr};

const LISTEN: &str = "127.0.0.1:8069";
/// How far after the first port each of them is.
const WHATSAPP: u16 = 3;
const PUSH: u16 = 4;
const PEOPLE: [(i64, &str); 3] = [(1001, "Анна (диспетчер)"), (1002, "Борис (монтажник)"), (1003, "Вера (клиент)")];
const PHONES: [(i64, &str); 2] = [(79990000002, "Борис (монтажник)"), (79990000003, "Вера (клиент)")];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listen = std::env::args().nth(1).unwrap_or_else(|| LISTEN.to_owned());
    let first: SocketAddr = listen.parse()?;
    let after = |ports: u16| SocketAddr::new(first.ip(), first.port().saturating_add(ports));
    let taken = |address: SocketAddr| move |error| format!("cannot listen on {address}: {error}");

    let telegram = Telegram::start(first).await.map_err(taken(first))?;
    telegram.limit(Some(telegram::LIMITS));
    for (chat, name) in PEOPLE {
        telegram.stranger(chat, name);
    }
    let url = telegram.url();
    println!("Telegram is emulated on {url}/");
    println!("To use it: TELEGRAM_BOT_TOKEN=1:emulator TELEGRAM_API_URL={url} make run");

    let whatsapp = WhatsApp::start(after(WHATSAPP)).await.map_err(taken(after(WHATSAPP)))?;
    whatsapp.limit(Some(whatsapp::LIMITS));
    for (phone, name) in PHONES {
        whatsapp.person(phone, name);
    }
    println!("WhatsApp is emulated on http://{}/", after(WHATSAPP));
    println!("To use it: any token, any number's id of digits, and {} for the address of the API", whatsapp.url());

    let push = Push::start(after(PUSH)).await.map_err(taken(after(PUSH)))?;
    println!("A push service is emulated on {}/", push.url());
    println!("To use it: allow the host {}, and subscribe with what its page gives", after(PUSH).ip());

    tokio::signal::ctrl_c().await?;
    Ok(())
}
