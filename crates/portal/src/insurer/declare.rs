//! The form of one function (I02): typed, looked at again, made public. Who saves after somebody else sees both values.

use super::{frame, nowhere, own, page_of, seen_of, seen_text};
use crate::{
    member::{PostedIn, SignedIn},
    public::words,
};
use axum::{
    extract::Path,
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_domain::{
    Municipality, PlannedTime, PlatformFunction, ReadinessStep, StepDates, StepFault, Steps,
    read_date,
};
use kiban_portal_ui::{DeclareConfirmPage, DeclarePage, StalePage, StepField, TextField};
use kiban_services::readiness::{self, Declaration, DeclareError};
use kiban_web_kit::Fields;

/// Names of a step's fields.
fn ids(step: ReadinessStep) -> (&'static str, &'static str) {
    match step {
        ReadinessStep::Standardised => ("planned_standardised", "actual_standardised"),
        ReadinessStep::Able => ("planned_able", "actual_able"),
        ReadinessStep::Sending => ("planned_sending", "actual_sending"),
        ReadinessStep::Migrating => ("planned_migrating", "actual_migrating"),
        ReadinessStep::Migrated => ("planned_migrated", "actual_migrated"),
        ReadinessStep::Sharing => ("planned_sharing", "actual_sharing"),
    }
}

/// What a form is about.
struct About {
    it: &'static Municipality,
    function: PlatformFunction,
}

impl About {
    async fn of(signed_in: &SignedIn, code: &str, function: &str) -> Result<Self, Response> {
        let it = own(signed_in, code).await?;
        let function = function.parse().map_err(|_| nowhere(signed_in))?;
        Ok(Self { it, function })
    }

    fn what(&self) -> String {
        format!("{}　{}", self.it.name, self.function.label())
    }

    fn action(&self) -> String {
        format!("{}/{}", page_of(self.it), self.function.code())
    }
}

/// GET `/insurer/readiness/{code}/{function}`.
pub(super) async fn form(
    signed_in: SignedIn,
    Path((code, function)): Path<(String, String)>,
) -> Response {
    let about = match About::of(&signed_in, &code, &function).await {
        Ok(about) => about,
        Err(response) => return response,
    };
    match readiness::find_declared(signed_in.platform(), &about.it.code).await {
        Ok(declared) => {
            let steps = declared.steps(about.function);
            let field = |step: ReadinessStep| {
                let dates = steps.of(step);
                let planned = dates.planned.map_or_else(String::new, PlannedTime::label);
                let actual = dates.actual.map(|day| words::date(day).wareki);
                (planned, actual.unwrap_or_default())
            };
            let seen = seen_text(declared.declared_at(about.function));
            let page = page(&signed_in, &about, seen, field);
            signed_in.page(StatusCode::OK, &page)
        }
        Err(error) => signed_in.failed(&error),
    }
}

fn page(
    signed_in: &SignedIn,
    about: &About,
    seen: String,
    field: impl Fn(ReadinessStep) -> (String, String),
) -> DeclarePage {
    let step = |step: &ReadinessStep| {
        let (planned_id, actual_id) = ids(*step);
        let (planned, actual) = field(*step);
        StepField {
            label: step.label().to_owned(),
            planned_id,
            planned: TextField::of(planned),
            actual_id,
            actual: TextField::of(actual),
        }
    };
    DeclarePage {
        frame: frame(signed_in).below(page_of(about.it), about.it.name),
        action: about.action(),
        seen,
        what: about.what(),
        steps: ReadinessStep::ALL.iter().map(step).collect(),
        back: page_of(about.it),
    }
}

/// POST `/insurer/readiness/{code}/{function}`: to be looked at again, mended, or saved.
pub(super) async fn submit(
    Path((code, function)): Path<(String, String)>,
    posted: PostedIn,
) -> Response {
    let PostedIn { signed_in, fields } = posted;
    let about = match About::of(&signed_in, &code, &function).await {
        Ok(about) => about,
        Err(response) => return response,
    };
    let typed = |step| {
        let (planned, actual) = ids(step);
        (
            fields.get(planned).to_owned(),
            fields.get(actual).to_owned(),
        )
    };
    let mut page = page(&signed_in, &about, fields.get("seen").to_owned(), typed);
    match fields.get("go") {
        "mend" => return signed_in.page(StatusCode::OK, &page),
        "check" | "save" => {}
        _ => return signed_in.unknown_act(),
    }
    let steps = read(&mut page);
    let faults = steps.faults(signed_in.platform().today());
    place(&mut page, &faults);
    if !page.errors().is_empty() {
        return signed_in.page(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    if fields.get("go") == "save" {
        save(&signed_in, &about, &fields, steps, page).await
    } else {
        check(&signed_in, &about, &fields, &steps).await
    }
}

/// Reads what was typed; what cannot be read stands beside its field.
fn read(page: &mut DeclarePage) -> Steps {
    let mut steps = Steps::default();
    for (field, step) in page.steps.iter_mut().zip(ReadinessStep::ALL) {
        let mut dates = StepDates::default();
        if !field.planned.value.is_empty() {
            match PlannedTime::read(&field.planned.value) {
                Ok(planned) => dates.planned = Some(planned),
                Err(_) => {
                    field.planned = field.planned.clone().with_error(format!(
                        "{}の予定は、年度・年月・日付のいずれかで入力してください（例：令和8年11月）",
                        field.label
                    ));
                }
            }
        }
        if !field.actual.value.is_empty() {
            match read_date(&field.actual.value) {
                Ok(day) => dates.actual = Some(day.date),
                Err(_) => {
                    field.actual = field.actual.clone().with_error(format!(
                        "{}の実際の日は、実在する日付を入力してください（例：令和8年11月2日）",
                        field.label
                    ));
                }
            }
        }
        steps = steps.with(*step, dates);
    }
    steps
}

/// Puts what cannot be beside the field it is about.
fn place(page: &mut DeclarePage, faults: &[StepFault]) {
    for fault in faults {
        let (step, in_plan) = match fault {
            StepFault::OutOfTime(step) => (step, None),
            StepFault::InTheFuture(step) | StepFault::BeforeEarlier { step, .. } => {
                (step, Some(false))
            }
            StepFault::PlannedBeforeEarlier { step, .. } => (step, Some(true)),
        };
        let Some(field) = page.steps.get_mut(*step as usize) else {
            continue;
        };
        // A year that cannot be meant may stand in either.
        let plan = in_plan.unwrap_or_else(|| {
            let read = PlannedTime::read(&field.planned.value);
            read.is_ok_and(|it| !(2015..=2045).contains(&it.last_day().year()))
        });
        let field = if plan {
            &mut field.planned
        } else {
            &mut field.actual
        };
        if field.error.is_none() {
            *field = field.clone().with_error(fault.message());
        }
    }
}

/// The items in which two declarations differ: item, one, other.
fn differences(one: &Steps, other: &Steps) -> Vec<(String, String, String)> {
    let none = || "登録なし".to_owned();
    let mut lines = Vec::new();
    for step in ReadinessStep::ALL {
        let (one, other) = (one.of(*step), other.of(*step));
        if one.planned != other.planned {
            let said = |it: StepDates| it.planned.map_or_else(none, PlannedTime::label);
            lines.push((format!("{}　予定", step.label()), said(one), said(other)));
        }
        if one.actual != other.actual {
            let said = |it: StepDates| it.actual.map_or_else(none, |day| words::date(day).wareki);
            lines.push((format!("{}　実際", step.label()), said(one), said(other)));
        }
    }
    lines
}

/// Names and values of the form, to go along.
fn along(fields: &Fields, seen: &str) -> Vec<(String, String)> {
    let mut along = vec![("seen".to_owned(), seen.to_owned())];
    for step in ReadinessStep::ALL {
        let (planned, actual) = ids(*step);
        for id in [planned, actual] {
            along.push((id.to_owned(), fields.get(id).to_owned()));
        }
    }
    along
}

async fn check(signed_in: &SignedIn, about: &About, fields: &Fields, steps: &Steps) -> Response {
    let declared = readiness::find_declared(signed_in.platform(), &about.it.code).await;
    let declared = match declared {
        Ok(declared) => declared,
        Err(error) => return signed_in.failed(&error),
    };
    let changes = differences(&declared.steps(about.function), steps);
    if changes.is_empty() {
        return Redirect::to(&page_of(about.it)).into_response();
    }
    let page = DeclareConfirmPage {
        frame: frame(signed_in).below(page_of(about.it), about.it.name),
        action: about.action(),
        what: about.what(),
        changes,
        fields: along(fields, fields.get("seen")),
        verb: "登録して公開する".to_owned(),
    };
    signed_in.page(StatusCode::OK, &page)
}

async fn save(
    signed_in: &SignedIn,
    about: &About,
    fields: &Fields,
    steps: Steps,
    mut page: DeclarePage,
) -> Response {
    let declaration = Declaration {
        municipality: about.it.code,
        function: about.function,
        steps: steps.clone(),
        seen: seen_of(fields.get("seen")),
        reason: String::new(),
    };
    let done = format!("{}?done=yes", page_of(about.it));
    match readiness::declare(signed_in.platform(), &signed_in.context(), declaration).await {
        Ok(_) => Redirect::to(&done).into_response(),
        Err(DeclareError::Stale) => {
            let declared = readiness::find_declared(signed_in.platform(), &about.it.code).await;
            let declared = match declared {
                Ok(declared) => declared,
                Err(error) => return signed_in.failed(&error),
            };
            let lines = differences(&declared.steps(about.function), &steps);
            if lines.is_empty() {
                // The same form sent twice: it stands as it was meant to.
                return Redirect::to(&done).into_response();
            }
            let seen = seen_text(declared.declared_at(about.function));
            let page = StalePage {
                frame: frame(signed_in).below(page_of(about.it), about.it.name),
                action: about.action(),
                what: about.what(),
                lines,
                fields: along(fields, &seen),
                back: page_of(about.it),
            };
            signed_in.page(StatusCode::CONFLICT, &page)
        }
        Err(DeclareError::Faults(faults)) => {
            place(&mut page, &faults);
            signed_in.page(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(DeclareError::NoSuchMunicipality) => nowhere(signed_in),
        Err(DeclareError::Storage(error)) => signed_in.failed(&error),
    }
}
