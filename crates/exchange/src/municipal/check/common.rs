//! The columns that every layout begins with.

use super::{
    super::{
        layout::COMMON,
        reader::Op,
        value::{parse_instant, parse_number},
    },
    Checker, RowText,
};
use kiban_domain::{InsuredNumber, InsurerNumber, Timestamp};

/// What they hold, each absent when it is missing or wrong.
#[derive(Default)]
pub(super) struct Common {
    pub(super) op: Option<Op>,
    pub(super) insured_no: Option<InsuredNumber>,
    pub(super) history_no: Option<u32>,
    pub(super) updated_at: Option<Timestamp>,
}

impl Checker {
    pub(super) fn common(&mut self, row: &RowText<'_>) -> Common {
        let mut common = Common::default();
        for at in 0..COMMON {
            let text = row.cell(at);
            if text.is_empty() {
                self.missing(row, at);
                continue;
            }
            self.filled[at] = true;
            match at {
                0 => match text {
                    "U" => common.op = Some(Op::Upsert),
                    "D" => common.op = Some(Op::Cancel),
                    _ => self.unfit(
                        row,
                        at,
                        "unknown_op",
                        text,
                        "登録・更新は U、取消は D にしてください。",
                    ),
                },
                1 if text == self.insurer.as_str() => {}
                1 => match text.parse::<InsurerNumber>() {
                    Ok(number) if number == self.insurer => {}
                    Ok(_) => {
                        let expected = format!(
                            "ファイル名の保険者番号「{}」と同じにしてください。",
                            self.insurer
                        );
                        self.unfit(row, at, "other_insurer", text, &expected);
                    }
                    Err(_) => self.unfit(
                        row,
                        at,
                        "not_insurer_no",
                        text,
                        "6桁の保険者番号にしてください。",
                    ),
                },
                2 => match text.parse() {
                    Ok(number) => common.insured_no = Some(number),
                    Err(_) => {
                        self.unfit(
                            row,
                            at,
                            "not_insured_no",
                            text,
                            "10桁の数字、またはHと9桁の数字にしてください。",
                        );
                    }
                },
                3 => match parse_number(text).and_then(|it| u32::try_from(it).ok()) {
                    Some(number @ 1..=999_999) => common.history_no = Some(number),
                    Some(_) => self.unfit(
                        row,
                        at,
                        "out_of_range",
                        text,
                        "1から999999までの整数にしてください。",
                    ),
                    None => {
                        self.unfit(row, at, "not_a_number", text, "1からの整数にしてください。");
                    }
                },
                _ => common.updated_at = self.instant(row, at, text),
            }
        }
        common
    }

    fn instant(&mut self, row: &RowText<'_>, at: usize, text: &str) -> Option<Timestamp> {
        if let Some((known, instant)) = &self.last_instant
            && known == text
        {
            return Some(*instant);
        }
        let instant = parse_instant(text);
        match instant {
            Some(instant) => self.last_instant = Some((text.to_owned(), instant)),
            None => {
                let expected = "「2026-04-01T09:00:00+09:00」の形の日時にしてください。";
                self.unfit(row, at, "not_an_instant", text, expected);
            }
        }
        instant
    }
}
