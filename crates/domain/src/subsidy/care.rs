use super::{
    cost::{CostKind, CostLine, Cut},
    scheme::{Category, CategoryCount, Scheme},
};
use crate::{ServiceKind, Yen};

/// What one cost comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkedLine {
    /// The amount with tax.
    pub with_tax: Yen,
    /// How many of the quantity count.
    pub counted: u32,
    /// What counts of it, with tax.
    pub eligible: Yen,
    /// Why the rest does not.
    pub cut: Option<Cut>,
}

/// A category that an office's services bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryPart {
    /// Its word in the data.
    pub code: String,
    /// Its Japanese name.
    pub label: String,
    /// The office's services in it.
    pub kinds: Vec<ServiceKind>,
    /// The readers that it allows.
    pub readers: u32,
    /// The ceiling that it brings.
    pub limit: Yen,
}

/// The subsidy of a care office, line by line (G-2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worked {
    /// Each cost, in the order in which they were given.
    pub lines: Vec<WorkedLine>,
    /// The categories, in the order of the scheme.
    pub categories: Vec<CategoryPart>,
    /// Services that bring no ceiling.
    pub without_category: Vec<ServiceKind>,
    /// So many readers count at most.
    pub readers_most: u32,
    /// So many count.
    pub readers_counted: u32,
    /// What counts of all costs, with tax.
    pub eligible: Yen,
    /// The sum of the ceilings.
    pub limit: Yen,
    /// What of [`Self::eligible`] is above the ceiling.
    pub above_limit: Yen,
    /// The subsidy.
    pub amount: Yen,
}

impl Scheme {
    /// Works out the subsidy of a care office with these services for these costs.
    ///
    /// Of more readers than count, the dearest count. The sums are those of whole lines; a fraction of a yen, which comes up only when a part of
    /// a line counts, is dropped. Costs that [`CostLine::check`] refuses count nothing.
    pub fn work_out_care(&self, kinds: &[ServiceKind], costs: &[CostLine]) -> Worked {
        let (categories, without_category) = self.categories_of(kinds);
        let readers_most = categories.iter().map(|it| it.readers).sum();
        let limit = sum(categories.iter().map(|it| it.limit));
        let mut lines: Vec<_> = costs.iter().map(|it| self.before_counting(it)).collect();
        let readers_counted = count_readers(costs, &mut lines, readers_most);
        let eligible = sum(lines.iter().map(|it| it.eligible));
        let amount = self.care().rounding.down(eligible.min(limit));
        Worked {
            lines,
            categories,
            without_category,
            readers_most,
            readers_counted,
            eligible,
            limit,
            above_limit: eligible.saturating_sub(limit),
            amount,
        }
    }

    /// The categories that these services bring, in the scheme's order, and the services that bring none. A service named twice is one.
    pub fn categories_of(&self, kinds: &[ServiceKind]) -> (Vec<CategoryPart>, Vec<ServiceKind>) {
        let mut kinds = kinds.to_vec();
        kinds.sort_unstable();
        kinds.dedup();
        let category_of = |kind: &ServiceKind| self.category_of(*kind).map(|it| it.code.as_str());
        let part = |category: &Category| {
            let within: Vec<_> = kinds
                .iter()
                .filter(|it| category_of(it) == Some(category.code.as_str()))
                .copied()
                .collect();
            let times = match self.care().count {
                CategoryCount::OncePerCategory => within.len().min(1),
                CategoryCount::OncePerKind => within.len(),
            };
            let times = u32::try_from(times).unwrap_or(u32::MAX);
            (times > 0).then(|| CategoryPart {
                code: category.code.clone(),
                label: category.label.clone(),
                kinds: within,
                readers: category.readers.saturating_mul(times),
                limit: Yen::new(category.limit.get().saturating_mul(u64::from(times))),
            })
        };
        let parts = self.care().categories.iter().filter_map(part).collect();
        let without = kinds
            .iter()
            .filter(|it| category_of(it).is_none())
            .copied()
            .collect();
        (parts, without)
    }

    /// A line before readers are counted: in full, or cut for what it is.
    fn before_counting(&self, cost: &CostLine) -> WorkedLine {
        let with_tax = cost.with_tax(self.tax_percent());
        let cut = match cost.kind {
            CostKind::Sending => Some(Cut::OtherProgramme),
            CostKind::Reader | CostKind::Connection => self.outside(cost),
        };
        line(cost, with_tax, cut)
    }

    /// Why a cost is outside the days that count, if it is.
    pub(super) fn outside(&self, cost: &CostLine) -> Option<Cut> {
        let day = cost.on?;
        let period = self.costs();
        if day < period.first {
            Some(Cut::TooEarly {
                first: period.first,
            })
        } else if day > period.last {
            Some(Cut::TooLate { last: period.last })
        } else {
            None
        }
    }
}

/// A line that counts in full, or not at all.
pub(super) fn line(cost: &CostLine, with_tax: Yen, cut: Option<Cut>) -> WorkedLine {
    let counts = cut.is_none() && cost.check().is_ok();
    WorkedLine {
        with_tax,
        counted: if counts { cost.quantity } else { 0 },
        eligible: if counts { with_tax } else { Yen::new(0) },
        cut,
    }
}

/// Counts the dearest readers up to `most` and cuts the others. Says how many count.
fn count_readers(costs: &[CostLine], lines: &mut [WorkedLine], most: u32) -> u32 {
    let mut order: Vec<usize> = (0..costs.len())
        .filter(|at| costs[*at].kind == CostKind::Reader && lines[*at].counted > 0)
        .collect();
    // By the price of one, compared without dividing.
    let dearer = |one: usize, other: usize| {
        let of = |at: usize| u128::from(lines[at].with_tax.get());
        let price = of(other) * u128::from(costs[one].quantity);
        price.cmp(&(of(one) * u128::from(costs[other].quantity)))
    };
    order.sort_by(|one, other| dearer(*one, *other));
    let mut left = most;
    for at in order {
        let line = &mut lines[at];
        let counted = line.counted.min(left);
        left -= counted;
        if counted < line.counted {
            let whole = u128::from(line.with_tax.get()) * u128::from(counted);
            let part = whole / u128::from(line.counted);
            line.cut = Some(Cut::TooManyReaders {
                over: line.counted - counted,
            });
            line.eligible = Yen::new(u64::try_from(part).unwrap_or(0));
            line.counted = counted;
        }
    }
    most - left
}

pub(super) fn sum(amounts: impl Iterator<Item = Yen>) -> Yen {
    Yen::new(amounts.fold(0, |sum, it| sum.saturating_add(it.get())))
}
