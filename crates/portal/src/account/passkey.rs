//! Adding a passkey: asked on a page of its own.

use super::show::page;
use crate::typed::line_error;
use crate::{entrance::place_of, member::PostedIn, passkey_words};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use kiban_portal_ui::{Link, PasskeyPage, TextField};
use kiban_services::{
    passkeys::{PasskeyError, Place},
    portal_users::passkeys,
};

/// POST `/account/passkey`: asks, or takes the answer.
pub(super) async fn submit(posted: PostedIn) -> Result<Response, Response> {
    let PostedIn { signed_in, fields } = posted;
    let (platform, session) = (signed_in.platform(), &signed_in.session);
    let Some(party) = signed_in.state.party() else {
        return Ok(Redirect::to("/account").into_response());
    };
    let name = fields.get("passkey_name");
    if let Some(error) = line_error("パスキーの名前", name, 40, true) {
        let mut page = page(&signed_in).await?;
        page.sent = "ask".into();
        page.passkey_name = TextField::of(name).with_error(error);
        return Ok(signed_in.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    let (serial, secret) = (place_of(&signed_in.from), signed_in.token.to_text());
    let place = Place {
        party: &party,
        serial: &serial,
        secret: &secret,
    };
    let mut notice = None;
    if fields.get("go") == "answer" {
        let (challenge, given) = (fields.get("challenge"), fields.get("answer"));
        let context = signed_in.context();
        match passkeys::add(platform, &context, place, session, challenge, given, name).await {
            Ok(()) => return Ok(Redirect::to("/account").into_response()),
            Err(PasskeyError::Storage(error)) => return Err(signed_in.failed(&error)),
            Err(error) => notice = Some(passkey_words::notice(&error)),
        }
    }
    let asked = match passkeys::ask_for_new(platform, place, session).await {
        Ok(asked) => asked,
        Err(PasskeyError::Storage(error)) => return Err(signed_in.failed(&error)),
        Err(error) => {
            let mut page = page(&signed_in).await?;
            page.notice = Some(passkey_words::notice(&error));
            return Ok(signed_in.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
    };
    let status = if notice.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let page = PasskeyPage {
        frame: signed_in.frame().at("/account"),
        csrf: signed_in.csrf(),
        title: "パスキーの追加".into(),
        notice,
        action: "/account/passkey".into(),
        fields: vec![("passkey_name", name.to_owned())],
        challenge: asked.id,
        options: asked.options,
        create: true,
        button: "パスキーを作る",
        back: Link::new("/account", "追加しないで自分の設定へ戻る"),
    };
    Ok(signed_in.page(status, &page))
}
