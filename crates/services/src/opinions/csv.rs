//! Sending what the 医見書 wrote into a file: each line finds its request (D-4).

use super::{CaseId, NewOpinion, SendError, Sent, record_refusal, send};
use crate::{CallContext, Platform};
use kiban_access::{PersonKey, asked_institution};
use kiban_domain::{
    InsuredNumber,
    opinion::Opinion,
    opinion_case::{CaseAct, OpinionRoute, RequestNumber},
};
use kiban_exchange::opinion::{CsvFault, UnreadableCsv, read_csv};
use kiban_store::{
    Error,
    repo::opinions::{self, CaseRow},
};
use uuid::Uuid;

/// What became of a file. `Debug` shows nothing of persons.
#[derive(Debug)]
pub struct CsvImport {
    /// The lines that could be read, in the order of the file.
    pub lines: Vec<CsvLine>,
    /// What could not be read in others.
    pub faults: Vec<CsvFault>,
}

/// What became of one line.
#[derive(Debug)]
pub struct CsvLine {
    /// Its line, from 1.
    pub line: u64,
    /// What was sent for it, or why nothing was.
    pub outcome: Result<Sent, CsvLineError>,
}

/// Why nothing was sent for a line.
#[derive(Debug, thiserror::Error)]
pub enum CsvLineError {
    /// 保険者番号 or 被保険者番号 is missing or cannot be read.
    #[error("the line names no person")]
    NoPerson,
    /// The institution has no such request.
    #[error("there is no such request")]
    NoRequest,
    /// Several requests fit: the line's 依頼番号 or 申請日 tells them apart.
    #[error("several requests fit")]
    Several,
    /// It was not sent.
    #[error(transparent)]
    Send(#[from] SendError),
}

impl CsvLineError {
    /// The stable code that programs see; `None` when nothing was refused.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::NoPerson => Some("person_missing"),
            Self::NoRequest => Some("opinion_request_not_found"),
            Self::Several => Some("several_requests"),
            Self::Send(error) => error.code(),
        }
    }

    /// What happened and what to do, one sentence or more a place. None quotes what was written.
    pub fn messages(&self) -> Vec<String> {
        let one = |text: &str| vec![text.to_owned()];
        match self {
            Self::NoPerson => one(
                "保険者番号か被保険者番号が空か、読めません。番号を入れて、もう一度書き出してください。",
            ),
            Self::NoRequest => {
                one("この方の意見書作成依頼が見つかりません。番号と依頼を確認してください。")
            }
            Self::Several => one(
                "この方の依頼が2件以上あります。依頼番号か申請日を入れて、もう一度書き出してください。",
            ),
            Self::Send(error) => error.messages(),
        }
    }
}

/// Sends each opinion of a file for the request it belongs to, one unit of work a line: a file sent again gives the same receipts.
///
/// # Errors
///
/// [`UnreadableCsv`] inside when the file as a whole cannot be read; storage. Lines before a failure stay sent.
pub async fn send_csv(
    platform: &Platform,
    context: &CallContext,
    bytes: &[u8],
) -> Result<Result<CsvImport, UnreadableCsv>, Error> {
    let read = match read_csv(bytes) {
        Ok(read) => read,
        Err(unreadable) => return Ok(Err(unreadable)),
    };
    let mut lines = Vec::with_capacity(read.opinions.len());
    for it in read.opinions {
        let outcome = send_found(platform, context, it.opinion, OpinionRoute::Csv).await?;
        lines.push(CsvLine {
            line: it.line,
            outcome,
        });
    }
    Ok(Ok(CsvImport {
        lines,
        faults: read.faults,
    }))
}

/// Sends a document for the request it belongs to.
pub(super) async fn send_found(
    platform: &Platform,
    context: &CallContext,
    document: Opinion,
    route: OpinionRoute,
) -> Result<Result<Sent, CsvLineError>, Error> {
    let id = match request_of(platform, context, &document).await? {
        Ok(id) => id,
        Err(error) => return Ok(Err(error)),
    };
    let new = NewOpinion::Document {
        document: Box::new(document),
        route,
        pdf: None,
        send_key: None,
    };
    match send(platform, context, id, new).await {
        Err(SendError::Case(super::CaseError::Storage(error))) => Err(error),
        sent => Ok(sent.map_err(CsvLineError::from)),
    }
}

/// The request of the calling institution that a document answers, by what its administrative part says. That there is none is recorded.
///
/// # Errors
///
/// [`CsvLineError`] inside when none is found, or not only one; storage.
pub async fn request_of(
    platform: &Platform,
    context: &CallContext,
    document: &Opinion,
) -> Result<Result<CaseId, CsvLineError>, Error> {
    let found = find(platform, context, document).await?;
    if let Err(error) = &found
        && let Some(insurer_no) = document.administrative.insurer_no
    {
        let id = (insurer_no, Uuid::nil());
        record_refusal(platform, context, id, CaseAct::Send, error.code()).await?;
    }
    Ok(found)
}

/// The request of the calling institution that a document belongs to.
pub(super) async fn find(
    platform: &Platform,
    context: &CallContext,
    document: &Opinion,
) -> Result<Result<CaseId, CsvLineError>, Error> {
    let permit = match asked_institution(&context.caller) {
        Ok(permit) => permit,
        Err(refusal) => {
            let error = SendError::Case(super::CaseError::Refused(refusal));
            return Ok(Err(error.into()));
        }
    };
    let own = &document.administrative;
    let insured_no = own.insured_no.as_str().parse::<InsuredNumber>();
    let (Some(insurer_no), Ok(insured_no)) = (own.insurer_no, insured_no) else {
        return Ok(Err(CsvLineError::NoPerson));
    };
    let person = PersonKey {
        insurer_no,
        insured_no,
    };
    let mut work = platform.store.point().await?;
    let rows = opinions::list_by_number(&mut work, &permit, &person).await?;
    let number = own.request_no.as_str().parse::<RequestNumber>().ok();
    let fits = |row: &&CaseRow| {
        number.as_ref().is_none_or(|it| *it == row.key.request_no)
            && own
                .application_date
                .is_none_or(|it| it == row.key.applied_on)
    };
    let fitting: Vec<&CaseRow> = rows.iter().filter(fits).collect();
    let open: Vec<&&CaseRow> = fitting
        .iter()
        .filter(|it| it.state.waits_for_institution())
        .collect();
    Ok(match (fitting.as_slice(), open.as_slice()) {
        ([], _) => Err(CsvLineError::NoRequest),
        ([only], _) => Ok((insurer_no, only.case_id)),
        (_, [only]) => Ok((insurer_no, only.case_id)),
        // The same number again, at another institution before: the newest is the one that stands.
        ([first, ..], _) if number.is_some() => Ok((insurer_no, first.case_id)),
        (_, _) => Err(CsvLineError::Several),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::opinions::{CaseError, Mismatch};
    use kiban_domain::{FileKind, UnfitFile, opinion_case::NotNow};

    #[test]
    fn d1_every_refusal_is_a_sentence_with_a_code() {
        let refusals = vec![
            CsvLineError::NoPerson,
            CsvLineError::NoRequest,
            CsvLineError::Several,
            SendError::Case(CaseError::NotFound).into(),
            SendError::Case(CaseError::Note).into(),
            SendError::Case(CaseError::NotNow(NotNow::Received)).into(),
            SendError::Mismatch(vec![Mismatch::Insurer, Mismatch::Person]).into(),
            SendError::Stale { revision: 1 }.into(),
            SendError::UnknownEdition.into(),
            SendError::KeyReused.into(),
            SendError::Unchanged.into(),
            SendError::Pdf(UnfitFile::Empty).into(),
            SendError::Pdf(UnfitFile::TooLarge).into(),
            SendError::Pdf(UnfitFile::OtherKind).into(),
            SendError::Pdf(UnfitFile::Broken(FileKind::Pdf)).into(),
            SendError::Pdf(UnfitFile::Locked).into(),
        ];
        let mut codes = std::collections::BTreeSet::new();
        for refusal in &refusals {
            let messages = refusal.messages();
            assert!(!messages.is_empty() && messages.iter().all(|it| it.ends_with('。')));
            codes.extend(refusal.code());
        }
        // 「依頼がない」 is one code, whether a line or an address says so.
        assert_eq!(codes.len(), refusals.len() - 1);
    }
}
