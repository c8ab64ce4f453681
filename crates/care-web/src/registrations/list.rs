//! The office's registrations, in force or over.

use axum::{extract::Query, response::Response};
use kiban_domain::{Date, EndReason, tokyo_date};
use kiban_store::repo::relations::{FOREVER, ListedRow};
use kiban_ui::{
    Chip, ChipColor, MenuItem, Notice, NoticeKind, RegistrationList, RegistrationRow,
    RegistrationsPage,
};
use serde::Deserialize;

use crate::{answer::page, paging, persons::listed, visit::SignedIn, words};

/// The query of `/care/registrations`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    show: String,
    size: String,
    page: String,
    done: String,
}

/// GET `/care/registrations`.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let today = signed_in.platform().today();
    let mut rows = listed::all(&signed_in).await?;
    let show = RegistrationList::ALL
        .into_iter()
        .find(|list| list.code() == asked.show)
        .unwrap_or(RegistrationList::Active);
    rows.retain(|row| row.relation.is_over(today) == (show == RegistrationList::Ended));
    match show {
        RegistrationList::Active => rows.sort_by_key(|row| row.relation.valid_to),
        RegistrationList::Ended => rows.sort_by_key(|row| std::cmp::Reverse(ended_on(row))),
    }
    let address = |size: usize, page: usize| {
        format!(
            "/care/registrations?show={}&size={size}&page={page}",
            show.code()
        )
    };
    let (range, pager) = paging::Asked::of(&asked.size, &asked.page).pager(rows.len(), address);
    let done = match asked.done.as_str() {
        "ended" => Some((
            "担当登録を終了しました",
            "終了した担当登録では、この方の情報はもう見られません。",
        )),
        "planned" => Some((
            "担当登録の終了を受け付けました",
            "担当の最後の日までは、この方の情報を見られます。最後の日は、早めることだけができます。",
        )),
        _ => None,
    };
    Ok(page(&RegistrationsPage {
        frame: signed_in.frame(Some(MenuItem::Registrations)),
        notice: done.map(|(title, body)| Notice::new(NoticeKind::Success, title, body)),
        show,
        rows: rows[range].iter().map(|row| to_row(row, today)).collect(),
        pager,
    }))
}

/// The last day, and for a mistake, which has none, the day on which it was taken back.
fn ended_on(row: &ListedRow) -> Date {
    let relation = &row.relation;
    match (relation.voided_from, relation.ended_at) {
        (Some(_), Some(at)) => tokyo_date(at),
        (_, _) => relation.valid_to,
    }
}

fn to_row(row: &ListedRow, today: Date) -> RegistrationRow {
    let relation = &row.relation;
    let over = relation.is_over(today);
    let chip = if over {
        Chip::new("終了", ChipColor::Gray)
    } else if today < relation.valid_from {
        Chip::new("開始前", ChipColor::Gray)
    } else if relation.valid_to == FOREVER {
        Chip::new("有効", ChipColor::Green)
    } else {
        Chip::new("終了予定", ChipColor::Yellow)
    };
    RegistrationRow {
        person: row.name.clone(),
        href: listed::holds(relation, today).then(|| listed::path(&relation.person)),
        kana: row.name_kana.clone(),
        insurer: row.insurer_name.clone(),
        service: relation.service_kind.label().to_owned(),
        period: relation
            .voided_from
            .is_none()
            .then(|| words::period(relation.valid_from, Some(relation.valid_to))),
        chip,
        reason: reason(relation.end_reason, relation.end_note.as_deref()),
        hand_over: (listed::holds(relation, today)
            && kiban_access::makes_care_plans(relation.service_kind))
        .then(|| format!("/care/registrations/{}/hand-over", relation.relation_id)),
        end: (!over).then(|| format!("/care/registrations/{}/end", relation.relation_id)),
    }
}

fn reason(reason: Option<EndReason>, note: Option<&str>) -> String {
    match (reason, note) {
        (None, _) => String::new(),
        (Some(reason), None) => reason.label().to_owned(),
        (Some(reason), Some(note)) => format!("{}（{note}）", reason.label()),
    }
}
