//! The operator's register of offices and institutions: imported as a whole, looked into by number (P-2).

use crate::{CallContext, Platform};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{OfficeNumber, RegisterEntry, Timestamp};
use kiban_exchange::office_register::{self as file, Finding, Unreadable};
use kiban_store::repo::office_register::{self, RegisterRow};
use ring::digest::{SHA256, digest};
use std::collections::HashMap;

/// A file that leaves out more than one office in so many is probably not the whole register.
const USUAL_ABSENT: usize = 20;

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Offices in the file.
    pub rows: usize,
    /// New ones.
    pub added: usize,
    /// Those of which the file says something else than before, or that were absent.
    pub changed: usize,
    /// Those that were known and are not in the file.
    pub absent: usize,
    /// What looks wrong in the file, but was kept.
    pub warnings: Vec<Finding>,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file is no register.
    #[error("the file is no register")]
    Unreadable(#[from] Unreadable),
    /// Rows with mistakes.
    #[error("{} mistakes", .0.len())]
    Mistakes(Vec<Finding>),
    /// Unusually many of the known offices are not in the file.
    #[error("{absent} of {known} offices are not in the file")]
    ManyAbsent {
        /// Not in the file.
        absent: usize,
        /// Known before.
        known: usize,
    },
    /// Reading was broken off.
    #[error("reading")]
    Reading,
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Imports a register, whole or not at all. The same file again changes nothing; an office that is not in the file any more stays,
/// marked as absent. `whole` says that a file without many of the known offices is meant so.
///
/// # Errors
///
/// See [`ImportError`].
pub async fn import(
    platform: &Platform,
    context: &CallContext,
    bytes: Vec<u8>,
    whole: bool,
) -> Result<Imported, ImportError> {
    let content = digest(&SHA256, &bytes).as_ref().to_vec();
    // The register of the country takes seconds to read.
    let read = tokio::task::spawn_blocking(move || file::read(&bytes));
    let register = read.await.map_err(|_| ImportError::Reading)??;
    if !register.mistakes.is_empty() {
        return Err(ImportError::Mistakes(register.mistakes));
    }
    let (entries, warnings) = (register.entries, register.warnings);
    let now = platform.now();
    let (inside, context) = (platform.clone(), context.clone());
    let mut imported = platform
        .store
        .write::<_, ImportError, _>(move |work| {
            Box::pin(async move {
                if office_register::take_turn(work).await?.as_ref() == Some(&content) {
                    return Ok(Imported {
                        rows: entries.len(),
                        ..Imported::default()
                    });
                }
                let known = office_register::list(work).await?;
                let (imported, rows) = compare(known, entries, now, whole)?;
                office_register::save(work, &rows).await?;
                office_register::note_import(work, &content, now).await?;
                let entry = context
                    .event(&inside, NO_INSURER, Action::SettingChanged)
                    .ground(format!(
                        "office-register:{}+{}~{}-{}",
                        imported.rows, imported.added, imported.changed, imported.absent
                    ))
                    .to_entry();
                work.record(&entry).await?;
                Ok(imported)
            })
        })
        .await?;
    imported.warnings = warnings;
    Ok(imported)
}

/// What a file changes: only these rows are written.
fn compare(
    known: Vec<RegisterRow>,
    entries: Vec<RegisterEntry>,
    now: Timestamp,
    whole: bool,
) -> Result<(Imported, Vec<RegisterRow>), ImportError> {
    let mut imported = Imported {
        rows: entries.len(),
        ..Imported::default()
    };
    let present = known.iter().filter(|row| row.absent_since.is_none());
    let present = present.count();
    let mut known: HashMap<OfficeNumber, RegisterRow> = known
        .into_iter()
        .map(|row| (row.entry.office_no, row))
        .collect();
    let mut rows = Vec::new();
    for entry in entries {
        match known.remove(&entry.office_no) {
            None => imported.added += 1,
            Some(row) if row.entry == entry && row.absent_since.is_none() => continue,
            Some(_) => imported.changed += 1,
        }
        rows.push(RegisterRow {
            entry,
            changed_at: now,
            absent_since: None,
        });
    }
    let gone = known.into_values().filter(|row| row.absent_since.is_none());
    for row in gone {
        imported.absent += 1;
        rows.push(RegisterRow {
            changed_at: now,
            absent_since: Some(now),
            ..row
        });
    }
    if !whole && imported.absent > 1 && imported.absent * USUAL_ABSENT > present {
        return Err(ImportError::ManyAbsent {
            absent: imported.absent,
            known: present,
        });
    }
    Ok((imported, rows))
}

/// What the register says of an office now; an absent one is not in it.
///
/// # Errors
///
/// The database only.
pub async fn look_up(
    platform: &Platform,
    office_no: &OfficeNumber,
) -> Result<Option<RegisterEntry>, kiban_store::Error> {
    let row = office_register::find(&mut platform.store.point().await?, office_no).await?;
    Ok(present(row))
}

/// The entry of a row that is not absent.
pub(crate) fn present(row: Option<RegisterRow>) -> Option<RegisterEntry> {
    row.filter(|row| row.absent_since.is_none())
        .map(|row| row.entry)
}

/// When a register was last imported; `None` when there is none, and then nobody is found.
///
/// # Errors
///
/// The database only.
pub async fn last_import(platform: &Platform) -> Result<Option<Timestamp>, kiban_store::Error> {
    office_register::find_import(&mut platform.store.point().await?).await
}
