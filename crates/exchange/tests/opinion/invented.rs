//! Opinions about nobody: a full one on each edition, and any number of others.

use kiban_domain::{
    Date, PartialDate,
    opinion::{Edition, Facts, ItemId, Kind, Opinion, Tenths, Text, Value},
};
use kiban_exchange::{
    narrow::unrepresentable_in_ms932,
    opinion::{editions, read_json},
};
use proptest::prelude::*;

/// Every item of the edition of 2018 that agrees with the others, as canonical JSON.
pub(crate) const FULL_2018: &[u8] = include_bytes!("full-2018.json");
/// The same on the edition of 2021, with medicines.
pub(crate) const FULL_2021: &[u8] = include_bytes!("full-2021.json");
/// [`FULL_2018`] as the 医見書 writes it, made by a program that knows columns only.
pub(crate) const FULL_CSV: &[u8] = include_bytes!("full-2018.csv");

pub(crate) fn edition(code: &str) -> &'static Edition {
    editions().find(code.parse().unwrap()).unwrap()
}

pub(crate) fn full(json: &[u8]) -> Opinion {
    read_json(json, editions()).unwrap()
}

pub(crate) fn facts() -> Facts {
    Facts {
        today: "2026-03-10".parse().unwrap(),
        earlier_opinions: None,
        case: kiban_domain::opinion::CaseDates::default(),
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "it is set where a day may be unset"
)]
pub(crate) fn day(text: &str) -> Option<Date> {
    Some(text.parse().unwrap())
}

pub(crate) fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

/// A value of this item that the edition offers, chosen by a number; texts as given.
fn value(edition: &Edition, item: ItemId, by: u32, words: &str) -> Option<Value> {
    let form = edition.item(item)?;
    let codes: Vec<u8> = form.choices.iter().map(|it| it.code).collect();
    let any_day = || {
        Date::new(
            1868 + i16::try_from(by % 300).ok()?,
            2 + i8::try_from(by % 11).ok()?,
            1 + i8::try_from(by % 28).ok()?,
        )
        .ok()
    };
    Some(match form.kind {
        Kind::Text if item == ItemId::InsurerNo => {
            Value::Text(text(&format!("{:06}", by % 1_000_000)))
        }
        Kind::Text if item == ItemId::InstitutionNo => {
            Value::Text(text(&format!("131{:07}", by % 10_000_000)))
        }
        Kind::Text => Value::Text(Text::new(&words.replace('\n', "")).ok()?),
        Kind::Lines => Value::Text(Text::new(words).ok()?),
        Kind::Date => Value::Date(any_day()?),
        Kind::PartialDate => Value::Partial(match by % 4 {
            0 => PartialDate::Unknown,
            1 => PartialDate::Day(any_day()?),
            2 => PartialDate::year(any_day()?.year())?,
            _ => PartialDate::month(any_day()?.year(), any_day()?.month())?,
        }),
        Kind::Whole => Value::Whole(u16::try_from(by % 1_000).ok()?),
        Kind::Decimal => Value::Decimal(Tenths::new(u16::try_from(by % 10_000).ok()?)?),
        Kind::One => Value::One(codes[by as usize % codes.len()]),
        Kind::Check => Value::Check,
        Kind::Many => {
            let marked = codes.iter().filter(|it| by >> (**it % 16) & 1 == 1);
            Value::Many(marked.copied().collect())
        }
        Kind::Emphasis => {
            let marked = codes.iter().filter(|it| by >> (**it % 16) & 1 == 1);
            Value::Emphasis(
                marked
                    .map(|it| (*it, by >> (*it % 16 + 16) & 1 == 1))
                    .collect(),
            )
        }
    })
}

/// Opinions on an edition with any items set, agreeing or not, with texts of these.
fn any_with(
    code: &'static str,
    words: impl Strategy<Value = String>,
) -> impl Strategy<Value = Opinion> {
    let set = (0..ItemId::ALL.len(), any::<u32>(), words);
    prop::collection::vec(set, 0..80).prop_map(move |items| {
        let edition = edition(code);
        let mut opinion = Opinion::blank(edition.code());
        for (at, by, words) in items {
            let item = ItemId::ALL[at];
            if let Some(value) = value(edition, item, by, &words) {
                opinion.put(item, &value).unwrap();
            }
        }
        opinion
    })
}

pub(crate) fn any_opinion(code: &'static str) -> impl Strategy<Value = Opinion> {
    any_with(code, "(\\PC|\n|\u{e000}|\u{f8ff}|\u{2000b}|\"|,){0,20}")
}

/// Opinions with characters of MS932 alone.
pub(crate) fn any_in_ms932(code: &'static str) -> impl Strategy<Value = Opinion> {
    let words = "([ -~]|[ぁ-んァ-ヶ亜-熙]|[ｱ-ﾝ]|[①㈱髙﨑～]|\n|\"|,){0,20}";
    let carried = words.prop_filter("MS932 has it", |it: &String| {
        unrepresentable_in_ms932(it).is_empty()
    });
    any_with(code, carried)
}
