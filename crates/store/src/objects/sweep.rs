//! Clearing up: what dead processes left half-written, and contents that nothing names.

use super::{Objects, Sha256Digest, locked, mark_in, path_in, scratch::LOCK};
use crate::error::Result;
use jiff::SignedDuration;
use kiban_domain::Timestamp;
use std::{
    collections::HashSet,
    fs::{self, File},
    io,
    path::Path,
};

impl Objects {
    /// Removes half-written contents and working folders whose process is gone; how many. What another process works on
    /// stays.
    pub fn clear_half_written(&self) -> Result<u64> {
        let mut cleared = 0;
        for entry in fs::read_dir(self.incoming())? {
            let path = entry?.path();
            if path.is_dir() {
                let lock_path = path.with_extension(LOCK);
                match locked::create(&lock_path) {
                    Ok(_lock) => {
                        remove(fs::remove_dir_all(&path))?;
                        remove(fs::remove_file(&lock_path))?;
                        cleared += 1;
                    }
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    Err(error) => return Err(error.into()),
                }
            } else if let Some(_lock) = locked::take(&path)? {
                remove(fs::remove_file(&path))?;
                cleared += 1;
            }
        }
        Ok(cleared)
    }

    /// The contents whose name begins with this digit, a sixteenth of all.
    pub fn list_contents(&self, digit: char) -> Result<Vec<Sha256Digest>> {
        let mut contents = Vec::new();
        for shelf in fs::read_dir(&self.folder)? {
            let shelf = shelf?;
            let name = shelf.file_name().into_string().unwrap_or_default();
            if name.len() == 2 && name.starts_with(digit) {
                contents.extend(names_in(&shelf.path(), |name| name.starts_with(digit))?);
            }
        }
        Ok(contents)
    }

    /// Notes which contents beginning with `digit` nothing names, and removes those that were noted `grace` ago and
    /// ever since; how many were removed.
    ///
    /// A content gets its name before the row that names it is committed, so it is an orphan for a moment. List the
    /// contents before asking what is named: then one that came in between is not in `orphans`. Publishing a content
    /// again begins its time anew.
    pub fn remove_orphans(
        &self,
        digit: char,
        orphans: &HashSet<Sha256Digest>,
        now: Timestamp,
        grace: SignedDuration,
    ) -> Result<u64> {
        let marked = names_in(&self.folder.join("orphans"), |name| name.starts_with(digit))?;
        for digest in marked.iter().filter(|digest| !orphans.contains(*digest)) {
            remove(fs::remove_file(mark_in(&self.folder, digest)))?;
        }
        let mut removed = 0;
        for digest in orphans {
            let mark = mark_in(&self.folder, digest);
            let lock = File::create(self.folder.join("lock"))?;
            lock.lock()?;
            match since(&mark) {
                None => fs::write(&mark, now.to_string())?,
                Some(since) if now.duration_since(since) >= grace => {
                    remove(fs::remove_file(path_in(&self.folder, digest)))?;
                    remove(fs::remove_file(&mark))?;
                    removed += 1;
                }
                Some(_) => {}
            }
        }
        Ok(removed)
    }
}

/// Since when a content is noted as an orphan; a mark that does not read is none.
fn since(mark: &Path) -> Option<Timestamp> {
    fs::read_to_string(mark).ok()?.parse().ok()
}

fn names_in(folder: &Path, wanted: impl Fn(&str) -> bool) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        if let Ok(name) = entry?.file_name().into_string()
            && wanted(&name)
        {
            names.push(name);
        }
    }
    Ok(names)
}

/// Somebody else who clears up may have been faster.
fn remove(outcome: io::Result<()>) -> io::Result<()> {
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}
