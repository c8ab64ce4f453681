//! The office's registrations, in force or over.

use axum::{extract::Query, response::Response};
use kiban_domain::{Date, EndReason, tokyo_date};
use kiban_store::repo::{
    relations::{FOREVER, ListedRow},
    silence::{self, SilentRow},
};
use kiban_ui::{
    Chip, ChipColor, ContinueQuestion, MenuItem, Notice, NoticeKind, RegistrationList,
    RegistrationRow, RegistrationsPage,
};
use serde::Deserialize;

use super::waiting;
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
    Query(asked_for): Query<Asked>,
) -> Result<Response, Response> {
    let today = signed_in.platform().today();
    let mut rows = listed::all(&signed_in).await?;
    let silent = waiting::all(&signed_in).await?;
    let show = RegistrationList::ALL
        .into_iter()
        .find(|list| list.code() == asked_for.show)
        .unwrap_or(RegistrationList::Active);
    rows.retain(|row| match show {
        RegistrationList::Active => !row.relation.is_over(today),
        RegistrationList::Waiting => asked(&silent, row).is_some(),
        RegistrationList::Ended => row.relation.is_over(today),
    });
    match show {
        RegistrationList::Waiting => {
            rows.sort_by_key(|row| asked(&silent, row).map(|(_, asked)| asked.ends_on));
        }
        RegistrationList::Active => rows.sort_by_key(|row| row.relation.valid_to),
        RegistrationList::Ended => rows.sort_by_key(|row| std::cmp::Reverse(ended_on(row))),
    }
    let address = |size: usize, page: usize| {
        format!(
            "/care/registrations?show={}&size={size}&page={page}",
            show.code()
        )
    };
    let (range, pager) =
        paging::Asked::of(&asked_for.size, &asked_for.page).pager(rows.len(), address);
    let done = match asked_for.done.as_str() {
        "ended" => Some((
            "担当登録を終了しました",
            "終了した担当登録では、この方の情報はもう見られません。",
        )),
        "planned" => Some((
            "担当登録の終了を受け付けました",
            "担当の最後の日までは、この方の情報を見られます。最後の日は、早めることだけができます。",
        )),
        "confirmed" => Some((
            "選んだ担当登録を継続します",
            "次にしばらく利用がないときに、もう一度お尋ねします。",
        )),
        "answered" => Some((
            "継続する担当登録はありませんでした",
            "ほかの職員がすでに回答したか、担当登録が終わっています。",
        )),
        _ => None,
    };
    let kind = if asked_for.done == "answered" {
        NoticeKind::Info
    } else {
        NoticeKind::Success
    };
    Ok(page(&RegistrationsPage {
        frame: signed_in.frame(Some(MenuItem::Registrations)),
        notice: match asked_for.done.as_str() {
            "none" => Some(nothing_chosen()),
            _ => done.map(|(title, body)| Notice::new(kind, title, body)),
        },
        show,
        csrf: signed_in.csrf(),
        waiting: silent.len(),
        rows: rows[range]
            .iter()
            .map(|row| to_row(row, &silent, today))
            .collect(),
        pager,
    }))
}

fn nothing_chosen() -> Notice {
    let title = "継続する担当登録を選択してください";
    Notice::new(NoticeKind::Error, title, "何も変更していません。")
}

/// What the office is asked about a registration.
fn asked<'a>(silent: &'a [SilentRow], row: &ListedRow) -> Option<(&'a SilentRow, silence::Asked)> {
    let found = silent.iter().find(|it| it.is(&row.relation))?;
    Some((found, found.asked?))
}

/// The last day, and for a mistake, which has none, the day on which it was taken back.
fn ended_on(row: &ListedRow) -> Date {
    let relation = &row.relation;
    match (relation.voided_from, relation.ended_at) {
        (Some(_), Some(at)) => tokyo_date(at),
        (_, _) => relation.valid_to,
    }
}

fn to_row(row: &ListedRow, silent: &[SilentRow], today: Date) -> RegistrationRow {
    let relation = &row.relation;
    let over = relation.is_over(today);
    let question = asked(silent, row).map(|(it, asked)| ContinueQuestion {
        id: relation.relation_id.to_string(),
        used: words::date(it.alive_on.unwrap_or(relation.valid_from)),
        ends: words::date(asked.ends_on),
    });
    let chip = if question.is_some() {
        Chip::new("継続の確認待ち", ChipColor::Orange)
    } else if over {
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
        question,
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
