//! One opinion of an earlier time, opened or printed (W-8).

use super::{
    PastError, PastOpinion, Receipt,
    past::{list, recorded_refusal},
    pull,
};
use crate::{CallContext, Platform, receiving::content_bytes};
use kiban_access::PersonKey;
use kiban_audit::Action;
use kiban_domain::opinion_case::OpinionRoute;

/// What is done with an opinion that is opened; the record says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpinionLook {
    /// Its items are read on a page.
    Page,
    /// It goes out as PDF.
    Pdf,
}

impl OpinionLook {
    /// The word in the record.
    pub(super) fn purpose(self) -> &'static str {
        match self {
            Self::Page => "opinion_view",
            Self::Pdf => "opinion_pdf",
        }
    }
}

/// An opinion that was opened. No `Debug`.
pub struct OpenedPast {
    /// The opinion.
    pub past: PastOpinion,
    /// The scan of one that came on paper; asked for with [`OpinionLook::Pdf`] only.
    pub scan: Option<Vec<u8>>,
}

/// Opens one of the opinions that [`super::past`] would show, by its receipt. When this returns, the record of this one is on disk, be it shown or refused.
///
/// Nothing is the answer for receipts that are unknown, about somebody else or withheld: who asks learns of none of them.
///
/// # Errors
///
/// See [`PastError`].
pub async fn open_past(
    platform: &Platform,
    context: &CallContext,
    person: &PersonKey,
    receipt_no: &str,
    look: OpinionLook,
) -> Result<Option<OpenedPast>, PastError> {
    let mut work = platform.store.point().await?;
    let found = list(&mut work, platform, context, person).await;
    drop(work);
    let shown = match found {
        Ok((shown, _)) => shown,
        Err(error) => {
            recorded_refusal(platform, context, person, look.purpose(), &error).await?;
            return Err(error);
        }
    };
    let seq = Receipt::seq_of(receipt_no, person.insurer_no.as_str());
    let Some(past) = shown.into_iter().find(|it| Some(it.row.seq) == seq) else {
        let event = context
            .event(platform, person.insurer_no.as_str(), Action::ReadDocument)
            .about(person.insured_no.as_str())
            .purpose(look.purpose())
            .refused("opinion_not_found");
        platform.audit.append(event.to_entry()).await?;
        return Ok(None);
    };
    let scan = match (&past.row.pdf, look) {
        (Some(content), OpinionLook::Pdf) if past.row.route == OpinionRoute::Paper => {
            Some(content_bytes(platform, content).await?)
        }
        (_, OpinionLook::Page | OpinionLook::Pdf) => None,
    };
    let entry = pull::entry(platform, context, &past.row, look.purpose());
    platform.audit.append(entry).await?;
    Ok(Some(OpenedPast { past, scan }))
}
