//! 受付番号で確認 (P18): seen again, added to and its files downloaded, with number and code.

use super::{
    failed,
    inquiry::{given_out, half_width, kept_files, thread, waiting},
    posted::{Posted, form_of, respond},
    uploaded::{Uploaded, uploaded},
};
use crate::PortalState;
use axum::{
    extract::{Request, State},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use kiban_portal_ui::{InquiryPage, InquiryTrackPage, Notice, NoticeKind, Section, TextField};
use kiban_services::inquiries::{self, Inquiry, InquiryError};
use kiban_web_kit::{PeerAddr, csrf, entry, session::Token};

/// GET `/contact/track`.
pub(super) async fn track(State(state): State<PortalState>, headers: HeaderMap) -> Response {
    let entry = entry::of(&headers).unwrap_or_else(|| Token::new(&*state.platform.entropy));
    respond(&state, &entry, StatusCode::OK, &tracking(&state, &entry))
}

fn tracking(state: &PortalState, entry: &Token) -> InquiryTrackPage {
    InquiryTrackPage {
        frame: state
            .portal_frame()
            .of(Section::Contact)
            .below("/contact", "お問い合わせ"),
        csrf: csrf::token(entry),
        notice: None,
        ticket: TextField::default(),
        mail: TextField::default(),
        code: TextField::default(),
        code_sent: false,
    }
}

/// POST `/contact/track`: a code is asked for, or with it the inquiry is shown or added to.
pub(super) async fn tracked(
    State(state): State<PortalState>,
    peer: PeerAddr,
    request: Request,
) -> Response {
    let Uploaded { posted, refused } = match uploaded(&state, peer, request).await {
        Ok(uploaded) => uploaded,
        Err(response) => return response,
    };
    let mut page = tracking(&state, &posted.entry);
    page.ticket = TextField::of(posted.get("ticket"));
    if page.ticket.value.is_empty() {
        page.ticket = page.ticket.clone().with_error("受付番号を入力してください");
    }
    if posted.get("step") == "code" {
        return ask_code(&state, &posted, page).await;
    }
    page.code_sent = true;
    page.code = TextField::of(posted.get("code"));
    if page.code.value.is_empty() {
        page.code = page.code.clone().with_error("確認コードを入力してください");
    }
    if !page.errors().is_empty() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return respond(&state, &posted.entry, status, &page);
    }
    let (ticket, code) = (posted.get("ticket"), posted.get("code"));
    if let ("file", Ok(file_id)) = (posted.get("step"), posted.get("file").parse()) {
        let opened = inquiries::open_with_code(&state.platform, ticket, code, file_id).await;
        if let Ok(opened) = opened {
            return given_out(opened);
        }
    }
    let mut once = posted.get("once").to_owned();
    let mut body = TextField::default();
    let mut notice = None;
    let mut status = StatusCode::OK;
    if posted.get("step") == "reply" && !refused.is_empty() {
        status = StatusCode::UNPROCESSABLE_ENTITY;
        body = TextField::of(posted.get("body"));
    } else if posted.get("step") == "reply" {
        let form = form_of(&posted);
        let text = posted.get("body");
        match inquiries::reply(&state.platform, ticket, code, &form, text).await {
            Ok(()) => {
                once = String::new();
                notice = Some(Notice::new(NoticeKind::Success, "送信しました", ""));
            }
            Err(InquiryError::Body) => {
                status = StatusCode::UNPROCESSABLE_ENTITY;
                body = TextField::of(posted.get("body"))
                    .with_error("内容を、4,000文字以内で入力してください");
            }
            Err(InquiryError::Storage(error)) => return failed(&state, &error),
            // What follows says the same of number and code.
            Err(
                InquiryError::Wrong
                | InquiryError::Closed
                | InquiryError::NotFound
                | InquiryError::Conflict(_)
                | InquiryError::TooManyFiles
                | InquiryError::TooMany(_),
            ) => {}
        }
    }
    match inquiries::open(&state.platform, ticket, code).await {
        Ok(inquiry) => {
            let mut shown = shown(&state, &posted, &inquiry, notice, body);
            if once.is_empty() {
                once = Token::new(&*state.platform.entropy).to_text();
            } else {
                match kept_files(&state, &posted).await {
                    Ok(files) => shown.files = files,
                    Err(error) => return failed(&state, &error),
                }
            }
            shown.once = once;
            shown.file_errors = refused;
            respond(&state, &posted.entry, status, &shown)
        }
        Err(InquiryError::Storage(error)) => failed(&state, &error),
        Err(
            InquiryError::Wrong
            | InquiryError::NotFound
            | InquiryError::Closed
            | InquiryError::Body
            | InquiryError::Conflict(_)
            | InquiryError::TooManyFiles
            | InquiryError::TooMany(_),
        ) => {
            page.notice = Some(Notice::new(
                NoticeKind::Error,
                "受付番号と確認コードを確認できませんでした",
                "もう一度入力してください。30分が過ぎたとき、続けて5回間違えたときは、コードを送り直してください。",
            ));
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            respond(&state, &posted.entry, status, &page)
        }
    }
}

async fn ask_code(state: &PortalState, posted: &Posted, mut page: InquiryTrackPage) -> Response {
    page.mail = TextField::of(posted.get("mail"));
    if page.mail.value.is_empty() {
        page.mail = page
            .mail
            .clone()
            .with_error("メールアドレスを入力してください");
    }
    if !page.errors().is_empty() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return respond(state, &posted.entry, status, &page);
    }
    let mail = half_width(posted.get("mail"));
    let sent = inquiries::send_code(
        &state.platform,
        &posted.address,
        posted.get("ticket"),
        &mail,
    );
    match sent.await {
        Ok(()) => {
            page.code_sent = true;
            respond(state, &posted.entry, StatusCode::OK, &page)
        }
        Err(InquiryError::TooMany(exhausted)) => {
            page.notice = Some(waiting(exhausted.retry_after));
            respond(state, &posted.entry, StatusCode::TOO_MANY_REQUESTS, &page)
        }
        Err(InquiryError::Storage(error)) => failed(state, &error),
        Err(
            InquiryError::Wrong
            | InquiryError::NotFound
            | InquiryError::Closed
            | InquiryError::Conflict(_)
            | InquiryError::TooManyFiles
            | InquiryError::Body,
        ) => respond(
            state,
            &posted.entry,
            StatusCode::UNPROCESSABLE_ENTITY,
            &page,
        ),
    }
}

fn shown(
    state: &PortalState,
    posted: &Posted,
    inquiry: &Inquiry,
    notice: Option<Notice>,
    body: TextField,
) -> InquiryPage {
    let frame = state.portal_frame().of(Section::Contact);
    InquiryPage {
        csrf: csrf::token(&posted.entry),
        code: posted.get("code").to_owned(),
        notice,
        body,
        ..thread(
            frame.below("/contact", "お問い合わせ"),
            "/contact/track",
            inquiry,
        )
    }
}
