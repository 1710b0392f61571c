//! Runs the emulators until it is stopped: `emulators [ADDRESS]`. Telegram listens there, MAX on the next port.

use emulators::{Max, Telegram, max, telegram::LIMITS};
//! Runs the emulators until it is stopped: `emulators [ADDRESS]`. Each has a port of its own, the one given or one after it.

use emulators::{Sms, Telegram, telegram::LIMITS};
use std::{error::Error, net::SocketAddr};

const LISTEN: &str = "127.0.0.1:8069";
/// How far after Telegram's port the others' are.
const SMS: u16 = 5;
const PEOPLE: [(i64, &str); 3] = [(1001, "Анна (диспетчер)"), (1002, "Борис (монтажник)"), (1003, "Вера (клиент)")];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listen = std::env::args().nth(1).unwrap_or_else(|| LISTEN.to_owned());
    let listen: SocketAddr = listen.parse()?;
    let listen: SocketAddr = std::env::args().nth(1).unwrap_or_else(|| LISTEN.to_owned()).parse()?;
    let after = |ports: u16| SocketAddr::new(listen.ip(), if listen.port() == 0 { 0 } else { listen.port().saturating_add(ports) });
    let telegram = Telegram::start(listen).await.map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    telegram.limit(Some(LIMITS));
    // Any free port is asked for by none.
    let next = SocketAddr::new(listen.ip(), if listen.port() == 0 { 0 } else { listen.port() + 1 });
    let max = Max::start(next).await.map_err(|error| format!("cannot listen on {next}: {error}"))?;
    max.limit(Some(max::LIMITS));
    for (chat, name) in PEOPLE {
        telegram.stranger(chat, name);
        max.stranger(chat, name);
    }
    let url = telegram.url();
    println!("Telegram is emulated on {url}/");
    println!("To use it: TELEGRAM_BOT_TOKEN=1:emulator TELEGRAM_API_URL={url} make run");
    let url = max.url();
    println!("MAX is emulated on {url}/");
    println!("To use it: MAX_BOT_TOKEN=emulator MAX_API_URL={url} make run");
    let sms = Sms::start(after(SMS)).await.map_err(|error| format!("cannot listen on {}: {error}", after(SMS)))?;
    println!("SMSC, SMS.RU and SMS Aero are emulated on {}/, which is the address of each", sms.url());
    tokio::signal::ctrl_c().await?;
    Ok(())
}
