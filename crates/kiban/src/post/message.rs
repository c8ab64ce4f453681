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
    let message = Message::builder()
        .from(mailbox(from, Some(SENDER.to_owned()))?)
        .to(mailbox(&letter.to, None)?)
        .subject(&letter.subject)
        .message_id(Some(format!("<{}@{host}>", name(letter))))
        // Nobody's absence notice is wanted in answer (RFC 3834).
        .header(AutoSubmitted);
    let message = match &letter.leave_url {
        Some(url) => message
            .header(ListUnsubscribe(format!("<{url}>")))
            .header(ListUnsubscribePost),
        None => message,
    };
    message
        .singlepart(SinglePart::plain(letter.body.clone()))
        .map_err(|_| PostError::Never("letter not usable for mail".into()))
}

/// Number and token of a letter, as its `Message-ID` and its return path have them.
pub(super) fn name(letter: &Outgoing) -> String {
    format!("{}.{}", letter.mail_id.simple(), letter.token)
}

/// Source: RFC 2369, section 3.2.
#[derive(Clone)]
struct ListUnsubscribe(String);

impl lettre::message::header::Header for ListUnsubscribe {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        // An address is one word, and the encoder would cut a long one in the middle. What no address has is left out, so that
        // nothing can begin another header.
        let plain: String = self.0.chars().filter(char::is_ascii_graphic).collect();
        lettre::message::header::HeaderValue::dangerous_new_pre_encoded(
            Self::name(),
            plain.clone(),
            plain,
        )
    }
}

/// One request leaves the list. Source: RFC 8058, section 3.1.
#[derive(Clone)]
struct ListUnsubscribePost;

impl lettre::message::header::Header for ListUnsubscribePost {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        let value = "List-Unsubscribe=One-Click".to_owned();
        lettre::message::header::HeaderValue::new(Self::name(), value)
    }
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
