use super::{CsvVersion, edition_of_columns};
use crate::{
    narrow::{to_ms932, unrepresentable_in_ms932},
    opinion::editions,
};
use jiff::civil::DateTime;
use kiban_domain::{
    PartialDate, Wareki,
    opinion::{FormItem, ItemId, Kind, Opinion, Text, Value},
};

/// Why an item cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unwritable {
    /// The layout has no column for it: what the editions after 2018 have in section 4 (5) and (6).
    NoColumn,
    /// Characters that MS932 has not, each with its place from 0.
    Characters(Vec<(usize, String)>),
    /// Course and medicines together are longer than any text can be.
    TooLong,
}

impl Unwritable {
    /// A word that stays.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoColumn => "csv_no_column",
            Self::Characters(_) => "csv_characters",
            Self::TooLong => "csv_too_long",
        }
    }

    fn reason(&self, name: &str) -> String {
        match self {
            Self::NoColumn => format!(
                "{name}は、医見書のCSV（1.2）に列がないため書き出せません。JSONで書き出してください"
            ),
            Self::Characters(lost) => {
                let lost: Vec<String> = lost
                    .iter()
                    .map(|(at, it)| format!("「{it}」（{}文字目）", at + 1))
                    .collect();
                format!(
                    "{name}の{}は、シフトJIS（MS932）にない文字のため書き出せません",
                    lost.join("、")
                )
            }
            Self::TooLong => format!("{name}と薬剤を合わせた文が長すぎるため書き出せません"),
        }
    }
}

/// An item of an opinion that cannot be written. `reason` names characters of what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unwritten {
    /// Which of the opinions, from 0.
    pub opinion: usize,
    /// The item.
    pub item: ItemId,
    /// Why.
    pub kind: Unwritable,
    /// The reason in Japanese, without a full stop.
    pub reason: String,
}

/// The stamp of an opinion in column 3: the insured number, then day of the month and time in Japan.
pub fn csv_stamp(opinion: &Opinion, at: DateTime) -> String {
    let insured_no = opinion.administrative.insured_no.as_str();
    format!("{insured_no}{}", at.strftime("%d%H%M%S"))
}

/// Writes opinions in version 1.2, one a line with CR LF; `software` stands in column 2, `at` is the time in Japan.
///
/// What comes back when it is read is the same opinion with two exceptions: its edition is that of 2018, and medicines are lines of the course
/// (the layout has one column for both).
///
/// # Errors
///
/// Every item that the file could not carry whole: nothing is written then, nothing is left out or exchanged.
pub fn write_csv(
    opinions: &[Opinion],
    software: &str,
    at: DateTime,
) -> Result<Vec<u8>, Vec<Unwritten>> {
    let mut unwritten = Vec::new();
    let mut bytes = Vec::new();
    for (number, opinion) in opinions.iter().enumerate() {
        for (item, kind) in lost(opinion) {
            unwritten.push(Unwritten {
                opinion: number,
                item,
                reason: kind.reason(edition_name(opinion, item)),
                kind,
            });
        }
        line(opinion, software, at, &mut bytes);
    }
    if unwritten.is_empty() {
        Ok(bytes)
    } else {
        Err(unwritten)
    }
}

fn edition_name(opinion: &Opinion, item: ItemId) -> &'static str {
    let edition = editions().find(opinion.edition);
    edition.map_or(item.code(), |it| it.name(item))
}

/// Part of a medicine, which goes into the course's column.
fn is_medicine(item: ItemId) -> bool {
    (ItemId::Medicine1Name..=ItemId::Medicine8Usage).contains(&item)
}

fn lost(opinion: &Opinion) -> Vec<(ItemId, Unwritable)> {
    let own = editions().find(opinion.edition);
    let mut lost = Vec::new();
    for (item, value) in opinion.values() {
        let column = own.and_then(|it| it.item(item)?.column);
        let of_csv = edition_of_columns().item(item);
        let offered = of_csv.is_some_and(|on_csv| {
            let offers = |code: &u8| on_csv.choice(*code).is_some();
            value.codes().iter().all(offers)
        });
        if !is_medicine(item) && (column.is_none() || !offered) {
            lost.push((item, Unwritable::NoColumn));
        } else if let Value::Text(text) = &value {
            let characters = unrepresentable_in_ms932(text.as_str());
            if !characters.is_empty() {
                lost.push((item, Unwritable::Characters(characters)));
            }
        }
    }
    if Text::new(&opinion.course_with_medicines()).is_err() {
        lost.push((ItemId::Course, Unwritable::TooLong));
    }
    lost
}

fn line(opinion: &Opinion, software: &str, at: DateTime, bytes: &mut Vec<u8>) {
    let mut cells = vec![
        CsvVersion::V1_2.code().to_owned(),
        software.to_owned(),
        csv_stamp(opinion, at),
    ];
    let edition = edition_of_columns();
    for column in 4..=121 {
        let item = edition.items().iter().find(|it| it.column == Some(column));
        cells.push(item.map_or_else(String::new, |it| cell(opinion, it)));
    }
    let quoted: Vec<String> = cells
        .iter()
        .map(|it| format!("\"{}\"", it.replace('"', "\"\"").replace('\n', "\u{b}")))
        .collect();
    bytes.extend(to_ms932(&quoted.join(",")));
    bytes.extend(b"\r\n");
}

fn cell(opinion: &Opinion, item: &FormItem) -> String {
    if item.id == ItemId::Course {
        return opinion.course_with_medicines();
    }
    let value = opinion.get(item.id);
    match (item.kind, value) {
        (Kind::One | Kind::Check, None) => "0".to_owned(),
        (Kind::Many | Kind::Emphasis, None) => "0".repeat(item.choices.len()),
        (_, None) => String::new(),
        (_, Some(Value::Text(text))) => text.as_str().to_owned(),
        (_, Some(Value::Date(day))) => day.strftime("%Y%m%d").to_string(),
        (_, Some(Value::Partial(day))) => partial(day),
        (_, Some(Value::Whole(number))) => number.to_string(),
        (_, Some(Value::Decimal(number))) => number.to_string(),
        (_, Some(Value::One(code))) => code.to_string(),
        (_, Some(Value::Check)) => "1".to_owned(),
        (_, Some(value)) => {
            let codes = (1..).take(item.choices.len());
            let digit = |code: u8| match &value {
                Value::Many(codes) => u8::from(codes.contains(&code)),
                Value::Emphasis(marks) => marks.get(&code).map_or(0, |it| 1 + u8::from(*it)),
                _ => 0,
            };
            codes.map(|code| digit(code).to_string()).collect()
        }
    }
}

/// 「平成20年05月」; the era is that of the last day it can mean.
fn partial(day: PartialDate) -> String {
    let Some(last) = day.latest().and_then(|it| Wareki::try_from(it).ok()) else {
        return "不詳".to_owned();
    };
    let year = format!("{}{:02}年", last.era().kanji(), last.year());
    match day {
        PartialDate::Unknown => "不詳".to_owned(),
        PartialDate::Year(_) => year,
        PartialDate::Month(_, month) => format!("{year}{month:02}月"),
        PartialDate::Day(_) => format!("{year}{:02}月{:02}日", last.month(), last.day()),
    }
}
