//! What the parts of a person hold, for the description: the members of the municipalities' layouts, so that neither can
//! change without the other.

use kiban_access::Part;
use kiban_domain::DataSet;
use kiban_exchange::municipal::{Column, Kind, Member, layout_of};
use serde_json::{Map, Value, json};

/// The shape of `parts`.
pub(crate) fn parts() -> Value {
    let mut shapes = Map::new();
    for part in Part::ALL {
        if let Some(mut shape) = shape_of(part) {
            shape["description"] = part.label().into();
            shapes.insert(part.as_str().to_owned(), shape);
        }
    }
    json!({
        "type": "object",
        "description": "One member for each part that is shown and of which there is a record.",
        "properties": shapes
    })
}

/// `None` for parts that no delivery fills yet.
fn shape_of(part: Part) -> Option<Value> {
    let one = |set| record(set, |_| true);
    let many = |set| Some(json!({"type": "array", "items": one(set)?}));
    match part {
        Part::Insured => one(DataSet::Insured),
        Part::InsuredCard => one(DataSet::InsuredCard),
        Part::BenefitRestriction => many(DataSet::BenefitRestriction),
        Part::CareManagerNotice => one(DataSet::CareManagerNotice),
        Part::CostShare => one(DataSet::CostShare),
        Part::BurdenLimit => one(DataSet::BurdenLimit),
        Part::Reduction => many(DataSet::Reduction),
        Part::Progress => {
            let mut shape = one(DataSet::Application)?;
            shape["properties"]["stage"] = json!({
                "type": "string",
                "description": "How far the application has come, worked out from its dates; absent when they contradict each other."
            });
            Some(shape)
        }
        Part::Certification => record(DataSet::Certification, |name| name != COMMITTEE_OPINION),
        Part::CommitteeOpinion => record(DataSet::Certification, |name| name == COMMITTEE_OPINION),
        Part::HomeModification => many(DataSet::HomeModification),
        Part::AssistivePurchase => many(DataSet::AssistivePurchase),
        Part::Consent => many(DataSet::Consent),
        Part::Survey | Part::Opinion | Part::Life | Part::CarePlan => None,
    }
}

/// Shown as a part of its own: not everybody who sees the result sees it.
const COMMITTEE_OPINION: &str = "committee_opinion";

/// A record: what names and dates it, then its items.
fn record(set: DataSet, wanted: impl Fn(&str) -> bool) -> Option<Value> {
    let mut members = json!({
        "history_no": {"type": "integer", "description": "履歴番号"},
        "updated_at": {"type": "string", "description": "更新日時"},
        "true_from": {"type": "string", "description": "The first day on which it is true."},
        "true_until": {"type": ["string", "null"], "description": "The last day on which it is true; null when open."}
    });
    for member in layout_of(set)?.members() {
        if wanted(member.name) {
            members[member.name] = shape_of_member(&member);
        }
    }
    Some(json!({
        "type": "object",
        "properties": members,
        "required": ["history_no", "updated_at", "true_from", "true_until"]
    }))
}

fn shape_of_member(member: &Member<'_>) -> Value {
    let mut values = member.columns.iter().map(value);
    match member.element {
        None => values.next().unwrap_or_default(),
        Some([]) => json!({"type": "array", "items": values.next()}),
        Some(names) => {
            let items: Map<String, Value> = names
                .iter()
                .zip(values)
                .map(|(name, value)| ((*name).to_owned(), value))
                .collect();
            json!({"type": "array", "items": {"type": "object", "properties": items}})
        }
    }
}

fn value(column: &Column) -> Value {
    let kind = match column.kind {
        Kind::Flag => "boolean",
        Kind::Number(..) | Kind::HistoryNo => "integer",
        Kind::Tenths(..) => "number",
        Kind::Op
        | Kind::InsurerNo
        | Kind::InsuredNo
        | Kind::Instant
        | Kind::Name
        | Kind::Kana
        | Kind::Text
        | Kind::Lines
        | Kind::Digits
        | Kind::Date
        | Kind::Code(_)
        | Kind::OfficeNo
        | Kind::InstitutionCode
        | Kind::RequestNo
        | Kind::ServiceKind
        | Kind::List(..) => "string",
    };
    json!({"type": kind, "description": column.label})
}
