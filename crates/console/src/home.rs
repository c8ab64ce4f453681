//! 運営トップ (O01): what waits for the roles of who looks.

use crate::{
    articles::SHELVES,
    inquiries::{due, told},
    letters,
    officer::Officer,
    registrations, subsidies, words,
};
use axum::response::Response;
use http::StatusCode;
use kiban_console_ui::{HomePage, Queue};
use kiban_domain::{InquiryState, PortalRole, Timestamp};
use kiban_services::{
    articles::{self, ArticleState},
    inquiries::{self, InquirySearch},
    operating, questions,
};

/// GET `/ops`.
pub(crate) async fn show(officer: Officer) -> Result<Response, Response> {
    let mut queues = Vec::new();
    if officer.session.roles.has(PortalRole::Desk) {
        queues.extend(of_desk(&officer).await?);
    }
    if officer.session.roles.has(PortalRole::Editor) {
        queues.extend(of_editors(&officer).await?);
    }
    queues.extend(registrations::queue(&officer).await?);
    queues.extend(subsidies::queue(&officer).await?);
    queues.extend(letters::queue(&officer).await?);
    queues.extend(mail(&officer).await?);
    let operating = crate::maintenance::present(&officer).await?;
    let page = HomePage {
        frame: officer.frame("/ops"),
        notice: None,
        operating,
        queues,
    };
    Ok(officer.page(StatusCode::OK, &page))
}

pub(crate) fn queue(href: &str, label: String, count: i64, note: String) -> Queue {
    Queue {
        href: href.to_owned(),
        label,
        count: format!("{count}件"),
        note,
    }
}

pub(crate) fn oldest(officer: &Officer, since: Timestamp) -> String {
    let waited = officer.platform().now().duration_since(since);
    format!("最も古いもの：{}前", words::span(waited))
}

async fn of_desk(officer: &Officer) -> Result<Vec<Queue>, Response> {
    let platform = officer.platform();
    let waits = inquiries::queue(platform).await;
    let waits = waits.map_err(|error| officer.failed(&error))?;
    let states = waits.states.iter().map(|it| {
        let href = format!("/ops/inquiries?state={}", it.state.code());
        let label = format!("お問い合わせ（{}）", it.state.label());
        queue(&href, label, it.count, oldest(officer, it.oldest))
    });
    let mut queues: Vec<Queue> = states.collect();
    let late = late(officer).await?;
    if late > 0 {
        let label = "回答の期限を過ぎたお問い合わせ".to_owned();
        queues.push(queue("/ops/inquiries", label, late, String::new()));
    }
    for (count, href, label) in [
        (
            waits.unassigned,
            "/ops/inquiries?assigned=none",
            "担当が決まっていないお問い合わせ",
        ),
        (waits.calls, "/ops/tel", "折り返しの電話"),
    ] {
        if count > 0 {
            queues.push(queue(href, label.to_owned(), count, String::new()));
        }
    }
    Ok(queues)
}

/// How many inquiries that nobody has answered should have been.
async fn late(officer: &Officer) -> Result<i64, Response> {
    let today = officer.platform().today();
    let mut late = 0;
    for state in [InquiryState::Received, InquiryState::Working] {
        let search = InquirySearch {
            state: Some(state),
            most: 1_000,
            ..InquirySearch::default()
        };
        let found = inquiries::search(officer.platform(), &officer.context(), search).await;
        let (rows, _) = found.map_err(|error| told(officer, &error))?;
        let overdue = rows
            .iter()
            .filter(|row| due(officer, row).is_some_and(|it| it < today));
        late += i64::try_from(overdue.count()).unwrap_or_default();
    }
    Ok(late)
}

/// Letters that wait or were given up in the last week, for those who look after the service.
async fn mail(officer: &Officer) -> Result<Option<Queue>, Response> {
    if !officer.session.roles.has(PortalRole::Manager) {
        return Ok(None);
    }
    let waiting = operating::waiting_mail(officer.platform()).await;
    let waiting = waiting.map_err(|error| officer.failed(&error))?;
    let mut note = waiting
        .oldest
        .map_or_else(String::new, |it| oldest(officer, it));
    if waiting.given_up > 0 {
        note = format!(
            "7日のうちに届かなかったもの：{}件　{note}",
            waiting.given_up
        );
    }
    let label = "届いていないメール".to_owned();
    Ok(Some(Queue {
        href: String::new(),
        label,
        count: format!("{}件", waiting.count),
        note,
    }))
}

async fn of_editors(officer: &Officer) -> Result<Vec<Queue>, Response> {
    let platform = officer.platform();
    let pending = articles::count_pending(platform).await;
    let pending = pending.map_err(|error| officer.failed(&error))?;
    let mut queues = Vec::new();
    for it in pending {
        let Some(shelf) = SHELVES.into_iter().find(|shelf| shelf.kind == it.kind) else {
            continue;
        };
        let (word, label) = match it.state {
            ArticleState::Review => ("review", "確認待ち"),
            _ => ("draft", "下書き"),
        };
        let href = format!("{}?state={word}", shelf.path());
        let label = format!("{}（{label}）", shelf.title);
        queues.push(queue(&href, label, it.count, oldest(officer, it.oldest)));
    }
    let groups = questions::list_groups(platform).await;
    let groups = groups.map_err(|error| officer.failed(&error))?;
    if !groups.is_empty() {
        let count = i64::try_from(groups.len()).unwrap_or_default();
        let label = "答えられなかった質問".to_owned();
        queues.push(queue("/ops/faq/unanswered", label, count, String::new()));
    }
    Ok(queues)
}
