//! What may be said in public of how many applications there are, without telling anything of a single office (G-4).

use crate::{Yen, codes::code_table};

code_table! {
    /// Where applications stand, as the public reads it: what goes on inside a review is one.
    PublicStage {
        Review = "review", "審査中";
        Returned = "returned", "差戻し";
        Granted = "granted", "交付決定";
        Refused = "refused", "不交付";
        Withdrawn = "withdrawn", "取下げ";
        Paid = "paid", "振込済み";
    }
}

impl PublicStage {
    /// Of the word of a [`SubsidyStage`](super::SubsidyStage); nothing for a draft, which is nobody's but the applicant's.
    pub fn of(stage: &str) -> Option<Self> {
        match stage {
            "submitted" | "in_review" | "checked" => Some(Self::Review),
            other => other.parse().ok(),
        }
    }

    /// Whether something is granted at this stage, so that there is an amount to tell.
    pub fn has_grants(self) -> bool {
        matches!(self, Self::Granted | Self::Paid)
    }
}

/// From so many on a count is told.
pub const FEWEST_TOLD: u64 = 5;

/// How many applications of a prefecture stand at a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// How many.
    pub count: u64,
    /// What is granted to them together; nothing at a stage without grants.
    pub granted: Option<Yen>,
}

/// A count as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicCount {
    /// It is 0 or at least [`FEWEST_TOLD`].
    Known(u64),
    /// 1 to 4: 「5未満」.
    Few,
    /// Not told, because others could be worked out from it: 「非公表」.
    Withheld,
}

/// An amount as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicYen {
    /// Nothing is granted at this stage.
    None,
    /// The amount.
    Known(Yen),
    /// Not told.
    Withheld,
}

/// Figures as they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicFigures {
    /// How many.
    pub count: PublicCount,
    /// What is granted.
    pub granted: PublicYen,
}

/// The figures of each prefecture and of the country, as they may be told. `prefectures` are all of one scheme, programme and stage.
///
/// A prefecture with 1 to 4 applications tells neither their number nor an amount. The country's figures could give them away, so:
///
/// - where one prefecture hides its number, the country tells none either: the one would be the difference;
/// - where several do, the country's number is told unless the hidden ones are all 1 or all 4: then each could be worked out, for there is one
///   way only to reach such a sum. Who sees no number there knows at most that they are all 1 *or* all 4;
/// - where any does, the country tells no amount.
///
/// There are no sums over stages, programmes or schemes, so nothing else ties a hidden number to one that is told. Numbers of
/// prefectures with at least 5 are never hidden: taking the country's number away is enough, and a reader misses one number instead of two.
/// Our own rule (docs/reference/open-data.md); the notices say nothing of it.
pub fn suppress(prefectures: &[Figures]) -> (Vec<PublicFigures>, PublicFigures) {
    let is_hidden = |it: &Figures| (1..FEWEST_TOLD).contains(&it.count);
    let has_grants = prefectures.iter().any(|it| it.granted.is_some());
    let told = |it: &Figures| PublicFigures {
        count: if is_hidden(it) {
            PublicCount::Few
        } else {
            PublicCount::Known(it.count)
        },
        granted: match it.granted {
            None => PublicYen::None,
            Some(_) if is_hidden(it) => PublicYen::Withheld,
            Some(amount) => PublicYen::Known(amount),
        },
    };
    let hidden: Vec<u64> = prefectures
        .iter()
        .filter(|it| is_hidden(it))
        .map(|it| it.count)
        .collect();
    let total: u64 = prefectures.iter().map(|it| it.count).sum();
    let alike = |count: u64| hidden.iter().all(|it| *it == count);
    let gives_away = match hidden.len() {
        0 => false,
        1 => true,
        _ => alike(1) || alike(FEWEST_TOLD - 1),
    };
    let country = PublicFigures {
        count: if gives_away {
            PublicCount::Withheld
        } else if (1..FEWEST_TOLD).contains(&total) {
            PublicCount::Few
        } else {
            PublicCount::Known(total)
        },
        granted: if !has_grants {
            PublicYen::None
        } else if hidden.is_empty() {
            let all = prefectures.iter().filter_map(|it| it.granted);
            PublicYen::Known(super::care::sum(all))
        } else {
            PublicYen::Withheld
        },
    };
    (prefectures.iter().map(told).collect(), country)
}
