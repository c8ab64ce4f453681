//! Signing in: first user and password, then the second factor (W-2).

pub(crate) mod passkey;
pub(crate) mod second_factor;
pub(crate) mod sign_out;

use axum::{
    extract::{Query, Request},
    response::Response,
};
use http::{HeaderMap, StatusCode, header::SET_COOKIE};
use kiban_services::{
    setup,
    sign_in::{self, SignInError},
};
use kiban_ui::{SignInPage, SignInState, TextField};
use kiban_web_kit::{Transport, csrf, entry, session::Token};
use serde::Deserialize;

use crate::{
    answer::{minutes, page_with, retry_after, see_other},
    form::checked,
    visit::Visit,
    words,
};

/// What led to the page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    next: String,
    state: String,
}

/// GET `/care/sign-in`.
pub(crate) async fn show(
    visit: Visit,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let next = within(&asked.next);
    if let Some((session, _)) = visit.session(&headers).await?
        && session.complete
    {
        return Ok(see_other(next.unwrap_or("/care")));
    }
    let progress = setup::progress(visit.platform(), &visit.office_no, visit.terminal_id()).await;
    if progress
        .map_err(|error| visit.storage(&error))?
        .may_make_administrator
    {
        return Ok(see_other("/care/setup"));
    }
    let state = match asked.state.as_str() {
        "timed-out" => SignInState::TimedOut,
        "kept" => SignInState::Kept,
        "signed-out" => SignInState::SignedOut,
        _ => SignInState::Fresh,
    };
    let entry = entry::of(&headers).unwrap_or_else(|| Token::new(&*visit.platform().entropy));
    let mut response = page_with(
        StatusCode::OK,
        &form(&visit, &entry, next.unwrap_or_default(), state),
    );
    response
        .headers_mut()
        .append(SET_COOKIE, entry::cookie(&entry, "/care", Transport::Tls));
    Ok(response)
}

/// POST `/care/sign-in`.
pub(crate) async fn submit(visit: Visit, request: Request) -> Response {
    let entry = entry::of(request.headers());
    let fields = match checked(request, &visit, entry.as_ref()).await {
        Ok(fields) => fields,
        Err(message) => return visit.say(message.next("/care/sign-in", "ログイン画面へ進む")),
    };
    let Some(entry) = entry else {
        return see_other("/care/sign-in");
    };
    let next = within(fields.get("next")).unwrap_or_default();
    let (user, password) = (fields.get("user"), fields.raw("password"));
    let mut page = form(&visit, &entry, next, SignInState::Incomplete);
    page.user = TextField::of(user);
    if user.is_empty() {
        page.user = page.user.with_error("ユーザIDを入力してください");
    }
    if password.is_empty() {
        page.password = page.password.with_error("パスワードを入力してください");
    }
    if !page.errors().is_empty() {
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let context = visit.context();
    let begun = sign_in::begin(
        visit.platform(),
        &context,
        &visit.office_no,
        visit.serial(),
        user,
        password.to_owned(),
    );
    match begun.await {
        Ok(token) => go_on(&token, &second_factor::address(next)),
        Err(SignInError::TooMany(exhausted)) => {
            let minutes = minutes(exhausted.retry_after);
            page.state = SignInState::Limited { minutes };
            let response = page_with(StatusCode::TOO_MANY_REQUESTS, &page);
            retry_after(response, exhausted.retry_after)
        }
        Err(SignInError::ContractOver(_)) => {
            page.state = SignInState::ContractOver;
            page_with(StatusCode::FORBIDDEN, &page)
        }
        Err(SignInError::Wrong | SignInError::WrongCode | SignInError::NoSession) => {
            page.state = SignInState::Refused;
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(SignInError::Storage(error)) => visit.storage(&error),
    }
}

fn form(visit: &Visit, entry: &Token, next: &str, state: SignInState) -> SignInPage {
    SignInPage {
        frame: visit.frame(),
        csrf: csrf::token(entry),
        next: next.to_owned(),
        state,
        user: TextField::default(),
        password: TextField::default(),
        passkeys: visit.passkeys("/care/sign-in"),
    }
}

/// Goes on with a new session's cookie.
pub(crate) fn go_on(token: &sign_in::Token, address: &str) -> Response {
    let mut response = see_other(address);
    if let Some(token) = Token::parse(&token.0) {
        let cookie = token.cookie(Transport::Tls);
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// An address of this front, or nothing: a link to the sign-in must not lead elsewhere afterwards.
fn within(next: &str) -> Option<&str> {
    let below = ["/care", "/medical"];
    let rest = below.iter().find_map(|it| next.strip_prefix(it))?;
    let own = rest.is_empty() || rest.starts_with(['/', '?']);
    let plain = next
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (own && plain && next.len() <= 1000 && !rest.starts_with("/sign-")).then_some(next)
}

/// The query that carries `next` on; empty without one.
fn next_query(next: &str) -> String {
    if next.is_empty() {
        String::new()
    } else {
        format!("?next={}", words::encoded(next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_stays_within() {
        for own in [
            "/care",
            "/care/persons?q=%E3%82%AB",
            "/care?x=1",
            "/medical/requests?state=open",
        ] {
            assert_eq!(within(own), Some(own));
        }
        for foreign in [
            "",
            "//evil.example/care",
            "https://evil.example/care",
            "/careful",
            "/medicals",
            "/care/\\evil",
            "/care\r\nSet-Cookie: a=b",
            "/care/sign-in?next=/care",
        ] {
            assert_eq!(within(foreign), None, "{foreign}");
        }
    }
}
