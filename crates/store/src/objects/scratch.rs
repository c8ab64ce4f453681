//! Folders of working files.

use super::locked;
use crate::error::Result;
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

/// What the name of a folder's lock ends with.
pub(super) const LOCK: &str = "lock";

/// A folder of working files; removed with everything in it when dropped.
#[derive(Debug)]
pub struct Scratch {
    folder: PathBuf,
    /// Held as long as the folder is used.
    lock: File,
}

impl Scratch {
    pub(super) fn begin(folder: &Path) -> Result<Self> {
        let lock = locked::create(&folder.with_extension(LOCK))?;
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            lock,
        })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
        // Removed while it is still held: whoever opens it in between finds that it is gone.
        let _ = fs::remove_file(self.folder.with_extension(LOCK));
        let _ = self.lock.unlock();
    }
}
