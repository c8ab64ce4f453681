use crate::{
    Date, InsuredNumber, InsurerNumber, MedicalInstitutionCode, PrivateText, codes::code_table,
    opinion::Setting,
};
use std::{fmt, str::FromStr};
use unicode_normalization::UnicodeNormalization as _;

code_table! {
    /// Whether the institution writes its first opinion for the insurer (新規) or another one, as the insurer asked; it decides the fee.
    ///
    /// Source: attending-physician-opinion, section 8.
    Writing {
        First = "1", "新規";
        Again = "2", "継続";
    }
}

code_table! {
    /// Why an institution does not write (D-5).
    DeclineReason {
        LongAgo = "long_ago", "最終診察から長期間経過している";
        NotOurs = "not_ours", "当院の患者ではない";
        OtherPhysician = "other_physician", "他の医療機関に主治医がいる";
        Moved = "moved", "転院・転居している";
        Died = "died", "死亡している";
        PersonRefuses = "person_refuses", "ご本人が受診・作成を希望しない";
        Other = "other", "その他";
    }
}

/// Numbers one request within an application (依頼番号): up to ten characters, none of them blank or a control character, nor `/`.
///
/// Source: attending-physician-opinion, section 6.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestNumber(String);

impl RequestNumber {
    /// The number as it is kept: half-width where it can be.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RequestNumber {
    type Err = InvalidRequestNumber;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Unlike the national numbers it is the insurer's own, so hyphens stay as they are.
        let normal: String = text.trim().nfkc().collect();
        let fits = (1..=10).contains(&normal.chars().count())
            && !normal
                .chars()
                .any(|it| it.is_control() || it.is_whitespace() || it == '/');
        fits.then_some(Self(normal)).ok_or(InvalidRequestNumber)
    }
}

impl fmt::Display for RequestNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The text is no request number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a request number has one to ten characters without blanks")]
pub struct InvalidRequestNumber;

/// What makes two requests the same one. `Debug` leaves the person out.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RequestKey {
    /// Who asks.
    pub insurer_no: InsurerNumber,
    /// About whom.
    pub insured_no: InsuredNumber,
    /// 申請日.
    pub applied_on: Date,
    /// 枝番 of the application.
    pub branch: u16,
    /// 依頼番号.
    pub request_no: RequestNumber,
}

impl fmt::Debug for RequestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestKey")
            .field("insurer_no", &self.insurer_no)
            .field("request_no", &self.request_no)
            .finish_non_exhaustive()
    }
}

/// A request as the insurer makes it (意見書作成依頼). Source: municipal-transfer, section 3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpinionRequest {
    /// 医療機関コード of the institution that is asked.
    pub institution: MedicalInstitutionCode,
    /// 医師番号, the insurer's own; may be empty.
    pub doctor_no: String,
    /// The doctor as the insurer knows the name; may be empty.
    pub doctor_name: PrivateText,
    /// 作成依頼日.
    pub requested_on: Date,
    /// 提出期限, where the insurer names one; otherwise the data file's days count.
    pub due_on: Option<Date>,
    /// 種別, where the insurer knows it.
    pub setting: Option<Setting>,
    /// 新規 or 継続, where the insurer knows it.
    pub writing: Option<Writing>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d1_a_request_number_is_kept_half_width_and_short() {
        assert_eq!(
            "Ｒ－０００１".parse::<RequestNumber>().unwrap().as_str(),
            "R-0001"
        );
        for text in ["", "12345678901", "1 2", "1/2", "1\u{b}2"] {
            assert_eq!(
                text.parse::<RequestNumber>(),
                Err(InvalidRequestNumber),
                "{text}"
            );
        }
    }
}
