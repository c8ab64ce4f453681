//! What must hold between the items of one row.

use kiban_domain::{
    ASSISTIVE_PURCHASE_LIMIT, CareLevel, DataSet, Date, FiscalYear, HOME_MODIFICATION_LIMIT,
    ValidityKind, ValidityWarning, check_validity,
};

use super::{finding::Severity, layout::Column};

/// The checked values of a row.
pub(super) struct Values<'a> {
    pub(super) columns: &'a [Column],
    pub(super) dates: &'a [Option<Date>],
    pub(super) numbers: &'a [Option<u64>],
    /// The canonical texts of codes and the like, and whether the column was filled at all.
    pub(super) codes: &'a [Option<&'static str>],
    pub(super) filled: &'a [bool],
}

impl Values<'_> {
    fn at(&self, id: &str) -> Option<usize> {
        self.columns.iter().position(|it| it.id == id)
    }

    fn date(&self, id: &str) -> Option<Date> {
        self.at(id).and_then(|at| self.dates[at])
    }

    fn number(&self, id: &str) -> Option<u64> {
        self.at(id).and_then(|at| self.numbers[at])
    }

    fn code(&self, id: &str) -> Option<&'static str> {
        self.at(id).and_then(|at| self.codes[at])
    }

    fn is_filled(&self, id: &str) -> bool {
        self.at(id).is_some_and(|at| self.filled[at])
    }
}

/// A finding about several items, placed at one of them.
pub(super) struct Broken {
    pub(super) item: &'static str,
    pub(super) code: &'static str,
    pub(super) severity: Severity,
    pub(super) message: String,
}

/// One rule.
pub(super) enum Rule {
    /// The first day must not lie after the second.
    Order {
        first: usize,
        second: usize,
        severity: Severity,
    },
    /// Anything else.
    Special(fn(&Values<'_>) -> Option<Broken>),
}

/// The rules of a set. An interval that ends before it begins is an error, since nothing can be stored as true then; the
/// days of a procedure only warn, because the insurer's record is the authority.
pub(super) fn rules_of(set: DataSet, columns: &[Column]) -> Vec<Rule> {
    use Severity::{Error, Warning};
    let mut rules = Vec::new();
    let mut order = |severity: Severity, pairs: &[(&str, &str)]| {
        for (first, second) in pairs {
            let at = |id: &str| columns.iter().position(|it| it.id == id);
            if let (Some(first), Some(second)) = (at(first), at(second)) {
                rules.push(Rule::Order {
                    first,
                    second,
                    severity,
                });
            }
        }
    };
    match set {
        DataSet::Insured => {
            order(
                Error,
                &[
                    ("acquired_on", "lost_on"),
                    ("birth_date", "acquired_on"),
                    ("changed_on", "lost_on"),
                ],
            );
        }
        DataSet::InsuredCard => {
            order(
                Error,
                &[
                    ("valid_from", "valid_to"),
                    ("limit_from", "limit_to"),
                    ("facility_1_entered_on", "facility_1_left_on"),
                    ("facility_2_entered_on", "facility_2_left_on"),
                ],
            );
            rules.push(Rule::Special(card_without_period));
        }
        DataSet::BenefitRestriction => order(Error, &[("starts_on", "ends_on")]),
        DataSet::CareManagerNotice => {
            order(Error, &[("applies_from", "applies_to")]);
            rules.push(Rule::Special(notice_without_office));
        }
        DataSet::CostShare => {
            order(
                Error,
                &[
                    ("ratio_1_from", "ratio_1_to"),
                    ("ratio_2_from", "ratio_2_to"),
                    ("ratio_1_from", "ratio_2_from"),
                ],
            );
            rules.push(Rule::Special(cost_share_without_ratio));
        }
        DataSet::BurdenLimit | DataSet::Reduction => {
            order(Error, &[("applies_from", "expires_on")]);
        }
        DataSet::Application => order(
            Warning,
            &[
                ("applied_on", "survey_requested_on"),
                ("survey_requested_on", "survey_done_on"),
                ("survey_done_on", "survey_received_on"),
                ("applied_on", "opinion_requested_on"),
                ("opinion_requested_on", "opinion_received_on"),
                ("applied_on", "primary_judged_on"),
                ("primary_judged_on", "secondary_judged_on"),
                ("applied_on", "certified_on"),
                ("certified_on", "notified_on"),
                ("applied_on", "deferred_on"),
            ],
        ),
        DataSet::Certification => {
            order(Error, &[("valid_from", "valid_to")]);
            order(
                Warning,
                &[
                    ("applied_on", "certified_on"),
                    ("primary_judged_on", "secondary_judged_on"),
                ],
            );
            rules.push(Rule::Special(certification_without_period));
            rules.push(Rule::Special(unusual_validity));
        }
        DataSet::HomeModification => {
            order(Warning, &[("started_on", "completed_on")]);
            rules.push(Rule::Special(|it| {
                over_limit(it, HOME_MODIFICATION_LIMIT.get())
            }));
            rules.push(Rule::Special(paid_over_eligible));
        }
        DataSet::AssistivePurchase => {
            rules.push(Rule::Special(|it| {
                over_limit(it, ASSISTIVE_PURCHASE_LIMIT.get())
            }));
            rules.push(Rule::Special(paid_over_eligible));
            rules.push(Rule::Special(other_fiscal_year));
        }
        DataSet::Consent => order(Error, &[("given_on", "withdrawn_on")]),
        DataSet::OpinionRequest => {
            order(Error, &[("requested_on", "due_on")]);
            order(Warning, &[("applied_on", "requested_on")]);
        }
        DataSet::Survey | DataSet::Opinion => {}
    }
    rules
}

fn warning(item: &'static str, code: &'static str, message: impl Into<String>) -> Broken {
    Broken {
        item,
        code,
        severity: Severity::Warning,
        message: message.into(),
    }
}

fn missing(item: &'static str, message: &str) -> Broken {
    Broken {
        item,
        code: "missing",
        severity: Severity::Error,
        message: message.to_owned(),
    }
}

fn is_certified(code: Option<&str>) -> bool {
    code.and_then(|it| it.parse::<CareLevel>().ok())
        .is_some_and(CareLevel::is_certified)
}

fn card_without_period(it: &Values<'_>) -> Option<Broken> {
    (is_certified(it.code("care_level")) && !it.is_filled("valid_from")).then(|| {
        warning(
            "valid_from",
            "missing_validity",
            "要介護状態区分がありますが「認定有効期間開始」が空です。有効期間を確認してください。",
        )
    })
}

fn notice_without_office(it: &Values<'_>) -> Option<Broken> {
    let self_made = it.number("self_made") == Some(1);
    (!self_made && !it.is_filled("office_no")).then(|| {
        missing("office_no", "「事業所番号」が空です。自己作成のときは「自己作成」を1に、ほかのときは事業所番号を入れてください。")
    })
}

fn cost_share_without_ratio(it: &Values<'_>) -> Option<Broken> {
    (!it.is_filled("ratio_1") && !it.is_filled("ratio_2")).then(|| {
        missing(
            "ratio_1",
            "「利用者負担の割合」が空です。割合と適用期間を入れてください。",
        )
    })
}

fn certification_without_period(it: &Values<'_>) -> Option<Broken> {
    let without = !it.is_filled("valid_from") || !it.is_filled("valid_to");
    (is_certified(it.code("care_level")) && without).then(|| {
        missing(
            "valid_from",
            "「認定有効期間」が空です。要支援・要介護の認定には開始日と終了日を入れてください。",
        )
    })
}

fn unusual_validity(it: &Values<'_>) -> Option<Broken> {
    let (from, to) = (it.date("valid_from")?, it.date("valid_to")?);
    // The kind of the application is in another set, so the widest range is the only one that can be held against it.
    match check_validity(
        ValidityKind::RenewalSameLevel,
        it.date("applied_on")?,
        from,
        to,
    )? {
        ValidityWarning::NotMonthEnd => Some(warning(
            "valid_to",
            "unusual_validity",
            "「認定有効期間終了」が月の末日ではありません。終了日を確認してください。",
        )),
        ValidityWarning::OutOfRange {
            months,
            fewest,
            most,
        } => Some(warning(
            "valid_to",
            "unusual_validity",
            format!(
                "認定有効期間が{months}か月で、{fewest}から{most}か月の範囲の外です。期間を確認してください。"
            ),
        )),
    }
}

fn over_limit(it: &Values<'_>, limit: u64) -> Option<Broken> {
    (it.number("remaining_yen")? > limit).then(|| {
        warning(
            "remaining_yen",
            "over_limit",
            format!("残額が限度額の{limit}円を超えています。残額を確認してください。"),
        )
    })
}

fn paid_over_eligible(it: &Values<'_>) -> Option<Broken> {
    (it.number("paid_yen")? > it.number("eligible_yen")?).then(|| {
        warning(
            "paid_yen",
            "paid_over_eligible",
            "「支給額」が「支給対象額」を超えています。金額を確認してください。",
        )
    })
}

fn other_fiscal_year(it: &Values<'_>) -> Option<Broken> {
    let bought = u64::try_from(FiscalYear::of(it.date("purchased_on")?).year()).ok()?;
    (it.number("fiscal_year")? != bought).then(|| {
        warning(
            "fiscal_year",
            "other_fiscal_year",
            format!("「年度」が購入日の年度（{bought}）と違います。年度を確認してください。"),
        )
    })
}
