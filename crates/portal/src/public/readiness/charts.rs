//! What the readiness page draws.

use super::super::home::grouped;
use kiban_domain::{ClassYears, FiscalYear, PlatformFunction, Question, SurveyCounts};
use kiban_portal_ui::charts::{Bar, Series, StackedBars, Tone};
use kiban_services::readiness::{Overview, Survey, YearCounts};

/// The last fiscal year with a colour of its own: every municipality is to share by 1 April 2028. Source: mission, M-4.
const LAST_YEAR: i16 = 2028;

pub(super) fn fiscal(year: i16) -> String {
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

/// The years of the survey's columns, for answers that count by year: up to and with the first, the one between, the last or later.
const COLUMNS: [i16; 3] = [2026, 2027, 2028];

/// The columns of the survey of February 2025.
pub(super) fn year_columns() -> Vec<String> {
    vec![
        format!("{}まで", fiscal(COLUMNS[0])),
        fiscal(COLUMNS[1]),
        format!("{}以降", fiscal(COLUMNS[2])),
    ]
}

fn by_column(counts: &ClassYears) -> Vec<u32> {
    let between = |from: i16, to: i16| {
        let years = counts.years.range(from..=to);
        count(years.map(|(_, it)| it).sum())
    };
    vec![
        between(i16::MIN, COLUMNS[0]),
        between(COLUMNS[1], COLUMNS[1]),
        between(COLUMNS[2], i16::MAX),
    ]
}

/// Per cent of those with a time, by the columns; dashes when nobody named one.
pub(super) fn year_shares(counts: &ClassYears) -> Vec<String> {
    let whole = count(counts.planned());
    let share = |it: u32| match whole {
        0 => "—".to_owned(),
        whole => format!("{:.0}%", f64::from(it) * 100.0 / f64::from(whole)),
    };
    by_column(counts).into_iter().map(share).collect()
}

/// The survey's two charts from live answers to a question: who named a time, and when, by class.
pub(super) fn live(question: &Question, counts: &SurveyCounts) -> (StackedBars, StackedBars) {
    let whole = &counts.whole;
    let (answered, planned) = (whole.answered(), whole.planned());
    let answers = StackedBars {
        id: "answers",
        title: format!("{}を答えた市町村", question.label),
        message: format!(
            "回答した{}団体のうち{}団体が予定の時期を答えました。",
            grouped(answered),
            grouped(planned)
        ),
        series: vec![
            series("予定の時期あり".into(), Tone::Dark),
            series("未定".into(), Tone::Plain),
            series("この設問の回答なし".into(), Tone::Hatched),
        ],
        bars: vec![Bar {
            label: "回答した市町村".into(),
            whole: grouped(answered),
            values: vec![count(planned), count(whole.undecided), count(whole.silent)],
        }],
        per_cent: false,
    };
    let bar = |label: &str, counts: &ClassYears| Bar {
        label: label.to_owned(),
        whole: grouped(counts.planned()),
        values: by_column(counts),
    };
    let mut bars: Vec<_> = counts
        .classes
        .iter()
        .map(|(class, it)| bar(class.label(), it))
        .collect();
    bars.push(bar("全体", whole));
    let first = year_shares(whole).swap_remove(0);
    let tones = [Tone::Darkest, Tone::Dark, Tone::Hatched];
    let classes = StackedBars {
        id: "survey-years",
        title: format!("人口区分別の{}", question.label),
        message: format!(
            "全体では、{}と答えた市町村が{first}です。",
            year_columns()[0]
        ),
        series: year_columns()
            .into_iter()
            .zip(tones)
            .map(|(label, tone)| series(label, tone))
            .collect(),
        bars,
        per_cent: false,
    };
    (answers, classes)
}

/// What the denominators of live answers are, and who is not in them.
pub(super) fn live_note(counts: &SurveyCounts) -> String {
    let told: usize = counts.classes.iter().map(|(_, it)| it.answered()).sum();
    let without = counts.whole.answered().saturating_sub(told);
    let without = match without {
        0 => String::new(),
        some => format!(
            "人口区分の回答がない{}団体は、全体にだけ含みます。",
            grouped(some)
        ),
    };
    format!(
        "全国{}団体のうち、回答のあった{}団体から、予定の時期を答えた{}団体を分母とした割合です。回答のない{}団体は含みません。人口区分は市町村の回答によります。{without}",
        grouped(counts.asked),
        grouped(counts.whole.answered()),
        grouped(counts.whole.planned()),
        grouped(counts.asked - counts.whole.answered()),
    )
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
