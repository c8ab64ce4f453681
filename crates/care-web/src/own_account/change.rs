//! Another name for a passkey, and removing it.

use axum::{extract::Path, response::Response};
use http::StatusCode;
use kiban_services::passkeys::{self, PasskeyError};
use kiban_store::repo::passkeys::PasskeyRow;
use kiban_ui::{ConfirmPage, Link, PasskeyFormPage, TextField};
use uuid::Uuid;

use super::HERE;
use crate::{
    answer::{page, page_with, see_other},
    form::Posted,
    passkeys::failed_at,
    visit::SignedIn,
};

/// The member's own passkey of this identifier.
async fn find(signed_in: &SignedIn, id: &str) -> Result<PasskeyRow, Response> {
    let factors = passkeys::factors(signed_in.platform(), signed_in.session.staff_id).await;
    let factors = factors.map_err(|error| signed_in.storage(&error))?;
    let id: Option<Uuid> = id.parse().ok();
    let found = factors
        .passkeys
        .into_iter()
        .find(|row| Some(row.passkey_id) == id);
    found.ok_or_else(|| signed_in.nothing_there())
}

fn form(signed_in: &SignedIn, id: Uuid, name: &str) -> PasskeyFormPage {
    PasskeyFormPage {
        frame: signed_in.frame(None),
        notice: None,
        action: format!("/care/account/passkeys/{id}"),
        name: TextField::of(name),
        password: None,
    }
}

/// GET `/care/account/passkeys/{id}`.
pub(crate) async fn name(
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let row = find(&signed_in, &id).await?;
    Ok(page(&form(&signed_in, row.passkey_id, &row.name)))
}

/// POST `/care/account/passkeys/{id}`.
pub(crate) async fn rename(
    Path(id): Path<String>,
    Posted {
        signed_in,
        form: typed,
    }: Posted,
) -> Result<Response, Response> {
    let row = find(&signed_in, &id).await?;
    let (own, id, name) = (
        signed_in.session.staff_id,
        row.passkey_id,
        typed.get("name"),
    );
    match passkeys::rename(signed_in.platform(), &signed_in.context, own, id, name).await {
        Ok(()) => Ok(see_other("/care/account?done=renamed")),
        Err(PasskeyError::Name) => {
            let mut again = form(&signed_in, id, name);
            let words = "パスキーの名前を40文字以内で入力してください";
            again.name = again.name.with_error(words);
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &again))
        }
        Err(error) => Err(failed(&signed_in, &error)),
    }
}

/// GET `/care/account/passkeys/{id}/remove`: asks once more.
pub(crate) async fn ask(signed_in: SignedIn, Path(id): Path<String>) -> Result<Response, Response> {
    let row = find(&signed_in, &id).await?;
    Ok(page(&ConfirmPage {
        frame: signed_in.frame(None),
        parent: Link::new(HERE, "自分の設定"),
        title: "パスキーの削除の確認".to_owned(),
        lead: "このパスキーでは、すぐにログインできなくなります。元には戻せません。".to_owned(),
        facts: vec![("名前".to_owned(), row.name)],
        action: format!("/care/account/passkeys/{id}/remove"),
        button: "パスキーを削除する".to_owned(),
        back: Link::new(HERE, "削除しないで前の画面へ戻る"),
    }))
}

/// POST `/care/account/passkeys/{id}/remove`.
pub(crate) async fn remove(
    Path(id): Path<String>,
    Posted { signed_in, .. }: Posted,
) -> Result<Response, Response> {
    let row = find(&signed_in, &id).await?;
    let (own, id) = (signed_in.session.staff_id, row.passkey_id);
    match passkeys::remove(signed_in.platform(), &signed_in.context, own, id).await {
        Ok(()) => Ok(see_other("/care/account?done=removed")),
        Err(error) => Err(failed(&signed_in, &error)),
    }
}

fn failed(signed_in: &SignedIn, error: &PasskeyError) -> Response {
    failed_at(&signed_in.visit, error, |message| {
        signed_in.say(message.next(HERE, "自分の設定へ戻る"))
    })
}
