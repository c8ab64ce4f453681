use super::{Edition, EditionCode};
use crate::Date;

/// Every edition that is known: all of them can be read, one of them is for new opinions of a day.
#[derive(Clone, Debug)]
pub struct Editions(Vec<Edition>);

/// Two editions contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEditions {
    /// Two have this name.
    #[error("two editions are named {0}")]
    Twice(EditionCode),
    /// New opinions of one day would have two.
    #[error("new opinions of one day would be written on {0} and {1}")]
    Overlap(EditionCode, EditionCode),
}

impl Editions {
    /// Puts editions together, by the day on which they begin.
    ///
    /// # Errors
    ///
    /// [`InvalidEditions`] when two have one name or one day.
    pub fn new(mut editions: Vec<Edition>) -> Result<Self, InvalidEditions> {
        editions.sort_by_key(|it| it.for_new().first);
        for two in editions.windows(2) {
            let (one, next) = (&two[0], &two[1]);
            if one.is_for_new(next.for_new().first) {
                return Err(InvalidEditions::Overlap(one.code(), next.code()));
            }
        }
        let mut codes: Vec<EditionCode> = editions.iter().map(Edition::code).collect();
        codes.sort_unstable();
        match codes.windows(2).find(|two| two[0] == two[1]) {
            Some(two) => Err(InvalidEditions::Twice(two[0])),
            None => Ok(Self(editions)),
        }
    }

    /// All of them, the oldest first.
    pub fn all(&self) -> &[Edition] {
        &self.0
    }

    /// The edition of this name.
    pub fn find(&self, code: EditionCode) -> Option<&Edition> {
        self.0.iter().find(|it| it.code() == code)
    }

    /// The edition on which an opinion entered on this day is written.
    pub fn for_new(&self, day: Date) -> Option<&Edition> {
        self.0.iter().find(|it| it.is_for_new(day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::opinion::{EditionParts, Evidence, ForNew};

    fn edition(code: &str, first: &str, last: Option<&str>) -> Edition {
        Edition::new(EditionParts {
            code: code.parse().unwrap(),
            title: "試験".into(),
            source: "試験".into(),
            evidence: Evidence::Verified,
            for_new: ForNew {
                first: first.parse().unwrap(),
                last: last.map(|it| it.parse().unwrap()),
                evidence: Evidence::Verified,
            },
            sections: Vec::new(),
            items: Vec::new(),
        })
        .unwrap()
    }

    #[test]
    fn d4_no_day_has_two_editions_for_new_opinions() {
        let old = || edition("2001", "2001-01-01", Some("2001-12-31"));
        let next = edition("2002", "2002-01-01", None);
        let both = Editions::new(vec![next, old()]).unwrap();
        let code = |day: &str| {
            both.for_new(day.parse().unwrap())
                .map(|it| it.code().to_string())
        };
        assert_eq!(code("2000-12-31"), None);
        assert_eq!(code("2001-12-31").as_deref(), Some("2001"));
        assert_eq!(code("2002-01-01").as_deref(), Some("2002"));
        assert!(both.find("2003".parse().unwrap()).is_none());
        let early = edition("2002", "2001-12-31", None);
        assert!(matches!(
            Editions::new(vec![old(), early]),
            Err(InvalidEditions::Overlap(..))
        ));
        let same = edition("2001", "2002-01-01", None);
        assert!(matches!(
            Editions::new(vec![old(), same]),
            Err(InvalidEditions::Twice(_))
        ));
    }
}
