//! The list of requests (I03), and the way from a paper to its request.

use super::{HERE, institutions, own, page_of, refused, words};
use crate::{
    member::{PostedIn, SignedIn},
    public::words as public,
};
use axum::{
    extract::Query,
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_domain::{
    MedicalInstitutionCode,
    opinion_case::{CaseReference, CaseState},
};
use kiban_portal_ui::{InsurerOpinionsPage, Link, OpinionCaseLine, StateTab, TextField};
use kiban_services::opinions::{self, CaseError, CaseList, ListedCase, PAGE_MOST};
use kiban_store::repo::opinions::CaseCursor;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The tabs: word in addresses, words on the page, states. The first is the one that opens.
const TABS: [(&str, &str, &[CaseState]); 5] = [
    ("sent", "受領待ち", &[CaseState::Sent]),
    (
        "open",
        "依頼中",
        &[
            CaseState::Requested,
            CaseState::Draft,
            CaseState::Returned,
            CaseState::Withdrawn,
        ],
    ),
    ("declined", "作成できない", &[CaseState::Declined]),
    ("acknowledged", "受領済み", &[CaseState::Acknowledged]),
    (
        "ended",
        "取消・転送",
        &[CaseState::Cancelled, CaseState::Transferred],
    ),
];

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    state: String,
    after: String,
}

/// GET `/insurer/opinions`.
pub(super) async fn show(
    signed_in: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let page = page(&signed_in, &asked, TextField::default()).await?;
    Ok(signed_in.page(StatusCode::OK, &page))
}

async fn page(
    signed_in: &SignedIn,
    asked: &Asked,
    reference: TextField,
) -> Result<InsurerOpinionsPage, Response> {
    own(signed_in)?;
    let (platform, context) = (signed_in.platform(), signed_in.context());
    let failed = |error: CaseError| refused(signed_in, error, HERE);
    let (word, what, states) = tab(&asked.state);
    let after = cursor(&asked.after);
    let listed = opinions::asked(platform, &context, states, after).await;
    let listed = listed.map_err(failed)?;
    let unasked = opinions::unasked(platform, &context).await;
    let unasked = unasked.map_err(failed)?.len();
    let codes = listed.cases.iter().map(|it| it.row.request.institution);
    let names = institutions(signed_in, codes).await;
    let names = names.map_err(|error| signed_in.failed(&error))?;
    let waits = count(&listed, TABS[0].2) > 0;
    Ok(InsurerOpinionsPage {
        frame: signed_in.frame().at(HERE),
        notice: None,
        tabs: TABS
            .iter()
            .map(|(tab, label, states)| StateTab {
                link: Link::new(format!("{HERE}?state={tab}"), *label),
                count: count(&listed, states),
                current: *tab == word,
            })
            .collect(),
        what: what.to_owned(),
        lines: listed.cases.iter().map(|it| line(it, &names)).collect(),
        next: listed.next.map(|(day, id)| {
            let href = format!("{HERE}?state={word}&after={day}_{id}");
            Link::new(href, format!("次の{PAGE_MOST}件を表示する"))
        }),
        reference,
        file: waits.then(|| {
            Link::new(
                "/insurer/opinions.csv",
                "受領待ちの意見書をまとめてダウンロードする（医見書CSV）",
            )
        }),
        unasked,
    })
}

fn tab(state: &str) -> (&'static str, &'static str, &'static [CaseState]) {
    let found = TABS.iter().find(|(word, ..)| *word == state);
    *found.unwrap_or(&TABS[0])
}

fn cursor(text: &str) -> Option<CaseCursor> {
    let (day, id) = text.split_once('_')?;
    Some((day.parse().ok()?, id.parse().ok()?))
}

fn count(listed: &CaseList, states: &[CaseState]) -> i64 {
    let counts = listed.counts.iter();
    let of = counts.filter(|(state, _)| states.contains(state));
    of.map(|(_, count)| count).sum()
}

fn line(listed: &ListedCase, names: &BTreeMap<MedicalInstitutionCode, String>) -> OpinionCaseLine {
    let row = &listed.row;
    let name = row.person.as_ref().map(|it| it.name.clone());
    OpinionCaseLine {
        href: page_of((row.key.insurer_no, row.case_id)),
        request_no: row.key.request_no.as_str().to_owned(),
        name: name.unwrap_or_else(|| "（資格の記録なし）".to_owned()),
        insured_no: row.key.insured_no.as_str().to_owned(),
        institution: names
            .get(&row.request.institution)
            .cloned()
            .unwrap_or_default(),
        requested: public::date(row.request.requested_on),
        due: public::date(row.due_on),
        left: words::left(listed.days_left),
        state: words::state(row.state),
    }
}

/// POST `/insurer/opinions/reference`: from the number on a paper to its request.
pub(super) async fn open(posted: PostedIn) -> Result<Response, Response> {
    let PostedIn { signed_in, fields } = posted;
    own(&signed_in)?;
    let typed = TextField::of(fields.get("reference"));
    let reference = typed.value.parse::<CaseReference>();
    let Ok(reference) = reference else {
        let typed = typed.with_error(
            "依頼書の番号は、依頼書の右上にある14文字を入力してください（例：7K3F-9QW1-A0MB-42）",
        );
        return mend(&signed_in, typed).await;
    };
    let found =
        opinions::find_by_reference(signed_in.platform(), &signed_in.context(), &reference).await;
    match found {
        Ok(id) => Ok(Redirect::to(&format!("{}/paper", page_of(id))).into_response()),
        Err(CaseError::NotFound) => {
            let typed = typed.with_error(
                "この番号の依頼書は、このサービスから印刷していません。番号と、貴市町村の依頼書かどうかを確認してください",
            );
            mend(&signed_in, typed).await
        }
        Err(error) => Err(refused(&signed_in, error, HERE)),
    }
}

async fn mend(signed_in: &SignedIn, typed: TextField) -> Result<Response, Response> {
    let page = page(signed_in, &Asked::default(), typed).await?;
    Ok(signed_in.page(StatusCode::UNPROCESSABLE_ENTITY, &page))
}
