//! 対応状況の登録 (I02): one municipality with its functions, whom to ask, and its history.

use super::{frame, own, page_of};
use crate::{
    member::SignedIn,
    public::{readiness::history_line, words},
};
use axum::{
    extract::{Path, Query},
    response::Response,
};
use http::StatusCode;
use kiban_domain::{Municipality, PlannedTime, PlatformFunction, ReadinessStep, Steps};
use kiban_portal_ui::{InsurerReadinessPage, Notice, NoticeKind, OwnFunction};
use kiban_services::readiness::{self, Declared};
use serde::Deserialize;

/// What was done before.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Before {
    done: String,
}

/// GET `/insurer/readiness/{code}`.
pub(super) async fn show(
    signed_in: SignedIn,
    Path(code): Path<String>,
    Query(before): Query<Before>,
) -> Response {
    let it = match own(&signed_in, &code).await {
        Ok(it) => it,
        Err(response) => return response,
    };
    match readiness::find_declared(signed_in.platform(), &it.code).await {
        Ok(declared) => {
            let notice = (before.done == "yes").then(|| {
                Notice::new(
                    NoticeKind::Success,
                    "登録しました",
                    "公開ページに表示されています。",
                )
            });
            let page = shown(&signed_in, it, &declared, notice);
            signed_in.page(StatusCode::OK, &page)
        }
        Err(error) => signed_in.failed(&error),
    }
}

fn shown(
    signed_in: &SignedIn,
    it: &Municipality,
    declared: &Declared,
    notice: Option<Notice>,
) -> InsurerReadinessPage {
    let today = signed_in.platform().today();
    let function = |function: &PlatformFunction| {
        let steps = declared.steps(*function);
        OwnFunction {
            href: format!("{}/{}", page_of(it), function.code()),
            label: function.label().to_owned(),
            stage: words::stage(steps.stage(today)),
            next: next(&steps),
            updated: declared
                .declared_at(*function)
                .map(|at| words::date(words::day_of(at))),
        }
    };
    let contact = declared.contact.as_ref();
    let said = [
        ("担当の窓口", contact.map(|it| &it.counter)),
        ("電話番号", contact.map(|it| &it.phone)),
        ("市町村のページ", contact.map(|it| &it.address)),
        ("介護保険システムの事業者", contact.map(|it| &it.vendor)),
        ("市町村からの案内", contact.map(|it| &it.remark)),
    ];
    InsurerReadinessPage {
        frame: frame(signed_in),
        notice,
        name: it.name.to_owned(),
        functions: PlatformFunction::ALL.iter().map(function).collect(),
        contact: said
            .into_iter()
            .filter_map(|(term, text)| {
                let text = text.filter(|it| !it.is_empty())?;
                Some((term.to_owned(), text.clone()))
            })
            .collect(),
        contact_form: format!("{}/contact", page_of(it)),
        public: format!("/readiness/{}", it.code.as_str()),
        history: declared.history.iter().map(history_line).collect(),
    }
}

/// The first step that is not done, with its plan.
fn next(steps: &Steps) -> String {
    let mut open = ReadinessStep::ALL.iter().filter(|step| {
        let dates = steps.of(**step);
        dates.actual.is_none() && dates.planned.is_some()
    });
    open.next().map_or_else(String::new, |step| {
        let planned = steps.of(*step).planned;
        let planned = planned.map_or_else(String::new, PlannedTime::label);
        format!("{}　予定 {planned}", step.label())
    })
}
