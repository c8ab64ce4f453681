//! Invitations that nobody has used yet, for the operator (O06).

use crate::{officer::Officer, words::instant};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use kiban_console_ui::OpenInvitationLine;
use kiban_domain::Body;
use kiban_services::portal_users::{
    InvalidReason,
    invitations::InviteError,
    links::LinkError,
    open_invitations::{self, OpenInvitation},
};
use kiban_web_kit::Fields;

/// The open invitations to bodies of which `shown` is true.
pub(crate) async fn lines(
    officer: &Officer,
    shown: impl Fn(&Body) -> bool,
) -> Result<Vec<OpenInvitationLine>, Response> {
    let open = open_invitations::list(officer.platform(), &officer.context()).await;
    let open = open.map_err(|error| officer.failed(&error))?;
    Ok(open.iter().filter(|it| shown(&it.body)).map(line).collect())
}

fn line(it: &OpenInvitation) -> OpenInvitationLine {
    OpenInvitationLine {
        id: it.id.to_string(),
        name: it.name.clone(),
        mail: it.mail.clone(),
        place: format!("{}　{}", it.body_name, it.roles.label()),
        by: it.by.clone(),
        until: instant(it.until),
    }
}

/// What the page says after [`act`].
pub(crate) fn done(word: &str) -> Option<&'static str> {
    match word {
        "taken-back" => Some("招待を取り消しました。お送りしたアドレスは使えなくなりました"),
        "sent-again" => {
            Some("招待のメールをもう一度お送りします。前のアドレスは使えなくなりました")
        }
        _ => None,
    }
}

/// Takes an invitation back, or sends it again, as a form of the list on `page` asks. `None` when the form asks for something else.
pub(crate) async fn act(officer: &Officer, page: &str, fields: &Fields) -> Option<Response> {
    let (platform, context) = (officer.platform(), officer.context());
    let id = fields.get("invitation").parse().unwrap_or_default();
    let (done, word) = match fields.get("go") {
        "take-back" => (
            open_invitations::take_back(platform, &context, None, id).await,
            "taken-back",
        ),
        "send-again" => {
            let form = officer.form("invitation", fields);
            let origin = &officer.state.own_origin;
            let sent = open_invitations::send_again(platform, &context, &form, origin, None, id);
            (sent.await, "sent-again")
        }
        _ => return None,
    };
    Some(match done {
        Ok(()) => Redirect::to(&format!("{page}?done={word}")).into_response(),
        Err(InviteError::Storage(error) | InviteError::Link(LinkError::Storage(error))) => {
            officer.failed(&error)
        }
        Err(
            InviteError::Link(LinkError::Unknown | LinkError::Used | LinkError::Ended)
            | InviteError::AlreadyInvited(_)
            | InviteError::AlreadyIssued(_)
            | InviteError::SentBefore
            | InviteError::Roles
            | InviteError::Hashing,
        ) => officer.say(
            StatusCode::CONFLICT,
            "この招待は、すでに使われたか、取り消されたか、期限が過ぎています",
            "一覧を開き直して、いまの状態を確かめてください。",
        ),
    })
}

/// What stands beside the field of a reason.
pub(crate) fn reason_error(error: InvalidReason) -> &'static str {
    match error {
        InvalidReason::Empty => "理由を入力してください",
        InvalidReason::Long => "理由は、200文字以内で入力してください",
        InvalidReason::Control => "理由は、改行などを入れないで、1行で入力してください",
    }
}
