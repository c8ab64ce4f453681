use crate::Date;

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// The name of the field.
    pub field: String,
    /// What is wrong.
    pub fault: Fault,
}

/// What can be wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing stands in it.
    Missing,
    /// Nothing is chosen.
    NotChosen,
    /// It is none of what can be chosen.
    Unknown,
    /// The scheme gives nothing for any of these services.
    NoCategory,
    /// A clinic has at most 19 beds, a hospital at least 20 (医療法, article 1-5).
    BedsOfInstitution,
    /// Not a whole number up to 9,999.
    Beds,
    /// No day.
    Day(&'static str),
    /// A day that has not come.
    Future,
    /// A day outside those that count.
    OutsidePeriod {
        /// The first that counts.
        first: Date,
        /// The last.
        last: Date,
    },
    /// No amount.
    Amount,
    /// Below one yen.
    TooLittle,
    /// More than 99,999,999 yen.
    TooMuch,
    /// No whole number from 1 on, or too large.
    Quantity {
        /// The most.
        most: u32,
    },
    /// Not as many serial numbers as readers.
    Serials {
        /// How many are wanted.
        wanted: u32,
    },
    /// The same number stands on another line.
    RepeatedSerial(String),
    /// Longer than this many characters.
    TooLong(usize),
    /// A character that cannot be shown.
    ControlCharacter,
    /// Not these many digits.
    Digits(u8),
    /// Not one to seven digits.
    AccountNumber,
    /// A character that a transfer cannot carry.
    HolderCharacter(char),
    /// More than 30 characters in half width.
    HolderTooLong,
    /// No line at all.
    NoLine,
    /// More lines than an application may have.
    TooManyLines,
    /// No file for this line.
    NoFile,
    /// Not declared.
    NotDeclared,
    /// The account to which a transfer just failed.
    SameAccount,
}

impl FieldFault {
    /// What to mend, with the field's label, without a full stop. Source of the patterns: ui, section 5.1.
    pub fn message(&self) -> String {
        let label = super::field_label(&self.field).unwrap_or_else(|| "経費".to_owned());
        match &self.fault {
            Fault::Missing => format!("{label}を入力してください"),
            Fault::NotChosen | Fault::Unknown => format!("{label}を選択してください"),
            Fault::NoCategory => {
                format!(
                    "{label}に、助成の対象となるサービスがありません。対象のサービスを選択してください"
                )
            }
            Fault::BedsOfInstitution => {
                format!("{label}は、病院は20床以上、診療所は19床以下で入力してください")
            }
            Fault::Beds => format!("{label}は、0から9,999までの整数で入力してください"),
            Fault::Day(why) => format!("{label}：{}", why.trim_end_matches('。')),
            Fault::Future => format!("{label}は、今日以前の日付を入力してください"),
            Fault::OutsidePeriod { first, last } => format!(
                "{label}は、{}から{}までの日付を入力してください",
                long(*first),
                long(*last)
            ),
            Fault::Amount => format!("{label}は、円単位の整数で入力してください（例：64,000）"),
            Fault::TooLittle | Fault::TooMuch => {
                format!("{label}は、1円から99,999,999円までで入力してください")
            }
            Fault::Quantity { most } => {
                format!("{label}は、1から{most}までの整数で入力してください")
            }
            Fault::Serials { wanted } => {
                format!("{label}は、台数と同じ{wanted}個を、読点か改行で区切って入力してください")
            }
            Fault::RepeatedSerial(serial) => {
                format!("{label}の「{serial}」が、この申請の中で重なっています")
            }
            Fault::TooLong(most) => format!("{label}は、{most}文字以内で入力してください"),
            Fault::ControlCharacter => {
                format!("{label}に、使えない文字（制御文字）が含まれています")
            }
            Fault::Digits(count) => format!("{label}は、{count}桁の数字で入力してください"),
            Fault::AccountNumber => format!("{label}は、7桁以内の数字で入力してください"),
            Fault::HolderCharacter(it) => format!(
                "{label}の「{}」は、振込のデータで使えません。通帳のカナ表記のとおりに入力してください",
                visible(*it)
            ),
            Fault::HolderTooLong => {
                format!("{label}は、半角で30文字以内（濁点と半濁点も1文字）で入力してください")
            }
            Fault::NoLine => "経費を1件以上入力してください".to_owned(),
            Fault::TooManyLines => format!(
                "経費は{}件までで入力してください",
                crate::CostLine::MOST_LINES
            ),
            Fault::NoFile => "この経費の領収書や請求書などのファイルを添付してください".to_owned(),
            Fault::NotDeclared => format!("{label}を確認し、選択してください"),
            Fault::SameAccount => "振り込めなかった口座と同じです。通帳を確かめて、訂正してください。口座が正しいときは、お問い合わせください".to_owned(),
        }
    }
}

impl Fault {
    /// A word that stays.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::NotChosen => "not_chosen",
            Self::Unknown => "unknown",
            Self::NoCategory => "no_category",
            Self::BedsOfInstitution => "beds_of_institution",
            Self::Beds => "beds",
            Self::Day(_) => "day",
            Self::Future => "future",
            Self::OutsidePeriod { .. } => "outside_period",
            Self::Amount => "amount",
            Self::TooLittle => "too_little",
            Self::TooMuch => "too_much",
            Self::Quantity { .. } => "quantity",
            Self::Serials { .. } => "serials",
            Self::RepeatedSerial(_) => "repeated_serial",
            Self::TooLong(_) => "too_long",
            Self::ControlCharacter => "control_character",
            Self::Digits(_) => "digits",
            Self::AccountNumber => "account_number",
            Self::HolderCharacter(_) => "holder_character",
            Self::HolderTooLong => "holder_too_long",
            Self::NoLine => "no_line",
            Self::TooManyLines => "too_many_lines",
            Self::NoFile => "no_file",
            Self::NotDeclared => "not_declared",
            Self::SameAccount => "same_account",
        }
    }
}

fn long(day: Date) -> String {
    crate::Wareki::try_from(day).map_or_else(|_| day.to_string(), crate::Wareki::long)
}

fn visible(it: char) -> String {
    if it.is_control() {
        format!("U+{:04X}", u32::from(it))
    } else {
        it.to_string()
    }
}
