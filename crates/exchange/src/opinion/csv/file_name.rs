use kiban_domain::{Date, MedicalInstitutionCode};
use std::{fmt, str::FromStr};

/// The name of a file, `{事業所番号}_{YYYYMMDD}{NN}.csv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CsvFileName {
    /// The institution.
    pub institution_no: MedicalInstitutionCode,
    /// The day on which it was written.
    pub day: Date,
    /// The number of that day's file, 0 to 99.
    pub number: u8,
}

/// The text is no name of such a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a file is named by an institution's ten digits, `_`, eight digits of a day, two of a number, and `.csv`"
)]
pub struct InvalidCsvFileName;

impl InvalidCsvFileName {
    /// A word that stays.
    pub fn code(self) -> &'static str {
        "csv_file_name"
    }

    /// What is wrong and how to mend it, without a full stop.
    pub fn message(self) -> &'static str {
        "ファイル名は「事業所番号（10桁）_日付（8桁）と番号（2桁）.csv」の形にしてください（例：1319900013_2026040201.csv）"
    }
}

impl FromStr for CsvFileName {
    type Err = InvalidCsvFileName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text
            .strip_suffix(".csv")
            .or_else(|| text.strip_suffix(".CSV"));
        let (institution, day) = name
            .and_then(|it| it.split_once('_'))
            .ok_or(InvalidCsvFileName)?;
        let digits = |it: &str| it.len() == 10 && it.bytes().all(|it| it.is_ascii_digit());
        if !digits(institution) || !digits(day) {
            return Err(InvalidCsvFileName);
        }
        let (day, number) = day.split_at(8);
        Ok(Self {
            institution_no: institution.parse().map_err(|_| InvalidCsvFileName)?,
            day: day.parse().map_err(|_| InvalidCsvFileName)?,
            number: number.parse().map_err(|_| InvalidCsvFileName)?,
        })
    }
}

impl fmt::Display for CsvFileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = self.day.strftime("%Y%m%d");
        write!(
            f,
            "{}_{day}{:02}.csv",
            self.institution_no,
            self.number % 100
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d4_a_files_name_tells_institution_day_and_number() {
        let name: CsvFileName = "1319900013_2026040203.csv".parse().unwrap();
        assert_eq!(name.to_string(), "1319900013_2026040203.csv");
        assert_eq!(
            (name.day.to_string().as_str(), name.number),
            ("2026-04-02", 3)
        );
        for text in [
            "1319900013_2026023003.csv",
            "1319900013_20260402.csv",
            "131990001_2026040203.csv",
            "1319900013-2026040203.csv",
            "1319900013_2026040203.txt",
            "1329900013_2026040203.csv",
            "１319900013_2026040203.csv",
            "",
        ] {
            assert_eq!(
                text.parse::<CsvFileName>(),
                Err(InvalidCsvFileName),
                "{text}"
            );
        }
    }
}
