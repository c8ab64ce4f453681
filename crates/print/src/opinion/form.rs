//! What the template of the form reads: every item of the edition with its words and what was written.

use std::collections::BTreeMap;

use kiban_domain::opinion::{Edition, FormItem, ItemId, Kind, Opinion, Value};
use serde::Serialize;

use super::{OpinionSheet, day::Day};
use crate::{fonts::Repertoire, paper::MISSING};

/// What a line of the foot holds, in tenths of a full-width letter.
const FOOT: usize = 700;
const IN_ANNEX: &str = "別紙のとおり";

/// What the template reads; the names are those of `templates/opinion.typ`.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct FormPaper<'a> {
    title: String,
    author: String,
    heading: &'static str,
    lead: &'static str,
    remarks_lead: &'static str,
    in_annex: &'static str,
    annex_title: &'static str,
    annex_subject: Vec<String>,
    /// Name and text of what the form has no place for.
    annex: Vec<[String; 2]>,
    sections: BTreeMap<String, String>,
    items: BTreeMap<&'static str, Cell>,
    ticked: char,
    /// Whether the tick needs a frame around it.
    framed: bool,
    unticked: char,
    foot: Vec<String>,
    missing_lead: &'static str,
    pub(crate) missing: Vec<String>,
    pub(crate) fonts: Vec<&'a str>,
}

/// An item on paper.
#[derive(Default, Serialize)]
struct Cell {
    /// How it is called on the annex.
    name: String,
    heading: String,
    label: String,
    unit: String,
    choices: Vec<Mark>,
    /// Whether its own box is ticked.
    on: bool,
    text: String,
    /// The width of each line of the text, in heights of its letters.
    widths: Vec<f32>,
    day: Option<Day>,
}

/// A choice.
#[derive(Serialize)]
pub(super) struct Mark {
    pub(super) code: u8,
    pub(super) label: String,
    pub(super) on: bool,
    /// Whether it is underlined.
    pub(super) strong: bool,
}

impl FormPaper<'_> {
    pub(crate) fn of(sheet: &OpinionSheet, repertoire: &Repertoire<'_>) -> Self {
        let (edition, opinion) = (&sheet.edition, &sheet.opinion);
        let on_paper = edition.items().iter().filter(|it| it.section > 0);
        let mut items: BTreeMap<&'static str, Cell> = on_paper
            .map(|it| (it.id.code(), cell(edition, it, opinion)))
            .collect();
        // The medicines are printed behind the course, two on a line.
        if let Some(course) = items.get_mut(ItemId::Course.code()) {
            course.text = opinion.course_with_medicines();
        }
        let mut annex = without_place(edition, opinion);
        let foot = foot(sheet, &mut annex);
        let (ticked, unticked) = ticks(repertoire);
        let sections = edition.sections().iter();
        Self {
            title: edition.title().to_owned(),
            author: sheet.imprint().office.clone(),
            heading: "主治医意見書",
            lead: "上記の申請者に関する意見は以下の通りです。",
            remarks_lead: "要介護認定及び介護サービス計画作成時に必要な医学的なご意見等を記載してください。なお、専門医等に別途意見を求めた場合はその内容、結果も記載してください。",
            in_annex: IN_ANNEX,
            annex_title: "主治医意見書　別紙",
            annex_subject: subject(edition, opinion),
            annex,
            sections: sections
                .map(|it| (it.code.clone(), it.title.clone()))
                .collect(),
            items,
            ticked,
            framed: ticked == '✓',
            unticked,
            foot,
            missing_lead: MISSING,
            missing: Vec::new(),
            fonts: Vec::new(),
        }
    }

    /// Tells how wide the texts are as they stand now; the template need not lay them out to find that they fit.
    pub(crate) fn measure(&mut self, repertoire: &Repertoire<'_>) {
        for it in self.items.values_mut() {
            it.widths = it
                .text
                .split('\n')
                .map(|line| repertoire.width(line))
                .collect();
        }
    }

    /// Every text that came from outside, in the order of the items' names, to be replaced by what `change` makes of it.
    pub(crate) fn each_text(&mut self, mut change: impl FnMut(&mut String)) {
        for it in self.items.values_mut() {
            let words = [&mut it.name, &mut it.heading, &mut it.label, &mut it.unit];
            words.into_iter().for_each(&mut change);
            let choices = it.choices.iter_mut();
            choices.for_each(|it| change(&mut it.label));
            change(&mut it.text);
            if let Some(day) = &mut it.day {
                day.each_text(&mut change);
            }
        }
        self.annex.iter_mut().flatten().for_each(&mut change);
        self.annex_subject.iter_mut().for_each(&mut change);
        self.sections.values_mut().for_each(&mut change);
        self.foot.iter_mut().for_each(&mut change);
        change(&mut self.author);
        change(&mut self.title);
    }
}

fn cell(edition: &Edition, item: &FormItem, opinion: &Opinion) -> Cell {
    let value = opinion.get(item.id);
    // A unit is printed behind its number.
    let unit = item
        .label
        .split_once('（')
        .filter(|_| item.kind == Kind::Decimal);
    let (label, unit) = match unit {
        Some((label, unit)) => (label, unit.trim_end_matches('）')),
        None => (&*item.label, ""),
    };
    let choices = item.choices.iter().map(|it| Mark {
        code: it.code,
        label: it.label.clone(),
        on: value.as_ref().is_some_and(|value| value.codes().contains(&it.code)),
        strong: matches!(&value, Some(Value::Emphasis(marks)) if marks.get(&it.code) == Some(&true)),
    });
    let day = match (item.kind, &value) {
        (_, Some(Value::Date(day))) => Some(Day::of(item.id, *day)),
        (_, Some(Value::Partial(day))) => Some(Day::partial(item.id, *day)),
        (Kind::Date | Kind::PartialDate, _) => Some(Day::blank(item.id)),
        _ => None,
    };
    Cell {
        name: named(edition, item),
        heading: item.heading.clone().unwrap_or_default(),
        label: label.to_owned(),
        unit: unit.to_owned(),
        choices: choices.collect(),
        on: value == Some(Value::Check),
        text: match &value {
            Some(Value::Text(text)) => text.as_str().to_owned(),
            Some(Value::Whole(number)) => number.to_string(),
            Some(Value::Decimal(number)) => number.to_string(),
            _ => String::new(),
        },
        widths: Vec::new(),
        day,
    }
}

/// The name of an item behind that of its section, without what the section says in brackets.
fn named(edition: &Edition, item: &FormItem) -> String {
    let section = &edition.sections()[item.section].title;
    let section = section.split('（').next().unwrap_or(section);
    format!("{section}　{}", item.name())
}

/// What the opinion holds and its edition does not print: items and choices of other editions. What stands in no form of paper is left out.
fn without_place(edition: &Edition, opinion: &Opinion) -> Vec<[String; 2]> {
    let unplaced = opinion.values().filter_map(|(id, value)| {
        let show = |value: &Value| [edition.name(id).to_owned(), edition.show(id, value)];
        let Some(item) = edition.item(id) else {
            return (id >= ItemId::EntryDate).then(|| show(&value));
        };
        let unknown = value
            .codes()
            .into_iter()
            .filter(|it| item.choice(*it).is_none());
        let unknown: Vec<String> = unknown.map(|it| it.to_string()).collect();
        let name = || format!("{}（様式にない選択肢の番号）", named(edition, item));
        (item.section > 0 && !unknown.is_empty()).then(|| [name(), unknown.join("、")])
    });
    unplaced.collect()
}

/// Whom the annex is about, and when it was written.
fn subject(edition: &Edition, opinion: &Opinion) -> Vec<String> {
    let items = [ItemId::ApplicantName, ItemId::InsuredNo, ItemId::EntryDate];
    let lines = items.into_iter().filter_map(|id| {
        let value = opinion.get(id)?;
        Some(format!(
            "{}　{}",
            edition.name(id),
            edition.show(id, &value)
        ))
    });
    lines.collect()
}

/// What stands in a box that is ticked and in one that is not, by what the faces have.
fn ticks(repertoire: &Repertoire<'_>) -> (char, char) {
    let has = |letter| repertoire.has(letter, None);
    if has('☑') && has('☐') {
        ('☑', '☐')
    } else if has('✓') {
        ('✓', '□')
    } else {
        ('■', '□')
    }
}

/// The lines of the foot: whose, of which day, which version; who put it out.
fn foot(sheet: &OpinionSheet, annex: &mut Vec<[String; 2]>) -> Vec<String> {
    let (edition, opinion) = (&sheet.edition, &sheet.opinion);
    let of = |id: ItemId| {
        let words = opinion.get(id).map(|value| edition.show(id, &value));
        [edition.name(id).to_owned(), words.unwrap_or_default()]
    };
    let version = sheet.version.map(|it| format!("第{it}版"));
    let imprint = sheet.imprint();
    let named = |name: &str, text: &str| [name.to_owned(), text.to_owned()];
    let about = [
        of(ItemId::InsuredNo),
        of(ItemId::EntryDate),
        named("", &version.unwrap_or_default()),
        named("", edition.title()),
        named("文書番号", &imprint.document_no),
    ];
    let by = [
        named("出力者", &imprint.office),
        named("担当", &imprint.printed_by),
        named("出力日時", &imprint.printed_at),
    ];
    let lines = [about.into(), by.into()];
    let lines = lines.map(|parts: Vec<[String; 2]>| foot_line(parts, annex));
    lines.into_iter().filter(|it| !it.is_empty()).collect()
}

/// Parts with their names on one line; those that have no room, the longest first, go to the annex.
fn foot_line(mut parts: Vec<[String; 2]>, annex: &mut Vec<[String; 2]>) -> String {
    parts.retain(|[_, text]| !text.is_empty());
    loop {
        let words = parts.iter().map(|[name, text]| match &**name {
            "" => text.clone(),
            name => format!("{name} {text}"),
        });
        let line = words.collect::<Vec<_>>().join("　");
        let broken = |text: &str| text.contains(['\n', '\r']);
        let longest = parts.iter_mut().filter(|it| it[1] != IN_ANNEX);
        let longest = longest.max_by_key(|it| (broken(&it[1]), width(&it[1])));
        match longest {
            Some(part) if broken(&part[1]) || width(&line) > FOOT => {
                let text = std::mem::replace(&mut part[1], IN_ANNEX.to_owned());
                annex.push([part[0].clone(), text]);
            }
            _ => return line,
        }
    }
}

/// How wide a text is at the most, in tenths of a full-width letter.
fn width(text: &str) -> usize {
    let narrow = |it: char| it.is_ascii() && !it.is_ascii_uppercase() && !"@%mw".contains(it);
    text.chars().map(|it| if narrow(it) { 6 } else { 10 }).sum()
}
