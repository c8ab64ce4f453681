//! Inviting staff, sending an invitation again, taking it back.

use axum::{extract::Path, response::Response};
use http::StatusCode;
use kiban_domain::MailAddress;
use kiban_services::{
    accounts::{self, InvitationError, NewInvitation},
    staff::StaffRole,
};
use kiban_ui::{InvitePage, MenuItem, TextField};
use uuid::Uuid;

use crate::{
    answer::{page, page_with, see_other},
    form::Posted,
    visit::SignedIn,
};

/// GET `/care/staff/invite`.
pub(crate) async fn ask(signed_in: SignedIn) -> Result<Response, Response> {
    signed_in.administrator()?;
    Ok(page(&form(&signed_in, "", "", "")))
}

fn form(signed_in: &SignedIn, name: &str, mail: &str, role: &str) -> InvitePage {
    InvitePage {
        frame: signed_in.frame(Some(MenuItem::Office)),
        name: TextField::of(name),
        mail: TextField::of(mail),
        role: InvitePage::roles(role),
    }
}

/// POST `/care/staff/invite`.
pub(crate) async fn send(
    Posted {
        signed_in,
        form: fields,
    }: Posted,
) -> Result<Response, Response> {
    signed_in.administrator()?;
    let (name, mail, role) = (fields.get("name"), fields.get("mail"), fields.get("role"));
    let mut form = form(&signed_in, name, mail, role);
    if name.is_empty() || name.chars().count() > 40 || name.contains(char::is_control) {
        form.name = form.name.with_error("氏名を40文字以内で入力してください");
    }
    let address = mail.parse::<MailAddress>();
    if address.is_err() {
        form.mail = form.mail.with_error("メールアドレスの形で入力してください");
    }
    let number = role
        .parse::<i16>()
        .ok()
        .filter(|role| (1..=4).contains(role));
    if number.is_none() {
        form.role = form.role.with_error("役割を選択してください");
    }
    let (Ok(address), Some(number), true) = (address, number, form.errors().is_empty()) else {
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &form));
    };
    let new = NewInvitation {
        mail: address,
        name: name.to_owned(),
        role: StaffRole::from_number(number),
    };
    accounts::invite(
        signed_in.platform(),
        &signed_in.context,
        signed_in.visit.office_no,
        &signed_in.session.login,
        &signed_in.visit.state.own_origin,
        new,
    )
    .await
    .map_err(|error| signed_in.storage(&error))?;
    Ok(see_other("/care/staff?done=invited"))
}

/// POST `/care/invitations/{id}/again`.
pub(crate) async fn again(
    Path(id): Path<String>,
    Posted { signed_in, .. }: Posted,
) -> Result<Response, Response> {
    signed_in.administrator()?;
    let Ok(id) = id.parse::<Uuid>() else {
        return Err(signed_in.nothing_there());
    };
    let sent = accounts::send_again(
        signed_in.platform(),
        &signed_in.context,
        signed_in.visit.office_no,
        &signed_in.session.login,
        &signed_in.visit.state.own_origin,
        id,
    );
    sent.await.map_err(|error| failed(&signed_in, &error))?;
    Ok(see_other("/care/staff?done=again"))
}

/// POST `/care/invitations/{id}/cancel`.
pub(crate) async fn cancel(
    Path(id): Path<String>,
    Posted { signed_in, .. }: Posted,
) -> Result<Response, Response> {
    signed_in.administrator()?;
    let Ok(id) = id.parse::<Uuid>() else {
        return Err(signed_in.nothing_there());
    };
    let office_no = signed_in.visit.office_no;
    accounts::cancel(signed_in.platform(), &signed_in.context, office_no, id)
        .await
        .map_err(|error| failed(&signed_in, &error))?;
    Ok(see_other("/care/staff?done=cancelled"))
}

fn failed(signed_in: &SignedIn, error: &InvitationError) -> Response {
    match error {
        InvitationError::NotFound => signed_in.nothing_there(),
        InvitationError::Storage(error) => signed_in.storage(error),
    }
}
