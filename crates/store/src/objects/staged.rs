//! Contents that are being written.

use super::{Sha256Digest, locked, mark_in, path_in};
use crate::error::Result;
use ring::digest::{Context, SHA256};
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// A content that is still being written; dropped before [`StagedObject::publish`] succeeds, it leaves nothing behind.
pub struct StagedObject {
    folder: PathBuf,
    path: PathBuf,
    /// Locked, so that nobody takes it for a dead process's. `None` once it has its name.
    file: Option<File>,
    hash: Context,
    size: u64,
}

impl StagedObject {
    pub(super) fn begin(folder: &Path, unique: &str) -> Result<Self> {
        let path = folder.join("incoming").join(unique);
        let file = locked::create(&path)?;
        Ok(Self {
            folder: folder.to_owned(),
            path,
            file: Some(file),
            hash: Context::new(&SHA256),
            size: 0,
        })
    }

    /// Size so far, in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// SHA-256 of what was written so far: the name under which [`Self::publish`] would make it known. The bytes were
    /// hashed as they were written, so this costs nothing.
    pub fn sha256(&self) -> Sha256Digest {
        hex::encode(self.hash.clone().finish())
    }

    /// Makes the content durable under its name; the same content twice is one file.
    pub fn publish(mut self) -> Result<Sha256Digest> {
        if let Some(file) = &self.file {
            file.sync_all()?;
        }
        let digest = self.sha256();
        let target = path_in(&self.folder, &digest);
        if let Some(shelf) = target.parent() {
            if !shelf.exists() {
                fs::create_dir_all(shelf)?;
                File::open(&self.folder)?.sync_all()?;
            }
            // Whoever removes orphans must not meet this content between its name and the end of its mark.
            let lock = File::create(self.folder.join("lock"))?;
            lock.lock_shared()?;
            fs::rename(&self.path, &target)?;
            self.file = None;
            match fs::remove_file(mark_in(&self.folder, &digest)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
            drop(lock);
            File::open(shelf)?.sync_all()?;
        }
        Ok(digest)
    }
}

impl std::fmt::Debug for StagedObject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StagedObject")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl io::Write for StagedObject {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let file = self
            .file
            .as_mut()
            .ok_or_else(|| io::Error::other("published"))?;
        let written = file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), File::flush)
    }
}

impl Drop for StagedObject {
    fn drop(&mut self) {
        if self.file.is_some() {
            // Removed while it is still locked, so that nobody else begins under the same name in between.
            let _ = fs::remove_file(&self.path);
        }
    }
}
