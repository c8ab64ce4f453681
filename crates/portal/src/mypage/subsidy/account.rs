//! 振込先の訂正 (M09): after a payment came back, the applicant corrects the account and it is paid anew (G-4).

use super::{applicant, around, back, find, page_of, questions::Questions};
use crate::{
    mypage::{
        missing,
        own::{Own, PostedOwn},
        see_other, stale,
    },
    public::subsidy::yen,
};
use axum::{extract::Path, response::Response};
use http::StatusCode;
use kiban_domain::{
    FieldFault, SUBSIDY_FIELD_MOST, SubsidyFault, SubsidyForm, SubsidyStep, Yen, field_label,
};
use kiban_portal_ui::MyAccountPage;
use kiban_services::subsidies::{self, SubmitError, SubsidyCase, shown_receipt};
use kiban_web_kit::Fields;

/// The fields of the account, in the order of the form.
const FIELDS: [&str; 7] = [
    "account.bank",
    "account.bank_name",
    "account.branch",
    "account.branch_name",
    "account.kind",
    "account.number",
    "account.holder",
];

/// The page at which the account of an application is corrected.
pub(super) fn address(receipt: &str) -> String {
    format!("{}/account", page_of(receipt))
}

/// GET `/mypage/applications/{receipt}/account`.
pub(in crate::mypage) async fn show(
    own: Own,
    Path(receipt): Path<String>,
) -> Result<Response, Response> {
    let case = find(&own, &receipt).await?.ok_or_else(|| missing(&own))?;
    if !case.row.on_hold {
        return Err(see_other(&page_of(&case.row.receipt)));
    }
    Ok(own.page(StatusCode::OK, &page(&own, &case, &case.form, &[])))
}

fn page(own: &Own, case: &SubsidyCase, form: &SubsidyForm, faults: &[FieldFault]) -> MyAccountPage {
    let row = &case.row;
    let mut facts = vec![("申請番号".to_owned(), shown_receipt(&row.receipt))];
    let failed = case.payments.iter().filter(|it| it.state == "failed");
    if let Some(payment) = failed.max_by_key(|it| it.payment_no) {
        let amount = u64::try_from(payment.amount_yen).unwrap_or(0);
        facts.push(("振込の額".to_owned(), yen(Yen::new(amount))));
        let at = payment.settled_at.map(crate::mypage::instant);
        facts.extend(at.map(|at| ("振込の結果を受けた日時".to_owned(), at)));
        let reason = if payment.reason.is_empty() {
            "金融機関から理由の連絡はありません"
        } else {
            &payment.reason
        };
        facts.push((
            "振り込めなかった理由（金融機関の連絡）".to_owned(),
            reason.to_owned(),
        ));
    }
    MyAccountPage {
        frame: around(own).below(page_of(&row.receipt), shown_receipt(&row.receipt)),
        facts,
        action: address(&row.receipt),
        seen: row.version.to_string(),
        account: Questions { case, form, faults }.account(),
        back: back(&row.receipt),
    }
}

/// POST `/mypage/applications/{receipt}/account`: corrected once, however often it is sent.
pub(in crate::mypage) async fn correct(
    Path(receipt): Path<String>,
    posted: PostedOwn,
) -> Result<Response, Response> {
    let PostedOwn { own, fields } = posted;
    let case = find(&own, &receipt).await?.ok_or_else(|| missing(&own))?;
    let (values, faults) = typed(&fields);
    if !case.row.on_hold {
        return Err(moved(&own, &case, &values));
    }
    if !faults.is_empty() {
        return Ok(refused(&own, &case, &values, &faults));
    }
    let applicant = applicant(&own).await?;
    let seen = fields.get("seen").parse().unwrap_or_default();
    let (context, key) = (own.context(), (&*case.row.receipt, seen));
    let done =
        subsidies::correct_account(own.platform(), &context, &applicant, key, values.clone());
    match done.await {
        Ok(()) => Ok(corrected(&case)),
        Err(SubmitError::Faults(faults)) => Ok(refused(&own, &case, &values, &faults)),
        Err(SubmitError::Storage(error)) => Err(own.failed(&error)),
        Err(SubmitError::NotFound) => Err(missing(&own)),
        Err(_) => {
            let now = find(&own, &receipt).await?.ok_or_else(|| missing(&own))?;
            Err(moved(&own, &now, &values))
        }
    }
}

/// What was typed into each field, and which of it is too long to be kept.
fn typed(fields: &Fields) -> (Vec<(String, String)>, Vec<FieldFault>) {
    let value = |name: &&str| ((*name).to_owned(), fields.get(name).to_owned());
    let values: Vec<_> = FIELDS.iter().map(value).collect();
    let long = |it: &&(String, String)| it.1.chars().count() > SUBSIDY_FIELD_MOST;
    let fault = |it: &(String, String)| FieldFault {
        field: it.0.clone(),
        fault: SubsidyFault::TooLong(SUBSIDY_FIELD_MOST),
    };
    let faults = values.iter().filter(long).map(fault).collect();
    (values, faults)
}

fn corrected(case: &SubsidyCase) -> Response {
    see_other(&format!("{}?done=account", page_of(&case.row.receipt)))
}

/// It waits for no account any more: the same form sent twice, or somebody else was faster.
fn moved(own: &Own, case: &SubsidyCase, values: &[(String, String)]) -> Response {
    let last = case.steps.last().map(|it| it.step);
    // Somebody else's account stands: saying 「訂正しました」 to these values would be untrue.
    let stand = values
        .iter()
        .all(|(name, value)| case.form.get(name) == value);
    if !case.row.on_hold && stand && last == Some(SubsidyStep::CorrectAccount) {
        return corrected(case);
    }
    stale(own, back(&case.row.receipt))
}

/// The form again, filled in, with what is wrong beside its fields.
fn refused(
    own: &Own,
    case: &SubsidyCase,
    values: &[(String, String)],
    faults: &[FieldFault],
) -> Response {
    let mut form = case.form.clone();
    for (name, value) in values {
        debug_assert!(field_label(name).is_some(), "an application has the field");
        form.set(name, value);
    }
    let page = page(own, case, &form, faults);
    own.page(StatusCode::UNPROCESSABLE_ENTITY, &page)
}
