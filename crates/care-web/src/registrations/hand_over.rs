//! Offering a person to another care-management office (W-4).

use axum::{extract::Path, response::Response};
use http::StatusCode;
use kiban_domain::{Date, OfficeNumber};
use kiban_services::handovers::{self, HandoverError, Offer};
use kiban_store::repo::relations::ListedRow;
use kiban_ui::{DateField, HandOverPage, MenuItem, TextField};

use super::end::find;
use crate::{
    answer::{page, page_with, see_other},
    dates,
    form::{Fields, Posted},
    visit::SignedIn,
    words,
};

/// GET `/care/registrations/{id}/hand-over`.
pub(crate) async fn ask(signed_in: SignedIn, Path(id): Path<String>) -> Result<Response, Response> {
    let row = find_own(&signed_in, &id).await?;
    let last = dates::field(signed_in.platform().today());
    Ok(page(&input(&signed_in, &row, "", last)))
}

/// POST `/care/registrations/{id}/hand-over`.
pub(crate) async fn offer(
    Path(id): Path<String>,
    Posted { signed_in, form }: Posted,
) -> Result<Response, Response> {
    let row = find_own(&signed_in, &id).await?;
    let (mut filled, answers) = read(&signed_in, &row, &form);
    if form.get("go") == "back" {
        filled.last.error = None;
        filled.office_no.error = None;
        return Ok(page(&filled));
    }
    let Some((to_office, last_day)) = answers else {
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &filled));
    };
    let go = form.get("go") == "offer";
    let offer = Offer {
        relation_id: row.relation.relation_id,
        person: row.relation.person.clone(),
        to_office,
        last_day,
    };
    match handovers::offer(signed_in.platform(), &signed_in.context, offer, go).await {
        Ok(_) if go => return Ok(see_other("/care/handovers?done=offered")),
        Ok(name) => {
            filled.confirm = Some((name, words::date(last_day)));
            return Ok(page(&filled));
        }
        Err(HandoverError::OfficeCannot) => {
            let error = "この番号の、居宅介護支援などの事業所は見つかりませんでした";
            filled.office_no.error = Some(error.to_owned());
        }
        Err(HandoverError::OfferedAlready) => {
            let error = "この担当登録の引継ぎは、すでに申し出ています";
            filled.office_no.error = Some(error.to_owned());
        }
        Err(HandoverError::LastDayOutOfRange { from, to }) => {
            let (from, to) = (words::date(from).wareki, words::date(to).wareki);
            let error = format!("担当の最後の日は、{from}から{to}までで入力してください");
            filled.last.error = Some(error);
        }
        Err(HandoverError::NotFound) => return Err(signed_in.nothing_there()),
        Err(HandoverError::Refused(refusal)) => return Err(signed_in.refused(refusal)),
        Err(HandoverError::Storage(error)) => return Err(signed_in.storage(&error)),
    }
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &filled))
}

/// Only offices that make the care plan hand over.
async fn find_own(signed_in: &SignedIn, id: &str) -> Result<ListedRow, Response> {
    let row = find(signed_in, id).await?;
    if kiban_access::makes_care_plans(row.relation.service_kind) {
        Ok(row)
    } else {
        Err(signed_in.nothing_there())
    }
}

fn read(
    signed_in: &SignedIn,
    row: &ListedRow,
    form: &Fields,
) -> (HandOverPage, Option<(OfficeNumber, Date)>) {
    let (last, day) = dates::read(form, "last", "担当の最後の日");
    let mut filled = input(signed_in, row, form.get("office_no"), last);
    let office_no = form.get("office_no").parse::<OfficeNumber>().ok();
    if office_no.is_none() {
        let error = "相手の事業所番号は、10桁で入力してください";
        filled.office_no.error = Some(error.to_owned());
    }
    (filled, office_no.zip(day))
}

fn input(signed_in: &SignedIn, row: &ListedRow, office_no: &str, last: DateField) -> HandOverPage {
    HandOverPage {
        frame: signed_in.frame(Some(MenuItem::Registrations)),
        id: row.relation.relation_id.to_string(),
        person: row.name.clone(),
        kana: row.name_kana.clone(),
        office_no: TextField::of(office_no),
        last,
        confirm: None,
    }
}
