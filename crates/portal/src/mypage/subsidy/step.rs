//! One step: shown, saved, looked through.

use super::{
    STEPS, address, applicant, around, evidence,
    questions::{Questions, Step},
    steps, title, written,
};
use crate::{
    PortalState,
    mypage::{Done, missing, own::Own, see_other},
    public::subsidy::worked,
};
use axum::{
    extract::{Path, Query, Request, State},
    response::Response,
};
use http::StatusCode;
use kiban_domain::{FieldFault, FormFacts, SubsidyFault, SubsidyForm, field_label};
use kiban_portal_ui::{Link, Notice, NoticeKind, StalePage, SubsidyStepPage, WorkedOut};
use kiban_services::subsidies::{self, Claim, SaveError, SubsidyApplicant, SubsidyCase};
use kiban_web_kit::Fields;

/// GET `/apply/subsidy/{programme}/{receipt}/{step}`.
pub(in crate::mypage) async fn show(
    own: Own,
    Path((programme, receipt, step)): Path<(String, String, String)>,
    Query(done): Query<Done>,
) -> Result<Response, Response> {
    let case = written(&own, &programme, &receipt).await?;
    if step == "done" {
        return Err(missing(&own));
    }
    let step = Step::of(&step).ok_or_else(|| missing(&own))?;
    let mut page = page(&own, &case, step, &case.form, &[]);
    if done.done == "saved" {
        page.notices
            .push(Notice::new(NoticeKind::Success, "保存しました", ""));
    }
    Ok(own.page(StatusCode::OK, &page))
}

fn page(
    own: &Own,
    case: &SubsidyCase,
    step: Step,
    form: &SubsidyForm,
    faults: &[FieldFault],
) -> SubsidyStepPage {
    let now = Step::ALL.iter().position(|it| *it == step).unwrap_or(0) + 1;
    let back = match step {
        Step::Kinds => Link::new("/mypage/applications", "申請の状況へ戻る"),
        Step::Costs => Link::new(address(case, "kinds"), "前の画面へ戻る"),
        Step::Account => Link::new(address(case, "costs"), "前の画面へ戻る"),
    };
    debug_assert!(now < STEPS.len(), "a step that asks is not the last");
    SubsidyStepPage {
        frame: around(own),
        title: title(case.row.programme).to_owned(),
        steps: steps(),
        now,
        notices: Vec::new(),
        action: address(case, step.word()),
        seen: case.row.version.to_string(),
        groups: Questions { case, form, faults }.of(step),
        costs: step == Step::Costs,
        estimate: estimate(case, form).filter(|_| step == Step::Costs),
        back,
    }
}

/// What the form comes to as far as it can be read.
pub(super) fn estimate(case: &SubsidyCase, form: &SubsidyForm) -> Option<WorkedOut> {
    let programme = case.row.programme;
    let (numbers, claim) = subsidies::estimate(&case.scheme, programme, form)?;
    let costs = form.costs_so_far(programme).into_iter();
    let costs: Vec<_> = costs.map(|it| it.1).collect();
    let typed = (&*numbers, &*costs);
    (!numbers.is_empty()).then(|| match &claim {
        Claim::Care(it) => worked::care(&case.scheme, typed, it),
        Claim::Opinion(it) => worked::opinion(&case.scheme, typed, it),
    })
}

/// What is wrong with the form as it stands, with its files.
pub(super) fn faults(own: &Own, case: &SubsidyCase) -> Vec<FieldFault> {
    let files = case.files.iter().filter(|it| it.removed_at.is_none());
    let facts = FormFacts {
        scheme: &case.scheme,
        programme: case.row.programme,
        today: own.platform().today(),
        with_files: Some(files.filter_map(|it| u32::try_from(it.line).ok()).collect()),
    };
    case.form.read(&facts).err().unwrap_or_default()
}

/// What a step's form says, by the names of the application's fields: what was not chosen is empty.
fn values(step: Step, case: &SubsidyCase, fields: &Fields) -> Vec<(String, String)> {
    let mut values = Vec::new();
    if step == Step::Kinds && case.row.programme == kiban_domain::Programme::Care {
        let kinds: Vec<_> = fields.all("kinds").collect();
        return vec![("kinds".to_owned(), kinds.join(" "))];
    }
    if step == Step::Account {
        for it in kiban_domain::Declaration::ALL {
            let name = format!("declare.{}", it.code());
            values.push((name.clone(), fields.get(&name).to_owned()));
        }
    }
    for (name, value) in fields.fields() {
        let known = field_label(name).is_some() && !name.starts_with("declare.");
        if known && step.asks(name) {
            values.push((name.clone(), value.clone()));
        }
    }
    values
}

/// POST `/apply/subsidy/{programme}/{receipt}/{step}`: saved; then looked through, or more is asked.
pub(in crate::mypage) async fn save(
    State(state): State<PortalState>,
    Path((programme, receipt, step)): Path<(String, String, String)>,
    request: Request,
) -> Result<Response, Response> {
    let evidence::Sent { own, fields, files } = evidence::sent(&state, request).await?;
    let step = Step::of(&step).ok_or_else(|| missing(&own))?;
    let case = written(&own, &programme, &receipt).await?;
    let applicant = applicant(&own).await?;
    let values = values(step, &case, &fields);
    let seen = fields.get("seen").parse().unwrap_or_default();
    let key = (&*case.row.receipt, seen);
    let saved = subsidies::save(own.platform(), &applicant, key, values.clone()).await;
    let version = match saved {
        Ok(version) => version,
        Err(SaveError::Stale) => return Ok(stale(&own, &case, step, &values)),
        Err(error) => return Ok(refused(&own, &case, step, &values, &error)),
    };
    let mut refused_files = Vec::new();
    for (line, upload) in files {
        let name = upload.name().to_owned();
        let kept = upload.keep(own.platform(), &applicant, &receipt, line);
        if let Err(error) = kept.await {
            refused_files.push(error.sentence(&name));
        }
    }
    for file_id in fields.all("drop").filter_map(|it| it.parse().ok()) {
        let dropped = subsidies::remove_file(own.platform(), &applicant, &receipt, file_id);
        dropped
            .await
            .map_err(|error| moved(&own, &receipt, &error))?;
    }
    let go = fields.get("go");
    if go == "add" || go.starts_with("drop.") {
        lines(&own, &applicant, (&receipt, version), go).await?;
    }
    let case = written(&own, &programme, &receipt).await?;
    let mut faults = faults(&own, &case);
    faults.retain(|it| go == "next" && step.asks(&it.field));
    if faults.is_empty() && refused_files.is_empty() {
        return Ok(see_other(&match (go, step) {
            ("next", Step::Kinds) => address(&case, "costs"),
            ("next", Step::Costs) => address(&case, "account"),
            ("next", Step::Account) => address(&case, "confirm"),
            _ => format!("{}?done=saved", address(&case, step.word())),
        }));
    }
    let mut page = page(&own, &case, step, &case.form, &faults);
    let notices = refused_files.iter();
    page.notices = notices
        .map(|it| Notice::new(NoticeKind::Error, it.clone(), ""))
        .collect();
    Ok(own.page(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// Adds a cost, or takes one out.
async fn lines(
    own: &Own,
    applicant: &SubsidyApplicant,
    (receipt, version): (&str, i64),
    go: &str,
) -> Result<(), Response> {
    let moved = |error| moved(own, receipt, &error);
    if let Some(number) = go.strip_prefix("drop.").and_then(|it| it.parse().ok()) {
        let key = (receipt, version);
        let done = subsidies::remove_line(own.platform(), applicant, key, number).await;
        return done.map(drop).map_err(moved);
    }
    let found = subsidies::read_own(own.platform(), applicant, receipt).await;
    let found = found.map_err(|error| own.failed(&error))?;
    let form = found.map(|it| it.form).unwrap_or_default();
    // The first one stands on the page before anything is kept of it.
    let first = form.line_numbers().is_empty();
    let next = if first { Some(2) } else { form.next_line() };
    let Some(next) = next else { return Ok(()) };
    let numbers = if first { vec![1, next] } else { vec![next] };
    let numbers = numbers.into_iter();
    let values = numbers.map(|it| (format!("line.{it}.tax"), "included".to_owned()));
    let values = values.collect();
    let done = subsidies::save(own.platform(), applicant, (receipt, version), values).await;
    done.map(drop).map_err(moved)
}

fn moved(own: &Own, receipt: &str, error: &SaveError) -> Response {
    match error {
        SaveError::NotFound => missing(own),
        SaveError::Storage(error) => own.failed(error),
        SaveError::Stage | SaveError::Stale | SaveError::Field(_) | SaveError::Lines => {
            crate::mypage::stale(own, super::back(receipt))
        }
    }
}

/// The form again with a value that is too long for a field.
fn refused(
    own: &Own,
    case: &SubsidyCase,
    step: Step,
    values: &[(String, String)],
    error: &SaveError,
) -> Response {
    let fault = match error {
        SaveError::Field(field) => FieldFault {
            field: field.clone(),
            fault: SubsidyFault::TooLong(kiban_domain::SUBSIDY_FIELD_MOST),
        },
        SaveError::Lines => FieldFault {
            field: "line.1.kind".to_owned(),
            fault: SubsidyFault::TooManyLines,
        },
        other => return moved(own, &case.row.receipt, other),
    };
    let mut form = case.form.clone();
    for (name, value) in values {
        form.set(name, value);
    }
    let page = page(own, case, step, &form, &[fault]);
    own.page(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// Somebody of the office saved in between: both values, and the way on with one's own.
fn stale(own: &Own, case: &SubsidyCase, step: Step, values: &[(String, String)]) -> Response {
    let differs = values
        .iter()
        .filter(|(name, value)| case.form.get(name) != value.trim());
    let lines = differs.map(|(name, value)| {
        let label = field_label(name).unwrap_or_default();
        (label, case.form.get(name).to_owned(), value.clone())
    });
    let mut fields = vec![("seen".to_owned(), case.row.version.to_string())];
    let kinds = values.iter().filter(|it| it.0 == "kinds");
    let kinds = kinds.flat_map(|it| it.1.split_whitespace());
    fields.extend(kinds.map(|it| ("kinds".to_owned(), it.to_owned())));
    fields.extend(values.iter().filter(|it| it.0 != "kinds").cloned());
    let page = StalePage {
        frame: around(own),
        action: address(case, step.word()),
        what: title(case.row.programme).to_owned(),
        lines: lines.collect(),
        fields,
        back: address(case, step.word()),
    };
    own.page(StatusCode::CONFLICT, &page)
}
