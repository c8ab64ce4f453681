use std::{fmt, str::FromStr};

/// The code or number names no data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such data set")]
pub struct UnknownDataSet;

macro_rules! data_sets {
    ($( $variant:ident = $number:literal, $code:literal, $label:literal; )+) => {
        /// A set of data that municipalities send. Its number never changes, since tables store it.
        ///
        /// Source: municipal-transfer, section 3.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum DataSet { $( #[doc = $label] $variant, )+ }

        impl DataSet {
            /// All sets, in the order in which they are loaded.
            pub const ALL: [Self; 15] = [$( Self::$variant, )+];

            /// The word in file names and addresses.
            pub fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $code, )+ }
            }

            /// The Japanese label.
            pub fn label(self) -> &'static str {
                match self { $( Self::$variant => $label, )+ }
            }

            /// The stable number, from 1.
            pub fn number(self) -> i16 {
                match self { $( Self::$variant => $number, )+ }
            }

            /// The set of a number.
            ///
            /// # Errors
            ///
            /// [`UnknownDataSet`] when no set has it.
            pub fn from_number(number: i16) -> Result<Self, UnknownDataSet> {
                match number { $( $number => Ok(Self::$variant), )+ _ => Err(UnknownDataSet) }
            }
        }

        impl FromStr for DataSet {
            type Err = UnknownDataSet;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $( $code => Ok(Self::$variant), )+ _ => Err(UnknownDataSet) }
            }
        }
    };
}

data_sets! {
    Insured = 1, "insured", "被保険者";
    InsuredCard = 2, "insured_card", "被保険者証";
    BenefitRestriction = 3, "benefit_restriction", "給付制限";
    CareManagerNotice = 4, "care_manager_notice", "居宅介護支援届出";
    CostShare = 5, "cost_share", "負担割合証";
    BurdenLimit = 6, "burden_limit", "負担限度額認定証";
    Reduction = 7, "reduction", "減免減額認定証";
    Application = 8, "application", "認定申請";
    Survey = 9, "survey", "認定調査票";
    OpinionRequest = 10, "opinion_request", "意見書作成依頼";
    Opinion = 11, "opinion", "主治医意見書";
    Certification = 12, "certification", "認定結果";
    HomeModification = 13, "home_modification", "住宅改修";
    AssistivePurchase = 14, "assistive_purchase", "福祉用具購入";
    Consent = 15, "consent", "同意";
}

impl fmt::Display for DataSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_words_come_back() {
        for set in DataSet::ALL {
            assert_eq!(DataSet::from_number(set.number()), Ok(set));
            assert_eq!(set.as_str().parse(), Ok(set));
        }
        assert_eq!(DataSet::Insured.number(), 1);
        assert!(DataSet::from_number(0).is_err());
        assert!("insure".parse::<DataSet>().is_err());
    }
}
