//! Days as on the form: the eras that are printed, the one that is meant ticked, and the numbers.

use kiban_domain::{Date, Era, PartialDate, Wareki, opinion::ItemId};
use serde::Serialize;

use super::form::Mark;

/// A day on paper; the numbers are empty where nothing is known.
#[derive(Default, Serialize)]
pub(super) struct Day {
    /// The printed eras; one alone is no choice and stands as a word.
    eras: Vec<Mark>,
    year: String,
    month: String,
    number: String,
    /// Whether it is said to be unknown, which `words` tells instead of the numbers.
    unknown: bool,
    words: String,
}

/// Which eras the form prints in front of a day. Source: attending-physician-opinion, sections 0 and 1.
fn printed(item: ItemId) -> &'static [Era] {
    match item {
        ItemId::BirthDate => &[Era::Meiji, Era::Taisho, Era::Showa],
        ItemId::Diagnosis1Onset | ItemId::Diagnosis2Onset | ItemId::Diagnosis3Onset => {
            &[Era::Showa, Era::Heisei, Era::Reiwa]
        }
        _ => &[Era::Reiwa],
    }
}

impl Day {
    /// An empty one.
    pub(super) fn blank(item: ItemId) -> Self {
        Self {
            eras: eras(item, None),
            ..Self::default()
        }
    }

    /// A day of an item.
    pub(super) fn of(item: ItemId, day: Date) -> Self {
        Self::partial(item, PartialDate::Day(day))
    }

    /// A day that may be known in part; the era is that of the last day it can mean, as elsewhere.
    pub(super) fn partial(item: ItemId, day: PartialDate) -> Self {
        let Some(last) = day.latest().and_then(|it| Wareki::try_from(it).ok()) else {
            let (unknown, words) = (true, day.long());
            return Self {
                unknown,
                words,
                ..Self::blank(item)
            };
        };
        let year = match last.year() {
            1 => "元".to_owned(),
            year => year.to_string(),
        };
        let month = match day {
            PartialDate::Month(..) | PartialDate::Day(_) => last.month().to_string(),
            PartialDate::Year(_) | PartialDate::Unknown => String::new(),
        };
        let number = match day {
            PartialDate::Day(_) => last.day().to_string(),
            _ => String::new(),
        };
        Self {
            eras: eras(item, Some(last.era())),
            year,
            month,
            number,
            ..Self::default()
        }
    }

    pub(super) fn each_text(&mut self, change: &mut impl FnMut(&mut String)) {
        self.eras.iter_mut().for_each(|it| change(&mut it.label));
        change(&mut self.words);
    }
}

/// The printed eras and, where it is none of them, the one that is meant. Where the form prints a single one, the era that is meant takes its place.
fn eras(item: ItemId, meant: Option<Era>) -> Vec<Mark> {
    let mut eras = printed(item).to_vec();
    if let Some(meant) = meant
        && !eras.contains(&meant)
    {
        if eras.len() == 1 {
            eras.clear();
        }
        eras.push(meant);
    }
    eras.sort_unstable();
    let short = item == ItemId::BirthDate;
    let marks = eras.into_iter().map(|era| Mark {
        code: era.number(),
        label: era
            .kanji()
            .chars()
            .take(if short { 1 } else { 2 })
            .collect(),
        on: Some(era) == meant,
        strong: false,
    });
    marks.collect()
}
