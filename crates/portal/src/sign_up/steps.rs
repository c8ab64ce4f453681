//! `/signup`: one page after the other, and at the end a letter.

use super::{
    SIGN_UP,
    read::{empty, filled, read},
};
use crate::{
    PortalState,
    entrance::limited,
    forms::{Place, Posted},
    public::failed,
};
use axum::{
    extract::{Request, State},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use kiban_domain::UnfitNumber;
use kiban_portal_ui::{DateText, Link, Notice, NoticeKind, SignUpPage, SignUpSentPage, SignUpStep};
use kiban_services::registrations::{self, LookUpError, NewSignUp, SignUpError};
use kiban_web_kit::{PeerAddr, csrf};

/// GET `/signup`.
pub(super) async fn show(State(state): State<PortalState>, headers: HeaderMap) -> Response {
    let entry = Place::entry(&state, &headers);
    SIGN_UP.respond(&state, &entry, StatusCode::OK, &empty(&state, &entry))
}

/// POST `/signup`: from one step to the next, or back.
pub(super) async fn submit(
    State(state): State<PortalState>,
    peer: PeerAddr,
    request: Request,
) -> Result<Response, Response> {
    let posted = SIGN_UP.posted(&state, peer, request).await?;
    let mut page = filled(&state, &posted);
    let at = SignUpStep::of(posted.get("at")).unwrap_or(SignUpStep::Kind);
    let back = posted.get("go") == "back";
    let (until, next) = if back { before(at) } else { (at, after(at)) };
    page.step = next;
    let new = read(&state, &mut page, until).await?;
    if !back && !page.errors().is_empty() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(SIGN_UP.respond(&state, &posted.entry, status, &page));
    }
    if at == SignUpStep::Terms && !back {
        return send(&state, &posted, page, new).await;
    }
    Ok(SIGN_UP.respond(&state, &posted.entry, StatusCode::OK, &page))
}

/// What has to be right for a step back, and where it leads.
fn before(at: SignUpStep) -> (SignUpStep, SignUpStep) {
    match at {
        SignUpStep::Kind | SignUpStep::Number => (SignUpStep::Kind, SignUpStep::Kind),
        SignUpStep::Office => (SignUpStep::Kind, SignUpStep::Number),
        SignUpStep::Person => (SignUpStep::Number, SignUpStep::Office),
        SignUpStep::Terms => (SignUpStep::Office, SignUpStep::Person),
    }
}

fn after(at: SignUpStep) -> SignUpStep {
    match at {
        SignUpStep::Kind => SignUpStep::Number,
        SignUpStep::Number => SignUpStep::Office,
        SignUpStep::Office => SignUpStep::Person,
        SignUpStep::Person | SignUpStep::Terms => SignUpStep::Terms,
    }
}

/// Why a number cannot be registered, beside it or above the page.
pub(super) fn look_up_error(page: &mut SignUpPage, error: &LookUpError) {
    let words = match error {
        LookUpError::Shape if page.office_no.value.is_empty() => {
            "事業所番号または医療機関コードを入力してください"
        }
        LookUpError::Shape => {
            "事業所番号または医療機関コードは、都道府県番号から始まる10桁で入力してください（例：1379900010）"
        }
        LookUpError::Unfit(UnfitNumber::CheckDigit) => {
            "事業所番号または医療機関コードが正しくありません。もう一度お確かめください"
        }
        LookUpError::Unfit(UnfitNumber::OtherKind) => {
            "この番号は、選択した区分の番号ではありません。番号か区分をお確かめください"
        }
        LookUpError::Closed(day) => {
            let text = day_text(*day);
            page.notice = Some(Notice::new(
                NoticeKind::Warning,
                format!("この番号の事業所は、{}に廃止されています", text.wareki),
                "番号をお確かめください。一覧の内容が違うときは、お問い合わせフォームからお知らせください。",
            ).with_link(Link::new("/contact/form", "お問い合わせフォームへ進む")));
            "廃止された事業所の番号です。番号をお確かめください"
        }
        LookUpError::Taken => {
            page.notice = Some(taken());
            "この番号は、登録済みか、審査中です"
        }
        LookUpError::Storage(_) => return,
    };
    page.office_no = page.office_no.clone().with_error(words);
}

/// Somebody else was first.
pub(super) fn taken() -> Notice {
    Notice::new(
        NoticeKind::Info,
        "この番号の事業所は、登録済みか、審査中です",
        "担当者として利用するときは、事業所の管理者に招待を依頼してください。管理者がわからないときは、お問い合わせフォームからお尋ねください。",
    )
    .with_link(Link::new("/contact/form", "お問い合わせフォームへ進む"))
}

fn day_text(day: kiban_domain::Date) -> DateText {
    crate::public::date(day)
}

async fn send(
    state: &PortalState,
    posted: &Posted,
    mut page: SignUpPage,
    new: Option<NewSignUp>,
) -> Result<Response, Response> {
    if !page.agreed.choices.iter().any(|choice| choice.chosen) {
        page.agreed = page
            .agreed
            .with_error("利用規約と個人情報の取扱いへの同意を選択してください");
    }
    let Some(new) = new.filter(|_| page.errors().is_empty()) else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(SIGN_UP.respond(state, &posted.entry, status, &page));
    };
    let mail = new.mail.as_str().to_owned();
    // Bound to the browser, so that nobody else's form can be hit upon.
    let key = format!("{}:{}", csrf::token(&posted.entry), page.once);
    let (platform, portal) = (&state.platform, &state.own_origin);
    match registrations::sign_up(platform, &posted.address, key.as_bytes(), portal, new).await {
        Ok(()) => {
            let sent = SignUpSentPage {
                frame: state.portal_frame(),
                mail,
                sandbox: state.sandbox.is_some(),
            };
            Ok(SIGN_UP.respond(state, &posted.entry, StatusCode::OK, &sent))
        }
        Err(SignUpError::TooMany(exhausted)) => {
            page.notice = Some(limited(exhausted.retry_after));
            let status = StatusCode::TOO_MANY_REQUESTS;
            Ok(SIGN_UP.respond(state, &posted.entry, status, &page))
        }
        Err(SignUpError::Office(LookUpError::Storage(error)) | SignUpError::Storage(error)) => {
            Err(failed(state, &error))
        }
        Err(SignUpError::Office(error)) => {
            page.step = SignUpStep::Number;
            look_up_error(&mut page, &error);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(SIGN_UP.respond(state, &posted.entry, status, &page))
        }
    }
}
