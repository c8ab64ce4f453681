use kiban_domain::opinion::{Edition, InvalidText, ItemId, TEXT_MOST, WrongValue};

/// Why an item of a file cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemFaultKind {
    /// The value has another shape than the item's kind wants.
    Shape(kiban_domain::opinion::Kind),
    /// There is no such day.
    Day,
    /// No number that the item can hold.
    Number,
    /// The list has no such choice.
    Choice,
    /// A choice stands twice.
    ChoiceTwice,
    /// Not six digits.
    InsurerNumber,
    /// Not the ten digits of a medical institution.
    InstitutionCode,
    /// A text that cannot be kept.
    Text(InvalidText),
    /// The item stands twice.
    Twice,
    /// The edition has no such item.
    NotInEdition,
}

impl ItemFaultKind {
    /// A word that stays.
    pub fn code(self) -> &'static str {
        match self {
            Self::Shape(_) => "shape",
            Self::Day => "day",
            Self::Number => "number",
            Self::Choice => "choice",
            Self::ChoiceTwice => "choice_twice",
            Self::InsurerNumber => "insurer_no",
            Self::InstitutionCode => "institution_no",
            Self::Text(InvalidText::Control(_)) => "control_character",
            Self::Text(InvalidText::TooLong) => "too_long",
            Self::Twice => "item_twice",
            Self::NotInEdition => "not_in_edition",
        }
    }

    /// What is wrong and what to do, of an item called so; without a full stop.
    pub fn reason(self, name: &str) -> String {
        use kiban_domain::opinion::Kind;
        match self {
            Self::Shape(kind) => {
                let shape = match kind {
                    Kind::Text | Kind::Lines => "文字列",
                    Kind::Date => "「2026-04-01」の形の文字列",
                    Kind::PartialDate => {
                        "「2008」「2008-05」「2008-05-12」「unknown」のどれかの形の文字列"
                    }
                    Kind::Whole => "整数",
                    Kind::Decimal => "小数1桁までの数",
                    Kind::One => "選択肢の番号（整数）",
                    Kind::Many => "選択肢の番号の配列",
                    Kind::Emphasis => "「choice」と「emphasised」を持つオブジェクトの配列",
                    Kind::Check => "true",
                };
                format!("{name}は、{shape}で書いてください")
            }
            Self::Day => format!("{name}は、実在する日付（明治から西暦2999年まで）にしてください"),
            Self::Number => format!("{name}が、この項目に書ける数ではありません"),
            Self::Choice => format!("{name}に、この版の様式にない選択肢があります"),
            Self::ChoiceTwice => format!("{name}に、同じ選択肢が二つあります"),
            Self::InsurerNumber => format!("{name}は、6桁の数字にしてください"),
            Self::InstitutionCode => {
                format!("{name}は、都道府県番号から始まる10桁の数字にしてください")
            }
            Self::Text(InvalidText::Control(it)) => format!(
                "{name}に、使えない文字（制御文字 U+{:04X}）が含まれています",
                u32::from(it)
            ),
            Self::Text(InvalidText::TooLong) => {
                format!("{name}は、{TEXT_MOST}文字以内にしてください")
            }
            Self::Twice => format!("{name}が二度書かれています"),
            Self::NotInEdition => {
                format!("「{name}」は、この版の様式にない項目です")
            }
        }
    }
}

impl From<WrongValue> for ItemFaultKind {
    fn from(wrong: WrongValue) -> Self {
        match wrong {
            WrongValue::Kind | WrongValue::Choice(_) => Self::Choice,
            WrongValue::DayOutOfRange => Self::Day,
            WrongValue::TooLarge => Self::Number,
            WrongValue::InsurerNumber => Self::InsurerNumber,
            WrongValue::InstitutionCode => Self::InstitutionCode,
            WrongValue::Text(reason) => Self::Text(reason),
        }
    }
}

/// An item of a file that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemFault {
    /// The item.
    pub item: ItemId,
    /// Why.
    pub kind: ItemFaultKind,
    /// The reason in Japanese, without a full stop; it quotes nothing that was written.
    pub reason: String,
}

impl ItemFault {
    pub(super) fn new(edition: &Edition, item: ItemId, kind: ItemFaultKind) -> Self {
        Self {
            item,
            kind,
            reason: kind.reason(edition.name(item)),
        }
    }
}
