//! The answers as a page or as a file.

use axum::response::Response;
use http::StatusCode;
use kiban_exchange::person_list::{BadRow, Repeated};
use kiban_ui::{BatchAgain, BatchCount, BatchRow, MenuItem, SearchBatchResultPage};

use super::{
    asked::{AnswerForm, Asked, Whom},
    check::Answer,
    file,
    standing::Grade,
};
use crate::{answer::page_with, persons::listed, visit::SignedIn, words};

/// More answers make a page too long for the office's computers; the file has all.
const SHOWN: usize = 100;
/// So many rows with mistakes are named on the page; the file names all.
const NAMED: usize = 100;

/// The file that was asked for, or the page; the page also when the file cannot be written in its encoding.
pub(super) fn give(signed_in: &SignedIn, asked: Asked, answers: Vec<Answer>) -> Response {
    let written = file::write(&asked, &answers);
    let lost = written.lost();
    match asked.form {
        AnswerForm::Utf8 => return written.answer(file::NAME),
        AnswerForm::Ms932 if lost.is_empty() => return written.answer_ms932(file::NAME),
        AnswerForm::Ms932 | AnswerForm::Page => {}
    }
    let rejected = asked.form == AnswerForm::Ms932;
    let status = if rejected {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let counts = counts(&asked, &answers);
    let more = answers.len().saturating_sub(SHOWN);
    let mut answers = answers;
    // Stable, so that within a grade the order of the list stays.
    answers.sort_by_key(|it| it.standing.grade());
    let rows = answers.iter().take(SHOWN).map(row).collect();
    let (bad, repeated) = match &asked.whom {
        Whom::All { .. } => (Vec::new(), Vec::new()),
        Whom::List { list, .. } => (
            named(list.bad.iter().map(bad_sentence), list.bad.len()),
            named(
                list.repeated.iter().map(repeated_sentence),
                list.repeated.len(),
            ),
        ),
    };
    let page = SearchBatchResultPage {
        frame: signed_in.frame(Some(MenuItem::Persons)),
        on: words::date(asked.on),
        asked: match &asked.whom {
            Whom::All { soon: false } => "担当している利用者".to_owned(),
            Whom::All { soon: true } => "認定の有効期限が近い利用者".to_owned(),
            Whom::List { file_name, .. } => format!("ファイル「{file_name}」の利用者"),
        },
        counts,
        rows,
        more,
        bad,
        repeated,
        lost,
        rejected,
        again: again(asked),
    };
    page_with(status, &page)
}

fn again(asked: Asked) -> BatchAgain {
    let on = asked.on_typed;
    match asked.whom {
        Whom::All { soon } => BatchAgain {
            go: "all",
            on,
            soon,
            ..BatchAgain::default()
        },
        Whom::List {
            text, file_name, ..
        } => BatchAgain {
            go: "list",
            on,
            soon: false,
            text,
            file_name,
        },
    }
}

/// The kinds that occur, and always those that hold.
fn counts(asked: &Asked, answers: &[Answer]) -> Vec<BatchCount> {
    let count = |label, number, alert| BatchCount {
        label,
        number,
        alert,
    };
    let mut counts: Vec<BatchCount> = Grade::ALL
        .into_iter()
        .map(|grade| {
            let number = answers.iter().filter(|it| it.standing.grade() == grade);
            count(grade.label(), number.count(), grade != Grade::Good)
        })
        .filter(|it| it.number > 0 || !it.alert)
        .collect();
    let changed = |it: &&Answer| it.standing.known().is_some_and(|it| !it.changed.is_empty());
    let changed = answers.iter().filter(changed).count();
    counts.push(count("前回から変更あり", changed, true));
    if let Whom::List { list, .. } = &asked.whom {
        counts.push(count("読めなかった行", list.bad.len(), true));
        counts.push(count("同じ方の行", list.repeated.len(), false));
    }
    if answers.is_empty() && counts.iter().all(|it| it.number == 0) {
        counts.clear();
    }
    counts
}

fn row(answer: &Answer) -> BatchRow {
    let known = answer.standing.known();
    BatchRow {
        line: answer.line,
        own_name: answer.own_name.clone(),
        href: known.map(|_| listed::path(&answer.person)),
        name: known.map_or_else(String::new, |it| {
            if it.name.is_empty() {
                "氏名は表示できません".to_owned()
            } else {
                it.name.clone()
            }
        }),
        masked_no: words::masked(answer.person.insured_no.as_str()),
        chip: answer.standing.grade().chip(),
        care_level: known.map_or_else(String::new, |it| it.care_level.clone()),
        valid_to: known.and_then(|it| it.valid_to).map(words::date),
        ratio: known.map_or_else(String::new, |it| it.ratio.clone()),
        notes: answer.standing.notes(),
    }
}

fn named(sentences: impl Iterator<Item = String>, all: usize) -> Vec<String> {
    let mut named: Vec<String> = sentences.take(NAMED).collect();
    if all > NAMED {
        named.push(format!(
            "ほか{}件は、CSVに書いてあります",
            all.saturating_sub(NAMED)
        ));
    }
    named
}

/// 「4行目の被保険者番号：入力されていません」.
pub(super) fn bad_sentence(bad: &BadRow) -> String {
    let (line, message) = (bad.line, bad.fault.message());
    match bad.item {
        Some(item) => format!("{line}行目の{}：{message}", item.label()),
        None => format!("{line}行目：{message}"),
    }
}

/// 「5行目は2行目と同じ方です。2行目にお答えしています」.
pub(super) fn repeated_sentence(it: &Repeated) -> String {
    let (line, first) = (it.line, it.first);
    format!("{line}行目は{first}行目と同じ方です。{first}行目にお答えしています")
}
