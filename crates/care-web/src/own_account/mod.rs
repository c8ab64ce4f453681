//! 自分の設定: how the signed-in member signs in (W-2).

pub(crate) mod add;
pub(crate) mod change;
pub(crate) mod letters;

use axum::{extract::Query, response::Response};
use kiban_domain::tokyo_date;
use kiban_services::passkeys;
use kiban_store::repo::passkeys::PasskeyRow;
use kiban_ui::{Chip, ChipColor, Notice, NoticeKind, OwnAccountPage, PasskeyLine};
use serde::Deserialize;

use crate::{answer::page, visit::SignedIn, words};

/// The page's address.
const HERE: &str = "/care/account";

/// What just happened.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Done {
    done: String,
}

/// GET `/care/account`.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(done): Query<Done>,
) -> Result<Response, Response> {
    let title = match done.done.as_str() {
        "added" => Some("パスキーを追加しました"),
        "renamed" => Some("パスキーの名前を変更しました"),
        "removed" => {
            Some("パスキーを削除しました。端末やセキュリティキーに残っているものも削除してください")
        }
        "letters" => Some("認定申請の進みを、あすの朝からメールで知らせます"),
        "no-letters" => Some("認定申請の進みを、メールで知らせません"),
        _ => None,
    };
    let factors = passkeys::factors(signed_in.platform(), signed_in.session.staff_id).await;
    let factors = factors.map_err(|error| signed_in.storage(&error))?;
    let own = signed_in.visit.party();
    let own = own.as_ref().map(passkeys::RelyingParty::id);
    Ok(page(&OwnAccountPage {
        frame: signed_in.frame(None),
        notice: title.map(|title| Notice::new(NoticeKind::Success, title, "")),
        user: signed_in.session.login.clone(),
        application: factors.application,
        passkeys: factors
            .passkeys
            .into_iter()
            .map(|row| line(row, own))
            .collect(),
        place: signed_in.visit.passkeys(HERE),
        letters: letters::choice(&signed_in).await?,
        csrf: signed_in.csrf(),
    }))
}

fn line(row: PasskeyRow, own: Option<&str>) -> PasskeyLine {
    let chip = if row.stopped_at.is_some() {
        Chip::new("停止中", ChipColor::Gray)
    } else if own == Some(row.rp_id.as_str()) {
        Chip::new("利用できます", ChipColor::Green)
    } else {
        Chip::new(format!("{} で利用できます", row.rp_id), ChipColor::Gray)
    };
    PasskeyLine {
        id: row.passkey_id.to_string(),
        name: row.name,
        made: words::date(tokyo_date(row.created_at)),
        used: row.last_used_at.map(|at| words::date(tokyo_date(at))),
        chip,
    }
}
