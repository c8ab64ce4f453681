//! お問い合わせフォーム (P16) and 受付番号で確認 (P18).

use super::{
    chat, failed,
    faq::is_question,
    posted::{Posted, posted, respond},
    words,
};
use crate::PortalState;
use axum::{
    extract::{Request, State},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use kiban_domain::{InquiryCategory, InquiryState, MailAddress, Timestamp, normalize};
use kiban_helpdesk::{Answer, Audience, Question, ask};
use kiban_portal_ui::{
    Chip, ChipColor, Choice, ChoiceField, InquiryDonePage, InquiryFormPage, InquiryLine,
    InquiryPage, InquiryTrackPage, Link, Notice, NoticeKind, Section, TextField,
};
use kiban_services::inquiries::{self, Inquiry, InquiryError, LONGEST, NewInquiry, shown_ticket};
use kiban_web_kit::{PeerAddr, csrf, entry, session::Token};

/// Longest name, and longest other short text, in characters.
const NAME: usize = 60;
const SHORT: usize = 100;

/// GET `/contact/form`.
pub(super) async fn form(State(state): State<PortalState>, headers: HeaderMap) -> Response {
    let entry = entry::of(&headers).unwrap_or_else(|| Token::new(&*state.platform.entropy));
    respond(&state, &entry, StatusCode::OK, &empty(&state, &entry))
}

fn empty(state: &PortalState, entry: &Token) -> InquiryFormPage {
    InquiryFormPage {
        frame: state
            .portal_frame()
            .of(Section::Contact)
            .below("/contact", "お問い合わせ"),
        csrf: csrf::token(entry),
        once: Token::new(&*state.platform.entropy).to_text(),
        notice: None,
        category: categories(""),
        name: TextField::default(),
        organisation: TextField::default(),
        mail: TextField::default(),
        phone: TextField::default(),
        body: TextField::default(),
        context: TextField::default(),
        call_back: false,
        confirm: false,
        category_label: String::new(),
        near: Vec::new(),
    }
}

fn categories(chosen: &str) -> ChoiceField {
    let choice = |it: &InquiryCategory| Choice {
        chosen: it.code() == chosen,
        ..Choice::new(it.code(), it.label(), "")
    };
    ChoiceField::of(InquiryCategory::ALL.iter().map(choice).collect())
}

/// POST `/contact/form`: to be looked at again, to be mended, to be sent; or begun from the chat.
pub(super) async fn submit(
    State(state): State<PortalState>,
    peer: PeerAddr,
    request: Request,
) -> Response {
    let posted = match posted(&state, peer, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let mut page = filled(&state, &posted);
    if posted.get("step") == "chat" {
        page.body = TextField::of(chat::conversation(posted.get("state")));
        return respond(&state, &posted.entry, StatusCode::OK, &page);
    }
    let asked = read(&mut page, &posted);
    let Some(asked) = asked.filter(|_| page.errors().is_empty()) else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return respond(&state, &posted.entry, status, &page);
    };
    match posted.get("step") {
        "send" => send(&state, &posted, page, asked).await,
        "check" => check(&state, &posted, page, &asked).await,
        _ => respond(&state, &posted.entry, StatusCode::OK, &page),
    }
}

fn filled(state: &PortalState, posted: &Posted) -> InquiryFormPage {
    let mut page = empty(state, &posted.entry);
    if !posted.get("once").is_empty() {
        posted.get("once").clone_into(&mut page.once);
    }
    page.category = categories(posted.get("category"));
    page.name = TextField::of(posted.get("name"));
    page.organisation = TextField::of(posted.get("organisation"));
    page.mail = TextField::of(posted.get("mail"));
    page.phone = TextField::of(posted.get("phone"));
    page.body = TextField::of(posted.get("body").replace("\r\n", "\n"));
    page.context = TextField::of(posted.get("context"));
    page.call_back = posted.get("call_back") == "yes";
    page
}

/// Full-width letters, digits and marks as half-width ones; the letters' size stays.
pub(crate) fn half_width(text: &str) -> String {
    text.trim()
        .chars()
        .map(|it| match it {
            '！'..='～' => char::from_u32(u32::from(it) - 0xfee0).unwrap_or(it),
            it => it,
        })
        .collect()
}

/// Reads the fields; what is wrong stands beside them.
fn read(page: &mut InquiryFormPage, posted: &Posted) -> Option<NewInquiry> {
    let too_long = |field: &TextField, most: usize| field.value.chars().count() > most;
    let category = posted.get("category").parse::<InquiryCategory>();
    if let Ok(category) = category {
        category.label().clone_into(&mut page.category_label);
    } else {
        page.category = page.category.clone().with_error("区分を選択してください");
    }
    if page.name.value.is_empty() {
        page.name = page.name.clone().with_error("氏名を入力してください");
    } else if too_long(&page.name, NAME) || page.name.value.contains(char::is_control) {
        page.name = page
            .name
            .clone()
            .with_error("氏名は、60文字以内で入力してください");
    }
    for (field, error) in [
        (
            &mut page.organisation,
            "事業所番号または事業所などの名前は、100文字以内で入力してください",
        ),
        (
            &mut page.context,
            "画面の名前または受付番号は、100文字以内で入力してください",
        ),
    ] {
        if too_long(field, SHORT) || field.value.contains(char::is_control) {
            *field = field.clone().with_error(error);
        }
    }
    let mail = half_width(&page.mail.value).parse::<MailAddress>();
    match &mail {
        Ok(mail) => page.mail = TextField::of(mail.as_str()),
        Err(_) if page.mail.value.is_empty() => {
            page.mail = page
                .mail
                .clone()
                .with_error("メールアドレスを入力してください");
        }
        Err(_) => {
            page.mail = page.mail.clone().with_error(
                "メールアドレスは、@の前後を半角の英数字で入力してください（例：tantou@example.jp）",
            );
        }
    }
    let digits: String = normalize(&page.phone.value)
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    if !page.phone.value.is_empty() && !(10..=11).contains(&digits.len()) {
        page.phone = page.phone.clone().with_error(
            "電話番号は、市外局番から10桁または11桁で入力してください（例：03-0000-0000）",
        );
    } else if page.phone.value.is_empty() && page.call_back {
        page.phone = page
            .phone
            .clone()
            .with_error("電話での回答を希望するときは、電話番号を入力してください");
    }
    if page.body.value.is_empty() {
        page.body = page.body.clone().with_error("内容を入力してください");
    } else if too_long(&page.body, LONGEST) {
        page.body = page
            .body
            .clone()
            .with_error("内容は、4,000文字以内で入力してください");
    }
    Some(NewInquiry {
        category: category.ok()?,
        name: page.name.value.clone(),
        organisation: page.organisation.value.clone(),
        mail: mail.ok()?,
        phone: page.phone.value.clone(),
        call_back: page.call_back,
        context: page.context.value.clone(),
        body: page.body.value.clone(),
    })
}

/// To be looked at again, beside published answers that may help.
async fn check(
    state: &PortalState,
    posted: &Posted,
    mut page: InquiryFormPage,
    asked: &NewInquiry,
) -> Response {
    let published = match state.public.published.current(&state.platform).await {
        Ok(published) => published,
        Err(error) => return failed(state, &error),
    };
    let today = state.platform.today();
    let text: String = asked.body.chars().take(200).collect();
    let question = Question {
        text: &text,
        audience: Audience::All,
        on: today,
        previous: None,
    };
    let near = match ask(&published.questions, question) {
        Answer::Found {
            passage, related, ..
        } => [vec![passage], related].concat(),
        Answer::Candidates(near) => near,
        Answer::NotFound | Answer::Place { .. } => Vec::new(),
    };
    page.near = near
        .into_iter()
        .filter(|it| is_question(it, today))
        .map(|it| Link::new(format!("/faq/{}", it.id), it.title.clone()))
        .collect();
    page.confirm = true;
    respond(state, &posted.entry, StatusCode::OK, &page)
}

async fn send(
    state: &PortalState,
    posted: &Posted,
    mut page: InquiryFormPage,
    asked: NewInquiry,
) -> Response {
    let mail = asked.mail.as_str().to_owned();
    // Bound to the browser, so that nobody else's form can be hit upon.
    let key = format!("{}:{}", csrf::token(&posted.entry), page.once);
    let taken = inquiries::submit(&state.platform, &posted.address, key.as_bytes(), asked).await;
    match taken {
        Ok(ticket) => {
            let done = InquiryDonePage {
                frame: state
                    .portal_frame()
                    .of(Section::Contact)
                    .below("/contact", "お問い合わせ"),
                ticket: shown_ticket(&ticket),
                mail,
            };
            respond(state, &posted.entry, StatusCode::OK, &done)
        }
        Err(InquiryError::TooMany(exhausted)) => {
            page.notice = Some(waiting(exhausted.retry_after));
            respond(state, &posted.entry, StatusCode::TOO_MANY_REQUESTS, &page)
        }
        Err(InquiryError::Storage(error)) => failed(state, &error),
        Err(
            InquiryError::Body
            | InquiryError::Wrong
            | InquiryError::NotFound
            | InquiryError::Closed,
        ) => respond(
            state,
            &posted.entry,
            StatusCode::UNPROCESSABLE_ENTITY,
            &page,
        ),
    }
}

fn waiting(seconds: i64) -> Notice {
    let minutes = ((seconds + 59) / 60).max(1);
    Notice::new(
        NoticeKind::Warning,
        "続けて多くの送信があったため、しばらく受け付けません",
        format!(
            "入力した内容は、この画面に残っています。{minutes}分ほど待ってから、もう一度お試しください。"
        ),
    )
}

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
    let posted = match posted(&state, peer, request).await {
        Ok(posted) => posted,
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
    let mut body = TextField::default();
    let mut notice = None;
    let mut status = StatusCode::OK;
    if posted.get("step") == "reply" {
        match inquiries::reply(&state.platform, ticket, code, posted.get("body")).await {
            Ok(()) => {
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
                | InquiryError::TooMany(_),
            ) => {}
        }
    }
    match inquiries::open(&state.platform, ticket, code).await {
        Ok(inquiry) => {
            let shown = shown(&state, &posted, &inquiry, notice, body);
            respond(&state, &posted.entry, status, &shown)
        }
        Err(InquiryError::Storage(error)) => failed(&state, &error),
        Err(
            InquiryError::Wrong
            | InquiryError::NotFound
            | InquiryError::Closed
            | InquiryError::Body
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
    let row = &inquiry.row;
    let color = match row.state {
        InquiryState::Received => ChipColor::Blue,
        InquiryState::Working => ChipColor::Yellow,
        InquiryState::Answered => ChipColor::Green,
        InquiryState::Closed => ChipColor::Gray,
    };
    InquiryPage {
        frame: state
            .portal_frame()
            .of(Section::Contact)
            .below("/contact", "お問い合わせ"),
        csrf: csrf::token(&posted.entry),
        ticket: shown_ticket(&row.ticket),
        code: posted.get("code").to_owned(),
        notice,
        state: Chip::new(row.state.label(), color),
        category: row.category.label().to_owned(),
        messages: inquiry
            .messages
            .iter()
            .map(|it| InquiryLine {
                // The help desk speaks with one name.
                author: if it.by_operator {
                    "お問い合わせの窓口".into()
                } else {
                    it.author.clone()
                },
                at: instant(it.written_at),
                lines: it.body.lines().map(str::to_owned).collect(),
            })
            .collect(),
        body,
        open: row.state != InquiryState::Closed,
    }
}

/// 「令和8年11月23日 10時05分」.
fn instant(at: Timestamp) -> String {
    let local = at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9)));
    let day = words::date(local.date()).wareki;
    format!("{day} {}時{:02}分", local.hour(), local.minute())
}
