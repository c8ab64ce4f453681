//! A folder into which a record system puts opinions, and in which it finds their receipts (D-1).
//!
//! `X.json` or `X.csv`, with `X.pdf` beside it if there is one, becomes `X.receipt.json` or `X.error.json`; what was sent moves to `done`. The name of the
//! sending follows from the content alone, so whenever this program was stopped, the same file gets the same receipt: a file that was sent and whose receipt was
//! not written yet, or that was not moved yet, is sent again and answered alike. Everything is written under another name first and renamed when it is on disk.

use crate::{ClientError, Connection, OpinionFile, OpinionUpload, SentOpinions};
use bytes::Bytes;
use kiban_connect_api::wire::{ProblemResponse, ReceiptResponse};
use ring::digest::{SHA256, digest};
use serde::Serialize;
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::SystemTime,
};

/// Where files go whose receipt is written.
const DONE: &str = "done";
/// The largest PDF that the platform takes, and more than any file of opinions has; larger ones are not read into memory.
const LONGEST: u64 = 17 << 20;

/// A watched folder.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    pdf_only: bool,
    /// What the last look saw of each name.
    seen: BTreeMap<String, Looks>,
}

/// Length and time of change of a file and of the PDF beside it.
type Looks = (Look, Option<Look>);
type Look = (u64, Option<SystemTime>);

/// What happened to one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dropped {
    /// Everything in it was sent; the receipt lies beside where it was.
    Sent(String),
    /// It was refused, or a part of it; the reasons lie beside it. It is looked at again once it is changed.
    Refused(String),
}

/// What lies beside a file that was refused.
#[derive(Serialize)]
struct ErrorFile<'a> {
    /// Of which content: the same one is not sent again.
    key: &'a str,
    /// What the platform said of the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<&'a ProblemResponse>,
    /// Why nothing was sent, where it was not the platform that refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    /// What became of each line.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'a SentOpinions>,
}

impl Folder {
    /// Watches `path`, making `done` in it.
    ///
    /// # Errors
    ///
    /// [`ClientError::File`] when the folder is not there or cannot be written.
    pub fn open(path: &Path, pdf_only: bool) -> Result<Self, ClientError> {
        let done = path.join(DONE);
        if !path.is_dir() {
            return Err(file(path)(io::ErrorKind::NotFound.into()));
        }
        fs::create_dir_all(&done).map_err(file(&done))?;
        Ok(Self {
            path: path.to_owned(),
            pdf_only,
            seen: BTreeMap::new(),
        })
    }

    /// Looks once. A file is sent when it looks as it did the last time, so one that is still being written waits.
    ///
    /// # Errors
    ///
    /// What may pass, such as a broken line, and what cannot be written; the files stay and are tried again at the next look.
    pub async fn look(&mut self, connection: &Connection) -> Result<Vec<Dropped>, ClientError> {
        self.tidy()?;
        let now = self.names()?;
        let before = std::mem::replace(&mut self.seen, now.clone());
        let mut dropped = Vec::new();
        for (name, looks) in now {
            if before.get(&name) != Some(&looks) {
                continue;
            }
            dropped.extend(self.take(connection, &name, &looks).await?);
        }
        Ok(dropped)
    }

    /// The files that may be sent, with how they look.
    fn names(&self) -> Result<BTreeMap<String, Looks>, ClientError> {
        let mut names = BTreeMap::new();
        for entry in fs::read_dir(&self.path).map_err(file(&self.path))? {
            let entry = entry.map_err(file(&self.path))?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            if kind_of(&name).is_none() {
                continue;
            }
            // Whoever renames or removes between two calls is no failure.
            let Some(own) = look(&entry.path()) else {
                continue;
            };
            names.insert(name.clone(), (own, look(&self.pdf_of(&name))));
        }
        Ok(names)
    }

    async fn take(
        &self,
        connection: &Connection,
        name: &str,
        looks: &Looks,
    ) -> Result<Option<Dropped>, ClientError> {
        let Some(upload) = self.read(name, looks)? else {
            return Ok(None);
        };
        let key = upload.key();
        if self.is_refused(name, &key) {
            return Ok(None);
        }
        let sent = match connection.send_opinion(&upload, None, &key).await {
            Ok(sent) => sent,
            Err(ClientError::Refused(problem)) if (400..500).contains(&problem.status) => {
                // Who is not let in mends the certificate, not the file.
                if problem.status == 403 {
                    return Err(ClientError::Refused(problem));
                }
                let error = ErrorFile {
                    key: &key,
                    problem: Some(&problem),
                    detail: None,
                    result: None,
                };
                return self.refuse(name, &error).map(Some);
            }
            Err(ClientError::Setting(_)) => {
                let error = ErrorFile {
                    key: &key,
                    problem: None,
                    detail: Some("このファイルは送信できる形ではありません。"),
                    result: None,
                };
                return self.refuse(name, &error).map(Some);
            }
            Err(error) => return Err(error),
        };
        if let Some(gone) = sent.receipts().into_iter().find(|it| !stands(it)) {
            let detail = not_standing(gone);
            let error = ErrorFile {
                key: &key,
                problem: None,
                detail: Some(&detail),
                result: Some(&sent),
            };
            return self.refuse(name, &error).map(Some);
        }
        if !sent.is_whole() {
            let error = ErrorFile {
                key: &key,
                problem: None,
                detail: None,
                result: Some(&sent),
            };
            return self.refuse(name, &error).map(Some);
        }
        self.finish(name, &sent)?;
        Ok(Some(Dropped::Sent(name.to_owned())))
    }

    /// The file and its PDF; nothing when they are not what was looked at any more.
    fn read(&self, name: &str, looks: &Looks) -> Result<Option<OpinionUpload>, ClientError> {
        let (path, pdf_path) = (self.path.join(name), self.pdf_of(name));
        let too_long = |it: &Look| it.0 > LONGEST;
        if too_long(&looks.0) || looks.1.as_ref().is_some_and(too_long) {
            let error = ErrorFile {
                key: "",
                problem: None,
                detail: Some("ファイルが大きすぎます。PDFは10MBまで、CSVは16MBまでです。"),
                result: None,
            };
            if !self.beside(name, "error").exists() {
                self.refuse(name, &error)?;
            }
            return Ok(None);
        }
        let read = |path: &Path| match fs::read(path) {
            Ok(bytes) => Ok(Some(Bytes::from(bytes))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(file(path)(error)),
        };
        let Some(content) = read(&path)? else {
            return Ok(None);
        };
        let pdf = match looks.1 {
            Some(_) => read(&pdf_path)?,
            None => None,
        };
        let same = look(&path).as_ref() == Some(&looks.0) && look(&pdf_path) == looks.1;
        let kind = kind_of(name).filter(|_| same);
        Ok(kind.map(|kind| OpinionUpload {
            kind,
            pdf_only: self.pdf_only && pdf.is_some(),
            file: content,
            pdf,
        }))
    }

    /// Whether this very content was refused before.
    fn is_refused(&self, name: &str, key: &str) -> bool {
        let text = fs::read(self.beside(name, "error")).unwrap_or_default();
        let kept: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
        kept["key"] == key
    }

    fn refuse(&self, name: &str, error: &ErrorFile<'_>) -> Result<Dropped, ClientError> {
        write_whole(&self.beside(name, "error"), &pretty(error))?;
        Ok(Dropped::Refused(name.to_owned()))
    }

    /// Receipt first, then the move: stopped between the two, the next look does both again.
    fn finish(&self, name: &str, sent: &SentOpinions) -> Result<(), ClientError> {
        let receipt = self.beside(name, "receipt");
        let text = pretty(sent);
        let other = fs::read(&receipt).is_ok_and(|kept| !is_same_receipt(&kept, sent));
        if other {
            // The receipt of another content that had this name: never overwritten.
            self.put_away(&receipt)?;
        }
        write_whole(&receipt, &text)?;
        let error = self.beside(name, "error");
        if error.exists() {
            fs::remove_file(&error).map_err(file(&error))?;
        }
        // The file before its PDF: alone it would be other content. A PDF that is left behind is known by the receipt, see `tidy`.
        for path in [self.path.join(name), self.pdf_of(name)] {
            if path.exists() {
                self.put_away(&path)?;
            }
        }
        Ok(())
    }

    /// Moves PDFs whose file went to `done` when this program was stopped.
    fn tidy(&self) -> Result<(), ClientError> {
        for entry in fs::read_dir(&self.path).map_err(file(&self.path))? {
            let path = entry.map_err(file(&self.path))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let Some(stem) = name.strip_suffix(".pdf") else {
                continue;
            };
            let waits = ["json", "JSON", "csv", "CSV"];
            if waits
                .iter()
                .any(|it| self.path.join(format!("{stem}.{it}")).exists())
            {
                continue;
            }
            let kept = fs::read(self.beside(&name, "receipt")).unwrap_or_default();
            let Ok(sent) = serde_json::from_slice::<SentOpinions>(&kept) else {
                continue;
            };
            let content = fs::read(&path).map_err(file(&path))?;
            let sha256 = hex::encode(digest(&SHA256, &content));
            let is_its = |it: &&ReceiptResponse| it.pdf_sha256.as_deref() == Some(&sha256);
            if sent.receipts().iter().any(is_its) {
                self.put_away(&path)?;
            }
        }
        Ok(())
    }

    /// Moves a file to `done`, under a name that nothing has there.
    fn put_away(&self, path: &Path) -> Result<(), ClientError> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let done = self.path.join(DONE);
        let (stem, ending) = name.split_once('.').unwrap_or((&name, ""));
        let mut place = done.join(&*name);
        let mut turn = 2;
        while place.exists() {
            place = done.join(format!("{stem}-{turn}.{ending}"));
            turn += 1;
        }
        fs::rename(path, &place).map_err(file(path))?;
        sync_folder(&done)?;
        sync_folder(&self.path)
    }

    fn beside(&self, name: &str, what: &str) -> PathBuf {
        self.path.join(format!("{}.{what}.json", stem(name)))
    }

    fn pdf_of(&self, name: &str) -> PathBuf {
        self.path.join(format!("{}.pdf", stem(name)))
    }
}

/// What a name says that the file is; nothing for those that this program writes, and for hidden and unfinished ones.
fn kind_of(name: &str) -> Option<OpinionFile> {
    let (stem, ending) = name.rsplit_once('.')?;
    let own = [".receipt", ".error"].iter().any(|it| stem.ends_with(it));
    if own || name.starts_with('.') {
        return None;
    }
    match ending {
        "json" | "JSON" => Some(OpinionFile::Json),
        "csv" | "CSV" => Some(OpinionFile::Csv),
        _ => None,
    }
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |it| it.0)
}

fn look(path: &Path) -> Option<Look> {
    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    Some((metadata.len(), metadata.modified().ok()))
}

fn stands(receipt: &ReceiptResponse) -> bool {
    matches!(receipt.state.as_str(), "sent" | "acknowledged")
}

fn not_standing(receipt: &ReceiptResponse) -> String {
    let state = match receipt.state.as_str() {
        "returned" => "差戻し",
        "withdrawn" => "取下げ",
        "superseded" => "差替え",
        other => other,
    };
    format!(
        "同じ内容を以前に送信し（受付番号 {}）、その意見書は「{state}」になっています。内容を直してください。同じ内容をもう一度送るときは「kiban-client opinion send --again」を使ってください。",
        receipt.receipt_no
    )
}

/// Whether a kept receipt file is about the same opinions.
fn is_same_receipt(kept: &[u8], sent: &SentOpinions) -> bool {
    let Ok(kept) = serde_json::from_slice::<SentOpinions>(kept) else {
        return false;
    };
    let numbers = |of: &SentOpinions| -> Vec<String> {
        of.receipts()
            .iter()
            .map(|it| it.receipt_no.clone())
            .collect()
    };
    numbers(&kept) == numbers(sent)
}

fn pretty(value: &impl Serialize) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(value).unwrap_or_default();
    text.push(b'\n');
    text
}

/// Writes a file so that whoever finds it under its name finds it whole, also after the power went.
///
/// # Errors
///
/// [`ClientError::File`].
pub fn write_whole(path: &Path, content: &[u8]) -> Result<(), ClientError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = path.with_file_name(format!(".{name}.part"));
    let write = || {
        let mut out = File::create(&unfinished)?;
        out.write_all(content)?;
        out.sync_all()?;
        fs::rename(&unfinished, path)
    };
    write().map_err(file(path))?;
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// Makes names in a folder durable. Windows keeps them itself and opens no folder.
fn sync_folder(path: &Path) -> Result<(), ClientError> {
    if cfg!(windows) {
        return Ok(());
    }
    let folder = File::open(path).map_err(file(path))?;
    folder.sync_all().map_err(file(path))
}

fn file(path: &Path) -> impl Fn(io::Error) -> ClientError + '_ {
    move |source| ClientError::File {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d1_only_what_somebody_dropped_is_sent() {
        for (name, kind) in [
            ("a.json", Some(OpinionFile::Json)),
            ("意見書.1.json", Some(OpinionFile::Json)),
            ("1319900013_2026040201.CSV", Some(OpinionFile::Csv)),
            ("a.receipt.json", None),
            ("a.error.json", None),
            (".a.json", None),
            ("a.json.part", None),
            ("a.pdf", None),
            ("a", None),
        ] {
            assert_eq!(kind_of(name), kind, "{name}");
        }
    }
}
