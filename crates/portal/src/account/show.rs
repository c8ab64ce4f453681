//! Everything about one's own account.

use crate::member::{SignedIn, mail_notice, time_of_day};
use axum::response::Response;
use http::StatusCode;
use kiban_domain::{Body, Timestamp, Wareki, tokyo_date};
use kiban_portal_ui::{
    Chip, ChipColor, Link, OwnAccountPage, OwnPasskey, OwnSession, OwnSignIn, TextField,
};
use kiban_services::{
    notices,
    portal_users::{
        passkeys,
        profile::{self, ProfileError},
        shown_login,
    },
};
use kiban_store::repo::portal_sessions::SignInOutcome;

/// GET `/account`.
pub(super) async fn show(signed_in: SignedIn) -> Result<Response, Response> {
    let mut page = page(&signed_in).await?;
    page.notice = mail_notice(&signed_in).await?;
    Ok(signed_in.page(StatusCode::OK, &page))
}

pub(super) fn failed(signed_in: &SignedIn, error: &ProfileError) -> Response {
    match error {
        ProfileError::Storage(error) => signed_in.failed(error),
        _ => signed_in.say(
            StatusCode::INTERNAL_SERVER_ERROR,
            "処理を完了できませんでした",
            "もう一度お試しください。",
            Link::new("/account", "自分の設定へ戻る"),
        ),
    }
}

fn day(at: Timestamp) -> String {
    let day = tokyo_date(at);
    Wareki::try_from(day).map_or_else(|_| day.to_string(), Wareki::long)
}

fn moment(at: Timestamp) -> String {
    format!("{} {}", day(at), time_of_day(at))
}

pub(super) async fn page(signed_in: &SignedIn) -> Result<OwnAccountPage, Response> {
    let platform = signed_in.platform();
    let shown = profile::show(platform, &signed_in.session).await;
    let shown = shown.map_err(|error| failed(signed_in, &error))?;
    let keys = passkeys::list(platform, signed_in.session.user_id).await;
    let keys = keys.map_err(|error| signed_in.failed(&error))?;
    let wants_mail = if signed_in.session.body == Body::Operator {
        None
    } else {
        let wants = notices::wants_mail(platform, signed_in.session.user_id).await;
        Some(wants.map_err(|error| signed_in.failed(&error))?)
    };
    let sessions = shown.sessions.iter().map(|it| OwnSession {
        id: it.session_id.to_string(),
        agent: it.agent.clone(),
        began: moment(it.created_at),
        used: moment(it.last_seen_at),
        own: it.session_id == signed_in.session.session_id,
    });
    let sign_ins = shown.sign_ins.iter().map(|it| OwnSignIn {
        at: moment(it.at),
        outcome: match it.outcome {
            SignInOutcome::In => Chip::new("ログイン", ChipColor::Green),
            SignInOutcome::WrongPassword => Chip::new("パスワードの誤り", ChipColor::Orange),
            SignInOutcome::WrongSecondFactor => Chip::new("2段階目の確認の誤り", ChipColor::Orange),
        },
        way: way(&it.way).into(),
        agent: it.agent.clone(),
    });
    Ok(OwnAccountPage {
        frame: signed_in.frame().at("/account"),
        notice: None,
        sent: String::new(),
        login: shown_login(&shown.row.login),
        mail: shown.row.mail.clone(),
        name: TextField::of(&shown.row.name),
        phone: TextField::of(&shown.row.phone),
        new_mail: TextField::default(),
        mail_password: TextField::default(),
        old: TextField::default(),
        password: TextField::default(),
        again: TextField::default(),
        application: shown.row.totp_secret.is_some(),
        codes_left: shown.codes_left,
        codes: Vec::new(),
        codes_password: TextField::default(),
        passkeys: keys
            .iter()
            .map(|it| OwnPasskey {
                id: it.passkey_id.to_string(),
                name: it.name.clone(),
                made: day(it.created_at),
            })
            .collect(),
        passkey_here: signed_in.state.party().is_some(),
        passkey_name: TextField::default(),
        wants_mail,
        sessions: sessions.collect(),
        sign_ins: sign_ins.collect(),
    })
}

fn way(code: &str) -> &'static str {
    match code {
        "password" => "パスワード",
        "totp" => "認証アプリ",
        "recovery" => "予備のコード",
        "passkey" => "パスキー",
        _ => "そのほか",
    }
}
