//! The channels of one kind of message as a form shows them: rows with a tick, in the order in which they are tried. Each row can be moved
//! by buttons that send the form and store nothing, so that it works without script.
//!
//! Of a form's fields those of one kind begin with its name: `<name>.order` holds all rows, `<name>.on` those with a tick.

use super::Channel;
use crate::web::{Choice, Fields, Shell, input::text_of, page::Form};
use serde_json::Value;

/// What stands in the rows, from above.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picks {
    order: Vec<Channel>,
    on: Vec<Channel>,
}

/// A row as the page shows it.
pub struct Row {
    pub channel: Channel,
    pub title: String,
    pub is_on: bool,
}

impl Picks {
    /// The channels that may be had: first those that are chosen, in their order.
    pub fn of(chosen: &[Channel], had: &[Channel]) -> Self {
        let on: Vec<Channel> = chosen.iter().copied().filter(|channel| had.contains(channel)).collect();
        let rest = had.iter().copied().filter(|channel| !on.contains(channel));
        Self { order: on.iter().copied().chain(rest).collect(), on }
    }

    /// Reads the rows of a form.
    pub fn read(fields: &mut Fields, name: &str) -> Self {
        Self { order: fields.choices(&format!("{name}.order")), on: fields.choices(&format!("{name}.on")) }
    }

    /// The rows as they were typed.
    pub fn typed(form: &Form, name: &str) -> Self {
        Self { order: listed(form, &format!("{name}.order")), on: listed(form, &format!("{name}.on")) }
    }

    /// The ticked ones, in the order in which they are to be tried.
    pub fn channels(&self) -> Vec<Channel> {
        let mut channels: Vec<Channel> = vec![];
        for channel in &self.order {
            if self.on.contains(channel) && !channels.contains(channel) {
                channels.push(*channel);
            }
        }
        channels
    }

    pub fn rows(&self, shell: &Shell) -> Vec<Row> {
        let row = |channel: &Channel| Row {
            channel: *channel,
            title: shell.t(&format!("channel-{channel}")).into_owned(),
            is_on: self.on.contains(channel),
        };
        self.order.iter().map(row).collect()
    }
}

fn listed(form: &Form, name: &str) -> Vec<Channel> {
    let codes = match form.values.get(name) {
        Some(Value::Array(items)) => items.iter().map(text_of).collect(),
        Some(one) => vec![text_of(one)],
        None => vec![],
    };
    codes.iter().filter_map(|code| Channel::parse(code)).collect()
}

/// Moves the row whose button was pressed, `move=<name> <channel> up` or `down`; whether one was. Nothing else is wrong with the form yet.
pub fn shift(form: &mut Form) -> bool {
    let pressed = form.value("move");
    let mut words = pressed.split(' ');
    let (Some(name), Some(channel), Some(way)) = (words.next(), words.next().and_then(Channel::parse), words.next()) else { return false };
    let field = format!("{name}.order");
    let mut order = listed(form, &field);
    let Some(at) = order.iter().position(|one| *one == channel) else { return false };
    let to = if way == "up" { at.checked_sub(1) } else { Some(at + 1).filter(|to| *to < order.len()) };
    if let Some(to) = to {
        order.swap(at, to);
    }
    let taken = std::mem::take(form).with_list(&field, order.iter().map(ToString::to_string));
    *form = taken.with_errors(crate::error::FieldErrors::default());
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::i18n::Lang;
    use Channel::{Mail, Max, Sms, Telegram};

    fn form(pressed: &str) -> Form {
        Form::filled(Lang::Ru, [("move", pressed.to_owned())])
            .with_list("a.order", ["max", "sms", "email"].map(str::to_owned))
            .with_list("a.on", ["email", "max"].map(str::to_owned))
    }

    #[test]
    fn rows_hold_the_order_and_ticks_tell_what_is_wanted() {
        let picks = Picks::of(&[Sms, Telegram, Max], &[Max, Sms, Mail]);
        assert_eq!((picks.order.as_slice(), picks.channels().as_slice()), ([Sms, Max, Mail].as_slice(), [Sms, Max].as_slice()));
        assert_eq!(Picks::typed(&form(""), "a").channels(), [Max, Mail]);
        assert_eq!(Picks::typed(&form(""), "b").channels(), []);
    }

    #[test]
    fn a_row_goes_up_and_down_and_no_further() {
        for (pressed, order) in [
            ("a sms up", [Sms, Max, Mail]),
            ("a sms down", [Max, Mail, Sms]),
            ("a max up", [Max, Sms, Mail]),
            ("a email down", [Max, Sms, Mail]),
        ] {
            let mut form = form(pressed);
            assert!(shift(&mut form), "{pressed}");
            assert_eq!(Picks::typed(&form, "a").order, order, "{pressed}");
        }
        for pressed in ["", "a", "a pigeon up", "a telegram up", "b max up"] {
            assert!(!shift(&mut form(pressed)), "{pressed}");
        }
    }
}
