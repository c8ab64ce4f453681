//! What a mail server reports of a letter that it could not deliver.
//!
//! Anybody can send such a report. So nothing is taken from it but numbers, and whoever acts on it asks for the letter's token first: it
//! stands in the letter's `Message-ID` and return path, which only those have seen who carried the letter.
//!
//! Source: RFC 3462 (multipart/report), RFC 3464 (message/delivery-status), RFC 3463 (enhanced status codes).

use mail_parser::{Message, MessageParser, MimeHeaders as _, PartType};
use std::fmt;

/// No report is longer, in bytes: the letters it quotes are short.
pub const LONGEST: usize = 1 << 20;
/// The number of a letter has so many hexadecimal digits, its token [`TOKEN`].
const NUMBER: usize = 32;
/// A token has so many hexadecimal digits.
pub const TOKEN: usize = 16;
/// So many letters are named by one report at the most: one is expected, in up to four places.
const MOST_NAMES: usize = 8;

/// An enhanced status code: class, subject, detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// 2 success, 4 for now, 5 for good.
    pub class: u8,
    /// What it is about: 1 the address, 2 the mailbox, 7 the receiver's rules …
    pub subject: u16,
    /// More exactly.
    pub detail: u16,
}

impl Status {
    /// Reads the code at the beginning of a text; what stands behind it is a comment.
    pub fn at_beginning(text: &str) -> Option<Self> {
        let code = text.split_ascii_whitespace().next()?;
        let mut parts = code.split('.');
        let class = parts.next()?;
        let mut number = || {
            let part = parts.next()?;
            let digits =
                (1..=3).contains(&part.len()) && part.bytes().all(|it| it.is_ascii_digit());
            digits.then(|| part.parse::<u16>().ok())?
        };
        let (subject, detail) = (number()?, number()?);
        let class = match class {
            "2" => 2,
            "4" => 4,
            "5" => 5,
            _ => return None,
        };
        parts.next().is_none().then_some(Self {
            class,
            subject,
            detail,
        })
    }

    /// Whether nobody has such an address, or its mailbox is closed for good. What a server says about its rules, its own state or the
    /// sender says nothing about the address.
    pub fn is_about_address(self) -> bool {
        // 5.1.7 and 5.1.8 are about the sender's address, 5.2.2 and 5.2.3 about a full mailbox and a long letter.
        self.class == 5
            && matches!(
                (self.subject, self.detail),
                (1, 0..=6 | 9 | 10) | (2, 0 | 1)
            )
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// A letter as it is named where it travels: its number and its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterName {
    /// 32 hexadecimal digits in lower case.
    pub number: String,
    /// [`TOKEN`] hexadecimal digits in lower case.
    pub token: String,
}

impl LetterName {
    /// Reads `number.token`, the form in which both places have it; strokes in the number and capital letters are taken.
    pub fn read(text: &str) -> Option<Self> {
        let (number, token) = text.trim().split_once('.')?;
        let number: String = number.chars().filter(|it| *it != '-').collect();
        let hex = |text: &str, length| {
            text.len() == length && text.bytes().all(|it| it.is_ascii_hexdigit())
        };
        (hex(&number, NUMBER) && hex(token, TOKEN)).then(|| Self {
            number: number.to_ascii_lowercase(),
            token: token.to_ascii_lowercase(),
        })
    }
}

/// A report of one letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryReport {
    /// The letters it claims to be about, without repetitions; empty when it names none in our form.
    pub letters: Vec<LetterName>,
    /// What became of it, for each receiver that it was not delivered to and will not be.
    pub failed: Vec<Status>,
}

/// Reads a message; `None` when it is no report about delivery, or longer than [`LONGEST`].
pub fn read(bytes: &[u8]) -> Option<DeliveryReport> {
    if bytes.len() > LONGEST {
        return None;
    }
    let message = MessageParser::default().parse(bytes)?;
    let kind = message.content_type()?;
    let is = |part: Option<&str>, word: &str| part.is_some_and(|it| it.eq_ignore_ascii_case(word));
    if !(kind.ctype().eq_ignore_ascii_case("multipart")
        && is(kind.subtype(), "report")
        && is(kind.attribute("report-type"), "delivery-status"))
    {
        return None;
    }
    let mut letters = Vec::new();
    let mut failed = Vec::new();
    let mut is_report = false;
    for place in ["Delivered-To", "X-Original-To", "To"] {
        for value in raw(&message, place) {
            add(&mut letters, in_path(value));
        }
    }
    for part in &message.parts {
        let Some(kind) = part.content_type() else {
            continue;
        };
        match (kind.ctype(), kind.subtype().unwrap_or_default()) {
            ("message", "delivery-status") => {
                is_report = true;
                failed.extend(failures(&String::from_utf8_lossy(part.contents())));
            }
            ("message", "rfc822") | ("text", "rfc822-headers") => {
                if let PartType::Message(letter) = &part.body {
                    for value in raw(letter, "Message-ID") {
                        add(&mut letters, in_message_id(value));
                    }
                } else {
                    let text = String::from_utf8_lossy(part.contents()).into_owned();
                    for (name, value) in fields(&text) {
                        if name.eq_ignore_ascii_case("message-id") {
                            add(&mut letters, in_message_id(&value));
                        }
                    }
                }
            }
            _ => {}
        }
    }
    is_report.then_some(DeliveryReport { letters, failed })
}

fn raw<'m>(message: &'m Message<'_>, name: &'m str) -> impl Iterator<Item = &'m str> {
    message
        .headers_raw()
        .filter(move |(header, _)| header.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

fn add(letters: &mut Vec<LetterName>, found: Option<LetterName>) {
    if let Some(found) = found
        && letters.len() < MOST_NAMES
        && !letters.contains(&found)
    {
        letters.push(found);
    }
}

/// `<number.token@host>`.
fn in_message_id(text: &str) -> Option<LetterName> {
    let text = text.trim().trim_start_matches('<');
    LetterName::read(text.split_once('@')?.0)
}

/// `anything+number.token@host`, bare or within `<>`.
fn in_path(text: &str) -> Option<LetterName> {
    let text = text.rsplit('<').next()?;
    let local = text.split_once('@')?.0;
    LetterName::read(local.rsplit_once('+')?.1)
}

/// The final failures of a `message/delivery-status`: groups of fields, the first about the message, each other about a receiver.
fn failures(text: &str) -> Vec<Status> {
    let text = text.replace("\r\n", "\n");
    let groups = text.split("\n\n").map(fields);
    let failed = groups.filter_map(|group| {
        let get = |name: &str| {
            let found = group
                .iter()
                .find(|(field, _)| field.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.trim())
        };
        // Delayed, relayed and delivered are said with the same fields.
        get("action").filter(|action| action.eq_ignore_ascii_case("failed"))?;
        let status = get("status").and_then(Status::at_beginning);
        status.filter(|status| status.class != 2)
    });
    failed.collect()
}

/// Fields with the lines that belong to them joined.
fn fields(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = found.last_mut() {
                value.push_str(line);
            }
        } else if let Some((name, value)) = line.split_once(':') {
            found.push((name.trim().to_owned(), value.to_owned()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NAME: &str = "019a0c0de0007000800000000000002a.0123456789abcdef";

    /// As a widespread server writes it.
    fn report(action: &str, status: &str, to: &str, message_id: &str) -> String {
        format!(
            "Return-Path: <>\r\nDelivered-To: {to}\r\nDate: Mon, 2 Nov 2026 10:00:00 +0900\r\n\
             From: MAILER-DAEMON@mx.example (Mail Delivery System)\r\nSubject: Undelivered Mail Returned to Sender\r\n\
             To: {to}\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"ABC.1/mx.example\"\r\n\r\n\
             This is a MIME-encapsulated message.\r\n\r\n--ABC.1/mx.example\r\nContent-Description: Notification\r\n\
             Content-Type: text/plain; charset=us-ascii\r\n\r\nI'm sorry.\r\n\r\n--ABC.1/mx.example\r\n\
             Content-Description: Delivery report\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; mx.example\r\nArrival-Date: Mon, 2 Nov 2026 09:59:00 +0900\r\n\r\n\
             Final-Recipient: rfc822; nobody@hikari.example\r\nAction: {action}\r\nStatus: {status}\r\n\
             Diagnostic-Code: smtp; 550 5.1.1 unknown\r\n    user\r\n\r\n--ABC.1/mx.example\r\n\
             Content-Description: Undelivered Message Headers\r\nContent-Type: text/rfc822-headers\r\n\r\n\
             From: info@kiban.example\r\nMessage-ID:\r\n {message_id}\r\nSubject: =?utf-8?b?44GK?=\r\n\r\n--ABC.1/mx.example--\r\n"
        )
    }

    fn name() -> LetterName {
        LetterName::read(NAME).unwrap()
    }

    #[test]
    fn a_report_names_its_letter_by_message_id_or_by_return_path() {
        let id = format!("<{NAME}@kiban.example>");
        let path = format!("bounce+{NAME}@kiban.example");
        for (to, id) in [
            ("info@kiban.example", id.as_str()),
            (path.as_str(), "<other@kiban.example>"),
            (path.to_uppercase().as_str(), id.as_str()),
        ] {
            let found = read(report("failed", "5.1.1", to, id).as_bytes()).unwrap();
            assert_eq!(found.letters, [name()], "{to} {id}");
            assert_eq!(found.failed[0].to_string(), "5.1.1");
        }
    }

    #[test]
    fn a_whole_letter_that_comes_back_names_itself_too() {
        let text = report("failed", "5.2.1 (closed)", "info@kiban.example", "<x@y>")
            .replace("text/rfc822-headers", "message/rfc822")
            .replace("<x@y>", &format!("<{NAME}@kiban.example>"));
        let found = read(text.as_bytes()).unwrap();
        assert_eq!(found.letters, [name()]);
        assert!(found.failed[0].is_about_address());
    }

    #[test]
    fn what_is_only_late_or_arrived_is_no_failure() {
        for (action, status) in [
            ("delayed", "4.4.1"),
            ("delivered", "2.1.5"),
            ("relayed", "2.0.0"),
            ("failed", "2.0.0"),
            ("failed", "soon"),
        ] {
            let found = read(report(action, status, "info@kiban.example", "<x@y>").as_bytes());
            assert_eq!(found.unwrap().failed, [], "{action} {status}");
        }
        let late = read(report("Failed", "4.4.7", "info@kiban.example", "<x@y>").as_bytes());
        let late = late.unwrap().failed;
        assert_eq!((late.len(), late[0].is_about_address()), (1, false));
    }

    #[test]
    fn a_letter_that_only_speaks_of_failure_is_none() {
        let text = report("failed", "5.1.1", "info@kiban.example", "<x@y>");
        for (from, to) in [
            ("multipart/report", "multipart/mixed"),
            (
                "report-type=delivery-status",
                "report-type=disposition-notification",
            ),
            (
                "Content-Type: message/delivery-status",
                "Content-Type: text/plain",
            ),
        ] {
            assert_eq!(read(text.replace(from, to).as_bytes()), None, "{to}");
        }
        assert_eq!(read(b""), None);
        assert_eq!(read(&vec![b'a'; LONGEST + 1]), None);
    }

    #[test]
    fn the_address_is_to_blame_for_few_codes_only() {
        let about = |text| Status::at_beginning(text).map(Status::is_about_address);
        for text in ["5.1.1", "5.1.10 null MX", "5.2.1", "5.1.3"] {
            assert_eq!(about(text), Some(true), "{text}");
        }
        for text in ["5.7.1", "5.1.8", "5.2.2", "5.4.4", "4.1.1", "5.3.0"] {
            assert_eq!(about(text), Some(false), "{text}");
        }
        for text in [
            "", "5", "5.1", "5.1.1.1", "6.1.1", "5.1.1111", "5.-1.1", "+5.1.1", "5.x.1",
        ] {
            assert_eq!(about(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn anything_at_all_is_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
            let _ = read(&bytes);
        }

        #[test]
        fn a_damaged_report_is_read_without_panic_and_names_no_other_letter(
            at in 0_usize..1_600, byte in any::<u8>(), cut in 0_usize..1_600,
        ) {
            let id = format!("<{NAME}@kiban.example>");
            let mut text = report("failed", "5.1.1", "info@kiban.example", &id).into_bytes();
            let length = text.len();
            text[at % length] = byte;
            text.truncate(length - cut % length);
            if let Some(found) = read(&text) {
                prop_assert!(found.letters.len() <= 1);
            }
        }

        #[test]
        fn a_status_is_what_it_prints(class in prop::sample::select(vec![2_u8, 4, 5]), subject in 0_u16..1_000, detail in 0_u16..1_000) {
            let status = Status { class, subject, detail };
            prop_assert_eq!(Status::at_beginning(&status.to_string()), Some(status));
        }

        #[test]
        fn a_name_is_read_from_both_places(number in "[0-9a-f]{32}", token in "[0-9a-f]{16}", local in "[a-z+.]{0,10}") {
            let name = LetterName { number: number.clone(), token: token.clone() };
            let (path, id) = (format!("{local}+{number}.{token}@h.example"), format!("<{number}.{token}@h.example>"));
            prop_assert_eq!(in_path(&path), Some(name.clone()));
            prop_assert_eq!(in_message_id(&id), Some(name));
        }
    }
}
