//! One opinion that the calling institution sent, with the one before it (D06).

use super::{CaseError, OpinionLook, Receipt, past::read, pull};
use crate::{CallContext, Platform, receiving::content_bytes};
use kiban_access::{AskedInstitution, Permit, asked_institution};
use kiban_audit::Action;
use kiban_domain::{InsurerNumber, opinion::Opinion, opinion_case::OpinionRoute};
use kiban_store::{
    Work,
    repo::{
        opinion_submissions::SubmissionRow,
        opinions::{self, CaseRow, Own},
        opinions_sent,
    },
};

/// A sent opinion. No `Debug`.
pub struct OpenedSent {
    /// Its row, with the canonical JSON.
    pub row: SubmissionRow,
    /// What it says.
    pub opinion: Opinion,
    /// Its request, unless it went to another institution since.
    pub case: Option<CaseRow>,
    /// The own opinion about the person before this one.
    pub before: Option<(SubmissionRow, Opinion)>,
    /// The scan of one that came on paper; asked for with [`OpinionLook::Pdf`] only.
    pub scan: Option<Vec<u8>>,
}

/// Opens an opinion of the calling institution by its receipt. When this returns, the record is on disk, be it opened or refused.
///
/// # Errors
///
/// [`CaseError::NotFound`] also for receipts of others.
pub async fn open_sent(
    platform: &Platform,
    context: &CallContext,
    receipt_no: &str,
    look: OpinionLook,
) -> Result<OpenedSent, CaseError> {
    let permit = asked_institution(&context.caller)?;
    let mut work = platform.store.point().await?;
    let found = find_own(&mut work, platform, context, &permit, receipt_no).await;
    let row = found?;
    let own = Own::Asked(&permit);
    let case = opinions::find(&mut work, own, &row.insurer_no, row.case_id).await?;
    let before = opinions_sent::find_before(&mut work, &permit, &row).await?;
    drop(work);
    let scan = match (&row.pdf, look) {
        (Some(content), OpinionLook::Pdf) if row.route == OpinionRoute::Paper => {
            Some(content_bytes(platform, content).await?)
        }
        (_, OpinionLook::Page | OpinionLook::Pdf) => None,
    };
    let before = match before {
        Some(before) => {
            let opinion = read(&before)?;
            Some((before, opinion))
        }
        None => None,
    };
    let purpose = match look {
        OpinionLook::Page => "opinion_own_view",
        OpinionLook::Pdf => "opinion_own_pdf",
    };
    let shown = std::iter::once(&row).chain(before.as_ref().map(|it| &it.0));
    let entries = shown.map(|it| pull::entry(platform, context, it, purpose));
    platform.audit.append_all(entries.collect()).await?;
    Ok(OpenedSent {
        opinion: read(&row)?,
        row,
        case,
        before,
        scan,
    })
}

/// The institution's opinion of a receipt; that there is none is recorded.
pub(super) async fn find_own(
    work: &mut Work,
    platform: &Platform,
    context: &CallContext,
    permit: &Permit<AskedInstitution>,
    receipt_no: &str,
) -> Result<SubmissionRow, CaseError> {
    let insurer_no = receipt_no.split('-').next().unwrap_or_default();
    let insurer_no = insurer_no.parse::<InsurerNumber>();
    let insurer_no = insurer_no.map_err(|_| CaseError::NotFound)?;
    let row = match Receipt::seq_of(receipt_no, insurer_no.as_str()) {
        Some(seq) => opinions_sent::find(work, permit, &insurer_no, seq).await?,
        None => None,
    };
    if row.is_none() {
        let event = context
            .event(platform, insurer_no.as_str(), Action::ReadDocument)
            .purpose("opinion_own_view")
            .refused("opinion_not_found");
        platform.audit.append(event.to_entry()).await?;
    }
    row.ok_or(CaseError::NotFound)
}
