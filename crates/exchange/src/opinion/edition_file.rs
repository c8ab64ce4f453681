//! An edition of the form as a data file: TOML, as in data/opinion-forms/.

use std::sync::OnceLock;

use kiban_domain::{
    Date,
    opinion::{
        Dependence, Edition, EditionFault, EditionParts, Editions, ForNew, FormItem, ItemId, Level,
        Offered, Section, Tenths,
    },
};
use serde::Deserialize;

/// The longest file, in bytes.
pub const EDITION_FILE_BYTES: usize = 262_144;

/// The editions that are shipped; an edition stands behind the one whose items it names.
const SHIPPED: [&str; 3] = [
    include_str!("../../../../data/opinion-forms/2018.toml"),
    include_str!("../../../../data/opinion-forms/2021.toml"),
    include_str!("../../../../data/opinion-forms/2026.toml"),
];

/// The editions that are shipped.
///
/// # Panics
///
/// Never: a test reads them.
pub fn editions() -> &'static Editions {
    static EDITIONS: OnceLock<Editions> = OnceLock::new();
    EDITIONS.get_or_init(|| {
        let mut read: Vec<Edition> = Vec::new();
        for text in SHIPPED {
            let edition = read_edition(text, &read).expect("a test reads the shipped editions");
            read.push(edition);
        }
        Editions::new(read).expect("a test reads the shipped editions")
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    code: String,
    title: String,
    source: String,
    certainty: String,
    new: New,
    items_of: Option<String>,
    #[serde(default)]
    sections: Vec<SectionPart>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    first: String,
    last: Option<String>,
    certainty: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionPart {
    code: String,
    title: String,
    items: Vec<ItemPart>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemPart {
    id: String,
    heading: Option<String>,
    label: String,
    name: Option<String>,
    kind: String,
    #[serde(default)]
    choices: Vec<(u8, String)>,
    length: Option<usize>,
    lines: Option<usize>,
    #[serde(default)]
    required: bool,
    with: Option<With>,
    exclusive: Option<u8>,
    #[serde(default)]
    excludes: Vec<String>,
    range: Option<(String, String)>,
    column: Option<u16>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct With {
    item: String,
    #[serde(default)]
    choices: Vec<u8>,
    empty: Option<String>,
}

/// Reads an edition; `known` are those whose items it may name instead of its own.
///
/// # Errors
///
/// Everything that is wrong, with its place; what is no TOML of this form is told with its line.
pub fn read_edition(text: &str, known: &[Edition]) -> Result<Edition, Vec<EditionFault>> {
    if text.len() > EDITION_FILE_BYTES {
        return Err(vec![fault("", "ファイルが大きすぎます")]);
    }
    let file: File = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(0, |span| {
            text[..span.start.min(text.len())].matches('\n').count() + 1
        });
        vec![fault(
            &format!("{line}行目"),
            "項目の名前か値の形が正しくありません。data/opinion-forms/ の見本と比べてください",
        )]
    })?;
    let mut reader = Reader(Vec::new());
    let code = reader.value("code", &file.code);
    let evidence = reader.value("certainty", &file.certainty);
    let for_new = reader.for_new(&file.new);
    let (sections, items) = match &file.items_of {
        None => reader.sections(file.sections),
        Some(_) if !file.sections.is_empty() => {
            reader.fault("items_of", "「sections」と同時には書けません");
            return Err(reader.0);
        }
        Some(other) => match known.iter().find(|it| it.code().to_string() == *other) {
            Some(it) => (it.sections().to_vec(), it.items().to_vec()),
            None => {
                reader.fault("items_of", "この版はありません");
                return Err(reader.0);
            }
        },
    };
    if items.is_empty() {
        reader.fault("sections", "項目がありません");
    }
    match (code, evidence, for_new) {
        (Some(code), Some(evidence), Some(for_new)) if reader.0.is_empty() => {
            Edition::new(EditionParts {
                code,
                title: file.title,
                source: file.source,
                evidence,
                for_new,
                sections,
                items,
            })
        }
        _ => Err(reader.0),
    }
}

fn fault(place: &str, wrong: &'static str) -> EditionFault {
    EditionFault {
        place: place.to_owned(),
        wrong,
    }
}

struct Reader(Vec<EditionFault>);

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
            self.fault(place, "日付は「2026-04-01」の形にしてください");
        }
        day
    }

    fn for_new(&mut self, new: &New) -> Option<ForNew> {
        let first = self.day("new.first", &new.first);
        let last = match &new.last {
            Some(day) => self.day("new.last", day).map(Some),
            None => Some(None),
        };
        let evidence = self.value("new.certainty", &new.certainty);
        Some(ForNew {
            first: first?,
            last: last?,
            evidence: evidence?,
        })
    }

    fn sections(&mut self, parts: Vec<SectionPart>) -> (Vec<Section>, Vec<FormItem>) {
        let mut sections = Vec::with_capacity(parts.len());
        let mut items = Vec::new();
        for (at, part) in parts.into_iter().enumerate() {
            sections.push(Section {
                code: part.code,
                title: part.title,
            });
            for it in part.items {
                items.extend(self.item(at, it));
            }
        }
        (sections, items)
    }

    fn item(&mut self, section: usize, part: ItemPart) -> Option<FormItem> {
        let place = |field: &str| format!("items.{}.{field}", part.id);
        let id = self.value(&place("id"), &part.id);
        let kind = self.value(&place("kind"), &part.kind);
        let with = match part.with {
            Some(with) => Some(self.with(&place("with"), with)?),
            None => None,
        };
        let excludes = part.excludes.iter();
        let excludes: Vec<Option<ItemId>> = excludes
            .map(|it| self.value(&place("excludes"), it))
            .collect();
        let range = match &part.range {
            Some((from, to)) => {
                let from: Option<Tenths> = self.value(&place("range"), from);
                Some((from?, self.value(&place("range"), to)?))
            }
            None => None,
        };
        let choices = part.choices.into_iter();
        Some(FormItem {
            id: id?,
            section,
            heading: part.heading,
            label: part.label,
            name: part.name,
            kind: kind?,
            choices: choices
                .map(|(code, label)| Offered { code, label })
                .collect(),
            length: part.length,
            lines: part.lines,
            required: part.required,
            with,
            exclusive: part.exclusive,
            excludes: excludes.into_iter().collect::<Option<_>>()?,
            range,
            column: part.column,
        })
    }

    fn with(&mut self, place: &str, with: With) -> Option<Dependence> {
        let item = self.value(&format!("{place}.item"), &with.item);
        let empty = match with.empty.as_deref() {
            None => None,
            Some("error") => Some(Level::Error),
            Some("caution") => Some(Level::Caution),
            Some(_) => {
                self.fault(
                    &format!("{place}.empty"),
                    "「error」か「caution」だけが使えます",
                );
                return None;
            }
        };
        Some(Dependence {
            item: item?,
            choices: with.choices,
            empty,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d4_the_shipped_editions_are_read_and_follow_each_other_day_by_day() {
        let editions = editions();
        let code = |day: &str| {
            let edition = editions.for_new(day.parse().unwrap())?;
            Some(edition.code().to_string())
        };
        assert_eq!(code("2018-03-31"), None);
        assert_eq!(code("2018-04-01").as_deref(), Some("2018"));
        assert_eq!(code("2021-04-01").as_deref(), Some("2021"));
        assert_eq!(code("2026-03-31").as_deref(), Some("2021"));
        assert_eq!(code("2026-04-01").as_deref(), Some("2026"));
        assert_eq!(code("2040-01-01").as_deref(), Some("2026"));
        let [_, of_2021, of_2026] = editions.all() else {
            panic!("three editions");
        };
        assert_eq!(of_2021.items(), of_2026.items());
        assert_eq!(of_2026.evidence().code(), "inferred");
    }

    #[test]
    fn d4_every_item_stands_on_some_edition_and_the_csv_is_full_on_that_of_2018() {
        let editions = editions();
        for item in ItemId::ALL {
            let stands = editions.all().iter().any(|it| it.item(*item).is_some());
            assert!(stands, "{item}");
        }
        let of_2018 = &editions.all()[0];
        let columns: std::collections::BTreeSet<_> =
            of_2018.items().iter().filter_map(|it| it.column).collect();
        assert_eq!(columns, (4..=121).collect());
    }

    #[test]
    fn d4_each_mistake_of_a_form_file_is_named_with_its_place() {
        for (from, to, place) in [
            ("code = \"2018\"", "code = \"30\"", "code"),
            (
                "certainty = \"verified\"",
                "certainty = \"sure\"",
                "certainty",
            ),
            ("2021-03-31", "2021-02-31", "new.last"),
            ("2021-03-31", "2018-03-31", "new.last"),
            (
                "certainty = \"inferred\"",
                "certainty = \"\"",
                "new.certainty",
            ),
            ("id = \"sex\"", "id = \"sexes\"", "items.sexes.id"),
            ("id = \"phone\"", "id = \"address\"", "items.address"),
            ("kind = \"whole\"", "kind = \"number\"", "items.age.kind"),
            ("kind = \"whole\"", "kind = \"date\"", "items.age.kind"),
            (
                "[[1, \"男\"], [2, \"女\"]]",
                "[[1, \"男\"], [1, \"女\"]]",
                "items.sex.choices",
            ),
            (
                "[[1, \"男\"], [2, \"女\"]]",
                "[[1, \"男\"], [3, \"女\"]]",
                "items.sex.choices",
            ),
            ("[[1, \"男\"], [2, \"女\"]]", "[]", "items.sex.choices"),
            ("length = 15", "length = 0", "items.applicant_name.length"),
            (
                "exclusive = 1",
                "exclusive = 4",
                "items.walking_aids.exclusive",
            ),
            (
                "\"50.0\", \"250.0\"",
                "\"250.0\", \"50.0\"",
                "items.height_cm.range",
            ),
            (
                "\"50.0\", \"250.0\"",
                "\"50.0\", \"-\"",
                "items.height_cm.range",
            ),
            ("column = 5 ", "column = 4 ", "items.insurer_name.column"),
            ("column = 5 ", "column = 122 ", "items.insurer_name.column"),
            (
                "with = { item = \"stability\"",
                "with = { item = \"remarks\"",
                "items.instability_detail.with",
            ),
            (
                "with = { item = \"stability\"",
                "with = { item = \"none\"",
                "items.instability_detail.with.item",
            ),
            (
                "choices = [2], empty = \"error\"",
                "choices = [9], empty = \"error\"",
                "items.instability_detail.with",
            ),
            (
                "empty = \"error\"",
                "empty = \"stop\"",
                "items.other_depts.with.empty",
            ),
            (
                "label = \"記入日\"",
                "label = \" \"",
                "items.entry_date.label",
            ),
        ] {
            let text = SHIPPED[0].replacen(from, to, 1);
            assert_ne!(text, SHIPPED[0], "{from}");
            let faults = read_edition(&text, &[]).unwrap_err();
            assert_eq!(faults[0].place, place, "{from} {to} {faults:?}");
        }
        let text = SHIPPED[0].replacen("label = \"記入日\"", "labels = \"記入日\"", 1);
        let line = text
            .lines()
            .position(|it| it.contains("labels = "))
            .unwrap()
            + 1;
        let faults = read_edition(&text, &[]).unwrap_err();
        assert_eq!(faults[0].place, format!("{line}行目"));
        let boxed = SHIPPED[1].replacen("[\"caution.blood_pressure\"", "[\"blood\"", 1);
        let faults = read_edition(&boxed, &[]).unwrap_err();
        assert_eq!(faults[0].place, "items.caution.nothing.excludes");
        let faults = read_edition(SHIPPED[2], &[]).unwrap_err();
        assert_eq!(faults[0].place, "items_of");
    }
}
