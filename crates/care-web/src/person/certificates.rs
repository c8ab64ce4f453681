//! The certificates of one reading as pages show them.

use kiban_access::Part;
use kiban_domain::{
    ASSISTIVE_PURCHASE_LIMIT, AssistiveItem, AssistivePurchase, BurdenStage, CostShareRatio, Date,
    HOME_MODIFICATION_LIMIT, HomeModification, ModificationResetReason, ReductionKind,
    RestrictionKind, RoomType, ServiceKind, Units, Yen, home_modification_remaining,
    purchase_remaining,
};
use kiban_exchange::municipal::record::{
    AssistivePurchaseRecord, BenefitRestrictionRecord, BurdenLimitRecord, CostShareRecord,
    HomeModificationRecord, InsuredCardRecord, RatioRecord, ReductionRecord,
};
use kiban_ui::{
    Balance, BalanceUse, BurdenLimitCertificate, CareManagementNotice, Certificates, Chip,
    ChipColor, CostShareCertificate, CostShareRow, DailyLimit, DateText, FacilityStay, InsuredCard,
    KindLimit, Period, ReductionCertificate, Restriction,
};

use super::{
    dossier::{Dossier, sex},
    members::Dated,
};
use crate::words::{self, label};

impl Dossier {
    /// All certificates as of the day of the reading.
    pub(super) fn certificates(&self) -> Certificates {
        let it = &self.members;
        let on = self.on;
        Certificates {
            insured_card: self.section(
                Part::InsuredCard,
                it.insured_card
                    .as_ref()
                    .map(|card| self.insured_card(&card.record)),
                "被保険者証の交付の記録はありません。",
            ),
            cost_share: self.section(
                Part::CostShare,
                it.cost_share.as_ref().map(|it| cost_share(&it.record, on)),
                "負担割合証の交付の記録はありません。",
            ),
            burden_limit: self.section(
                Part::BurdenLimit,
                it.burden_limit
                    .as_ref()
                    .map(|it| burden_limit(&it.record, on)),
                "負担限度額認定証の交付の記録はありません。",
            ),
            reductions: self.section(
                Part::Reduction,
                some(it.reduction.iter().map(|it| reduction(&it.record, on))),
                "減免・減額の認定証の交付の記録はありません。",
            ),
            restrictions: self.section(
                Part::BenefitRestriction,
                some(
                    it.benefit_restriction
                        .iter()
                        .map(|it| restriction(&it.record, on)),
                ),
                "給付制限の記録はありません。",
            ),
            care_management: self.section(
                Part::CareManagerNotice,
                some(
                    it.care_manager_notice
                        .iter()
                        .map(|it| CareManagementNotice {
                            office: match (&it.record.office_name, &it.record.office_no) {
                                _ if it.record.self_made == Some(true) => "自己作成".to_owned(),
                                (Some(name), _) => name.clone(),
                                (None, Some(number)) => format!("事業所番号 {number}"),
                                (None, None) => "事業所の記載はありません".to_owned(),
                            },
                            notified: day(&it.record.notified_on),
                            current: true,
                        }),
                ),
                "居宅介護支援の届出の記録はありません。",
            ),
            home_modification: self.section(
                Part::HomeModification,
                home_modification(&it.home_modification),
                "住宅改修費の支給の記録はありません。",
            ),
            assistive_purchase: self.section(
                Part::AssistivePurchase,
                self.assistive_purchase(),
                "この年度の福祉用具購入費の支給の記録はありません。",
            ),
        }
    }

    fn insured_card(&self, card: &InsuredCardRecord) -> InsuredCard {
        let insured = self.members.insured.as_ref().map(|it| &it.record);
        let text = |value: Option<&String>| value.cloned().unwrap_or_default();
        let designated = card
            .designated_services
            .iter()
            .map(|kind| service(kind))
            .collect::<Vec<_>>();
        let mut opinion = text(card.committee_opinion.as_ref());
        if !designated.is_empty() {
            if !opinion.is_empty() {
                opinion.push('／');
            }
            opinion.push_str("サービスの種類の指定：");
            opinion.push_str(&designated.join("、"));
        }
        let lost = insured
            .and_then(|it| parse(it.lost_on.as_ref()))
            .is_some_and(|lost| lost <= self.on);
        InsuredCard {
            status: if lost {
                Chip::new("資格喪失", ChipColor::Red)
            } else {
                words::validity(
                    parse(card.valid_from.as_ref()),
                    parse(card.valid_to.as_ref()),
                    self.on,
                )
            },
            insured_no: self.key.insured_no.as_str().to_owned(),
            name: insured.map_or_else(String::new, |it| it.name.clone()),
            kana: insured.map_or_else(String::new, |it| it.name_kana.clone()),
            birth: insured.map_or_else(|| day(""), |it| day(&it.birth_date)),
            sex: insured.map_or_else(String::new, |it| sex(&it.sex)),
            address: insured
                .and_then(|it| it.address.clone())
                .unwrap_or_else(|| "記載はありません".to_owned()),
            issued: day(&card.issued_on),
            insurer_no: self.key.insurer_no.as_str().to_owned(),
            insurer_name: self.insurer_name.clone(),
            care_level: words::care_level(card.care_level.as_deref().unwrap_or_default()),
            certified: card.certified_on.as_deref().and_then(words::date_of),
            valid: words::period_of(card.valid_from.as_ref(), card.valid_to.as_ref()),
            limit: card
                .benefit_limit_units
                .map(|units| format!("1月当たり {}", Units::new(units))),
            limit_period: words::period_of(card.limit_from.as_ref(), card.limit_to.as_ref()),
            kind_limits: card
                .kind_limits
                .iter()
                .map(|limit| KindLimit {
                    service: service(&limit.kind),
                    units: Units::new(limit.units).to_string(),
                })
                .collect(),
            opinion,
            facilities: card
                .facilities
                .iter()
                .map(|stay| FacilityStay {
                    kind: text(stay.kind.as_ref()),
                    name: stay.name.clone(),
                    period: words::period_of(stay.entered_on.as_ref(), stay.left_on.as_ref()),
                })
                .collect(),
        }
    }

    fn assistive_purchase(&self) -> Option<Balance> {
        let records = &self.members.assistive_purchase;
        if records.is_empty() {
            return None;
        }
        let year = self.fiscal_year();
        let purchases: Vec<AssistivePurchase> = records
            .iter()
            .filter_map(|it| (&it.record).try_into().ok())
            .collect();
        Some(Balance {
            remaining: purchase_remaining(&purchases, year).to_string(),
            limit: ASSISTIVE_PURCHASE_LIMIT.to_string(),
            scope: fiscal_year(year.first_day()),
            uses: newest_first(records, |it: &AssistivePurchaseRecord| BalanceUse {
                day: day(&it.purchased_on),
                content: it
                    .product_name
                    .clone()
                    .unwrap_or_else(|| label(&it.item_kind, |item: AssistiveItem| item.label())),
                amount: Yen::new(it.eligible_yen).to_string(),
            }),
        })
    }
}

/// 「令和8年度」.
fn fiscal_year(first_day: Date) -> String {
    let wareki = words::date(first_day).wareki;
    let year = wareki.split('年').next().unwrap_or_default();
    format!("{year}年度")
}

fn home_modification(records: &[Dated<HomeModificationRecord>]) -> Option<Balance> {
    let mut modifications: Vec<HomeModification> = records
        .iter()
        .filter_map(|it| (&it.record).try_into().ok())
        .collect();
    if modifications.is_empty() {
        return None;
    }
    modifications.sort_by_key(|it| it.completed_on);
    Some(Balance {
        remaining: home_modification_remaining(&modifications).to_string(),
        limit: HOME_MODIFICATION_LIMIT.to_string(),
        scope: "1つの住宅につき".to_owned(),
        uses: newest_first(records, |it: &HomeModificationRecord| BalanceUse {
            day: day(&it.completed_on),
            content: match it.reset_reason.parse::<ModificationResetReason>() {
                Ok(ModificationResetReason::None) | Err(_) => "住宅改修".to_owned(),
                Ok(reason) => format!(
                    "住宅改修（{}により限度額が新しくなりました）",
                    reason.label()
                ),
            },
            amount: Yen::new(it.eligible_yen).to_string(),
        }),
    })
}

fn newest_first<T>(records: &[Dated<T>], to_use: impl Fn(&T) -> BalanceUse) -> Vec<BalanceUse> {
    let mut uses: Vec<BalanceUse> = records.iter().map(|it| to_use(&it.record)).collect();
    uses.sort_by(|one, other| other.day.iso.cmp(&one.day.iso));
    uses
}

pub(crate) fn ratio(code: &str) -> String {
    label(code, |it: CostShareRatio| it.label())
}

pub(super) fn burden_stage(code: &str) -> String {
    label(code, |it: BurdenStage| it.label())
}

pub(super) fn reduction_kind(code: &str) -> String {
    label(code, |it: ReductionKind| it.label())
}

pub(crate) fn restriction_kind(code: &str) -> String {
    label(code, |it: RestrictionKind| it.label())
}

/// The row of a cost-share certificate that counts on a day.
pub(super) fn ratio_on(it: &CostShareRecord, on: Date) -> Option<String> {
    ratio_row_on(it, on).map(|row| ratio(&row.ratio))
}

/// The same row with its days.
pub(crate) fn ratio_row_on(it: &CostShareRecord, on: Date) -> Option<&RatioRecord> {
    let covers = |from: Option<Date>, to: Option<Date>| {
        from.is_some_and(|from| from <= on) && to.is_none_or(|to| on <= to)
    };
    it.ratios
        .iter()
        .find(|row| covers(row.from.parse().ok(), parse(row.to.as_ref())))
}

fn cost_share(it: &CostShareRecord, on: Date) -> CostShareCertificate {
    let from = it
        .ratios
        .iter()
        .filter_map(|row| row.from.parse::<Date>().ok())
        .min();
    let open = it.ratios.iter().any(|row| row.to.is_none());
    let until = it
        .ratios
        .iter()
        .filter_map(|row| parse(row.to.as_ref()))
        .max();
    CostShareCertificate {
        status: words::validity(from, until.filter(|_| !open), on),
        issued: day(&it.issued_on),
        ratio: ratio_on(it, on).unwrap_or_else(|| "この日の割合の記載はありません".to_owned()),
        rows: it
            .ratios
            .iter()
            .filter_map(|row| {
                Some(CostShareRow {
                    ratio: ratio(&row.ratio),
                    period: words::period_of(Some(&row.from), row.to.as_ref())?,
                })
            })
            .collect(),
    }
}

fn burden_limit(it: &BurdenLimitRecord, on: Date) -> BurdenLimitCertificate {
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
    BurdenLimitCertificate {
        status: words::validity(it.applies_from.parse().ok(), it.expires_on.parse().ok(), on),
        stage: burden_stage(&it.burden_stage),
        issued: day(&it.issued_on),
        period: span(&it.applies_from, Some(&it.expires_on)),
        limits: meals.chain(rooms).collect(),
    }
}

/// What is reduced and by how much.
pub(super) fn reduction_content(it: &ReductionRecord) -> String {
    let rates = [
        ("利用者負担", it.rate_percent),
        ("食費", it.meal_rate_percent),
        ("居住費", it.housing_rate_percent),
    ];
    let mut parts: Vec<String> = rates
        .into_iter()
        .filter_map(|(what, percent)| Some(format!("{what}を{}％軽減", percent?)))
        .collect();
    parts.extend(it.reason.clone());
    if parts.is_empty() {
        "内容の記載はありません".to_owned()
    } else {
        parts.join("、")
    }
}

fn reduction(it: &ReductionRecord, on: Date) -> ReductionCertificate {
    ReductionCertificate {
        kind: reduction_kind(&it.kind),
        status: words::validity(it.applies_from.parse().ok(), it.expires_on.parse().ok(), on),
        number: it
            .confirmation_no
            .clone()
            .unwrap_or_else(|| "記載はありません".to_owned()),
        period: span(&it.applies_from, Some(&it.expires_on)),
        content: reduction_content(it),
    }
}

fn restriction(it: &BenefitRestrictionRecord, on: Date) -> Restriction {
    let (from, until) = (
        it.starts_on.parse::<Date>().ok(),
        parse(it.ends_on.as_ref()),
    );
    let in_force = from.is_none_or(|from| from <= on) && until.is_none_or(|until| on <= until);
    let effect = match it.kind.parse::<RestrictionKind>() {
        Ok(RestrictionKind::PaymentMethodChange) => {
            "費用の全額をご本人が支払い、後から市町村に請求します（償還払い）。".to_owned()
        }
        Ok(RestrictionKind::TemporarySuspension) => {
            "保険給付の支払が差し止められています。".to_owned()
        }
        Ok(RestrictionKind::BenefitReduction) => match it.benefit_percent {
            Some(percent) => format!("保険給付が費用の{percent}％に減額されています。"),
            None => "保険給付が減額されています。".to_owned(),
        },
        Ok(RestrictionKind::MedicalArrearsSuspension) => {
            "医療保険料の滞納のため、保険給付の支払が差し止められています。".to_owned()
        }
        Err(_) => "内容は、市町村の窓口に確認してください。".to_owned(),
    };
    Restriction {
        kind: restriction_kind(&it.kind),
        status: if in_force {
            Chip::new("適用中", ChipColor::Orange)
        } else {
            Chip::new("期間外", ChipColor::Gray)
        },
        period: span(&it.starts_on, it.ends_on.as_ref()),
        effect,
    }
}

/// A day of a record, which was checked when it was taken in.
fn day(text: &str) -> DateText {
    words::date_of(text).unwrap_or_else(|| DateText::new(text, "記載はありません", text))
}

fn span(from: &str, to: Option<&String>) -> Period {
    Period {
        from: day(from),
        to: to.and_then(|to| words::date_of(to)),
    }
}

fn parse(text: Option<&String>) -> Option<Date> {
    text.and_then(|text| text.parse().ok())
}

fn service(code: &str) -> String {
    label(code, |kind: ServiceKind| kind.label())
}

/// A list, or nothing when it is empty.
fn some<T>(all: impl Iterator<Item = T>) -> Option<Vec<T>> {
    let all: Vec<T> = all.collect();
    (!all.is_empty()).then_some(all)
}
