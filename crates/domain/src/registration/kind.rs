use crate::{OfficeNumber, codes::code_table};

code_table! {
    /// As what an office or institution registers. Source: ui, 9.1, P19 and 7.1.
    RegistrationKind {
        CareOffice = "care_office", "介護事業所";
        Deemed = "deemed", "介護サービス提供医療機関（みなし指定）";
        Medical = "medical", "主治医意見書作成医療機関";
    }
}

/// Why a number cannot be registered as this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnfitNumber {
    /// The check digit does not follow from the other characters: it was mistyped.
    #[error("the check digit does not agree")]
    CheckDigit,
    /// The third character says that it is another kind of institution.
    #[error("the number belongs to another kind of institution")]
    OtherKind,
}

impl RegistrationKind {
    /// Whether it writes opinions and is a medical institution to the platform.
    pub fn is_medical(self) -> bool {
        match self {
            Self::CareOffice => false,
            Self::Deemed | Self::Medical => true,
        }
    }

    /// Whether an institution of this kind may have such a number: its third character tells the kind of institution, and its last
    /// one follows from the others. The last character of pharmacies and visiting-nurse stations is not held against them,
    /// because their rule is not certain. Source: identifiers, sections 5 and 6.
    ///
    /// # Errors
    ///
    /// See [`UnfitNumber`].
    pub fn check(self, number: &OfficeNumber) -> Result<(), UnfitNumber> {
        let class = number.class();
        let fits = match self {
            Self::CareOffice => !matches!(class, '1' | '3' | '4'),
            Self::Deemed => matches!(class, '1' | '3' | '4' | '6'),
            Self::Medical => matches!(class, '1' | '3'),
        };
        if !fits {
            return Err(UnfitNumber::OtherKind);
        }
        if !number.check_digit_agrees() && !matches!(class, '4' | '6') {
            return Err(UnfitNumber::CheckDigit);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: RegistrationKind, number: &str) -> Result<(), UnfitNumber> {
        kind.check(&number.parse().unwrap())
    }

    #[test]
    fn p2_the_third_character_tells_the_kind() {
        use RegistrationKind::{CareOffice, Deemed, Medical};
        for (kind, number, expected) in [
            (CareOffice, "1379900010", Ok(())),
            (CareOffice, "13A1600306", Ok(())),
            (CareOffice, "1310270751", Err(UnfitNumber::OtherKind)),
            (Deemed, "1310270751", Ok(())),
            (Deemed, "1379900010", Err(UnfitNumber::OtherKind)),
            (Medical, "1310270751", Ok(())),
            (Medical, "1379900010", Err(UnfitNumber::OtherKind)),
            (Medical, "1340270751", Err(UnfitNumber::OtherKind)),
        ] {
            assert_eq!(check(kind, number), expected, "{kind:?} {number}");
        }
    }

    #[test]
    fn p2_a_mistyped_number_is_told_where_the_rule_is_certain() {
        use RegistrationKind::{CareOffice, Deemed, Medical};
        for (kind, number) in [(CareOffice, "1379900011"), (Medical, "0118010017")] {
            assert_eq!(
                check(kind, number),
                Err(UnfitNumber::CheckDigit),
                "{number}"
            );
        }
        for (kind, number) in [(Deemed, "1340270752"), (CareOffice, "1360270752")] {
            assert_eq!(check(kind, number), Ok(()), "{number}");
        }
    }
}
