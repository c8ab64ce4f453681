use jiff::civil::{Date, date};

use super::code_table;
use crate::Units;

code_table! {
    /// A care level (要介護状態区分コード), ordered from the lightest; outcomes that are no level come last.
    ///
    /// Source: certificates, section 2.
    CareLevel {
        NotEligible = "01", "非該当";
        ProjectTarget = "06", "事業対象者";
        FormerSupport = "11", "要支援(経過的要介護)";
        Support1 = "12", "要支援1";
        Support2 = "13", "要支援2";
        Care1 = "21", "要介護1";
        Care2 = "22", "要介護2";
        Care3 = "23", "要介護3";
        Care4 = "24", "要介護4";
        Care5 = "25", "要介護5";
        Reexamination = "31", "再調査";
        Revoked = "88", "取消";
        Nothing = "99", "なし";
    }
}

/// The limits a month by the day they begin to apply, the latest first. A fee revision adds a block here.
const LIMITS: &[(Date, &[(CareLevel, u64)])] = &[(
    date(2019, 10, 1),
    &[
        (CareLevel::ProjectTarget, 5_032),
        (CareLevel::Support1, 5_032),
        (CareLevel::Support2, 10_531),
        (CareLevel::Care1, 16_765),
        (CareLevel::Care2, 19_705),
        (CareLevel::Care3, 27_048),
        (CareLevel::Care4, 30_938),
        (CareLevel::Care5, 36_217),
    ],
)];

impl CareLevel {
    /// The limit of benefits (区分支給限度基準額) in units a month on a day, or nothing when the level has none or the day
    /// lies before the table (2019-10-01).
    pub fn benefit_limit_on(self, day: Date) -> Option<Units> {
        let (_, limits) = LIMITS.iter().find(|(from, _)| *from <= day)?;
        limits
            .iter()
            .find(|(level, _)| *level == self)
            .map(|(_, units)| Units::new(*units))
    }

    /// Whether the person is certified: 要支援 or 要介護.
    pub fn is_certified(self) -> bool {
        self.is_support() || self.is_care()
    }

    /// Whether the level is one of 要支援, the historic one included.
    pub fn is_support(self) -> bool {
        matches!(self, Self::FormerSupport | Self::Support1 | Self::Support2)
    }

    /// Whether the level is one of 要介護.
    pub fn is_care(self) -> bool {
        matches!(
            self,
            Self::Care1 | Self::Care2 | Self::Care3 | Self::Care4 | Self::Care5
        )
    }

    /// The step that counts for the three-step reset of home modification: 要支援1 is 0, 要支援2 and 要介護1 are 1,
    /// 要介護5 is 5. Source: certificates, section 7.
    pub fn modification_step(self) -> Option<u8> {
        match self {
            Self::FormerSupport | Self::Support1 => Some(0),
            Self::Support2 | Self::Care1 => Some(1),
            Self::Care2 => Some(2),
            Self::Care3 => Some(3),
            Self::Care4 => Some(4),
            Self::Care5 => Some(5),
            Self::NotEligible
            | Self::ProjectTarget
            | Self::Reexamination
            | Self::Revoked
            | Self::Nothing => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_ordered_from_the_lightest() {
        let codes = ["01", "06", "12", "13", "21", "22", "23", "24", "25"];
        let levels: Vec<CareLevel> = codes.iter().map(|it| it.parse().unwrap()).collect();
        assert!(levels.is_sorted());
        assert_eq!(
            "11".parse::<CareLevel>().unwrap().label(),
            "要支援(経過的要介護)"
        );
    }

    #[test]
    fn limits_hold_from_october_2019() {
        assert_eq!(
            CareLevel::Care3.benefit_limit_on(date(2026, 4, 1)),
            Some(Units::new(27_048))
        );
        assert_eq!(CareLevel::Care3.benefit_limit_on(date(2019, 9, 30)), None);
        assert_eq!(
            CareLevel::NotEligible.benefit_limit_on(date(2026, 4, 1)),
            None
        );
    }
}
