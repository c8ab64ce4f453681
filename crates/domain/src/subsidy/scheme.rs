use super::period::Period;
use crate::{Date, ServiceKind, Yen, codes::code_table};
use std::collections::BTreeSet;

code_table! {
    /// A programme of a scheme. Source: mission, G-2 and G-3.
    Programme {
        Care = "care", "介護事業所等への助成";
        Opinion = "opinion", "主治医意見書作成医療機関への助成";
    }
}

code_table! {
    /// How sure it is that a kind of service belongs to its category. Source: service-kinds, section 2.
    Certainty {
        Published = "published", "公表資料のとおり";
        High = "high", "名称から明らか";
        Medium = "medium", "名称から推定";
        Low = "low", "確認が必要";
    }
}

code_table! {
    /// How often the ceiling of a category counts when an office has several kinds of service in it.
    CategoryCount {
        OncePerCategory = "once_per_category", "区分ごとに1回";
        OncePerKind = "once_per_kind", "サービスの種類ごと";
    }
}

code_table! {
    /// To which unit an amount is rounded down.
    Rounding {
        Yen = "yen", "1円未満切捨て";
        Hundred = "hundred", "100円未満切捨て";
        Thousand = "thousand", "1,000円未満切捨て";
    }
}

impl Rounding {
    /// The amount without what is below the unit.
    pub fn down(self, amount: Yen) -> Yen {
        let unit = match self {
            Self::Yen => 1,
            Self::Hundred => 100,
            Self::Thousand => 1_000,
        };
        Yen::new(amount.get() / unit * unit)
    }
}

/// A rate as a fraction between 0 and 1, the latter included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Above the line.
    pub above: u32,
    /// Below it.
    pub below: u32,
}

impl Rate {
    /// The part of an amount; a fraction of a yen is dropped.
    pub fn of(self, amount: Yen) -> Yen {
        let part = u128::from(amount.get()) * u128::from(self.above) / u128::from(self.below);
        Yen::new(u64::try_from(part).unwrap_or(u64::MAX))
    }
}

/// A category of services, with its readers and ceiling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Its word: small letters and `_`.
    pub code: String,
    /// Its Japanese name.
    pub label: String,
    /// So many readers count at most.
    pub readers: u32,
    /// The ceiling of all costs together, with tax.
    pub limit: Yen,
}

/// A kind of service and its category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindInCategory {
    /// The kind.
    pub kind: ServiceKind,
    /// The word of the category.
    pub category: String,
    /// How sure that is.
    pub certainty: Certainty,
}

/// The programme for care offices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CareProgramme {
    /// The categories, in the order in which they are shown.
    pub categories: Vec<Category>,
    /// Which service is in which.
    pub kinds: Vec<KindInCategory>,
    /// How often a category counts.
    pub count: CategoryCount,
    /// How the subsidy is rounded.
    pub rounding: Rounding,
}

/// A class of institutions by their beds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstitutionClass {
    /// Its word: small letters, digits and `_`.
    pub code: String,
    /// Its Japanese name.
    pub label: String,
    /// From so many beds.
    pub beds_from: u32,
    /// To so many; nothing: without end.
    pub beds_to: Option<u32>,
    /// The rate.
    pub rate: Rate,
    /// The ceiling, with tax.
    pub limit: Yen,
}

/// The programme for institutions that write opinions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpinionProgramme {
    /// The classes; no number of beds is in two of them.
    pub classes: Vec<InstitutionClass>,
    /// How the subsidy is rounded.
    pub rounding: Rounding,
    /// The day on which the beds count; nothing: the day of the application.
    pub beds_on: Option<Date>,
}

/// What the operator may grant, and who.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReviewRules {
    /// Up to this amount one person may grant.
    pub alone: Yen,
    /// What may be granted in all to care offices; nothing: no ceiling.
    pub care_budget: Option<Yen>,
    /// What may be granted in all to institutions that write opinions; nothing: no ceiling.
    pub opinion_budget: Option<Yen>,
    /// From so many percent of a budget on the reviewers are warned.
    pub warn_percent: u32,
}

impl ReviewRules {
    /// The budget of a programme.
    pub fn budget(&self, programme: Programme) -> Option<Yen> {
        match programme {
            Programme::Care => self.care_budget,
            Programme::Opinion => self.opinion_budget,
        }
    }
}

/// What a [`Scheme`] is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemeParts {
    /// Its word in addresses and columns: small letters, digits, `-`; 1 to 20 characters.
    pub code: String,
    /// Its Japanese name.
    pub title: String,
    /// The days on which applications are taken.
    pub applications: Period,
    /// Whether the source calls these days planned (予定).
    pub planned: bool,
    /// The days of purchase that count.
    pub costs: Period,
    /// The rate of the consumption tax, in percent.
    pub tax_percent: u32,
    /// For care offices.
    pub care: CareProgramme,
    /// For institutions that write opinions.
    pub opinion: OpinionProgramme,
    /// How the operator reviews and what it may spend.
    pub review: ReviewRules,
    /// Where the figures come from.
    pub source: String,
}

/// The rules of one year's subsidies, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme(SchemeParts);

/// Why parts are no scheme: which of them, and what is wrong, in words for the operator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}：{wrong}")]
pub struct SchemeFault {
    /// The place as the data file calls it.
    pub place: String,
    /// What is wrong.
    pub wrong: &'static str,
}

fn fault(place: impl Into<String>, wrong: &'static str) -> SchemeFault {
    SchemeFault {
        place: place.into(),
        wrong,
    }
}

impl Scheme {
    /// A scheme of these parts.
    ///
    /// # Errors
    ///
    /// Every [`SchemeFault`], not only the first.
    pub fn new(parts: SchemeParts) -> Result<Self, Vec<SchemeFault>> {
        let mut faults = Vec::new();
        if !is_word(&parts.code) || parts.code.len() > 20 {
            faults.push(fault(
                "code",
                "英小文字、数字と「-」の20文字以内にしてください",
            ));
        }
        if parts.title.trim().is_empty() {
            faults.push(fault("title", "名称がありません"));
        }
        if parts.source.trim().is_empty() {
            faults.push(fault("source", "出典がありません"));
        }
        for (place, period) in [("applications", parts.applications), ("costs", parts.costs)] {
            if period.last < period.first {
                faults.push(fault(place, "終わりの日が始まりの日より前です"));
            }
        }
        if parts.review.warn_percent > 100 {
            faults.push(fault(
                "review.warn_percent",
                "0から100までの整数にしてください",
            ));
        }
        if parts.tax_percent > 100 {
            faults.push(fault("tax_percent", "0から100までの整数にしてください"));
        }
        // Above every ceiling a second person would never be asked.
        let limits = parts.care.categories.iter().map(|it| it.limit);
        let limits = limits.chain(parts.opinion.classes.iter().map(|it| it.limit));
        if limits.max().is_some_and(|most| parts.review.alone >= most) {
            faults.push(fault(
                "review.alone_yen",
                "もっとも高い限度額より低い額にしてください。どの申請も1人で決定できることになります",
            ));
        }
        check_care(&parts.care, &mut faults);
        check_opinion(&parts.opinion, &mut faults);
        if faults.is_empty() {
            Ok(Self(parts))
        } else {
            Err(faults)
        }
    }

    /// Its word.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// Its Japanese name.
    pub fn title(&self) -> &str {
        &self.0.title
    }

    /// The days on which applications are taken.
    pub fn applications(&self) -> Period {
        self.0.applications
    }

    /// Whether these days are planned only.
    pub fn is_planned(&self) -> bool {
        self.0.planned
    }

    /// The days of purchase that count.
    pub fn costs(&self) -> Period {
        self.0.costs
    }

    /// The consumption tax in percent.
    pub fn tax_percent(&self) -> u32 {
        self.0.tax_percent
    }

    /// The programme for care offices.
    pub fn care(&self) -> &CareProgramme {
        &self.0.care
    }

    /// The programme for institutions that write opinions.
    pub fn opinion(&self) -> &OpinionProgramme {
        &self.0.opinion
    }

    /// How the operator reviews and what it may spend.
    pub fn review(&self) -> &ReviewRules {
        &self.0.review
    }

    /// Where the figures come from.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// The category of a kind of service.
    pub fn category_of(&self, kind: ServiceKind) -> Option<&Category> {
        let entry = self.0.care.kinds.iter().find(|it| it.kind == kind)?;
        let mut categories = self.0.care.categories.iter();
        categories.find(|it| it.code == entry.category)
    }

    /// The class of an institution with so many beds.
    pub fn class_of(&self, beds: u32) -> Option<&InstitutionClass> {
        let mut classes = self.0.opinion.classes.iter();
        classes.find(|it| it.beds_from <= beds && it.beds_to.is_none_or(|to| beds <= to))
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|it| matches!(it, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
}

fn check_care(care: &CareProgramme, faults: &mut Vec<SchemeFault>) {
    let mut words = BTreeSet::new();
    for (at, it) in care.categories.iter().enumerate() {
        let place = format!("care.category[{}]", at + 1);
        if !is_word(&it.code) || !words.insert(&it.code) {
            faults.push(fault(
                &place,
                "codeは英小文字で、一つずつ違うものにしてください",
            ));
        }
        if it.label.trim().is_empty() {
            faults.push(fault(&place, "名称がありません"));
        }
        if it.limit.get() == 0 || it.limit.get() > 99_999_999 {
            faults.push(fault(
                &place,
                "限度額は1円から99,999,999円までにしてください",
            ));
        }
        if it.readers == 0 || it.readers > 999 {
            faults.push(fault(&place, "台数は1台から999台までにしてください"));
        }
    }
    let mut kinds = BTreeSet::new();
    for it in &care.kinds {
        let place = format!("care.kinds {}", it.kind.as_str());
        if !words.contains(&it.category) {
            faults.push(fault(&place, "この区分はありません"));
        }
        if !kinds.insert(it.kind) {
            faults.push(fault(place, "サービスの種類が二つの区分にあります"));
        }
    }
}

fn check_opinion(opinion: &OpinionProgramme, faults: &mut Vec<SchemeFault>) {
    let mut words = BTreeSet::new();
    for (at, it) in opinion.classes.iter().enumerate() {
        let place = format!("opinion.class[{}]", at + 1);
        if !is_word(&it.code) || !words.insert(&it.code) {
            faults.push(fault(
                &place,
                "codeは英小文字で、一つずつ違うものにしてください",
            ));
        }
        if it.rate.below == 0 || it.rate.above > it.rate.below {
            faults.push(fault(&place, "補助率は0から1までの分数にしてください"));
        }
        if it.limit.get() == 0 || it.limit.get() > 99_999_999 {
            faults.push(fault(
                &place,
                "限度額は1円から99,999,999円までにしてください",
            ));
        }
        if it.beds_to.is_some_and(|to| to < it.beds_from) {
            faults.push(fault(
                &place,
                "病床数の終わりが始まりより少なくなっています",
            ));
        }
        let overlaps = |other: &InstitutionClass| {
            it.beds_to.is_none_or(|to| other.beds_from <= to)
                && other.beds_to.is_none_or(|to| it.beds_from <= to)
        };
        if opinion.classes[..at].iter().any(overlaps) {
            faults.push(fault(&place, "病床数がほかの区分と重なっています"));
        }
    }
}
