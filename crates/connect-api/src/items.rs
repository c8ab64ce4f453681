//! Reads items that people typed or systems composed, as liberally as the domain allows.

use kiban_access::PersonKey;
use kiban_domain::{Date, InsuredNumber, InsurerNumber, Kana, Sex, read_date};
use kiban_web_kit::Problem;
use uuid::Uuid;

/// 422: an item cannot be so. The value itself is not repeated: it may be somebody's.
pub(crate) fn invalid(
    item: &'static str,
    detail: impl Into<std::borrow::Cow<'static, str>>,
) -> Problem {
    Problem::unprocessable("invalid_item", detail).with("item", item)
}

/// Six digits whose check digit agrees: what was typed wrong is found before it is searched for.
pub(crate) fn typed_insurer_no(text: &str) -> Result<InsurerNumber, Problem> {
    let number = insurer_no(text)?;
    if number.check_digit_agrees() {
        Ok(number)
    } else {
        Err(invalid(
            "insurer_no",
            "保険者番号の検証番号（末尾の1桁）が合いません。保険者番号を読み直してください。",
        ))
    }
}

fn insurer_no(text: &str) -> Result<InsurerNumber, Problem> {
    text.parse()
        .map_err(|_| invalid("insurer_no", "保険者番号は6桁の数字で指定してください。"))
}

pub(crate) fn insured_no(text: &str) -> Result<InsuredNumber, Problem> {
    InsuredNumber::from_typed(text).map_err(|_| {
        invalid(
            "insured_no",
            "被保険者番号は10桁の数字、またはHと9桁の数字で指定してください。",
        )
    })
}

pub(crate) fn kana(text: &str) -> Result<Kana, Problem> {
    text.parse().map_err(|_| {
        invalid(
            "name_kana",
            "フリガナを1文字以上200文字以内のカナで指定してください。",
        )
    })
}

pub(crate) fn sex(text: &str) -> Result<Sex, Problem> {
    text.trim()
        .to_lowercase()
        .parse()
        .map_err(|_| invalid("sex", "性別は 1（男）または 2（女）で指定してください。"))
}

/// A day in any form people write.
pub(crate) fn day(item: &'static str, text: &str) -> Result<Date, Problem> {
    read_date(text)
        .map(|read| read.date)
        .map_err(|error| invalid(item, error.message()))
}

/// The person named by a path.
pub(crate) fn person(insurer: &str, insured: &str) -> Result<PersonKey, Problem> {
    Ok(PersonKey {
        insurer_no: insurer_no(insurer)?,
        insured_no: insured_no(insured)?,
    })
}

/// An identifier in a path; whatever is none names nothing.
pub(crate) fn id(text: &str, missing: fn() -> Problem) -> Result<Uuid, Problem> {
    text.parse().map_err(|_| missing())
}
