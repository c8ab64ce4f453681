//! A password of one's own and a second factor, before anything else.

use super::{Asked, factor::checked, go_on, limited, next_query, place_of, target, with_cookie};
use crate::{
    PortalState,
    member::session_of,
    passkey_words,
    public::{answer, failed},
};
use axum::{
    extract::{Query, Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use http::{HeaderMap, StatusCode};
use kiban_portal_ui::{Link, Notice, PasskeyPage, SetUpPage, SetUpStage, TextField};
use kiban_services::{
    CallContext,
    accounts::Mistake,
    passkeys::{Place, RelyingParty},
    portal_users::{
        From, Stage,
        set_up::{self, Done, SetUpError},
        shown_login,
    },
};
use kiban_web_kit::{Fields, PeerAddr, csrf, session::Token};

/// GET `/login/setup`.
pub(super) async fn show(
    State(state): State<PortalState>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    match session_of(&state, &headers).await? {
        Some((session, token)) if session.stage == Stage::SetUp => {
            let page = page(&state, &token, &asked.next).await?;
            Ok(answer(StatusCode::OK, "no-store", &page))
        }
        Some((session, _)) if session.stage == Stage::SecondFactor => {
            Ok(Redirect::to("/login/2fa").into_response())
        }
        _ => Ok(Redirect::to("/login?state=timed-out").into_response()),
    }
}

async fn page(state: &PortalState, token: &Token, next: &str) -> Result<SetUpPage, Response> {
    let text = token.to_text();
    let needs = set_up::needs(&state.platform, &text).await;
    let needs = needs.map_err(|error| refused(state, error))?;
    let stage = if needs.password {
        SetUpStage::Password {
            password: TextField::default(),
            again: TextField::default(),
        }
    } else {
        let secret = set_up::secret(&state.platform, &text).await;
        let secret = secret.map_err(|error| refused(state, error))?;
        let login = shown_login(&needs.login);
        let address = format!(
            "otpauth://totp/kiban:{login}?secret={secret}&issuer=kiban&algorithm=SHA1&digits=6&period=30"
        );
        let (size, path) = crate::qr::path(&address).unwrap_or_default();
        SetUpStage::Factor {
            size,
            path,
            secret: grouped(&secret),
            code: TextField::default(),
            passkey: state.party().is_some(),
        }
    };
    Ok(SetUpPage {
        frame: state.portal_frame(),
        csrf: csrf::token(token),
        next: next.to_owned(),
        login: shown_login(&needs.login),
        notice: None,
        stage,
    })
}

fn grouped(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|it| it.iter().collect()).collect();
    groups.join(" ")
}

/// What to answer when the whole cannot go on.
fn refused(state: &PortalState, error: SetUpError) -> Response {
    match error {
        SetUpError::Storage(error) => failed(state, &error),
        _ => Redirect::to("/login?state=timed-out").into_response(),
    }
}

/// POST `/login/setup`.
pub(super) async fn submit(
    State(state): State<PortalState>,
    peer: PeerAddr,
    request: Request,
) -> Result<Response, Response> {
    let from = super::from(&state, peer, request.headers());
    let request_id: kiban_web_kit::RequestId =
        request.extensions().get().copied().unwrap_or_default();
    let (session, token, fields) = checked(&state, request, Stage::SetUp).await?;
    // Whoever sets their own things acts in their own name.
    let context = session.context(request_id.as_str());
    match fields.get("go") {
        "password" => password(&state, &context, &from, &token, &fields).await,
        "passkey" => ask_passkey(&state, &from, &token, fields.get("next"), None).await,
        "answer" => answered(&state, &context, &from, &token, &fields).await,
        _ => application(&state, &context, &from, &token, &fields).await,
    }
}

async fn password(
    state: &PortalState,
    context: &CallContext,
    from: &From,
    token: &Token,
    fields: &Fields,
) -> Result<Response, Response> {
    let next = fields.get("next");
    let mut page = page(state, token, next).await?;
    let (typed, again) = (fields.raw("password"), fields.raw("again"));
    let mut wrong = |of_password: Option<&str>, of_again: Option<&str>| {
        let field = |error: Option<&str>| match error {
            Some(error) => TextField::default().with_error(error),
            None => TextField::default(),
        };
        page.stage = SetUpStage::Password {
            password: field(of_password),
            again: field(of_again),
        };
        answer(StatusCode::UNPROCESSABLE_ENTITY, "no-store", &page)
    };
    if typed.is_empty() {
        return Ok(wrong(Some("新しいパスワードを入力してください"), None));
    }
    if typed != again {
        return Ok(wrong(
            None,
            Some("新しいパスワードと同じものを入力してください"),
        ));
    }
    let (text, typed) = (token.to_text(), typed.to_owned());
    match set_up::set_password(&state.platform, context, from, &text, typed).await {
        Ok(Some(token)) => Ok(go_on(
            state,
            &token,
            &format!("/login/2fa{}", next_query(next)),
        )),
        Ok(None) => {
            let address = format!("/login/setup{}", next_query(next));
            Ok(Redirect::to(&address).into_response())
        }
        Err(SetUpError::Password(mistake)) => Ok(wrong(Some(password_words(mistake)), None)),
        Err(SetUpError::SamePassword) => Ok(wrong(
            Some("今のパスワードとは別のものを入力してください"),
            None,
        )),
        Err(error) => Err(refused(state, error)),
    }
}

/// What is wrong with a password, in words.
pub(crate) fn password_words(mistake: Mistake) -> &'static str {
    match mistake {
        Mistake::PasswordLength => "パスワードは、12文字から256文字までで入力してください",
        _ => "推測されやすいパスワードです。ユーザIDを含まない、別のものを入力してください",
    }
}

async fn application(
    state: &PortalState,
    context: &CallContext,
    from: &From,
    token: &Token,
    fields: &Fields,
) -> Result<Response, Response> {
    let next = fields.get("next");
    let mut page = page(state, token, next).await?;
    let mut wrong = |status, error: &str, notice: Option<Notice>| {
        page.notice = notice;
        if let SetUpStage::Factor { code, .. } = &mut page.stage
            && !error.is_empty()
        {
            *code = TextField::default().with_error(error);
        }
        answer(status, "no-store", &page)
    };
    let code = fields.get("code");
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    if code.is_empty() {
        return Ok(wrong(unprocessable, "認証コードを入力してください", None));
    }
    let text = token.to_text();
    match set_up::finish(&state.platform, context, from, &text, code).await {
        Ok(done) => finished(state, &page.login, done, next).await,
        Err(SetUpError::WrongCode) => Ok(wrong(
            unprocessable,
            "認証コードが正しくありません。アプリに表示されている新しいコードを入力してください",
            None,
        )),
        Err(SetUpError::TooMany(exhausted)) => {
            let notice = Some(limited(exhausted.retry_after));
            Ok(wrong(StatusCode::TOO_MANY_REQUESTS, "", notice))
        }
        Err(error) => Err(refused(state, error)),
    }
}

async fn finished(
    state: &PortalState,
    login: &str,
    done: Done,
    next: &str,
) -> Result<Response, Response> {
    let next = target(state, &done.token, next).await;
    let page = SetUpPage {
        frame: state.portal_frame(),
        csrf: String::new(),
        next: next.map_err(|error| failed(state, &error))?,
        login: login.to_owned(),
        notice: None,
        stage: SetUpStage::Done { codes: done.codes },
    };
    let response = answer(StatusCode::OK, "no-store", &page);
    Ok(with_cookie(state, &done.token, response))
}

async fn ask_passkey(
    state: &PortalState,
    from: &From,
    token: &Token,
    next: &str,
    notice: Option<Notice>,
) -> Result<Response, Response> {
    let Some(party) = state.party() else {
        return Ok(Redirect::to("/login/setup").into_response());
    };
    let (serial, secret) = (place_of(from), token.to_text());
    let asked = set_up::ask_passkey(&state.platform, at(&party, &serial, &secret)).await;
    let asked = asked.map_err(|error| refused(state, error))?;
    let status = if notice.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let page = PasskeyPage {
        frame: state.portal_frame(),
        csrf: csrf::token(token),
        title: "パスキーの作成".into(),
        notice,
        action: "/login/setup".into(),
        fields: vec![("next", next.to_owned())],
        challenge: asked.id,
        options: asked.options,
        create: true,
        button: "パスキーを作る",
        back: Link::new("/login/setup", "認証アプリを使う"),
    };
    Ok(answer(status, "no-store", &page))
}

fn at<'a>(party: &'a RelyingParty, serial: &'a str, secret: &'a str) -> Place<'a> {
    Place {
        party,
        serial,
        secret,
    }
}

async fn answered(
    state: &PortalState,
    context: &CallContext,
    from: &From,
    token: &Token,
    fields: &Fields,
) -> Result<Response, Response> {
    let Some(party) = state.party() else {
        return Ok(Redirect::to("/login/setup").into_response());
    };
    let next = fields.get("next");
    let login = page(state, token, next).await?.login;
    let (serial, secret) = (place_of(from), token.to_text());
    let place = at(&party, &serial, &secret);
    let (challenge, answer) = (fields.get("challenge"), fields.get("answer"));
    let made =
        set_up::finish_by_passkey(&state.platform, context, from, place, challenge, answer).await;
    match made {
        Ok(done) => finished(state, &login, done, next).await,
        Err(SetUpError::Passkey(error)) => {
            let notice = passkey_words::notice(&error);
            ask_passkey(state, from, token, next, Some(notice)).await
        }
        Err(SetUpError::TooMany(exhausted)) => {
            let notice = limited(exhausted.retry_after);
            ask_passkey(state, from, token, next, Some(notice)).await
        }
        Err(error) => Err(refused(state, error)),
    }
}
