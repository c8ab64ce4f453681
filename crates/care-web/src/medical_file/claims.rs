//! Fees of a month (D09): as a page, as CSV and on paper.

use axum::{
    extract::Query,
    response::{IntoResponse as _, Response},
};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use jiff::ToSpan as _;
use kiban_domain::{
    Date, Yen,
    opinion::Setting,
    opinion_case::{FeeLine, Writing},
};
use kiban_print::{FeeSheet, Sheet};
use kiban_services::opinions::{self, Fees, fees_csv};
use kiban_ui::{Choice, ChoiceField, ClaimGroup, ClaimLine, MedicalClaimsPage, MenuItem};
use serde::Deserialize;

use crate::{answer::page, visit::SignedIn, words};

/// How many months back one can choose.
const MONTHS: i32 = 24;

/// The query of `/medical/claims`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    month: String,
}

impl Asked {
    /// The first day of the month; what is not understood is this month.
    fn month(&self, today: Date) -> Date {
        let typed = format!("{}-01", self.month.trim());
        typed.parse().unwrap_or(today).first_of_month()
    }
}

/// GET `/medical/claims`.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let today = signed_in.platform().today();
    let month = asked.month(today);
    let fees = read(&signed_in, month).await?;
    let mut groups: Vec<ClaimGroup> = Vec::new();
    for of_insurer in fees
        .lines
        .chunk_by(|a, b| a.receipt.insurer_no == b.receipt.insurer_no)
    {
        let insurer = insurer(&signed_in, &of_insurer[0]).await?;
        let sum = of_insurer.iter().filter_map(|it| it.fee).map(Yen::get);
        groups.push(ClaimGroup {
            insurer,
            lines: of_insurer.iter().map(line).collect(),
            sum: Yen::new(sum.sum()).to_string(),
        });
    }
    let query = format!("month={}", code(month));
    Ok(page(&MedicalClaimsPage {
        frame: signed_in.frame(Some(MenuItem::Opinions)),
        month: months(month, today),
        shown: label(month),
        groups,
        total: fees.total.to_string(),
        count: fees.lines.len(),
        unknown: fees.lines.iter().filter(|it| it.fee.is_none()).count(),
        csv: format!("/medical/claims.csv?{query}"),
        pdf: signed_in
            .has_printer()
            .then(|| format!("/medical/claims.pdf?{query}")),
    }))
}

/// GET `/medical/claims.csv`.
pub(crate) async fn csv(
    signed_in: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let month = asked.month(signed_in.platform().today());
    let fees = read(&signed_in, month).await?;
    let headers = [
        (CACHE_CONTROL, "no-store".to_owned()),
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"opinion-fees-{}.csv\"", code(month)),
        ),
    ];
    Ok((headers, fees_csv(&fees)).into_response())
}

/// GET `/medical/claims.pdf`.
pub(crate) async fn pdf(
    signed_in: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let turn = signed_in.turn().await?;
    let month = asked.month(signed_in.platform().today());
    let fees = read(&signed_in, month).await?;
    let mut lines = Vec::with_capacity(fees.lines.len());
    for it in &fees.lines {
        lines.push(kiban_print::FeeLine {
            received_on: words::date(it.receipt.received_on).wareki,
            insurer: insurer(&signed_in, it).await?,
            insured_no: it.receipt.insured_no.as_str().to_owned(),
            kind: kind(it),
            amount: it.fee,
        });
    }
    let sheet = Sheet::Fees(FeeSheet {
        institution: signed_in.office.name.clone(),
        institution_no: signed_in.office_no().as_str().to_owned(),
        month: format!("{}分", label(month)),
        lines,
        imprint: signed_in.imprint(),
    });
    Ok(signed_in.file(turn, sheet, "ikensho-sakuseiryo").await)
}

async fn read(signed_in: &SignedIn, month: Date) -> Result<Fees, Response> {
    let fees = opinions::fees(signed_in.platform(), &signed_in.context, month).await;
    fees.map_err(|error| signed_in.no_case(&error))
}

/// 「架空市（999010）」.
async fn insurer(signed_in: &SignedIn, line: &FeeLine) -> Result<String, Response> {
    let insurer_no = &line.receipt.insurer_no;
    let name = words::insurer_name(signed_in.platform(), insurer_no).await;
    let name = name.map_err(|error| signed_in.storage(&error))?;
    Ok(format!("{name}（{insurer_no}）"))
}

fn line(it: &FeeLine) -> ClaimLine {
    let receipt = &it.receipt;
    ClaimLine {
        receipt_no: receipt.receipt_no.clone(),
        href: format!("/medical/receipts/{}", receipt.receipt_no),
        received: words::date(receipt.received_on).wareki,
        masked_no: words::masked(receipt.insured_no.as_str()),
        kind: kind(it),
        amount: it.fee.map(|fee| fee.to_string()),
        why: why(it).to_owned(),
    }
}

/// 「在宅・新規」; what is not known is said so.
fn kind(it: &FeeLine) -> String {
    let setting = match it.receipt.setting {
        Some(Setting::Home) => "在宅",
        Some(Setting::Facility) => "施設",
        None => "種別不明",
    };
    let writing = it.receipt.writing.as_ref();
    format!(
        "{setting}・{}",
        writing.map_or("新規・継続不明", Writing::label)
    )
}

/// Why a line has no amount.
fn why(it: &FeeLine) -> &'static str {
    match (it.fee, it.receipt.setting, it.receipt.writing) {
        (Some(_), _, _) => "",
        (None, None, None) => {
            "在宅か施設か、新規か継続かが、意見書にも市町村の依頼にも書かれていません"
        }
        (None, None, Some(_)) => "在宅か施設かが、意見書にも市町村の依頼にも書かれていません",
        (None, Some(_), None) => "新規か継続かが、市町村の依頼に書かれていません",
        (None, Some(_), Some(_)) => "受領日に当てはまる料金が、このシステムに登録されていません",
    }
}

fn code(month: Date) -> String {
    format!("{:04}-{:02}", month.year(), month.month())
}

/// 「令和8年6月」.
fn label(month: Date) -> String {
    let day = words::date(month).wareki;
    day.strip_suffix("1日").unwrap_or(&day).to_owned()
}

fn months(chosen: Date, today: Date) -> ChoiceField {
    let mut months: Vec<Date> = (0..MONTHS)
        .map(|back| today.first_of_month().saturating_sub(back.months()))
        .collect();
    if !months.contains(&chosen) {
        months.push(chosen);
        months.sort_by(|one, other| other.cmp(one));
    }
    let choice = |month: &Date| Choice {
        chosen: *month == chosen,
        ..Choice::new(code(*month), label(*month), "")
    };
    ChoiceField::of(months.iter().map(choice).collect())
}
