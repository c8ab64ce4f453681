//! What the readiness page draws.

use super::super::home::grouped;
use kiban_domain::{FiscalYear, PlatformFunction};
use kiban_portal_ui::charts::{Bar, Series, StackedBars, Tone};
use kiban_services::readiness::{Overview, Survey, YearCounts};

/// The last fiscal year with a colour of its own: every municipality is to share by 1 April 2028. Source: mission, M-4.
const LAST_YEAR: i16 = 2028;

fn fiscal(year: i16) -> String {
    FiscalYear::beginning_in(year).map_or_else(|| format!("{year}年度"), |it| it.to_string())
}

fn series(label: String, tone: Tone) -> Series {
    Series { label, tone }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// By kind of municipality: when they share a function or are to.
pub(super) fn years(overview: &Overview, function: PlatformFunction) -> StackedBars {
    let counts = overview.count_years(function);
    let whole = counts
        .iter()
        .fold(YearCounts::default(), |mut sum, (_, one)| {
            for (year, count) in &one.years {
                *sum.years.entry(*year).or_default() += count;
            }
            sum.none += one.none;
            sum
        });
    let values = |counts: &YearCounts| {
        let between = |from: i16, to: i16| {
            let years = counts.years.iter();
            let count = years
                .filter(|(year, _)| (from..=to).contains(*year))
                .map(|(_, it)| it);
            self::count(count.sum())
        };
        vec![
            between(i16::MIN, 2026),
            between(2027, 2027),
            between(LAST_YEAR, i16::MAX),
            self::count(counts.none),
        ]
    };
    let bar = |label: &str, counts: &YearCounts| Bar {
        label: label.to_owned(),
        whole: grouped(counts.years.values().sum::<usize>() + counts.none),
        values: values(counts),
    };
    let mut bars: Vec<_> = counts
        .iter()
        .map(|(kind, it)| bar(kind.label(), it))
        .collect();
    bars.push(bar("全体", &whole));
    let named: usize = whole.years.values().sum();
    StackedBars {
        id: "years",
        title: "情報共有の開始の時期".into(),
        message: format!(
            "{}団体のうち{}団体が、始めたか、時期を登録しています。",
            grouped(named + whole.none),
            grouped(named)
        ),
        series: vec![
            series(format!("{}まで", fiscal(2026)), Tone::Darkest),
            series(fiscal(2027), Tone::Dark),
            series(format!("{}以降", fiscal(LAST_YEAR)), Tone::Hatched),
            series("登録なし".into(), Tone::Plain),
        ],
        bars,
        per_cent: false,
    }
}

/// The survey's two charts: who named a time, and when, by class.
pub(super) fn survey(survey: &Survey) -> (StackedBars, StackedBars) {
    let Survey {
        answered, planned, ..
    } = *survey;
    let answers = StackedBars {
        id: "answers",
        title: "予定の時期を答えた市町村".into(),
        message: format!(
            "回答した{}団体のうち{}団体が予定の時期を答えました。",
            grouped(answered),
            grouped(planned)
        ),
        series: vec![
            series("予定の時期あり".into(), Tone::Dark),
            series("未定".into(), Tone::Plain),
        ],
        bars: vec![Bar {
            label: "回答した市町村".into(),
            whole: grouped(answered),
            values: vec![count(planned), count(answered.saturating_sub(planned))],
        }],
        per_cent: false,
    };
    let tones = [Tone::Darkest, Tone::Dark, Tone::Hatched];
    let last = survey.years.len().saturating_sub(1);
    let label = |at: usize, year: i16| match at {
        0 => format!("{}まで", fiscal(year)),
        at if at == last => format!("{}以降", fiscal(year)),
        _ => fiscal(year),
    };
    let years = survey.years.iter().enumerate().zip(tones);
    let rows = survey.rows.iter();
    let by_class = StackedBars {
        id: "survey-years",
        title: "人口区分別の予定の時期".into(),
        message: "全体では、令和8年度までに約66％、令和9年度までに約97％の市町村が終える予定です。"
            .into(),
        series: years
            .map(|((at, year), tone)| series(label(at, *year), tone))
            .collect(),
        bars: rows
            .map(|row| Bar {
                label: if row.published {
                    row.class.to_owned()
                } else {
                    format!("{}（参考値）", row.class)
                },
                whole: row.bodies.map_or_else(String::new, grouped),
                values: row.shares.iter().map(|it| u32::from(*it)).collect(),
            })
            .collect(),
        per_cent: true,
    };
    (answers, by_class)
}

/// What to know of the survey's figures.
pub(super) fn survey_note(survey: &Survey) -> String {
    let sketch = survey.rows.iter().any(|row| !row.published);
    let sketch = if sketch {
        "「参考値」の内訳は、公表資料の図と照らし合わせる前の値です。"
    } else {
        ""
    };
    format!(
        "全国{}団体のうち、回答のあった{}団体から、予定の時期を答えた{}団体を分母とした割合です。{sketch}",
        grouped(survey.asked),
        grouped(survey.answered),
        grouped(survey.planned)
    )
}
