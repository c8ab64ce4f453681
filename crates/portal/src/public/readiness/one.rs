//! One municipality (P10).

use super::super::{failed, missing, page, words};
use crate::PortalState;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kiban_domain::{LocalGovernmentCode, PlannedTime, PlatformFunction, ReadinessStep};
use kiban_portal_ui::{FunctionPart, HistoryLine, Link, MunicipalityPage, Section, StepLine};
use kiban_services::readiness::{self, Overview, Standing};
use kiban_store::repo::readiness::StepRow;

/// GET `/readiness/{code}`; `{code}.ics` is its calendar.
pub(in super::super) async fn show(
    State(state): State<PortalState>,
    Path(code): Path<String>,
) -> Response {
    let overview = match state.public.overview.current(&state.platform).await {
        Ok(overview) => overview,
        Err(error) => return failed(&state, &error),
    };
    let (code, calendar) = match code.strip_suffix(".ics") {
        Some(code) => (code, true),
        None => (code.as_str(), false),
    };
    let code = code.parse::<LocalGovernmentCode>();
    let Some(standing) = code.ok().and_then(|code| overview.find(&code)) else {
        return missing(state.portal_frame());
    };
    if calendar {
        return super::super::feed::calendar_of(&state, &[standing]);
    }
    let history = readiness::list_history(&state.platform, &standing.municipality.code).await;
    match history {
        Ok(history) => page(&shown(&state, &overview, standing, &history)),
        Err(error) => failed(&state, &error),
    }
}

fn shown(
    state: &PortalState,
    overview: &Overview,
    standing: &Standing,
    history: &[StepRow],
) -> MunicipalityPage {
    let it = standing.municipality;
    let contact = standing.contact.as_ref();
    let mut facts = vec![
        (
            "全国地方公共団体コード".to_owned(),
            it.code.as_str().to_owned(),
        ),
        (
            "保険者番号".to_owned(),
            standing.insurer_no.as_str().to_owned(),
        ),
        ("種類".to_owned(), it.kind.label().to_owned()),
    ];
    if standing.by_union {
        facts.push((
            "保険者".to_owned(),
            "広域連合など、複数の市町村でつくる保険者".to_owned(),
        ));
    }
    let said = [
        ("担当", contact.map(|it| &it.counter)),
        ("電話", contact.map(|it| &it.phone)),
        ("介護保険システム", contact.map(|it| &it.vendor)),
        ("市町村からの案内", contact.map(|it| &it.remark)),
    ];
    let said = said.into_iter().filter_map(|(term, text)| {
        let text = text.filter(|it| !it.is_empty())?;
        Some((term.to_owned(), text.clone()))
    });
    let site = contact.map(|it| it.address.as_str());
    let site = site.filter(|it| it.starts_with("https://") || it.starts_with("http://"));
    MunicipalityPage {
        frame: state
            .portal_frame()
            .of(Section::Readiness)
            .below("/readiness", "市町村の対応状況"),
        name: it.name.to_owned(),
        kana: it.kana.to_owned(),
        prefecture: it.prefecture.to_owned(),
        facts,
        declared: standing.declared_at.is_some(),
        updated: standing
            .declared_at
            .map(|at| words::date(words::day_of(at))),
        opened: if standing.opened {
            "この市町村の情報は、権限のある事業所と医療機関に表示されています。".into()
        } else {
            "この市町村の情報は、まだ表示されません。".into()
        },
        functions: PlatformFunction::ALL
            .iter()
            .map(|function| part(overview, standing, *function))
            .collect(),
        contact: said.collect(),
        site: site.map(|it| Link::new(it, format!("{}のページ", standing.municipality.name))),
        history: history.iter().map(history_line).collect(),
        calendar: format!("/readiness/{}.ics", it.code.as_str()),
        follow: format!("/readiness/follow?place={}", it.code.as_str()),
    }
}

fn part(overview: &Overview, standing: &Standing, function: PlatformFunction) -> FunctionPart {
    let steps = standing.steps(function);
    let line = |step: &ReadinessStep| {
        let dates = steps.of(*step);
        let kept = standing.kept(function, *step);
        StepLine {
            step: step.label().to_owned(),
            first: kept
                .first
                .map_or_else(|| "—".to_owned(), PlannedTime::label),
            planned: dates
                .planned
                .map_or_else(|| "—".to_owned(), PlannedTime::label),
            actual: dates.actual.map(words::date),
            slip: words::slip(kept),
        }
    };
    FunctionPart {
        id: format!("function-{}", function.code().replace('_', "-")),
        label: function.label().to_owned(),
        stage: words::stage(steps.stage(overview.on)),
        steps: if steps.is_empty() {
            Vec::new()
        } else {
            ReadinessStep::ALL.iter().map(line).collect()
        },
        measured: standing.traffic(function).map_or_else(
            || "データはまだ届いていません".to_owned(),
            |it| {
                format!(
                    "{}から{}までに{}件のファイルを受信しました",
                    words::date(it.first_on).wareki,
                    words::date(it.last_on).wareki,
                    it.files
                )
            },
        ),
    }
}

/// A declaration in the history.
pub(crate) fn history_line(row: &StepRow) -> HistoryLine {
    let mut change = Vec::new();
    change.extend(row.dates.planned.map(|it| format!("予定 {}", it.label())));
    change.extend(
        row.dates
            .actual
            .map(|it| format!("実際 {}", words::date(it).wareki)),
    );
    HistoryLine {
        date: words::date(words::day_of(row.recorded_at)),
        what: format!("{}　{}", row.function.label(), row.step.label()),
        change: {
            let said = if change.is_empty() {
                "取り消し".to_owned()
            } else {
                change.join("、")
            };
            if row.reason.is_empty() {
                said
            } else {
                format!("{said}（運営による訂正：{}）", row.reason)
            }
        },
    }
}
