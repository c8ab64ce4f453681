//! Forms that were sent, and whether one of our own pages sent them.

use axum::{
    extract::{Form, FromRequest, FromRequestParts, Request},
    response::Response,
};
use kiban_ui::MessageKind;
use kiban_web_kit::{
    csrf::{self, Sender},
    session::Token,
};

use crate::{
    CareState,
    answer::Message,
    kept,
    visit::{SignedIn, Visit},
};

pub(crate) use kiban_web_kit::Fields;

/// A form sent by somebody who is signed in, from one of our own pages.
#[derive(Debug)]
pub(crate) struct Posted {
    pub(crate) signed_in: SignedIn,
    pub(crate) form: Fields,
}

impl FromRequest<CareState> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, state: &CareState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let signed_in =
            <SignedIn as FromRequestParts<CareState>>::from_request_parts(&mut parts, state).await;
        let request = Request::from_parts(parts, body);
        let signed_in = match signed_in {
            Ok(signed_in) => signed_in,
            Err(answer) => return Err(kept::keep(request, state, answer).await),
        };
        let path = request.uri().path().to_owned();
        let (sender, form) = read(request, &signed_in.visit)
            .await
            .map_err(|message| signed_in.say(message))?;
        if is_of_another_office(&form, &signed_in) {
            return Err(signed_in.say(Message::new(MessageKind::OldPage, "")));
        }
        match judge(sender, &form, Some(&signed_in.token)) {
            Ok(()) => Ok(Self { signed_in, form }),
            // A page from before the last sign-in: the browser says that it is ours, so what was typed comes back.
            Err(_) if sender == Sender::Own => Err(kept::keep_here(&signed_in, &path, &form).await),
            Err(message) => Err(signed_in.say(message)),
        }
    }
}

/// Reads a form and makes sure that a page of `token`'s holder sent it.
///
/// # Errors
///
/// What to say instead: the form cannot be read, or another site or an old page sent it.
pub(crate) async fn checked(
    request: Request,
    visit: &Visit,
    token: Option<&Token>,
) -> Result<Fields, Message<'static>> {
    let (sender, form) = read(request, visit).await?;
    judge(sender, &form, token)?;
    Ok(form)
}

async fn read(request: Request, visit: &Visit) -> Result<(Sender, Fields), Message<'static>> {
    let sender = csrf::sender(request.headers(), &visit.state.own_origin);
    let form = Form::<Vec<(String, String)>>::from_request(request, &()).await;
    match form {
        Ok(Form(fields)) => Ok((sender, Fields::of(fields))),
        Err(_) => Err(Message::new(MessageKind::Unprocessable, "")),
    }
}

/// Whether a form was opened as another office: it is not given back in this one.
pub(crate) fn is_of_another_office(form: &Fields, signed_in: &SignedIn) -> bool {
    sent(form).1 != signed_in.mark()
}

/// The page's token, and the office that stands behind it, see [`SignedIn::mark`].
fn sent(form: &Fields) -> (&str, Option<&str>) {
    parted(form.raw(csrf::FIELD_NAME))
}

/// As [`sent`], for a token that came in another way.
pub(crate) fn parted(sent: &str) -> (&str, Option<&str>) {
    match sent.split_once('.') {
        Some((token, office_no)) => (token, Some(office_no)),
        None => (sent, None),
    }
}

/// Whether one of our own pages sent a form.
///
/// # Errors
///
/// What to say instead.
pub(crate) fn judge(
    sender: Sender,
    form: &Fields,
    token: Option<&Token>,
) -> Result<(), Message<'static>> {
    let own = token.is_some_and(|token| csrf::is_token(token, sent(form).0));
    if sender == Sender::Foreign || !own {
        return Err(Message::new(MessageKind::OldPage, ""));
    }
    Ok(())
}
