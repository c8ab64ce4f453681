//! From a person's records to what is true on one day: the read model is composed here and nowhere else.

use kiban_access::{Consents, Part};
use kiban_domain::{ConsentScope, DataSet, Date, FiscalYear};
use kiban_exchange::municipal::record::{
    ApplicationRecord, CertificationRecord, ConsentRecord, InsuredCardRecord, InsuredRecord,
};
use kiban_store::repo::{
    eligibility::{EligibilityRow, Parts},
    facts::{FactRow, FactState},
    relations::FOREVER,
};
use std::fmt::Write as _;

/// What is true on one day, and for how long around it.
pub struct Composed {
    /// The parts that are there.
    pub parts: Parts,
    /// First day on which the same is true.
    pub good_from: Date,
    /// Last day on which the same is true.
    pub good_until: Date,
    /// Consents in force.
    pub consents: Consents,
    insured: Option<InsuredRecord>,
    care_level: String,
    certified_until: Option<Date>,
    application_date: Option<Date>,
    progress: &'static str,
}

impl Composed {
    /// The row of the read model; `None` while the insurer has not sent the person's basic data.
    pub fn into_row(self, insured_no: &str) -> Option<EligibilityRow> {
        let insured = self.insured?;
        Some(EligibilityRow {
            insured_no: insured_no.to_owned(),
            good_from: self.good_from,
            good_until: self.good_until,
            name: insured.name,
            name_kana: insured.name_kana,
            birth_date: insured.birth_date.parse().ok()?,
            sex: if insured.sex == "1" { 1 } else { 2 },
            care_level: self.care_level,
            certified_until: self.certified_until,
            application_date: self.application_date,
            progress: self.progress.to_owned(),
            consents: self.consents.bits(),
            parts: self.parts,
        })
    }
}

/// Composes what is true on `day` from the standing records of one person, in any order.
///
/// Of a set that names one state at a time, the record that began last counts, and among those the highest history
/// number: a new result may lie inside the period of an older one. Balances and applications count from the day on
/// which they happened.
pub fn compose(rows: &[FactRow], day: Date) -> Composed {
    let mut window = Window {
        day,
        from: Date::MIN,
        until: FOREVER,
    };
    let mut live: Vec<Span<'_>> = Vec::with_capacity(rows.len());
    for row in rows {
        if row.state == FactState::Cancelled {
            continue;
        }
        let Ok(set) = DataSet::from_number(row.dataset) else {
            continue;
        };
        let span = Span::of(set, row);
        window.narrow(&span);
        live.push(span);
    }
    live.sort_by_key(|span| {
        (
            span.set,
            span.row.valid_from,
            span.row.history_no,
            &span.row.record_key,
        )
    });

    let one = |set: DataSet| {
        live.iter()
            .rev()
            .find(|span| span.set == set && span.covers(day))
    };
    let many = |set: DataSet| {
        live.iter()
            .filter(move |span| span.set == set && span.covers(day))
    };
    let year = FiscalYear::of(day);

    let mut composed = Composed {
        parts: Parts::default(),
        good_from: day,
        good_until: day,
        consents: Consents::default(),
        insured: one(DataSet::Insured).and_then(|span| serde_json::from_str(&span.row.body).ok()),
        care_level: String::new(),
        certified_until: None,
        application_date: None,
        progress: "",
    };
    // A person whose records all begin later is still a person that the insurer has named.
    if composed.insured.is_none() {
        composed.insured = live
            .iter()
            .find(|span| span.set == DataSet::Insured)
            .and_then(|span| serde_json::from_str(&span.row.body).ok());
    }
    let mut member = String::new();
    for part in Part::ALL {
        member.clear();
        match part {
            Part::Insured => push_one(&mut member, part, one(DataSet::Insured)),
            Part::InsuredCard => {
                // The card stays the person's card after the certification on it has run out.
                let card = live
                    .iter()
                    .rev()
                    .find(|span| span.set == DataSet::InsuredCard && span.row.valid_from <= day);
                if let Some(record) = card
                    .and_then(|span| serde_json::from_str::<InsuredCardRecord>(&span.row.body).ok())
                {
                    if card.is_some_and(|span| span.covers(day)) {
                        composed.care_level = record.care_level.unwrap_or_default();
                    }
                    composed.certified_until = day_of(record.valid_to.as_ref());
                }
                push_one(&mut member, part, card);
            }
            Part::BenefitRestriction => {
                push_many(&mut member, part, many(DataSet::BenefitRestriction));
            }
            Part::CareManagerNotice => push_one(&mut member, part, one(DataSet::CareManagerNotice)),
            Part::CostShare => push_one(&mut member, part, one(DataSet::CostShare)),
            Part::BurdenLimit => push_one(&mut member, part, one(DataSet::BurdenLimit)),
            Part::Reduction => push_many(&mut member, part, many(DataSet::Reduction)),
            Part::Progress => {
                let application = one(DataSet::Application);
                if let Some(record) = application
                    .and_then(|span| serde_json::from_str::<ApplicationRecord>(&span.row.body).ok())
                {
                    composed.application_date = day_of(Some(&record.applied_on));
                    composed.progress = progress_code(&record);
                }
                push_one(&mut member, part, application);
                if !composed.progress.is_empty() && member.ends_with('}') {
                    member.pop();
                    let _ = write!(member, ",\"stage\":\"{}\"}}", composed.progress);
                }
            }
            Part::Certification => {
                let certification = one(DataSet::Certification);
                if let Some(record) = certification.and_then(|span| {
                    serde_json::from_str::<CertificationRecord>(&span.row.body).ok()
                }) {
                    if composed.care_level.is_empty() {
                        composed.care_level.clone_from(&record.care_level);
                        composed.certified_until = day_of(record.valid_to.as_ref());
                    }
                    push_without_opinion(&mut member, part, certification);
                }
            }
            Part::CommitteeOpinion => push_opinion(&mut member, part, one(DataSet::Certification)),
            Part::HomeModification => push_many(&mut member, part, many(DataSet::HomeModification)),
            Part::AssistivePurchase => {
                let mut any = false;
                let of_year = many(DataSet::AssistivePurchase)
                    .filter(|span| FiscalYear::of(span.row.valid_from) == year)
                    .inspect(|_| any = true);
                push_many(&mut member, part, of_year);
                if any {
                    window.until = window.until.min(year.last_day());
                }
            }
            Part::Consent => {
                for span in many(DataSet::Consent) {
                    if let Ok(record) = serde_json::from_str::<ConsentRecord>(&span.row.body)
                        && let Ok(scope) = record.scope.parse::<ConsentScope>()
                    {
                        composed.consents = composed.consents.and(Consents::of(scope));
                    }
                }
                push_many(&mut member, part, many(DataSet::Consent));
            }
            // These come with their own deliveries.
            Part::Survey | Part::Opinion | Part::Life | Part::CarePlan => {}
        }
        composed.parts.push(&member);
    }
    composed.good_from = window.from;
    composed.good_until = window.until;
    composed
}

fn day_of(text: Option<&String>) -> Option<Date> {
    text.and_then(|text| text.parse().ok())
}

fn progress_code(record: &ApplicationRecord) -> &'static str {
    match kiban_domain::Application::try_from(record) {
        Ok(application) => {
            let progress = application.progress();
            if progress.withdrawn {
                "withdrawn"
            } else if progress.rejected {
                "rejected"
            } else {
                progress.stage.code()
            }
        }
        Err(_) => "",
    }
}

/// A record with the days on which it counts.
struct Span<'a> {
    set: DataSet,
    row: &'a FactRow,
    until: Date,
}

impl<'a> Span<'a> {
    fn of(set: DataSet, row: &'a FactRow) -> Self {
        // A withdrawn consent no longer holds on the day of its withdrawal (S-5), and the day on which insurance is lost
        // is the first one without it.
        let ends_before = matches!(set, DataSet::Consent | DataSet::Insured);
        let until = if ends_before && row.valid_to != FOREVER {
            row.valid_to.yesterday().unwrap_or(row.valid_to)
        } else {
            row.valid_to
        };
        Self { set, row, until }
    }

    fn covers(&self, day: Date) -> bool {
        self.row.valid_from <= day && day <= self.until
    }
}

/// The days around one day on which nothing changes.
struct Window {
    day: Date,
    from: Date,
    until: Date,
}

impl Window {
    fn narrow(&mut self, span: &Span<'_>) {
        let (from, until) = (span.row.valid_from, span.until);
        if from > self.day {
            self.until = self.until.min(from.yesterday().unwrap_or(from));
        } else {
            self.from = self.from.max(from);
        }
        if until < self.day {
            self.from = self.from.max(until.tomorrow().unwrap_or(until));
        } else {
            self.until = self.until.min(until);
        }
    }
}

fn push_one(out: &mut String, part: Part, span: Option<&Span<'_>>) {
    if let Some(span) = span {
        let _ = write!(out, "\"{}\":", part.as_str());
        push_record(out, span, &span.row.body);
    }
}

fn push_many<'a>(out: &mut String, part: Part, spans: impl Iterator<Item = &'a Span<'a>>) {
    for span in spans {
        if out.is_empty() {
            let _ = write!(out, "\"{}\":[", part.as_str());
        } else {
            out.push(',');
        }
        push_record(out, span, &span.row.body);
    }
    if !out.is_empty() {
        out.push(']');
    }
}

/// One record: what names and dates it, then the items as the insurer sent them.
fn push_record(out: &mut String, span: &Span<'_>, body: &str) {
    let row = span.row;
    let _ = write!(
        out,
        "{{\"history_no\":{},\"updated_at\":\"{}\",\"true_from\":\"{}\"",
        row.history_no, row.updated_at, row.valid_from
    );
    if row.valid_to == FOREVER {
        out.push_str(",\"true_until\":null");
    } else {
        let _ = write!(out, ",\"true_until\":\"{}\"", row.valid_to);
    }
    let items = body.strip_prefix('{').unwrap_or("}");
    if items != "}" {
        out.push(',');
    }
    out.push_str(items);
}

/// The certification without what other offices may not see (matrix, `committee_opinion`).
fn push_without_opinion(out: &mut String, part: Part, span: Option<&Span<'_>>) {
    let Some(span) = span else { return };
    let body = without_opinion(&span.row.body);
    if body.is_empty() {
        return;
    }
    let _ = write!(out, "\"{}\":", part.as_str());
    push_record(out, span, &body);
}

/// A certification's record without the committee's opinion; empty when it does not read as a record.
pub(crate) fn without_opinion(body: &str) -> String {
    split_opinion(body).0
}

/// A certification's record without the committee's opinion, and the opinion alone; either is empty when there is none.
pub(crate) fn split_opinion(body: &str) -> (String, String) {
    let items = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(body);
    items.map_or_else(
        |_| (String::new(), String::new()),
        |mut items| {
            let opinion = items.remove(OPINION_ITEM);
            let opinion = opinion.filter(|it| !it.is_null() && it.as_str() != Some(""));
            let rest = serde_json::Value::Object(items).to_string();
            (rest, opinion.map_or_else(String::new, |it| it.to_string()))
        },
    )
}

fn push_opinion(out: &mut String, part: Part, span: Option<&Span<'_>>) {
    let Some(span) = span else { return };
    let Ok(items) =
        serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&span.row.body)
    else {
        return;
    };
    if let Some(opinion) = items.get(OPINION_ITEM) {
        let body = serde_json::json!({ OPINION_ITEM: opinion }).to_string();
        let _ = write!(out, "\"{}\":", part.as_str());
        push_record(out, span, &body);
    }
}

const OPINION_ITEM: &str = "committee_opinion";
