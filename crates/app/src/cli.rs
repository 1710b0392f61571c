//! The command line: commands, their flags, and where each setting came from.

use std::ffi::OsString;
use std::fmt;

use clap::builder::Resettable;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::config::Config;

/// CRM and field service for installation companies
#[derive(Debug, Parser)]
#[command(name = "maxmontaj67", version, disable_help_subcommand = true, max_term_width = 110)]
pub struct Cli {
    #[command(flatten)]
    pub config: Config,
    #[command(subcommand)]
    pub command: Command,
}

/// What the binary can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server; the database is migrated first
    Serve,
    /// Bring the database to this version
    Migrate,
    /// Manage users
    #[command(subcommand)]
    User(UserCommand),
    /// Fill an empty database with demonstration data
    Seed(Seed),
    /// Print the OpenAPI document
    Openapi,
    /// Print every setting, its value and where it came from
    Config,
}

/// Commands about users.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Create a user; prints a one-time link unless the password comes from stdin
    Create(NewUser),
}

/// The user to create.
#[derive(Debug, Args)]
pub struct NewUser {
    /// What the user may do
    #[arg(long, value_enum)]
    pub role: RoleName,
    /// Full name
    #[arg(long)]
    pub name: String,
    /// Phone, e-mail or login name to sign in with
    #[arg(long)]
    pub login: String,
    /// Read the password from stdin
    #[arg(long)]
    pub password_stdin: bool,
}

/// The five roles as the command line spells them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RoleName {
    Administrator,
    Dispatcher,
    Specialist,
    Contractor,
    Customer,
}

impl From<RoleName> for crate::access::Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Administrator => Self::Administrator,
            RoleName::Dispatcher => Self::Dispatcher,
            RoleName::Specialist => Self::Specialist,
            RoleName::Contractor => Self::Contractor,
            RoleName::Customer => Self::Customer,
        }
    }
}

/// How much demonstration data to make.
#[derive(Clone, Copy, Debug, Args)]
pub struct Seed {
    /// How many orders
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub orders: u32,
    /// How many workers; by the number of orders unless given
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub workers: Option<u32>,
    /// How many customers; by the number of orders unless given
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub customers: Option<u32>,
    /// Over how many months back the orders are spread
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=240))]
    pub months: u32,
    /// The same number makes the same data
    #[arg(long, default_value_t = 67)]
    pub seed: u64,
}

impl Cli {
    /// Reads flags and environment; the second half is what `config` prints.
    pub fn read<I, T>(args: I) -> Result<(Self, Settings), clap::Error>
    where
        I: IntoIterator<Item = T>,
        T: Into<OsString> + Clone,
    {
        // A variable that holds nothing is not set, so that a line such as `MAX_WEBHOOK_SECRET=` says «off».
        let is_empty = |arg: &Arg| arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
        let command = Self::command().mut_args(|arg| if is_empty(&arg) { arg.env(Resettable::Reset) } else { arg });
        let matches = command.try_get_matches_from(args)?;
        let cli = Self::from_arg_matches(&matches)?;
        Ok((cli, Settings::of(&matches)))
    }
}

/// Every setting with its value and source, secrets hidden.
#[derive(Debug)]
pub struct Settings(Vec<Setting>);

#[derive(Debug)]
struct Setting {
    variable: String,
    value: String,
    source: &'static str,
}

impl Settings {
    fn of(matches: &ArgMatches) -> Self {
        let command = Config::augment_args(clap::Command::new("config"));
        Self(command.get_arguments().filter_map(|arg| Setting::of(arg, matches)).collect())
    }
}

impl Setting {
    fn of(arg: &Arg, matches: &ArgMatches) -> Option<Self> {
        let variable = arg.get_env()?.to_string_lossy().into_owned();
        let id = arg.get_id().as_str();
        let source = match matches.value_source(id) {
            Some(ValueSource::CommandLine) => "flag",
            Some(ValueSource::EnvVariable) => "environment",
            _ => "default",
        };
        let given: Vec<_> = matches.get_raw(id).into_iter().flatten().map(|v| v.to_string_lossy()).collect();
        let value = match given.join(",") {
            value if value.is_empty() => "-".to_owned(),
            value if arg.is_hide_env_values_set() => hide_secret(&value),
            value => value,
        };
        Some(Self { variable, value, source })
    }
}

impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |text: fn(&Setting) -> &str| self.0.iter().map(|s| text(s).len()).max().unwrap_or(0);
        let (names, values) = (width(|s| &s.variable), width(|s| &s.value));
        for Setting { variable, value, source } in &self.0 {
            writeln!(f, "{variable:names$}  {value:values$}  {source}")?;
        }
        Ok(())
    }
}

/// Hides the password of a URL, and the whole of anything that is not one.
fn hide_secret(value: &str) -> String {
    let Some((scheme, rest)) = value.split_once("://") else { return "***".to_owned() };
    let (rest, query) = match rest.split_once('?') {
        Some((rest, _)) => (rest, "?***"),
        None => (rest, ""),
    };
    match rest.rsplit_once('@') {
        Some((user, place)) => {
            let name = user.split_once(':').map_or(user, |(name, _)| name);
            format!("{scheme}://{name}:***@{place}{query}")
        }
        None => format!("{scheme}://{rest}{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::LogFormat;

    fn read(args: &[&str]) -> Result<(Cli, Settings), clap::Error> {
        Cli::read(std::iter::once("maxmontaj67").chain(args.iter().copied()))
    }

    fn line(settings: &Settings, variable: &str) -> String {
        let text = settings.to_string();
        let line = text.lines().find(|line| line.starts_with(variable)).expect("the setting is listed");
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn defaults_are_those_promised() {
        let (cli, settings) = read(&["serve"]).unwrap();
        assert!(matches!(cli.command, Command::Serve));
        assert_eq!(cli.config.listen.to_string(), "127.0.0.1:8067");
        assert_eq!(cli.config.public_url(), "http://127.0.0.1:8067");
        assert!(!cli.config.is_https());
        assert_eq!(cli.config.time_zone().iana_name(), Some("Europe/Moscow"));
        assert_eq!(cli.config.log_format, LogFormat::Text);
        assert_eq!(line(&settings, "CRM_LISTEN"), "CRM_LISTEN 127.0.0.1:8067 default");
        assert_eq!(line(&settings, "CRM_PUBLIC_URL"), "CRM_PUBLIC_URL - default");
    }

    #[test]
    fn the_database_lies_in_the_data_folder_unless_set() {
        let (cli, _) = read(&["migrate", "--data-dir", "/srv/crm"]).unwrap();
        if std::env::var_os("DATABASE_URL").is_none() {
            assert_eq!(cli.config.database_url(), "sqlite:///srv/crm/crm.db");
        }
        let (cli, _) = read(&["--database-url", "mysql://u@h/d", "migrate"]).unwrap();
        assert_eq!(cli.config.database_url(), "mysql://u@h/d");
    }

    #[test]
    fn flags_work_before_and_after_the_command_and_hide_passwords() {
        let secret = "mysql://crm:hun:ter@2@db:3306/crm?ssl-key=x";
        for args in [["config", "--database-url", secret], ["--database-url", secret, "config"]] {
            let (cli, settings) = read(&args).unwrap();
            assert_eq!(cli.config.database_url(), secret);
            assert_eq!(line(&settings, "DATABASE_URL"), "DATABASE_URL mysql://crm:***@db:3306/crm?*** flag");
            assert!(!settings.to_string().contains("ter"));
        }
        let (_, settings) = read(&["config", "--redis-url", "redis://:s3cret@host/1"]).unwrap();
        assert_eq!(line(&settings, "REDIS_URL"), "REDIS_URL redis://:***@host/1 flag");
    }

    #[test]
    fn the_public_address_is_an_origin() {
        let public = |url: &str| read(&["serve", "--public-url", url]).map(|(cli, _)| cli.config);
        assert_eq!(public("https://CRM.example.ru:443/").unwrap().public_url(), "https://crm.example.ru");
        assert!(public("https://crm.example.ru").unwrap().is_https());
        for wrong in ["crm.example.ru", "ftp://x", "https://x/path", "https://u@x", "https://x?q", "https://"] {
            assert_eq!(public(wrong).unwrap_err().exit_code(), 2, "{wrong}");
        }
    }

    #[test]
    fn any_interface_is_shown_as_localhost() {
        let (cli, _) = read(&["serve", "--listen", "0.0.0.0:80"]).unwrap();
        assert_eq!(cli.config.public_url(), "http://localhost:80");
        let (cli, _) = read(&["serve", "--listen", "[::1]:81"]).unwrap();
        assert_eq!(cli.config.public_url(), "http://[::1]:81");
    }

    #[test]
    fn a_setting_that_is_empty_is_not_set() {
        const NAME: &str = "cli::tests::a_setting_that_is_empty_is_not_set";
        const AGAIN: &str = "TEST_OF_EMPTY_SETTINGS";
        // The environment is the whole program's, so this runs in a program of its own.
        if std::env::var_os(AGAIN).is_none() {
            let mut again = std::process::Command::new(std::env::current_exe().unwrap());
            again.args(["--exact", NAME]).env(AGAIN, "1");
            for arg in Config::augment_args(clap::Command::new("config")).get_arguments() {
                again.env(arg.get_env().expect("each setting has a variable"), "");
            }
            let ended = again.output().unwrap();
            assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stdout));
            assert!(String::from_utf8_lossy(&ended.stdout).contains("1 passed"));
            return;
        }
        let (cli, settings) = read(&["serve"]).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((cli.config.max_webhook_secret, cli.config.smtp_url), (None, None));
        assert_eq!(cli.config.listen.to_string(), "127.0.0.1:8067");
        assert!(settings.0.iter().all(|setting| setting.source == "default"), "{settings}");
        let (cli, _) = read(&["serve", "--max-webhook-secret", "secret"]).unwrap();
        assert_eq!(cli.config.max_webhook_secret.as_deref(), Some("secret"), "a flag counts all the same");
    }

    #[test]
    fn a_wrong_setting_is_refused_at_start() {
        for (flag, value) in [
            ("--time-zone", "Mars/Base"),
            ("--database-url", "postgres://x/y"),
            ("--redis-url", "http://x"),
            ("--log", "info,=x="),
            ("--trusted-proxies", "10.0.0.0/33"),
            ("--security-contact", "javascript:1"),
        ] {
            let error = read(&["serve", flag, value]).unwrap_err().to_string();
            assert!(error.contains(flag), "{error}");
        }
    }

    #[test]
    fn users_and_seeds_take_their_flags() {
        let (cli, _) = read(&["user", "create", "--role", "dispatcher", "--name", "A", "--login", "b"]).unwrap();
        let Command::User(UserCommand::Create(user)) = cli.command else { panic!("a user is to be created") };
        assert_eq!((user.role, user.password_stdin), (RoleName::Dispatcher, false));
        let (cli, _) = read(&["seed", "--orders", "100", "--seed", "5"]).unwrap();
        let Command::Seed(seed) = cli.command else { panic!("data is to be made") };
        assert_eq!((seed.orders, seed.workers, seed.months, seed.seed), (100, None, 12, 5));
        assert!(read(&["seed"]).is_err());
    }
}
