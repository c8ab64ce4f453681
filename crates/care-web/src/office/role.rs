//! Another role for an account of the office, and a contractor's last day (W-2, X-7).

use axum::{extract::Path, response::Response};
use http::StatusCode;
use kiban_services::accounts::{self, ChangeError};
use kiban_store::repo::{memberships::Standing, staff::AccountRow};
use kiban_ui::{MenuItem, MessageKind, RolePage};

use super::role_form::{self, Typed};
use crate::{
    answer::{Message, page, page_with, see_other},
    form::Posted,
    visit::SignedIn,
};

async fn find(signed_in: &SignedIn, id: &str) -> Result<AccountRow, Response> {
    signed_in.administrator()?;
    let rows = accounts::list(signed_in.platform(), &signed_in.office_no())
        .await
        .map_err(|error| signed_in.storage(&error))?;
    rows.into_iter()
        .find(|row| row.staff_id.to_string() == id)
        .ok_or_else(|| signed_in.nothing_there())
}

fn form(signed_in: &SignedIn, row: &AccountRow, typed: Typed) -> RolePage {
    RolePage {
        frame: signed_in.frame(Some(MenuItem::Office)),
        title: "役割の変更".to_owned(),
        lead: "変更は、この職員が次に画面を開いたときから有効になります。委託先に変更すると、すぐにログアウトします。"
            .to_owned(),
        action: format!("/care/staff/{}/role", row.staff_id),
        facts: vec![
            ("氏名".to_owned(), row.name.clone()),
            ("ユーザID".to_owned(), row.login.clone()),
        ],
        whom: None,
        role: typed.role,
        ends: typed.ends,
        codes: typed.codes,
        button: "役割を変更する".to_owned(),
    }
}

/// GET `/care/staff/{id}/role`.
pub(crate) async fn ask(signed_in: SignedIn, Path(id): Path<String>) -> Result<Response, Response> {
    let row = find(&signed_in, &id).await?;
    let now = role_form::of(Standing {
        role: row.role,
        contract: row.contract,
    });
    Ok(page(&form(&signed_in, &row, now)))
}

/// POST `/care/staff/{id}/role`.
pub(crate) async fn change(
    Path(id): Path<String>,
    Posted {
        signed_in,
        form: fields,
    }: Posted,
) -> Result<Response, Response> {
    let row = find(&signed_in, &id).await?;
    let typed = role_form::read(signed_in.platform(), &fields);
    let Some(standing) = typed.standing else {
        let again = form(&signed_in, &row, typed);
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &again));
    };
    let changed = accounts::set_role(
        signed_in.platform(),
        &signed_in.context,
        signed_in.office_no(),
        signed_in.session.staff_id,
        row.staff_id,
        standing,
    );
    let detail = match changed.await {
        Ok(()) => return Ok(see_other("/care/staff?done=role")),
        Err(ChangeError::Storage(error)) => return Err(signed_in.storage(&error)),
        Err(ChangeError::NotFound | ChangeError::NoMail) => {
            "すでに変更されています。職員の一覧を確かめてください。"
        }
        Err(ChangeError::Own) => "自分の役割は変更できません。ほかの管理者に依頼してください。",
        Err(ChangeError::Contractor) => {
            "委託先の利用者は、ほかの役割に変更できません。職員として働くときは、あらためて招待してください。"
        }
        Err(ChangeError::LastAdministrator) => {
            "管理者がいなくなるため、変更できません。先に、ほかの管理者を登録してください。"
        }
    };
    let message = Message::new(MessageKind::Closed, detail);
    Err(signed_in.say(message.next("/care/staff", "職員の一覧へ戻る")))
}
