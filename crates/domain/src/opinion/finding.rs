use super::{ItemId, Tenths, show::long};
use crate::Date;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Nothing is sent with it.
    Error,
    /// To be looked at; nothing is held up.
    Caution,
}

impl Level {
    /// A word that stays.
    pub fn code(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Caution => "caution",
        }
    }
}

/// What an opinion breaks. Source: attending-physician-opinion, section 7.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// An item without which nothing is sent.
    Missing {
        /// Whether it is chosen rather than typed.
        chosen: bool,
    },
    /// An item that another one asks for.
    MissingWith {
        /// Whether it is chosen rather than typed.
        chosen: bool,
        /// What asks for it, in words in front of 「とき」.
        of: String,
    },
    /// An item that counts only with another one, which is not given.
    LeftOver {
        /// The other one, in words in front of 「とき」.
        of: String,
    },
    /// A choice that excludes the others stands beside others.
    Exclusive {
        /// Its words.
        choice: String,
    },
    /// A box that excludes items is marked beside one of them.
    Excluded {
        /// The item beside it.
        item: String,
    },
    /// A day that has not come yet.
    Future,
    /// A day before the person was born.
    BeforeBirth,
    /// A day that lies before another one.
    Before {
        /// The other one.
        other: String,
        /// Its day.
        day: Date,
    },
    /// A day that lies after another one.
    After {
        /// The other one.
        other: String,
        /// Its day.
        day: Date,
    },
    /// A line break where there is one line.
    LineBreak,
    /// More than the box on paper holds.
    LongerThanBox {
        /// Its characters.
        length: Option<usize>,
        /// Its lines.
        lines: Option<usize>,
    },
    /// 被保険者番号 has not ten characters.
    InsuredNumberLength,
    /// The person is younger than 40 on the day of entry.
    Under40,
    /// The age is not that of the day of birth.
    AgeDiffers,
    /// A number that is hardly meant.
    Range {
        /// The least.
        from: Tenths,
        /// The most.
        to: Tenths,
    },
    /// 初回, although the institution has written one before.
    NotTheFirst,
    /// 2回目以上, although none is known.
    NoEarlier,
    /// The case has another day.
    CaseDiffers {
        /// The case's day.
        day: Date,
    },
    /// The edition has no such item.
    NotInEdition,
    /// The edition does not offer this choice.
    ChoiceNotInEdition(u8),
    /// New opinions of that day are not written on the edition any more.
    EditionOver {
        /// Its last day.
        last: Date,
    },
    /// New opinions of that day are not written on the edition yet.
    EditionNotYet {
        /// Its first day.
        first: Date,
    },
}

impl Rule {
    /// A word that stays.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "missing",
            Self::MissingWith { .. } => "missing_with",
            Self::LeftOver { .. } => "left_over",
            Self::Exclusive { .. } => "exclusive",
            Self::Excluded { .. } => "excluded",
            Self::Future => "future",
            Self::BeforeBirth => "before_birth",
            Self::Before { .. } => "before",
            Self::After { .. } => "after",
            Self::LineBreak => "line_break",
            Self::LongerThanBox { .. } => "longer_than_box",
            Self::InsuredNumberLength => "insured_no_length",
            Self::Under40 => "under_40",
            Self::AgeDiffers => "age_differs",
            Self::Range { .. } => "range",
            Self::NotTheFirst => "not_the_first",
            Self::NoEarlier => "no_earlier",
            Self::CaseDiffers { .. } => "case_differs",
            Self::NotInEdition => "not_in_edition",
            Self::ChoiceNotInEdition(_) => "choice_not_in_edition",
            Self::EditionOver { .. } => "edition_over",
            Self::EditionNotYet { .. } => "edition_not_yet",
        }
    }

    /// Its level when an opinion is sent.
    pub(super) fn level(&self) -> Level {
        match self {
            Self::Missing { .. }
            | Self::MissingWith { .. }
            | Self::LeftOver { .. }
            | Self::Exclusive { .. }
            | Self::Excluded { .. }
            | Self::Future
            | Self::BeforeBirth
            | Self::Before { .. }
            | Self::After { .. }
            | Self::LineBreak
            | Self::NotInEdition
            | Self::ChoiceNotInEdition(_)
            | Self::EditionNotYet { .. } => Level::Error,
            Self::LongerThanBox { .. }
            | Self::InsuredNumberLength
            | Self::Under40
            | Self::AgeDiffers
            | Self::Range { .. }
            | Self::NotTheFirst
            | Self::NoEarlier
            | Self::CaseDiffers { .. }
            | Self::EditionOver { .. } => Level::Caution,
        }
    }

    /// Whether it says that something is not there yet, which a draft may do.
    pub(super) fn is_missing(&self) -> bool {
        matches!(self, Self::Missing { .. } | Self::MissingWith { .. })
    }

    /// What is wrong and what to do, of an item called so; without a full stop.
    pub(super) fn reason(&self, name: &str) -> String {
        let give = |chosen: &bool| if *chosen { "選択" } else { "入力" };
        match self {
            Self::Missing { chosen } => format!("{name}を{}してください", give(chosen)),
            Self::MissingWith { chosen, of } => {
                format!("{of}ときは、{name}を{}してください", give(chosen))
            }
            Self::LeftOver { of } => {
                format!("{name}は、{of}ときだけ記入する項目です。どちらかを直してください")
            }
            Self::Exclusive { choice } => {
                format!("{name}の「{choice}」は、ほかの選択肢と同時に選択できません")
            }
            Self::Excluded { item } => {
                format!("「{name}」は、{item}と同時に選択できません")
            }
            Self::Future => format!("{name}が未来の日付です。日付を確認してください"),
            Self::BeforeBirth => {
                format!("{name}が生年月日より前の日付です。どちらかを直してください")
            }
            Self::Before { other, day } => format!(
                "{name}は、{other}（{}）以後の日付にしてください",
                long(*day)
            ),
            Self::After { other, day } => format!(
                "{name}は、{other}（{}）以前の日付にしてください",
                long(*day)
            ),
            Self::LineBreak => format!("{name}は、改行せずに入力してください"),
            Self::LongerThanBox { length, lines } => {
                let length = length.map(|it| format!("{it}文字"));
                let lines = lines.map(|it| format!("{it}行"));
                let size: Vec<String> = length.into_iter().chain(lines).collect();
                format!(
                    "{name}が用紙の枠（{}）より長いため、続きは別紙に印刷されます",
                    size.join("・")
                )
            }
            Self::InsuredNumberLength => {
                format!("{name}が10桁ではありません。番号を確認してください")
            }
            Self::Under40 => {
                "記入日に40歳になっていません。介護保険の対象とならない年齢です。生年月日を確認してください".to_owned()
            }
            Self::AgeDiffers => {
                format!("{name}が、生年月日と記入日から計算した年齢と違います")
            }
            Self::Range { from, to } => {
                format!("{name}が{from}から{to}までの範囲にありません。数値を確認してください")
            }
            Self::NotTheFirst => {
                format!("{name}が「初回」ですが、この医療機関が以前に作成した意見書があります")
            }
            Self::NoEarlier => {
                format!("{name}が「2回目以上」ですが、この医療機関が以前に作成した意見書が見つかりません")
            }
            Self::CaseDiffers { day } => format!(
                "{name}が、市町村の依頼にある日付（{}）と違います",
                long(*day)
            ),
            Self::NotInEdition => {
                format!("「{name}」は、この版の様式にない項目です。記入を取り消してください")
            }
            Self::ChoiceNotInEdition(code) => {
                format!("{name}の{code}番は、この版の様式にない選択肢です。選び直してください")
            }
            Self::EditionOver { last } => format!(
                "この版の様式で新しく作成するのは、記入日が{}までの意見書です。新しい版の様式を確認してください",
                long(*last)
            ),
            Self::EditionNotYet { first } => format!(
                "この版の様式を使うのは、記入日が{}からの意見書です。様式の版か記入日を直してください",
                long(*first)
            ),
        }
    }
}

/// Something that the validator found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How much it weighs.
    pub level: Level,
    /// What is broken.
    pub rule: Rule,
    /// The item where it is to be mended.
    pub item: ItemId,
    /// The reason in Japanese, without a full stop. It names items and days and quotes nothing that was written.
    pub reason: String,
}

impl Finding {
    /// The rule's word that stays.
    pub fn code(&self) -> &'static str {
        self.rule.code()
    }
}
