//! Whether a mail server's final refusal means that nobody is at the address.

/// Said of an address in words that speak of nothing else, whatever the status: many servers refuse strangers with a policy's.
const NOBODY: [&str; 16] = [
    "no such user",
    "no such recipient",
    "no such mailbox",
    "user unknown",
    "unknown user",
    "recipient unknown",
    "unknown recipient",
    "unknown mailbox",
    "user not found",
    "recipient not found",
    "mailbox not found",
    "user does not exist",
    "mailbox does not exist",
    "account does not exist",
    "invalid recipient",
    "invalid mailbox",
];
/// What may mean that where a server says nothing more exact.
const PERHAPS: [&str; 6] = ["unknown", "no such", "not exist", "not found", "no mailbox", "unavailable"];

/// By the status of RFC 3463, which may be empty, and the words.
pub fn is_nobody(status: &str, said: &str) -> bool {
    let said = said.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|words| said.contains(words));
    match status {
        "" | "5.0.0" => says(&NOBODY) || says(&PERHAPS),
        // These two speak of the sender.
        "5.1.7" | "5.1.8" => false,
        "5.2.1" => true,
        _ => status.starts_with("5.1.") || status.starts_with("5.") && says(&NOBODY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_box_and_a_distrusted_sender_are_somebody() {
        for (status, said, expected) in [
            ("5.1.1", "", true),
            ("5.1.10", "RecipientNotFound", true),
            ("5.2.1", "disabled", true),
            ("5.7.1", "<a@b.test>: No such user!", true),
            ("5.4.14", "User unknown in relay table", true),
            ("5.0.0", "550 Mailbox unavailable", true),
            ("", "no mailbox here by that name", true),
            ("5.1.8", "Sender domain not found", false),
            ("5.2.2", "Mailbox full", false),
            ("5.7.1", "Service unavailable; client host blocked", false),
            ("5.7.1", "Client host rejected: cannot find your hostname, unknown", false),
            ("5.4.4", "Host not found", false),
            ("5.0.0", "", false),
            ("4.4.1", "User unknown", false),
        ] {
            assert_eq!(is_nobody(status, said), expected, "{status} {said}");
        }
    }
}
