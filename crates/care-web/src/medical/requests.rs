//! 意見書の作成依頼 (D02): the list.

use axum::{extract::Query, response::Response};
use kiban_domain::opinion_case::CaseState;
use kiban_services::{insurers, opinions};
use kiban_store::repo::opinions::CaseCursor;
use kiban_ui::{Link, MenuItem, OpinionRequestsPage};
use serde::Deserialize;

use super::{failed, lines};
use crate::{answer::page, visit::SignedIn, words};

/// Which list, and from where it goes on.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    state: String,
    #[serde(default)]
    after: String,
}

/// A list of requests: its word in addresses, its words, its states.
struct List(&'static str, &'static str, &'static [CaseState]);

const LISTS: [List; 7] = [
    List(
        "open",
        "対応が必要",
        &[
            CaseState::Requested,
            CaseState::Draft,
            CaseState::Returned,
            CaseState::Withdrawn,
        ],
    ),
    List("requested", "依頼あり", &[CaseState::Requested]),
    List("draft", "作成中", &[CaseState::Draft, CaseState::Withdrawn]),
    List("returned", "差戻し", &[CaseState::Returned]),
    List("sent", "送信済み", &[CaseState::Sent]),
    List("received", "市町村で受領", &[CaseState::Acknowledged]),
    List(
        "closed",
        "辞退・取消・転送",
        &[
            CaseState::Declined,
            CaseState::Cancelled,
            CaseState::Transferred,
        ],
    ),
];

/// GET `/medical/requests`.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Response> {
    let today = signed_in.platform().today();
    let List(code, label, states) = LISTS
        .iter()
        .find(|it| it.0 == wanted.state)
        .unwrap_or(&LISTS[0]);
    let after = cursor(&wanted.after);
    let listed = opinions::inbox(signed_in.platform(), &signed_in.context, states, after)
        .await
        .map_err(|error| failed(&signed_in, &error, "/medical/requests"))?;
    let insurers = insurers::list(signed_in.platform())
        .await
        .map_err(|error| signed_in.storage(&error))?;
    let address = |code: &str| format!("/medical/requests?state={code}");
    let list = |it: &List| {
        let counts = listed.counts.iter().filter(|count| it.2.contains(&count.0));
        let number: i64 = counts.map(|it| it.1).sum();
        Link::new(address(it.0), format!("{}（{number}件）", it.1))
    };
    let more = listed.next.map(|(day, id)| {
        format!(
            "{}&after={}",
            address(code),
            words::encoded(&format!("{day}.{id}"))
        )
    });
    Ok(page(&OpinionRequestsPage {
        frame: signed_in.frame(Some(MenuItem::Opinions)),
        lists: LISTS.iter().map(list).collect(),
        current: address(code),
        none: format!(
            "「{label}」の作成依頼はありません。市町村から依頼が届くと、ここに表示されます。"
        ),
        rows: listed
            .cases
            .iter()
            .map(|it| lines::line(it, &insurers, today))
            .collect(),
        more: more.unwrap_or_default(),
    }))
}

/// Where a list goes on; what is not understood is its beginning.
fn cursor(text: &str) -> Option<CaseCursor> {
    let (day, id) = text.split_once('.')?;
    Some((day.parse().ok()?, id.parse().ok()?))
}
