//! A request with what is written for it, begun where nothing is yet (W-7).

use super::{CaseError, CaseId, CaseView, DraftCheck, DraftContent, open_case};
use crate::{CallContext, Platform};
use kiban_access::asked_institution;
use kiban_domain::{
    Date, Wareki,
    opinion::{Choice as _, OpinionForm},
};
use kiban_exchange::opinion::{editions, read_json};
use kiban_store::{
    Error,
    repo::{
        opinion_submissions::{self, SubmissionRow},
        opinions::CaseRow,
    },
};

/// A request and its draft. No `Debug`.
pub struct OpenDraft {
    /// The request.
    pub view: CaseView,
    /// What is written, or what a draft begins with.
    pub content: DraftContent,
    /// The draft's revision; 0: nothing has been saved.
    pub revision: i64,
    /// What there is to tell about it.
    pub check: DraftCheck,
}

/// Opens a request to the calling institution with its draft. Where nothing is typed yet it begins with what was sent last, or with what the request and the
/// institution's name tell. Recorded as [`open_case`] records it; nothing is saved.
///
/// # Errors
///
/// As there.
pub async fn open_draft(
    platform: &Platform,
    context: &CallContext,
    id: CaseId,
    institution_name: &str,
) -> Result<OpenDraft, CaseError> {
    let view = open_case(platform, context, id).await?;
    let permit = asked_institution(&context.caller)?;
    let (row, today) = (&view.case.row, platform.today());
    let (content, revision) = match view.draft.clone() {
        Some(draft) => draft,
        None => (begun(row, &view.submissions, institution_name, today)?, 0),
    };
    let mut work = platform.store.point().await?;
    let person = row.person_key();
    let earlier = opinion_submissions::count_earlier(&mut work, &permit, &person, id.1).await?;
    let check = DraftCheck::of(&content, row, today, earlier)?;
    Ok(OpenDraft {
        view,
        content,
        revision,
        check,
    })
}

/// What a draft begins with: the opinion that was sent last, or what is known anyway. The days and the consent are the physician's to give.
pub(super) fn begun(
    row: &CaseRow,
    sent: &[SubmissionRow],
    institution_name: &str,
    today: Date,
) -> Result<DraftContent, Error> {
    if let Some(last) = sent.last() {
        let corrupt = |reason: &str| Error::Corrupt {
            place: "opinion_submission.document".into(),
            reason: reason.to_owned(),
        };
        let opinion = read_json(last.document.as_bytes(), editions());
        let opinion = opinion.map_err(|error| corrupt(error.code()))?;
        return Ok(DraftContent {
            edition: opinion.edition,
            form: OpinionForm::filled(&opinion),
        });
    }
    let edition = editions()
        .for_new(today)
        .or_else(|| editions().all().last());
    let edition = edition.ok_or_else(|| Error::Corrupt {
        place: "opinion-forms".into(),
        reason: "none".into(),
    })?;
    let mut form = OpinionForm::default();
    let mut give = |name: &str, value: &str| form.set(name, &[value]);
    if let Some(person) = &row.person {
        give("applicant_name", &person.name);
        give("applicant_kana", &person.name_kana);
        let birth = Wareki::try_from(person.birth_date);
        give(
            "birth_date",
            &birth.map_or_else(|_| person.birth_date.to_string(), Wareki::long),
        );
        give("sex", person.sex.code());
    }
    give("doctor_name", row.request.doctor_name.as_str());
    give("institution_name", institution_name);
    if let Some(setting) = row.request.setting {
        give("setting", &setting.code().to_string());
    }
    Ok(DraftContent {
        edition: edition.code(),
        form,
    })
}
