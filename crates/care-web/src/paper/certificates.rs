//! A person's certificates on paper, with the words of the pages.

use kiban_print::{Fact, Part, PartState, Piece, Table};
use kiban_ui::{
    Balance, BurdenLimitCertificate, CareManagementNotice, Certificates, CostShareCertificate,
    InsuredCard, Period, ReductionCertificate, Restriction, Section,
};

use super::{day, span};

/// All certificates, in the order of the pages.
pub(crate) fn certificates(it: &Certificates) -> Vec<Part> {
    vec![
        part("介護保険被保険者証", &it.insured_card, insured_card),
        part("介護保険負担割合証", &it.cost_share, cost_share),
        part("負担限度額認定証", &it.burden_limit, burden_limit),
        part("減免・減額の認定証", &it.reductions, |all| {
            each(all, reduction)
        }),
        part("給付制限", &it.restrictions, |all| {
            each(all, restriction)
        }),
        part("住宅改修費の残額", &it.home_modification, balance),
        part("福祉用具購入費の残額", &it.assistive_purchase, balance),
        part("居宅介護支援の届出", &it.care_management, |all| {
            vec![Piece::Facts(all.iter().map(care_management).collect())]
        }),
    ]
}

/// A part as the page has it: shown, absent, or kept back for a reason.
pub(super) fn part<T>(
    title: &str,
    section: &Section<T>,
    show: impl FnOnce(&T) -> Vec<Piece>,
) -> Part {
    Part {
        title: title.to_owned(),
        state: match section {
            Section::Shown(it) => PartState::Shown(show(it)),
            Section::Absent(words) => PartState::Absent(words.clone()),
            Section::Withheld(it) => {
                let (why, way) = (it.reason.label(), it.reason.remedy());
                PartState::Withheld(format!("{why}。{way}"))
            }
        },
    }
}

/// Every item of the card, also where nothing is written: an empty item is a statement too.
fn insured_card(it: &InsuredCard) -> Vec<Piece> {
    let or_none = |text: &str| match text {
        "" => "記載はありません".to_owned(),
        text => text.to_owned(),
    };
    let period = |period: Option<&Period>| period.map_or_else(|| or_none(""), span);
    let mut facts = vec![
        Fact::new("状態", &it.status.label),
        Fact::new("被保険者番号", &it.insured_no),
        Fact::new("住所", or_none(&it.address)),
        Fact::new("フリガナ", or_none(&it.kana)),
        Fact::new("氏名", or_none(&it.name)),
        Fact::new("生年月日", day(&it.birth)),
        Fact::new("性別", or_none(&it.sex)),
        Fact::new("交付年月日", day(&it.issued)),
        Fact::new("保険者番号", &it.insurer_no),
        Fact::new("保険者の名称", &it.insurer_name),
        Fact::new("要介護状態区分等", &it.care_level),
        Fact::new(
            "認定年月日",
            it.certified.as_ref().map_or_else(|| or_none(""), day),
        ),
        Fact::new("認定の有効期間", period(it.valid.as_ref())),
        Fact::new(
            "区分支給限度基準額",
            or_none(it.limit.as_deref().unwrap_or_default()),
        ),
        Fact::new("区分支給限度基準額の期間", period(it.limit_period.as_ref())),
    ];
    let kinds = it.kind_limits.iter();
    facts.extend(kinds.map(|limit| {
        Fact::new(
            "種類支給限度基準額",
            format!("{} {}", limit.service, limit.units),
        )
    }));
    let opinion = "認定審査会の意見及びサービスの種類の指定";
    facts.push(Fact::new(opinion, or_none(&it.opinion)));
    facts.extend(it.facilities.iter().map(|stay| {
        let mut text = stay.name.clone();
        if !stay.kind.is_empty() {
            text = format!("{text}（{}）", stay.kind);
        }
        if let Some(period) = &stay.period {
            text = format!("{text}\n{}", span(period));
        }
        Fact::new("介護保険施設等", text)
    }));
    vec![Piece::Facts(facts)]
}

fn cost_share(it: &CostShareCertificate) -> Vec<Piece> {
    let mut facts = vec![
        Fact::new("状態", &it.status.label),
        Fact::new("利用者負担の割合", &it.ratio),
        Fact::new("交付年月日", day(&it.issued)),
    ];
    let rows = it.rows.iter();
    facts
        .extend(rows.map(|row| Fact::new(format!("適用期間（{}）", row.ratio), span(&row.period))));
    vec![Piece::Facts(facts)]
}

fn burden_limit(it: &BurdenLimitCertificate) -> Vec<Piece> {
    let facts = vec![
        Fact::new("状態", &it.status.label),
        Fact::new("利用者負担段階", &it.stage),
        Fact::new("交付年月日", day(&it.issued)),
        Fact::new("適用年月日・有効期限", span(&it.period)),
    ];
    let limits = it.limits.iter();
    let limits = Table {
        columns: vec![
            ("区分".to_owned(), 3),
            ("1日当たりの負担限度額".to_owned(), 2),
        ],
        rows: limits
            .map(|it| vec![it.item.clone(), it.amount.clone()])
            .collect(),
    };
    vec![Piece::Facts(facts), Piece::Table(limits)]
}

fn reduction(it: &ReductionCertificate) -> Vec<Fact> {
    vec![
        Fact::new("証の種類", format!("{}（{}）", it.kind, it.status.label)),
        Fact::new("内容", &it.content),
        Fact::new("確認番号", &it.number),
        Fact::new("適用年月日・有効期限", span(&it.period)),
    ]
}

fn restriction(it: &Restriction) -> Vec<Fact> {
    vec![
        Fact::new("内容", format!("{}（{}）", it.kind, it.status.label)),
        Fact::new("期間", span(&it.period)),
        Fact::new("影響", &it.effect),
    ]
}

fn each<T>(all: &[T], facts: impl Fn(&T) -> Vec<Fact>) -> Vec<Piece> {
    all.iter().map(|it| Piece::Facts(facts(it))).collect()
}

fn care_management(it: &CareManagementNotice) -> Fact {
    let which = if it.current { "現在" } else { "以前" };
    let office = format!("{}\n届出年月日 {}", it.office, day(&it.notified));
    Fact::new(format!("事業者（{which}）"), office)
}

fn balance(it: &Balance) -> Vec<Piece> {
    let facts = vec![
        Fact::new("残額", &it.remaining),
        Fact::new("限度額", format!("{}（{}）", it.limit, it.scope)),
    ];
    let columns = [("年月日", 3), ("内容", 4), ("支給対象額", 2)];
    let uses = it.uses.iter();
    let uses = Table {
        columns: columns
            .map(|(words, width)| (words.to_owned(), width))
            .into(),
        rows: uses
            .map(|it| vec![day(&it.day), it.content.clone(), it.amount.clone()])
            .collect(),
    };
    vec![Piece::Facts(facts), Piece::Table(uses)]
}
