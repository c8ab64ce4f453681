//! /prefecture: how far a prefecture's municipalities are, who is late, and a letter that reminds. No personal data.

use super::nowhere;
use crate::{
    member::{PostedIn, SignedIn},
    public::words,
};
use axum::{
    extract::Query,
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_domain::{Body, InsurerNumber, PlatformFunction, Timestamp};
use kiban_portal_ui::{Notice, NoticeKind, PrefectureLine, PrefecturePage};
use kiban_services::{
    portal_users::members,
    readiness::{
        Overview, Standing,
        reminders::{self, RemindError, Reminder},
    },
};
use kiban_store::{Error, repo::readiness_reminders::ReminderRow};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What was done before.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Before {
    done: String,
}

/// The prefecture that somebody acts for, as its number; everybody else finds no such page.
fn prefecture(signed_in: &SignedIn) -> Option<u8> {
    match signed_in.session.body {
        Body::Prefecture(code) => code.as_str().parse().ok(),
        Body::Office(_) | Body::Insurer(_) | Body::Operator => None,
    }
}

/// GET `/prefecture`.
pub(super) async fn show(signed_in: SignedIn, Query(before): Query<Before>) -> Response {
    let Some(number) = prefecture(&signed_in) else {
        return nowhere(&signed_in);
    };
    let notice = match before.done.as_str() {
        "sent" => Some(Notice::new(
            NoticeKind::Success,
            "お願いのメールを送りました",
            "次に送れるのは、7日後です。",
        )),
        _ => None,
    };
    listed(&signed_in, number, StatusCode::OK, notice).await
}

async fn listed(
    signed_in: &SignedIn,
    number: u8,
    status: StatusCode,
    notice: Option<Notice>,
) -> Response {
    let platform = signed_in.platform();
    let read = async {
        let overview = signed_in.state.public.overview.current(platform).await?;
        let sent = reminders::list(platform).await?;
        Ok::<_, Error>((overview, sent))
    };
    match read.await {
        Ok((overview, sent)) => {
            let sent = sent.into_iter().map(|row| (row.insurer_no, row)).collect();
            let page = shown(signed_in, &overview, &sent, number, notice);
            signed_in.page(status, &page)
        }
        Err(error) => signed_in.failed(&error),
    }
}

fn shown(
    signed_in: &SignedIn,
    overview: &Overview,
    sent: &BTreeMap<InsurerNumber, ReminderRow>,
    number: u8,
    notice: Option<Notice>,
) -> PrefecturePage {
    let now = signed_in.platform().now();
    let own: Vec<_> = overview
        .all
        .iter()
        .filter(|it| it.municipality.code.prefecture() == number)
        .collect();
    let silent = own.iter().filter(|it| it.declared_at.is_none()).count();
    let late = own.iter().filter(|it| it.is_late(overview.on)).count();
    PrefecturePage {
        frame: signed_in.frame().at("/prefecture"),
        notice,
        name: signed_in.organisation.clone(),
        summary: format!(
            "{}団体のうち、登録のない市町村は{silent}団体、予定を過ぎた段階がある市町村は{late}団体です。",
            own.len()
        ),
        public: format!("/readiness?pref={number:02}#list"),
        lines: own
            .iter()
            .map(|it| line(overview, it, sent.get(&it.insurer_no), now))
            .collect(),
    }
}

fn line(
    overview: &Overview,
    it: &Standing,
    sent: Option<&ReminderRow>,
    now: Timestamp,
) -> PrefectureLine {
    let steps = it.steps(PlatformFunction::Certificates);
    PrefectureLine {
        href: format!("/readiness/{}", it.municipality.code.as_str()),
        name: it.municipality.name.to_owned(),
        stage: words::stage(steps.stage(overview.on)),
        sharing: words::sharing(steps),
        updated: it.declared_at.map(|at| words::date(words::day_of(at))),
        late: match (it.declared_at.is_none(), it.is_late(overview.on)) {
            (true, _) => "登録なし".to_owned(),
            (false, true) => "予定を過ぎた段階があります".to_owned(),
            (false, false) => String::new(),
        },
        reminded: sent.map(|row| {
            let day = words::date(words::day_of(row.sent_at)).wareki;
            format!("{day}（{}）", row.sent_by)
        }),
        remind: reminders::may_send(sent, now).then(|| it.insurer_no.as_str().to_owned()),
    }
}

/// POST `/prefecture/remind`: one letter a week at most to an insurer, whoever sends it.
pub(super) async fn remind(posted: PostedIn) -> Response {
    let PostedIn { signed_in, fields } = posted;
    let Some(number) = prefecture(&signed_in) else {
        return nowhere(&signed_in);
    };
    let platform = signed_in.platform();
    let overview = match signed_in.state.public.overview.current(platform).await {
        Ok(overview) => overview,
        Err(error) => return signed_in.failed(&error),
    };
    let insurer_no = fields.get("insurer_no").parse::<InsurerNumber>().ok();
    let about: Vec<_> = overview
        .all
        .iter()
        .filter(|it| {
            it.municipality.code.prefecture() == number && Some(it.insurer_no) == insurer_no
        })
        .map(|it| it.municipality.name.to_owned())
        .collect();
    let Some(insurer_no) = insurer_no.filter(|_| !about.is_empty()) else {
        return nowhere(&signed_in);
    };
    let holders = match members::list(platform, &Body::Insurer(insurer_no)).await {
        Ok(holders) => holders,
        Err(error) => return signed_in.failed(&error),
    };
    let active = holders
        .into_iter()
        .filter(|(user, row)| user.active && row.holds);
    let reminder = Reminder {
        insurer_no,
        to: active
            .filter_map(|(user, _)| user.mail.parse().ok())
            .collect(),
        from: signed_in.organisation.clone(),
        about,
    };
    let context = signed_in.context();
    let origin = &signed_in.state.own_origin;
    let (title, body) = match reminders::send(platform, &context, reminder, origin).await {
        Ok(()) => return Redirect::to("/prefecture?done=sent").into_response(),
        Err(RemindError::Nobody) => (
            "この保険者には、まだユーザIDが発行されていません",
            "運営の窓口に発行を依頼してください。",
        ),
        Err(RemindError::ThisWeek) => (
            "この保険者には、7日以内にお願いのメールを送っています",
            "日をあけて、もう一度お試しください。",
        ),
        Err(RemindError::Storage(error)) => return signed_in.failed(&error),
    };
    let notice = Notice::new(NoticeKind::Warning, title, body);
    listed(&signed_in, number, StatusCode::CONFLICT, Some(notice)).await
}
