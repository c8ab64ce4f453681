//! 本人確認 by the five items of the paper card (W-3b).

use axum::{extract::Query, response::Response};
use http::StatusCode;
use kiban_access::Refusal;
use kiban_domain::{FiveItems, InsuredNumber, InsurerNumber, Item, Kana, Sex};
use kiban_services::identity::{self, IdentityError};
use kiban_ui::{
    IdentityAnswer, IdentityCheckPage, IdentityItem, IdentityStage, MenuItem, TextField,
};

use serde::Deserialize;

use super::card;
use crate::{
    answer::{minutes, page, page_with, retry_after, see_other},
    dates,
    form::{Fields, Posted},
    visit::SignedIn,
    words,
};

/// A verified card that waits for the items to agree.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WithCard {
    card: String,
    case: String,
}

/// GET `/care/persons/new`: how to check.
pub(crate) async fn method(signed_in: SignedIn) -> Response {
    let card_reader = signed_in.visit.state.cards.reads_cards();
    page(&empty(&signed_in, IdentityStage::Method { card_reader }))
}

/// GET `/care/persons/new/paper`, perhaps with a card.
pub(crate) async fn items(signed_in: SignedIn, Query(with): Query<WithCard>) -> Response {
    let mut items = empty(&signed_in, IdentityStage::Items);
    items.card = card::named(&with.card, &with.case);
    page(&items)
}

/// POST `/care/persons/new/paper`. Agreement leads on to the registration; anything else shows nobody's data.
pub(crate) async fn submit(Posted { signed_in, form }: Posted) -> Result<Response, Response> {
    let mut filled = empty(&signed_in, IdentityStage::Items);
    filled.card = card::named(form.get("card"), form.get("case"));
    let Some(items) = read(&form, &mut filled) else {
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &filled));
    };
    let insurer_no = items.insurer_no;
    let error = match identity::check(signed_in.platform(), &signed_in.context, items).await {
        Ok(agreed) => {
            if let Some((card, case)) = &filled.card {
                card::link(&signed_in, card, case, &agreed).await?;
            }
            let check = words::encoded(&agreed.id.to_string());
            return Ok(see_other(&format!(
                "/care/persons/new/register?check={check}"
            )));
        }
        Err(error) => error,
    };
    Ok(match error {
        IdentityError::ReadAgain(item) => {
            let filled = filled.with_mismatch(item_of(item));
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &filled)
        }
        IdentityError::Refused(Refusal::InsurerNotSharing) => {
            let insurer = words::insurer_name(signed_in.platform(), &insurer_no)
                .await
                .map_err(|error| signed_in.storage(&error))?;
            filled.answer = IdentityAnswer::NotSharing { insurer };
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &filled)
        }
        IdentityError::Refused(refusal) => signed_in.refused(refusal),
        IdentityError::TooMany(exhausted) => {
            let again = format!("{}分後", minutes(exhausted.retry_after));
            filled.answer = IdentityAnswer::Limited { again };
            let response = page_with(StatusCode::TOO_MANY_REQUESTS, &filled);
            retry_after(response, exhausted.retry_after)
        }
        IdentityError::Storage(error) => signed_in.storage(&error),
    })
}

fn empty(signed_in: &SignedIn, stage: IdentityStage) -> IdentityCheckPage {
    IdentityCheckPage::new(signed_in.frame(Some(MenuItem::Register)), stage)
}

fn item_of(item: Item) -> IdentityItem {
    match item {
        Item::InsurerNo => IdentityItem::InsurerNumber,
        Item::InsuredNo => IdentityItem::InsuredNumber,
        Item::NameKana => IdentityItem::Kana,
        Item::BirthDate => IdentityItem::Birth,
        Item::Sex => IdentityItem::Sex,
    }
}

/// Reads the five items, all of them before any is complained of.
fn read(form: &Fields, filled: &mut IdentityCheckPage) -> Option<FiveItems> {
    let text = |name: &str| TextField::of(form.get(name));
    filled.insurer_no = text("insurer_no");
    filled.insured_no = text("insured_no");
    filled.kana = text("kana");
    filled.sex = IdentityCheckPage::sexes(form.get("sex"));

    let insurer_no = keep(
        &mut filled.insurer_no.error,
        insurer_no(form.get("insurer_no")),
    );
    let insured_no = keep(
        &mut filled.insured_no.error,
        insured_no(form.get("insured_no")),
    );
    let name_kana = keep(&mut filled.kana.error, kana(form.get("kana")));
    let (birth, birth_date) = dates::read(form, "birth", "生年月日");
    filled.birth = birth;
    let sex = form
        .get("sex")
        .parse::<Sex>()
        .map_err(|_| "性別を選択してください");
    let sex = keep(&mut filled.sex.error, sex);
    Some(FiveItems {
        insurer_no: insurer_no?,
        insured_no: insured_no?,
        name_kana: name_kana?,
        birth_date: birth_date?,
        sex: sex?,
    })
}

fn keep<T>(place: &mut Option<String>, read: Result<T, &'static str>) -> Option<T> {
    read.map_err(|error| *place = Some(error.to_owned())).ok()
}

fn insurer_no(text: &str) -> Result<InsurerNumber, &'static str> {
    if text.is_empty() {
        return Err("保険者番号を入力してください");
    }
    let number: InsurerNumber = text
        .parse()
        .map_err(|_| "保険者番号は、6桁の数字で入力してください（例：131128）")?;
    if number.check_digit_agrees() {
        Ok(number)
    } else {
        Err("保険者番号が正しくありません。もう一度お確かめください")
    }
}

fn insured_no(text: &str) -> Result<InsuredNumber, &'static str> {
    if text.is_empty() {
        return Err("被保険者番号を入力してください");
    }
    InsuredNumber::from_typed(text)
        .map_err(|_| "被保険者番号は、10桁の数字またはHと9桁の数字で入力してください")
}

fn kana(text: &str) -> Result<Kana, &'static str> {
    if text.is_empty() {
        return Err("氏名（カナ）を入力してください");
    }
    text.parse()
        .map_err(|_| "氏名（カナ）は、200文字までのカナで入力してください")
}
