//! The municipalities of the country, as the ministry lists them (data/municipalities.csv).

use std::sync::LazyLock;

use crate::LocalGovernmentCode;

/// What a municipality is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MunicipalityKind {
    /// 指定都市.
    DesignatedCity,
    /// 特別区.
    SpecialWard,
    /// 市.
    City,
    /// 町.
    Town,
    /// 村.
    Village,
}

impl MunicipalityKind {
    /// From the largest.
    pub const ALL: [Self; 5] = [
        Self::DesignatedCity,
        Self::SpecialWard,
        Self::City,
        Self::Town,
        Self::Village,
    ];

    /// The Japanese label.
    pub fn label(self) -> &'static str {
        match self {
            Self::DesignatedCity => "指定都市",
            Self::SpecialWard => "特別区",
            Self::City => "市",
            Self::Town => "町",
            Self::Village => "村",
        }
    }
}

/// A municipality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Municipality {
    /// Its 全国地方公共団体コード.
    pub code: LocalGovernmentCode,
    /// Its prefecture: 「新潟県」.
    pub prefecture: &'static str,
    /// Its name: 「新潟市」. 25 names occur in more than one prefecture.
    pub name: &'static str,
    /// Its name in full-width katakana.
    pub kana: &'static str,
    /// What it is.
    pub kind: MunicipalityKind,
}

/// All 1,741 of them, ordered by code. Source: 総務省 全国地方公共団体コード; see data/README.md.
///
/// # Panics
///
/// When the embedded table is broken, which a test rules out.
pub fn municipalities() -> &'static [Municipality] {
    static ALL: LazyLock<Vec<Municipality>> = LazyLock::new(|| {
        let rows = include_str!("../../../data/municipalities.csv");
        let mut all: Vec<_> = rows.lines().skip(1).map(row).collect();
        all.sort_by_key(|it| it.code);
        all
    });
    &ALL
}

/// One municipality, by its code.
pub fn municipality(code: &LocalGovernmentCode) -> Option<&'static Municipality> {
    let all = municipalities();
    let at = all.binary_search_by_key(code, |it| it.code).ok()?;
    all.get(at)
}

/// The names of the 47 prefectures, ordered by number: 「北海道」 is 1.
pub fn prefectures() -> &'static [&'static str] {
    static ALL: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        let mut all: Vec<&'static str> = Vec::new();
        for it in municipalities() {
            if all.last() != Some(&it.prefecture) {
                all.push(it.prefecture);
            }
        }
        all
    });
    &ALL
}

fn row(line: &'static str) -> Municipality {
    let mut items = line.split(',');
    let mut item = || items.next().expect("the table has five columns");
    Municipality {
        code: item().parse().expect("the table holds codes"),
        prefecture: item(),
        name: item(),
        kana: item(),
        kind: match item() {
            "designated_city" => MunicipalityKind::DesignatedCity,
            "special_ward" => MunicipalityKind::SpecialWard,
            "city" => MunicipalityKind::City,
            "town" => MunicipalityKind::Town,
            "village" => MunicipalityKind::Village,
            other => unreachable!("unknown kind {other}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn p3_every_municipality_is_there_once_with_a_right_code() {
        let all = municipalities();
        assert_eq!(all.len(), 1741);
        assert!(all.iter().all(|it| it.code.check_digit_agrees()));
        let codes: HashSet<_> = all.iter().map(|it| it.code).collect();
        assert_eq!(codes.len(), all.len());
        let of = |kind| all.iter().filter(|it| it.kind == kind).count();
        assert_eq!(MunicipalityKind::ALL.map(of), [20, 23, 772, 743, 183]);
        assert!(all.iter().all(|it| municipality(&it.code) == Some(it)));
        assert_eq!(
            municipality(&"132217".parse().unwrap()).map(|it| it.name),
            Some("清瀬市")
        );
    }

    #[test]
    fn prefectures_are_numbered_as_in_the_codes() {
        assert_eq!(prefectures().len(), 47);
        for it in municipalities() {
            assert_eq!(
                prefectures()[usize::from(it.code.prefecture()) - 1],
                it.prefecture
            );
        }
    }
}
