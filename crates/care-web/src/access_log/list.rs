//! The log as a page.

use axum::{extract::Query, response::Response};
use http::StatusCode;
use kiban_access::PersonKey;
use kiban_services::access_log::{self, LogError, Look};
use kiban_ui::{
    AccessLogPage, AccessRow, Choice, ChoiceField, CursorPager, LogScope, LookedPerson, MenuItem,
    MessageKind, PersonHead,
};

use super::{Asked, wording};
use crate::{
    answer::{Message, page_with},
    persons::listed,
    visit::SignedIn,
    words,
};

/// GET `/care/access-log`.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    page_of(&signed_in, &asked, None).await
}

/// The page of the office, or of one person whose head has been read.
pub(crate) async fn page_of(
    signed_in: &SignedIn,
    asked: &Asked,
    about: Option<(&PersonKey, PersonHead)>,
) -> Result<Response, Response> {
    let (key, head) = about.unzip();
    let read = asked.read(signed_in, key).await?;
    let (platform, context) = (signed_in.platform(), &signed_in.context);
    let role = signed_in.session.role;
    let members = access_log::members(platform, context, role)
        .await
        .map_err(|error| refused(signed_in, error))?;
    let log = if read.is_sound() {
        let log = access_log::read(platform, context, role, &read.question, read.size).await;
        Some(log.map_err(|error| refused(signed_in, error))?)
    } else {
        None
    };
    let status = if log.is_some() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let own_only = members.is_empty();
    let path = address_of(head.as_ref());
    let rows: Vec<AccessRow> = log
        .iter()
        .flat_map(|log| log.looks.iter().map(row))
        .collect();
    let pager = CursorPager {
        summary: format!("{}件を表示", rows.len()),
        newest: (!asked.before.is_empty()).then(|| asked.address(&path, read.size, None)),
        older: log
            .and_then(|log| log.older)
            .map(|older| asked.address(&path, read.size, Some(older))),
        sizes: asked.sizes(&path, read.size),
    };
    let menu = if head.is_some() {
        MenuItem::Persons
    } else {
        MenuItem::AccessLog
    };
    let page = AccessLogPage {
        frame: signed_in.frame(Some(menu)),
        scope: if own_only {
            LogScope::Own
        } else {
            LogScope::Office
        },
        named: read.named,
        user: (!own_only).then(|| member_choices(&members, &asked.user)),
        from: read.from,
        to: read.to,
        narrowed: asked.narrows(),
        rows,
        pager,
        csv: (!own_only).then(|| asked.address(&format!("{path}.csv"), 20, None)),
        person: head,
    };
    Ok(page_with(status, &page))
}

/// What to say instead of the log.
pub(super) fn refused(signed_in: &SignedIn, error: LogError) -> Response {
    match error {
        LogError::Refused(refusal) => {
            signed_in.say(Message::new(MessageKind::Forbidden, refusal.message()))
        }
        LogError::TooMany => {
            let detail = format!(
                "一度にダウンロードできる記録は{}件までです。期間を短くするか、利用者や見た人でしぼってください。",
                access_log::FILE_MAX
            );
            signed_in.say(
                Message::new(MessageKind::Unprocessable, &detail)
                    .next("/care/access-log", "閲覧履歴へ戻る"),
            )
        }
        LogError::Storage(error) => signed_in.storage(&error),
    }
}

fn address_of(head: Option<&PersonHead>) -> String {
    let person = head.map_or("/care".to_owned(), PersonHead::path);
    format!("{person}/access-log")
}

fn member_choices(members: &[(String, String)], chosen: &str) -> ChoiceField {
    let all = Choice {
        chosen: chosen.is_empty(),
        ..Choice::new("", "すべての人", "")
    };
    let member = |(login, name): &(String, String)| Choice {
        chosen: login == chosen,
        ..Choice::new(login.clone(), format!("{name}（{login}）"), "")
    };
    ChoiceField::of(
        [all]
            .into_iter()
            .chain(members.iter().map(member))
            .collect(),
    )
}

fn row(look: &Look) -> AccessRow {
    let event = &look.event;
    let (day, time) = words::day_and_time(event.at);
    AccessRow {
        iso: event.at.to_string(),
        day,
        time,
        user: wording::user(look),
        login: event.actor.staff.clone().unwrap_or_default(),
        person: look.person.as_ref().map(|key| LookedPerson {
            label: wording::person(look),
            href: look
                .serving
                .then(|| format!("{}/access-log", listed::path(key))),
            masked_no: words::masked(key.insured_no.as_str()),
        }),
        what: wording::what(event),
        refused: wording::refused(event),
        why: wording::why(look),
        terminal: wording::terminal(look),
    }
}
