//! A letter as it travels.

use kiban_domain::MailAddress;
use kiban_services::mail::{Outgoing, PostError};
use lettre::{
    Address, Message,
    message::{Mailbox, SinglePart},
};

/// The sender's name.
const SENDER: &str = "介護情報基盤";

/// Makes the message. A second copy of a letter has the same `Message-ID`, so that the receiver's server can drop it.
pub(super) fn message(letter: &Outgoing, from: &MailAddress) -> Result<Message, PostError> {
    let mailbox = |address: &MailAddress, name: Option<String>| {
        let address: Address = address
            .as_str()
            .parse()
            .map_err(|_| PostError::Never("address not usable for mail".into()))?;
        Ok(Mailbox::new(name, address))
    };
    let (_, host) = from.as_str().split_once('@').unwrap_or(("", "localhost"));
    Message::builder()
        .from(mailbox(from, Some(SENDER.to_owned()))?)
        .to(mailbox(&letter.to, None)?)
        .subject(&letter.subject)
        .message_id(Some(format!("<{}@{host}>", letter.mail_id)))
        // Nobody's absence notice is wanted in answer (RFC 3834).
        .header(AutoSubmitted)
        .singlepart(SinglePart::plain(letter.body.clone()))
        .map_err(|_| PostError::Never("letter not usable for mail".into()))
}

#[derive(Clone)]
struct AutoSubmitted;

impl lettre::message::header::Header for AutoSubmitted {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
