//! The certificates (証) of a person, as one set that three pages show: briefly, in full, and on paper.

use crate::{Chip, DateText, Period, Section};

/// Everything the municipality has sent about a person's certificates, as of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificates {
    /// 介護保険被保険者証.
    pub insured_card: Section<InsuredCard>,
    /// 介護保険負担割合証.
    pub cost_share: Section<CostShareCertificate>,
    /// 介護保険負担限度額認定証.
    pub burden_limit: Section<BurdenLimitCertificate>,
    /// 減免減額認定証 of all kinds.
    pub reductions: Section<Vec<ReductionCertificate>>,
    /// 給付制限.
    pub restrictions: Section<Vec<Restriction>>,
    /// 居宅介護支援の届出.
    pub care_management: Section<Vec<CareManagementNotice>>,
    /// 住宅改修費の残額.
    pub home_modification: Section<Balance>,
    /// 福祉用具購入費の残額.
    pub assistive_purchase: Section<Balance>,
}

/// 介護保険被保険者証, as on its three panels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsuredCard {
    /// 有効, 喪失 and the like.
    pub status: Chip,
    /// 被保険者番号, in full or masked as the page allows.
    pub insured_no: String,
    /// Name.
    pub name: String,
    /// Name in kana.
    pub kana: String,
    /// Birth date; parts unknown in old registers read 「不詳」.
    pub birth: DateText,
    /// 「男」「女」.
    pub sex: String,
    /// Address.
    pub address: String,
    /// 交付年月日.
    pub issued: DateText,
    /// 保険者番号.
    pub insurer_no: String,
    /// 保険者の名称.
    pub insurer_name: String,
    /// 要介護状態区分等; 「認定なし」 if never certified.
    pub care_level: String,
    /// 認定年月日.
    pub certified: Option<DateText>,
    /// 認定の有効期間.
    pub valid: Option<Period>,
    /// 区分支給限度基準額, 「1月当たり 19,705単位」.
    pub limit: Option<String>,
    /// Period of the limit.
    pub limit_period: Option<Period>,
    /// 種類支給限度基準額 by service, where the municipality sets them.
    pub kind_limits: Vec<KindLimit>,
    /// 認定審査会の意見及びサービスの種類の指定.
    pub opinion: String,
    /// 介護保険施設等.
    pub facilities: Vec<FacilityStay>,
}

/// A limit for one kind of service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindLimit {
    /// Kind of service.
    pub service: String,
    /// 「10,000単位」.
    pub units: String,
}

/// A stay in a facility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacilityStay {
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
    /// 入所等年月日 and 退所等年月日, where the card names them.
    pub period: Option<Period>,
}

/// 介護保険負担割合証: the ratio can change within the year, so up to two rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostShareCertificate {
    /// 有効, 期限切れ and the like.
    pub status: Chip,
    /// 交付年月日.
    pub issued: DateText,
    /// The ratio of the day shown: 「1割」.
    pub ratio: String,
    /// All rows of the certificate.
    pub rows: Vec<CostShareRow>,
}

/// A ratio and its period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostShareRow {
    /// 「1割」.
    pub ratio: String,
    /// 適用期間.
    pub period: Period,
}

/// 介護保険負担限度額認定証.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BurdenLimitCertificate {
    /// 有効, 期限切れ and the like.
    pub status: Chip,
    /// 「第3段階①」.
    pub stage: String,
    /// 交付年月日.
    pub issued: DateText,
    /// 適用年月日 and 有効期限.
    pub period: Period,
    /// 食費 at a facility and for short stays, then 居住費又は滞在費 by room.
    pub limits: Vec<DailyLimit>,
}

/// An amount a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DailyLimit {
    /// 「食費（施設）」「多床室」.
    pub item: String,
    /// 「650円」.
    pub amount: String,
}

/// A 減免減額認定証.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReductionCertificate {
    /// Name of the certificate.
    pub kind: String,
    /// 有効, 期限切れ and the like.
    pub status: Chip,
    /// 確認番号.
    pub number: String,
    /// 適用年月日 and 有効期限.
    pub period: Period,
    /// What is reduced and by how much.
    pub content: String,
}

/// A 給付制限.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restriction {
    /// 内容.
    pub kind: String,
    /// 有効, 終了.
    pub status: Chip,
    /// 開始年月日 and 終了年月日.
    pub period: Period,
    /// What it means for the office, in one sentence.
    pub effect: String,
}

/// A notice of which office makes the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CareManagementNotice {
    /// Office, centre, or 「自己作成」.
    pub office: String,
    /// 届出年月日.
    pub notified: DateText,
    /// Whether it is the one in force; older ones are struck out on paper.
    pub current: bool,
}

/// What is left of an allowance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// 「88,000円」.
    pub remaining: String,
    /// 「200,000円」.
    pub limit: String,
    /// What the limit counts: 「現在の住宅」「令和8年度」.
    pub scope: String,
    /// Uses so far, newest first.
    pub uses: Vec<BalanceUse>,
}

/// One use of an allowance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalanceUse {
    /// Day of purchase or completion.
    pub day: DateText,
    /// What it was.
    pub content: String,
    /// 支給対象額, 「112,000円」.
    pub amount: String,
}
