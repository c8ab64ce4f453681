//! Letters that a sandbox sent, to be read on its own page: nothing of a sandbox leaves the machine.

use super::Outgoing;
use kiban_domain::Timestamp;
use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};
use uuid::Uuid;

/// So many letters are kept; older ones are in the folder.
const KEPT: usize = 200;

/// A letter that was sent.
#[derive(Clone)]
pub struct Sent {
    /// The same at every attempt.
    pub mail_id: Uuid,
    /// To whom.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The text.
    pub body: String,
    /// When.
    pub at: Timestamp,
}

/// The last letters of a sandbox.
#[derive(Default)]
pub struct Mailbox(Mutex<VecDeque<Sent>>);

/// Says how many there are, and nothing of what is in them.
impl std::fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mailbox({})", self.list().len())
    }
}

impl Mailbox {
    /// Keeps a letter; a second copy takes the place of the first.
    pub fn keep(&self, letter: &Outgoing, at: Timestamp) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|it| it.mail_id != letter.mail_id);
        kept.push_front(Sent {
            mail_id: letter.mail_id,
            to: letter.to.as_str().to_owned(),
            subject: letter.subject.clone(),
            body: letter.body.clone(),
            at,
        });
        kept.truncate(KEPT);
    }

    /// The letters, the newest first.
    pub fn list(&self) -> Vec<Sent> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_kept_and_a_copy_counts_once() {
        let mailbox = Mailbox::default();
        let letter = |number: u128| Outgoing {
            mail_id: Uuid::from_u128(number),
            token: String::new(),
            to: "kanri@hikari.example".parse().unwrap(),
            subject: format!("{number}"),
            body: String::new(),
            leave_url: None,
        };
        for number in 0..250 {
            mailbox.keep(&letter(number), Timestamp::UNIX_EPOCH);
        }
        mailbox.keep(&letter(240), Timestamp::UNIX_EPOCH);
        let list = mailbox.list();
        assert_eq!((list.len(), list[0].subject.as_str()), (200, "240"));
        assert_eq!(list.iter().filter(|it| it.subject == "240").count(), 1);
    }
}
