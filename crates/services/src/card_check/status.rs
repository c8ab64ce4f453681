//! The state of cards' certificates from revocation lists that the operator puts into a folder.

use kiban_card::answer::{
    CardCertificateStatus, CardKey, CertificateState, InspectedCertificate, RevocationList,
    StatusAnswer, StatusFuture, Trust,
};
use kiban_domain::{Clock, Timestamp};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

/// Revocation lists in a folder: files `*.crl` in DER. They are read anew when one of them changes.
///
/// What is not known is never good: no list of the card's issuer, or only outdated ones, is "unavailable".
pub struct RevocationFolder {
    folder: PathBuf,
    trust: Trust,
    clock: Arc<dyn Clock>,
    read: Mutex<Option<Read>>,
}

/// What was read, and how the files looked then.
type Read = (Vec<Seen>, Arc<Vec<RevocationList>>);

/// How a file looked when it was read.
type Seen = (PathBuf, Option<SystemTime>, u64);

impl std::fmt::Debug for RevocationFolder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RevocationFolder")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

impl RevocationFolder {
    /// Lists in `folder` that one of the roots of `trust` has signed.
    pub fn new(folder: &Path, trust: Trust, clock: Arc<dyn Clock>) -> Self {
        Self {
            folder: folder.to_owned(),
            trust,
            clock,
            read: Mutex::new(None),
        }
    }

    fn lists(&self) -> std::io::Result<Arc<Vec<RevocationList>>> {
        let seen = seen(&self.folder)?;
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((before, lists)) = &*read
            && *before == seen
        {
            return Ok(Arc::clone(lists));
        }
        let mut lists = Vec::new();
        for (path, ..) in &seen {
            match RevocationList::parse(&std::fs::read(path)?, &self.trust) {
                Ok(list) => lists.push(list),
                Err(error) => {
                    let file = path.display();
                    tracing::error!(%file, %error, "a revocation list cannot be used");
                }
            }
        }
        let lists = Arc::new(lists);
        *read = Some((seen, Arc::clone(&lists)));
        Ok(lists)
    }

    fn state_of(&self, card: &CardKey) -> StatusAnswer {
        let now = self.clock.now();
        match self.lists() {
            Ok(lists) => best(
                lists.iter().filter_map(|list| list.state_of(card, now)),
                now,
            ),
            Err(error) => {
                tracing::error!(%error, "the folder of revocation lists cannot be read");
                unavailable(now)
            }
        }
    }
}

impl CardCertificateStatus for RevocationFolder {
    fn ask<'a>(&'a self, certificate: &'a InspectedCertificate) -> StatusFuture<'a> {
        // Looking at a few files' times is quick; a changed list of some megabytes is read once.
        Box::pin(std::future::ready(self.state_of(certificate.card_key())))
    }
}

/// One list that says revoked is enough; otherwise the newest that knows anything.
fn best(answers: impl Iterator<Item = StatusAnswer>, now: Timestamp) -> StatusAnswer {
    let rank = |answer: &StatusAnswer| match answer.state {
        CertificateState::Revoked { .. } => 3,
        CertificateState::Good => 2,
        CertificateState::Unknown => 1,
        CertificateState::Unavailable => 0,
    };
    let best = answers.max_by_key(|answer| (rank(answer), answer.at));
    best.map_or_else(
        || unavailable(now),
        |answer| match answer.state {
            // A revocation does not become untrue by age.
            CertificateState::Revoked { .. } => StatusAnswer { at: now, ..answer },
            CertificateState::Good | CertificateState::Unknown | CertificateState::Unavailable => {
                answer
            }
        },
    )
}

fn unavailable(now: Timestamp) -> StatusAnswer {
    StatusAnswer {
        state: CertificateState::Unavailable,
        at: now,
    }
}

fn seen(folder: &Path) -> std::io::Result<Vec<Seen>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "crl") {
            let about = std::fs::metadata(&path)?;
            files.push((path, about.modified().ok(), about.len()));
        }
    }
    files.sort();
    Ok(files)
}
