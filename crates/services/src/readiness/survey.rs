use std::sync::LazyLock;

/// One row of a survey: a class of municipalities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyRow {
    /// The class: 「全体」, 「中核市」.
    pub class: &'static str,
    /// Per cent of those with a planned time, by fiscal year of the survey's columns.
    pub shares: Vec<u8>,
    /// How many of the class named a time, where that is known.
    pub bodies: Option<usize>,
    /// Whether the figures were published; others are a sketch and are shown as such.
    pub published: bool,
}

/// The survey of February 2025 on when municipalities can share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// How many were asked.
    pub asked: usize,
    /// How many answered.
    pub answered: usize,
    /// How many of those named a time.
    pub planned: usize,
    /// The fiscal years of the columns; the first means up to and with that year, the last that year or later.
    pub years: Vec<i16>,
    /// By class, the whole last.
    pub rows: Vec<SurveyRow>,
}

/// The survey. Source: data/readiness-survey-2025-02.csv with the notices named there.
///
/// # Panics
///
/// When the embedded table is broken, which a test rules out.
pub fn survey() -> &'static Survey {
    static SURVEY: LazyLock<Survey> = LazyLock::new(|| {
        let text = include_str!("../../../../data/readiness-survey-2025-02.csv");
        read(text).expect("the embedded survey is whole")
    });
    &SURVEY
}

fn read(text: &'static str) -> Option<Survey> {
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let mut totals = lines.next()?.split(',').skip(1);
    let mut total = || totals.next()?.parse().ok();
    let (asked, answered, planned) = (total()?, total()?, total()?);
    let head = lines.next()?.split(',').skip(3);
    let years = head.map(|year| year.parse().ok()).collect::<Option<_>>()?;
    let rows = lines.map(|line| {
        let mut items = line.split(',');
        let (class, basis, bodies) = (items.next()?, items.next()?, items.next()?);
        Some(SurveyRow {
            class,
            published: basis == "published",
            bodies: bodies.parse().ok(),
            shares: items.map(|it| it.parse().ok()).collect::<Option<_>>()?,
        })
    });
    Some(Survey {
        asked,
        answered,
        planned,
        years,
        rows: rows.collect::<Option<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p3_the_survey_has_its_denominators_and_each_row_is_whole() {
        let survey = survey();
        assert_eq!(
            (survey.asked, survey.answered, survey.planned),
            (1741, 1733, 1599)
        );
        for row in &survey.rows {
            assert_eq!(row.shares.len(), survey.years.len(), "{}", row.class);
            assert_eq!(
                row.shares.iter().map(|it| u32::from(*it)).sum::<u32>(),
                100,
                "{}",
                row.class
            );
        }
        let whole = survey.rows.last().unwrap();
        assert!(whole.published && whole.class == "全体");
        // About 66 % by fiscal 2026, 97 % by fiscal 2027, 3 % later.
        let by = |years: usize| whole.shares[..years].iter().sum::<u8>();
        assert_eq!((by(1), by(2)), (66, 97));
    }
}
