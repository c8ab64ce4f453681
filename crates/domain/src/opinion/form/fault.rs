use crate::{
    InvalidDate,
    opinion::{InvalidText, ItemId, TEXT_MOST},
};

/// Why a field cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidFormField {
    /// No day.
    Day(InvalidDate),
    /// No whole number up to 999.
    Whole,
    /// No number with one decimal up to 999.9.
    Decimal,
    /// The item's list has no such choice.
    Choice,
    /// More than one value where there is one.
    Several,
    /// Underlined and not chosen.
    EmphasisAlone,
    /// Not six digits.
    InsurerNumber,
    /// Not the ten digits of a medical institution.
    InstitutionCode,
    /// A text that cannot be kept.
    Text(InvalidText),
    /// The edition has no such item.
    NotInEdition,
}

impl InvalidFormField {
    /// A word that stays.
    pub fn code(self) -> &'static str {
        match self {
            Self::Day(reason) => reason.code(),
            Self::Whole => "whole",
            Self::Decimal => "decimal",
            Self::Choice => "choice",
            Self::Several => "several",
            Self::EmphasisAlone => "emphasis_alone",
            Self::InsurerNumber => "insurer_no",
            Self::InstitutionCode => "institution_no",
            Self::Text(InvalidText::Control(_)) => "control_character",
            Self::Text(InvalidText::TooLong) => "too_long",
            Self::NotInEdition => "not_in_edition",
        }
    }

    /// What is wrong and what to do, of an item called so; without a full stop.
    pub fn reason(self, name: &str) -> String {
        match self {
            Self::Day(reason) => {
                format!("{name}：{}", reason.message().trim_end_matches('。'))
            }
            Self::Whole => format!("{name}は、999までの整数で入力してください"),
            Self::Decimal => {
                format!("{name}は、999.9までの数字（小数は1桁まで）で入力してください")
            }
            Self::Choice => format!("{name}は、一覧から選択してください"),
            Self::Several => format!("{name}は、一つだけ選択してください"),
            Self::EmphasisAlone => {
                format!("{name}で下線を付けた項目は、チェックも付けてください")
            }
            Self::InsurerNumber => {
                format!("{name}は、6桁の数字で入力してください（例：131128）")
            }
            Self::InstitutionCode => {
                format!("{name}は、都道府県番号から始まる10桁の数字で入力してください")
            }
            Self::Text(InvalidText::Control(it)) => format!(
                "{name}に、使えない文字（制御文字 U+{:04X}）が含まれています",
                u32::from(it)
            ),
            Self::Text(InvalidText::TooLong) => {
                format!("{name}は、{TEXT_MOST}文字以内で入力してください")
            }
            Self::NotInEdition => {
                format!("「{name}」は、この版の様式にない項目です。記入を取り消してください")
            }
        }
    }
}

/// A field that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormFault {
    /// The item.
    pub item: ItemId,
    /// Why.
    pub fault: InvalidFormField,
    /// The reason in Japanese, without a full stop; it quotes nothing that was typed.
    pub reason: String,
}
