//! Changing one's own account: each section of the page is a form of its own.

use super::show::{failed, page};
use crate::typed::line_error;
use crate::{
    entrance::{limited, password_words},
    member::{PostedIn, SignedIn},
    passkey_words,
    public::half_width,
};
use axum::response::Response;
use http::StatusCode;
use kiban_domain::MailAddress;
use kiban_portal_ui::{Notice, NoticeKind, OwnAccountPage, TextField};
use kiban_services::{
    notices,
    portal_users::{
        passkeys,
        profile::{self, ProfileError},
    },
};
use kiban_web_kit::Fields;
use uuid::Uuid;

/// POST `/account`.
pub(super) async fn submit(posted: PostedIn) -> Result<Response, Response> {
    let PostedIn { signed_in, fields } = posted;
    let mut page = page(&signed_in).await?;
    page.sent = fields.get("go").to_owned();
    let status = match fields.get("go") {
        "name" => name(&signed_in, &fields, &mut page).await?,
        "mail" => mail(&signed_in, &fields, &mut page).await?,
        "password" => password(&signed_in, &fields, &mut page).await?,
        "codes" => codes(&signed_in, &fields, &mut page).await?,
        "end" | "end_others" => end(&signed_in, &fields, &mut page).await?,
        "notices" => wants_mail(&signed_in, &fields, &mut page).await?,
        "remove" => remove(&signed_in, &fields, &mut page).await?,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(signed_in.page(status, &page))
}

fn done(title: &str, body: &str) -> Notice {
    Notice::new(NoticeKind::Success, title, body)
}

const WRONG: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

async fn name(
    signed_in: &SignedIn,
    fields: &Fields,
    page: &mut OwnAccountPage,
) -> Result<StatusCode, Response> {
    let (name, phone) = (fields.get("name"), fields.get("phone"));
    page.name = TextField::of(name);
    page.phone = TextField::of(phone);
    if let Some(error) = line_error("氏名", name, 60, true) {
        page.name = TextField::of(name).with_error(error);
    }
    let digits: String = half_width(phone).chars().map(hyphen).collect();
    let plain = |it: char| it.is_ascii_digit() || matches!(it, '-' | '+' | '(' | ')');
    if !digits.chars().all(plain) || digits.len() > 20 {
        page.phone = TextField::of(phone)
            .with_error("電話番号は、数字とハイフンで入力してください（例：025-000-0000）");
    }
    if !page.errors().is_empty() {
        return Ok(WRONG);
    }
    let (name, phone) = (name.to_owned(), digits);
    page.phone = TextField::of(&phone);
    let saved = profile::set_name(
        signed_in.platform(),
        &signed_in.context(),
        &signed_in.session,
        name,
        phone,
    )
    .await;
    saved.map_err(|error| failed(signed_in, &error))?;
    page.notice = Some(done("氏名と電話番号を保存しました", ""));
    Ok(StatusCode::OK)
}

/// The marks that people type for a hyphen.
fn hyphen(it: char) -> char {
    match it {
        '‐' | '‑' | '–' | '―' | '−' | 'ー' | 'ｰ' => '-',
        it => it,
    }
}

async fn mail(
    signed_in: &SignedIn,
    fields: &Fields,
    page: &mut OwnAccountPage,
) -> Result<StatusCode, Response> {
    let typed = fields.get("mail");
    page.new_mail = TextField::of(typed);
    let Ok(address) = typed.parse::<MailAddress>() else {
        page.new_mail = TextField::of(typed).with_error(
            "メールアドレスは、@の前後を半角の英数字で入力してください（例：tantou@example.jp）",
        );
        return Ok(WRONG);
    };
    let asked = profile::ask_mail(
        signed_in.platform(),
        &signed_in.context(),
        &signed_in.session,
        &signed_in.state.own_origin,
        address,
        fields.raw("mail_password").to_owned(),
    )
    .await;
    match asked {
        Ok(()) => {
            page.new_mail = TextField::default();
            page.notice = Some(done(
                "確認のメールを送りました",
                "届いたメールのアドレスを開くと、変更されます。有効期限は24時間です。",
            ));
            Ok(StatusCode::OK)
        }
        Err(error) => refused(signed_in, error, page, |page, text| {
            page.mail_password = TextField::default().with_error(text);
        }),
    }
}

/// What is wrong beside its field, or above the page.
#[expect(
    clippy::result_large_err,
    reason = "the answer itself, made once and sent"
)]
fn refused(
    signed_in: &SignedIn,
    error: ProfileError,
    page: &mut OwnAccountPage,
    beside: impl FnOnce(&mut OwnAccountPage, &'static str),
) -> Result<StatusCode, Response> {
    match error {
        ProfileError::WrongPassword => {
            beside(page, "今のパスワードが正しくありません");
            Ok(WRONG)
        }
        ProfileError::TooMany(exhausted) => {
            page.notice = Some(limited(exhausted.retry_after));
            Ok(StatusCode::TOO_MANY_REQUESTS)
        }
        error => Err(failed(signed_in, &error)),
    }
}

async fn password(
    signed_in: &SignedIn,
    fields: &Fields,
    page: &mut OwnAccountPage,
) -> Result<StatusCode, Response> {
    let (new, again) = (fields.raw("password"), fields.raw("again"));
    if new.is_empty() {
        page.password = TextField::default().with_error("新しいパスワードを入力してください");
        return Ok(WRONG);
    }
    if new != again {
        page.again =
            TextField::default().with_error("新しいパスワードと同じものを入力してください");
        return Ok(WRONG);
    }
    let changed = profile::set_password(
        signed_in.platform(),
        &signed_in.context(),
        &signed_in.session,
        &signed_in.token.to_text(),
        fields.raw("old").to_owned(),
        new.to_owned(),
    )
    .await;
    match changed {
        Ok(()) => {
            page.sessions.retain(|it| it.own);
            page.notice = Some(done(
                "パスワードを変更しました",
                "ほかの端末では、ログアウトしました。",
            ));
            Ok(StatusCode::OK)
        }
        Err(ProfileError::Password(mistake)) => {
            page.password = TextField::default().with_error(password_words(mistake));
            Ok(WRONG)
        }
        Err(error) => refused(signed_in, error, page, |page, text| {
            page.old = TextField::default().with_error(text);
        }),
    }
}

async fn codes(
    signed_in: &SignedIn,
    fields: &Fields,
    page: &mut OwnAccountPage,
) -> Result<StatusCode, Response> {
    let made = profile::new_codes(
        signed_in.platform(),
        &signed_in.context(),
        &signed_in.session,
        fields.raw("codes_password").to_owned(),
    )
    .await;
    match made {
        Ok(codes) => {
            page.codes_left = i64::try_from(codes.len()).unwrap_or(0);
            page.codes = codes;
            page.notice = Some(done(
                "予備のコードを作り直しました",
                "前のコードは使えません。",
            ));
            Ok(StatusCode::OK)
        }
        Err(error) => refused(signed_in, error, page, |page, text| {
            page.codes_password = TextField::default().with_error(text);
        }),
    }
}

async fn end(
    signed_in: &SignedIn,
    fields: &Fields,
    page: &mut OwnAccountPage,
) -> Result<StatusCode, Response> {
    let which = fields.get("session").parse::<Uuid>().ok();
    if which.is_none() && fields.get("go") == "end" {
        return Ok(WRONG);
    }
    let ended = profile::end_sessions(
        signed_in.platform(),
        &signed_in.context(),
        &signed_in.session,
        &signed_in.token.to_text(),
        which,
    )
    .await;
    ended.map_err(|error| signed_in.failed(&error))?;
    let which = which.map(|it| it.to_string());
    page.sessions
        .retain(|it| it.own || which.as_ref().is_some_and(|which| *which != it.id));
    page.notice = Some(done("ログアウトさせました", ""));
    Ok(StatusCode::OK)
}

async fn wants_mail(
    signed_in: &SignedIn,
    fields: &Fields,
    page: &mut OwnAccountPage,
) -> Result<StatusCode, Response> {
    let wants = fields.get("wants_mail") == "yes";
    let (platform, user_id) = (signed_in.platform(), signed_in.session.user_id);
    let saved = notices::set_wants_mail(platform, user_id, wants).await;
    saved.map_err(|error| signed_in.failed(&error))?;
    page.wants_mail = Some(wants);
    page.notice = Some(done("通知のメールの設定を保存しました", ""));
    Ok(StatusCode::OK)
}

async fn remove(
    signed_in: &SignedIn,
    fields: &Fields,
    page: &mut OwnAccountPage,
) -> Result<StatusCode, Response> {
    let Ok(passkey_id) = fields.get("passkey").parse::<Uuid>() else {
        return Ok(WRONG);
    };
    let (platform, session) = (signed_in.platform(), &signed_in.session);
    match passkeys::remove(platform, &signed_in.context(), session, passkey_id).await {
        Ok(()) => {
            page.passkeys.retain(|it| it.id != passkey_id.to_string());
            page.notice = Some(done("パスキーを削除しました", ""));
            Ok(StatusCode::OK)
        }
        Err(error) => {
            page.notice = Some(passkey_words::notice(&error));
            Ok(WRONG)
        }
    }
}
