//! The table of certificates in memory, which the doors ask at every request (W-1).

use super::list;
use crate::Platform;
use jiff::SignedDuration;
use kiban_domain::Timestamp;
use kiban_store::repo::certificates::{self, CertificateRow};
use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

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
///
/// What is known of a serial can come from a look-up that began before it was stopped and ended after. A stop is never taken
/// back, so wherever two answers differ, the stop wins.
#[derive(Debug, Default)]
pub struct CertificateTable {
    standings: RwLock<HashMap<String, Standing>>,
    /// What was learned after the table was read.
    recent: RwLock<HashMap<String, Standing>>,
    stopped: AtomicBool,
    look_ups: Mutex<(i64, u32)>,
    seen: Mutex<HashMap<String, Timestamp>>,
}

impl CertificateTable {
    /// How the certificate with this serial stands; `None` when it was never issued, as far as is known here.
    pub fn standing(&self, serial: &str) -> Option<Standing> {
        let known = |standings: &HashMap<String, Standing>| standings.get(serial).copied();
        let recent = known(&self.recent.read().unwrap_or_else(PoisonError::into_inner));
        if recent == Some(Standing::Revoked) {
            return recent;
        }
        let read = self
            .standings
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        known(&read).or(recent)
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
        let mut recent = self.recent.write().unwrap_or_else(PoisonError::into_inner);
        let known = recent.entry(serial).or_insert(standing);
        if standing == Standing::Revoked {
            *known = standing;
        }
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
        // The new table counts before what was learned is forgotten: no request finds neither.
        let mut current = self
            .standings
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let changed = stopped(&current) != stopped(&fresh);
        *current = fresh;
        self.recent
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|serial, learned| match current.get(serial) {
                // Issued, or stopped, while the rows were read: the next reading has it.
                None => true,
                Some(Standing::Good) => *learned == Standing::Revoked,
                Some(Standing::Revoked) => false,
            });
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

#[cfg(test)]
mod tests {
    use super::*;

    fn table(read: Option<Standing>) -> CertificateTable {
        let table = CertificateTable::default();
        let rows = read.map(|standing| ("a".to_owned(), standing));
        *table.standings.write().unwrap() = rows.into_iter().collect();
        table
    }

    #[test]
    fn a_look_up_that_ends_late_does_not_open_what_was_stopped() {
        let read_meanwhile = table(Some(Standing::Revoked));
        read_meanwhile.learn("a".into(), Standing::Good);
        assert_eq!(read_meanwhile.standing("a"), Some(Standing::Revoked));

        let told_meanwhile = table(None);
        told_meanwhile.stop("a");
        told_meanwhile.learn("a".into(), Standing::Good);
        assert_eq!(told_meanwhile.standing("a"), Some(Standing::Revoked));
    }

    #[test]
    fn what_is_told_counts_before_it_is_read() {
        let table = table(Some(Standing::Good));
        table.stop("a");
        assert_eq!(table.standing("a"), Some(Standing::Revoked));
    }
}
