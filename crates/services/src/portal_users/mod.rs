//! People who sign in at the portal: offices' and institutions' users, insurers, prefectures, operators (P-2, O-1).
//!
//! An account's ユーザID is issued here, so that nobody can find out by trying which ones exist. Whatever way somebody first comes
//! in (a link that was mailed, a first secret), the session it begins opens one thing only: setting a password and a second
//! factor ([`set_up`]).

mod accounts;
pub mod bodies;
pub mod invitations;
pub mod links;
pub mod members;
pub mod open_invitations;
pub mod passkeys;
pub mod profile;
mod reason;
pub mod recovery;
pub mod session;
pub mod set_up;
pub mod sign_in;

pub use accounts::{NewAccount, account, shown_login};
pub use kiban_store::repo::portal_sessions::Stage;
pub use reason::{InvalidReason, Reason};
pub use session::{Session, find, look, sign_out};

use crate::{CallContext, Platform};
use kiban_audit::{Action, Event, NO_INSURER};
use kiban_store::repo::{portal_links, portal_sessions};

/// From where somebody comes, as far as it can be known.
#[derive(Debug, Clone)]
pub struct From {
    /// The address of the other end.
    pub address: String,
    /// What the browser calls itself, in our words (「Windows・Edge」).
    pub agent: String,
}

fn changed(platform: &Platform, context: &CallContext, ground: String) -> Event {
    context
        .event(platform, NO_INSURER, Action::AccountChanged)
        .ground(ground)
}

/// Sign-ins that their accounts' holders may look at.
const SIGN_IN_DAYS: i32 = 100;
/// How long a link says that it has ended, before it is unknown.
const LINK_DAYS: i32 = 30;

/// Forgets what nobody will ask for again; how much.
///
/// # Errors
///
/// The database only.
pub async fn forget(platform: &Platform) -> Result<u64, kiban_store::Error> {
    let day = jiff::SignedDuration::from_hours(24);
    let now = platform.now();
    let (sign_ins, links) = (now - day * SIGN_IN_DAYS, now - day * LINK_DAYS);
    platform
        .store
        .write::<u64, kiban_store::Error, _>(move |work| {
            Box::pin(async move {
                let forgotten = portal_sessions::forget_sign_ins(work, sign_ins).await?;
                Ok(forgotten + portal_links::forget(work, links).await?)
            })
        })
        .await
}
