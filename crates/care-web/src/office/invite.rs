//! Inviting staff, sending an invitation again, taking it back.

use axum::{extract::Path, response::Response};
use http::StatusCode;
use kiban_domain::MailAddress;
use kiban_services::{
    accounts::{self, InvitationError, NewInvitation},
    staff::StaffRole,
};
use kiban_ui::{DateField, InvitePage, MenuItem, RolePage, TextField};
use uuid::Uuid;

use super::role_form;
use crate::{
    answer::{page, page_with, see_other},
    form::Posted,
    visit::SignedIn,
};

/// GET `/care/staff/invite`.
pub(crate) async fn ask(signed_in: SignedIn) -> Result<Response, Response> {
    signed_in.administrator()?;
    Ok(page(&InvitePage {
        frame: signed_in.frame(Some(MenuItem::Office)),
        name: TextField::default(),
        mail: TextField::default(),
        role: InvitePage::roles(""),
        ends: DateField::default(),
        codes: RolePage::codes(false),
    }))
}

/// POST `/care/staff/invite`.
pub(crate) async fn send(
    Posted {
        signed_in,
        form: fields,
    }: Posted,
) -> Result<Response, Response> {
    signed_in.administrator()?;
    let (name, mail) = (fields.get("name"), fields.get("mail"));
    let typed = role_form::read(signed_in.platform(), &fields);
    let mut form = InvitePage {
        frame: signed_in.frame(Some(MenuItem::Office)),
        name: TextField::of(name),
        mail: TextField::of(mail),
        role: typed.role,
        ends: typed.ends,
        codes: typed.codes,
    };
    if name.is_empty() || name.chars().count() > 40 || name.contains(char::is_control) {
        form.name = form.name.with_error("氏名を40文字以内で入力してください");
    }
    let address = mail.parse::<MailAddress>();
    if address.is_err() {
        form.mail = form.mail.with_error("メールアドレスの形で入力してください");
    }
    let (Ok(address), Some(standing), true) = (address, typed.standing, form.errors().is_empty())
    else {
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &form));
    };
    let new = NewInvitation {
        mail: address,
        name: name.to_owned(),
        role: StaffRole::from_number(standing.role),
        contract: standing.contract,
    };
    accounts::invite(
        signed_in.platform(),
        &signed_in.context,
        signed_in.office_no(),
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
        signed_in.office_no(),
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
    let office_no = signed_in.office_no();
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
