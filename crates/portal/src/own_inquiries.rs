//! お問い合わせ履歴 (M11): what somebody who is signed in has asked as the body they act for, and asking anew.

use crate::{
    PortalState,
    member::{PostedIn, SignedIn},
    public::{
        inquiry::{
            categories, files_of, given_out, instant, state_chip, thread, waiting as too_many,
        },
        posted::form_key,
        uploaded::parts,
    },
};
use axum::{
    extract::{FromRequest as _, FromRequestParts as _, Path, Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_domain::{InquiryCategory, PortalRole};
use kiban_portal_ui::{
    Link, Notice, NoticeKind, OwnInquiriesPage, OwnInquiryFormPage, OwnInquiryLine, TextField,
};
use kiban_services::{
    inquiries::{
        self, Inquiry, InquiryError, InquiryHolder, LONGEST, NewInquiry, Sender, shown_ticket,
    },
    portal_users::profile,
};
use kiban_web_kit::{Fields, Routes, session::Token};

const HERE: &str = "/mypage/inquiries";

/// The pages.
pub(crate) fn routes() -> Routes<PortalState> {
    Routes::new()
        .get("/mypage/inquiries", list)
        .get("/mypage/inquiries/new", begin)
        .post("/mypage/inquiries/new", send)
        .get("/mypage/inquiries/{ticket}", show)
        .post("/mypage/inquiries/{ticket}", act)
}

fn holder(signed_in: &SignedIn) -> InquiryHolder {
    let session = &signed_in.session;
    InquiryHolder {
        user_id: session.user_id,
        body_kind: session.body.kind().to_owned(),
        body_no: session.body.number().to_owned(),
    }
}

/// Whether they see what others of the body have asked.
fn whole_body(signed_in: &SignedIn) -> bool {
    signed_in.session.roles.has(PortalRole::Administrator)
}

/// GET `/mypage/inquiries`.
async fn list(signed_in: SignedIn) -> Result<Response, Response> {
    let (holder, whole_body) = (holder(&signed_in), whole_body(&signed_in));
    let rows = inquiries::list_own(signed_in.platform(), &holder, whole_body).await;
    let rows = rows.map_err(|error| signed_in.failed(&error))?;
    let lines = rows.iter().map(|row| OwnInquiryLine {
        link: Link::new(format!("{HERE}/{}", row.ticket), shown_ticket(&row.ticket)),
        state: state_chip(row.state),
        category: row.category.label().to_owned(),
        name: row.name.clone(),
        came: instant(row.created_at),
        changed: instant(row.changed_at),
    });
    let page = OwnInquiriesPage {
        frame: signed_in.frame().at(HERE),
        whole_body,
        lines: lines.collect(),
    };
    Ok(signed_in.page(StatusCode::OK, &page))
}

/// GET `/mypage/inquiries/new`.
async fn begin(signed_in: SignedIn) -> Result<Response, Response> {
    let page = form(&signed_in, &Fields::default()).await?.0;
    Ok(signed_in.page(StatusCode::OK, &page))
}

/// The form with what was typed, and where the answer goes.
async fn form(
    signed_in: &SignedIn,
    typed: &Fields,
) -> Result<(OwnInquiryFormPage, String), Response> {
    let shown = profile::show(signed_in.platform(), &signed_in.session).await;
    let mail = shown.map_err(|_| not_found(signed_in))?.row.mail;
    let once = match typed.get("once") {
        "" => Token::new(&*signed_in.platform().entropy).to_text(),
        once => once.to_owned(),
    };
    let page = OwnInquiryFormPage {
        frame: signed_in.frame().at(HERE).below(HERE, "お問い合わせ履歴"),
        once,
        notice: None,
        sender: format!(
            "{}（{}）　{mail}",
            signed_in.session.name, signed_in.organisation
        ),
        category: categories(typed.get("category")),
        body: TextField::of(typed.get("body").replace("\r\n", "\n")),
        files: Vec::new(),
        file_errors: Vec::new(),
    };
    Ok((page, mail))
}

/// Who sends, and the form with its files.
async fn posted(
    state: &PortalState,
    request: Request,
) -> Result<(SignedIn, Fields, Vec<String>), Response> {
    let (mut head, body) = request.into_parts();
    let signed_in = SignedIn::from_request_parts(&mut head, state).await?;
    let request = Request::from_parts(head, body);
    let kind = request.headers().get(http::header::CONTENT_TYPE);
    let kind = kind.and_then(|it| it.to_str().ok()).unwrap_or_default();
    if kind.starts_with("multipart/form-data") {
        let sender = Sender::Account(holder(&signed_in));
        let token = signed_in.token.clone();
        let (fields, refused) = parts(state, request, token, sender).await?;
        return Ok((signed_in, fields, refused));
    }
    let posted = PostedIn::from_request(request, state).await?;
    Ok((posted.signed_in, posted.fields, Vec::new()))
}

/// POST `/mypage/inquiries/new`.
async fn send(State(state): State<PortalState>, request: Request) -> Result<Response, Response> {
    let (signed_in, fields, refused) = posted(&state, request).await?;
    let (mut page, mail) = form(&signed_in, &fields).await?;
    let key = form_key(&signed_in.token, &page.once);
    let kept = files_of(&state, &key, &fields).await;
    page.files = kept.map_err(|error| signed_in.failed(&error))?;
    page.file_errors = refused;
    let category = fields.get("category").parse::<InquiryCategory>();
    if category.is_err() {
        page.category = page.category.clone().with_error("区分を選択してください");
    }
    if page.body.value.is_empty() {
        page.body = page.body.clone().with_error("内容を入力してください");
    } else if page.body.value.chars().count() > LONGEST {
        page.body = page
            .body
            .clone()
            .with_error("内容は、4,000文字以内で入力してください");
    }
    let Some(category) = category.ok().filter(|_| page.errors().is_empty()) else {
        return Ok(signed_in.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    let asked = NewInquiry {
        category,
        name: signed_in.session.name.clone(),
        organisation: format!(
            "{} {}",
            signed_in.session.body.number(),
            signed_in.organisation
        ),
        mail: mail.parse().ok(),
        phone: String::new(),
        call_back: false,
        call_times: String::new(),
        context: String::new(),
        body: page.body.value.clone(),
    };
    let sender = Sender::Account(holder(&signed_in));
    match inquiries::submit(signed_in.platform(), &sender, &key, asked).await {
        Ok(ticket) => Ok(Redirect::to(&format!("{HERE}/{ticket}")).into_response()),
        Err(InquiryError::TooMany(exhausted)) => {
            page.notice = Some(too_many(exhausted.retry_after));
            Ok(signed_in.page(StatusCode::TOO_MANY_REQUESTS, &page))
        }
        Err(InquiryError::Storage(error)) => Err(signed_in.failed(&error)),
        Err(
            InquiryError::TooManyFiles
            | InquiryError::Body
            | InquiryError::Wrong
            | InquiryError::NotFound
            | InquiryError::Closed
            | InquiryError::Conflict(_),
        ) => Ok(signed_in.page(StatusCode::UNPROCESSABLE_ENTITY, &page)),
    }
}

/// GET `/mypage/inquiries/{ticket}`.
async fn show(signed_in: SignedIn, Path(ticket): Path<String>) -> Result<Response, Response> {
    let inquiry = read(&signed_in, &ticket).await?;
    let mut page = own_page(&signed_in, &inquiry);
    page.once = Token::new(&*signed_in.platform().entropy).to_text();
    Ok(signed_in.page(StatusCode::OK, &page))
}

async fn read(signed_in: &SignedIn, ticket: &str) -> Result<Inquiry, Response> {
    let (holder, whole_body) = (holder(signed_in), whole_body(signed_in));
    let found = inquiries::read_own(signed_in.platform(), &holder, whole_body, ticket).await;
    found.map_err(|error| told(signed_in, &error))
}

fn told(signed_in: &SignedIn, error: &InquiryError) -> Response {
    match error {
        InquiryError::Storage(error) => signed_in.failed(error),
        _ => not_found(signed_in),
    }
}

/// Somebody else's is not there.
fn not_found(signed_in: &SignedIn) -> Response {
    signed_in.say(
        StatusCode::NOT_FOUND,
        "お問い合わせが見つかりません",
        "お問い合わせ履歴から選び直してください。",
        Link::new(HERE, "お問い合わせ履歴へ戻る"),
    )
}

fn own_page(signed_in: &SignedIn, inquiry: &Inquiry) -> kiban_portal_ui::InquiryPage {
    let frame = signed_in.frame().at(HERE).below(HERE, "お問い合わせ履歴");
    let mut page = thread(frame, &format!("{HERE}/{}", inquiry.row.ticket), inquiry);
    page.csrf = signed_in.csrf();
    page
}

/// POST `/mypage/inquiries/{ticket}`: a reply, or a file is asked for.
async fn act(
    State(state): State<PortalState>,
    Path(ticket): Path<String>,
    request: Request,
) -> Result<Response, Response> {
    let (signed_in, fields, refused) = posted(&state, request).await?;
    let platform = signed_in.platform();
    let (holder, whole_body) = (holder(&signed_in), whole_body(&signed_in));
    if let ("file", Ok(file)) = (fields.get("step"), fields.get("file").parse()) {
        let opened = inquiries::open_own_file(platform, &holder, whole_body, &ticket, file).await;
        return opened
            .map(given_out)
            .map_err(|error| told(&signed_in, &error));
    }
    let key = form_key(&signed_in.token, fields.get("once"));
    let kept = files_of(&state, &key, &fields).await;
    let kept = kept.map_err(|error| signed_in.failed(&error))?;
    let body = fields.get("body").replace("\r\n", "\n");
    let outcome = if refused.is_empty() {
        inquiries::reply_own(platform, &holder, whole_body, &ticket, &key, &body).await
    } else {
        Err(InquiryError::TooManyFiles)
    };
    let inquiry = read(&signed_in, &ticket).await?;
    let mut page = own_page(&signed_in, &inquiry);
    let status = match outcome {
        Ok(()) => {
            page.once = Token::new(&*platform.entropy).to_text();
            page.notice = Some(Notice::new(NoticeKind::Success, "送信しました", ""));
            return Ok(signed_in.page(StatusCode::OK, &page));
        }
        Err(InquiryError::Storage(error)) => return Err(signed_in.failed(&error)),
        Err(InquiryError::Body) => {
            page.body = TextField::of(body).with_error("内容を、4,000文字以内で入力してください");
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(InquiryError::Closed) => StatusCode::CONFLICT,
        Err(_) => {
            page.body = TextField::of(body);
            StatusCode::UNPROCESSABLE_ENTITY
        }
    };
    fields.get("once").clone_into(&mut page.once);
    page.files = kept;
    page.file_errors = refused;
    Ok(signed_in.page(status, &page))
}
