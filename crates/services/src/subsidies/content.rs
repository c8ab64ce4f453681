//! A form and a review as their columns hold them.

use kiban_domain::{CostKind, CostLine, FilledSubsidy, SubsidyForm, Tax, Yen};
use kiban_store::Error;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The form as JSON.
pub(super) fn write_form(form: &SubsidyForm) -> String {
    let values: BTreeMap<&str, &str> = form.values().collect();
    // A map of texts can always be written.
    serde_json::to_string(&values).unwrap_or_default()
}

/// The form from its column.
pub(super) fn read_form(text: &str) -> Result<SubsidyForm, Error> {
    let values: BTreeMap<String, String> = serde_json::from_str(text).map_err(unreadable)?;
    Ok(SubsidyForm::of(values))
}

fn unreadable(error: serde_json::Error) -> Error {
    Error::File(std::io::Error::other(error))
}

/// What counts of one line, as a reviewer says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedLine {
    /// The number of the line.
    pub number: u32,
    /// How many readers count; 1 for other costs, 0: nothing of the line.
    pub quantity: u32,
    /// What counts of it, with tax, in yen.
    pub yen: u64,
    /// Why less than was claimed; empty when all of it.
    pub reason: String,
}

/// What a reviewer proposes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Whether nothing is to be granted.
    pub refuse: bool,
    /// What the applicant is told: the reason of a refusal, or a word with the decision.
    pub reason: String,
    /// Each line of the submission.
    pub lines: Vec<AcceptedLine>,
    /// What it comes to, in yen.
    pub amount_yen: u64,
}

/// What of a claim of `claimed` yen for `quantity` pieces can count when `accepted` of them do: their share, rounded down. Otherwise
/// fewer pieces would be dearer ones, and more could be granted than was claimed.
pub fn most_of(claimed: u64, quantity: u32, accepted: u32) -> u64 {
    let share = u128::from(claimed) * u128::from(accepted.min(quantity));
    u64::try_from(share / u128::from(quantity.max(1))).unwrap_or(claimed)
}

impl Proposal {
    pub(super) fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(super) fn read(text: &str) -> Result<Option<Self>, Error> {
        if text.is_empty() {
            return Ok(None);
        }
        serde_json::from_str(text).map(Some).map_err(unreadable)
    }

    /// The costs that count.
    pub(super) fn costs(&self, filled: &FilledSubsidy) -> Vec<CostLine> {
        let cost = |accepted: &AcceptedLine| {
            let line = filled
                .lines
                .iter()
                .find(|it| it.number == accepted.number)?;
            (accepted.quantity > 0 && accepted.yen > 0).then_some(CostLine {
                kind: line.cost.kind,
                quantity: accepted.quantity,
                amount: Yen::new(accepted.yen),
                tax: Tax::Included,
                on: line.cost.on,
            })
        };
        self.lines.iter().filter_map(cost).collect()
    }

    /// Whether each line of the submission is there once, and none counts for more than was claimed.
    pub(super) fn fits(&self, filled: &FilledSubsidy, tax_percent: u32) -> bool {
        let fits = |line: &kiban_domain::FilledLine| {
            let mut own = self.lines.iter().filter(|it| it.number == line.number);
            let (Some(it), None) = (own.next(), own.next()) else {
                return false;
            };
            let claimed = line.cost.with_tax(tax_percent).get();
            let less = it.yen < claimed || it.quantity < line.cost.quantity;
            let single = line.cost.kind == CostKind::Reader || it.quantity <= 1;
            it.yen <= most_of(claimed, line.cost.quantity, it.quantity)
                && it.quantity <= line.cost.quantity
                && single
                && (!less || !it.reason.trim().is_empty())
        };
        self.lines.len() == filled.lines.len() && filled.lines.iter().all(fits)
    }
}
