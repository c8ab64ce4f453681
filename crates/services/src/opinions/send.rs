//! Sending an opinion: once, whole, whichever way it comes (D-1, D-4).

use super::{
    CaseError, CaseId, DraftContent, Mismatch, OPINION, Receipt, Step,
    documents::{canonical, complete, edition_of, facts, has_error},
    lock, moved, record_refusal, save_step,
};
use crate::{CallContext, Platform, documents::keep};
use kiban_access::{AskedInstitution, Permit, asked_institution};
use kiban_domain::{
    FileKind, UnfitFile,
    opinion::{Edition, Facts, Finding, FormFault, Opinion, for_pdf_only, for_sending},
    opinion_case::{CaseAct, OpinionRoute, SubmissionState},
};
use kiban_exchange::opinion::editions;
use kiban_store::{
    Error, Work,
    repo::{
        opinion_drafts,
        opinion_submissions::{self, Settling, SubmissionRow},
        opinions::{self, CaseRow, Own},
    },
};

/// What is to be sent. No `Debug`: it is about a person.
#[derive(Clone)]
pub enum NewOpinion {
    /// What stands in the draft, at the revision that was looked at (W-7).
    Draft {
        /// The revision.
        revision: i64,
    },
    /// A document of a record system, or of a file (D-1).
    Document {
        /// The document.
        document: Box<Opinion>,
        /// [`OpinionRoute::Api`] or [`OpinionRoute::Csv`].
        route: OpinionRoute,
        /// The paper as PDF beside it, if any.
        pdf: Option<Vec<u8>>,
        /// The sender's own name of this act (`Idempotency-Key`): the same name again gets the same receipt.
        send_key: Option<String>,
    },
    /// A PDF with the items that have to be typed of it, [`kiban_domain::opinion::KEY_ITEMS`]; everything else stands in the PDF (D-1).
    PdfOnly {
        /// The typed items.
        document: Box<Opinion>,
        /// The paper.
        pdf: Vec<u8>,
        /// As above.
        send_key: Option<String>,
    },
}

/// What was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The receipt.
    pub receipt: Receipt,
    /// What the validator cautions about.
    pub cautions: Vec<Finding>,
}

/// Why nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// As for every step.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The document belongs to another request.
    #[error("the document belongs to another request")]
    Mismatch(Vec<Mismatch>),
    /// What keeps it from being sent, with the cautions.
    #[error("{} findings", .0.len())]
    Findings(Vec<Finding>),
    /// Fields of the draft that cannot be read.
    #[error("{} fields cannot be read", .0.len())]
    Form(Vec<FormFault>),
    /// There is no draft of this revision; the one that stands.
    #[error("the draft has moved on")]
    Stale {
        /// What stands; 0: none.
        revision: i64,
    },
    /// The program does not have the edition.
    #[error("the edition is not known")]
    UnknownEdition,
    /// The sender has used its name of an act for something else.
    #[error("the key was used for something else")]
    KeyReused,
    /// It is what was given back, unchanged.
    #[error("the opinion is what was given back")]
    Unchanged,
    /// The file beside it is no PDF.
    #[error("the file is not taken")]
    Pdf(#[source] UnfitFile),
}

impl From<Error> for SendError {
    fn from(error: Error) -> Self {
        Self::Case(error.into())
    }
}

impl SendError {
    /// The code that programs and the record of a refusal get; `None` when nothing was refused.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Case(error) => error.code(),
            Self::Mismatch(all) => all.first().map(|it| it.code()),
            Self::Findings(_) => Some("opinion_findings"),
            Self::Form(_) => Some("opinion_unreadable"),
            Self::Stale { .. } => Some("draft_moved_on"),
            Self::UnknownEdition => Some("edition_unknown"),
            Self::KeyReused => Some("idempotency_key_reused"),
            Self::Unchanged => Some("opinion_unchanged"),
            Self::Pdf(unfit) => Some(match unfit {
                UnfitFile::Empty => "pdf_empty",
                UnfitFile::TooLarge => "pdf_too_large",
                UnfitFile::OtherKind | UnfitFile::TooManyPixels(_) => "not_a_pdf",
                UnfitFile::Broken(_) => "pdf_broken",
                UnfitFile::Locked => "pdf_encrypted",
            }),
        }
    }

    /// What happened and what to do, one sentence or more a place. None quotes what was written.
    pub fn messages(&self) -> Vec<String> {
        match self {
            Self::Case(error) => vec![error.message()],
            Self::Mismatch(all) => all.iter().map(|it| it.message().to_owned()).collect(),
            Self::Findings(all) => all.iter().map(|it| format!("{}。", it.reason)).collect(),
            Self::Form(all) => all.iter().map(|it| format!("{}。", it.reason)).collect(),
            Self::Stale { .. } => vec![
                "下書きが、ほかの画面で書き換えられています。最新の下書きを開いて、内容を確認してから送信してください。".to_owned(),
            ],
            Self::UnknownEdition => vec![
                "意見書の様式の版が一覧にありません。様式の版を確認してください。".to_owned(),
            ],
            Self::KeyReused => vec![
                "同じ送信番号（Idempotency-Key）が、別の内容の送信に使われています。新しい番号で送信してください。".to_owned(),
            ],
            Self::Unchanged => vec![
                "差し戻された意見書と同じ内容です。差戻しの理由を確認し、直してから送信してください。".to_owned(),
            ],
            Self::Pdf(unfit) => vec![match unfit {
                UnfitFile::Empty => "添付のPDFが空です。内容のあるPDFを添付してください。",
                UnfitFile::TooLarge => "添付のPDFが10MBを超えています。10MBまでのPDFを添付してください。",
                UnfitFile::OtherKind | UnfitFile::TooManyPixels(_) => "添付のファイルがPDFではありません。PDFを添付してください。",
                UnfitFile::Broken(_) => "添付のPDFが壊れています。元のファイルを確認し、作り直したPDFを添付してください。",
                UnfitFile::Locked => "添付のPDFにパスワードがかかっています。パスワードを外したPDFを添付してください。",
            }
            .to_owned()],
        }
    }
}

/// Sends an opinion for a request of the calling institution. When this returns a receipt, the opinion is on disk with its audit entry.
///
/// The same content with the same file again gets the same receipt. Other content while one is under way takes its place under the next number. After receipt
/// nothing is sent until the insurer gives it back.
///
/// # Errors
///
/// See [`SendError`]; nothing has been kept. A refusal is recorded.
pub async fn send(
    platform: &Platform,
    context: &CallContext,
    id: CaseId,
    new: NewOpinion,
) -> Result<Sent, SendError> {
    let sent = write(platform, context, id, new).await;
    if let Err(error) = &sent {
        record_refusal(platform, context, id, CaseAct::Send, error.code()).await?;
    }
    sent
}

async fn write(
    platform: &Platform,
    context: &CallContext,
    id: CaseId,
    mut new: NewOpinion,
) -> Result<Sent, SendError> {
    // Asked before anything is kept, so that nobody else fills the object store.
    let permit = asked_institution(&context.caller).map_err(CaseError::from)?;
    let mut work = platform.store.point().await?;
    let known = opinions::find(&mut work, Own::Asked(&permit), &id.0, id.1).await?;
    drop(work);
    known.ok_or(CaseError::NotFound)?;
    let pdf = match &mut new {
        NewOpinion::Draft { .. } => None,
        NewOpinion::Document { pdf, .. } => pdf.take(),
        NewOpinion::PdfOnly { pdf, .. } => Some(std::mem::take(pdf)),
    };
    let pdf = match pdf {
        Some(bytes) => Some(keep_pdf(platform, bytes).await?),
        None => None,
    };
    let (inside, context) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let permit = asked_institution(&context.caller).map_err(CaseError::from)?;
                let row = lock(work, Own::Asked(&permit), id).await?;
                let sending = Sending {
                    platform: &inside,
                    context: &context,
                    permit: &permit,
                };
                sending.take(work, row, new, pdf).await
            })
        })
        .await
        .map_err(|error| match error {
            // Only the sender's key can stand twice: the request is held, and numbers are taken one by one.
            SendError::Case(CaseError::Storage(error)) if error.is_duplicate() => {
                SendError::KeyReused
            }
            error => error,
        })
}

async fn keep_pdf(platform: &Platform, bytes: Vec<u8>) -> Result<String, SendError> {
    FileKind::open_pdf(&bytes).map_err(SendError::Pdf)?;
    Ok(keep(platform, bytes).await?)
}

struct Sending<'a> {
    platform: &'a Platform,
    context: &'a CallContext,
    permit: &'a Permit<AskedInstitution>,
}

impl Sending<'_> {
    async fn take(
        &self,
        work: &mut Work,
        row: CaseRow,
        new: NewOpinion,
        pdf: Option<String>,
    ) -> Result<Sent, SendError> {
        let rule = match &new {
            NewOpinion::Draft { .. } | NewOpinion::Document { .. } => for_sending,
            NewOpinion::PdfOnly { .. } => for_pdf_only,
        };
        let (mut document, route, send_key) = match new {
            NewOpinion::Draft { revision } => {
                let document = self.read_draft(work, &row, revision).await?;
                (document, OpinionRoute::Screen, None)
            }
            NewOpinion::Document {
                document,
                route,
                send_key,
                ..
            } => (*document, route, send_key),
            NewOpinion::PdfOnly {
                document, send_key, ..
            } => (*document, OpinionRoute::Api, send_key),
        };
        let mismatches = complete(&mut document, &row);
        if !mismatches.is_empty() {
            return Err(SendError::Mismatch(mismatches));
        }
        let (text, sha256) = canonical(&document);
        let (insurer_no, same) = (row.key.insurer_no, (&*sha256, pdf.as_deref()));
        if let Some(key) = &send_key
            && let Some(before) =
                opinion_submissions::find_by_key(work, self.permit, &insurer_no, key).await?
        {
            let is_same =
                before.case_id == row.case_id && same == (&*before.sha256, before.pdf.as_deref());
            return is_same
                .then(|| already(&before))
                .ok_or(SendError::KeyReused);
        }
        let own = Own::Asked(self.permit);
        let all = opinion_submissions::list_of_case(work, own, &insurer_no, row.case_id).await?;
        if let Some(last) = all.last()
            && same == (&*last.sha256, last.pdf.as_deref())
        {
            match last.state {
                SubmissionState::Sent | SubmissionState::Acknowledged => return Ok(already(last)),
                SubmissionState::Returned => return Err(SendError::Unchanged),
                SubmissionState::Withdrawn | SubmissionState::Superseded => {}
            }
        }
        let state = row.state.after(CaseAct::Send).map_err(CaseError::from)?;
        let cautions = self.check(work, &row, &document, rule).await?;
        let submission = SubmissionRow {
            insurer_no,
            case_id: row.case_id,
            number: row.submissions + 1,
            seq: 0,
            insured_no: row.key.insured_no,
            institution: row.request.institution,
            route,
            edition: document.edition,
            document: text,
            sha256,
            pdf,
            send_key,
            state: SubmissionState::Sent,
            note: String::new(),
            submitted_at: self.platform.now(),
            submitted_by: self.context.name(),
            settled_at: None,
            settled_by: None,
        };
        let receipt = self
            .keep(work, CaseRow { state, ..row }, submission)
            .await?;
        Ok(Sent { receipt, cautions })
    }

    async fn read_draft(
        &self,
        work: &mut Work,
        row: &CaseRow,
        seen: i64,
    ) -> Result<Opinion, SendError> {
        let (insurer_no, case_id) = (row.key.insurer_no, row.case_id);
        let draft = opinion_drafts::find_draft(work, self.permit, &insurer_no, case_id).await?;
        let revision = draft.as_ref().map_or(0, |it| it.revision);
        let Some(draft) = draft.filter(|it| it.revision == seen) else {
            return Err(SendError::Stale { revision });
        };
        let content = DraftContent::read(&draft.content)?;
        let edition = editions().find(content.edition);
        let reading = content.form.read(edition.ok_or(SendError::UnknownEdition)?);
        if reading.faults.is_empty() {
            Ok(reading.opinion)
        } else {
            Err(SendError::Form(reading.faults))
        }
    }

    async fn check(
        &self,
        work: &mut Work,
        row: &CaseRow,
        document: &Opinion,
        rule: fn(&Opinion, &Edition, &Facts) -> Vec<Finding>,
    ) -> Result<Vec<Finding>, SendError> {
        let edition = edition_of(document).ok_or(SendError::UnknownEdition)?;
        let person = row.person_key();
        let earlier =
            opinion_submissions::count_earlier(work, self.permit, &person, row.case_id).await?;
        let facts = facts(row, self.platform.today(), earlier);
        let findings = rule(document, edition, &facts);
        if has_error(&findings) {
            Err(SendError::Findings(findings))
        } else {
            Ok(findings)
        }
    }

    async fn keep(
        &self,
        work: &mut Work,
        mut row: CaseRow,
        mut submission: SubmissionRow,
    ) -> Result<Receipt, Error> {
        let (at, by) = (submission.submitted_at, submission.submitted_by.clone());
        let superseded = Settling {
            state: SubmissionState::Superseded,
            note: "",
            at,
            by: &by,
        };
        opinion_submissions::settle_standing(work, &row, superseded).await?;
        row.submissions = submission.number;
        row.received_on = None;
        row.reason.clear();
        row.note.clear();
        let step = Step {
            act: CaseAct::Send,
            submission: submission.number,
            note: "",
            at,
            by: &by,
        };
        save_step(work, Own::Asked(self.permit), &mut row, step).await?;
        let event = moved(self.platform, self.context, &row, CaseAct::Send);
        let event = event.shown([OPINION], submission.document.as_bytes());
        work.record(&event.to_entry()).await?;
        // Last, because from here on every other opinion for this insurer waits until this unit of work has ended.
        submission.seq = opinion_submissions::take_seq(work, &row.key.insurer_no).await?;
        opinion_submissions::add(work, &submission).await?;
        Ok(Receipt::of(&submission, false))
    }
}

fn already(row: &SubmissionRow) -> Sent {
    Sent {
        receipt: Receipt::of(row, true),
        cautions: Vec::new(),
    }
}
