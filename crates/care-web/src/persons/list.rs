//! 利用者一覧 (C02).

use axum::{extract::Query, response::Response};
use kiban_ui::{Chip, ChipColor, Choice, ChoiceField, Link, MenuItem, PersonListPage};

use super::listed::{self, EXPIRIES, Filter};
use crate::{answer::page, paging::Asked, visit::SignedIn};

/// GET `/care/persons`.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(filter): Query<Filter>,
) -> Result<Response, Response> {
    let today = signed_in.platform().today();
    let mut persons = listed::current(listed::all(&signed_in).await?, today);
    persons.retain(|person| filter.takes(person, today));
    let doubles = listed::other_managers(&signed_in).await?;
    let query = filter.query("");
    let address = |size: usize, page: usize| {
        let mark = if query.is_empty() { "" } else { "&" };
        format!("/care/persons?{query}{mark}size={size}&page={page}")
    };
    let (range, pager) = Asked::of(&filter.size, &filter.page).pager(persons.len(), address);
    let rows = persons[range]
        .iter()
        .map(|person| {
            let mut row = person.to_row(today);
            let key = &person.row.relation.person;
            if doubles.iter().any(|other| other.person == *key) {
                row.double = Some(Chip::new("ケアマネ事業所の重複", ChipColor::Orange));
            }
            row
        })
        .collect();
    Ok(page(&PersonListPage {
        frame: signed_in.frame(Some(MenuItem::Persons)),
        query: filter.q.trim().to_owned(),
        level: choices("すべて", listed::levels(), &filter.level),
        expiry: choices("指定しない", EXPIRIES.into_iter(), &filter.expiry),
        conditions: conditions(&filter),
        rows,
        pager,
        csv: with_query("/care/persons.csv", &query),
    }))
}

fn with_query(path: &str, query: &str) -> String {
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

fn choices<'a>(
    all: &'a str,
    some: impl Iterator<Item = (&'a str, &'a str)>,
    chosen: &str,
) -> ChoiceField {
    let choice = |(value, label): (&str, &str)| Choice {
        chosen: value == chosen,
        ..Choice::new(value, label, "")
    };
    ChoiceField::of([("", all)].into_iter().chain(some).map(choice).collect())
}

/// The conditions in force, each with the address of the list without it.
fn conditions(filter: &Filter) -> Vec<Link> {
    let link = |name: &str, label: String| {
        Link::new(with_query("/care/persons", &filter.query(name)), label)
    };
    let mut conditions = Vec::new();
    if !filter.q.trim().is_empty() {
        conditions.push(link(
            "q",
            format!("氏名・カナ・番号「{}」", filter.q.trim()),
        ));
    }
    if let Some((_, label)) = listed::levels().find(|(code, _)| *code == filter.level) {
        conditions.push(link("level", label.to_owned()));
    }
    if let Some((_, label)) = EXPIRIES.iter().find(|(code, _)| *code == filter.expiry) {
        conditions.push(link("expiry", format!("有効期限 {label}")));
    }
    conditions
}
