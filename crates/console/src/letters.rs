//! 届かないメール: addresses that letters do not reach, and trying one again (O-1).

use crate::{
    home,
    officer::{Officer, PostedBy},
    words,
};
use axum::{
    extract::Query,
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_console_ui::{Chip, ChipColor, LetterLine, LettersPage, Notice, NoticeKind, Queue};
use kiban_domain::PortalRole;
use kiban_services::mail::{self, MOST, RefusedAddress};
use kiban_store::repo::mail_refusals::RefusalOrigin;
use kiban_web_kit::Fields;

/// Those who look after people, since the addresses are people's.
const ROLES: &[PortalRole] = &[PortalRole::Manager, PortalRole::Admission];
const PATH: &str = "/ops/mail";

/// What waits on 運営トップ.
pub(crate) async fn queue(officer: &Officer) -> Result<Option<Queue>, Response> {
    if !ROLES.iter().any(|role| officer.session.roles.has(*role)) {
        return Ok(None);
    }
    let counted = mail::count_refused(officer.platform()).await;
    let (count, since) = counted.map_err(|error| officer.failed(&error))?;
    let label = "メールが届かないアドレス".to_owned();
    Ok(since.map(|since| home::queue(PATH, label, count, home::oldest(officer, since))))
}

/// GET `/ops/mail`.
pub(crate) async fn list(
    officer: Officer,
    Query(asked): crate::inquiries::Asking,
) -> Result<Response, Response> {
    officer.may(ROLES)?;
    let notice = match Fields::of(asked).get("done") {
        "sent" => Some(Notice::new(
            NoticeKind::Success,
            "確認のメールを送りました",
            "届かなかったときは、もう一度この一覧に載ります。",
        )),
        _ => None,
    };
    let page = page(&officer, notice).await?;
    Ok(officer.page(StatusCode::OK, &page))
}

async fn page(officer: &Officer, notice: Option<Notice>) -> Result<LettersPage, Response> {
    let platform = officer.platform();
    let counted = mail::count_refused(platform).await;
    let (count, _) = counted.map_err(|error| officer.failed(&error))?;
    let found = mail::list_refused(platform, &officer.context()).await;
    let found = found.map_err(|error| officer.failed(&error))?;
    Ok(LettersPage {
        frame: officer.frame(PATH),
        notice,
        lines: found.into_iter().map(line).collect(),
        count: format!("{count}件"),
        shown: if count > MOST {
            format!("{MOST}件")
        } else {
            String::new()
        },
    })
}

fn line(found: RefusedAddress) -> LetterLine {
    let row = found.row;
    let origin = match row.origin {
        RefusalOrigin::Server => "相手のサーバーの応答",
        RefusalOrigin::Report => "届かなかった知らせ",
    };
    LetterLine {
        letter: row.mail_id.to_string(),
        address: row.address,
        chip: if row.gone {
            Chip::new("アドレスがない", ChipColor::Red)
        } else {
            Chip::new("届かない", ChipColor::Orange)
        },
        reason: format!("{origin} {}", row.reason),
        whose: if found.of_user {
            "ポータルのユーザ".to_owned()
        } else {
            "その他".to_owned()
        },
        times: row.times,
        last: words::instant(row.last_at),
    }
}

/// POST `/ops/mail`: tries an address again.
pub(crate) async fn retry(PostedBy { officer, fields }: PostedBy) -> Result<Response, Response> {
    officer.may(ROLES)?;
    let sent = match fields.get("letter").parse() {
        Ok(mail_id) => mail::retry(officer.platform(), &officer.context(), mail_id).await,
        Err(_) => Ok(false),
    };
    if sent.map_err(|error| officer.failed(&error))? {
        return Ok(Redirect::to("/ops/mail?done=sent").into_response());
    }
    let notice = Notice::new(
        NoticeKind::Warning,
        "このアドレスは一覧にありません",
        "ほかの担当者が確認のメールを送ったか、新しいメールが届きませんでした。一覧を確かめてください。",
    );
    let page = page(&officer, Some(notice)).await?;
    Ok(officer.page(StatusCode::CONFLICT, &page))
}
