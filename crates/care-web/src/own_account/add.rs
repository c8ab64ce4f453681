//! Adding a passkey: the password again and a name, then the browser.

use axum::response::Response;
use http::StatusCode;
use kiban_services::passkeys::{self, PasskeyError, Place};
use kiban_ui::{Link, PasskeyFormPage, PasskeyPage, TextField};

use super::HERE;
use crate::{
    answer::{page, page_with, retry_after, see_other},
    form::Posted,
    passkeys::{failed_at, notice, status},
    visit::SignedIn,
};

const NEW: &str = "/care/account/passkeys/new";

fn form(signed_in: &SignedIn, name: &str) -> PasskeyFormPage {
    PasskeyFormPage {
        frame: signed_in.frame(None),
        notice: None,
        action: NEW.to_owned(),
        name: TextField::of(name),
        password: Some(TextField::default()),
    }
}

/// GET `/care/account/passkeys/new`.
pub(crate) async fn ask(signed_in: SignedIn) -> Response {
    if signed_in.visit.party().is_none() {
        return see_other(HERE);
    }
    page(&form(&signed_in, ""))
}

/// POST `/care/account/passkeys/new`: password and name, then the page that asks the browser.
pub(crate) async fn begin(
    Posted {
        signed_in,
        form: typed,
    }: Posted,
) -> Result<Response, Response> {
    let visit = &signed_in.visit;
    let Some(party) = visit.party() else {
        return Ok(see_other(HERE));
    };
    let (name, password) = (typed.get("name"), typed.raw("password"));
    let mut again = form(&signed_in, name);
    if password.is_empty() {
        again.password = Some(TextField::default().with_error("パスワードを入力してください"));
        if name.is_empty() {
            again.name = again.name.with_error("パスキーの名前を入力してください");
        }
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &again));
    }
    let secret = signed_in.token.to_text();
    let place = Place {
        party: &party,
        serial: visit.serial(),
        secret: &secret,
    };
    let own = signed_in.session.staff_id;
    let asked = passkeys::ask_for_new(visit.platform(), place, own, password.to_owned(), name);
    let asked = match asked.await {
        Ok(asked) => asked,
        Err(PasskeyError::Name) => {
            let words = "パスキーの名前を40文字以内で入力してください";
            again.name = again.name.with_error(words);
            return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &again));
        }
        Err(PasskeyError::WrongPassword) => {
            let words = "パスワードが正しくありません";
            again.password = Some(TextField::default().with_error(words));
            return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &again));
        }
        Err(error @ PasskeyError::TooMany(exhausted)) => {
            again.notice = Some(notice(&error));
            let response = page_with(status(Some(&error)), &again);
            return Ok(retry_after(response, exhausted.retry_after));
        }
        Err(error) => return Err(failed(&signed_in, &error)),
    };
    Ok(page(&PasskeyPage {
        frame: signed_in.frame(None),
        csrf: signed_in.csrf(),
        title: "パスキーの追加".to_owned(),
        lead: "画面の案内にそって、この端末またはセキュリティキーにパスキーを作ってください。"
            .to_owned(),
        notice: None,
        action: "/care/account/passkeys".to_owned(),
        fields: vec![("name", name.to_owned())],
        challenge: asked.id,
        options: asked.options,
        create: true,
        button: "パスキーを作る",
        back: Link::new(HERE, "追加しないで前の画面へ戻る"),
    }))
}

/// POST `/care/account/passkeys`: the browser's answer.
pub(crate) async fn finish(Posted { signed_in, form }: Posted) -> Result<Response, Response> {
    let visit = &signed_in.visit;
    let Some(party) = visit.party() else {
        return Ok(see_other(HERE));
    };
    let secret = signed_in.token.to_text();
    let place = Place {
        party: &party,
        serial: visit.serial(),
        secret: &secret,
    };
    let own = signed_in.session.staff_id;
    let added = passkeys::add(
        visit.platform(),
        &signed_in.context,
        place,
        own,
        form.get("challenge"),
        form.get("answer"),
        form.get("name"),
    );
    match added.await {
        Ok(()) => Ok(see_other("/care/account?done=added")),
        Err(error) => Err(failed(&signed_in, &error)),
    }
}

fn failed(signed_in: &SignedIn, error: &PasskeyError) -> Response {
    failed_at(&signed_in.visit, error, |message| {
        signed_in.say(message.next(NEW, "もう一度追加する"))
    })
}
