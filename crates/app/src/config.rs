//! The settings of one installation, read once in `main` and passed down.

use std::net::SocketAddr;
use std::path::PathBuf;

use axum::http::Uri;
use clap::ValueEnum;
use jiff::tz::TimeZone;
use tracing_subscriber::EnvFilter;

use crate::web::client::TrustedProxies;

/// Everything an operator may set, by flag or environment variable.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Settings")]
pub struct Config {
    /// Address to listen on; port 0 takes any free port
    #[arg(long, global = true, env = "CRM_LISTEN", default_value = "127.0.0.1:8067", value_name = "ADDRESS:PORT")]
    pub listen: SocketAddr,

    /// Folder of the database, the files and the keys; made with mode 0700
    #[arg(long, global = true, env = "CRM_DATA_DIR", default_value = "./data", value_name = "FOLDER")]
    pub data_dir: PathBuf,

    /// Database: sqlite://FILE or mysql://user:password@host/db; crm.db in the data folder unless set
    #[arg(long, global = true, env = "DATABASE_URL", hide_env_values = true, value_name = "URL", value_parser = parse_database)]
    pub database_url: Option<String>,

    /// Redis through which several nodes share live updates
    #[arg(long, global = true, env = "REDIS_URL", hide_env_values = true, value_name = "URL", value_parser = parse_redis)]
    pub redis_url: Option<String>,

    /// Address people open; https turns on Secure cookies and HSTS; the listening address unless set
    #[arg(long, global = true, env = "CRM_PUBLIC_URL", value_name = "URL", value_parser = parse_public)]
    pub public_url: Option<String>,

    /// The company's IANA time zone
    #[arg(long, global = true, env = "CRM_TIME_ZONE", default_value = "Europe/Moscow", value_name = "ZONE", value_parser = parse_zone)]
    pub time_zone: String,

    /// What to log: a level, or a `tracing` filter such as `info,maxmontaj67=debug`
    #[arg(long, global = true, env = "CRM_LOG", default_value = "info", value_name = "FILTER", value_parser = parse_log)]
    pub log: String,

    /// How log lines look
    #[arg(long, global = true, env = "CRM_LOG_FORMAT", default_value = "text", value_enum)]
    pub log_format: LogFormat,

    /// Proxies whose X-Forwarded-For is believed: addresses and networks, comma-separated
    #[arg(long, global = true, env = "CRM_TRUSTED_PROXIES", default_value = "127.0.0.0/8,::1", value_name = "NETWORKS")]
    pub trusted_proxies: TrustedProxies,

    /// Token of the company's Telegram bot; without it Telegram is off
    #[arg(long, global = true, env = "TELEGRAM_BOT_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    pub telegram_bot_token: Option<String>,

    /// Address of the Bot API, where the public one cannot be reached
    #[arg(long, global = true, env = "TELEGRAM_API_URL", value_name = "URL", value_parser = parse_address)]
    pub telegram_api_url: Option<String>,

    /// Proxy on the way to the Bot API: http://…, https://… or socks5://…
    #[arg(long, global = true, env = "TELEGRAM_PROXY", hide_env_values = true, value_name = "URL", value_parser = parse_proxy)]
    pub telegram_proxy: Option<String>,

    /// Secret by which calls of Telegram to the webhook are known (A-Z a-z 0-9 _ -); without it the program asks for news itself
    #[arg(long, global = true, env = "TELEGRAM_WEBHOOK_SECRET", hide_env_values = true, value_name = "SECRET", value_parser = parse_secret)]
    pub telegram_webhook_secret: Option<String>,

    /// Token of the company's MAX bot; without it MAX is off
    #[arg(long, global = true, env = "MAX_BOT_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    pub max_bot_token: Option<String>,

    /// Address of the MAX API, where the public one cannot be reached
    #[arg(long, global = true, env = "MAX_API_URL", value_name = "URL", value_parser = parse_address)]
    pub max_api_url: Option<String>,

    /// Proxy on the way to the MAX API: http://…, https://… or socks5://…
    #[arg(long, global = true, env = "MAX_PROXY", hide_env_values = true, value_name = "URL", value_parser = parse_proxy)]
    pub max_proxy: Option<String>,

    /// Secret by which calls of MAX to the webhook are known (A-Z a-z 0-9 _ -); without it the program asks for news itself
    #[arg(long, global = true, env = "MAX_WEBHOOK_SECRET", hide_env_values = true, value_name = "SECRET", value_parser = parse_secret)]
    pub max_webhook_secret: Option<String>,

    /// File with the root certificates (PEM) trusted for MAX alone, besides the usual ones
    #[arg(long, global = true, env = "MAX_ROOT_CERTIFICATE", value_name = "FILE")]
    pub max_root_certificate: Option<PathBuf>,

    /// Mail server: smtp://host:port or smtps://user:password@host:port, always encrypted but on this machine, unless ?tls=off stands behind smtp://host:port; without it e-mail is off
    #[arg(long, global = true, env = "SMTP_URL", hide_env_values = true, value_name = "URL", value_parser = parse_smtp)]
    pub smtp_url: Option<String>,

    /// Sender of mail: box@host, or Name <box@host>
    #[arg(long, global = true, env = "SMTP_FROM", value_name = "SENDER")]
    pub smtp_from: Option<String>,

    /// File with the key (PEM) that signs mail, where the mail server does not sign it
    #[arg(long, global = true, env = "SMTP_DKIM_KEY", value_name = "FILE")]
    pub smtp_dkim_key: Option<PathBuf>,

    /// Name of that key in the DNS: SELECTOR._domainkey
    #[arg(long, global = true, env = "SMTP_DKIM_SELECTOR", value_name = "SELECTOR")]
    pub smtp_dkim_selector: Option<String>,

    /// Box that undeliverable mail comes back to, as bounces+KEY@host
    #[arg(long, global = true, env = "SMTP_BOUNCES", value_name = "ADDRESS")]
    pub smtp_bounces: Option<String>,

    /// Secret with which the mail server hands over undeliverable mail
    #[arg(long, global = true, env = "SMTP_BOUNCES_SECRET", hide_env_values = true, value_name = "SECRET", value_parser = parse_secret)]
    pub smtp_bounces_secret: Option<String>,

    /// SMS provider: smsc, sms_ru or sms_aero; without it SMS is off
    #[arg(long, global = true, env = "SMS_PROVIDER", value_name = "PROVIDER", value_parser = parse_sms)]
    pub sms_provider: Option<String>,

    /// Address of the SMS provider, where the public one cannot be reached
    #[arg(long, global = true, env = "SMS_API_URL", value_name = "URL", value_parser = parse_address)]
    pub sms_api_url: Option<String>,

    /// Proxy on the way to the SMS provider: http://…, https://… or socks5://…
    #[arg(long, global = true, env = "SMS_PROXY", hide_env_values = true, value_name = "URL", value_parser = parse_proxy)]
    pub sms_proxy: Option<String>,

    /// Key of the SMS provider: SMSC key or login:password, SMS.RU api_id, SMS Aero e-mail:key
    #[arg(long, global = true, env = "SMS_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    pub sms_token: Option<String>,

    /// Registered name of the sender of SMS
    #[arg(long, global = true, env = "SMS_SENDER", value_name = "NAME")]
    pub sms_sender: Option<String>,

    /// Token of the WhatsApp Cloud API; without it WhatsApp is off
    #[arg(long, global = true, env = "WHATSAPP_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    pub whatsapp_token: Option<String>,

    /// Id of the company's number in the WhatsApp Cloud API
    #[arg(long, global = true, env = "WHATSAPP_PHONE_ID", value_name = "ID")]
    pub whatsapp_phone_id: Option<String>,

    /// Secret of the WhatsApp app, which signs its calls
    #[arg(long, global = true, env = "WHATSAPP_APP_SECRET", hide_env_values = true, value_name = "SECRET")]
    pub whatsapp_app_secret: Option<String>,

    /// Word by which WhatsApp makes sure of the webhook's address
    #[arg(long, global = true, env = "WHATSAPP_VERIFY_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    pub whatsapp_verify_token: Option<String>,

    /// Address of the WhatsApp Cloud API, where the public one cannot be reached
    #[arg(long, global = true, env = "WHATSAPP_API_URL", value_name = "URL", value_parser = parse_address)]
    pub whatsapp_api_url: Option<String>,

    /// Proxy on the way to the WhatsApp Cloud API: http://…, https://… or socks5://…
    #[arg(long, global = true, env = "WHATSAPP_PROXY", hide_env_values = true, value_name = "URL", value_parser = parse_proxy)]
    pub whatsapp_proxy: Option<String>,

    /// Whom browsers' push services write to when something is wrong (mailto: or https:); without it messages in browsers are off
    #[arg(long, global = true, env = "PUSH_CONTACT", value_name = "URI", value_parser = parse_contact)]
    pub push_contact: Option<String>,

    /// Proxy on the way to the push services: http://…, https://… or socks5://…
    #[arg(long, global = true, env = "PUSH_PROXY", hide_env_values = true, value_name = "URL", value_parser = parse_proxy)]
    pub push_proxy: Option<String>,

    /// Hosts of further push services, comma-separated
    #[arg(long, global = true, env = "PUSH_HOSTS", value_name = "HOSTS")]
    pub push_hosts: Option<String>,

    /// Where to report a security hole (mailto: or https:), published in security.txt
    #[arg(long, global = true, env = "CRM_SECURITY_CONTACT", value_name = "URI", value_parser = parse_contact)]
    pub security_contact: Option<String>,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people at a terminal
    Text,
    /// One JSON object per line, for production
    Json,
}

impl Config {
    /// The database to open: the one set, or the SQLite file in the data folder.
    pub fn database_url(&self) -> String {
        self.database_url.clone().unwrap_or_else(|| format!("sqlite://{}", self.data_dir.join("crm.db").display()))
    }

    /// Scheme, host and port people open, without a slash at the end. With port 0, store the bound address in
    /// `listen` first.
    pub fn public_url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| {
            let host = match self.listen.ip() {
                ip if ip.is_unspecified() => "localhost".to_owned(),
                ip if ip.is_ipv6() => format!("[{ip}]"),
                ip => ip.to_string(),
            };
            format!("http://{host}:{}", self.listen.port())
        })
    }

    /// The hosts of further push services.
    pub fn push_hosts(&self) -> Vec<String> {
        let hosts = self.push_hosts.as_deref().unwrap_or_default().split(',');
        hosts.map(|host| host.trim().to_owned()).filter(|host| !host.is_empty()).collect()
    }

    /// Whether people come over TLS, so that cookies are Secure and HSTS is sent.
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    /// The company's zone.
    pub fn time_zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).expect("the zone was looked up when the setting was read")
    }
}

fn parse_database(text: &str) -> Result<String, String> {
    match text.split_once(':') {
        Some(("sqlite" | "mysql", rest)) if rest.len() > 2 => Ok(text.to_owned()),
        _ => Err("expected sqlite://FILE or mysql://user:password@host/db".into()),
    }
}

fn parse_redis(text: &str) -> Result<String, String> {
    redis::Client::open(text).map(|_| text.to_owned()).map_err(|_| "expected redis://[user:password@]host[:port][/db]".into())
}

fn parse_public(text: &str) -> Result<String, String> {
    let wrong = || "expected http(s)://host[:port] and nothing behind it".to_owned();
    let uri: Uri = text.trim().trim_end_matches('/').parse().map_err(|_| wrong())?;
    let (Some(scheme @ ("http" | "https")), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(wrong());
    };
    if authority.as_str().contains('@') || uri.path() != "/" || uri.query().is_some() {
        return Err(wrong());
    }
    let default_port = if scheme == "https" { ":443" } else { ":80" };
    let authority = authority.as_str().to_ascii_lowercase();
    let authority = authority.strip_suffix(default_port).unwrap_or(&authority);
    Ok(format!("{scheme}://{authority}"))
}

fn parse_zone(text: &str) -> Result<String, String> {
    TimeZone::get(text).map(|_| text.to_owned()).map_err(|_| "no such time zone; expected an IANA name such as Europe/Moscow".into())
}

fn parse_log(text: &str) -> Result<String, String> {
    EnvFilter::try_new(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

fn parse_address(text: &str) -> Result<String, String> {
    let known = text.starts_with("http://") || text.starts_with("https://");
    if known && text.parse::<Uri>().is_ok() {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err("expected http(s)://host[:port]".into())
    }
}

fn parse_secret(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let known = (5..=256).contains(&text.len()) && text.chars().all(is_plain);
    if known { Ok(text.to_owned()) } else { Err("expected 5 to 256 of A-Z a-z 0-9 _ -".into()) }
}

fn parse_smtp(text: &str) -> Result<String, String> {
    let known = text.starts_with("smtp://") || text.starts_with("smtps://");
    if known { Ok(text.to_owned()) } else { Err("expected smtp://host:port or smtps://user:password@host:port".into()) }
}

fn parse_sms(text: &str) -> Result<String, String> {
    channels::sms::Provider::parse(text).map(|_| text.to_owned()).ok_or_else(|| "expected smsc, sms_ru or sms_aero".into())
}

fn parse_proxy(text: &str) -> Result<String, String> {
    let known = ["http://", "https://", "socks5://", "socks5h://"].iter().any(|scheme| text.starts_with(scheme));
    if known && text.parse::<Uri>().is_ok() { Ok(text.to_owned()) } else { Err("expected http://, https:// or socks5://host:port".into()) }
}

fn parse_contact(text: &str) -> Result<String, String> {
    let known = text.starts_with("mailto:") || text.starts_with("https://");
    if known && !text.contains(char::is_control) { Ok(text.to_owned()) } else { Err("expected mailto:… or https://…".into()) }
}
