//! Client certificates: issuing, stopping, and the table that doors ask at every request (W-1).

use crate::{CallContext, Platform};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{Clock, Entropy, Timestamp};
use kiban_pki::{
    Authority, AuthorityError, AuthorityKind, IssueError, Issued, IssuedWithKey, Order, Profile,
    RevocationError, RevocationReason, Revoked, requested_key,
};
use kiban_store::repo::certificates::{self, CertificateRow};
use ring::digest::{SHA256, digest};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

mod table;

pub use kiban_store::repo::certificates::{Filter, HeldRow, StandingFilter};
pub use table::{CertificateTable, Standing};

/// How long a revocation list counts. It is made anew every hour; a list that has run out locks everybody out.
const LIST_HOURS: i64 = 48;

/// The three authorities: one a door, and one for the doors themselves.
#[derive(Debug)]
pub struct Authorities {
    folder: PathBuf,
    server: Authority,
    terminals: Authority,
    systems: Authority,
}

/// Why the authorities are not at hand.
#[derive(Debug, thiserror::Error)]
pub enum AuthoritiesError {
    /// A file cannot be read or written.
    #[error("{path}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// An authority cannot be made or opened.
    #[error("authority")]
    Authority(#[from] AuthorityError),
}

impl Authorities {
    /// Opens the authorities kept in `folder`, making those that are missing. Keys are readable by their owner only.
    pub fn open(
        folder: &Path,
        clock: &dyn Clock,
        entropy: &dyn Entropy,
    ) -> Result<Self, AuthoritiesError> {
        fs::create_dir_all(folder).map_err(at(folder))?;
        let open = |kind, name| open_one(folder, kind, name, clock, entropy);
        Ok(Self {
            server: open(AuthorityKind::Server, "kiban server CA")?,
            terminals: open(AuthorityKind::Terminals, "kiban terminal CA")?,
            systems: open(AuthorityKind::Systems, "kiban system CA")?,
            folder: folder.to_owned(),
        })
    }

    /// The authority of a kind.
    pub fn of(&self, kind: AuthorityKind) -> &Authority {
        match kind {
            AuthorityKind::Server => &self.server,
            AuthorityKind::Terminals => &self.terminals,
            AuthorityKind::Systems => &self.systems,
        }
    }

    /// The certificate that clients must trust, PEM.
    pub fn server_certificate_pem(&self) -> &str {
        self.server.certificate_pem()
    }

    /// The file of the certificate that clients must trust.
    pub fn server_certificate_file(&self) -> PathBuf {
        self.folder.join("server.pem")
    }
}

fn open_one(
    folder: &Path,
    kind: AuthorityKind,
    name: &str,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
) -> Result<Authority, AuthoritiesError> {
    let certificate = folder.join(format!("{}.pem", kind.as_str()));
    let key = folder.join(format!("{}.key", kind.as_str()));
    if certificate.exists() && key.exists() {
        let certificate_pem = fs::read_to_string(&certificate).map_err(at(&certificate))?;
        let key_pem = fs::read_to_string(&key).map_err(at(&key))?;
        return Ok(Authority::open(&certificate_pem, &key_pem)?);
    }
    let authority = Authority::create(kind, name, clock, entropy)?;
    write_private(&key, authority.key_pem().as_bytes()).map_err(at(&key))?;
    fs::write(&certificate, authority.certificate_pem()).map_err(at(&certificate))?;
    Ok(authority)
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> AuthoritiesError {
    let path = path.to_owned();
    move |source| AuthoritiesError::File { path, source }
}

/// Writes a file that only its owner may read, whole or not at all.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write as _;
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Why no certificate was issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueCertificateError {
    /// The authority refused.
    #[error("issuing")]
    Issue(#[from] IssueError),
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Issues with a new key; the certificate counts from the moment it is in the table.
pub async fn issue_with_new_key(
    platform: &Platform,
    context: &CallContext,
    authorities: &Authorities,
    clock: &dyn Clock,
    order: Order,
) -> Result<IssuedWithKey, IssueCertificateError> {
    let authority = authorities.of(order.profile.authority());
    let issued = authority.issue_with_new_key(&order, clock, &*platform.entropy)?;
    record(platform, context, &order.profile, &issued.issued).await?;
    Ok(issued)
}

/// Issues for the public key of a request.
pub async fn issue_from_request(
    platform: &Platform,
    context: &CallContext,
    authorities: &Authorities,
    clock: &dyn Clock,
    order: Order,
    request_pem: &str,
) -> Result<Issued, IssueCertificateError> {
    let authority = authorities.of(order.profile.authority());
    let issued = authority.issue_from_request(request_pem, &order, clock, &*platform.entropy)?;
    record(platform, context, &order.profile, &issued).await?;
    Ok(issued)
}

async fn record(
    platform: &Platform,
    context: &CallContext,
    profile: &Profile,
    issued: &Issued,
) -> Result<(), kiban_store::Error> {
    // The doors' own certificates are no client's and need no table.
    let Some(row) = row_of(profile, issued) else {
        return Ok(());
    };
    let entry = context
        .event(platform, NO_INSURER, Action::CertificateIssued)
        .ground(format!("certificate:{}", issued.serial))
        .to_entry();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                certificates::add(work, &row).await?;
                work.record(&entry).await
            })
        })
        .await
}

/// SHA-256 of the public key that a request asks for: names the key without keeping it.
pub(crate) fn key_digest(request_pem: &str) -> Result<Vec<u8>, IssueError> {
    let key = requested_key(request_pem)?;
    Ok(digest(&SHA256, &key).as_ref().to_vec())
}

/// The row of a client's certificate; `None` for a door's own.
pub(crate) fn row_of(profile: &Profile, issued: &Issued) -> Option<CertificateRow> {
    let (door, organisation, holder, role) = match profile {
        Profile::Terminal {
            office_no,
            terminal_id,
            role,
        } => (1, office_no, terminal_id, role.as_str()),
        Profile::System {
            organisation,
            system_id,
            kind,
        } => (2, organisation, system_id, kind.as_str()),
        Profile::Server { .. } => return None,
    };
    Some(CertificateRow {
        serial: issued.serial.clone(),
        door,
        organisation: organisation.clone(),
        holder: holder.clone(),
        role: role.to_owned(),
        issued_at: issued.not_before,
        not_after: issued.not_after,
        revoked_at: None,
    })
}

/// Stops a certificate; false when there is none with this serial or it was stopped before.
pub async fn revoke(
    platform: &Platform,
    context: &CallContext,
    serial: &str,
    reason: &str,
) -> Result<bool, kiban_store::Error> {
    let entry = context
        .event(platform, NO_INSURER, Action::CertificateRevoked)
        .ground(format!("certificate:{serial}"))
        .to_entry();
    let (serial, reason) = (serial.to_lowercase(), reason.to_owned());
    let now = platform.now();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let stopped = certificates::revoke(work, &serial, now, &reason).await?;
                if stopped {
                    work.record(&entry).await?;
                }
                Ok(stopped)
            })
        })
        .await
}

/// All certificates that were issued.
pub async fn list(platform: &Platform) -> Result<Vec<CertificateRow>, kiban_store::Error> {
    certificates::list(&mut platform.store.point().await?).await
}

/// A page of the operator's list of certificates: the rows, and how many there are in all (O14).
///
/// # Errors
///
/// The database only.
pub async fn search(
    platform: &Platform,
    clock: &dyn Clock,
    filter: &Filter,
    range: (i64, i64),
) -> Result<(Vec<HeldRow>, i64), kiban_store::Error> {
    let now = clock.now();
    let mut work = platform.store.read().await?;
    let count = certificates::count(&mut work, filter, now).await?;
    let rows = certificates::search(&mut work, filter, now, range).await?;
    Ok((rows, count))
}

/// One certificate, for the operator (O14).
///
/// # Errors
///
/// The database only.
pub async fn find(
    platform: &Platform,
    serial: &str,
) -> Result<Option<HeldRow>, kiban_store::Error> {
    let serial = serial.to_lowercase();
    certificates::find_held(&mut platform.store.point().await?, &serial).await
}

/// Why no revocation list was made.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The authority refused.
    #[error("signing")]
    Sign(#[from] RevocationError),
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Signs the revocation list of a door's authority from what the database holds; PEM.
pub async fn revocation_list(
    platform: &Platform,
    authorities: &Authorities,
    clock: &dyn Clock,
    kind: AuthorityKind,
) -> Result<String, ListError> {
    let door = if kind == AuthorityKind::Terminals {
        1
    } else {
        2
    };
    let now: Timestamp = clock.now();
    let revoked: Vec<Revoked> = list(platform)
        .await?
        .into_iter()
        .filter(|row| row.door == door)
        .filter(|row| row.revoked_at.is_some())
        // The list's times are the machine's, whatever clock a sandbox shows.
        .map(|row| Revoked {
            serial: row.serial,
            at: now,
            reason: RevocationReason::CessationOfOperation,
        })
        .collect();
    // Lists are numbered by the second in which they are made: any process may make one.
    let number = u64::try_from(now.as_second()).unwrap_or(0);
    let next = now + jiff::SignedDuration::from_hours(LIST_HOURS);
    let earlier = now - jiff::SignedDuration::from_mins(5);
    Ok(authorities
        .of(kind)
        .revocation_list(number, &revoked, earlier, next)?
        .pem)
}
