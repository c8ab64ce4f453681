//! Files that people attach: they stream into the object store while they are inspected, and are named as they may be shown.

use crate::Platform;
use kiban_domain::{FileKind, FileName, Inspector, UnfitFile};
use kiban_store::{Error, StagedObject};
use std::io::{Read as _, Write as _};

/// A file that is coming in.
#[derive(Debug)]
pub(crate) struct Receiving {
    staged: StagedObject,
    inspector: Inspector,
    name: FileName,
}

/// A file that was taken in and belongs to nothing yet.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    /// The name of its content in the object store.
    pub(crate) content: String,
    /// Its name, with the ending of what it is.
    pub(crate) name: String,
    /// What it is.
    pub(crate) kind: FileKind,
    /// Whether it opens with a password only.
    pub(crate) locked: bool,
    /// Its length in bytes.
    pub(crate) size: i64,
}

/// Why a file was not taken in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotReceived {
    /// The file is none that is taken.
    #[error("the file is not taken")]
    Unfit(#[source] UnfitFile),
    /// The object store.
    #[error("storage")]
    Storage(#[from] Error),
}

impl Receiving {
    /// Begins to take a file of one of `kinds` in; `name` as it was sent.
    pub(crate) fn begin(
        platform: &Platform,
        name: &str,
        kinds: &'static [FileKind],
    ) -> Result<Self, Error> {
        let unique = platform.id().simple().to_string();
        Ok(Self {
            staged: platform.objects.stage(&unique)?,
            inspector: Inspector::new(kinds),
            name: FileName::of(name),
        })
    }

    /// Its name as it may be shown.
    pub(crate) fn name(&self) -> &str {
        self.name.as_str()
    }

    /// Takes the next piece in. What is beyond the longest file is looked at no more and not written.
    pub(crate) fn take(&mut self, piece: &[u8]) -> Result<(), Error> {
        self.inspector.take(piece);
        if self.inspector.is_too_large() {
            return Ok(());
        }
        // A write ends in the system's memory; only `finish` waits for the disk, and does so aside.
        Ok(self.staged.write_all(piece)?)
    }

    /// Whether nothing came: what browsers send for a field without a file.
    pub(crate) fn is_empty(&self) -> bool {
        self.staged.size() == 0 && !self.inspector.is_too_large()
    }

    /// Keeps the content. What nothing refers to is swept later.
    pub(crate) async fn finish(self) -> Result<Received, NotReceived> {
        let found = self.inspector.finish().map_err(NotReceived::Unfit)?;
        let staged = self.staged;
        let kept = tokio::task::spawn_blocking(move || staged.publish()).await;
        let content = kept.map_err(|error| Error::File(std::io::Error::other(error)))??;
        Ok(Received {
            content,
            name: self.name.fitting(found.kind).as_str().to_owned(),
            kind: found.kind,
            locked: found.locked,
            size: i64::try_from(found.size).unwrap_or(i64::MAX),
        })
    }
}

/// Reads a kept content.
pub(crate) async fn content_bytes(platform: &Platform, content: &str) -> Result<Vec<u8>, Error> {
    let (objects, content) = (platform.objects.clone(), content.to_owned());
    let read = tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
        objects.open_content(&content)?.read_to_end(&mut bytes)?;
        Ok::<_, Error>(bytes)
    });
    read.await
        .map_err(|error| Error::File(std::io::Error::other(error)))?
}

/// Why the file `name` is none of those that are taken, with what to do about it; `kinds` as one names them.
pub(crate) fn unfit_sentence(name: &str, unfit: UnfitFile, kinds: &str) -> String {
    match unfit {
        UnfitFile::Empty => format!("{name}は空のファイルです。内容のあるファイルを選んでください"),
        UnfitFile::TooLarge => {
            format!("{name}は10MBを超えています。10MBまでのファイルを選んでください")
        }
        UnfitFile::OtherKind => format!("{name}は添付できません。{kinds}を選んでください"),
        UnfitFile::Broken(kind) => format!(
            "{name}は、{}のファイルとして壊れています。元のファイルを確かめて、作り直したものを選んでください",
            kind.label()
        ),
        UnfitFile::Locked => {
            format!("{name}にはパスワードがかかっています。パスワードを外したPDFを選んでください")
        }
        UnfitFile::TooManyPixels(_) => {
            format!("{name}は画像が大きすぎます。縦と横を小さくしたものを選んでください")
        }
    }
}
