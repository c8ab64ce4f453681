use std::{fmt, str::FromStr};

use kiban_domain::{DataSet, Date, InsurerNumber};

use super::value::parse_date;

/// Whether a file replaces the insurer's set or changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LoadMode {
    /// 全件: what is absent is closed, never erased.
    Full,
    /// 差分.
    Diff,
}

/// How the rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileFormat {
    /// CSV with a header line, RFC 4180.
    Csv,
    /// One JSON object a line.
    JsonLines,
}

/// The name of a file: `{insurer}_{set}_{F|D}_{YYYYMMDD}_{serial:04}.csv` or `.jsonl`.
///
/// Source: municipal-transfer, section 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileName {
    /// The insurer that sends.
    pub insurer: InsurerNumber,
    /// The data set inside.
    pub set: DataSet,
    /// 全件 or 差分.
    pub mode: LoadMode,
    /// 基準日.
    pub base_date: Date,
    /// The serial within (insurer, set, base date), 0 to 9999.
    pub serial: u16,
    /// CSV or JSON Lines.
    pub format: FileFormat,
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mode = match self.mode {
            LoadMode::Full => 'F',
            LoadMode::Diff => 'D',
        };
        let extension = match self.format {
            FileFormat::Csv => "csv",
            FileFormat::JsonLines => "jsonl",
        };
        let (year, month, day) = (
            self.base_date.year(),
            self.base_date.month(),
            self.base_date.day(),
        );
        write!(
            f,
            "{}_{}_{mode}_{year:04}{month:02}{day:02}_{:04}.{extension}",
            self.insurer, self.set, self.serial
        )
    }
}

impl FromStr for FileName {
    type Err = InvalidFileName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (stem, extension) = text.rsplit_once('.').ok_or(InvalidFileName::Shape)?;
        let format = match extension {
            "csv" => FileFormat::Csv,
            "jsonl" => FileFormat::JsonLines,
            _ => return Err(InvalidFileName::Extension),
        };
        let (insurer, rest) = stem.split_once('_').ok_or(InvalidFileName::Shape)?;
        let (rest, serial) = rest.rsplit_once('_').ok_or(InvalidFileName::Shape)?;
        let (rest, base_date) = rest.rsplit_once('_').ok_or(InvalidFileName::Shape)?;
        let (set, mode) = rest.rsplit_once('_').ok_or(InvalidFileName::Shape)?;
        let digits = |text: &str, length: usize| {
            text.len() == length && text.bytes().all(|it| it.is_ascii_digit())
        };
        if !digits(insurer, 6) {
            return Err(InvalidFileName::Insurer);
        }
        if !digits(serial, 4) {
            return Err(InvalidFileName::Serial);
        }
        Ok(Self {
            insurer: insurer.parse().map_err(|_| InvalidFileName::Insurer)?,
            set: set.parse().map_err(|_| InvalidFileName::Set)?,
            mode: match mode {
                "F" => LoadMode::Full,
                "D" => LoadMode::Diff,
                _ => return Err(InvalidFileName::Mode),
            },
            base_date: Some(base_date)
                .filter(|it| it.len() == 8)
                .and_then(parse_date)
                .ok_or(InvalidFileName::BaseDate)?,
            serial: serial.parse().map_err(|_| InvalidFileName::Serial)?,
            format,
        })
    }
}

/// Why a text is not the name of a file; each names the part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFileName {
    /// Not five parts joined by `_` and an extension.
    #[error("the file name does not have its five parts")]
    Shape,
    /// The insurer number is not six digits.
    #[error("the file name does not begin with an insurer number")]
    Insurer,
    /// The data set is unknown.
    #[error("the file name has an unknown data set")]
    Set,
    /// The mode is neither F nor D.
    #[error("the mode in the file name is neither F nor D")]
    Mode,
    /// The base date is not an existing day.
    #[error("the base date in the file name is not a day")]
    BaseDate,
    /// The serial is not four digits.
    #[error("the serial in the file name is not four digits")]
    Serial,
    /// The extension is neither csv nor jsonl.
    #[error("the file name ends neither in csv nor in jsonl")]
    Extension,
}

impl InvalidFileName {
    /// What is wrong, in Japanese.
    pub fn message(self) -> &'static str {
        match self {
            Self::Shape => {
                "ファイル名を「保険者番号_データ種別_FまたはD_基準日_連番4桁.csv」（または.jsonl）の形にしてください。"
            }
            Self::Insurer => "ファイル名の先頭を6桁の保険者番号にしてください。",
            Self::Set => {
                "ファイル名のデータ種別が一覧にありません。レイアウト表の名前にしてください。"
            }
            Self::Mode => "ファイル名の全件・差分の区分を F か D にしてください。",
            Self::BaseDate => "ファイル名の基準日を実在する日付（YYYYMMDD）にしてください。",
            Self::Serial => "ファイル名の連番を4桁の数字にしてください。",
            Self::Extension => "ファイル名の拡張子を csv か jsonl にしてください。",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_come_back() {
        for text in [
            "131128_insured_F_20260401_0001.csv",
            "131128_benefit_restriction_D_20260401_0012.jsonl",
        ] {
            assert_eq!(text.parse::<FileName>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn each_wrong_part_is_named() {
        for (text, error) in [
            ("131128_insured_F_20260401.csv", InvalidFileName::Shape),
            (
                "13112_insured_F_20260401_0001.csv",
                InvalidFileName::Insurer,
            ),
            ("131128_insure_F_20260401_0001.csv", InvalidFileName::Set),
            ("131128_insured_X_20260401_0001.csv", InvalidFileName::Mode),
            (
                "131128_insured_F_20260230_0001.csv",
                InvalidFileName::BaseDate,
            ),
            ("131128_insured_F_20260401_001.csv", InvalidFileName::Serial),
            (
                "131128_insured_F_20260401_0001.txt",
                InvalidFileName::Extension,
            ),
            ("insured", InvalidFileName::Shape),
        ] {
            assert_eq!(text.parse::<FileName>(), Err(error), "{text}");
            assert!(error.message().ends_with('。'));
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_parsing_panic(text in "\\PC{0,60}") {
            if let Ok(name) = text.parse::<FileName>() {
                prop_assert_eq!(name.to_string(), text);
            }
        }
    }
}
