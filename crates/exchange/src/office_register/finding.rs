//! What is wrong with a register, in words.

use super::Column;

/// What is wrong, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// The line the row begins on, from 1.
    pub line: u64,
    /// The item; `None` is the row as a whole.
    pub column: Option<Column>,
    /// What is wrong.
    pub fault: Fault,
}

impl Finding {
    /// 「3行目「郵便番号」：…」, without a full stop.
    pub fn message(&self) -> String {
        let place = self
            .column
            .map_or_else(String::new, |column| format!("「{}」", column.label()));
        format!("{}行目{place}：{}", self.line, self.fault.message())
    }
}

/// What can be wrong with a row or one of its items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Nothing stands there.
    Missing,
    /// No office number.
    Number,
    /// A check digit that does not agree.
    CheckDigit,
    /// The same number stands on an earlier line.
    Repeated(u64),
    /// Too long, or with a character that cannot be shown.
    Text,
    /// Not seven digits.
    PostalCode,
    /// Not ten or eleven digits.
    Phone,
    /// Something else than codes of service kinds.
    ServiceKind,
    /// No whole number up to 9,999.
    Beds,
    /// Not thirteen digits.
    CorporateNumber,
    /// Neither open nor closed.
    State,
    /// No day.
    Day,
    /// It is closed, and nobody says since when.
    NoClosingDay,
    /// The last day lies before the first.
    ClosedBeforeOpened,
    /// A quote inside a cell that is not quoted, or something behind a closing quote.
    StrayQuote,
    /// Longer than any row can be.
    RowTooLong,
}

impl Fault {
    /// A word that stays.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Number => "office_no",
            Self::CheckDigit => "check_digit",
            Self::Repeated(_) => "repeated",
            Self::Text => "text",
            Self::PostalCode => "postal_code",
            Self::Phone => "phone",
            Self::ServiceKind => "service_kind",
            Self::Beds => "beds",
            Self::CorporateNumber => "corporate_no",
            Self::State => "state",
            Self::Day => "day",
            Self::NoClosingDay => "no_closing_day",
            Self::ClosedBeforeOpened => "closed_before_opened",
            Self::StrayQuote => "stray_quote",
            Self::RowTooLong => "row_too_long",
        }
    }

    /// What is wrong and how to mend it, without a full stop.
    pub fn message(self) -> String {
        match self {
            Self::Missing => "入力がありません".into(),
            Self::Number => {
                "事業所番号は、都道府県番号から始まる10桁にしてください（例：1579900018）".into()
            }
            Self::CheckDigit => "検証番号が合いません。番号を確かめてください".into(),
            Self::Repeated(first) => format!("同じ番号が{first}行目にもあります"),
            Self::Text => "長すぎるか、表示できない文字があります".into(),
            Self::PostalCode => "郵便番号は、7桁の数字にしてください（例：951-0000）".into(),
            Self::Phone => "電話番号は、市外局番から10桁または11桁にしてください".into(),
            Self::ServiceKind => {
                "サービス種類は、2文字のコードを「・」で区切って書いてください（例：11・43）".into()
            }
            Self::Beds => "0から9999までの数字にしてください".into(),
            Self::CorporateNumber => "法人番号は、13桁の数字にしてください".into(),
            Self::State => "「開設」または「廃止」にしてください".into(),
            Self::Day => "実在する日付にしてください（例：2026-04-01）".into(),
            Self::NoClosingDay => "「廃止」のときは、廃止日が必要です".into(),
            Self::ClosedBeforeOpened => "廃止日は、開始日以後の日付にしてください".into(),
            Self::StrayQuote => "引用符（\"）の位置が正しくありません".into(),
            Self::RowTooLong => "1行が長すぎます".into(),
        }
    }
}

/// Why a file as a whole is no register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Nothing is in it, or nothing but a header.
    #[error("the file has no rows")]
    Empty,
    /// Longer than [`super::MAX_BYTES`].
    #[error("the file is too large")]
    TooLarge,
    /// Neither UTF-8 nor MS932.
    #[error("the file is no text in a known encoding")]
    NotText,
    /// A quote that begins on this line is never closed, so that nobody can tell where rows end.
    #[error("a quote that begins on line {0} is never closed")]
    UnclosedQuote(u64),
    /// The first line does not name this column.
    #[error("a column is missing")]
    NoColumn(Column),
}

impl Unreadable {
    /// A word that stays.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "register_empty",
            Self::TooLarge => "register_too_large",
            Self::NotText => "register_not_text",
            Self::UnclosedQuote(_) => "register_unclosed_quote",
            Self::NoColumn(_) => "register_no_column",
        }
    }

    /// What is wrong and how to mend it, without a full stop.
    pub fn message(self) -> String {
        match self {
            Self::Empty => "ファイルに事業所の行がありません".into(),
            Self::TooLarge => "ファイルは256MBまでにしてください".into(),
            Self::NotText => {
                "このファイルはCSVとして読めません。UTF-8またはシフトJISのCSVにしてください".into()
            }
            Self::UnclosedQuote(line) => {
                format!("{line}行目で始まる引用符（\"）が閉じられていません")
            }
            Self::NoColumn(column) => {
                format!("1行目の見出しに「{}」の列がありません", column.label())
            }
        }
    }
}
