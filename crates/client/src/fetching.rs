//! Opinions into a folder of the municipality: one file each, on disk before anything is acknowledged (D-2).

use crate::{ClientError, Connection, write_whole};
use kiban_connect_api::wire::{AcknowledgedItem, OpinionResponse};
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use std::{
    io,
    path::{Path, PathBuf},
};

/// How far the folder is.
const CURSOR: &str = "cursor.json";
/// So many opinions are asked for at once.
const PAGE: u16 = 50;

/// What is wanted beside the JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fetching {
    /// The PDF, where there is one.
    pub pdf: bool,
    /// The line of the 医見書 CSV, where the layout can carry it.
    pub csv: bool,
    /// Whether what lies on disk is acknowledged.
    pub acknowledge: bool,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Fetched {
    /// The receipts' numbers of the opinions that were written.
    pub written: Vec<String>,
    /// Those of which the layout of the CSV could not carry everything.
    pub without_csv: Vec<String>,
    /// Those that could not be acknowledged any more: taken back or replaced meanwhile.
    pub not_acknowledged: Vec<AcknowledgedItem>,
}

#[derive(Default, Serialize, Deserialize)]
struct Cursor {
    next: i64,
}

/// Fetches everything behind the folder's cursor into `{受付番号}.json` and what is wanted beside it.
///
/// The order is: files on disk, acknowledgement, cursor. Stopped anywhere, the next call writes the same files again or has nothing to do; nothing is acknowledged
/// that is not on disk, and nothing is left out.
///
/// # Errors
///
/// The line, the disk, and an opinion that is not the one of its receipt; what was fetched before stays.
pub async fn fetch(
    connection: &Connection,
    folder: &Path,
    wanted: Fetching,
    mut each: impl FnMut(&OpinionResponse),
) -> Result<Fetched, ClientError> {
    std::fs::create_dir_all(folder).map_err(|source| ClientError::File {
        path: folder.to_owned(),
        source,
    })?;
    let mut fetched = Fetched::default();
    let mut cursor = read_cursor(&folder.join(CURSOR))?;
    loop {
        let page = connection.pull_opinions(cursor.next, PAGE).await?;
        if page.items.is_empty() {
            return Ok(fetched);
        }
        let mut numbers = Vec::with_capacity(page.items.len());
        for it in &page.items {
            write(connection, folder, wanted, it, &mut fetched).await?;
            numbers.push(it.receipt.receipt_no.clone());
            each(it);
        }
        fetched.written.extend(numbers.iter().cloned());
        if wanted.acknowledge {
            let answer = connection.acknowledge_opinions(numbers).await?;
            let refused = answer.items.into_iter().filter(|it| it.receipt.is_none());
            fetched.not_acknowledged.extend(refused);
        }
        cursor.next = page.next;
        let text = serde_json::to_vec(&cursor).unwrap_or_default();
        write_whole(&folder.join(CURSOR), &text)?;
    }
}

async fn write(
    connection: &Connection,
    folder: &Path,
    wanted: Fetching,
    it: &OpinionResponse,
    fetched: &mut Fetched,
) -> Result<(), ClientError> {
    let number = &it.receipt.receipt_no;
    // A number goes into a name of a file: nothing but what numbers are made of.
    let plain = number
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'-');
    let document = serde_json::to_vec(&it.document).unwrap_or_default();
    if !plain || hex::encode(digest(&SHA256, &document)) != it.receipt.sha256 {
        return Err(ClientError::Damaged(number.clone()));
    }
    let path = |ending: &str| folder.join(format!("{number}.{ending}"));
    if wanted.pdf && it.has_pdf {
        let pdf = connection.fetch_opinion(number, "application/pdf").await?;
        if Some(hex::encode(digest(&SHA256, &pdf))) != it.receipt.pdf_sha256 {
            return Err(ClientError::Damaged(number.clone()));
        }
        write_whole(&path("pdf"), &pdf)?;
    }
    if wanted.csv {
        match connection.fetch_opinion(number, "text/csv").await {
            Ok(line) => write_whole(&path("csv"), &line)?,
            Err(ClientError::Refused(problem)) if problem.code == "csv_unwritable" => {
                fetched.without_csv.push(number.clone());
            }
            Err(error) => return Err(error),
        }
    }
    let mut text = serde_json::to_vec(it).unwrap_or_default();
    text.push(b'\n');
    write_whole(&path("json"), &text)
}

fn read_cursor(path: &PathBuf) -> Result<Cursor, ClientError> {
    let unreadable = |source| ClientError::File {
        path: path.clone(),
        source,
    };
    match std::fs::read(path) {
        Ok(text) => {
            serde_json::from_slice(&text).map_err(|error| unreadable(io::Error::other(error)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Cursor::default()),
        Err(error) => Err(unreadable(error)),
    }
}
