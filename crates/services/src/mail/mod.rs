//! Letters: asked for in the transaction of a change, sent afterwards, at least once each.
//!
//! A letter may name an office and a task, never a person who is cared for: mail travels open.

mod deliver;
mod letter;
mod mailbox;
mod refusals;

pub use deliver::{Outgoing, Post, PostError, Refused, deliver};
pub use letter::{Letter, queue, queue_for_list};
pub use mailbox::{Mailbox, Sent};
pub use refusals::{
    MOST, RefusedAddress, Reported, count_refused, list_refused, note_report, refused_of_user,
    retry,
};
