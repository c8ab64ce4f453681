//! 対応状況の管理 (O12): who is late, declared beside measured, corrected with a reason, reminded.

use crate::{
    insurers::day,
    officer::{Officer, PostedBy},
    words::line_error,
};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_console_ui::{
    Asked, Chip, ChipColor, Choice, ChoiceField, FunctionLine, Link, MunicipalityLine, Notice,
    NoticeKind, OpsMunicipalityPage, OpsReadinessPage, TextField,
};
use kiban_domain::{
    Body, InsurerNumber, LocalGovernmentCode, Municipality, MunicipalityStage, PlannedTime,
    PlatformFunction, PortalRole, ReadinessStep, StepDates, StepFault, Wareki, municipality,
    normalize, prefectures, read_date,
};
use kiban_services::{
    portal_users::members,
    readiness::{
        self, Declaration, DeclareError, Overview, OverviewDesk, Seen, Standing,
        reminders::{self, RemindError, Reminder},
    },
};
use kiban_store::{Error, repo::readiness_reminders::ReminderRow};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::Arc};

/// Who corrects and reminds.
const MAY: [PortalRole; 1] = [PortalRole::Manager];
/// Longest reason, in characters.
const REASON: usize = 200;

type Sent = BTreeMap<InsurerNumber, ReminderRow>;

/// What the list is filtered by; what is not understood does not filter.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filter {
    q: String,
    pref: String,
    late: String,
    size: String,
    page: String,
}

/// What was done before.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Before {
    done: String,
}

async fn read(officer: &Officer) -> Result<(Arc<Overview>, Sent), Error> {
    let platform = officer.platform();
    // Read afresh: what was corrected a moment ago is to be seen.
    let overview = OverviewDesk::default().current(platform).await?;
    let sent = reminders::list(platform).await?;
    let sent = sent.into_iter().map(|row| (row.insurer_no, row)).collect();
    Ok((overview, sent))
}

/// A municipality's stage as a chip.
fn chip(stage: MunicipalityStage) -> Chip {
    let color = match stage {
        MunicipalityStage::Unknown => ChipColor::Gray,
        MunicipalityStage::Preparing => ChipColor::Yellow,
        MunicipalityStage::Sending | MunicipalityStage::Migrating => ChipColor::Blue,
        MunicipalityStage::Sharing => ChipColor::Green,
    };
    Chip::new(stage.label(), color)
}

fn full_name(it: &Municipality) -> String {
    format!("{}（{}）", it.name, it.prefecture)
}

fn choices<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>, chosen: &str) -> ChoiceField {
    let choice = |(value, label): (&str, &str)| Choice {
        chosen: value == chosen,
        ..Choice::new(value, label, "")
    };
    ChoiceField::of(pairs.into_iter().map(choice).collect())
}

/// GET `/ops/readiness`.
pub(crate) async fn list(officer: Officer, Query(filter): Query<Filter>) -> Response {
    if let Err(response) = officer.may(&MAY) {
        return response;
    }
    let (overview, sent) = match read(&officer).await {
        Ok(read) => read,
        Err(error) => return officer.failed(&error),
    };
    let typed = normalize(&filter.q);
    let prefecture = filter.pref.parse::<u8>().ok();
    let prefecture = prefecture.filter(|it| (1..=47).contains(it));
    let takes = |it: &&Standing| {
        let of = it.municipality;
        let named = full_name(of).contains(&*typed) || of.code.as_str().starts_with(&*typed);
        let late = match filter.late.as_str() {
            "late" => it.is_late(overview.on),
            "silent" => it.declared_at.is_none(),
            _ => true,
        };
        named && late && prefecture.is_none_or(|number| of.code.prefecture() == number)
    };
    let found: Vec<_> = overview.all.iter().filter(takes).collect();
    let address = |size: usize, page: usize| {
        let query = percent_encoding::utf8_percent_encode(
            filter.q.trim(),
            percent_encoding::NON_ALPHANUMERIC,
        );
        let pref = prefecture.map_or_else(String::new, |it| format!("{it:02}"));
        let late = late_word(&filter.late);
        format!("/ops/readiness?q={query}&pref={pref}&late={late}&size={size}&page={page}")
    };
    let (range, pager) = Asked::of(&filter.size, &filter.page).pager(found.len(), address);
    let numbers: Vec<_> = (1..=prefectures().len())
        .map(|it| format!("{it:02}"))
        .collect();
    let names = numbers.iter().zip(prefectures());
    let names = names.map(|(number, name)| (number.as_str(), *name));
    let page = OpsReadinessPage {
        frame: officer.frame("/ops/readiness"),
        query: filter.q.trim().to_owned(),
        prefecture: choices(
            [("", "すべての都道府県")].into_iter().chain(names),
            &filter.pref,
        ),
        late: choices(
            [
                ("", "すべて"),
                ("late", "予定を過ぎた段階がある"),
                ("silent", "登録がない"),
            ],
            &filter.late,
        ),
        summary: format!(
            "{}団体のうち、登録のない市町村は{}団体、予定を過ぎた段階がある市町村は{}団体です。",
            overview.all.len(),
            overview
                .all
                .iter()
                .filter(|it| it.declared_at.is_none())
                .count(),
            overview
                .all
                .iter()
                .filter(|it| it.is_late(overview.on))
                .count(),
        ),
        lines: found[range]
            .iter()
            .map(|it| line(&overview, it, sent.get(&it.insurer_no)))
            .collect(),
        pager,
    };
    officer.page(StatusCode::OK, &page)
}

fn late_word(typed: &str) -> &'static str {
    match typed {
        "late" => "late",
        "silent" => "silent",
        _ => "",
    }
}

fn line(overview: &Overview, it: &Standing, sent: Option<&ReminderRow>) -> MunicipalityLine {
    let certificates = PlatformFunction::Certificates;
    MunicipalityLine {
        href: format!("/ops/readiness/{}", it.municipality.code.as_str()),
        name: full_name(it.municipality),
        stage: chip(it.steps(certificates).stage(overview.on)),
        measured: it.traffic(certificates).map_or_else(
            || "—".to_owned(),
            |it| format!("{}件、最後 {}", it.files, it.last_on),
        ),
        updated: it.declared_at.map_or_else(|| "—".to_owned(), day),
        late: match (it.declared_at.is_none(), it.is_late(overview.on)) {
            (true, _) => "登録なし".to_owned(),
            (false, true) => "予定を過ぎた段階があります".to_owned(),
            (false, false) => "—".to_owned(),
        },
        reminded: sent.map_or_else(
            || "—".to_owned(),
            |row| format!("{}（{}）", day(row.sent_at), row.sent_by),
        ),
    }
}

/// GET `/ops/readiness/{code}`.
pub(crate) async fn show(
    officer: Officer,
    Path(code): Path<String>,
    Query(before): Query<Before>,
) -> Response {
    if let Err(response) = officer.may(&MAY) {
        return response;
    }
    let notice = match before.done.as_str() {
        "sent" => Some("お願いのメールを送りました"),
        "corrected" => Some("訂正しました"),
        _ => None,
    };
    let notice = notice.map(|title| Notice::new(NoticeKind::Success, title, ""));
    match page(&officer, &code, notice).await {
        Ok(page) => officer.page(StatusCode::OK, &page),
        Err(response) => response,
    }
}

fn nowhere(officer: &Officer) -> Response {
    officer.say(
        StatusCode::NOT_FOUND,
        "ページが見つかりません",
        "市町村のコードを確かめてください。",
    )
}

async fn page(
    officer: &Officer,
    code: &str,
    notice: Option<Notice>,
) -> Result<OpsMunicipalityPage, Response> {
    let code = code.parse::<LocalGovernmentCode>();
    let code = code.map_err(|_| nowhere(officer))?;
    let read = read(officer).await;
    let (overview, sent) = read.map_err(|error| officer.failed(&error))?;
    let standing = overview.find(&code).ok_or_else(|| nowhere(officer))?;
    let declared = readiness::find_declared(officer.platform(), &code).await;
    let declared = declared.map_err(|error| officer.failed(&error))?;
    let sent = sent.get(&standing.insurer_no);
    let it = standing.municipality;
    let first_function = PlatformFunction::Certificates.code();
    Ok(OpsMunicipalityPage {
        frame: officer
            .frame("/ops/readiness")
            .below("/ops/readiness", "対応状況の管理"),
        action: format!("/ops/readiness/{}", code.as_str()),
        notice,
        name: full_name(it),
        public: Link::new(format!("/readiness/{}", code.as_str()), "公開ページを見る"),
        facts: facts(standing, sent),
        functions: PlatformFunction::ALL
            .iter()
            .map(|function| function_line(&overview, standing, *function))
            .collect(),
        may_remind: reminders::may_send(sent, officer.platform().now()),
        function: choices(
            PlatformFunction::ALL
                .iter()
                .map(|it| (it.code(), it.label())),
            first_function,
        ),
        step: choices(
            ReadinessStep::ALL.iter().map(|it| (it.code(), it.label())),
            "",
        ),
        planned: TextField::default(),
        actual: TextField::default(),
        reason: TextField::default(),
        history: declared
            .history
            .iter()
            .map(|row| {
                let what = said(row.step, row.dates);
                let what = format!("{}　{what}", row.function.label());
                let what = if row.reason.is_empty() {
                    what
                } else {
                    format!("{what}（運営による訂正：{}）", row.reason)
                };
                (day(row.recorded_at), what, row.declared_by.clone())
            })
            .collect(),
    })
}

fn facts(standing: &Standing, sent: Option<&ReminderRow>) -> Vec<(String, String)> {
    let text = |term: &str, text: String| (term.to_owned(), text);
    vec![
        text("保険者番号", standing.insurer_no.as_str().to_owned()),
        text(
            "いまの表示（実際）",
            if standing.opened {
                "表示しています"
            } else {
                "まだ表示していません"
            }
            .to_owned(),
        ),
        text(
            "最後のお願い",
            sent.map_or_else(
                || "—".to_owned(),
                |row| format!("{}（{}）", day(row.sent_at), row.sent_by),
            ),
        ),
    ]
}

fn said(step: ReadinessStep, dates: StepDates) -> String {
    let planned = dates.planned.map(|it| format!("予定 {}", it.label()));
    let actual = dates.actual.map(|it| {
        let day = Wareki::try_from(it).map_or_else(|_| it.to_string(), Wareki::long);
        format!("実際 {day}")
    });
    let said: Vec<_> = planned.into_iter().chain(actual).collect();
    if said.is_empty() {
        format!("{}　取り消し", step.label())
    } else {
        format!("{}　{}", step.label(), said.join("、"))
    }
}

fn function_line(
    overview: &Overview,
    standing: &Standing,
    function: PlatformFunction,
) -> FunctionLine {
    let steps = standing.steps(function);
    let step = |step: &ReadinessStep| {
        let dates = steps.of(*step);
        (dates != StepDates::default()).then(|| said(*step, dates))
    };
    FunctionLine {
        label: function.label().to_owned(),
        stage: chip(steps.stage(overview.on)),
        steps: ReadinessStep::ALL.iter().filter_map(step).collect(),
        measured: standing.traffic(function).map_or_else(
            || "データはまだ届いていません".to_owned(),
            |it| format!("{}件（{}から{}まで）", it.files, it.first_on, it.last_on),
        ),
    }
}

/// POST `/ops/readiness/{code}`: a letter, or a correction with its reason.
pub(crate) async fn change(Path(code): Path<String>, posted: PostedBy) -> Response {
    let PostedBy { officer, fields } = posted;
    if let Err(response) = officer.may(&MAY) {
        return response;
    }
    let mut page = match page(&officer, &code, None).await {
        Ok(page) => page,
        Err(response) => return response,
    };
    let Some(it) = code.parse().ok().and_then(|code| municipality(&code)) else {
        return nowhere(&officer);
    };
    if !matches!(fields.get("go"), "remind" | "correct") {
        return officer.unknown_act();
    }
    let done = if fields.get("go") == "remind" {
        match remind(&officer, it).await {
            Ok(()) => "sent",
            Err(RemindError::Storage(error)) => return officer.failed(&error),
            Err(RemindError::Nobody) => {
                page.notice = Some(Notice::new(
                    NoticeKind::Warning,
                    "この保険者には、まだユーザIDが発行されていません",
                    "先にユーザIDを発行してください。",
                ));
                return officer.page(StatusCode::CONFLICT, &page);
            }
            Err(RemindError::ThisWeek) => {
                page.notice = Some(Notice::new(
                    NoticeKind::Warning,
                    "7日以内にお願いのメールを送っています",
                    "",
                ));
                return officer.page(StatusCode::CONFLICT, &page);
            }
        }
    } else {
        page.function = choices(
            PlatformFunction::ALL
                .iter()
                .map(|it| (it.code(), it.label())),
            fields.get("function"),
        );
        page.step = choices(
            ReadinessStep::ALL.iter().map(|it| (it.code(), it.label())),
            fields.get("step"),
        );
        page.planned = TextField::of(fields.get("planned"));
        page.actual = TextField::of(fields.get("actual"));
        page.reason = TextField::of(fields.get("reason"));
        let dates = examine(&mut page);
        let function = fields.get("function").parse::<PlatformFunction>();
        let step = fields.get("step").parse::<ReadinessStep>();
        if function.is_err() {
            page.function = page.function.clone().with_error("機能を選択してください");
        }
        if step.is_err() {
            page.step = page.step.clone().with_error("段階を選択してください");
        }
        let (Ok(function), Ok(step), true) = (function, step, page.errors().is_empty()) else {
            return officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page);
        };
        let reason = page.reason.value.clone();
        match correct(&officer, it, function, step, dates, reason).await {
            Ok(()) => "corrected",
            Err(DeclareError::Storage(error)) => return officer.failed(&error),
            Err(DeclareError::NoSuchMunicipality) => return nowhere(&officer),
            Err(DeclareError::Stale) => {
                page.notice = Some(Notice::new(
                    NoticeKind::Warning,
                    "ほかの人が先に更新しました",
                    "下の履歴を確かめて、もう一度訂正してください。",
                ));
                return officer.page(StatusCode::CONFLICT, &page);
            }
            Err(DeclareError::Faults(faults)) => {
                place(&mut page, &faults);
                return officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page);
            }
        }
    };
    let to = format!("/ops/readiness/{}?done={done}", it.code.as_str());
    Redirect::to(&to).into_response()
}

/// Puts what cannot be beside the field it is about. The other steps stand as the municipality declared them.
fn place(page: &mut OpsMunicipalityPage, faults: &[StepFault]) {
    let (mut planned, mut actual) = (Vec::new(), Vec::new());
    for fault in faults {
        let field = if fault.is_about_plan() {
            &mut planned
        } else {
            &mut actual
        };
        field.push(fault.message());
    }
    if !planned.is_empty() {
        page.planned = page.planned.clone().with_error(planned.join("、"));
    }
    if !actual.is_empty() {
        page.actual = page.actual.clone().with_error(actual.join("、"));
    }
}

fn examine(page: &mut OpsMunicipalityPage) -> StepDates {
    let mut dates = StepDates::default();
    if !page.planned.value.is_empty() {
        match PlannedTime::read(&page.planned.value) {
            Ok(planned) => dates.planned = Some(planned),
            Err(_) => {
                page.planned = page.planned.clone().with_error(
                    "予定は、年度・年月・日付のいずれかで入力してください（例：令和8年11月）",
                );
            }
        }
    }
    if !page.actual.value.is_empty() {
        match read_date(&page.actual.value) {
            Ok(day) => dates.actual = Some(day.date),
            Err(_) => {
                page.actual = page
                    .actual
                    .clone()
                    .with_error("実際の日は、実在する日付を入力してください（例：令和8年11月2日）");
            }
        }
    }
    if let Some(error) = line_error("訂正の理由", &page.reason.value, REASON, true) {
        page.reason = page.reason.clone().with_error(error);
    }
    dates
}

async fn correct(
    officer: &Officer,
    it: &Municipality,
    function: PlatformFunction,
    step: ReadinessStep,
    dates: StepDates,
    reason: String,
) -> Result<(), DeclareError> {
    let declared = readiness::find_declared(officer.platform(), &it.code).await?;
    let seen = declared.declared_at(function);
    let declaration = Declaration {
        municipality: it.code,
        function,
        steps: declared.steps(function).with(step, dates),
        seen: seen.map_or(Seen::Nothing, Seen::UpTo),
        reason,
    };
    readiness::declare(officer.platform(), &officer.context(), declaration).await?;
    Ok(())
}

async fn remind(officer: &Officer, it: &Municipality) -> Result<(), RemindError> {
    let (overview, _) = read(officer).await?;
    let Some(standing) = overview.find(&it.code) else {
        return Err(RemindError::Nobody);
    };
    let insurer_no = standing.insurer_no;
    let holders = members::list(officer.platform(), &Body::Insurer(insurer_no)).await?;
    let active = holders
        .into_iter()
        .filter(|(user, row)| user.active && row.holds);
    let reminder = Reminder {
        insurer_no,
        to: active
            .filter_map(|(user, _)| user.mail.parse().ok())
            .collect(),
        from: "介護情報基盤の運営".to_owned(),
        about: vec![it.name.to_owned()],
    };
    let origin = &officer.state.own_origin;
    reminders::send(officer.platform(), &officer.context(), reminder, origin).await
}
