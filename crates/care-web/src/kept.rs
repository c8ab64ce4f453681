//! What was being sent when a session ended: kept at the POST, given back in the form after the sign-in (W-10).

use axum::{
    body::{Body, to_bytes},
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{
    StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION, SET_COOKIE},
};
use kiban_services::kept_input::{self, KEPT_MINUTES, Kept, Place};
use kiban_ui::MessageKind;
use kiban_web_kit::{Transport, kept as cookie, session::Token};

use crate::{
    CareState,
    answer::{Message, see_other},
    form::{Fields, checked},
    visit::{SignedIn, Visit},
    words,
};

/// The pages that know the cookie: those that begin as the form's own page does.
const BELOW: [&str; 2] = ["/care", "/medical"];
/// No page of ours is longer, in bytes.
const PAGE_BYTES: usize = 8 << 20;

/// Below which pages the cookie of a page lives.
fn below(path: &str) -> Option<&'static str> {
    BELOW.into_iter().find(|it| path.starts_with(it))
}

fn place<'a>(visit: &'a Visit, secret: &'a Token) -> Place<'a> {
    Place {
        serial: visit.serial(),
        terminal_id: visit.terminal_id(),
        secret: secret.as_bytes(),
    }
}

/// Keeps a form that came with the token of an ended session; `answer` is what its sender gets otherwise.
pub(crate) async fn keep(request: Request, state: &CareState, answer: Response) -> Response {
    let leads = answer.headers().get(LOCATION);
    let to_sign_in = leads.is_some_and(|to| to.as_bytes().starts_with(b"/care/sign-in"));
    let Some(token) = Token::of(request.headers()).filter(|_| to_sign_in) else {
        return answer;
    };
    let (mut parts, body) = request.into_parts();
    let Ok(visit) =
        <Visit as FromRequestParts<CareState>>::from_request_parts(&mut parts, state).await
    else {
        return answer;
    };
    let path = parts.uri.path().to_owned();
    let secret = cookie::of(&parts.headers);
    let secret = secret.unwrap_or_else(|| Token::new(&*visit.platform().entropy));
    // The old page's token still tells that our own page sent this.
    let Ok(fields) = checked(Request::from_parts(parts, body), &visit, Some(&token)).await else {
        return answer;
    };
    let (at, text) = (place(&visit, &secret), token.to_text());
    match kept_input::keep(visit.platform(), at, &text, &path, fields.fields()).await {
        Ok(kept) => answer_for(&secret, &page_of(&path, &fields), kept),
        Err(error) => visit.storage(&error),
    }
}

/// Keeps a form that came from a page older than the session, and leads back to it at once.
pub(crate) async fn keep_here(signed_in: &SignedIn, path: &str, fields: &Fields) -> Response {
    let visit = &signed_in.visit;
    let secret = Token::new(&*visit.platform().entropy);
    let (at, token) = (place(visit, &secret), signed_in.token.to_text());
    match kept_input::keep(visit.platform(), at, &token, path, fields.fields()).await {
        Ok(true) => with_cookie(see_other(&page_of(path, fields)), &secret, path),
        Ok(false) => signed_in.say(Message::new(MessageKind::OldPage, "")),
        Err(error) => signed_in.storage(&error),
    }
}

fn with_cookie(mut response: Response, secret: &Token, path: &str) -> Response {
    let below = below(path).unwrap_or(BELOW[0]);
    let cookie = cookie::cookie(secret, below, KEPT_MINUTES * 60, Transport::Tls);
    response.headers_mut().append(SET_COOKIE, cookie);
    response
}

fn answer_for(secret: &Token, page: &str, kept: bool) -> Response {
    let state = if kept { "kept" } else { "timed-out" };
    let next = words::encoded(page);
    let response = see_other(&format!("/care/sign-in?next={next}&state={state}"));
    if kept {
        with_cookie(response, secret, page)
    } else {
        response
    }
}

/// The page that holds the form for `path`. Most forms are sent to the address they came from; the others are named here,
/// and a test asks for the page of every form there is.
pub(crate) fn page_of(path: &str, fields: &Fields) -> String {
    let with = |name: &str| format!("{path}?{name}={}", words::encoded(fields.get(name)));
    let parts: Vec<&str> = path.split('/').skip(2).collect();
    match parts.as_slice() {
        ["persons", "new", "register"] => with("check"),
        ["persons", _, _, "consents", "withdraw"] => with("consent"),
        ["emergency", "reason" | "open"] => "/care/emergency".to_owned(),
        ["registrations", "confirm"] => "/care/registrations?show=waiting".to_owned(),
        ["account", "passkeys" | "letters"] => "/care/account".to_owned(),
        ["invitations", ..] => "/care/staff".to_owned(),
        ["terminals", "new" | "code.pdf"] | ["terminals", _, "renew"] => {
            "/care/terminals".to_owned()
        }
        ["handovers", _] => "/care/handovers".to_owned(),
        ["sign-out"] => "/care".to_owned(),
        ["opinions", _, _, "edit"] => {
            format!(
                "{}&past={}",
                with("section"),
                words::encoded(fields.get("past"))
            )
        }
        _ => path.to_owned(),
    }
}

/// Around every handler: fills the form of a page for whom something is kept, and forgets it for anybody else.
pub(crate) async fn give_back(
    State(state): State<CareState>,
    request: Request,
    next: Next,
) -> Response {
    let secret = cookie::of(request.headers());
    let below = below(request.uri().path());
    let Some((secret, below)) = secret.zip(below) else {
        return next.run(request).await;
    };
    let (mut parts, body) = request.into_parts();
    let visit =
        <Visit as FromRequestParts<CareState>>::from_request_parts(&mut parts, &state).await;
    let headers = parts.headers.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    let Ok(visit) = visit else { return response };
    match visit.look(&headers).await {
        Ok(Some(session)) if session.complete => {
            let at = place(&visit, &secret);
            match kept_input::list(visit.platform(), at, session.staff_id, &session.office_no).await
            {
                Ok(kept) => fill(&visit, kept, response, below).await,
                Err(error) => visit.storage(&error),
            }
        }
        // Nobody has signed in yet, or no longer.
        Ok(_) => response,
        Err(error) => visit.storage(&error),
    }
}

/// Fills the page's form, and takes the cookie away when nothing is left.
async fn fill(visit: &Visit, kept: Vec<Kept>, response: Response, below: &str) -> Response {
    let mut left = kept.len();
    let mut response = response;
    if left > 0 && is_page(&response) {
        let (mut parts, body) = response.into_parts();
        let Ok(bytes) = to_bytes(body, PAGE_BYTES).await else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let page = String::from_utf8_lossy(&bytes).into_owned();
        let filled = kept
            .iter()
            .find_map(|it| Some((it, kiban_ui::refill(&page, &it.path, &it.fields)?)));
        let mut html = page;
        if let Some((shown, filled)) = filled {
            // Older ones for the same form would come back over what is typed now.
            for it in kept.iter().filter(|it| it.path == shown.path) {
                match kept_input::take(visit.platform(), it.kept_id).await {
                    Ok(true) if it.kept_id == shown.kept_id => html.clone_from(&filled),
                    Ok(_) => {}
                    Err(error) => return visit.storage(&error),
                }
                left -= 1;
            }
        }
        parts.headers.remove(CONTENT_LENGTH);
        response = Response::from_parts(parts, Body::from(html));
    }
    if left == 0 {
        let removal = cookie::removal(below, Transport::Tls);
        response.headers_mut().append(SET_COOKIE, removal);
    }
    response
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE);
    response.status() == StatusCode::OK
        && kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a route's pattern fits an address.
    fn fits(pattern: &str, path: &str) -> bool {
        let (mut one, mut other) = (pattern.split('/'), path.split('/'));
        loop {
            match (one.next(), other.next()) {
                (None, None) => return true,
                (Some(part), Some(it)) if part == it || part.starts_with('{') => {}
                _ => return false,
            }
        }
    }

    #[test]
    fn every_form_has_a_page_to_come_back_to() {
        let routes = crate::routes();
        let gets = || {
            routes
                .list()
                .iter()
                .filter(|it| it.method == http::Method::GET)
        };
        let posts = routes
            .list()
            .iter()
            .filter(|it| it.method == http::Method::POST);
        for post in posts.filter(|it| {
            below(&it.path).is_some() && !crate::OPEN_ROUTES.contains(&it.path.as_str())
        }) {
            let path = post.path.replace(['{', '}'], "");
            let page = page_of(&path, &Fields::default());
            let page = page.split('?').next().unwrap();
            assert!(gets().any(|get| fits(&get.path, page)), "{path} {page}");
        }
    }
}
