//! A scheme as a data file: TOML, as in data/subsidies/.

use kiban_domain::{
    CareProgramme, Category, Date, InstitutionClass, KindInCategory, OpinionProgramme, Period,
    Rate, ReviewRules, Scheme, SchemeFault, SchemeParts, ServiceKind, Yen,
};
use serde::Deserialize;

/// The longest file, in bytes.
pub const SCHEME_FILE_BYTES: usize = 262_144;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    code: String,
    title: String,
    time_zone: String,
    source: String,
    applications: Applications,
    costs: Days,
    tax: TaxPart,
    review: Review,
    care: Care,
    opinion: Opinion,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Applications {
    first: String,
    last: String,
    planned: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Days {
    first: String,
    last: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TaxPart {
    percent: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Review {
    alone_yen: u64,
    care_budget_yen: Option<u64>,
    opinion_budget_yen: Option<u64>,
    warn_percent: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Care {
    count: String,
    rounding: String,
    categories: Vec<CategoryPart>,
    kinds: Vec<KindPart>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoryPart {
    code: String,
    label: String,
    readers: u32,
    limit_yen: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KindPart {
    kind: String,
    category: String,
    certainty: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Opinion {
    rounding: String,
    beds_on: Option<String>,
    classes: Vec<ClassPart>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassPart {
    code: String,
    label: String,
    beds_from: u32,
    beds_to: Option<u32>,
    rate: String,
    limit_yen: u64,
}

/// Reads a scheme.
///
/// # Errors
///
/// Everything that is wrong, with its place; what is no TOML of this form is told with its line.
pub fn read_scheme(text: &str) -> Result<Scheme, Vec<SchemeFault>> {
    if text.len() > SCHEME_FILE_BYTES {
        return Err(vec![fault("", "ファイルが大きすぎます")]);
    }
    let file: File = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(0, |span| {
            text[..span.start.min(text.len())].matches('\n').count() + 1
        });
        vec![SchemeFault {
            place: format!("{line}行目"),
            wrong: "項目の名前か値の形が正しくありません。data/subsidies/ の見本と比べてください",
        }]
    })?;
    let mut reader = Reader(Vec::new());
    if file.time_zone != "Asia/Tokyo" {
        reader.fault("time_zone", "「Asia/Tokyo」だけが使えます");
    }
    let applications = reader.period(
        "applications",
        &file.applications.first,
        &file.applications.last,
    );
    let costs = reader.period("costs", &file.costs.first, &file.costs.last);
    let care = reader.care(file.care);
    let opinion = reader.opinion(file.opinion);
    let (Some(applications), Some(costs), Some(care), Some(opinion), true) =
        (applications, costs, care, opinion, reader.0.is_empty())
    else {
        return Err(reader.0);
    };
    Scheme::new(SchemeParts {
        code: file.code,
        title: file.title,
        applications,
        planned: file.applications.planned,
        costs,
        tax_percent: file.tax.percent,
        care,
        opinion,
        review: ReviewRules {
            alone: Yen::new(file.review.alone_yen),
            care_budget: file.review.care_budget_yen.map(Yen::new),
            opinion_budget: file.review.opinion_budget_yen.map(Yen::new),
            warn_percent: file.review.warn_percent,
        },
        source: file.source,
    })
}

fn fault(place: &str, wrong: &'static str) -> SchemeFault {
    SchemeFault {
        place: place.to_owned(),
        wrong,
    }
}

struct Reader(Vec<SchemeFault>);

impl Reader {
    fn fault(&mut self, place: &str, wrong: &'static str) {
        self.0.push(fault(place, wrong));
    }

    fn value<T: std::str::FromStr>(&mut self, place: &str, text: &str) -> Option<T> {
        let value = text.parse().ok();
        if value.is_none() {
            self.fault(place, "使えない値です");
        }
        value
    }

    fn day(&mut self, place: &str, text: &str) -> Option<Date> {
        let day = text.parse().ok();
        if day.is_none() {
            self.fault(place, "日付は「2025-10-17」の形にしてください");
        }
        day
    }

    fn period(&mut self, place: &str, first: &str, last: &str) -> Option<Period> {
        let first = self.day(&format!("{place}.first"), first);
        let last = self.day(&format!("{place}.last"), last);
        Some(Period {
            first: first?,
            last: last?,
        })
    }

    fn care(&mut self, care: Care) -> Option<CareProgramme> {
        let count = self.value("care.count", &care.count);
        let rounding = self.value("care.rounding", &care.rounding);
        let categories = care.categories.into_iter().map(|it| Category {
            code: it.code,
            label: it.label,
            readers: it.readers,
            limit: Yen::new(it.limit_yen),
        });
        let mut kinds = Vec::with_capacity(care.kinds.len());
        for it in care.kinds {
            let place = format!("care.kinds {}", it.kind);
            let kind = self.value(&place, &it.kind);
            let known = |it: &ServiceKind| it.known().is_some();
            if kind.as_ref().is_some_and(|it| !known(it)) {
                self.fault(&place, "知られていないサービスの種類です");
            }
            let certainty = self.value(&place, &it.certainty);
            if let (Some(kind), Some(certainty)) = (kind, certainty) {
                kinds.push(KindInCategory {
                    kind,
                    category: it.category,
                    certainty,
                });
            }
        }
        Some(CareProgramme {
            categories: categories.collect(),
            kinds,
            count: count?,
            rounding: rounding?,
        })
    }

    fn opinion(&mut self, opinion: Opinion) -> Option<OpinionProgramme> {
        let rounding = self.value("opinion.rounding", &opinion.rounding);
        let beds_on = match opinion.beds_on {
            Some(day) => Some(self.day("opinion.beds_on", &day)?),
            None => None,
        };
        let mut classes = Vec::with_capacity(opinion.classes.len());
        for (at, it) in opinion.classes.into_iter().enumerate() {
            let rate = it.rate.split_once('/').and_then(|(above, below)| {
                let (above, below) = (above.trim().parse().ok()?, below.trim().parse().ok()?);
                Some(Rate { above, below })
            });
            let Some(rate) = rate else {
                let place = format!("opinion.class[{}].rate", at + 1);
                self.fault(&place, "補助率は「3/4」の形にしてください");
                continue;
            };
            classes.push(InstitutionClass {
                code: it.code,
                label: it.label,
                beds_from: it.beds_from,
                beds_to: it.beds_to,
                rate,
                limit: Yen::new(it.limit_yen),
            });
        }
        Some(OpinionProgramme {
            classes,
            rounding: rounding?,
            beds_on,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../../../data/subsidies/2025.toml");

    #[test]
    fn g1_the_shipped_scheme_is_read_and_knows_every_kind_that_has_offices() {
        let scheme = read_scheme(SHIPPED).unwrap();
        assert_eq!((scheme.code(), scheme.is_planned()), ("2025", true));
        let readers: Vec<_> = scheme
            .care()
            .categories
            .iter()
            .map(|it| it.readers)
            .collect();
        assert_eq!(readers, [3, 2, 1]);
        for kind in ["11", "15", "21", "33", "43", "51", "55", "73", "78", "A6"] {
            assert!(
                scheme.category_of(kind.parse().unwrap()).is_some(),
                "{kind}"
            );
        }
        for kind in ["42", "45", "59", "61"] {
            assert!(
                scheme.category_of(kind.parse().unwrap()).is_none(),
                "{kind}"
            );
        }
    }

    #[test]
    fn g1_each_mistake_of_a_scheme_file_is_named_with_its_place() {
        for (from, to, place) in [
            ("rate = \"3/4\"", "rate = \"0.75\"", "opinion.class[2].rate"),
            (
                "last = \"2026-03-13\"\nplanned",
                "last = \"2026-02-30\"\nplanned",
                "applications.last",
            ),
            ("\"Asia/Tokyo\"", "\"UTC\"", "time_zone"),
            ("once_per_category", "twice", "care.count"),
            (
                "certainty = \"low\"",
                "certainty = \"sure\"",
                "care.kinds 31",
            ),
            ("percent = 10", "percent = 101", "tax_percent"),
            ("percent = 10", "percents = 10", "22行目"),
            ("beds_to = 199", "beds_to = 200", "opinion.class[2]"),
        ] {
            let text = SHIPPED.replacen(from, to, 1);
            assert_ne!(text, SHIPPED, "{from}");
            let faults = read_scheme(&text).unwrap_err();
            assert_eq!(faults[0].place, place, "{faults:?}");
        }
    }
}
