use kiban_domain as domain;
use kiban_domain::{PrivateText, Yen};

use super::{
    InvalidRecord,
    convert::{date, date_option, parse, parse_option},
    record, tables,
};
use crate::municipal::layout::Kind;

/// Amounts of one person's papers; a billion yen leaves room for mistakes to be seen rather than refused.
const YEN: Kind = Kind::Number("円", 999_999_999);

record! {
    /// 住宅改修.
    HomeModificationRecord of HomeModification {
        seq: u64 = "連番", Kind::Number("番", 9999), 4;
        started_on: Option<String> = "着工日", Kind::Date, 10;
        completed_on: String = "完成日", Kind::Date, 10;
        dwelling: Option<String> = "住宅所在地", Kind::Text, 300;
        eligible_yen: u64 = "支給対象額", YEN, 9;
        paid_yen: u64 = "支給額", YEN, 9;
        cumulative_yen: Option<u64> = "累計", YEN, 9;
        remaining_yen: u64 = "残額", YEN, 9;
        reset_reason: String = "リセット事由", Kind::Code(&tables::RESET_REASON), 20;
    }
}

impl TryFrom<&HomeModificationRecord> for domain::HomeModification {
    type Error = InvalidRecord;

    fn try_from(it: &HomeModificationRecord) -> Result<Self, Self::Error> {
        Ok(Self {
            started_on: date_option("started_on", it.started_on.as_ref())?,
            completed_on: date("completed_on", &it.completed_on)?,
            dwelling: it.dwelling.clone().map(PrivateText::new),
            eligible: Yen::new(it.eligible_yen),
            paid: Yen::new(it.paid_yen),
            cumulative: it.cumulative_yen.map(Yen::new),
            remaining: Yen::new(it.remaining_yen),
            reset_reason: parse("reset_reason", &it.reset_reason)?,
        })
    }
}

record! {
    /// 福祉用具購入.
    AssistivePurchaseRecord of AssistivePurchase {
        seq: u64 = "連番", Kind::Number("番", 9999), 4;
        purchased_on: String = "購入日", Kind::Date, 10;
        item_kind: String = "種目", Kind::Code(&tables::ASSISTIVE_ITEM), 20;
        product_name: Option<String> = "商品名", Kind::Text, 100;
        tais_code: Option<String> = "TAISコード", Kind::Text, 12;
        eligible_yen: u64 = "支給対象額", YEN, 9;
        paid_yen: u64 = "支給額", YEN, 9;
        fiscal_year: Option<u64> = "年度", Kind::Number("年度", 9998), 4;
        remaining_yen: u64 = "年度残額", YEN, 9;
    }
}

impl TryFrom<&AssistivePurchaseRecord> for domain::AssistivePurchase {
    type Error = InvalidRecord;

    fn try_from(it: &AssistivePurchaseRecord) -> Result<Self, Self::Error> {
        Ok(Self {
            purchased_on: date("purchased_on", &it.purchased_on)?,
            item: parse("item_kind", &it.item_kind)?,
            product_name: it.product_name.clone(),
            tais_code: it.tais_code.clone(),
            eligible: Yen::new(it.eligible_yen),
            paid: Yen::new(it.paid_yen),
            remaining: Yen::new(it.remaining_yen),
        })
    }
}

record! {
    /// 同意.
    ConsentRecord of Consent {
        seq: u64 = "連番", Kind::Number("番", 9999), 4;
        scope: String = "同意の範囲", Kind::Code(&tables::CONSENT_SCOPE), 20;
        taker: String = "取得者区分", Kind::Code(&tables::CONSENT_TAKER), 20;
        taker_office_no: Option<String> = "取得事業所番号", Kind::OfficeNo, 10;
        given_on: String = "同意日", Kind::Date, 10;
        withdrawn_on: Option<String> = "撤回日", Kind::Date, 10;
    }
}

impl TryFrom<&ConsentRecord> for domain::Consent {
    type Error = InvalidRecord;

    fn try_from(it: &ConsentRecord) -> Result<Self, Self::Error> {
        Ok(Self {
            scope: parse("scope", &it.scope)?,
            taker: parse("taker", &it.taker)?,
            taker_office_no: parse_option("taker_office_no", it.taker_office_no.as_ref())?,
            given_on: date("given_on", &it.given_on)?,
            withdrawn_on: date_option("withdrawn_on", it.withdrawn_on.as_ref())?,
        })
    }
}
