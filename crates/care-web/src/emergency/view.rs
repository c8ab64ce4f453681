//! The view: what may be shown, until when, and what is not.

use axum::{extract::Path, response::Response};
use kiban_access::{EmergencyRefusal, Part};
use kiban_domain::{BurdenStage, CostShareRatio, Date, RoomType, Sex, Units, Yen};
use kiban_services::emergency::{
    self, EmergencyView, LookError, ShownBurdenLimit, ShownCareManager, ShownCostShare, ShownParts,
};
use kiban_ui::{
    BurdenLimitCertificate, CostShareRow, DailyLimit, DateText, EmergencyLevel, EmergencyViewPage,
    MenuItem, Period, Section,
};

use super::refused;
use crate::{
    answer::page,
    visit::SignedIn,
    words::{self, label},
};

/// GET `/care/emergency/views/{id}`.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let id = id.parse();
    let id = id.map_err(|_| refused(&signed_in, EmergencyRefusal::NotFound))?;
    let view = emergency::read(signed_in.platform(), &signed_in.context, id).await;
    let view = view.map_err(|error| match error {
        LookError::Refused(refusal) => refused(&signed_in, refusal),
        LookError::Storage(error) => signed_in.storage(&error),
    })?;
    Ok(page(&to_page(&signed_in, view)))
}

fn to_page(signed_in: &SignedIn, view: EmergencyView) -> EmergencyViewPage {
    let today = signed_in.platform().today();
    let EmergencyView { look, parts, .. } = &view;
    let insured = parts.insured.as_ref();
    let birth = insured.and_then(|it| it.birth_date.parse::<Date>().ok());
    EmergencyViewPage {
        frame: signed_in.frame(Some(MenuItem::Emergency)),
        until: words::instant(look.ends_at),
        opened: words::instant(look.opened_at),
        member: look.account.clone(),
        reason: look.reason.label().to_owned(),
        statement: look.statement.clone(),
        name: insured.map_or_else(String::new, |it| it.name.clone()),
        kana: insured.map_or_else(String::new, |it| it.name_kana.clone()),
        birth: birth.map_or_else(
            || (day(""), String::new()),
            |birth| (words::date(birth), words::age(birth, today)),
        ),
        sex: insured.map_or_else(String::new, |it| label(&it.sex, |sex: Sex| sex.label())),
        insured_no: look.person.insured_no.as_str().to_owned(),
        insurer_no: look.person.insurer_no.as_str().to_owned(),
        level: section(level(parts), "要介護認定の記録はありません。"),
        care_manager: section(
            parts.care_manager_notice.as_ref().map(care_manager),
            "居宅介護支援の届出の記録はありません。",
        ),
        cost_share: section(
            parts.cost_share.as_ref().map(cost_share),
            "負担割合証の交付の記録はありません。",
        ),
        burden_limit: section(
            parts
                .burden_limit
                .as_ref()
                .map(|it| burden_limit(it, today)),
            "負担限度額認定証の交付の記録はありません。",
        ),
        hidden: view.hidden.iter().map(|part| Part::label(*part)).collect(),
        insurer: view.insurer_name,
        insurer_phone: view.insurer_phone,
    }
}

fn section<T>(value: Option<T>, absent: &str) -> Section<T> {
    value.map_or_else(|| Section::Absent(absent.to_owned()), Section::Shown)
}

/// The level by the card and else by the certification, as on the pages of the person's offices.
fn level(parts: &ShownParts) -> Option<EmergencyLevel> {
    let card = parts.insured_card.as_ref();
    let certification = parts.certification.as_ref();
    let certified = certification.and_then(|it| words::date_of(&it.certified_on));
    let limit = card.and_then(|it| it.benefit_limit_units);
    let of_card = card.and_then(|it| {
        let level = it.care_level.as_deref()?;
        Some((level, it.valid_from.as_ref(), it.valid_to.as_ref()))
    });
    let of_result = certification.map(|it| {
        (
            it.care_level.as_str(),
            it.valid_from.as_ref(),
            it.valid_to.as_ref(),
        )
    });
    let (level, from, to) = of_card.or(of_result)?;
    Some(EmergencyLevel {
        level: words::care_level(level),
        certified,
        valid: words::period_of(from, to),
        limit: limit.map_or_else(String::new, |units| {
            format!("1月当たり {}", Units::new(units))
        }),
    })
}

fn care_manager(it: &ShownCareManager) -> (String, String) {
    let number = it.office_no.clone().unwrap_or_default();
    match &it.office_name {
        _ if it.self_made == Some(true) => ("自己作成".to_owned(), String::new()),
        Some(name) => (name.clone(), number),
        None => ("事業所の名称の記載はありません".to_owned(), number),
    }
}

fn cost_share(it: &ShownCostShare) -> Vec<CostShareRow> {
    let row = |row: &emergency::ShownRatio| {
        Some(CostShareRow {
            ratio: label(&row.ratio, |it: CostShareRatio| it.label()),
            period: words::period_of(Some(&row.from), row.to.as_ref())?,
        })
    };
    it.ratios.iter().filter_map(row).collect()
}

fn burden_limit(it: &ShownBurdenLimit, today: Date) -> BurdenLimitCertificate {
    let yen = |yen: u64| Yen::new(yen).to_string();
    let meals = [
        ("食費（施設）", it.meal_facility_yen),
        ("食費（短期入所）", it.meal_short_stay_yen),
    ];
    let meals = meals.into_iter().filter_map(|(item, amount)| {
        Some(DailyLimit {
            item: item.to_owned(),
            amount: yen(amount?),
        })
    });
    let rooms = it.rooms.iter().map(|room| DailyLimit {
        item: label(&room.room, |it: RoomType| it.label()),
        amount: yen(room.yen),
    });
    let (from, to) = (it.applies_from.parse().ok(), it.expires_on.parse().ok());
    BurdenLimitCertificate {
        status: words::validity(from, to, today),
        stage: label(&it.burden_stage, |it: BurdenStage| it.label()),
        issued: day(&it.applies_from),
        period: Period {
            from: day(&it.applies_from),
            to: words::date_of(&it.expires_on),
        },
        limits: meals.chain(rooms).collect(),
    }
}

fn day(text: &str) -> DateText {
    words::date_of(text).unwrap_or_else(|| DateText::new(text, "記載はありません", text))
}
