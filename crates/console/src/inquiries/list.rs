//! The queue: found, in pages, as a file, with how long answers took.

use super::{Asking, DESK, Names, address, choices, line, members_of, told};
use crate::{officer::Officer, words};
use axum::{extract::Query, response::Response};
use http::StatusCode;
use jiff::SignedDuration;
use kiban_console_ui::{Asked, InquiriesPage, Link};
use kiban_domain::{InquiryCategory, InquiryState, normalize};
use kiban_services::inquiries::{self, InquirySearch, Times, shown_ticket};
use kiban_web_kit::{Fields, csv};

/// So many inquiries a file holds at the most.
const CSV_ROWS: i64 = 10_000;
/// Times are told of so many days.
const TIMES_DAYS: i64 = 90;
const AGES: [(&str, &str); 4] = [
    ("", "すべて"),
    ("1", "1日以上"),
    ("3", "3日以上"),
    ("7", "7日以上"),
];

/// What is looked for; what is not understood is left out.
fn search_of(officer: &Officer, asked: &Fields) -> InquirySearch {
    let state = asked.get("state");
    let assigned_to = match asked.get("assigned") {
        "" => None,
        "none" => Some(String::new()),
        "me" => Some(officer.session.login.clone()),
        login => Some(login.to_owned()),
    };
    let age = asked
        .get("age")
        .parse::<i64>()
        .ok()
        .filter(|it| (1..=365).contains(it));
    let now = officer.platform().now();
    let number = asked.get("number");
    InquirySearch {
        state: state.parse().ok(),
        open_only: state == "open" || state.is_empty(),
        category: asked.get("category").parse().ok(),
        ticket: (!number.is_empty()).then(|| number.to_owned()),
        words: asked.get("words").chars().take(100).collect(),
        organisation: normalize(asked.get("organisation"))
            .chars()
            .take(100)
            .collect(),
        assigned_to,
        calls_only: asked.get("calls") == "yes",
        before: age.map(|days| now - SignedDuration::from_hours(24 * days)),
        offset: 0,
        most: CSV_ROWS,
    }
}

/// GET `/ops/inquiries`.
pub(crate) async fn list(officer: Officer, Query(asked): Asking) -> Result<Response, Response> {
    officer.may(DESK)?;
    let asked = Fields::of(asked);
    let size = asked.get("size").parse().ok();
    let size = size.filter(|it| [20, 50, 100].contains(it)).unwrap_or(20);
    let at = asked
        .get("page")
        .parse::<i64>()
        .unwrap_or(1)
        .clamp(1, 10_000);
    let search = InquirySearch {
        offset: (at - 1) * size,
        most: size,
        ..search_of(&officer, &asked)
    };
    let (platform, context) = (officer.platform(), officer.context());
    let found = inquiries::search(platform, &context, search).await;
    let (rows, count) = found.map_err(|error| told(&officer, &error))?;
    let since = platform.now() - SignedDuration::from_hours(24 * TIMES_DAYS);
    let times = inquiries::times(platform, since).await;
    let times = times.map_err(|error| officer.failed(&error))?;
    let total = usize::try_from(count).unwrap_or_default();
    let pages = Asked::of(asked.get("size"), asked.get("page"));
    let (_, pager) = pages.pager(total, |size, page| {
        address("/ops/inquiries", &asked, "", Some((size, page)))
    });
    let today = platform.today();
    let everybody = Names::of(&officer).await?;
    let members = members_of(&officer).await?;
    let names = members
        .iter()
        .map(|(login, name)| (login.as_str(), name.as_str()));
    let states = InquiryState::ALL.iter().map(|it| (it.code(), it.label()));
    let categories = InquiryCategory::ALL
        .iter()
        .map(|it| (it.code(), it.label()));
    let page = InquiriesPage {
        frame: officer.frame("/ops/inquiries"),
        words: asked.get("words").to_owned(),
        number: asked.get("number").to_owned(),
        organisation: asked.get("organisation").to_owned(),
        state: choices(
            asked.get("state"),
            &[("open", "完了を除く"), ("all", "すべて")],
            states,
        ),
        category: choices(asked.get("category"), &[("", "すべて")], categories),
        assigned: choices(
            asked.get("assigned"),
            &[("", "すべて"), ("none", "未定"), ("me", "自分")],
            names,
        ),
        age: choices(asked.get("age"), &AGES, std::iter::empty()),
        conditions: conditions(&asked),
        lines: rows
            .iter()
            .map(|row| line(&officer, &everybody, row, today))
            .collect(),
        pager,
        csv: address("/ops/inquiries.csv", &asked, "", None),
        times: times
            .iter()
            .filter(|it| it.received > 0)
            .map(times_line)
            .collect(),
    };
    Ok(officer.page(StatusCode::OK, &page))
}

fn conditions(asked: &Fields) -> Vec<Link> {
    let label = |name: &str, value: &str| match name {
        "words" => Some(format!("言葉：{value}")),
        "number" => Some(format!("受付番号：{value}")),
        "organisation" => Some(format!("事業所など：{value}")),
        "state" => value
            .parse::<InquiryState>()
            .ok()
            .map(|it| it.label().to_owned()),
        "category" => value
            .parse::<InquiryCategory>()
            .ok()
            .map(|it| it.label().to_owned()),
        "assigned" => Some(match value {
            "none" => "担当：未定".to_owned(),
            "me" => "担当：自分".to_owned(),
            login => format!("担当：{login}"),
        }),
        "age" => Some(format!("{value}日以上")),
        "calls" => Some("電話を希望".to_owned()),
        _ => None,
    };
    let set = asked
        .fields()
        .iter()
        .filter(|(_, value)| !value.trim().is_empty());
    set.filter_map(|(name, value)| {
        let label = label(name, value.trim())?;
        Some(Link::new(
            address("/ops/inquiries", asked, name, None),
            label,
        ))
    })
    .collect()
}

fn times_line(times: &Times) -> [String; 6] {
    let span = |span: Option<SignedDuration>| span.map_or_else(|| "—".to_owned(), words::span);
    let first = times.first_answer;
    [
        times.category.map_or("すべて", |it| it.label()).to_owned(),
        format!("{}件", times.received),
        format!("{}件", first.map_or(0, |it| it.count)),
        span(first.map(|it| it.median)),
        span(first.map(|it| it.ninety)),
        span(times.close.map(|it| it.median)),
    ]
}

/// GET `/ops/inquiries.csv`: what the list shows, whole.
pub(crate) async fn export(officer: Officer, Query(asked): Asking) -> Result<Response, Response> {
    officer.may(DESK)?;
    let search = search_of(&officer, &Fields::of(asked));
    let found = inquiries::search(officer.platform(), &officer.context(), search).await;
    let (rows, _) = found.map_err(|error| told(&officer, &error))?;
    let mut file = csv::File::new([
        "受付番号",
        "受付日時",
        "受付方法",
        "区分",
        "状態",
        "氏名",
        "事業所など",
        "メールアドレス",
        "電話番号",
        "電話の希望",
        "担当",
        "最初の回答",
        "完了",
    ]);
    for row in &rows {
        let at =
            |at: Option<kiban_domain::Timestamp>| at.map_or_else(String::new, words::short_instant);
        file.line([
            shown_ticket(&row.ticket),
            words::short_instant(row.created_at),
            row.channel.label().to_owned(),
            row.category.label().to_owned(),
            row.state.label().to_owned(),
            row.name.clone(),
            row.organisation.clone(),
            row.mail.clone(),
            row.phone.clone(),
            row.call_state.map_or("", |it| it.label()).to_owned(),
            row.assigned_to.clone().unwrap_or_default(),
            at(row.first_answer_at),
            at(row.closed_at),
        ]);
    }
    Ok(file.answer("inquiries.csv"))
}
