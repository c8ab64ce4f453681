//! Requests for opinions, and the opinions that answer them (D-1 to D-6, M-3, W-7, W-8).
//!
//! An insurer asks ([`take_requests`]); the institution lists ([`inbox`]), opens ([`open_case`], [`open_draft`]), types ([`save_draft`],
//! [`save_part`]), checks ([`validate`]), sends ([`send`])
//! or declines ([`decline`]); the insurer pulls ([`pull`]), receives ([`acknowledge`]) or gives back ([`return_with_reason`]). Whichever way an opinion comes, it is
//! completed from its request, checked by the one validator and stored as one canonical JSON, so the same content has the same digest. Every step holds the
//! request's row first, so two acts at once are one after the other, and writes its event and its audit entry in the same unit of work.
//! Decision 0026 tells the rules.

mod acknowledge;
mod cancel;
mod csv;
mod decline;
mod documents;
mod draft;
mod draft_check;
mod due;
mod fees;
mod inbox;
mod letters;
mod names;
mod open;
mod open_draft;
mod open_past;
mod open_sent;
mod paper;
mod paper_request;
mod part;
mod past;
mod pull;
mod remind;
mod requests;
mod return_back;
mod send;
mod sent;
mod settings;
mod sheets;
mod signed;
mod stages;
mod take_file;
mod unasked;
mod uses;
mod validate;
mod withdraw;

pub use acknowledge::acknowledge;
pub use cancel::cancel;
pub use csv::{CsvImport, CsvLine, CsvLineError, request_of, send_csv};
pub use decline::{NOTE_MOST, decline};
pub use documents::{Mismatch, Receipt};
pub use draft::{DraftContent, DraftError, save_draft};
pub use draft_check::DraftCheck;
pub use due::due_rules;
pub use fees::{Fees, fee_rates, fees, fees_csv};
pub use inbox::{CaseList, ListedCase, PAGE_MOST, asked, inbox};
pub use letters::write_letters;
pub use names::institution_names;
pub use open::{CaseView, open_asked, open_case};
pub use open_draft::{OpenDraft, open_draft};
pub use open_past::{OpenedPast, OpinionLook, open_past};
pub use open_sent::{OpenedSent, open_sent};
pub use paper::{PaperOpinion, record_paper};
pub use paper_request::{PaperRequest, find_by_reference, print_request};
pub use part::{DraftPart, SavedPart, save_part};
pub use past::{PastError, PastOpinion, past};
pub use pull::{PULL_MOST, Pulled, PulledOpinion, find_opinion, pull, unacknowledged};
pub use remind::{DueCase, due_cases};
pub use requests::{RequestFault, Taken, take_requests};
pub use return_back::return_with_reason;
pub use send::{NewOpinion, SendError, Sent, send};
pub use sent::{SentFilter, SentList, sent};
pub use settings::{
    COUNT_MOST, DepartmentRow, DoctorRow, NAME_MOST, NewSetting, PhraseRow, SettingError,
    SettingFault, SettingField, SettingKind, Settings, may_change, phrase_items, remove_setting,
    save_setting, settings,
};
pub use sheets::{OpinionPaper, RequestPaper};
pub use signed::{RECEIPT_TYPE, signed_receipt};
pub use take_file::{
    FILE_MOST, FileLine, FileReading, FoundCase, LineOutcome, ReadLine, UnreadableFile,
    look_at_file, read_file, save_line, send_line,
};
pub use unasked::{Unasked, unasked};
pub use uses::{OpinionUse, USES_MOST, UseGround, uses};
pub use validate::{Validated, validate};
pub use withdraw::{withdraw, withdraw_because};

pub(crate) use requests::{take_cancellation, take_request};
pub(crate) use stages::join as join_stages;

use crate::{CallContext, Platform};
use kiban_access::Refusal;
use kiban_audit::{Action, Event};
use kiban_domain::{
    InsurerNumber, Timestamp,
    opinion_case::{CaseAct, NotNow},
};
use kiban_store::{
    Error, Work,
    repo::opinions::{self, CaseEventRow, CaseRow, Own},
};
use uuid::Uuid;

/// What entries say was shown or changed.
const OPINION: &str = "opinion";

/// Which request: its insurer and its identifier.
pub type CaseId = (InsurerNumber, Uuid);

/// Why nothing became of a step.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The caller has no such request.
    #[error("no such request")]
    NotFound,
    /// Not allowed to callers of this kind.
    #[error("refused")]
    Refused(#[source] Refusal),
    /// It cannot be done in this state.
    #[error("not now")]
    NotNow(#[source] NotNow),
    /// A reason is missing, or longer than [`NOTE_MOST`] characters.
    #[error("the reason is missing or too long")]
    Note,
    /// The database or the object store.
    #[error("storage")]
    Storage(#[from] Error),
}

impl From<Refusal> for CaseError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<NotNow> for CaseError {
    fn from(reason: NotNow) -> Self {
        Self::NotNow(reason)
    }
}

impl CaseError {
    /// The code that programs and the record of a refusal get; `None` when nothing was refused.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::NotFound => Some("opinion_request_not_found"),
            Self::Refused(refusal) => Some(refusal.code()),
            Self::NotNow(reason) => Some(reason.code()),
            Self::Note => Some("reason_required"),
            Self::Storage(_) => None,
        }
    }

    /// What happened and what to do.
    pub fn message(&self) -> String {
        match self {
            Self::NotFound => {
                "この番号の意見書作成依頼はありません。番号を確認してください。".to_owned()
            }
            Self::Refused(refusal) => refusal.message().to_owned(),
            Self::NotNow(reason) => reason.message().to_owned(),
            Self::Note => format!("理由を{NOTE_MOST}文字以内で入力してください。"),
            Self::Storage(_) => {
                "一時的に処理できませんでした。少し待ってから、もう一度お試しください。".to_owned()
            }
        }
    }
}

/// One own request, held until the unit of work ends.
async fn lock(
    work: &mut Work,
    own: Own<'_>,
    (insurer_no, case_id): CaseId,
) -> Result<CaseRow, CaseError> {
    let row = opinions::lock(work, own, &insurer_no, case_id).await?;
    row.ok_or(CaseError::NotFound)
}

/// A step as it is written down.
struct Step<'a> {
    act: CaseAct,
    /// The opinion it is about, or 0.
    submission: i64,
    note: &'a str,
    at: Timestamp,
    by: &'a str,
}

/// Saves a held request after a step, with its event. The audit entry is the caller's.
async fn save_step(
    work: &mut Work,
    own: Own<'_>,
    row: &mut CaseRow,
    step: Step<'_>,
) -> Result<(), Error> {
    row.events += 1;
    row.changed_at = step.at;
    let event = CaseEventRow {
        number: row.events,
        act: step.act,
        submission: step.submission,
        actor: step.by.to_owned(),
        note: step.note.to_owned(),
        acted_at: step.at,
    };
    opinions::save(work, own, row).await?;
    opinions::add_event(work, row, &event).await
}

/// Begins the entry of a change of a request.
fn moved(platform: &Platform, context: &CallContext, row: &CaseRow, act: CaseAct) -> Event {
    let mut event = context
        .event(platform, row.key.insurer_no.as_str(), Action::StageChanged)
        .about(row.key.insured_no.as_str())
        .purpose(act.code())
        .ground(format!("opinion_request:{}", row.case_id));
    event.parts = vec![OPINION.into()];
    event
}

/// Records that a step on a request was refused. What failed for want of the database is recorded by nobody.
async fn record_refusal(
    platform: &Platform,
    context: &CallContext,
    (insurer_no, case_id): CaseId,
    act: CaseAct,
    code: Option<&'static str>,
) -> Result<(), Error> {
    let Some(code) = code else { return Ok(()) };
    let event = context
        .event(platform, insurer_no.as_str(), Action::StageChanged)
        .purpose(act.code())
        .ground(format!("opinion_request:{case_id}"))
        .refused(code);
    platform.audit.append(event.to_entry()).await
}

/// A reason in words, without blanks around it.
fn note(typed: &str, required: bool) -> Result<String, CaseError> {
    let typed = typed.trim();
    let fits = typed.chars().count() <= NOTE_MOST
        && !typed.chars().any(|it| it.is_control() && it != '\n');
    if fits && !(required && typed.is_empty()) {
        Ok(typed.to_owned())
    } else {
        Err(CaseError::Note)
    }
}
