//! 市町村の対応状況 (P09, P10).

mod charts;
pub(super) mod follow;
mod one;
pub(super) mod surveys;

pub(crate) use one::history_line;
pub(super) use one::show;

use super::{failed, home::figures, page, words};
use crate::PortalState;
use axum::{
    extract::{Query, State},
    response::Response,
};
use kiban_domain::{
    Kana, Municipality, MunicipalityStage, PlannedTime, PlatformFunction, ReadinessStep, Spread,
    normalize, prefectures,
};
use kiban_portal_ui::{
    FunctionTab, Link, MunicipalityLine, ReadinessPage, Section, SlipLine, charts::Tile,
};
use kiban_services::readiness::{Overview, Slip, Standing, survey};
use kiban_ui::paging::Asked;
use serde::Deserialize;

/// What the list is filtered and ordered by; what is not understood does not filter.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filter {
    function: String,
    q: String,
    pref: String,
    stage: String,
    sort: String,
    size: String,
    page: String,
}

const SORTS: [(&str, &str); 2] = [("stage", "進んでいる順"), ("sharing", "共有の開始が早い順")];

impl Filter {
    fn function(&self) -> PlatformFunction {
        self.function
            .parse()
            .unwrap_or(PlatformFunction::Certificates)
    }

    fn query(&self, without: &str) -> String {
        let pairs = [
            ("function", self.function.as_str()),
            ("q", self.q.trim()),
            ("pref", &self.pref),
            ("stage", &self.stage),
            ("sort", &self.sort),
        ];
        words::query(&pairs, without)
    }

    fn takes(&self, standing: &Standing, overview: &Overview) -> bool {
        let it = standing.municipality;
        let steps = standing.steps(self.function());
        let stage = self.stage.parse::<MunicipalityStage>();
        named(&self.q, it)
            && self
                .pref
                .parse::<u8>()
                .allows(|number| it.code.prefecture() == number)
            && stage.allows(|stage| steps.stage(overview.on) == stage)
    }
}

/// What is not understood does not filter.
trait OrAny<T> {
    fn allows(self, check: impl FnOnce(T) -> bool) -> bool;
}

impl<T, E> OrAny<T> for Result<T, E> {
    fn allows(self, check: impl FnOnce(T) -> bool) -> bool {
        self.map_or(true, check)
    }
}

/// Whether a municipality's name, reading or code holds what was typed, in any width, with or without its prefecture.
pub(super) fn named(typed: &str, it: &Municipality) -> bool {
    let typed = normalize(typed).replace(char::is_whitespace, "");
    if typed.is_empty() {
        return true;
    }
    let whole = format!("{}{}", it.prefecture, it.name);
    let reading = Kana::normalize(&typed).is_ok_and(|kana| it.kana.contains(&*kana));
    whole.contains(&typed) || reading || it.code.as_str().starts_with(&typed) && typed.len() >= 2
}

/// GET `/readiness`.
pub(super) async fn list(
    State(state): State<PortalState>,
    Query(filter): Query<Filter>,
) -> Response {
    let overview = match state.public.overview.current(&state.platform).await {
        Ok(overview) => overview,
        Err(error) => return failed(&state, &error),
    };
    let function = filter.function();
    let mut found: Vec<&Standing> = overview
        .all
        .iter()
        .filter(|it| filter.takes(it, &overview))
        .collect();
    match filter.sort.as_str() {
        "stage" => {
            found.sort_by_key(|it| std::cmp::Reverse(it.steps(function).stage(overview.on) as u8));
        }
        "sharing" => found.sort_by_key(|it| {
            let dates = it.steps(function).of(ReadinessStep::Sharing);
            let day = dates.actual.or(dates.planned.map(PlannedTime::last_day));
            (day.is_none(), day)
        }),
        _ => {}
    }
    let query = filter.query("");
    let address = |size: usize, page: usize| {
        let mark = if query.is_empty() { "?" } else { "&" };
        format!("/readiness{query}{mark}size={size}&page={page}#list")
    };
    let (range, pager) = Asked::of(&filter.size, &filter.page).pager(found.len(), address);
    let (answers, by_class) = charts::survey(survey());
    let surveys = match state.public.surveys.current(&state.platform).await {
        Ok(surveys) => surveys,
        Err(error) => return failed(&state, &error),
    };
    let rounds = !surveys.all.is_empty();
    let place = filter.pref.parse::<u8>().ok();
    let place = place.map_or_else(String::new, |it| format!("?place=p{it:02}"));
    page(&ReadinessPage {
        frame: state.portal_frame().of(Section::Readiness),
        functions: tabs(function),
        function: function.label().to_owned(),
        updated: overview
            .declared_at
            .map(|at| words::date(words::day_of(at))),
        figures: figures(&overview, function),
        tiles: tiles(&overview, function),
        years: charts::years(&overview, function),
        answers,
        survey: by_class,
        survey_note: charts::survey_note(survey()),
        slips: slips(&overview, function),
        follow: format!("/readiness/follow{place}"),
        surveys: rounds.then(|| Link::new("/readiness/surveys", "市町村への調査の一覧を見る")),
        query: filter.q.trim().to_owned(),
        prefecture: words::choices(
            "すべての都道府県",
            numbers()
                .iter()
                .zip(prefectures())
                .map(|(number, name)| (number.as_str(), *name)),
            &filter.pref,
        ),
        stage: words::choices(
            "すべての状況",
            MunicipalityStage::ALL
                .iter()
                .map(|it| (it.code(), it.label())),
            &filter.stage,
        ),
        function_word: function.code().to_owned(),
        conditions: conditions(&filter),
        sort: words::choices("コード順", SORTS, &filter.sort),
        lines: found[range]
            .iter()
            .map(|it| line(it, &overview, function))
            .collect(),
        pager,
    })
}

fn numbers() -> Vec<String> {
    (1..=prefectures().len())
        .map(|it| format!("{it:02}"))
        .collect()
}

fn tabs(current: PlatformFunction) -> Vec<FunctionTab> {
    let tab = |it: &PlatformFunction| FunctionTab {
        label: it.label().to_owned(),
        href: match it {
            PlatformFunction::Certificates => "/readiness".into(),
            other => format!("/readiness?function={}", other.code()),
        },
        current: *it == current,
    };
    PlatformFunction::ALL.iter().map(tab).collect()
}

fn conditions(filter: &Filter) -> Vec<Link> {
    let link = |name: &str, label: String| {
        Link::new(format!("/readiness{}#list", filter.query(name)), label)
    };
    let mut conditions = Vec::new();
    if !filter.q.trim().is_empty() {
        conditions.push(link("q", format!("「{}」", filter.q.trim())));
    }
    let number = filter.pref.parse::<usize>().ok();
    let prefecture = number.and_then(|it| prefectures().get(it.checked_sub(1)?));
    conditions.extend(prefecture.map(|it| link("pref", (*it).to_owned())));
    if let Ok(stage) = filter.stage.parse::<MunicipalityStage>() {
        conditions.push(link("stage", stage.label().to_owned()));
    }
    conditions
}

fn tiles(overview: &Overview, function: PlatformFunction) -> Vec<Tile> {
    let counts = overview.count_sharing(function);
    let tile = |(at, (sharing, all)): (usize, (usize, usize))| {
        let number = format!("{:02}", at + 1);
        Tile {
            name: short(prefectures()[at]),
            href: format!("/readiness?function={}&pref={number}#list", function.code()),
            share: u32::try_from(sharing * 100 / all.max(1)).unwrap_or(0),
            detail: format!("{all}団体中{sharing}団体"),
            number,
        }
    };
    counts.into_iter().enumerate().map(tile).collect()
}

/// 「京都」 of 「京都府」: one ending only.
fn short(prefecture: &str) -> String {
    let name = prefecture.strip_suffix(['都', '府', '県']);
    name.unwrap_or(prefecture).to_owned()
}

fn slips(overview: &Overview, function: PlatformFunction) -> Vec<SlipLine> {
    let dash = || "—".to_owned();
    let late = |spread: Option<Spread>, days: fn(Spread) -> i32| {
        spread.map_or_else(dash, |it| words::late(days(it)))
    };
    let line = |it: Slip| {
        if it.moved.is_none() && it.late_of_first.is_none() {
            return None;
        }
        let kept = |it: Spread| format!("{}（{}%）", it.kept, it.kept * 100 / it.count.max(1));
        Some(SlipLine {
            step: it.step.label().to_owned(),
            moved: it
                .moved
                .map_or_else(dash, |it| format!("{}／{}", it.count - it.kept, it.count)),
            steps: it.late_of_first.map_or(0, |it| it.count).to_string(),
            in_time: it.late_of_first.map_or_else(dash, kept),
            median: late(it.late_of_first, |it| it.median_days),
            eighty: late(it.late_of_first, |it| it.eighty_days),
            last: late(it.late_of_last, |it| it.median_days),
        })
    };
    overview
        .count_slips(function)
        .into_iter()
        .filter_map(line)
        .collect()
}

fn line(standing: &Standing, overview: &Overview, function: PlatformFunction) -> MunicipalityLine {
    let it = standing.municipality;
    let steps = standing.steps(function);
    MunicipalityLine {
        href: format!("/readiness/{}", it.code.as_str()),
        prefecture: it.prefecture.to_owned(),
        name: it.name.to_owned(),
        kana: it.kana.to_owned(),
        stage: words::stage(steps.stage(overview.on)),
        sharing: words::sharing(steps),
        measured: standing.traffic(function).map_or_else(
            || "—".to_owned(),
            |it| format!("{}に受信", words::date(it.last_on).wareki),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiban_domain::municipality;

    #[test]
    fn prefectures_lose_one_ending_on_the_map() {
        let names: Vec<_> = prefectures().iter().map(|it| short(it)).collect();
        for name in ["北海道", "東京", "京都", "大阪", "沖縄"] {
            assert!(names.iter().any(|it| it == name), "{name}");
        }
    }

    #[test]
    fn p3_a_municipality_is_found_by_name_reading_and_code_in_any_width() {
        let niigata = municipality(&"151009".parse().unwrap()).unwrap();
        for typed in [
            "",
            "新潟",
            "新潟県新潟市",
            "新潟県 新潟市",
            "にいがた",
            "ﾆｲｶﾞﾀ",
            "151009",
            "１５１０",
        ] {
            assert!(named(typed, niigata), "{typed}");
        }
        for typed in ["長岡", "1", "新潟市東区", "カシワザキ"] {
            assert!(!named(typed, niigata), "{typed}");
        }
    }
}
