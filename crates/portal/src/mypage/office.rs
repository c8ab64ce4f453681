//! 事業所情報 (M02): the contact changes at once, name and address after the operator has looked.

use super::{
    Done, frame,
    own::{Own, PostedOwn},
    see_other, stale,
};
use crate::{
    public::{date, day_of},
    typed,
};
use axum::{extract::Query, response::Response};
use http::StatusCode;
use kiban_domain::{ChangeState, ServiceKind};
use kiban_portal_ui::{
    ChangeLine, Chip, ChipColor, Link, MyOfficePage, Notice, NoticeKind, TextField,
};
use kiban_services::office_data::{self, OfficeData, OfficeDataError, Wish};
use kiban_web_kit::Fields;

/// Longest reason, in characters.
const REASON: usize = 1_000;

/// GET `/mypage/office`.
pub(super) async fn show(own: Own, Query(done): Query<Done>) -> Result<Response, Response> {
    let data = own.admitted().await?;
    let title = match done.done.as_str() {
        "contact" => Some("連絡先を保存しました"),
        "asked" => Some("変更を申請しました。運営で確認してから反映します"),
        "withdrawn" => Some("変更の申請を取り下げました"),
        _ => None,
    };
    let mut page = page(&own, &data);
    page.notice = title.map(|title| Notice::new(NoticeKind::Success, title, ""));
    Ok(own.page(StatusCode::OK, &page))
}

fn page(own: &Own, data: &OfficeData) -> MyOfficePage {
    let office = &data.office;
    let kinds: Vec<String> = office
        .service_kinds
        .iter()
        .map(|kind| format!("{}（{}）", ServiceKind::label(kind), kind.as_str()))
        .collect();
    let profile = data.profile.as_ref();
    let postal_code = profile.map(|it| typed::shown_postal_code(&it.postal_code));
    let postal_code = postal_code.unwrap_or_default();
    let address = profile.map_or("", |it| &it.address);
    let mut facts = vec![
        ("番号", office.office_no.as_str().to_owned()),
        ("名称", office.name.clone()),
        ("区分", data.kind().label().to_owned()),
        ("サービス", kinds.join("、")),
        ("所在地", format!("{postal_code} {address}")),
    ];
    if let Some(beds) = profile.and_then(|it| it.beds) {
        facts.push(("定員・病床数", beds.to_string()));
    }
    for (_, text) in &mut facts {
        if text.trim().is_empty() {
            "記録なし".clone_into(text);
        }
    }
    MyOfficePage {
        frame: frame(own, "/mypage/office"),
        notice: None,
        sent: String::new(),
        facts: facts
            .into_iter()
            .map(|(term, text)| (term.to_owned(), text))
            .collect(),
        administrator: own.session.keeps_members(),
        phone: TextField::of(profile.map_or("", |it| &it.phone)),
        mail: TextField::of(data.contact_mail.clone().unwrap_or_default()),
        name: TextField::of(&office.name),
        postal_code: TextField::of(postal_code),
        address: TextField::of(address),
        reason: TextField::default(),
        change: data.change.as_ref().map(|change| ChangeLine {
            id: change.change_id.to_string(),
            chip: Chip::new(change.state.label(), color(change.state)),
            waits: change.state == ChangeState::Waiting,
            asked: date(day_of(change.asked_at)),
            name: change.name.clone(),
            address: change.address.clone(),
            note: change.note.clone(),
        }),
    }
}

fn color(state: ChangeState) -> ChipColor {
    match state {
        ChangeState::Waiting => ChipColor::Blue,
        ChangeState::Accepted => ChipColor::Green,
        ChangeState::Refused => ChipColor::Orange,
        ChangeState::Withdrawn => ChipColor::Gray,
    }
}

/// POST `/mypage/office`; `go` names the section.
pub(super) async fn submit(posted: PostedOwn) -> Result<Response, Response> {
    let PostedOwn { own, fields } = posted;
    own.administrator()?;
    let data = own.admitted().await?;
    let mut page = page(&own, &data);
    fields.get("go").clone_into(&mut page.sent);
    match fields.get("go") {
        "contact" => contact(&own, page, &fields).await,
        "change" => change(&own, page, &fields).await,
        "withdraw" => withdraw(&own, &fields).await,
        _ => Err(super::missing(&own)),
    }
}

async fn contact(own: &Own, mut page: MyOfficePage, fields: &Fields) -> Result<Response, Response> {
    page.phone = TextField::of(fields.get("phone"));
    page.mail = TextField::of(fields.get("mail"));
    let phone = typed::phone(&mut page.phone, "事業所の電話番号");
    let mail = typed::mail(&mut page.mail);
    let (Some(phone), Some(mail)) = (phone, mail) else {
        return Ok(own.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    let context = own.context();
    let set = office_data::set_contact(own.platform(), &context, own.office_no, phone, mail);
    set.await.map_err(|error| failed(own, &error))?;
    Ok(see_other("/mypage/office?done=contact"))
}

async fn change(own: &Own, mut page: MyOfficePage, fields: &Fields) -> Result<Response, Response> {
    page.name = TextField::of(fields.get("name"));
    page.postal_code = TextField::of(fields.get("postal_code"));
    page.address = TextField::of(fields.get("address"));
    page.reason = TextField::of(fields.get("reason"));
    let name = typed::office(&mut page.name, "変更後の名称");
    let postal_code = typed::postal_code(&mut page.postal_code, "変更後の郵便番号");
    let address = typed::address(&mut page.address, "変更後の所在地");
    let reason = typed::text(&mut page.reason, "変更の理由と、変わった日", REASON);
    let (Some(name), Some(postal_code), Some(address), Some(reason)) =
        (name, postal_code, address, reason)
    else {
        return Ok(own.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    let wish = Wish {
        name,
        postal_code,
        address,
        reason,
    };
    let (context, by) = (own.context(), own.session.user_id);
    let asked = office_data::ask(own.platform(), &context, own.office_no, by, wish).await;
    asked.map_err(|error| failed(own, &error))?;
    Ok(see_other("/mypage/office?done=asked"))
}

async fn withdraw(own: &Own, fields: &Fields) -> Result<Response, Response> {
    let Ok(change_id) = fields.get("change").parse() else {
        return Err(super::missing(own));
    };
    let context = own.context();
    let done = office_data::withdraw(own.platform(), &context, own.office_no, change_id);
    done.await.map_err(|error| failed(own, &error))?;
    Ok(see_other("/mypage/office?done=withdrawn"))
}

fn failed(own: &Own, error: &OfficeDataError) -> Response {
    match error {
        OfficeDataError::NotFound => super::missing(own),
        OfficeDataError::Stale | OfficeDataError::Own | OfficeDataError::NoteMissing => {
            stale(own, Link::new("/mypage/office", "事業所の情報へ戻る"))
        }
        OfficeDataError::Storage(error) => own.failed(error),
    }
}
