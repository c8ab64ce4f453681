//! The list as a file.

use axum::{
    extract::Query,
    response::{IntoResponse, Response},
};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use super::listed::{self, Filter};
use crate::{visit::SignedIn, words};

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

/// GET `/care/persons.csv`: what the list shows, all pages of it. UTF-8 with the mark that spreadsheets need.
pub(crate) async fn download(
    signed_in: SignedIn,
    Query(filter): Query<Filter>,
) -> Result<Response, Response> {
    let today = signed_in.platform().today();
    let persons = listed::current(listed::all(&signed_in).await?, today);
    let mut file = "\u{feff}".to_owned();
    push_line(&mut file, HEADER);
    for person in persons.iter().filter(|person| filter.takes(person, today)) {
        let row = person.to_row(today);
        let until = row.valid_to.map_or(String::new(), |day| day.iso);
        push_line(
            &mut file,
            [
                &row.name,
                &row.kana,
                &row.birth.iso,
                &words::masked(person.row.relation.person.insured_no.as_str()),
                &row.insurer,
                &row.care_level.label,
                &until,
                &row.service,
            ],
        );
    }
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"persons.csv\""),
    ];
    Ok((headers, file).into_response())
}

fn push_line<T: AsRef<str>>(file: &mut String, cells: impl IntoIterator<Item = T>) {
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            file.push(',');
        }
        push_cell(file, cell.as_ref());
    }
    file.push_str("\r\n");
}

/// Always quoted; what a spreadsheet would take for a formula gets an apostrophe in front.
fn push_cell(file: &mut String, cell: &str) {
    file.push('"');
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) {
        file.push('\'');
    }
    file.push_str(&cell.replace('"', "\"\""));
    file.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_cannot_become_formulas_or_break_out() {
        let mut file = String::new();
        push_line(&mut file, ["=1+1", "a\"b,c", "", "架空"]);
        assert_eq!(file, "\"'=1+1\",\"a\"\"b,c\",\"\",\"架空\"\r\n");
    }
}
