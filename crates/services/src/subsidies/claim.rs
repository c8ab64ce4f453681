//! What costs come to in either programme.

use kiban_domain::{
    CostLine, FilledSubsidy, Programme, Scheme, SubsidyForm, Worked, WorkedLine, WorkedOpinion, Yen,
};

/// What was worked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// For a care office.
    Care(Worked),
    /// For an institution that writes opinions.
    Opinion(WorkedOpinion),
}

impl Claim {
    /// The subsidy.
    pub fn amount(&self) -> Yen {
        match self {
            Self::Care(it) => it.amount,
            Self::Opinion(it) => it.amount,
        }
    }

    /// Each cost, in the order in which they were given.
    pub fn lines(&self) -> &[WorkedLine] {
        match self {
            Self::Care(it) => &it.lines,
            Self::Opinion(it) => &it.lines,
        }
    }
}

/// Works an application out, for these costs.
pub(super) fn work_out(
    scheme: &Scheme,
    programme: Programme,
    filled: &FilledSubsidy,
    costs: &[CostLine],
) -> Option<Claim> {
    match programme {
        Programme::Care => Some(Claim::Care(scheme.work_out_care(&filled.kinds, costs))),
        Programme::Opinion => scheme
            .work_out_opinion(filled.beds, costs)
            .map(Claim::Opinion),
    }
}

/// What a draft comes to as far as it can be read, with the numbers of the lines that count: the estimate beside the form.
pub fn estimate(
    scheme: &Scheme,
    programme: Programme,
    form: &SubsidyForm,
) -> Option<(Vec<u32>, Claim)> {
    let (numbers, costs): (Vec<_>, Vec<_>) = form.costs_so_far(programme).into_iter().unzip();
    let claim = match programme {
        Programme::Care => Claim::Care(scheme.work_out_care(&form.kinds_so_far(), &costs)),
        Programme::Opinion => Claim::Opinion(scheme.work_out_opinion(form.beds_so_far()?, &costs)?),
    };
    Some((numbers, claim))
}
