use channels::mail::{Bounce, read_bounce};

/// A report as Postfix writes it.
fn report(to: &str, person: &str, returned: &str) -> Vec<u8> {
    format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.test (Mail Delivery System)\r\nTo: {to}\r\nSubject: Undelivered Mail Returned to Sender\r\n\
         Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"B1\"\r\n\r\n\
         --B1\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nI'm sorry to have to inform you.\r\n\r\n\
         --B1\r\nContent-Description: Delivery report\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mx.test\r\nX-Postfix-Queue-ID: 4A1\r\n\r\n{person}\r\n\
         --B1\r\n{returned}\r\n--B1--\r\n"
    )
    .into_bytes()
}

const UNKNOWN: &str = "Final-Recipient: rfc822; anna@example.test\r\nOriginal-Recipient: rfc822;Anna@example.test\r\nAction: failed\r\n\
    Status: 5.1.1\r\nRemote-MTA: dns; mx.example.test\r\nDiagnostic-Code: smtp; 550 5.1.1 <anna@example.test>:\r\n    User unknown\r\n";
const RETURNED: &str =
    "Content-Type: message/rfc822\r\n\r\nFrom: box@montaj.test\r\nMessage-ID: <17=3Amail@montaj.test>\r\nSubject: x\r\n\r\nbody";
const HEAD: &str = "Content-Type: text/rfc822-headers\r\n\r\nFrom: box@montaj.test\r\nMessage-ID:\r\n <17=3Amail@montaj.test>\r\n";
const NONE: &str = "Content-Type: text/plain\r\n\r\nnothing";

fn expected(key: Option<&str>, is_permanent: bool, why: &str) -> Bounce {
    Bounce { key: key.map(str::to_owned), address: Some("Anna@example.test".into()), is_permanent, why: why.into() }
}

#[test]
fn a_report_says_which_letter_did_not_arrive_and_why() {
    for returned in [RETURNED, HEAD] {
        let bounce = read_bounce(&report("box@montaj.test", UNKNOWN, returned)).unwrap();
        assert_eq!(bounce, expected(Some("17:mail"), true, "5.1.1"));
    }
    let bounce = read_bounce(&report("<bounces+18@montaj.test>", UNKNOWN, NONE)).unwrap();
    assert_eq!(bounce, expected(Some("18"), true, "5.1.1"), "by the address that it came to");
    let bounce = read_bounce(&report("box@montaj.test", UNKNOWN, NONE)).unwrap();
    assert_eq!(bounce, expected(None, true, "5.1.1"));
}

#[test]
fn what_may_pass_is_not_taken_for_the_end_of_an_address() {
    for (from, to, why) in [("5.1.1", "5.2.2", "5.2.2"), ("5.1.1", "4.4.1 (no answer)", "4.4.1"), ("5.1.1", "5.7.1", "5.7.1")] {
        let person = UNKNOWN.replace(&format!("Status: {from}"), &format!("Status: {to}")).replace("User unknown", "Later");
        assert_eq!(read_bounce(&report("box@montaj.test", &person, RETURNED)).unwrap(), expected(Some("17:mail"), false, why));
    }
    let person = UNKNOWN.replace("Status: 5.1.1", "Status: 5.7.1").replace("User unknown", "No such user!");
    assert_eq!(read_bounce(&report("box@montaj.test", &person, RETURNED)).unwrap(), expected(Some("17:mail"), true, "5.7.1"), "in words");
}

#[test]
fn other_letters_are_no_bounces() {
    for action in ["delivered", "relayed", "delayed"] {
        let other = UNKNOWN.replace("Action: failed", &format!("Action: {action}"));
        assert_eq!(read_bounce(&report("box@montaj.test", &other, RETURNED)), None, "{action}");
    }
    let away = b"From: anna@example.test\r\nTo: bounces+18@montaj.test\r\nAuto-Submitted: auto-replied\r\nSubject: x\r\n\r\nBack on Monday, 5.1.1\r\n";
    assert_eq!(read_bounce(away), None);
    for rubbish in [
        &b""[..],
        b"\r\n",
        b"\xff\xfe",
        b"Content-Type: multipart/report; boundary=B\r\n\r\n--B\r\nContent-Type: message/delivery-status\r\n\r\n",
    ] {
        assert_eq!(read_bounce(rubbish), None);
    }
}
