//! A program at a terminal renews its own certificates (W-1, T-1): no code, no person, only its present certificate and a new key.
//!
//! Both certificates count until the new one is used, at the latest for seven days ([`crate::terminals::end_superseded`]).

use crate::{
    CallContext, Platform,
    card_check::Terminal,
    certificates::{Authorities, key_digest, row_of},
    rate::{self, Exhausted, Limit},
};
use jiff::SignedDuration;
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{Clock, Timestamp};
use kiban_pki::{AuthorityKind, IssueError, Order, Profile, TerminalRole};
use kiban_store::repo::{
    certificate_answers::{self, CertificateAnswerRow},
    certificates::{self, HeldRow},
    offices,
};

/// A terminal renews once in two months; a broken one is not to fill the table.
const PER_TERMINAL: Limit = Limit {
    attempts: 12,
    seconds: 24 * 3_600,
};
/// For so many days an answer can be fetched again: as long as the old certificate counts beside the new one.
const ANSWER_DAYS: i64 = 7;

/// What a program at a terminal asks for.
#[derive(Debug, Clone)]
pub struct Renewal {
    /// Where it is, from the certificate it was asked with.
    pub terminal: Terminal,
    /// Serial of that certificate.
    pub serial: String,
    /// Which of the terminal's two certificates is wanted.
    pub role: TerminalRole,
    /// The certificate whose place it takes; `None` when the program has none of this role yet.
    pub replaces: Option<String>,
    /// PKCS#10, PEM; only the public key is used.
    pub request_pem: String,
}

/// A certificate for the new key.
#[derive(Debug, Clone)]
pub struct Renewed {
    /// PEM.
    pub certificate_pem: String,
    /// PEM of the authority that issued it.
    pub authority_pem: String,
    /// When it ends.
    pub not_after: Timestamp,
}

/// Why no certificate was issued.
#[derive(Debug, thiserror::Error)]
pub enum RenewError {
    /// The certificate to be replaced is not this terminal's, not of this role, or does not count any more; or the terminal was
    /// stopped while it asked.
    #[error("nothing to renew")]
    NothingToRenew,
    /// The terminal asked too often.
    #[error("too many attempts")]
    TooMany(Exhausted),
    /// The request cannot be used.
    #[error("request")]
    Request(#[source] IssueError),
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Issues for the new key. The same key asked again gets the same certificate. `clock` is the machine's.
///
/// # Errors
///
/// See [`RenewError`].
pub async fn renew(
    platform: &Platform,
    context: &CallContext,
    authorities: &Authorities,
    clock: &dyn Clock,
    asked: Renewal,
) -> Result<Renewed, RenewError> {
    let (office_no, terminal_id) = (asked.terminal.office_no, asked.terminal.terminal_id.clone());
    let key_digest = key_digest(&asked.request_pem).map_err(RenewError::Request)?;
    let asked_with = format!("certificate:{}:{}", asked.serial, asked.role.as_str());
    let now = clock.now();
    let mut work = platform.store.point().await?;
    let known = certificate_answers::find(&mut work, &asked_with, &key_digest, now).await?;
    let held = certificates::list_held(&mut work, office_no.as_str()).await?;
    drop(work);
    let authority = authorities.of(AuthorityKind::Terminals);
    let renewed = |certificate_pem: String, not_after| Renewed {
        certificate_pem,
        authority_pem: authority.certificate_pem().to_owned(),
        not_after,
    };
    if let Some(known) = known {
        let issued = held
            .iter()
            .find(|it| it.certificate.serial == known.serial && counts(it, now));
        let issued = issued.ok_or(RenewError::NothingToRenew)?;
        return Ok(renewed(known.certificate_pem, issued.certificate.not_after));
    }
    let replaces = asked.replaces.clone();
    if let Some(old) = &replaces {
        let own = |it: &HeldRow| {
            let row = &it.certificate;
            row.serial == *old && row.holder == terminal_id && row.role == asked.role.as_str()
        };
        if !held.iter().any(|it| own(it) && counts(it, now)) {
            return Err(RenewError::NothingToRenew);
        }
    }
    let bucket = format!("renew:{}:{terminal_id}", office_no.as_str());
    if let Err(exhausted) = rate::reserve(platform, vec![(bucket, PER_TERMINAL)]).await? {
        return Err(RenewError::TooMany(exhausted));
    }
    let profile = Profile::Terminal {
        office_no: office_no.as_str().to_owned(),
        terminal_id,
        role: asked.role,
    };
    let order = Order::new(profile.clone());
    let issued = authority
        .issue_from_request(&asked.request_pem, &order, clock, &*platform.entropy)
        .map_err(RenewError::Request)?;
    let Some(row) = row_of(&profile, &issued) else {
        return Err(RenewError::NothingToRenew);
    };
    let answer = CertificateAnswerRow {
        asked_with,
        key_digest,
        serial: issued.serial.clone(),
        certificate_pem: issued.certificate_pem.clone(),
        expires_at: now + SignedDuration::from_hours(24 * ANSWER_DAYS),
    };
    let entry = context
        .event(platform, NO_INSURER, Action::CertificateIssued)
        .ground(format!("certificate:{}", issued.serial))
        .to_entry();
    let presented = asked.serial;
    let counted = platform
        .store
        .write::<_, kiban_store::Error, _>(move |work| {
            Box::pin(async move {
                // The terminal may have been stopped since the door let it in.
                offices::take_turn(work, &office_no).await?;
                if !certificates::hold(work, &presented).await? {
                    return Ok(false);
                }
                if let Some(old) = &replaces
                    && !certificates::hold(work, old).await?
                {
                    return Ok(false);
                }
                certificates::add(work, &row).await?;
                if let Some(old) = &replaces {
                    certificates::set_replaces(work, &row.serial, old).await?;
                }
                certificate_answers::add(work, &answer, now).await?;
                work.record(&entry).await?;
                Ok(true)
            })
        })
        .await?;
    if !counted {
        return Err(RenewError::NothingToRenew);
    }
    Ok(renewed(issued.certificate_pem, issued.not_after))
}

fn counts(held: &HeldRow, now: Timestamp) -> bool {
    held.certificate.revoked_at.is_none() && held.certificate.not_after > now
}
