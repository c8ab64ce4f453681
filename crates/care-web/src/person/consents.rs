//! 同意の記録 (S-5).

use axum::{extract::Query, response::Response};
use kiban_access::Part;
use kiban_domain::{ConsentTaker, Date};
use kiban_services::consents::{self, Item, Note};
use kiban_ui::{Chip, ChipColor, ConsentRow, ConsentsPage, MenuItem, Notice, NoticeKind};
use serde::Deserialize;

use super::dossier::About;
use crate::{answer::page, words};

/// What was done before.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    done: String,
}

/// GET `…/consents`.
pub(crate) async fn show(about: About, Query(asked): Query<Asked>) -> Result<Response, Response> {
    let signed_in = &about.signed_in;
    let ledger = consents::ledger(signed_in.platform(), &signed_in.context, &about.key)
        .await
        .map_err(|error| about.refused(error))?;
    let dossier = about.dossier(ledger.history.view).await?;
    let person = dossier.head();
    let rows: Vec<ConsentRow> = ledger
        .items
        .iter()
        .map(|item| to_row(item, dossier.today, &person.path()))
        .collect();
    let rows = (!rows.is_empty()).then_some(rows);
    let notice = match asked.done.as_str() {
        "given" => Some((
            "同意を登録しました",
            "同意の範囲の情報は、同意の日から見られます。",
        )),
        "withdrawn" => Some((
            "同意の撤回を登録しました",
            "撤回の日から、この同意では情報を見られなくなります。",
        )),
        _ => None,
    };
    Ok(page(&ConsentsPage {
        frame: signed_in.frame(Some(MenuItem::Persons)),
        notice: notice.map(|(title, body)| Notice::new(NoticeKind::Success, title, body)),
        rows: dossier.section(Part::Consent, rows, "同意の記録はまだありません。"),
        may_record: dossier.may_see(Part::Consent),
        person,
    }))
}

/// What it covers and who took it, in one line.
pub(super) fn what(item: &Item) -> String {
    format!("{}（{}）", scope(item), taker(item))
}

fn scope(item: &Item) -> String {
    item.scope
        .map_or("その他の範囲", |scope| scope.label())
        .to_owned()
}

fn taker(item: &Item) -> String {
    let label = item.taker.as_ref().map_or("記録なし", ConsentTaker::label);
    match &item.office {
        Some((office_no, name)) => {
            let name = name.as_deref().unwrap_or(office_no.as_str());
            format!("{label}：{name}")
        }
        None => label.to_owned(),
    }
}

fn to_row(item: &Item, today: Date, path: &str) -> ConsentRow {
    let chip = match item.withdrawn_on {
        Some(day) if day <= today => Chip::new("撤回済み", ChipColor::Gray),
        Some(_) => Chip::new("撤回の予定", ChipColor::Yellow),
        None if today < item.given_on => Chip::new("開始前", ChipColor::Gray),
        None => Chip::new("有効", ChipColor::Green),
    };
    let mut notes = Vec::new();
    if let Some(note) = &item.taken {
        notes.extend(lines("同意した方", note));
    }
    if let Some(note) = &item.withdrawn {
        notes.extend(lines("撤回を申し出た方", note));
    }
    ConsentRow {
        scope: scope(item),
        chip,
        given: words::date(item.given_on),
        withdrawn: item.withdrawn_on.map(words::date),
        taker: taker(item),
        notes,
        withdraw: item.withdrawn_on.is_none().then(|| {
            let consent = words::encoded(&item.id.to_string());
            format!("{path}/consents/withdraw?consent={consent}")
        }),
    }
}

fn lines(who: &str, note: &Note) -> [String; 3] {
    let basis = note.basis.label();
    [
        if note.ground.is_empty() {
            format!("{who}：{basis}")
        } else {
            format!("{who}：{basis}（{}）", note.ground)
        },
        format!("書面の保管場所：{}", note.evidence),
        format!("登録した職員：{}", note.staff),
    ]
}
