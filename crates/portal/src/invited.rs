//! Invitations that nobody has used yet, on the pages of those who keep a body's members (M03, I12).

use crate::member::{SignedIn, time_of_day};
use axum::response::Response;
use http::StatusCode;
use kiban_domain::{Timestamp, Wareki, tokyo_date};
use kiban_portal_ui::{Notice, NoticeKind, OpenInvitationLine};
use kiban_services::portal_users::{
    InvalidReason,
    invitations::InviteError,
    links::LinkError,
    open_invitations::{self, OpenInvitation},
};
use kiban_web_kit::Fields;

/// The open invitations to the body that somebody acts for; nothing for those who may not invite.
pub(crate) async fn lines(signed_in: &SignedIn) -> Result<Vec<OpenInvitationLine>, Response> {
    if !signed_in.session.keeps_members() {
        return Ok(Vec::new());
    }
    let open = open_invitations::list_of(signed_in.platform(), &signed_in.session.body).await;
    let open = open.map_err(|error| signed_in.failed(&error))?;
    Ok(open.iter().map(line).collect())
}

fn line(it: &OpenInvitation) -> OpenInvitationLine {
    OpenInvitationLine {
        id: it.id.to_string(),
        name: it.name.clone(),
        mail: it.mail.clone(),
        place: it.roles.label(),
        by: it.by.clone(),
        until: instant(it.until),
    }
}

fn instant(at: Timestamp) -> String {
    let day = tokyo_date(at);
    let day = Wareki::try_from(day).map_or_else(|_| day.to_string(), Wareki::long);
    format!("{day} {}", time_of_day(at))
}

/// Says that an address is invited already, and how to go on.
pub(crate) fn already(open: &OpenInvitation) -> Notice {
    let advice = format!(
        "{}さん（{}）への招待は、{}まで有効です。届いていないときは、下の「招待中」から、もう一度送るか、取り消してください。",
        open.name,
        open.mail,
        instant(open.until)
    );
    Notice::new(NoticeKind::Warning, "すでに招待しています", advice)
}

/// Takes an invitation back, or sends it again, as a form of the list asks; the word for the address afterwards. `None` when the form
/// asks for something else.
pub(crate) async fn act(
    signed_in: &SignedIn,
    fields: &Fields,
) -> Option<Result<&'static str, InviteError>> {
    let (platform, context) = (signed_in.platform(), signed_in.context());
    let of = Some(signed_in.session.body);
    let id = fields.get("invitation").parse().unwrap_or_default();
    match fields.get("go") {
        "take-back" => {
            let done = open_invitations::take_back(platform, &context, of, id).await;
            Some(done.map(|()| "taken-back"))
        }
        "send-again" => {
            let form = signed_in.form("invitation", fields);
            let origin = &signed_in.state.own_origin;
            let done = open_invitations::send_again(platform, &context, &form, origin, of, id);
            Some(done.await.map(|()| "sent-again"))
        }
        _ => None,
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

/// What the page says when [`act`] did nothing; `Err` when the database failed.
#[expect(clippy::result_large_err, reason = "the refusal is the answer itself")]
pub(crate) fn refused(signed_in: &SignedIn, error: InviteError) -> Result<Notice, Response> {
    match error {
        InviteError::Storage(error) | InviteError::Link(LinkError::Storage(error)) => {
            Err(signed_in.failed(&error))
        }
        InviteError::Link(LinkError::Unknown | LinkError::Used | LinkError::Ended)
        | InviteError::AlreadyInvited(_)
        | InviteError::AlreadyIssued(_)
        | InviteError::SentBefore
        | InviteError::Roles
        | InviteError::Hashing => Ok(Notice::new(
            NoticeKind::Warning,
            "この招待は、すでに使われたか、取り消されたか、期限が過ぎています",
            "いまの一覧を確かめてください。",
        )),
    }
}

/// The status of a page that says so.
pub(crate) const GONE: StatusCode = StatusCode::CONFLICT;

/// What stands beside the field of a reason.
pub(crate) fn reason_error(error: InvalidReason) -> &'static str {
    match error {
        InvalidReason::Empty => "理由を入力してください",
        InvalidReason::Long => "理由は、200文字以内で入力してください",
        InvalidReason::Control => "理由は、改行などを入れないで、1行で入力してください",
    }
}
