//! The answers as a file, a line for each row of the list.

use kiban_domain::Date;

use super::{
    answer::{bad_sentence, repeated_sentence},
    asked::{Asked, Whom},
    check::Answer,
};
use crate::{csv::File, words};

/// Under which name it is kept.
pub(super) const NAME: &str = "search-batch.csv";

const HEADER: [&str; 16] = [
    "行",
    "保険者番号",
    "被保険者番号",
    "事業所での呼び名",
    "結果",
    "氏名",
    "保険者",
    "調べた日",
    "資格",
    "要介護度",
    "認定の開始日",
    "認定の終了日",
    "負担割合",
    "負担割合の終了日",
    "給付制限",
    "確認すること",
];

/// Everything, in the order of the list; numbers that the office has not sent itself are masked, as in all lists of persons.
pub(super) fn write(asked: &Asked, answers: &[Answer]) -> File {
    let mut file = File::new(HEADER);
    let day = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
    let mut lines: Vec<(u64, Vec<String>)> = answers
        .iter()
        .map(|answer| {
            let number = answer.person.insured_no.as_str();
            let known = answer.standing.known();
            let text = |of: fn(&super::standing::Known) -> &String| {
                known.map_or_else(String::new, |it| of(it).clone())
            };
            let cells = vec![
                answer
                    .line
                    .map_or_else(String::new, |line| line.to_string()),
                answer.person.insurer_no.as_str().to_owned(),
                match answer.line {
                    Some(_) => number.to_owned(),
                    None => words::masked(number),
                },
                answer.own_name.clone(),
                answer.standing.grade().label().to_owned(),
                text(|it| &it.name),
                answer.insurer.clone(),
                asked.on.to_string(),
                text(|it| &it.insured),
                text(|it| &it.care_level),
                day(known.and_then(|it| it.valid_from)),
                day(known.and_then(|it| it.valid_to)),
                text(|it| &it.ratio),
                day(known.and_then(|it| it.ratio_to)),
                text(|it| &it.restriction),
                answer.standing.notes().join("／"),
            ];
            (answer.line.unwrap_or_default(), cells)
        })
        .collect();
    if let Whom::List { list, .. } = &asked.whom {
        let other = |line: u64, result: &str, note: String| {
            let mut cells = vec![String::new(); HEADER.len()];
            cells[0] = line.to_string();
            result.clone_into(&mut cells[4]);
            cells[15] = note;
            (line, cells)
        };
        let bad = list.bad.iter();
        lines.extend(bad.map(|it| other(it.line, "読めなかった行", bad_sentence(it))));
        let repeated = list.repeated.iter();
        lines.extend(repeated.map(|it| other(it.line, "同じ方の行", repeated_sentence(it))));
        lines.sort_by_key(|(line, _)| *line);
    }
    for (_, cells) in &lines {
        file.line(cells);
    }
    file
}
