//! Figures for everybody: how many applications there are, without telling anything of a single office (G-4).

use super::schemes;
use crate::Platform;
use kiban_domain::{
    Date, Figures, Programme, PublicFigures, PublicStage, Yen, prefectures, suppress,
};
use kiban_store::{
    Error,
    repo::subsidies::{self, Totals},
};
use std::collections::BTreeMap;

/// What is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenData {
    /// The day in Japan on which it was counted.
    pub on: Date,
    /// By scheme, programme and stage: the country, then the prefectures that have any application there.
    pub lines: Vec<OpenLine>,
}

/// The figures of a prefecture or of the country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenLine {
    /// The word of the scheme.
    pub scheme: String,
    /// Its Japanese name.
    pub title: String,
    /// The programme.
    pub programme: Programme,
    /// The stage.
    pub stage: PublicStage,
    /// The number of the prefecture, from 1; 0: of no prefecture; nothing: of the country.
    pub prefecture: Option<usize>,
    /// The figures.
    pub figures: PublicFigures,
}

/// Counts what was submitted and hides what would tell of single offices; see [`suppress`].
///
/// # Errors
///
/// The database only.
pub async fn open_data(platform: &Platform) -> Result<OpenData, Error> {
    let totals = subsidies::totals(&mut platform.store.point().await?).await?;
    let titles = schemes::standing(platform).await?;
    let title = |code: &str| {
        let scheme = titles.iter().find(|it| it.scheme.code() == code);
        scheme.map_or(code, |it| it.scheme.title()).to_owned()
    };
    let mut lines = Vec::new();
    for ((scheme, programme, stage), by_prefecture) in grouped(&totals) {
        let figures: Vec<_> = by_prefecture.values().copied().collect();
        let (told, country) = suppress(&figures);
        let line = |prefecture, figures| OpenLine {
            scheme: scheme.to_owned(),
            title: title(scheme),
            programme,
            stage,
            prefecture,
            figures,
        };
        lines.push(line(None, country));
        let own = by_prefecture.keys().zip(told);
        lines.extend(own.map(|(prefecture, figures)| line(Some(*prefecture), figures)));
    }
    Ok(OpenData {
        on: platform.today(),
        lines,
    })
}

type Group<'a> = (&'a str, Programme, PublicStage);

/// The figures of each prefecture, by scheme, programme and stage.
fn grouped(totals: &[Totals]) -> BTreeMap<Group<'_>, BTreeMap<usize, Figures>> {
    let mut groups = BTreeMap::new();
    for it in totals {
        let Some(stage) = PublicStage::of(&it.stage) else {
            continue;
        };
        let group: &mut BTreeMap<usize, Figures> = groups
            .entry((&*it.scheme, it.programme, stage))
            .or_default();
        let figures = group.entry(prefecture_of(it)).or_insert(Figures {
            count: 0,
            granted: stage.has_grants().then_some(Yen::new(0)),
        });
        figures.count += u64::try_from(it.count).unwrap_or(0);
        let more = u64::try_from(it.granted_yen).unwrap_or(0);
        figures.granted = figures.granted.map(|sum| Yen::new(sum.get() + more));
    }
    groups
}

fn prefecture_of(it: &Totals) -> usize {
    let number = it.prefecture.parse().unwrap_or(0);
    if number <= prefectures().len() {
        number
    } else {
        0
    }
}
