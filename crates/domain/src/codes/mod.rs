//! Code tables: the official ones with the codes of the national files, our own with English words.
//!
//! Tables a vendor or a later edition may extend keep what they do not know as `Other`; tables that decide money or
//! rights are closed, so that an unknown code is a finding and never guessed.

mod application;
mod card;
mod care_level;
mod document;
mod emergency;
mod inquiry;
mod municipality;
mod other_code;
mod readiness;
mod relation;
mod sex;
mod survey;

pub use application::{ApplicationKind, ApplicationProxy, WithdrawalKind};
pub use card::{
    AssistiveItem, BurdenStage, ConsentBasis, ConsentScope, ConsentTaker, CostShareRatio,
    InsuredCategory, ModificationResetReason, ReductionKind, RestrictionKind, RoomType,
};
pub use care_level::CareLevel;
pub use document::DocumentKind;
pub use emergency::{EmergencyReason, LookFinding};
pub use inquiry::{CallState, InquiryCategory, InquiryChannel, InquiryNoteKind, InquiryState};
pub use municipality::MunicipalityStage;
pub use other_code::OtherCode;
pub use readiness::{PlatformFunction, ReadinessStep};
pub use relation::EndReason;
pub use sex::Sex;
pub use survey::PopulationClass;

/// The code is not in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the code is not in the table")]
pub struct UnknownCode;

/// A table of codes and Japanese labels as an enum. With `other` the enum keeps codes it does not know.
macro_rules! code_table {
    (
        $(#[$meta:meta])*
        $name:ident { $( $(#[$variant_meta:meta])* $variant:ident = $code:literal, $label:literal; )+ }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( $(#[$variant_meta])* #[doc = $label] $variant, )+ }

        impl $name {
            /// Every value, in the order of the table.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )+];

            /// The code in files and columns.
            pub fn code(&self) -> &'static str {
                match self { $( Self::$variant => $code, )+ }
            }

            /// The Japanese label.
            pub fn label(&self) -> &'static str {
                match self { $( Self::$variant => $label, )+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::codes::UnknownCode;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $( $code => Ok(Self::$variant), )+ _ => Err(crate::codes::UnknownCode) }
            }
        }
    };
    (
        other: $(#[$meta:meta])*
        $name:ident { $( $(#[$variant_meta:meta])* $variant:ident = $code:literal, $label:literal; )+ }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $( $(#[$variant_meta])* #[doc = $label] $variant, )+
            /// A code the table does not have, kept as it came.
            Other(crate::codes::OtherCode),
        }

        impl $name {
            /// Every value of the table, in its order.
            pub const KNOWN: &'static [Self] = &[$( Self::$variant, )+];

            /// The code in files and columns.
            pub fn code(&self) -> &str {
                match self { $( Self::$variant => $code, )+ Self::Other(code) => code.as_str() }
            }

            /// The Japanese label; 「その他」 for a code the table does not have.
            pub fn label(&self) -> &'static str {
                match self { $( Self::$variant => $label, )+ Self::Other(_) => "その他" }
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::codes::UnknownCode;

            /// # Errors
            ///
            /// [`UnknownCode`](crate::codes::UnknownCode) when the text is not even shaped like a code.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $( $code => Ok(Self::$variant), )+ _ => Ok(Self::Other(text.parse()?)) }
            }
        }
    };
}
pub(crate) use code_table;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ChangeState, ChecklistItem, RegistrationKind, RegistrationStep};

    #[test]
    fn codes_and_values_are_each_others_inverse() {
        macro_rules! check {
            ($($name:ident . $list:ident),*) => { $( for it in $name::$list {
                assert_eq!(it.code().parse::<$name>().unwrap(), *it);
                assert!(!it.label().is_empty());
            } )* };
        }
        check!(
            ApplicationKind.KNOWN,
            ApplicationProxy.KNOWN,
            WithdrawalKind.ALL,
            InsuredCategory.KNOWN,
            RestrictionKind.ALL,
            CostShareRatio.ALL,
            BurdenStage.ALL,
            RoomType.ALL,
            ReductionKind.ALL,
            ConsentScope.ALL,
            ConsentTaker.ALL,
            ModificationResetReason.ALL,
            AssistiveItem.ALL,
            MunicipalityStage.ALL,
            CareLevel.ALL,
            DocumentKind.ALL,
            EmergencyReason.ALL,
            LookFinding.ALL,
            PlatformFunction.ALL,
            ReadinessStep.ALL,
            InquiryCategory.ALL,
            InquiryState.ALL,
            RegistrationKind.ALL,
            RegistrationStep.ALL,
            ChangeState.ALL,
            ChecklistItem.ALL
        );
    }

    #[test]
    fn extendable_tables_keep_unknown_codes() {
        let kind: ApplicationKind = "C".parse().unwrap();
        assert_eq!((kind.code(), kind.label()), ("C", "その他"));
        assert_eq!("C C".parse::<ApplicationKind>(), Err(UnknownCode));
        assert_eq!("4".parse::<CostShareRatio>(), Err(UnknownCode));
    }
}
