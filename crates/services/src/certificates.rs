//! Client certificates: issuing, stopping, and the table that doors ask at every request (W-1).

use crate::{CallContext, Platform};
use jiff::SignedDuration;
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{Clock, Entropy, Timestamp};
use kiban_pki::{
    Authority, AuthorityError, AuthorityKind, IssueError, Issued, IssuedWithKey, Order, Profile,
    RevocationError, RevocationReason, Revoked,
};
use kiban_store::repo::certificates::{self, CertificateRow};
use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

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

/// How a certificate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It counts until its date.
    Good,
    /// It was stopped.
    Revoked,
}

/// Unknown serials that are looked up in the database in one second: a certificate of ours that no table knows is rare, and
/// nobody is to make the database work by knocking.
const LOOK_UPS: u32 = 20;

/// The table of certificates in memory. Open connections outlive a new revocation list, so every request is looked up here.
#[derive(Debug, Default)]
pub struct CertificateTable {
    standings: RwLock<Arc<HashMap<String, Standing>>>,
    /// What was learned after the table was read.
    recent: RwLock<HashMap<String, Standing>>,
    stopped: AtomicBool,
    look_ups: Mutex<(i64, u32)>,
    seen: Mutex<HashMap<String, Timestamp>>,
}

impl CertificateTable {
    /// How the certificate with this serial stands; `None` when it was never issued, as far as is known here.
    pub fn standing(&self, serial: &str) -> Option<Standing> {
        let recent = self.recent.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(standing) = recent.get(serial) {
            return Some(*standing);
        }
        drop(recent);
        self.standings
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(serial)
            .copied()
    }

    /// Makes sure that a certificate is known that was issued after the table was read, at another process perhaps. Asks
    /// the database at most once a connection, and only for a serial that is not in the table.
    ///
    /// # Errors
    ///
    /// The database only.
    pub async fn look_up(
        &self,
        platform: &Platform,
        serial: &str,
    ) -> Result<(), kiban_store::Error> {
        if self.standing(serial).is_some() || !self.may_look_up(platform.now().as_second()) {
            return Ok(());
        }
        let mut work = platform.store.point().await?;
        if let Some(row) = certificates::find(&mut work, serial).await? {
            self.learn(row.serial.clone(), standing_of(&row));
        }
        Ok(())
    }

    /// Whether a use is to be noted: the last one noted here is older than `every`.
    pub(crate) fn is_use_due(&self, serial: &str, now: Timestamp, every: SignedDuration) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen
            .get(serial)
            .is_some_and(|at| now.duration_since(*at) < every)
        {
            return false;
        }
        seen.insert(serial.to_owned(), now);
        true
    }

    fn may_look_up(&self, second: i64) -> bool {
        let mut look_ups = self.look_ups.lock().unwrap_or_else(PoisonError::into_inner);
        if look_ups.0 != second {
            *look_ups = (second, 0);
        }
        look_ups.1 += 1;
        look_ups.1 <= LOOK_UPS
    }

    fn learn(&self, serial: String, standing: Standing) {
        self.recent
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(serial, standing);
    }

    /// Refuses a certificate from this request on; call it when the change is committed.
    pub fn stop(&self, serial: &str) {
        self.learn(serial.to_owned(), Standing::Revoked);
        self.stopped.store(true, Ordering::Release);
    }

    /// Reads the table anew; whether the set of stopped certificates has changed, so that the lists must be made anew.
    pub async fn refresh(&self, platform: &Platform) -> Result<bool, kiban_store::Error> {
        let told = self.stopped.swap(false, Ordering::AcqRel);
        let rows = list(platform).await?;
        let fresh: HashMap<String, Standing> = rows
            .into_iter()
            .map(|row| {
                let standing = standing_of(&row);
                (row.serial, standing)
            })
            .collect();
        let stopped = |table: &HashMap<String, Standing>| {
            table
                .values()
                .filter(|standing| **standing == Standing::Revoked)
                .count()
        };
        // What was learned while the rows were read stays until they say the same.
        self.recent
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|serial, standing| fresh.get(serial) != Some(standing));
        let mut current = self
            .standings
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let changed = stopped(&current) != stopped(&fresh);
        *current = Arc::new(fresh);
        Ok(changed || told)
    }
}

fn standing_of(row: &CertificateRow) -> Standing {
    if row.revoked_at.is_some() {
        Standing::Revoked
    } else {
        Standing::Good
    }
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
