//! GET `…/opinions`: the past opinions that may be seen, and how many may not.

use axum::{extract::Path, response::Response};
use kiban_access::{OpinionRefusal, Withheld as Reason};
use kiban_domain::{opinion_case::OpinionRoute, tokyo_date};
use kiban_services::opinions::{self, PastError, PastOpinion, Receipt};
use kiban_ui::{
    Link, MenuItem, PastOpinionRow, PersonOpinionsPage, Section, Withheld, WithheldReason,
};

use crate::{
    answer::{page, see_other},
    opinion_text,
    person::dossier::{About, reason},
    persons::listed,
    visit::SignedIn,
    words,
};

/// Shows the list.
pub(crate) async fn show(about: About) -> Result<Response, Response> {
    let signed_in = &about.signed_in;
    let past = opinions::past(signed_in.platform(), &signed_in.context, &about.key).await;
    let (shown, withheld) = match past {
        Ok((shown, withheld)) => (Ok(shown), withheld),
        Err(PastError::Refused(OpinionRefusal::Withheld(why))) => (Err(why), 0),
        Err(error) => return Err(about.no_opinions(error)),
    };
    let known = shown.as_ref().ok().and_then(|it| it.first());
    let (person, tabs) = about.head_of_opinions(known.map(|it| &it.opinion)).await?;
    let path = listed::path(&about.key);
    let opinions = match shown {
        Ok(shown) if shown.is_empty() => Section::Absent(nothing(withheld).to_owned()),
        Ok(shown) => Section::Shown(shown.iter().map(|it| row(it, &path)).collect()),
        Err(why) => Section::Withheld(kept_back(why, &path)),
    };
    Ok(page(&PersonOpinionsPage {
        frame: signed_in.frame(tabs.then_some(MenuItem::Persons)),
        person,
        tabs,
        opinions,
        withheld,
    }))
}

fn nothing(withheld: usize) -> &'static str {
    if withheld == 0 {
        "市町村が受領した主治医意見書はまだありません。"
    } else {
        "表示できる主治医意見書はありません。"
    }
}

fn kept_back(why: Reason, path: &str) -> Withheld {
    let mut withheld = Withheld::new(reason(why));
    if withheld.reason == WithheldReason::NoConsent {
        withheld.link = Some(Link::new(format!("{path}/consents"), "同意の記録を開く"));
    }
    withheld
}

fn row(past: &PastOpinion, path: &str) -> PastOpinionRow {
    let header = &past.opinion.header;
    let receipt = Receipt::of(&past.row, false);
    let institution = header.institution_name.as_str();
    PastOpinionRow {
        href: format!("{path}/opinions/{}", receipt.receipt_no),
        entered: header.entry_date.map(words::date),
        institution: if institution.is_empty() {
            format!("医療機関番号 {}", past.row.institution.as_str())
        } else {
            institution.to_owned()
        },
        doctor: header.doctor_name.as_str().to_owned(),
        chip: opinion_text::chip(past.row.state),
        received: received_on(past).map(words::date),
        edition: opinion_text::edition_title(&past.opinion),
        paper: past.row.route == OpinionRoute::Paper,
    }
}

/// The day on which the insurer received it.
pub(super) fn received_on(past: &PastOpinion) -> Option<kiban_domain::Date> {
    use kiban_domain::opinion_case::SubmissionState;
    let at = past.row.settled_at;
    at.filter(|_| past.row.state == SubmissionState::Acknowledged)
        .map(tokyo_date)
}

/// GET `/medical/persons/{insurer_no}/{insured_no}` (D08): the same page.
pub(crate) async fn lead(
    signed_in: SignedIn,
    Path((insurer_no, insured_no)): Path<(String, String)>,
) -> Result<Response, Response> {
    let about = About::of(&signed_in, &(insurer_no, insured_no))
        .ok_or_else(|| signed_in.refused(kiban_access::Refusal::NotFound))?;
    let path = listed::path(&about.key);
    Ok(see_other(&format!("{path}/opinions")))
}
