//! Files as they came, named by their content: written before the row that names them, never changed.
//!
//! ```text
//! ab/ab12…        contents, on a shelf named by their first two digits
//! incoming/       half-written contents and working files, each locked by the process that works on it
//! orphans/ab12…   since when nothing has been seen to name a content
//! lock            held shared while a content gets its name, alone while an orphan is removed
//! ```
//!
//! Several processes may share the folder. The system frees the locks of a process that dies, so whatever lies in
//! `incoming` without one is nobody's.

mod locked;
mod scratch;
mod staged;
mod sweep;

pub use scratch::Scratch;
pub use staged::StagedObject;

use crate::error::Result;
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

/// SHA-256 of a content, 64 hexadecimal digits.
pub type Sha256Digest = String;

/// A folder of contents.
#[derive(Debug, Clone)]
pub struct Objects {
    folder: PathBuf,
}

impl Objects {
    /// Opens the folder, making it if it is missing, and clears what an earlier process left half-written.
    pub fn open(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder.join("incoming"))?;
        fs::create_dir_all(folder.join("orphans"))?;
        let objects = Self {
            folder: folder.to_owned(),
        };
        objects.clear_half_written()?;
        Ok(objects)
    }

    /// Begins a content. `unique` keeps writers apart.
    ///
    /// # Errors
    ///
    /// [`crate::Error::File`] of the kind `WouldBlock` while somebody else writes under the same name.
    pub fn stage(&self, unique: &str) -> Result<StagedObject> {
        StagedObject::begin(&self.folder, unique)
    }

    /// An empty folder for working files that mean nothing after the work is done.
    ///
    /// # Errors
    ///
    /// [`crate::Error::File`] of the kind `WouldBlock` while somebody else works there.
    pub fn scratch(&self, name: &str) -> Result<Scratch> {
        Scratch::begin(&self.incoming().join(name))
    }

    /// Opens a content for reading.
    pub fn open_content(&self, digest: &str) -> Result<File> {
        Ok(File::open(path_in(&self.folder, digest))?)
    }

    fn incoming(&self) -> PathBuf {
        self.folder.join("incoming")
    }
}

fn path_in(folder: &Path, digest: &str) -> PathBuf {
    // Only digits and letters ever reach a path, whatever the caller holds.
    let safe: String = digest.chars().filter(char::is_ascii_alphanumeric).collect();
    let shelf = safe.get(..2).unwrap_or("00").to_owned();
    folder.join(shelf).join(safe)
}

fn mark_in(folder: &Path, digest: &str) -> PathBuf {
    folder.join("orphans").join(digest)
}
