//! Files as they came, named by their content: written before the row that names them, never changed.

use crate::error::Result;
use ring::digest::{Context, SHA256};
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// SHA-256 of a content, 64 hexadecimal digits.
pub type Sha256Digest = String;

/// A folder of contents.
#[derive(Debug, Clone)]
pub struct Objects {
    folder: PathBuf,
}

/// A content that is still being written; dropped before [`StagedObject::publish`], it leaves nothing behind.
pub struct StagedObject {
    folder: PathBuf,
    path: PathBuf,
    file: Option<File>,
    hash: Context,
    size: u64,
}

impl Objects {
    /// Opens the folder, making it if it is missing, and clears what an earlier process left half-written.
    pub fn open(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder.join("incoming"))?;
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// Begins a content. `unique` keeps writers apart.
    pub fn stage(&self, unique: &str) -> Result<StagedObject> {
        let path = self.folder.join("incoming").join(unique);
        let file = File::create(&path)?;
        Ok(StagedObject {
            folder: self.folder.clone(),
            path,
            file: Some(file),
            hash: Context::new(&SHA256),
            size: 0,
        })
    }

    /// A place for working files that mean nothing after the work is done.
    pub fn scratch(&self, name: &str) -> PathBuf {
        self.folder.join("incoming").join(name)
    }

    /// Opens a content for reading.
    pub fn open_content(&self, digest: &str) -> Result<File> {
        Ok(File::open(self.path_of(digest))?)
    }

    fn path_of(&self, digest: &str) -> PathBuf {
        path_in(&self.folder, digest)
    }
}

fn path_in(folder: &Path, digest: &str) -> PathBuf {
    // Only digits and letters ever reach a path, whatever the caller holds.
    let safe: String = digest.chars().filter(char::is_ascii_alphanumeric).collect();
    let shelf = safe.get(..2).unwrap_or("00").to_owned();
    folder.join(shelf).join(safe)
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

impl StagedObject {
    /// Size so far, in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Makes the content durable under its name; the same content twice is one file.
    pub fn publish(mut self) -> Result<Sha256Digest> {
        if let Some(file) = self.file.take() {
            file.sync_all()?;
        }
        let digest = hex::encode(self.hash.clone().finish());
        let target = path_in(&self.folder, &digest);
        if let Some(shelf) = target.parent() {
            fs::create_dir_all(shelf)?;
            fs::rename(&self.path, &target)?;
            File::open(shelf)?.sync_all()?;
        }
        Ok(digest)
    }
}

impl Drop for StagedObject {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            let _ = fs::remove_file(&self.path);
        }
    }
}
