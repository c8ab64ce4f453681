//! お問い合わせフォーム (P16), and what it shares with 受付番号で確認 (P18) and お問い合わせ履歴 (M11).

use super::{
    chat, failed,
    faq::is_question,
    posted::{Posted, form_key, form_of, respond},
    uploaded::{Uploaded, uploaded},
    words,
};
use crate::PortalState;
use crate::typed::line_error;
use axum::{
    extract::{Request, State},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use kiban_domain::{InquiryCategory, InquiryState, MailAddress, Timestamp, normalize};
use kiban_helpdesk::{Answer, Audience, Question, ask};
use kiban_portal_ui::{
    Chip, ChipColor, Choice, ChoiceField, FileLine, InquiryDonePage, InquiryFormPage, InquiryLine,
    InquiryPage, Link, Notice, NoticeKind, PortalFrame, Section, TextField,
};
use kiban_services::inquiries::{
    self, FileRow, FormKey, Inquiry, InquiryError, LONGEST, NewInquiry, Opened, Sender,
    shown_ticket,
};
use kiban_web_kit::{Fields, PeerAddr, csrf, download, entry, session::Token};

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
        call_times: TextField::default(),
        files: Vec::new(),
        file_errors: Vec::new(),
        confirm: false,
        category_label: String::new(),
        near: Vec::new(),
    }
}

pub(crate) fn categories(chosen: &str) -> ChoiceField {
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
    let Uploaded { posted, refused } = match uploaded(&state, peer, request).await {
        Ok(uploaded) => uploaded,
        Err(response) => return response,
    };
    let mut page = filled(&state, &posted);
    page.file_errors = refused;
    match kept_files(&state, &posted).await {
        Ok(files) => page.files = files,
        Err(error) => return failed(&state, &error),
    }
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
    page.call_times = TextField::of(posted.get("call_times"));
    page
}

/// Files that wait for this form, after those were taken away that its sender does not want any more.
pub(super) async fn kept_files(
    state: &PortalState,
    posted: &Posted,
) -> Result<Vec<FileLine>, kiban_store::Error> {
    files_of(state, &form_of(posted), &posted.fields).await
}

/// See [`kept_files`].
pub(crate) async fn files_of(
    state: &PortalState,
    form: &FormKey,
    fields: &Fields,
) -> Result<Vec<FileLine>, kiban_store::Error> {
    for dropped in fields.all("drop").filter_map(|it| it.parse().ok()) {
        inquiries::drop_file(&state.platform, form, dropped).await?;
    }
    let files = inquiries::waiting(&state.platform, form).await?;
    Ok(files.iter().map(file_line).collect())
}

pub(crate) fn file_line(row: &FileRow) -> FileLine {
    FileLine {
        id: row.file_id.to_string(),
        name: row.file_name.clone(),
        about: words::file(row.file_kind, row.size_bytes),
        locked: row.locked,
    }
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
    if let Some(error) = line_error("氏名", &page.name.value, NAME, true) {
        page.name = page.name.clone().with_error(error);
    }
    for (field, label) in [
        (&mut page.organisation, "事業所番号または事業所などの名前"),
        (&mut page.call_times, "電話を受けられる時間"),
        (&mut page.context, "画面の名前または受付番号"),
    ] {
        if let Some(error) = line_error(label, &field.value, SHORT, false) {
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
        mail: Some(mail.ok()?),
        phone: page.phone.value.clone(),
        call_back: page.call_back,
        call_times: if page.call_back {
            page.call_times.value.clone()
        } else {
            String::new()
        },
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
    let mail = page.mail.value.clone();
    let sender = Sender::Visitor(posted.address.clone());
    let form = form_key(&posted.entry, &page.once);
    let taken = inquiries::submit(&state.platform, &sender, &form, asked).await;
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
        Err(InquiryError::TooManyFiles) => {
            page.confirm = false;
            page.file_errors = vec!["添付できるのは5ファイル、合わせて30MBまでです".into()];
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            respond(state, &posted.entry, status, &page)
        }
        Err(
            InquiryError::Body
            | InquiryError::Wrong
            | InquiryError::NotFound
            | InquiryError::Conflict(_)
            | InquiryError::Closed,
        ) => respond(
            state,
            &posted.entry,
            StatusCode::UNPROCESSABLE_ENTITY,
            &page,
        ),
    }
}

pub(crate) fn waiting(seconds: i64) -> Notice {
    let minutes = ((seconds + 59) / 60).max(1);
    Notice::new(
        NoticeKind::Warning,
        "続けて多くの送信があったため、しばらく受け付けません",
        format!(
            "入力した内容は、この画面に残っています。{minutes}分ほど待ってから、もう一度お試しください。"
        ),
    )
}

/// A file of an inquiry, to be downloaded only.
pub(crate) fn given_out(opened: Opened) -> Response {
    let row = &opened.row;
    download::answer(&row.file_name, row.file_kind.media_type(), opened.bytes)
}

pub(crate) fn state_chip(state: InquiryState) -> Chip {
    let color = match state {
        InquiryState::Received => ChipColor::Blue,
        InquiryState::Working => ChipColor::Yellow,
        InquiryState::Answered => ChipColor::Green,
        InquiryState::Closed => ChipColor::Gray,
    };
    Chip::new(state.label(), color)
}

/// An inquiry as its sender sees it; its forms go to `action`.
pub(crate) fn thread(frame: PortalFrame, action: &str, inquiry: &Inquiry) -> InquiryPage {
    let row = &inquiry.row;
    InquiryPage {
        frame,
        action: action.to_owned(),
        csrf: String::new(),
        ticket: shown_ticket(&row.ticket),
        code: String::new(),
        notice: None,
        state: state_chip(row.state),
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
                files: inquiry
                    .files
                    .iter()
                    .filter(|file| file.message_no == Some(it.number.into()))
                    .map(file_line)
                    .collect(),
            })
            .collect(),
        once: String::new(),
        files: Vec::new(),
        file_errors: Vec::new(),
        body: TextField::default(),
        open: row.state != InquiryState::Closed,
    }
}

/// 「令和8年11月23日 10時05分」.
pub(crate) fn instant(at: Timestamp) -> String {
    let local = at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9)));
    let day = words::date(local.date()).wareki;
    format!("{day} {}時{:02}分", local.hour(), local.minute())
}
