//! The check at first use: the five items typed from a paper card against the register.

use jiff::civil::Date;

use crate::{InsuredNumber, InsurerNumber, Kana, Sex};

/// The five items somebody read from the card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiveItems {
    /// 保険者番号.
    pub insurer_no: InsurerNumber,
    /// 被保険者番号.
    pub insured_no: InsuredNumber,
    /// フリガナ.
    pub name_kana: Kana,
    /// 生年月日.
    pub birth_date: Date,
    /// 性別.
    pub sex: Sex,
}

/// What the register says about the person whose two numbers were typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredIdentity {
    /// フリガナ.
    pub name_kana: Kana,
    /// 生年月日.
    pub birth_date: Date,
    /// 性別.
    pub sex: Sex,
}

/// One of the five items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// 保険者番号.
    InsurerNo,
    /// 被保険者番号.
    InsuredNo,
    /// フリガナ.
    NameKana,
    /// 生年月日.
    BirthDate,
    /// 性別.
    Sex,
}

impl Item {
    /// A stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::InsurerNo => "insurer_no",
            Self::InsuredNo => "insured_no",
            Self::NameKana => "name_kana",
            Self::BirthDate => "birth_date",
            Self::Sex => "sex",
        }
    }

    /// The Japanese label.
    pub fn label(self) -> &'static str {
        match self {
            Self::InsurerNo => "保険者番号",
            Self::InsuredNo => "被保険者番号",
            Self::NameKana => "フリガナ",
            Self::BirthDate => "生年月日",
            Self::Sex => "性別",
        }
    }
}

/// The answer of the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityOutcome {
    /// All five agree.
    Agrees,
    /// The card should be read again, first of all this item.
    ReadAgain(Item),
}

/// Compares the items with the register.
///
/// Exactly one differing item is named. When two or more differ the insured number is named instead: it is then the
/// likelier mistake, and answering otherwise would confirm by guessing that a number exists.
pub fn compare(typed: &FiveItems, registered: &RegisteredIdentity) -> IdentityOutcome {
    let kana = typed.name_kana.matches(&registered.name_kana);
    let birth = typed.birth_date == registered.birth_date;
    let sex = typed.sex == registered.sex;
    match (kana, birth, sex) {
        (true, true, true) => IdentityOutcome::Agrees,
        (false, true, true) => IdentityOutcome::ReadAgain(Item::NameKana),
        (true, false, true) => IdentityOutcome::ReadAgain(Item::BirthDate),
        (true, true, false) => IdentityOutcome::ReadAgain(Item::Sex),
        (false, false, _) | (false, _, false) | (_, false, false) => {
            IdentityOutcome::ReadAgain(Item::InsuredNo)
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn answer(kana: &str, birth: Date, sex: Sex) -> IdentityOutcome {
        let typed = FiveItems {
            insurer_no: "131128".parse().unwrap(),
            insured_no: "0000123456".parse().unwrap(),
            name_kana: kana.parse().unwrap(),
            birth_date: birth,
            sex,
        };
        let registered = RegisteredIdentity {
            name_kana: "キョウコ".parse().unwrap(),
            birth_date: date(1940, 1, 2),
            sex: Sex::Female,
        };
        compare(&typed, &registered)
    }

    #[test]
    fn one_difference_is_named() {
        let birth = date(1940, 1, 2);
        assert_eq!(
            answer("きよう こ", birth, Sex::Female),
            IdentityOutcome::Agrees
        );
        assert_eq!(
            answer("キミコ", birth, Sex::Female),
            IdentityOutcome::ReadAgain(Item::NameKana)
        );
        assert_eq!(
            answer("キョウコ", birth, Sex::Male),
            IdentityOutcome::ReadAgain(Item::Sex)
        );
        assert_eq!(
            answer("キョウコ", date(1941, 1, 2), Sex::Female),
            IdentityOutcome::ReadAgain(Item::BirthDate)
        );
    }

    #[test]
    fn two_differences_point_at_the_number() {
        assert_eq!(
            answer("キミコ", date(1940, 1, 2), Sex::Male),
            IdentityOutcome::ReadAgain(Item::InsuredNo)
        );
        assert_eq!(
            answer("キミコ", date(1941, 1, 2), Sex::Male),
            IdentityOutcome::ReadAgain(Item::InsuredNo)
        );
        assert_eq!(
            answer("キョウコ", date(1941, 1, 2), Sex::Male),
            IdentityOutcome::ReadAgain(Item::InsuredNo)
        );
    }
}
