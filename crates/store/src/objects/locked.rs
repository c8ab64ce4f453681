//! Files that are somebody's as long as that process lives.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    os::unix::fs::MetadataExt as _,
    path::Path,
};

/// Makes an empty file, or takes over one that nobody holds, and locks it.
///
/// # Errors
///
/// `WouldBlock` while somebody holds it.
pub(super) fn create(path: &Path) -> io::Result<File> {
    loop {
        let file = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(false)
            .open(path)?;
        if !lock(&file)? {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        // Between opening and locking, somebody who clears up may have removed it: then the lock is on nothing.
        if is_at(&file, path)? {
            file.set_len(0)?;
            return Ok(file);
        }
    }
}

/// Locks a file that is there; `None` when somebody holds it or it is gone.
pub(super) fn take(path: &Path) -> io::Result<Option<File>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok((lock(&file)? && is_at(&file, path)?).then_some(file))
}

fn lock(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let held = file.metadata()?;
    match path.metadata() {
        Ok(named) => Ok((held.dev(), held.ino()) == (named.dev(), named.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
