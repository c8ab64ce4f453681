//! Figures of the portal for the operator (O17): counts only, nothing of a person.

use crate::Platform;
use kiban_domain::Timestamp;
use kiban_store::{Error, repo::statistics};

pub use kiban_store::repo::statistics::Count;

/// The figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// Registrations by their state, as its stable word.
    pub registrations: Vec<Count>,
    /// Active accounts by the kind of their body.
    pub accounts: Vec<Count>,
    /// Sign-ins of the last thirty days: `in`, `wrong_password`, `wrong_second_factor`.
    pub sign_ins: Vec<Count>,
    /// Inquiries by state.
    pub inquiries: Vec<Count>,
    /// Questions to the chat of the last thirty days: `answered`, `near`, `none`, `municipality`.
    pub questions: Vec<Count>,
    /// Municipalities that have declared anything.
    pub municipalities: i64,
    /// Letters that wait, and letters that were given up.
    pub letters: Vec<Count>,
    /// Opinions that came in the last thirty days, by the way they came.
    pub opinion_routes: Vec<Count>,
    /// The same, by where they stand now.
    pub opinion_states: Vec<Count>,
}

/// The figures of now.
///
/// # Errors
///
/// The database only.
pub async fn figures(platform: &Platform) -> Result<Figures, Error> {
    let since: Timestamp = platform.now() - jiff::SignedDuration::from_hours(24 * 30);
    let mut work = platform.store.read().await?;
    Ok(Figures {
        registrations: statistics::registrations(&mut work).await?,
        accounts: statistics::accounts(&mut work).await?,
        sign_ins: statistics::sign_ins(&mut work, since).await?,
        inquiries: statistics::inquiries(&mut work).await?,
        questions: statistics::questions(&mut work, kiban_domain::tokyo_date(since)).await?,
        municipalities: statistics::municipalities(&mut work).await?,
        letters: statistics::letters(&mut work).await?,
        opinion_routes: statistics::opinion_routes(&mut work, since).await?,
        opinion_states: statistics::opinion_states(&mut work, since).await?,
    })
}
