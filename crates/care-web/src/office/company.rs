//! 会社の事業所: the offices of one company, for administrators. Numbers of tasks only, no care data.

use axum::response::Response;
use kiban_services::companies;
use kiban_ui::{Chip, ChipColor, CompanyOffice, CompanyPage, MenuItem};

use crate::{answer::page, visit::SignedIn};

/// Whether the office acted for belongs to a company.
pub(super) async fn is_in_one(signed_in: &SignedIn) -> Result<bool, Response> {
    let found = companies::has_company(signed_in.platform(), &signed_in.office_no()).await;
    found.map_err(|error| signed_in.storage(&error))
}

/// GET `/care/company`.
pub(crate) async fn show(signed_in: SignedIn) -> Result<Response, Response> {
    signed_in.administrator()?;
    let own = signed_in.office_no();
    let clock = &*signed_in.visit.state.clock;
    let found = companies::of_office(signed_in.platform(), clock, &own).await;
    let found = found.map_err(|error| signed_in.storage(&error))?;
    let (company, offices) = found.ok_or_else(|| signed_in.nothing_there())?;
    Ok(page(&CompanyPage {
        frame: signed_in.frame(Some(MenuItem::Office)),
        name: company.name,
        corporate_no: company
            .corporate_no
            .map_or_else(String::new, |number| number.to_string()),
        offices: offices
            .into_iter()
            .map(|office| CompanyOffice {
                current: office.office_no == own,
                office_no: office.office_no.to_string(),
                name: office.name,
                terminals: count(office.ending_certificates, "台"),
                contractors: count(office.ending_contractors, "人"),
            })
            .collect(),
    }))
}

fn count(number: i64, unit: &str) -> Chip {
    if number == 0 {
        Chip::new("ありません", ChipColor::Gray)
    } else {
        Chip::new(format!("{number}{unit}"), ChipColor::Yellow)
    }
}
