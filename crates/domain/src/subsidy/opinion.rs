use super::{
    care::{WorkedLine, line, sum},
    cost::{CostKind, CostLine, Cut},
    scheme::{InstitutionClass, Scheme},
};
use crate::Yen;

/// The subsidy of a medical institution that writes opinions, line by line (G-3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkedOpinion {
    /// Each cost, in the order in which they were given.
    pub lines: Vec<WorkedLine>,
    /// The class that its beds bring.
    pub class: InstitutionClass,
    /// What counts of all costs, with tax.
    pub eligible: Yen,
    /// That times the rate, a fraction of a yen dropped.
    pub at_rate: Yen,
    /// What of [`Self::at_rate`] is above the ceiling.
    pub above_limit: Yen,
    /// The subsidy.
    pub amount: Yen,
}

impl Scheme {
    /// Works out the subsidy of an institution with so many beds (0: a clinic without) for these costs: first the rate, then the ceiling.
    ///
    /// Nothing when the scheme has no class for so many beds.
    pub fn work_out_opinion(&self, beds: u32, costs: &[CostLine]) -> Option<WorkedOpinion> {
        let class = self.class_of(beds)?.clone();
        let worked = |cost: &CostLine| {
            let cut = match cost.kind {
                CostKind::Sending => self.outside(cost),
                CostKind::Reader | CostKind::Connection => Some(Cut::OtherProgramme),
            };
            line(cost, cost.with_tax(self.tax_percent()), cut)
        };
        let lines: Vec<_> = costs.iter().map(worked).collect();
        let eligible = sum(lines.iter().map(|it| it.eligible));
        let at_rate = class.rate.of(eligible);
        let amount = self.opinion().rounding.down(at_rate.min(class.limit));
        Some(WorkedOpinion {
            lines,
            eligible,
            at_rate,
            above_limit: at_rate.saturating_sub(class.limit),
            amount,
            class,
        })
    }
}
