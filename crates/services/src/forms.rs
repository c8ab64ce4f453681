//! Forms act once: a form that was sent twice (a double click, a reload, a line that broke after the first) finds what it did before.
//!
//! Every page that shows a form which makes something gives it a value of its own. The key that follows from it, from the session and from
//! everything that was typed is taken in the unit of work that acts, so that of two at the same moment one waits for the other
//! (docs/decisions/0021).

use crate::Platform;
use kiban_store::{Error, Work, repo::forms};
use ring::digest::{SHA256, digest};

/// Which form something comes from: whoever does not have its page in the same browser cannot make this.
#[derive(Clone, PartialEq, Eq)]
pub struct FormKey {
    key: Vec<u8>,
    seed: Vec<u8>,
}

impl FormKey {
    /// Of what only the form's own browser knows.
    pub fn of(secret: &[u8]) -> Self {
        let seed = [b"kiban-form-seed/1:", secret].concat();
        Self {
            key: digest(&SHA256, secret).as_ref().to_vec(),
            seed: digest(&SHA256, &seed).as_ref().to_vec(),
        }
    }

    /// Of a form that nobody can send again: what is typed at the command line, and what comes without the value of a page.
    pub fn fresh(platform: &Platform) -> Self {
        Self::of(&platform.random::<32>())
    }

    /// What is stored; 32 bytes.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.key
    }

    /// 32 bytes that the same form gives again and that cannot be found out from what is stored.
    pub(crate) fn seed(&self) -> &[u8] {
        &self.seed
    }
}

impl std::fmt::Debug for FormKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FormKey(…)")
    }
}

/// Takes a form in the unit of work that acts: `None` the first time, otherwise what was kept then, and nothing is to be done.
pub(crate) async fn take(
    work: &mut Work,
    platform: &Platform,
    form: &FormKey,
    kept: &str,
) -> Result<Option<String>, Error> {
    forms::take(work, form.as_bytes(), kept, platform.now()).await
}

/// Says what a repeat of a form needs, once that is known.
pub(crate) async fn keep(
    work: &mut Work,
    platform: &Platform,
    form: &FormKey,
    kept: &str,
) -> Result<(), Error> {
    forms::keep(work, form.as_bytes(), kept, platform.now()).await
}

/// Lets units of work about the same thing come one after the other.
pub(crate) async fn take_turn(
    work: &mut Work,
    platform: &Platform,
    about: &str,
) -> Result<(), Error> {
    let key = digest(&SHA256, about.as_bytes());
    forms::hold(work, key.as_ref(), platform.now()).await
}

/// How long a repeat is known as one; a session lasts half a day at most.
const DAYS: i32 = 7;

/// Forgets forms that nobody will send again; how many.
///
/// # Errors
///
/// The database only.
pub async fn forget(platform: &Platform) -> Result<u64, Error> {
    let before = platform.now() - jiff::SignedDuration::from_hours(24) * DAYS;
    platform
        .store
        .write::<u64, Error, _>(move |work| {
            Box::pin(async move { forms::forget(work, before).await })
        })
        .await
}
