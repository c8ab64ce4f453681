//! 利用開始: number and code become a certificate, as a file or for a request.

pub(crate) mod api;

use axum::{
    extract::{Form, FromRequest as _, Request, State},
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kiban_domain::{Date, OfficeNumber, Wareki, tokyo_date};
use kiban_services::{
    CallContext,
    enrolment::{self, EnrolError, Enrolled, Enrolment, Means, Wish},
    terminals::NAME_LENGTH,
};
use kiban_ui::{
    ChoiceField, DateText, EnrolledPage, Link, MessageKind, MessagePage, Notice, NoticeKind,
    StartPage, TextField, terminal_kinds,
};
use kiban_web_kit::{
    PeerAddr, RequestId,
    csrf::{self, Sender},
    entry,
    session::Token,
};

use crate::{PortalState, page};

/// GET `/start`.
pub(crate) async fn show(State(state): State<PortalState>, headers: HeaderMap) -> Response {
    let entry = entry::of(&headers).unwrap_or_else(|| Token::new(&*state.platform.entropy));
    let form = form(&state, &entry);
    let mut response = page(StatusCode::OK, &form);
    let cookie = entry::cookie(&entry, "/start", state.transport());
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

fn form(state: &PortalState, entry: &Token) -> StartPage {
    StartPage {
        frame: state.frame(),
        csrf: csrf::token(entry),
        notice: None,
        office_no: TextField::default(),
        code: TextField::default(),
        name: TextField::default(),
        sort: terminal_kinds("pc"),
    }
}

/// POST `/start`: the certificate with a key made here.
pub(crate) async fn submit(
    State(state): State<PortalState>,
    peer: PeerAddr,
    request_id: RequestId,
    request: Request,
) -> Response {
    let address = address(&state, peer, request.headers());
    let (entry, fields) = match checked(&state, request_id, request).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let field = |name: &str| {
        let found = fields.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value.trim())
    };
    let mut form = form(&state, &entry);
    form.office_no = TextField::of(field("office_no"));
    form.code = TextField::of(field("code"));
    form.name = name_field(field("name"));
    form.sort = kind_field(field("kind"));
    let office_no = field("office_no").parse::<OfficeNumber>();
    if office_no.is_err() {
        form.office_no = form
            .office_no
            .with_error("事業所番号は10桁で入力してください");
    }
    if field("code").is_empty() {
        form.code = form.code.with_error("コードを入力してください");
    }
    let (Ok(office_no), true) = (office_no, form.errors().is_empty()) else {
        return page(StatusCode::UNPROCESSABLE_ENTITY, &form);
    };
    let asked = Enrolment {
        office_no,
        code: field("code").to_owned(),
        address,
        wish: Wish {
            name: field("name").to_owned(),
            tablet: field("kind") == "tablet",
        },
        means: Means::File,
    };
    match enrol(&state, request_id, asked).await {
        Ok(enrolled) => received(&state, &entry, enrolled),
        Err(error) => refused(&state, request_id, form, error),
    }
}

async fn enrol(
    state: &PortalState,
    request_id: RequestId,
    asked: Enrolment,
) -> Result<Enrolled, EnrolError> {
    enrolment::enrol(
        &state.platform,
        &CallContext::portal(asked.office_no, request_id.as_str()),
        &state.authorities,
        &*state.clock,
        state.settings,
        asked,
    )
    .await
}

fn name_field(name: &str) -> TextField {
    let field = TextField::of(name);
    if name.is_empty() {
        field.with_error("端末の名前を入力してください")
    } else if name.chars().count() > NAME_LENGTH || name.contains(char::is_control) {
        field.with_error(format!(
            "端末の名前は{NAME_LENGTH}文字以内で入力してください"
        ))
    } else {
        field
    }
}

fn kind_field(kind: &str) -> ChoiceField {
    let field = terminal_kinds(kind);
    if matches!(kind, "pc" | "tablet") {
        field
    } else {
        field.with_error("端末の種類を選択してください")
    }
}

fn received(state: &PortalState, entry: &Token, enrolled: Enrolled) -> Response {
    let Some(file) = enrolled.file else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let care = format!("{}/care", state.care_url);
    let ready = EnrolledPage {
        frame: state.frame(),
        csrf: csrf::token(entry),
        token: file.token,
        password: file.password,
        terminal: enrolled.terminal.name,
        terminal_id: enrolled.terminal.terminal_id,
        until: date(tokyo_date(enrolled.certificate.not_after)),
        renewed: enrolled.renewed,
        care: Link::new(care.clone(), care),
    };
    page(StatusCode::OK, &ready)
}

fn refused(
    state: &PortalState,
    request_id: RequestId,
    mut form: StartPage,
    error: EnrolError,
) -> Response {
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    let (title, body) = match error {
        EnrolError::Wrong => (
            "事業所番号とコードを確認できませんでした",
            "ご案内と見比べて、もう一度入力してください。コードの期限が過ぎているとき、続けて5回間違えたときは、新しいコードが必要です。事業所の管理者、またはご案内の差出人に依頼してください。".to_owned(),
        ),
        EnrolError::Used => (
            "このコードはすでに使われています",
            "コードは1回だけ使えます。電子証明書のファイルを受け取れなかったときは、事業所の管理者、またはご案内の差出人に新しいコードを依頼してください。心当たりがないときは、すぐに事業所の管理者に知らせてください。".to_owned(),
        ),
        EnrolError::TooMany(exhausted) => {
            status = StatusCode::TOO_MANY_REQUESTS;
            let minutes = ((exhausted.retry_after + 59) / 60).max(1);
            (
                "続けて何度も確認できなかったため、しばらく受け付けません",
                format!("{minutes}分ほど待ってから、もう一度お試しください。"),
            )
        }
        EnrolError::Request(_) | EnrolError::Making(_) => {
            tracing::error!(%error, request_id = request_id.as_str(), "no certificate was made");
            return failed(state, request_id, MessageKind::Failure);
        }
        EnrolError::Storage(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                request_id = request_id.as_str(),
                "the database failed"
            );
            return failed(state, request_id, MessageKind::Unavailable);
        }
    };
    form.notice = Some(Notice::new(NoticeKind::Error, title, body));
    page(status, &form)
}

/// POST `/start/file`: the file, once.
pub(crate) async fn file(
    State(state): State<PortalState>,
    request_id: RequestId,
    request: Request,
) -> Response {
    let (_, fields) = match checked(&state, request_id, request).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let token = fields.iter().find(|(name, _)| name == "token");
    let token = token.map_or("", |(_, token)| token);
    let context = CallContext::portal_visitor(request_id.as_str());
    match enrolment::take_file(&state.platform, &context, token).await {
        Ok(Some(content)) => (
            [
                (header::CONTENT_TYPE, "application/x-pkcs12"),
                (
                    header::CONTENT_DISPOSITION,
                    "attachment; filename=\"kiban.p12\"",
                ),
                (header::CACHE_CONTROL, "no-store"),
            ],
            content,
        )
            .into_response(),
        Ok(None) => say(
            &state,
            request_id,
            MessageKind::NotFound,
            "このファイルは、すでにダウンロードされたか、期限が過ぎたため、ありません。事業所の管理者、またはご案内の差出人に新しいコードを依頼してください。",
        ),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                request_id = request_id.as_str(),
                "the database failed"
            );
            failed(&state, request_id, MessageKind::Unavailable)
        }
    }
}

/// Reads a form and makes sure that one of our own pages in this browser sent it.
async fn checked(
    state: &PortalState,
    request_id: RequestId,
    request: Request,
) -> Result<(Token, Vec<(String, String)>), Response> {
    let sender = csrf::sender(request.headers(), &state.own_origin);
    let entry = entry::of(request.headers());
    let form = Form::<Vec<(String, String)>>::from_request(request, &()).await;
    let Ok(Form(fields)) = form else {
        return Err(say(state, request_id, MessageKind::Unprocessable, ""));
    };
    let sent = fields.iter().find(|(name, _)| name == csrf::FIELD_NAME);
    let sent = sent.map_or("", |(_, value)| value);
    match entry.filter(|entry| csrf::is_token(entry, sent)) {
        Some(entry) if sender != Sender::Foreign => Ok((entry, fields)),
        _ => Err(say(
            state,
            request_id,
            MessageKind::Forbidden,
            "画面の有効時間が切れました。利用開始の画面を開き直して、もう一度入力してください。",
        )),
    }
}

fn failed(state: &PortalState, request_id: RequestId, kind: MessageKind) -> Response {
    say(state, request_id, kind, "")
}

fn say(state: &PortalState, request_id: RequestId, kind: MessageKind, detail: &str) -> Response {
    let status = StatusCode::from_u16(kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let message = MessagePage {
        frame: state.frame(),
        kind,
        detail: detail.to_owned(),
        reference: request_id.as_str().to_owned(),
        next: Link::new("/start", "利用開始の画面へ進む"),
    };
    page(status, &message)
}

/// The other end: of the connection, or what the proxy in front says last of it.
pub(crate) fn address(state: &PortalState, peer: PeerAddr, headers: &HeaderMap) -> String {
    let forwarded = headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()
        .map(HeaderValue::to_str)
        .and_then(Result::ok)
        .and_then(|list| list.rsplit(',').next())
        .and_then(|last| last.trim().parse::<std::net::IpAddr>().ok());
    match forwarded {
        Some(address) if state.behind_proxy => address.to_string(),
        _ => peer.0.ip().to_string(),
    }
}

fn date(day: Date) -> DateText {
    let seireki = format!("{}年{}月{}日", day.year(), day.month(), day.day());
    let wareki = Wareki::try_from(day).map_or_else(|_| seireki.clone(), Wareki::long);
    DateText::new(day.to_string(), wareki, seireki)
}
