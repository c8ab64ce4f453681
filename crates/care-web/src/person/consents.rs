//! 同意の記録 (S-5).

use axum::{extract::Query, response::Response};
use kiban_access::{Part, Refusal, records_consents};
use kiban_domain::{ConsentTaker, Date};
use kiban_services::{
    consents::{self, ConsentError, Item, Ledger, Note},
    persons::ReadError,
};
use kiban_ui::{Chip, ChipColor, ConsentRow, ConsentsPage, MenuItem, Notice, NoticeKind, Section};
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
    let (person, items, rest) = match about.ledger().await? {
        Consents::All(ledger) => {
            let dossier = about.dossier(ledger.history.view).await?;
            (dossier.head(), ledger.items, Some(dossier))
        }
        Consents::Own(items) => (about.nameless().await?, items, None),
    };
    let today = signed_in.platform().today();
    let records = records_consents(&signed_in.context.caller);
    let rows: Vec<ConsentRow> = items
        .iter()
        .map(|item| {
            let mut row = to_row(item, today, &person.path());
            row.withdraw = row.withdraw.filter(|_| records);
            row
        })
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
        may_record: records && rest.as_ref().is_some_and(|it| it.may_see(Part::Consent)),
        own_only: rest.is_none(),
        rows: match rest {
            Some(dossier) => dossier.section(Part::Consent, rows, "同意の記録はまだありません。"),
            None => rows.map_or_else(
                || {
                    Section::Absent(
                        "この事業所が得た同意で、撤回されていないものはありません。".to_owned(),
                    )
                },
                Section::Shown,
            ),
        },
        person,
    }))
}

/// What of a person's consents may be shown.
pub(super) enum Consents {
    /// The ledger.
    All(Box<Ledger>),
    /// Those that the own office took, because the insurer does not share.
    Own(Vec<Item>),
}

impl About {
    /// Reads the ledger, or what is left of it while the insurer does not share.
    pub(super) async fn ledger(&self) -> Result<Consents, Response> {
        let (platform, context) = (self.signed_in.platform(), &self.signed_in.context);
        match consents::ledger(platform, context, &self.key).await {
            Ok(ledger) => Ok(Consents::All(Box::new(ledger))),
            Err(ReadError::Refused(Refusal::InsurerNotSharing)) => {
                let own = consents::list_own(platform, context, &self.key).await;
                own.map(Consents::Own).map_err(|error| match error {
                    ConsentError::Storage(error) => self.signed_in.storage(&error),
                    ConsentError::Refused(refusal) => self.signed_in.refused(refusal),
                    _ => self.signed_in.refused(Refusal::InsurerNotSharing),
                })
            }
            Err(error) => Err(self.refused(error)),
        }
    }
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
