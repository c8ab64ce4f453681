//! 市町村の対応状況 (P09, P10).

use super::{home::sample_figures, sample_date, sample_frame};
use crate::{
    Chip, ChipColor, Choice, ChoiceField, DateText, Figure, Link, Pager, PortalFrame, Section,
    charts::{Bar, REGIONS, STEPS, Series, StackedBars, Tile, Tone},
};
use askama::Template;

/// A municipality in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MunicipalityLine {
    /// Its page.
    pub href: String,
    /// Its prefecture.
    pub prefecture: String,
    /// Its name.
    pub name: String,
    /// How it is read.
    pub kana: String,
    /// Its stage by its own word.
    pub stage: Chip,
    /// When it shares or is to share: 「令和9年2月（予定）」; a dash when nothing was said.
    pub sharing: String,
    /// What its traffic says: 「11月20日にデータを受信」; a dash when nothing came.
    pub measured: String,
}

/// 市町村の対応状況.
#[derive(Debug, Clone, Template)]
#[template(path = "readiness.html")]
pub struct ReadinessPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// The functions to choose from, as links; the one without an address is shown.
    pub functions: Vec<FunctionTab>,
    /// Name of the function shown.
    pub function: String,
    /// When anything was last declared.
    pub updated: Option<DateText>,
    /// How many are at which stage.
    pub figures: Vec<Figure>,
    /// The 47 prefectures.
    pub tiles: Vec<Tile>,
    /// By kind of municipality: when they share.
    pub years: StackedBars,
    /// The survey: who answered and named a time.
    pub answers: StackedBars,
    /// The survey: when, by class.
    pub survey: StackedBars,
    /// What to know of the survey's figures.
    pub survey_note: String,
    /// How plans held.
    pub slips: Vec<SlipLine>,
    /// Where a letter on each change is asked for.
    pub follow: String,
    /// The rounds of the questionnaire, where there were any.
    pub surveys: Option<Link>,
    /// What was searched for; comes back.
    pub query: String,
    /// Filter by prefecture.
    pub prefecture: ChoiceField,
    /// Filter by stage.
    pub stage: ChoiceField,
    /// The function, so that the filter keeps it.
    pub function_word: String,
    /// Conditions in force.
    pub conditions: Vec<Link>,
    /// Order of the list.
    pub sort: ChoiceField,
    /// One page of the list.
    pub lines: Vec<MunicipalityLine>,
    /// Where one stands in it.
    pub pager: Pager,
}

/// A function to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionTab {
    /// Its name.
    pub label: String,
    /// Its address.
    pub href: String,
    /// Whether it is the one shown.
    pub current: bool,
}

/// How plans of one step held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipLine {
    /// The step.
    pub step: String,
    /// How many plans are later now than first planned, of how many: 「12／120」.
    pub moved: String,
    /// How many were done and had a plan.
    pub steps: String,
    /// How many in time by their first plan, with their share.
    pub in_time: String,
    /// The middle, against the first plan: 「10日おくれ」.
    pub median: String,
    /// Four in five at most, against the first plan.
    pub eighty: String,
    /// The middle, against the plan that stood last.
    pub last: String,
}

/// A step of a municipality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepLine {
    /// The step.
    pub step: String,
    /// When it was planned first: 「令和8年6月」; a dash when nothing was said.
    pub first: String,
    /// When it is planned now; a dash when nothing was said.
    pub planned: String,
    /// When it was done.
    pub actual: Option<DateText>,
    /// How the first plan held: 「10日おくれ」; empty when it cannot be said.
    pub slip: String,
}

/// One function of a municipality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionPart {
    /// What an address names it by.
    pub id: String,
    /// The function.
    pub label: String,
    /// The stage by its own word.
    pub stage: Chip,
    /// Its steps; empty when nothing was declared.
    pub steps: Vec<StepLine>,
    /// What its traffic says.
    pub measured: String,
}

/// A declaration in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// When it was declared.
    pub date: DateText,
    /// Function and step.
    pub what: String,
    /// What was declared: 「予定 令和8年6月」.
    pub change: String,
}

/// 市町村別の対応状況.
#[derive(Debug, Clone, Template)]
#[template(path = "municipality.html")]
pub struct MunicipalityPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Its name.
    pub name: String,
    /// How it is read.
    pub kana: String,
    /// Its prefecture.
    pub prefecture: String,
    /// Code, insurer number, kind: term and text.
    pub facts: Vec<(String, String)>,
    /// Whether it has declared anything.
    pub declared: bool,
    /// When it last did.
    pub updated: Option<DateText>,
    /// Whether its data are shown now, measured: a sentence.
    pub opened: String,
    /// Its functions.
    pub functions: Vec<FunctionPart>,
    /// Whom to ask: term and text; empty when nothing was declared.
    pub contact: Vec<(String, String)>,
    /// The page of its own, where it named one.
    pub site: Option<Link>,
    /// The newest first.
    pub history: Vec<HistoryLine>,
    /// Dates for a calendar.
    pub calendar: String,
    /// Where a letter on each change is asked for.
    pub follow: String,
}

impl ReadinessPage {
    /// Regions with their tiles.
    fn regions(&self) -> Vec<(&'static str, &[Tile])> {
        let part = |(name, from, to): (&'static str, usize, usize)| {
            (name, self.tiles.get(from - 1..to).unwrap_or_default())
        };
        REGIONS.into_iter().map(part).collect()
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let chart = |id: &'static str, title: &str, per_cent| StackedBars {
            id,
            title: title.into(),
            message: "全体では令和8年度までに66％です。".into(),
            series: vec![
                Series {
                    label: "令和8年度まで".into(),
                    tone: Tone::Dark,
                },
                Series {
                    label: "令和10年度以降".into(),
                    tone: Tone::Hatched,
                },
            ],
            bars: vec![Bar {
                label: "全体".into(),
                whole: "1,599".into(),
                values: vec![66, 34],
            }],
            per_cent,
        };
        let tile = |number: u32| Tile {
            number: format!("{number:02}"),
            name: "新潟".into(),
            href: format!("/readiness?pref={number:02}"),
            share: number * 2,
            detail: "30団体中3団体".into(),
        };
        let choice = |label: &str| ChoiceField::of(vec![Choice::new("", label, "").chosen()]);
        let full = Self {
            frame: sample_frame().of(Section::Readiness),
            functions: vec![
                FunctionTab {
                    label: "証の情報".into(),
                    href: "/readiness".into(),
                    current: true,
                },
                FunctionTab {
                    label: "LIFE".into(),
                    href: "/readiness?function=life".into(),
                    current: false,
                },
            ],
            function: "証の情報".into(),
            updated: Some(sample_date(20)),
            figures: sample_figures(),
            tiles: (1..=47).map(tile).collect(),
            years: chart("years", "情報共有の開始の時期", false),
            answers: chart("answers", "調査の回答", false),
            survey: chart("survey", "調査の予定時期", true),
            survey_note: "回答のあった1,599団体を分母とした割合です。".into(),
            slips: vec![SlipLine {
                step: "連携機能の改修".into(),
                moved: "12／130".into(),
                steps: "120".into(),
                in_time: "90（75%）".into(),
                median: "予定どおり".into(),
                eighty: "31日おくれ".into(),
                last: "予定どおり".into(),
            }],
            follow: "/readiness/follow".into(),
            surveys: Some(Link::new("/readiness/surveys", "市町村への調査")),
            query: String::new(),
            prefecture: choice("すべての都道府県"),
            stage: choice("すべての状況"),
            function_word: "certificates".into(),
            conditions: Vec::new(),
            sort: choice("コード順"),
            lines: vec![MunicipalityLine {
                href: "/readiness/151009".into(),
                prefecture: "新潟県".into(),
                name: "新潟市".into(),
                kana: "ニイガタシ".into(),
                stage: Chip::new("準備中", ChipColor::Yellow),
                sharing: "令和9年2月（予定）".into(),
                measured: "—".into(),
            }],
            pager: Pager {
                summary: "全1件中 1〜1件".into(),
                previous: None,
                pages: Vec::new(),
                next: None,
                sizes: Vec::new(),
            },
        };
        let empty = Self {
            updated: None,
            lines: Vec::new(),
            slips: Vec::new(),
            conditions: vec![Link::new("/readiness", "宇宙")],
            query: "宇宙".into(),
            ..full.clone()
        };
        vec![("full", full), ("empty", empty)]
    }
}

impl MunicipalityPage {
    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let part = FunctionPart {
            id: "certificates".into(),
            label: "証の情報".into(),
            stage: Chip::new("準備中", ChipColor::Yellow),
            steps: vec![
                StepLine {
                    step: "介護保険システムの標準化".into(),
                    first: "令和7年度".into(),
                    planned: "令和7年度".into(),
                    actual: Some(sample_date(2)),
                    slip: "予定どおり".into(),
                },
                StepLine {
                    step: "連携機能の改修".into(),
                    first: "—".into(),
                    planned: "—".into(),
                    actual: None,
                    slip: String::new(),
                },
            ],
            measured: "データはまだ届いていません".into(),
        };
        let full = Self {
            frame: sample_frame()
                .of(Section::Readiness)
                .below("/readiness", "市町村の対応状況"),
            name: "新潟市".into(),
            kana: "ニイガタシ".into(),
            prefecture: "新潟県".into(),
            facts: vec![("全国地方公共団体コード".into(), "151009".into())],
            declared: true,
            updated: Some(sample_date(20)),
            opened: "この市町村の情報は、まだ表示されません。".into(),
            functions: vec![
                part.clone(),
                FunctionPart {
                    id: "life".into(),
                    label: "LIFE".into(),
                    stage: Chip::new("未定・調整中", ChipColor::Gray),
                    steps: Vec::new(),
                    ..part
                },
            ],
            contact: vec![("担当".into(), "介護保険課".into())],
            site: Some(Link::new("/readiness", "市のページ")),
            history: vec![HistoryLine {
                date: sample_date(20),
                what: "証の情報　連携機能の改修".into(),
                change: "予定 令和8年6月".into(),
            }],
            calendar: "/readiness/151009.ics".into(),
            follow: "/readiness/follow?place=151009".into(),
        };
        let silent = Self {
            declared: false,
            updated: None,
            functions: Vec::new(),
            contact: Vec::new(),
            site: None,
            history: Vec::new(),
            ..full.clone()
        };
        vec![("full", full), ("silent", silent)]
    }
}
