//! Signing out.

use axum::response::Response;
use http::header::SET_COOKIE;
use kiban_services::sign_in;
use kiban_web_kit::{Transport, session};

use crate::{answer::see_other, form::Posted};

/// POST `/care/sign-out`.
pub(crate) async fn sign_out(Posted { signed_in, .. }: Posted) -> Result<Response, Response> {
    let token = signed_in.token.to_text();
    sign_in::sign_out(signed_in.platform(), &signed_in.context, &token)
        .await
        .map_err(|error| signed_in.storage(&error))?;
    let mut response = see_other("/care/sign-in?state=signed-out");
    let removal = session::removal(Transport::Tls);
    response.headers_mut().append(SET_COOKIE, removal);
    Ok(response)
}
