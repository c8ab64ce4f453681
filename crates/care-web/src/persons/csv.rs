//! The list as a file.

use axum::{extract::Query, response::Response};

use super::listed::{self, Filter};
use crate::{csv::File, visit::SignedIn, words};

const HEADER: [&str; 8] = [
    "氏名",
    "フリガナ",
    "生年月日",
    "被保険者番号（下3桁）",
    "保険者",
    "要介護度",
    "認定有効期限",
    "担当サービス",
];

/// GET `/care/persons.csv`: what the list shows, all pages of it.
pub(crate) async fn download(
    signed_in: SignedIn,
    Query(filter): Query<Filter>,
) -> Result<Response, Response> {
    let today = signed_in.platform().today();
    let persons = listed::current(listed::all(&signed_in).await?, today);
    let mut file = File::new(HEADER);
    for person in persons.iter().filter(|person| filter.takes(person, today)) {
        let row = person.to_row(today);
        let until = row.valid_to.map_or(String::new(), |day| day.iso);
        file.line([
            &row.name,
            &row.kana,
            &row.birth.iso,
            &words::masked(person.row.relation.person.insured_no.as_str()),
            &row.insurer,
            &row.care_level.label,
            &until,
            &row.service,
        ]);
    }
    Ok(file.answer("persons.csv"))
}
