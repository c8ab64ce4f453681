//! What came back of letters, from a folder that a mail server writes.
//!
//! Source: the format's description by its author, <https://cr.yp.to/proto/maildir.html>: a message appears whole in `new`; who has read it
//! moves it to `cur`.

use anyhow::{Context as _, Result, bail};
use kiban_exchange::delivery_report::{self, LONGEST};
use kiban_services::{
    Platform,
    mail::{Reported, note_report},
};
use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

/// A mailbox in the form of a folder.
#[derive(Debug)]
pub(crate) struct Maildir {
    new: PathBuf,
    read: PathBuf,
}

/// What was taken in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Addresses that were marked.
    pub(crate) marked: usize,
    /// Reports of our letters that changed nothing.
    pub(crate) believed: usize,
    /// Reports without the token of a letter, and whatever else people send.
    pub(crate) other: usize,
}

impl Maildir {
    /// Uses the folder, which has to be there with what belongs into it.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let (new, read) = (path.join("new"), path.join("cur"));
        if !new.is_dir() || !read.is_dir() {
            bail!(
                "Maildir 形式のフォルダではありません（new と cur が必要です）: {}",
                path.display()
            );
        }
        Ok(Self { new, read })
    }

    /// Reads what is new and moves it to what was read. A stop between both reads a message again, which changes nothing.
    pub(crate) async fn take_in(&self, platform: &Platform) -> Result<Taken> {
        let mut taken = Taken::default();
        let told = || format!("フォルダを読めません: {}", self.new.display());
        for entry in std::fs::read_dir(&self.new).with_context(told)? {
            let entry = entry.with_context(told)?;
            // Only what the mail server wrote: no folders, and nothing that leads elsewhere.
            if !entry.file_type().with_context(told)?.is_file() {
                continue;
            }
            let Some(bytes) = contents(&entry.path()).with_context(told)? else {
                // Another process was faster.
                continue;
            };
            match delivery_report::read(&bytes) {
                None => taken.other += 1,
                Some(report) => match note_report(platform, &report).await? {
                    Reported::Marked => taken.marked += 1,
                    Reported::Known | Reported::NoFailure => taken.believed += 1,
                    Reported::NotBelieved => taken.other += 1,
                },
            }
            let mut name = entry.file_name();
            // What was read is told by flags after the name.
            if !name.to_string_lossy().contains(":2,") {
                name.push(":2,S");
            }
            match std::fs::rename(entry.path(), self.read.join(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error).with_context(|| {
                        format!("ファイルを移せません: {}", entry.path().display())
                    });
                }
                _ => {}
            }
        }
        Ok(taken)
    }
}

/// One byte more than the longest report at the most: what is longer is none. `None` when the file is not there any more.
fn contents(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    let file = match std::fs::File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut bytes = Vec::new();
    file.take(LONGEST as u64 + 1).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}
