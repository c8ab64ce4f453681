//! Dates typed as era, year, month and day.

use kiban_domain::{Date, read_date};
use kiban_ui::{DateField, EraChoice};

use crate::form::Fields;

/// Reads the date field `name`; an error stands in the field, worded with `label`.
pub(crate) fn read(form: &Fields, name: &str, label: &str) -> (DateField, Option<Date>) {
    let part = |part: &str| form.get(&format!("{name}_{part}"));
    let era = EraChoice::from_code(part("era")).unwrap_or_default();
    let field = DateField::of(era, part("year"), part("month"), part("day"));
    let parts = [&field.year, &field.month, &field.day];
    if parts.iter().any(|part| part.is_empty()) {
        return (field.with_error(format!("{label}を入力してください")), None);
    }
    let DateField {
        year, month, day, ..
    } = &field;
    let text = match era {
        EraChoice::Seireki => format!("{year}年{month}月{day}日"),
        EraChoice::Reiwa
        | EraChoice::Heisei
        | EraChoice::Showa
        | EraChoice::Taisho
        | EraChoice::Meiji => format!("{}{year}年{month}月{day}日", era.label()),
    };
    match read_date(&text) {
        Ok(read) => match read.hint {
            None => (field, Some(read.date)),
            Some(hint) => {
                let error = format!("{label}は、{}と入力してください", hint.meant);
                (field.with_error(error), None)
            }
        },
        Err(_) => {
            let error = format!("{label}は、実在する日付を入力してください");
            (field.with_error(error), None)
        }
    }
}

/// A day as the field would be typed today.
pub(crate) fn field(day: Date) -> DateField {
    let (era, year) = match kiban_domain::Wareki::try_from(day) {
        Ok(day) if day.era() == kiban_domain::Era::Reiwa => (EraChoice::Reiwa, day.year()),
        Ok(_) | Err(_) => (EraChoice::Seireki, day.year()),
    };
    let number = |number: i16| number.to_string();
    DateField::of(
        era,
        &number(year),
        &number(day.month().into()),
        &number(day.day().into()),
    )
}
