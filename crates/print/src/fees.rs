//! 意見書作成料の月次明細: what a medical institution may claim for the opinions of a month (D-6).

use kiban_domain::Yen;

use crate::sheet::Imprint;

/// The fee lines of one institution and one month, a line for each receipt.
#[derive(Clone)]
pub struct FeeSheet {
    /// Name of the institution.
    pub institution: String,
    /// Its ten digits.
    pub institution_no: String,
    /// The month, in words.
    pub month: String,
    /// The lines in the order of the paper.
    pub lines: Vec<FeeLine>,
    /// Who put it out.
    pub imprint: Imprint,
}

/// The fee for one opinion.
#[derive(Clone)]
pub struct FeeLine {
    /// The day of the receipt, in words.
    pub received_on: String,
    /// Name and number of the insurer.
    pub insurer: String,
    /// 被保険者番号.
    pub insured_no: String,
    /// What is paid for, such as 「在宅・新規」.
    pub kind: String,
    /// The amount without tax; nothing while the kind or the rate is not known.
    pub amount: Option<Yen>,
}

impl FeeLine {
    /// The amount as far as it is known.
    fn known(&self) -> Yen {
        self.amount.unwrap_or(Yen::new(0))
    }
}

/// How many lines there are of a kind, and their sum.
pub(crate) struct Total<'a> {
    pub(crate) kind: &'a str,
    pub(crate) count: usize,
    pub(crate) sum: Yen,
}

impl FeeSheet {
    /// The totals of each kind, in the order in which the kinds first appear.
    pub(crate) fn totals(&self) -> Vec<Total<'_>> {
        let mut totals: Vec<Total<'_>> = Vec::new();
        for line in &self.lines {
            match totals.iter_mut().find(|it| it.kind == line.kind) {
                Some(total) => {
                    total.count += 1;
                    total.sum = plus(total.sum, line.known());
                }
                None => totals.push(Total {
                    kind: &line.kind,
                    count: 1,
                    sum: line.known(),
                }),
            }
        }
        totals
    }

    /// How many lines have no amount.
    pub(crate) fn unknown(&self) -> usize {
        self.lines.iter().filter(|it| it.amount.is_none()).count()
    }

    /// The sum of all lines that have an amount.
    pub(crate) fn sum(&self) -> Yen {
        let amounts = self.lines.iter().map(FeeLine::known);
        amounts.fold(Yen::new(0), plus)
    }
}

/// More than there is money in the world stays at its bound.
fn plus(one: Yen, other: Yen) -> Yen {
    one.checked_add(other).unwrap_or(Yen::new(u64::MAX))
}
