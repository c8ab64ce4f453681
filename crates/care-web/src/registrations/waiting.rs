//! Registrations about which the office is asked whether they go on (W-4).

use axum::response::Response;
use kiban_domain::Date;
use kiban_services::relations::{ListError, silence};
use kiban_store::repo::{relations::ListedRow, silence::SilentRow};
use kiban_ui::{Link, Notice, NoticeKind};
use uuid::Uuid;

use crate::{answer::see_other, form::Posted, visit::SignedIn, words};

/// For so many days after the last one the start page names what ended without an answer.
const TOLD_DAYS: i32 = 30;

/// What the office is asked, those that end first at the beginning.
pub(crate) async fn all(signed_in: &SignedIn) -> Result<Vec<SilentRow>, Response> {
    silence::waiting(signed_in.platform(), &signed_in.context)
        .await
        .map_err(|error| failed(signed_in, error))
}

fn failed(signed_in: &SignedIn, error: ListError) -> Response {
    match error {
        ListError::Refused(refusal) => signed_in.refused(refusal),
        ListError::Storage(error) => signed_in.storage(&error),
    }
}

/// POST `/care/registrations/confirm`: what was chosen goes on.
pub(crate) async fn confirm(Posted { signed_in, form }: Posted) -> Result<Response, Response> {
    let chosen: Vec<Uuid> = form
        .all("relation")
        .filter_map(|id| id.parse().ok())
        .collect();
    let done = if chosen.is_empty() {
        "none"
    } else {
        let confirmed = silence::confirm(signed_in.platform(), &signed_in.context, chosen).await;
        match confirmed.map_err(|error| failed(&signed_in, error))? {
            0 => "answered",
            _ => "confirmed",
        }
    };
    Ok(see_other(&format!(
        "/care/registrations?show=waiting&done={done}"
    )))
}

/// What the start page says: how many wait for an answer, and how many ended without one lately.
pub(crate) async fn notices(
    signed_in: &SignedIn,
    rows: &[ListedRow],
    today: Date,
) -> Result<Vec<Notice>, Response> {
    let waiting = all(signed_in).await?;
    let mut notices = Vec::new();
    if let Some(first) = waiting.first().and_then(|row| row.asked) {
        let title = format!(
            "継続の確認を待っている担当登録が{}件あります",
            waiting.len()
        );
        let body = format!(
            "しばらく利用がありません。回答がないと、早いものは{}に終了します。",
            words::date(first.ends_on).wareki
        );
        notices.push(
            Notice::new(NoticeKind::Warning, title, body).with_link(Link::new(
                "/care/registrations?show=waiting",
                "継続の確認に回答する",
            )),
        );
    }
    let ended = rows.iter().filter(|row| {
        let relation = &row.relation;
        relation.end_reason == Some(kiban_domain::EndReason::NoAnswer)
            && (1..=TOLD_DAYS).contains(&words::days_between(relation.valid_to, today))
    });
    let ended = ended.count();
    if ended > 0 {
        let title = format!("回答がなかったため、{ended}件の担当登録を終了しました");
        let body = "担当を続けるときは、もう一度、本人確認と担当登録をしてください。";
        notices.push(
            Notice::new(NoticeKind::Info, title, body).with_link(Link::new(
                "/care/registrations?show=ended",
                "終了した担当登録を見る",
            )),
        );
    }
    Ok(notices)
}
