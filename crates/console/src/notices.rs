//! 団体への通知: to one body, or to all of a kind. Asked once more before it is sent, since nothing takes it back.

use crate::{
    officer::{Officer, PostedBy},
    words,
};
use axum::{
    extract::Query,
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_console_ui::{
    Choice, ChoiceField, DecidePage, Link, Notice, NoticeKind, OpsNoticeLine, OpsNoticesPage,
    TextField,
};
use kiban_domain::{PortalRole, normalize, prefectures};
use kiban_services::notices::{self, NewNotice, WriteError, Written};
use kiban_web_kit::Fields;
use serde::Deserialize;

const MAY: &[PortalRole] = &[PortalRole::Manager];
const KINDS: [(&str, &str); 3] = [
    ("office", "事業所・医療機関"),
    ("insurer", "市町村（保険者）"),
    ("prefecture", "都道府県"),
];

/// What was done before.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Before {
    done: String,
}

/// GET `/ops/notices`.
pub(crate) async fn show(
    officer: Officer,
    Query(before): Query<Before>,
) -> Result<Response, Response> {
    officer.may(MAY)?;
    let mut page = page(&officer, &Fields::default()).await?;
    page.notice =
        (before.done == "sent").then(|| Notice::new(NoticeKind::Success, "通知を送りました", ""));
    Ok(officer.page(StatusCode::OK, &page))
}

fn kind_label(kind: &str) -> &'static str {
    let found = KINDS.iter().find(|(word, _)| *word == kind);
    found.map_or("", |(_, label)| label)
}

fn prefecture_name(code: &str) -> &'static str {
    let at = code.parse::<usize>().unwrap_or(0);
    prefectures().get(at.wrapping_sub(1)).copied().unwrap_or("")
}

fn addressee(kind: &str, number: &str, prefecture: &str) -> String {
    let kind = kind_label(kind);
    match (number, prefecture_name(prefecture)) {
        ("", "") => format!("すべての{kind}"),
        ("", prefecture) => format!("{kind}（{prefecture}）"),
        (number, _) => format!("{kind}（{number}）"),
    }
}

fn line(row: &Written) -> OpsNoticeLine {
    OpsNoticeLine {
        title: row.title.clone(),
        to: addressee(&row.to.body_kind, &row.to.body_no, &row.to.prefecture),
        at: words::instant(row.made_at),
        by: row.made_by.clone(),
        letters: match row.mailed_at {
            Some(_) => "送りました".into(),
            None => "送っています".into(),
        },
    }
}

async fn page(officer: &Officer, typed: &Fields) -> Result<OpsNoticesPage, Response> {
    let written = notices::list_written(officer.platform()).await;
    let written = written.map_err(|error| officer.failed(&error))?;
    let kind = |(word, label): (&str, &str)| Choice {
        chosen: word == typed.get("kind"),
        ..Choice::new(word, label, "")
    };
    let codes: Vec<_> = (1..=prefectures().len())
        .map(|it| format!("{it:02}"))
        .collect();
    let named = codes.iter().map(|it| (it.as_str(), prefecture_name(it)));
    let field = |name: &str| TextField::of(typed.get(name).replace("\r\n", "\n"));
    Ok(OpsNoticesPage {
        frame: officer.frame("/ops/notices"),
        notice: None,
        whom: ChoiceField::of(KINDS.map(kind).to_vec()),
        number: field("number"),
        prefecture: words::choices("すべての都道府県", named, typed.get("prefecture")),
        title: field("title"),
        body: field("body"),
        lines: written.iter().map(line).collect(),
    })
}

/// POST `/ops/notices`: first the page that asks once more, then the sending.
pub(crate) async fn submit(PostedBy { officer, fields }: PostedBy) -> Result<Response, Response> {
    officer.may(MAY)?;
    let form = fields.get("form").parse().ok();
    let new = NewNotice {
        notice_id: form.unwrap_or_else(|| officer.platform().id()),
        kind: fields.get("kind").to_owned(),
        number: normalize(fields.get("number")).into_owned(),
        prefecture: fields.get("prefecture").to_owned(),
        title: fields.get("title").to_owned(),
        body: fields.get("body").replace("\r\n", "\n"),
    };
    if form.is_some() {
        return match notices::write(officer.platform(), &officer.context(), new).await {
            Ok(()) => Ok(Redirect::to("/ops/notices?done=sent").into_response()),
            Err(error) => refused(&officer, &fields, error).await,
        };
    }
    match notices::reach(officer.platform(), &new).await {
        Ok(reached) => Ok(officer.page(StatusCode::OK, &confirm(&officer, new, reached))),
        Err(error) => refused(&officer, &fields, error).await,
    }
}

fn confirm(officer: &Officer, new: NewNotice, (bodies, people): (i64, i64)) -> DecidePage {
    let fact = |term: &str, text: String| (term.to_owned(), text);
    let to = addressee(&new.kind, &new.number, &new.prefecture);
    DecidePage {
        frame: officer
            .frame("/ops/notices")
            .below("/ops/notices", "団体への通知"),
        title: "通知の確認".into(),
        lead: "次の通知を送ります。送ったあとは、取り消せません。".into(),
        facts: vec![
            fact("送る相手", to),
            fact("届く人数", format!("{bodies}団体の{people}人")),
            fact("件名", new.title.clone()),
            fact("本文", new.body.clone()),
        ],
        action: "/ops/notices".into(),
        hidden: vec![
            fact("form", new.notice_id.to_string()),
            fact("kind", new.kind),
            fact("number", new.number),
            fact("prefecture", new.prefecture),
            fact("title", new.title),
            fact("body", new.body),
        ],
        button: "通知を送る".into(),
        back: Link::new("/ops/notices", "送らないで前の画面へ戻る"),
    }
}

async fn refused(
    officer: &Officer,
    fields: &Fields,
    error: WriteError,
) -> Result<Response, Response> {
    let mut page = page(officer, fields).await?;
    let text = |field: &mut TextField, words: &str| *field = field.clone().with_error(words);
    match error {
        WriteError::Kind => page.whom = page.whom.with_error("送る相手を選択してください"),
        WriteError::Number => text(
            &mut page.number,
            "番号は、選んだ相手の番号の桁数で入力してください（例：事業所番号 1570100000）",
        ),
        WriteError::Prefecture => {
            let words = "番号を入力したときは、都道府県を選ばないでください";
            page.prefecture = page.prefecture.with_error(words);
        }
        WriteError::Title => text(
            &mut page.title,
            "件名は、1文字から80文字までで入力してください",
        ),
        WriteError::Body => text(
            &mut page.body,
            "本文は、1文字から2,000文字までで入力してください",
        ),
        WriteError::Nobody => {
            let words = "ログインできる担当者がいる団体がありません。送る相手を確かめてください";
            page.whom = page.whom.with_error(words);
        }
        WriteError::Storage(error) => return Err(officer.failed(&error)),
    }
    Ok(officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page))
}
