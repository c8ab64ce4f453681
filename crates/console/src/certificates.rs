//! 電子証明書 (O14): what was issued, by office and by where it stands, and stopping it.

use crate::{
    ConsoleState,
    officer::{Officer, PostedBy},
    words::{ROWS, choices, day_of, encoded, instant, line_error, page_number, pager},
};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_console_ui::{
    CertificatePage, CertificateRow, CertificatesPage, Chip, ChipColor, DecidePage, Link, Notice,
    NoticeKind, TextField,
};
use kiban_domain::{PortalRole, Timestamp, normalize};
use kiban_services::certificates::{self, Filter, HeldRow, StandingFilter};
use kiban_web_kit::Routes;
use serde::Deserialize;

/// Longest reason, in characters.
const REASON: usize = 200;

/// The pages of who stops certificates.
pub(crate) fn routes() -> Routes<ConsoleState> {
    Routes::new()
        .get("/ops/certificates", list)
        .get("/ops/certificates/{serial}", show)
        .post("/ops/certificates/{serial}", revoke)
}

/// What an address asks for.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    standing: String,
    #[serde(default)]
    page: String,
    #[serde(default)]
    done: String,
}

#[expect(clippy::result_large_err, reason = "the refusal is the answer itself")]
fn admission(officer: &Officer) -> Result<(), Response> {
    officer.may(&[PortalRole::Admission])
}

fn label(standing: StandingFilter) -> &'static str {
    match standing {
        StandingFilter::Good => "有効",
        StandingFilter::Revoked => "失効",
        StandingFilter::Ended => "期限切れ",
    }
}

fn standing(held: &HeldRow, now: Timestamp) -> StandingFilter {
    let certificate = &held.certificate;
    if certificate.revoked_at.is_some() {
        StandingFilter::Revoked
    } else if certificate.not_after <= now {
        StandingFilter::Ended
    } else {
        StandingFilter::Good
    }
}

fn chip(held: &HeldRow, now: Timestamp) -> Chip {
    let standing = standing(held, now);
    let color = match standing {
        StandingFilter::Good => ChipColor::Green,
        StandingFilter::Revoked => ChipColor::Red,
        StandingFilter::Ended => ChipColor::Gray,
    };
    Chip::new(label(standing), color)
}

fn role(role: &str) -> String {
    match role {
        "browser" => "端末のブラウザ".to_owned(),
        "reader" => "カードリーダーのプログラム".to_owned(),
        "office" => "介護ソフト".to_owned(),
        "medical" => "医療機関のシステム".to_owned(),
        "municipality" => "市町村のシステム".to_owned(),
        other => other.to_owned(),
    }
}

/// GET `/ops/certificates`.
async fn list(officer: Officer, Query(asked): Query<Asked>) -> Result<Response, Response> {
    admission(&officer)?;
    let organisation = normalize(&asked.organisation).into_owned();
    let filter = Filter {
        organisation: organisation.clone(),
        standing: StandingFilter::of(&asked.standing),
    };
    let number = page_number(&asked.page);
    let platform = officer.platform();
    let range = ((number - 1) * ROWS, ROWS);
    let found = certificates::search(platform, &*platform.clock, &filter, range).await;
    let (rows, count) = found.map_err(|error| officer.failed(&error))?;
    let now = platform.now();
    let base = format!(
        "/ops/certificates?organisation={}&standing={}",
        encoded(&organisation),
        encoded(&asked.standing),
    );
    let line = |held: &HeldRow| {
        let it = &held.certificate;
        CertificateRow {
            link: Link::new(format!("/ops/certificates/{}", it.serial), &it.serial),
            organisation: it.organisation.clone(),
            holder: it.holder.clone(),
            role: role(&it.role),
            chip: chip(held, now),
            issued: day_of(it.issued_at),
            until: day_of(it.not_after),
        }
    };
    let page = CertificatesPage {
        frame: officer.frame("/ops/certificates"),
        organisation: TextField::of(organisation),
        standing: choices(
            "すべて",
            StandingFilter::ALL.map(|it| (it.code(), label(it))),
            &asked.standing,
        ),
        rows: rows.iter().map(line).collect(),
        pager: pager(count, number, &base),
    };
    Ok(officer.page(StatusCode::OK, &page))
}

async fn load(officer: &Officer, serial: &str) -> Result<HeldRow, Response> {
    admission(officer)?;
    let found = certificates::find(officer.platform(), serial).await;
    let found = found.map_err(|error| officer.failed(&error))?;
    found.ok_or_else(|| {
        officer.say(
            StatusCode::NOT_FOUND,
            "この電子証明書は見つかりません",
            "シリアル番号を確かめてください。",
        )
    })
}

/// GET `/ops/certificates/{serial}`.
async fn show(
    officer: Officer,
    Path(serial): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let held = load(&officer, &serial).await?;
    let mut page = page(&officer, &held);
    page.notice = (asked.done == "revoked")
        .then(|| Notice::new(NoticeKind::Success, "電子証明書を失効させました", ""));
    Ok(officer.page(StatusCode::OK, &page))
}

fn page(officer: &Officer, held: &HeldRow) -> CertificatePage {
    let now = officer.platform().now();
    let it = &held.certificate;
    let mut facts = vec![
        ("シリアル番号", it.serial.clone()),
        ("番号", it.organisation.clone()),
        ("端末・システム", it.holder.clone()),
        ("用途", role(&it.role)),
        ("発行した日時", instant(it.issued_at)),
        ("有効期限", instant(it.not_after)),
    ];
    if let Some(at) = held.last_seen_at {
        facts.push(("最後に使った日時", instant(at)));
    }
    if let Some(at) = it.revoked_at {
        facts.push(("失効した日時", instant(at)));
        facts.push(("失効の理由", held.reason.clone().unwrap_or_default()));
    }
    CertificatePage {
        frame: officer
            .frame("/ops/certificates")
            .below("/ops/certificates", "電子証明書"),
        notice: None,
        action: format!("/ops/certificates/{}", it.serial),
        chip: chip(held, now),
        facts: facts
            .into_iter()
            .map(|(term, text)| (term.to_owned(), text))
            .collect(),
        open: standing(held, now) == StandingFilter::Good,
        reason: TextField::default(),
    }
}

/// POST `/ops/certificates/{serial}`: asked once more, then stopped.
async fn revoke(
    Path(serial): Path<String>,
    PostedBy { officer, fields }: PostedBy,
) -> Result<Response, Response> {
    let held = load(&officer, &serial).await?;
    let reason = fields.get("reason");
    let mut page = page(&officer, &held);
    page.reason = TextField::of(reason);
    if let Some(error) = line_error("失効の理由", reason, REASON, true) {
        page.reason = page.reason.with_error(error);
        return Ok(officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    if fields.get("confirmed") != "yes" {
        return Ok(officer.page(StatusCode::OK, &ask(&officer, &held, reason)));
    }
    let (platform, context) = (officer.platform(), officer.context());
    let stopped = certificates::revoke(platform, &context, &serial, reason).await;
    if stopped.map_err(|error| officer.failed(&error))? {
        let target = format!("{}?done=revoked", page.action);
        return Ok(Redirect::to(&target).into_response());
    }
    page.notice = Some(Notice::new(
        NoticeKind::Error,
        "この電子証明書は、すでに失効しています",
        "",
    ));
    Ok(officer.page(StatusCode::CONFLICT, &page))
}

fn ask(officer: &Officer, held: &HeldRow, reason: &str) -> DecidePage {
    let it = &held.certificate;
    let here = format!("/ops/certificates/{}", it.serial);
    DecidePage {
        frame: officer
            .frame("/ops/certificates")
            .below("/ops/certificates", "電子証明書"),
        title: "電子証明書の失効の確認".into(),
        lead: "この電子証明書を、すぐに使えなくします。使っている端末またはシステムは、つながらなくなります。取り消せません。".into(),
        facts: vec![
            ("シリアル番号".into(), it.serial.clone()),
            ("番号".into(), it.organisation.clone()),
            ("端末・システム".into(), it.holder.clone()),
            ("理由".into(), reason.to_owned()),
        ],
        action: here.clone(),
        hidden: vec![
            ("reason".into(), reason.to_owned()),
            ("confirmed".into(), "yes".into()),
        ],
        button: "この電子証明書を失効させる".into(),
        back: Link::new(here, "失効させないで前の画面へ戻る"),
    }
}
