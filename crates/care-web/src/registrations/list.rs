//! The office's registrations, in force or over.

use axum::{extract::Query, response::Response};
use kiban_domain::Date;
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
    rows.retain(|row| is_over(row, today) == (show == RegistrationList::Ended));
    match show {
        RegistrationList::Active => rows.sort_by_key(|row| row.relation.valid_to),
        RegistrationList::Ended => rows.sort_by_key(|row| std::cmp::Reverse(row.relation.valid_to)),
    }
    let address = |size: usize, page: usize| {
        format!(
            "/care/registrations?show={}&size={size}&page={page}",
            show.code()
        )
    };
    let (range, pager) = paging::Asked::of(&asked.size, &asked.page).pager(rows.len(), address);
    let done = Notice::new(
        NoticeKind::Success,
        "担当登録を終了しました",
        "終了した担当登録では、この方の情報はもう見られません。",
    );
    Ok(page(&RegistrationsPage {
        frame: signed_in.frame(Some(MenuItem::Registrations)),
        notice: (asked.done == "1").then_some(done),
        show,
        rows: rows[range].iter().map(|row| to_row(row, today)).collect(),
        pager,
    }))
}

/// Whether nothing more follows from the registration.
pub(super) fn is_over(row: &ListedRow, today: Date) -> bool {
    row.relation.ended_at.is_some() || row.relation.valid_to < today
}

fn to_row(row: &ListedRow, today: Date) -> RegistrationRow {
    let relation = &row.relation;
    let over = is_over(row, today);
    let chip = if over {
        Chip::new("終了", ChipColor::Gray)
    } else if today < relation.valid_from {
        Chip::new("開始前", ChipColor::Gray)
    } else if relation.valid_to == FOREVER {
        Chip::new("有効", ChipColor::Green)
    } else {
        Chip::new("終了予定", ChipColor::Yellow)
    };
    // One that was ended before its first day has no day at all; its last would lie before its first.
    let until = relation.valid_to.max(relation.valid_from);
    RegistrationRow {
        person: row.name.clone(),
        href: listed::holds(relation, today).then(|| listed::path(&relation.person)),
        kana: row.name_kana.clone(),
        insurer: row.insurer_name.clone(),
        service: relation.service_kind.label().to_owned(),
        period: words::period(relation.valid_from, Some(until)),
        chip,
        end: (!over).then(|| format!("/care/registrations/{}/end", relation.relation_id)),
    }
}
