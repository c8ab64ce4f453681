//! 医療機関の業務トップ (D01): requests waiting, due dates, returned ones.

use axum::response::Response;
use kiban_domain::{Date, Wareki, opinion_case::CaseState};
use kiban_services::{
    insurers,
    opinions::{self, ListedCase},
};
use kiban_ui::{MedicalHomePage, MenuItem, Notice, NoticeKind, OpinionCount, OpinionTasks};

use super::{failed, lines};
use crate::{answer::page, emergency, home::ending_terminals, visit::SignedIn};

/// How many requests of a kind are listed; the list has the rest.
const TASKS: usize = 10;

/// GET `/medical`.
pub(crate) async fn show(signed_in: SignedIn) -> Result<Response, Response> {
    let today = signed_in.platform().today();
    let open = [
        CaseState::Requested,
        CaseState::Draft,
        CaseState::Returned,
        CaseState::Withdrawn,
        CaseState::Sent,
    ];
    let listed = opinions::inbox(signed_in.platform(), &signed_in.context, &open, None)
        .await
        .map_err(|error| failed(&signed_in, &error, "/medical"))?;
    let insurers = insurers::list(signed_in.platform())
        .await
        .map_err(|error| signed_in.storage(&error))?;
    let count = |state: CaseState| {
        let found = listed.counts.iter().find(|it| it.0 == state);
        found.map_or(0, |it| it.1)
    };
    let tasks = |id, title, none, more: &str, fits: &dyn Fn(&ListedCase) -> bool| {
        let fitting: Vec<&ListedCase> = listed.cases.iter().filter(|it| fits(it)).collect();
        OpinionTasks {
            id,
            title,
            none,
            more: if fitting.len() > TASKS || listed.next.is_some() {
                format!("/medical/requests?state={more}")
            } else {
                String::new()
            },
            rows: fitting
                .into_iter()
                .take(TASKS)
                .map(|it| lines::line(it, &insurers, today))
                .collect(),
        }
    };
    let in_state = |state: CaseState| move |it: &ListedCase| it.row.state == state;
    Ok(page(&MedicalHomePage {
        frame: signed_in.frame(Some(MenuItem::Opinions)),
        today: Wareki::try_from(today)
            .map_or_else(|_| today.to_string(), Wareki::long_with_weekday),
        notices: [
            emergency::banner(&signed_in).await?,
            ending_terminals(&signed_in).await?,
            late(&listed.cases, today),
        ]
        .concat(),
        counts: vec![
            number("これから作成する依頼", count(CaseState::Requested), true),
            number("差戻し", count(CaseState::Returned), true),
            number(
                "作成中",
                count(CaseState::Draft) + count(CaseState::Withdrawn),
                false,
            ),
            number("市町村の受領待ち", count(CaseState::Sent), false),
        ],
        tasks: vec![
            tasks(
                "returned",
                "市町村から差し戻された意見書",
                "差し戻された意見書はありません。",
                "returned",
                &in_state(CaseState::Returned),
            ),
            tasks(
                "requested",
                "これから作成する依頼",
                "新しい依頼はありません。",
                "requested",
                &in_state(CaseState::Requested),
            ),
            tasks(
                "drafts",
                "作成中の意見書",
                "作成中の意見書はありません。",
                "draft",
                &|it| matches!(it.row.state, CaseState::Draft | CaseState::Withdrawn),
            ),
            tasks(
                "sent",
                "市町村の受領を待っている意見書",
                "受領を待っている意見書はありません。",
                "sent",
                &in_state(CaseState::Sent),
            ),
        ],
    }))
}

fn number(label: &str, number: i64, alerts: bool) -> OpinionCount {
    OpinionCount {
        label: label.to_owned(),
        number: number.to_string(),
        alert: alerts && number > 0,
    }
}

/// What is late, and what soon will be.
fn late(cases: &[ListedCase], today: Date) -> Vec<Notice> {
    let waiting = || cases.iter().filter_map(|it| it.days_left);
    let late = waiting().filter(|it| *it < 0).count();
    let soon = waiting()
        .filter(|it| (0..=lines::SOON_DAYS).contains(it))
        .count();
    let mut notices = Vec::new();
    if late > 0 {
        notices.push(Notice::new(
            NoticeKind::Warning,
            format!("提出期限を過ぎた依頼が{late}件あります"),
            "作成できないときは、依頼の画面から理由を市町村へ連絡してください。",
        ));
    }
    if soon > 0 {
        let last = today.saturating_add(jiff::Span::new().days(lines::SOON_DAYS));
        notices.push(Notice::new(
            NoticeKind::Info,
            format!("提出期限の近い依頼が{soon}件あります"),
            format!(
                "{}までに提出する依頼です。",
                crate::words::date(last).wareki
            ),
        ));
    }
    notices
}
