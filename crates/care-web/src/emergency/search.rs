//! Where it is open, the search, and whom it found.

use axum::response::Response;
use http::StatusCode;
use kiban_access::EmergencyRefusal;
use kiban_domain::EmergencyReason;
use kiban_services::emergency::{self, Hit, LookError, Running, SearchError};
use kiban_ui::{
    DateField, EmergencyHit, EmergencySearchPage, MenuItem, Notice, NoticeKind, RunningView,
    TextField,
};

use super::{areas, coded, refused, typed};
use crate::{
    answer::{minutes, page, page_with, retry_after},
    form::Posted,
    visit::SignedIn,
    words,
};

/// GET `/care/emergency`.
pub(crate) async fn show(signed_in: SignedIn) -> Result<Response, Response> {
    Ok(page(&empty(&signed_in).await?))
}

/// POST `/care/emergency`. Name and birth date stay out of addresses, so the answer is the page itself.
pub(crate) async fn search(Posted { signed_in, form }: Posted) -> Result<Response, Response> {
    let mut filled = empty(&signed_in).await?;
    let typed = typed(&form);
    filled.kana = typed.kana;
    filled.birth = typed.birth;
    filled.sex = EmergencySearchPage::sexes(form.get("sex"));
    let Some(wanted) = typed.wanted else {
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &filled));
    };
    let found = emergency::search(signed_in.platform(), &signed_in.context, &wanted).await;
    let error = match found {
        Ok(hits) => {
            if hits.is_empty() {
                filled.notice = Some(nobody());
            }
            filled.hits = hits.iter().map(to_hit).collect();
            return Ok(page(&filled));
        }
        Err(error) => error,
    };
    let code = error.code().unwrap_or_default();
    let warning =
        |title: &str, body: &str| Some(Notice::new(NoticeKind::Warning, title, coded(body, code)));
    match error {
        SearchError::Refused(refusal) => Err(refused(&signed_in, refusal)),
        SearchError::Storage(error) => Err(signed_in.storage(&error)),
        SearchError::TooManyHits => {
            filled.notice = warning(
                "一致する方が多いため、表示していません",
                "性別も選んでください。それでも表示できないときは、市町村の窓口に連絡してください。",
            );
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &filled))
        }
        SearchError::TooMany(exhausted) => {
            let again = minutes(exhausted.retry_after);
            filled.notice = warning(
                "短い時間に続けて探したため、受け付けていません",
                &format!("{again}分後に、もう一度探してください。"),
            );
            let response = page_with(StatusCode::TOO_MANY_REQUESTS, &filled);
            Ok(retry_after(response, exhausted.retry_after))
        }
    }
}

async fn empty(signed_in: &SignedIn) -> Result<EmergencySearchPage, Response> {
    if signed_in.emergency.is_empty() {
        return Err(refused(signed_in, EmergencyRefusal::NotOpen));
    }
    let running = emergency::running(signed_in.platform(), &signed_in.context).await;
    let running = running.map_err(|error| match error {
        LookError::Refused(refusal) => refused(signed_in, refusal),
        LookError::Storage(error) => signed_in.storage(&error),
    })?;
    Ok(EmergencySearchPage {
        frame: signed_in.frame(Some(MenuItem::Emergency)),
        windows: areas(signed_in).await?,
        notice: None,
        kana: TextField::default(),
        birth: DateField::default(),
        sex: EmergencySearchPage::sexes(""),
        hits: Vec::new(),
        running: running.iter().map(to_running).collect(),
    })
}

fn nobody() -> Notice {
    Notice::new(
        NoticeKind::Warning,
        "一致する方は見つかりませんでした",
        "氏名の読みと生年月日をもう一度お確かめください。緊急閲覧が開かれている地域の方だけを探せます。",
    )
}

fn to_hit(hit: &Hit) -> EmergencyHit {
    let (insurer_no, insured_no) = (hit.person.insurer_no, &hit.person.insured_no);
    EmergencyHit {
        person: format!("{}.{}", insurer_no.as_str(), insured_no.as_str()),
        name: hit.name.clone(),
        kana: hit.name_kana.clone(),
        birth: words::date(hit.birth_date),
        sex: hit.sex.label().to_owned(),
        insurer: hit.insurer_name.clone(),
        masked_no: words::masked(insured_no.as_str()),
    }
}

fn to_running(running: &Running) -> RunningView {
    let reason: EmergencyReason = running.reason;
    RunningView {
        href: format!("/care/emergency/views/{}", running.id),
        opened: words::instant(running.opened_at),
        until: words::instant(running.ends_at),
        member: running.account.clone(),
        reason: reason.label().to_owned(),
    }
}
