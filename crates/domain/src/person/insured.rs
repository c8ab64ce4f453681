use jiff::civil::Date;

use crate::{InsuredCategory, Kana, PersonName, PrivateText, Sex};

/// An insured person as the insurer's register has them (被保険者). Source: municipal-transfer, section 3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Insured {
    /// 氏名.
    pub name: PersonName,
    /// フリガナ.
    pub name_kana: Kana,
    /// 生年月日.
    pub birth_date: Date,
    /// 性別.
    pub sex: Sex,
    /// 郵便番号, seven digits.
    pub postal_code: Option<String>,
    /// 住所.
    pub address: Option<PrivateText>,
    /// 電話番号.
    pub phone: Option<PrivateText>,
    /// 被保険者区分.
    pub category: InsuredCategory,
    /// 資格取得日.
    pub acquired_on: Date,
    /// 資格取得事由, the insurer's own code or words.
    pub acquired_reason: Option<String>,
    /// 資格喪失日, the first day without insurance.
    pub lost_on: Option<Date>,
    /// 資格喪失事由.
    pub lost_reason: Option<String>,
    /// 住所地特例: the person lives in a facility elsewhere and this insurer stays responsible.
    pub domicile_exception: bool,
    /// 異動日, the day from which this record is true when it is not the first.
    pub changed_on: Option<Date>,
}

impl Insured {
    /// Whether the person is insured on a day.
    pub fn is_insured_on(&self, day: Date) -> bool {
        self.acquired_on <= day && self.lost_on.is_none_or(|lost| day < lost)
    }

    /// The age by law on a day: a person reaches an age the day before the birthday. Source: identifiers, section 8.
    pub fn legal_age_on(&self, day: Date) -> i16 {
        let Ok(next) = day.tomorrow() else {
            return day.year() - self.birth_date.year();
        };
        let before_birthday =
            (next.month(), next.day()) < (self.birth_date.month(), self.birth_date.day());
        next.year() - self.birth_date.year() - i16::from(before_birthday)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn an_age_is_reached_the_day_before_the_birthday() {
        let person = Insured {
            name: "試験 花子".parse().unwrap(),
            name_kana: "シケン ハナコ".parse().unwrap(),
            birth_date: date(1961, 5, 1),
            sex: Sex::Female,
            postal_code: None,
            address: None,
            phone: None,
            category: InsuredCategory::First,
            acquired_on: date(2026, 4, 30),
            acquired_reason: None,
            lost_on: Some(date(2026, 9, 1)),
            lost_reason: None,
            domicile_exception: false,
            changed_on: None,
        };
        assert_eq!(person.legal_age_on(date(2026, 4, 29)), 64);
        assert_eq!(person.legal_age_on(date(2026, 4, 30)), 65);
        assert!(person.is_insured_on(date(2026, 8, 31)));
        assert!(!person.is_insured_on(date(2026, 9, 1)));
        assert!(!format!("{person:?}").contains("花子"));
    }
}
