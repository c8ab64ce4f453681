use super::{CSV_COLUMNS, MAX_CSV_ROWS};
use crate::opinion::ItemFaultKind;
use kiban_domain::{InvalidDate, opinion::ItemId};

/// What can be wrong with a line or a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CsvFaultKind {
    /// Column 1 begins with `I`: the opinion for the certification of disability support.
    DisabilityForm,
    /// A version of the layout that is not known: as it came, shortened.
    Version(String),
    /// So many cells instead of 121.
    Columns(usize),
    /// A quote inside a cell that is not quoted, one that is never closed, or something behind a closing one.
    StrayQuote,
    /// Bytes that are no character of MS932.
    NotMs932,
    /// No day as `20260401`.
    Day,
    /// No day known in part, as `平成20年05月` or `不詳`.
    PartialDay(InvalidDate),
    /// Not so many digits.
    Flags {
        /// How many there should be.
        digits: usize,
        /// The highest of them.
        most: u8,
    },
    /// What is wrong with the item's value.
    Item(ItemFaultKind),
}

impl CsvFaultKind {
    /// A word that stays.
    pub fn code(&self) -> &'static str {
        match self {
            Self::DisabilityForm => "csv_disability_form",
            Self::Version(_) => "csv_version",
            Self::Columns(_) => "csv_columns",
            Self::StrayQuote => "csv_stray_quote",
            Self::NotMs932 => "csv_not_ms932",
            Self::Day => "csv_day",
            Self::PartialDay(_) => "csv_partial_day",
            Self::Flags { .. } => "csv_flags",
            Self::Item(kind) => kind.code(),
        }
    }

    fn reason(&self, name: &str) -> String {
        match self {
            Self::DisabilityForm => "障害支援区分の医師意見書のデータです。介護保険の主治医意見書のデータを選んでください".to_owned(),
            Self::Version(version) => format!(
                "フォーマットバージョン「{version}」は読めません。1.1か1.2のデータを選んでください"
            ),
            Self::Columns(found) => format!(
                "項目の数が{found}です。{CSV_COLUMNS}項目の医見書のデータを選んでください"
            ),
            Self::StrayQuote => "引用符（\"）の付け方を直してください。値の中の引用符は二つ続けて書きます".to_owned(),
            Self::NotMs932 => {
                format!("{name}に、文字コードがシフトJIS（MS932）でない部分があります")
            }
            Self::Day => format!(
                "{name}は、実在する日付（明治から西暦2999年まで）を8桁の数字で書いてください（例：20260401）"
            ),
            Self::PartialDay(reason) => {
                format!("{name}：{}", reason.message().trim_end_matches('。'))
            }
            Self::Flags { digits, most } => {
                format!("{name}は、0から{most}までの数字を{digits}桁並べて書いてください")
            }
            Self::Item(kind) => kind.reason(name),
        }
    }
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvFault {
    /// The line, from 1.
    pub line: u64,
    /// The column, from 1; nothing for the line as a whole.
    pub column: Option<u16>,
    /// The item in this column.
    pub item: Option<ItemId>,
    /// What is wrong.
    pub kind: CsvFaultKind,
    /// The reason in Japanese, without a full stop; it quotes nothing of the person.
    pub reason: String,
}

impl CsvFault {
    pub(super) fn of_line(line: u64, kind: CsvFaultKind) -> Self {
        Self {
            line,
            column: None,
            item: None,
            reason: kind.reason("この行"),
            kind,
        }
    }

    pub(super) fn of_cell(
        line: u64,
        column: u16,
        named: Option<(ItemId, &str)>,
        kind: CsvFaultKind,
    ) -> Self {
        let name = named.map_or("この項目", |it| it.1);
        Self {
            line,
            column: Some(column),
            item: named.map(|it| it.0),
            reason: kind.reason(name),
            kind,
        }
    }
}

/// Why a file as a whole cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableCsv {
    /// No line.
    #[error("the file has no line")]
    Empty,
    /// More than [`super::MAX_CSV_BYTES`].
    #[error("the file is too large")]
    TooLarge,
    /// More than [`MAX_CSV_ROWS`] lines.
    #[error("the file has too many lines")]
    TooManyRows,
    /// It is UTF-8, or another encoding with a mark, and might be misread.
    #[error("the file is not in MS932")]
    NotMs932,
}

impl UnreadableCsv {
    /// A word that stays.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "csv_empty",
            Self::TooLarge => "csv_too_large",
            Self::TooManyRows => "csv_too_many_rows",
            Self::NotMs932 => "csv_file_not_ms932",
        }
    }

    /// What is wrong and how to mend it, without a full stop.
    pub fn message(self) -> String {
        match self {
            Self::Empty => "ファイルに意見書の行がありません".to_owned(),
            Self::TooLarge => "ファイルは16MBまでにしてください".to_owned(),
            Self::TooManyRows => {
                format!("一度に取り込めるのは{MAX_CSV_ROWS}件までです。ファイルを分けてください")
            }
            Self::NotMs932 => {
                "文字コードがシフトJIS（MS932）ではありません。医見書から出力したファイルをそのまま選んでください".to_owned()
            }
        }
    }
}
