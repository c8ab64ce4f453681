//! 電話記録 (O08): a call becomes an inquiry with a number.

use crate::{
    inquiries::{Names, line, told},
    officer::{Officer, PostedBy},
    words,
};
use axum::response::Response;
use http::StatusCode;
use kiban_console_ui::{CallPage, Choice, ChoiceField, Link, Notice, NoticeKind, TextField};
use kiban_domain::{InquiryCategory, MailAddress, PortalRole};
use kiban_services::inquiries::{
    self, FormKey, InquiryError, InquirySearch, LONGEST, NewCall, NewInquiry, shown_ticket,
};
use kiban_web_kit::{Fields, csrf, session::Token};

const DESK: &[PortalRole] = &[PortalRole::Desk];
const SHORT: usize = 100;

/// GET `/ops/tel`.
pub(crate) async fn show(officer: Officer) -> Result<Response, Response> {
    officer.may(DESK)?;
    let page = page(&officer, &Fields::default()).await?;
    Ok(officer.page(StatusCode::OK, &page))
}

async fn page(officer: &Officer, typed: &Fields) -> Result<CallPage, Response> {
    let search = InquirySearch {
        open_only: true,
        calls_only: true,
        most: 50,
        ..InquirySearch::default()
    };
    let found = inquiries::search(officer.platform(), &officer.context(), search).await;
    let (rows, _) = found.map_err(|error| told(officer, &error))?;
    let today = officer.platform().today();
    let names = Names::of(officer).await?;
    let category = |it: &InquiryCategory| Choice {
        chosen: it.code() == typed.get("category"),
        ..Choice::new(it.code(), it.label(), "")
    };
    let once = match typed.get("once") {
        "" => Token::new(&*officer.platform().entropy).to_text(),
        once => once.to_owned(),
    };
    let field = |name: &str| TextField::of(typed.get(name).replace("\r\n", "\n"));
    Ok(CallPage {
        frame: officer
            .frame("/ops/tel")
            .below("/ops/inquiries", "お問い合わせ"),
        once,
        notice: None,
        category: ChoiceField::of(InquiryCategory::ALL.iter().map(category).collect()),
        name: field("name"),
        organisation: field("organisation"),
        phone: field("phone"),
        mail: field("mail"),
        body: field("body"),
        answer: field("answer"),
        call_back: typed.get("call_back") == "yes",
        call_times: field("call_times"),
        lines: rows
            .iter()
            .map(|row| line(officer, &names, row, today))
            .collect(),
    })
}

/// POST `/ops/tel`.
pub(crate) async fn record(PostedBy { officer, fields }: PostedBy) -> Result<Response, Response> {
    officer.may(DESK)?;
    let mut page = page(&officer, &fields).await?;
    let asked = read(&mut page, &fields);
    let Some(asked) = asked.filter(|_| page.errors().is_empty()) else {
        return Ok(officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    let call = NewCall {
        asked,
        answer: page.answer.value.clone(),
    };
    let secret = format!("{}:{}", csrf::token(&officer.token), page.once);
    let form = FormKey::of(secret.as_bytes());
    let (platform, context) = (officer.platform(), officer.context());
    match inquiries::record_call(platform, &context, &form, call).await {
        Ok(ticket) => {
            let mut page = self::page(&officer, &Fields::default()).await?;
            let number = shown_ticket(&ticket);
            let notice = Notice::new(
                NoticeKind::Success,
                format!("電話を記録しました。受付番号は {number} です"),
                "",
            );
            let link = Link::new(
                format!("/ops/inquiries/{ticket}"),
                "記録したお問い合わせを開く",
            );
            page.notice = Some(notice.with_link(link));
            Ok(officer.page(StatusCode::OK, &page))
        }
        Err(InquiryError::Body) => {
            page.body = page
                .body
                .clone()
                .with_error("お尋ねの内容を、4,000文字以内で入力してください");
            Ok(officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(told(&officer, &error)),
    }
}

fn read(page: &mut CallPage, fields: &Fields) -> Option<NewInquiry> {
    let category = fields.get("category").parse::<InquiryCategory>();
    if category.is_err() {
        page.category = page.category.clone().with_error("区分を選択してください");
    }
    for (field, label, required) in [
        (&mut page.name, "氏名", true),
        (
            &mut page.organisation,
            "事業所番号または事業所などの名前",
            false,
        ),
        (&mut page.phone, "電話番号", false),
        (&mut page.call_times, "電話を受けられる時間", false),
    ] {
        if let Some(error) = words::line_error(label, &field.value, SHORT, required) {
            *field = field.clone().with_error(error);
        }
    }
    if page.call_back && page.phone.value.is_empty() {
        page.phone = page
            .phone
            .clone()
            .with_error("折り返しの電話を希望するときは、電話番号を入力してください");
    }
    let mail = match page.mail.value.as_str() {
        "" => None,
        typed => match typed.parse::<MailAddress>() {
            Ok(mail) => Some(mail),
            Err(_) => {
                page.mail = page.mail.clone().with_error(
                    "メールアドレスは、@の前後を半角の英数字で入力してください（例：tantou@example.jp）",
                );
                None
            }
        },
    };
    for (field, label, required) in [
        (&mut page.body, "お尋ねの内容", true),
        (&mut page.answer, "その場でお答えしたこと", false),
    ] {
        if let Some(error) = words::text_error(label, &field.value, LONGEST, required) {
            *field = field.clone().with_error(error);
        }
    }
    Some(NewInquiry {
        category: category.ok()?,
        name: page.name.value.clone(),
        organisation: page.organisation.value.clone(),
        mail,
        phone: page.phone.value.clone(),
        call_back: page.call_back,
        call_times: page.call_times.value.clone(),
        context: String::new(),
        body: page.body.value.clone(),
    })
}
