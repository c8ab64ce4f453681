//! The six digits.

use axum::{
    extract::{Query, Request},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use kiban_services::{
    passkeys,
    sign_in::{self, Session, SignInError},
};
use kiban_ui::{SecondFactorPage, TextField};
use kiban_web_kit::{csrf, session::Token};

use super::{Asked, go_on, next_query, within};
use crate::{
    answer::{minutes, page, page_with, retry_after, see_other},
    form::checked,
    visit::Visit,
};

/// Where the half session began too long ago.
const AGAIN: &str = "/care/sign-in?state=timed-out";

/// The page's address, with where to go afterwards.
pub(super) fn address(next: &str) -> String {
    format!("/care/second-factor{}", next_query(next))
}

/// GET `/care/second-factor`.
pub(crate) async fn show(
    visit: Visit,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let next = within(&asked.next).unwrap_or_default();
    match visit.session(&headers).await? {
        None if Token::of(&headers).is_none() => Ok(see_other("/care/sign-in")),
        None => Ok(see_other(AGAIN)),
        Some((session, _)) if session.complete => Ok(see_other("/care")),
        Some((session, token)) => Ok(page(&form(&visit, &session, &token, next).await?)),
    }
}

/// POST `/care/second-factor`. A right code gives the session a new token.
pub(crate) async fn submit(visit: Visit, request: Request) -> Result<Response, Response> {
    let Some((session, token)) = visit.session(request.headers()).await? else {
        return Ok(see_other(AGAIN));
    };
    let fields = checked(request, &visit, Some(&token))
        .await
        .map_err(|message| visit.say(message.next("/care/sign-in", "ログイン画面へ進む")))?;
    let next = within(fields.get("next")).unwrap_or_default();
    let mut page = form(&visit, &session, &token, next).await?;
    let code = fields.get("code");
    if code.is_empty() {
        page.code = page.code.with_error(if page.application {
            "認証コードを入力してください"
        } else {
            "予備のコードを入力してください"
        });
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    let context = visit.context();
    let text = token.to_text();
    let completed = sign_in::complete(visit.platform(), &context, visit.serial(), &text, code);
    Ok(match completed.await {
        Ok(token) => go_on(&token, if next.is_empty() { "/care" } else { next }),
        Err(SignInError::WrongCode | SignInError::Wrong) => {
            page.code = page.code.with_error(if page.application {
                "認証コードが正しくありません。アプリに表示されている新しいコードを入力してください"
            } else {
                "予備のコードが正しくありません。まだ使っていないコードを入力してください"
            });
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(SignInError::TooMany(exhausted)) => {
            page.limited = Some(minutes(exhausted.retry_after));
            let response = page_with(StatusCode::TOO_MANY_REQUESTS, &page);
            retry_after(response, exhausted.retry_after)
        }
        Err(SignInError::NoSession | SignInError::ContractOver(_)) => see_other(AGAIN),
        Err(SignInError::Storage(error)) => visit.storage(&error),
    })
}

async fn form(
    visit: &Visit,
    session: &Session,
    token: &Token,
    next: &str,
) -> Result<SecondFactorPage, Response> {
    let factors = passkeys::factors(visit.platform(), session.staff_id).await;
    let factors = factors.map_err(|error| visit.storage(&error))?;
    let party = visit.party();
    Ok(SecondFactorPage {
        application: factors.application,
        passkey: party.is_some_and(|party| factors.works_at(&party)),
        frame: visit.frame(),
        csrf: csrf::token(token),
        next: next.to_owned(),
        code: TextField::default(),
        limited: None,
    })
}
