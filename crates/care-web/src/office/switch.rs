//! 事業所の切替え: going on as another office of the company.

use axum::response::Response;
use kiban_domain::OfficeNumber;
use kiban_services::{
    members::{self, SwitchError},
    staff::StaffRole,
};
use kiban_ui::{MessageKind, OfficeChoice, OfficesPage};

use crate::{
    answer::{Message, page, see_other},
    form::Posted,
    sign_in::go_on,
    visit::SignedIn,
};

/// GET `/care/offices`.
pub(crate) async fn show(signed_in: SignedIn) -> Result<Response, Response> {
    let offices = members::offices(signed_in.platform(), signed_in.session.staff_id)
        .await
        .map_err(|error| signed_in.storage(&error))?;
    let now = signed_in.office_no();
    Ok(page(&OfficesPage {
        frame: signed_in.frame(None),
        now: signed_in.office.name.clone(),
        offices: offices
            .into_iter()
            .map(|office| OfficeChoice {
                current: office.office_no == now,
                office_no: office.office_no.to_string(),
                name: office.name,
                role: StaffRole::from_number(office.standing.role)
                    .label()
                    .to_owned(),
            })
            .collect(),
    }))
}

/// POST `/care/offices`: goes on with a new session as the office of `office`.
pub(crate) async fn switch(Posted { signed_in, form }: Posted) -> Result<Response, Response> {
    let refused = || {
        let detail = "この事業所としては利用できません。所属が変わっていることがあります。事業所の一覧を確かめてください。";
        let message = Message::new(MessageKind::Forbidden, detail);
        signed_in.say(message.next("/care/offices", "事業所の切替えへ戻る"))
    };
    let office_no = form.get("office").parse::<OfficeNumber>();
    let office_no = office_no.map_err(|_| refused())?;
    let token = signed_in.token.to_text();
    let switched = members::switch(
        signed_in.platform(),
        &signed_in.context,
        &signed_in.session,
        &token,
        office_no,
    );
    match switched.await {
        Ok(token) => Ok(go_on(&token, "/care")),
        Err(SwitchError::NotMember) => Err(refused()),
        // Another switch was first, and its session is the one in the cookie.
        Err(SwitchError::NoSession) => Ok(see_other("/care")),
        Err(SwitchError::Storage(error)) => Err(signed_in.storage(&error)),
    }
}
