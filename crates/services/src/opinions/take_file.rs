//! A file of opinions before anything becomes of it (D07): what it says, to which request each line belongs, what is wrong; then line by line a draft or sent.

use super::{
    CaseId, CsvLineError, DraftContent, DraftError, Sent, Validated,
    csv::{find, send_found},
    draft::save_draft,
    validate,
};
use crate::{CallContext, Platform};
use kiban_access::asked_institution;
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{
    opinion::{Opinion, OpinionForm},
    opinion_case::OpinionRoute,
};
use kiban_exchange::opinion::{
    CsvFault, UnreadableCsv, UnreadableJson, editions, read_csv, read_json,
};
use kiban_store::{
    Error,
    repo::{
        opinion_drafts,
        opinions::{self, CaseRow, Own},
    },
};

/// The longest file, in bytes: some hundreds of opinions.
pub const FILE_MOST: usize = 1 << 20;

/// Why a file as a whole cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableFile {
    /// More than [`FILE_MOST`].
    #[error("the file is too large")]
    TooLarge,
    /// A file of the 医見書.
    #[error("not a file of opinions")]
    Csv(#[source] UnreadableCsv),
    /// A file of a record system.
    #[error("not an opinion")]
    Json(UnreadableJson),
}

impl UnreadableFile {
    /// A word that stays.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "file_too_large",
            Self::Csv(why) => why.code(),
            Self::Json(why) => why.code(),
        }
    }

    /// What is wrong and how to mend it, without full stops.
    pub fn messages(&self) -> Vec<String> {
        match self {
            Self::TooLarge => vec!["ファイルは1MBまでにしてください".to_owned()],
            Self::Csv(why) => vec![why.message()],
            Self::Json(why) => why.reasons(),
        }
    }
}

/// What a file holds. No `Debug`.
pub struct FileReading {
    /// Which way its opinions come.
    pub route: OpinionRoute,
    /// Its lines, in order.
    pub lines: Vec<FileLine>,
}

/// One line. No `Debug`.
pub struct FileLine {
    /// Its line, from 1.
    pub line: u64,
    /// What it is, or why it cannot be read.
    pub content: Result<Box<ReadLine>, Vec<CsvFault>>,
}

/// A line that could be read. No `Debug`.
pub struct ReadLine {
    /// What it says.
    pub document: Opinion,
    /// The request it belongs to.
    pub found: Result<FoundCase, CsvLineError>,
}

/// The request of a line. No `Debug`.
pub struct FoundCase {
    /// The request.
    pub row: CaseRow,
    /// What sending would find.
    pub validated: Validated,
    /// The revision of the draft that stands there; 0: none.
    pub draft: i64,
}

impl FoundCase {
    /// Whether the line can be sent as it is.
    pub fn is_sound(&self) -> bool {
        let findings = self.validated.findings.as_ref();
        self.validated.mismatches.is_empty()
            && findings.is_some_and(|it| !super::documents::has_error(it))
    }
}

/// What became of a line.
#[derive(Debug)]
pub enum LineOutcome {
    /// It was sent, now or before.
    Sent(Sent),
    /// It is the draft of this request.
    Saved(CaseId),
    /// Nothing; the sentences say why.
    NotTaken(Vec<String>),
}

/// Reads a file: the 医見書's CSV, or the JSON of a record system when it begins with a brace. Each line is checked as sending would check it, and each look at
/// a request is recorded. Nothing is kept.
///
/// # Errors
///
/// [`UnreadableFile`] inside; storage.
pub async fn look_at_file(
    platform: &Platform,
    context: &CallContext,
    bytes: &[u8],
) -> Result<Result<FileReading, UnreadableFile>, Error> {
    if bytes.len() > FILE_MOST {
        return Ok(Err(UnreadableFile::TooLarge));
    }
    let (route, documents, faults) = match read(bytes) {
        Ok(read) => read,
        Err(why) => return Ok(Err(why)),
    };
    let mut lines: Vec<FileLine> = Vec::with_capacity(documents.len());
    for (line, document) in documents {
        let found = look_at(platform, context, &document).await?;
        let content = Ok(Box::new(ReadLine { document, found }));
        lines.push(FileLine { line, content });
    }
    for fault in faults {
        match lines.iter_mut().find(|it| it.line == fault.line) {
            Some(FileLine {
                content: Err(faults),
                ..
            }) => faults.push(fault),
            Some(_) | None => lines.push(FileLine {
                line: fault.line,
                content: Err(vec![fault]),
            }),
        }
    }
    lines.sort_by_key(|it| it.line);
    Ok(Ok(FileReading { route, lines }))
}

/// The lines of a file that can be read, by their numbers; nothing is looked up and nothing kept.
///
/// # Errors
///
/// See [`UnreadableFile`].
pub fn read_file(bytes: &[u8]) -> Result<(OpinionRoute, Vec<(u64, Opinion)>), UnreadableFile> {
    if bytes.len() > FILE_MOST {
        return Err(UnreadableFile::TooLarge);
    }
    read(bytes).map(|(route, documents, _)| (route, documents))
}

type Documents = (OpinionRoute, Vec<(u64, Opinion)>, Vec<CsvFault>);

fn read(bytes: &[u8]) -> Result<Documents, UnreadableFile> {
    let bare = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bare.trim_ascii_start().starts_with(b"{") {
        let opinion = read_json(bare, editions()).map_err(UnreadableFile::Json)?;
        return Ok((OpinionRoute::Api, vec![(1, opinion)], Vec::new()));
    }
    let read = read_csv(bytes).map_err(UnreadableFile::Csv)?;
    let opinions = read.opinions.into_iter();
    let opinions = opinions.map(|it| (it.line, it.opinion)).collect();
    Ok((OpinionRoute::Csv, opinions, read.faults))
}

async fn look_at(
    platform: &Platform,
    context: &CallContext,
    document: &Opinion,
) -> Result<Result<FoundCase, CsvLineError>, Error> {
    let id = match find(platform, context, document).await? {
        Ok(id) => id,
        Err(error) => {
            record_not_found(platform, context, document, &error).await?;
            return Ok(Err(error));
        }
    };
    let found = checked(platform, context, id, document).await;
    match found {
        Ok(found) => Ok(Ok(found)),
        Err(super::CaseError::Storage(error)) => Err(error),
        Err(error) => Ok(Err(super::SendError::Case(error).into())),
    }
}

async fn checked(
    platform: &Platform,
    context: &CallContext,
    id: CaseId,
    document: &Opinion,
) -> Result<FoundCase, super::CaseError> {
    let permit = asked_institution(&context.caller)?;
    let mut work = platform.store.point().await?;
    let row = opinions::find(&mut work, Own::Asked(&permit), &id.0, id.1).await?;
    let draft = opinion_drafts::find_draft(&mut work, &permit, &id.0, id.1).await?;
    drop(work);
    let validated = validate(platform, context, id, document).await?;
    Ok(FoundCase {
        row: row.ok_or(super::CaseError::NotFound)?,
        validated,
        draft: draft.map_or(0, |it| it.revision),
    })
}

async fn record_not_found(
    platform: &Platform,
    context: &CallContext,
    document: &Opinion,
    error: &CsvLineError,
) -> Result<(), Error> {
    let Some(code) = error.code() else {
        return Ok(());
    };
    let lane = document.administrative.insurer_no;
    let lane = lane.as_ref().map_or(NO_INSURER, |it| it.as_str());
    let event = context
        .event(platform, lane, Action::ReadDocument)
        .purpose("opinion_check")
        .refused(code);
    platform.audit.append(event.to_entry()).await
}

/// Sends the opinion of a line for the request it belongs to; the same again gets the same receipt.
///
/// # Errors
///
/// Storage; whatever else keeps it from being sent is in the answer, and recorded.
pub async fn send_line(
    platform: &Platform,
    context: &CallContext,
    route: OpinionRoute,
    document: Opinion,
) -> Result<LineOutcome, Error> {
    let sent = send_found(platform, context, document, route).await?;
    Ok(match sent {
        Ok(sent) => LineOutcome::Sent(sent),
        Err(error) => LineOutcome::NotTaken(error.messages()),
    })
}

/// Makes the opinion of a line the draft of its request, in place of the draft with the revision `seen` (0: none). The same again saves nothing.
///
/// # Errors
///
/// Storage; whatever else keeps it from being saved is in the answer.
pub async fn save_line(
    platform: &Platform,
    context: &CallContext,
    document: &Opinion,
    seen: i64,
) -> Result<LineOutcome, Error> {
    let id = match find(platform, context, document).await? {
        Ok(id) => id,
        Err(error) => {
            record_not_found(platform, context, document, &error).await?;
            return Ok(LineOutcome::NotTaken(error.messages()));
        }
    };
    let content = DraftContent {
        edition: document.edition,
        form: OpinionForm::filled(document),
    };
    match save_draft(platform, context, id, seen, &content).await {
        Ok(_) => Ok(LineOutcome::Saved(id)),
        Err(DraftError::Case(super::CaseError::Storage(error))) => Err(error),
        Err(DraftError::Case(error)) => Ok(LineOutcome::NotTaken(vec![error.message()])),
        Err(DraftError::Stale { .. }) => Ok(LineOutcome::NotTaken(vec![
            "この依頼の下書きが、ファイルを確かめた後に書き換えられています。もう一度ファイルを選び、内容を確かめてください。".to_owned(),
        ])),
    }
}
