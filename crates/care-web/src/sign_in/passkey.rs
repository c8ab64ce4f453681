//! Passkeys: instead of login and password, or after them.

use axum::{extract::Request, response::Response};
use kiban_services::passkeys::{self, Ceremony, PasskeyError, Place};
use kiban_ui::{Link, PasskeyPage};
use kiban_web_kit::{csrf, entry, session::Token};

use super::{go_on, next_query, second_factor, within};
use crate::{
    answer::{page_with, retry_after, see_other},
    form::checked,
    passkeys::{failed, notice, status},
    visit::Visit,
};

/// POST `/care/sign-in/passkey`: asks for a passkey, and with `go=answer` takes the browser's answer.
pub(crate) async fn first(visit: Visit, request: Request) -> Result<Response, Response> {
    let secret = entry::of(request.headers());
    let fields = checked(request, &visit, secret.as_ref())
        .await
        .map_err(|message| visit.say(message.next("/care/sign-in", "ログイン画面へ進む")))?;
    let (Some(secret), Some(party)) = (secret, visit.party()) else {
        return Ok(see_other("/care/sign-in"));
    };
    let next = within(fields.get("next")).unwrap_or_default();
    let text = secret.to_text();
    let place = Place {
        party: &party,
        serial: visit.serial(),
        secret: &text,
    };
    let mut trouble = None;
    if fields.get("go") == "answer" {
        let (context, office_no) = (visit.context(), visit.office_no);
        let (challenge, answer) = (fields.get("challenge"), fields.get("answer"));
        let (platform, office_no) = (visit.platform(), &office_no);
        match passkeys::sign_in(platform, &context, office_no, place, challenge, answer).await {
            Ok(token) => return Ok(go_on(&token, if next.is_empty() { "/care" } else { next })),
            Err(PasskeyError::Storage(error)) => return Err(visit.storage(&error)),
            Err(error) => trouble = Some(error),
        }
    }
    let asked = passkeys::ask_sign_in(visit.platform(), place).await;
    let asked = asked.map_err(|error| failed(&visit, &error))?;
    let back = Link::new(
        format!("/care/sign-in{}", next_query(next)),
        "ユーザIDとパスワードでログインする",
    );
    let action = "/care/sign-in/passkey";
    Ok(page(&visit, &secret, asked, action, next, trouble, back))
}

/// POST `/care/second-factor/passkey`: as [`first`], after the password.
pub(crate) async fn second(visit: Visit, request: Request) -> Result<Response, Response> {
    let Some((_, secret)) = visit.session(request.headers()).await? else {
        return Ok(see_other("/care/sign-in?state=timed-out"));
    };
    let fields = checked(request, &visit, Some(&secret))
        .await
        .map_err(|message| visit.say(message.next("/care/sign-in", "ログイン画面へ進む")))?;
    let Some(party) = visit.party() else {
        return Ok(see_other("/care/second-factor"));
    };
    let next = within(fields.get("next")).unwrap_or_default();
    let text = secret.to_text();
    let place = Place {
        party: &party,
        serial: visit.serial(),
        secret: &text,
    };
    let mut trouble = None;
    if fields.get("go") == "answer" {
        let (challenge, answer) = (fields.get("challenge"), fields.get("answer"));
        let context = visit.context();
        match passkeys::complete(visit.platform(), &context, place, challenge, answer).await {
            Ok(token) => return Ok(go_on(&token, if next.is_empty() { "/care" } else { next })),
            Err(PasskeyError::Storage(error)) => return Err(visit.storage(&error)),
            Err(error) => trouble = Some(error),
        }
    }
    let asked = passkeys::ask_second_factor(visit.platform(), place).await;
    let asked = asked.map_err(|error| failed(&visit, &error))?;
    let back = Link::new(second_factor::address(next), "ほかの方法で確認する");
    let action = "/care/second-factor/passkey";
    Ok(page(&visit, &secret, asked, action, next, trouble, back))
}

fn page(
    visit: &Visit,
    secret: &Token,
    asked: Ceremony,
    action: &str,
    next: &str,
    trouble: Option<PasskeyError>,
    back: Link,
) -> Response {
    let status = status(trouble.as_ref());
    let wait = match &trouble {
        Some(PasskeyError::TooMany(exhausted)) => Some(exhausted.retry_after),
        _ => None,
    };
    let page = PasskeyPage {
        frame: visit.frame(),
        csrf: csrf::token(secret),
        title: "パスキーの確認".to_owned(),
        lead: "画面の案内にそって、パスキーを選び、本人確認をしてください。".to_owned(),
        notice: trouble.map(|error| notice(&error)),
        action: action.to_owned(),
        fields: vec![("next", next.to_owned())],
        challenge: asked.id,
        options: asked.options,
        create: false,
        button: "パスキーで確認する",
        back,
    };
    let response = page_with(status, &page);
    match wait {
        Some(seconds) => retry_after(response, seconds),
        None => response,
    }
}
