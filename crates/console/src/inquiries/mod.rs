//! お問い合わせ (O07): the queue, one inquiry, what is done with it.

mod case;
mod list;

pub(crate) use case::{act, file, show};
pub(crate) use list::{export, list};

use crate::{officer::Officer, words};
use axum::{extract::Query, response::Response};
use http::StatusCode;
use jiff::civil::Weekday;
use kiban_console_ui::{Chip, ChipColor, Choice, ChoiceField, InquiryLine, Link};
use kiban_domain::{Body, Date, InquiryState, PortalRole, tokyo_date};
use kiban_services::{
    inquiries::{self, InquiryError, shown_ticket},
    portal_users::members,
};
use kiban_store::repo::inquiries::InquiryRow;
use kiban_web_kit::Fields;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::HashMap;

const DESK: &[PortalRole] = &[PortalRole::Desk];

pub(crate) type Asking = Query<Vec<(String, String)>>;

pub(crate) fn state_chip(state: InquiryState) -> Chip {
    let color = match state {
        InquiryState::Received => ChipColor::Blue,
        InquiryState::Working => ChipColor::Yellow,
        InquiryState::Answered => ChipColor::Green,
        InquiryState::Closed => ChipColor::Gray,
    };
    Chip::new(state.label(), color)
}

/// Weekends, holidays and the turn of the year.
fn is_closed(officer: &Officer, day: Date) -> bool {
    officer.state.holidays.contains(&day)
        || matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
        || matches!((day.month(), day.day()), (12, 29..) | (1, ..=3))
}

/// By when an inquiry is to be answered first; `None` once it was.
pub(crate) fn due(officer: &Officer, row: &InquiryRow) -> Option<Date> {
    if row.first_answer_at.is_some() || row.state == InquiryState::Closed {
        return None;
    }
    let closed = |day| is_closed(officer, day);
    inquiries::due_on(row.category, tokyo_date(row.created_at), closed)
}

pub(crate) fn line(officer: &Officer, names: &Names, row: &InquiryRow, today: Date) -> InquiryLine {
    let due = due(officer, row);
    let who = if row.organisation.is_empty() {
        row.name.clone()
    } else {
        format!("{}（{}）", row.name, row.organisation)
    };
    let call = row.call_state.map_or_else(String::new, |state| {
        format!("{}　{}", state.label(), row.call_times)
    });
    InquiryLine {
        link: Link::new(
            format!("/ops/inquiries/{}", row.ticket),
            shown_ticket(&row.ticket),
        ),
        state: state_chip(row.state),
        category: row.category.label().to_owned(),
        who,
        came: words::short_instant(row.created_at),
        due: due.map_or_else(String::new, words::short_day),
        late: due.is_some_and(|due| due < today),
        assigned: row
            .assigned_to
            .as_deref()
            .map_or_else(String::new, |it| names.get(it)),
        call,
    }
}

fn choices<'a>(
    chosen: &str,
    all: &[(&'a str, &'a str)],
    rest: impl Iterator<Item = (&'a str, &'a str)>,
) -> ChoiceField {
    let all = all.iter().copied().chain(rest);
    let choice = |(value, label): (&str, &str)| Choice {
        chosen: value == chosen,
        ..Choice::new(value, label, "")
    };
    ChoiceField::of(all.map(choice).collect())
}

/// The address with these conditions, less one, at a page.
pub(crate) fn address(
    base: &str,
    asked: &Fields,
    without: &str,
    page: Option<(usize, usize)>,
) -> String {
    let mut pairs = Vec::new();
    for (name, value) in asked.fields() {
        let value = value.trim();
        if !value.is_empty() && name != without && name != "page" && name != "size" {
            let value = utf8_percent_encode(value, NON_ALPHANUMERIC);
            let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
            pairs.push(format!("{name}={value}"));
        }
    }
    if let Some((size, page)) = page {
        pairs.push(format!("size={size}&page={page}"));
    }
    if pairs.is_empty() {
        base.to_owned()
    } else {
        format!("{base}?{}", pairs.join("&"))
    }
}

/// What operators are called, by login; also those who have left, whose acts stay.
pub(crate) struct Names(HashMap<String, String>);

impl Names {
    pub(crate) async fn of(officer: &Officer) -> Result<Self, Response> {
        let found = members::list(officer.platform(), &Body::Operator).await;
        let found = found.map_err(|error| officer.failed(&error))?;
        let names = found.into_iter().map(|(user, _)| (user.login, user.name));
        Ok(Self(names.collect()))
    }

    /// The name, or the login of somebody who works at the command line.
    pub(crate) fn get(&self, login: &str) -> String {
        self.0
            .get(login)
            .cloned()
            .unwrap_or_else(|| login.to_owned())
    }
}

/// Logins and names of those who answer.
async fn members_of(officer: &Officer) -> Result<Vec<(String, String)>, Response> {
    let found = members::list(officer.platform(), &Body::Operator).await;
    let found = found.map_err(|error| officer.failed(&error))?;
    let desk = found.into_iter().filter(|(user, membership)| {
        user.active && membership.holds && membership.roles.has(PortalRole::Desk)
    });
    Ok(desk.map(|(user, _)| (user.login, user.name)).collect())
}

/// What is answered when an inquiry is not shown.
pub(crate) fn told(officer: &Officer, error: &InquiryError) -> Response {
    match error {
        InquiryError::Storage(error) => officer.failed(error),
        InquiryError::NotFound | InquiryError::Wrong => officer.say(
            StatusCode::NOT_FOUND,
            "お問い合わせが見つかりません",
            "受付番号を確かめてください。",
        ),
        InquiryError::TooMany(_)
        | InquiryError::Closed
        | InquiryError::Body
        | InquiryError::Conflict(_)
        | InquiryError::TooManyFiles => officer.say(
            StatusCode::UNPROCESSABLE_ENTITY,
            "受け付けられませんでした",
            "前の画面へ戻り、もう一度お試しください。",
        ),
    }
}
