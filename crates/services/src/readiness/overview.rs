use crate::{Platform, watched::Watched};
use jiff::SignedDuration;
use kiban_domain::{
    Date, FiscalYear, InsurerNumber, LocalGovernmentCode, Municipality, MunicipalityKind,
    MunicipalityStage, PlanKept, PlannedTime, PlatformFunction, ReadinessStep, Spread, StepDates,
    Steps, Timestamp, municipalities, tokyo_date,
};
use kiban_store::{
    Error,
    repo::{
        insurers,
        readiness::{self, ContactRow, StepRow, TrafficRow},
    },
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// What real traffic says of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traffic {
    /// The day on which the first file was taken in.
    pub first_on: Date,
    /// The day on which the last one was.
    pub last_on: Date,
    /// How many were.
    pub files: i64,
}

/// One municipality.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Which.
    pub municipality: &'static Municipality,
    /// Who insures its people; its own number unless a union was named.
    pub insurer_no: InsurerNumber,
    /// Whether a union insures them.
    pub by_union: bool,
    /// Whether the platform shows its insurer's data now: measured, not declared.
    pub opened: bool,
    /// Whom to ask.
    pub contact: Option<ContactRow>,
    /// When it last declared anything.
    pub declared_at: Option<Timestamp>,
    steps: [Steps; PlatformFunction::ALL.len()],
    kept: [[PlanKept; ReadinessStep::ALL.len()]; PlatformFunction::ALL.len()],
    declared: [Option<Timestamp>; PlatformFunction::ALL.len()],
    traffic: [Option<Traffic>; PlatformFunction::ALL.len()],
}

impl Standing {
    /// What is declared for a function.
    pub fn steps(&self, function: PlatformFunction) -> &Steps {
        &self.steps[function as usize]
    }

    /// How the plan of a step held: the first one, the one of now, and what happened.
    pub fn kept(&self, function: PlatformFunction, step: ReadinessStep) -> PlanKept {
        self.kept[function as usize][step as usize]
    }

    /// When anything was last declared for a function.
    pub fn declared_at(&self, function: PlatformFunction) -> Option<Timestamp> {
        self.declared[function as usize]
    }

    /// Whether a step of any function is planned for a time that has passed, and not done.
    pub fn is_late(&self, on: Date) -> bool {
        let passed = |dates: StepDates| {
            let ended = dates.planned.is_some_and(|it| it.last_day() < on);
            ended && dates.actual.is_none()
        };
        let mut all = self.steps.iter().flat_map(|steps| {
            let of = |step: &ReadinessStep| steps.of(*step);
            ReadinessStep::ALL.iter().map(of)
        });
        all.any(passed)
    }

    /// What its insurer's traffic says of a function.
    pub fn traffic(&self, function: PlatformFunction) -> Option<Traffic> {
        self.traffic[function as usize]
    }
}

/// All municipalities on one day.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The day its stages are told for.
    pub on: Date,
    /// When anything was last declared.
    pub declared_at: Option<Timestamp>,
    /// Ordered by code.
    pub all: Vec<Standing>,
}

/// How many municipalities are to share in which fiscal year.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct YearCounts {
    /// By fiscal year, those that share and those with a plan.
    pub years: BTreeMap<i16, usize>,
    /// Those that have declared no time.
    pub none: usize,
}

/// How plans of one step held, over all municipalities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slip {
    /// Which step.
    pub step: ReadinessStep,
    /// How far plans have moved since they were first made.
    pub moved: Option<Spread>,
    /// How many days after the first plan the step was done.
    pub late_of_first: Option<Spread>,
    /// How many days after the plan that stood last the step was done.
    pub late_of_last: Option<Spread>,
}

impl Overview {
    /// One municipality.
    pub fn find(&self, code: &LocalGovernmentCode) -> Option<&Standing> {
        let at = self
            .all
            .binary_search_by_key(code, |it| it.municipality.code)
            .ok()?;
        self.all.get(at)
    }

    /// How many are at which stage with a function, in the order of the stages.
    pub fn count_stages(
        &self,
        function: PlatformFunction,
    ) -> [usize; MunicipalityStage::ALL.len()] {
        let mut counts = [0; MunicipalityStage::ALL.len()];
        for it in &self.all {
            counts[it.steps(function).stage(self.on) as usize] += 1;
        }
        counts
    }

    /// By prefecture number from 1: how many share a function, of how many.
    pub fn count_sharing(&self, function: PlatformFunction) -> [(usize, usize); 47] {
        let mut counts = [(0, 0); 47];
        for it in &self.all {
            let at = usize::from(it.municipality.code.prefecture()) - 1;
            let sharing = it.steps(function).stage(self.on) == MunicipalityStage::Sharing;
            counts[at].0 += usize::from(sharing);
            counts[at].1 += 1;
        }
        counts
    }

    /// By kind of municipality: when they are to share a function, or began to.
    pub fn count_years(
        &self,
        function: PlatformFunction,
    ) -> [(MunicipalityKind, YearCounts); MunicipalityKind::ALL.len()] {
        MunicipalityKind::ALL.map(|kind| {
            let mut counts = YearCounts::default();
            let of_kind = self.all.iter().filter(|it| it.municipality.kind == kind);
            for it in of_kind {
                let dates = it.steps(function).of(ReadinessStep::Sharing);
                let actual = dates.actual.map(FiscalYear::of);
                let planned = dates.planned.map(PlannedTime::fiscal_year);
                match actual.or(planned) {
                    Some(year) => *counts.years.entry(year.year()).or_default() += 1,
                    None => counts.none += 1,
                }
            }
            (kind, counts)
        })
    }

    /// How plans held, step by step.
    pub fn count_slips(&self, function: PlatformFunction) -> Vec<Slip> {
        let slip = |step: ReadinessStep| {
            let kept = || self.all.iter().map(|it| it.kept(function, step));
            Slip {
                step,
                moved: Spread::of(kept().filter_map(PlanKept::moved_days)),
                late_of_first: Spread::of(kept().filter_map(PlanKept::late_of_first)),
                late_of_last: Spread::of(kept().filter_map(PlanKept::late_of_last)),
            }
        };
        ReadinessStep::ALL.iter().map(|step| slip(*step)).collect()
    }
}

/// Keeps the overview for every visitor; see [`Watched`]. A change is shown within two seconds, traffic within five minutes.
#[derive(Debug)]
pub struct OverviewDesk(Watched<Overview, OverviewMark>);

type OverviewMark = ((Option<Timestamp>, i64), Date, i64);

impl Default for OverviewDesk {
    fn default() -> Self {
        Self(Watched::new(SignedDuration::from_secs(2)))
    }
}

impl OverviewDesk {
    /// The overview of today.
    ///
    /// # Errors
    ///
    /// The database, when nothing was read before.
    pub async fn current(&self, platform: &Platform) -> Result<Arc<Overview>, Error> {
        let now = platform.now();
        let mark = async || {
            let declared = readiness::mark(&mut platform.store.point().await?).await?;
            Ok((declared, platform.today(), now.as_second().div_euclid(300)))
        };
        self.0
            .current(now, mark, async || read(platform).await)
            .await
    }
}

async fn read(platform: &Platform) -> Result<Overview, Error> {
    let mut work = platform.store.read().await?;
    let declared = readiness::list_all(&mut work).await?;
    let contacts = readiness::list_contacts(&mut work).await?;
    let named: HashMap<_, _> = readiness::list_insurers(&mut work)
        .await?
        .into_iter()
        .collect();
    let traffic = readiness::list_traffic(&mut work).await?;
    let insurers = insurers::list(&mut work).await?;
    drop(work);
    let opened = |number: &InsurerNumber| {
        insurers
            .iter()
            .any(|row| row.insurer_no == *number && row.stage.may_be_seen())
    };
    let mut all: Vec<Standing> = municipalities()
        .iter()
        .map(|municipality| {
            let own = InsurerNumber::of_municipality(&municipality.code);
            let insurer_no = named.get(&municipality.code).copied().unwrap_or(own);
            Standing {
                municipality,
                insurer_no,
                by_union: insurer_no != own,
                opened: opened(&insurer_no),
                contact: None,
                declared_at: None,
                steps: Default::default(),
                kept: Default::default(),
                declared: Default::default(),
                traffic: measured(&traffic, insurer_no),
            }
        })
        .collect();
    let find = |all: &[Standing], code: &LocalGovernmentCode| {
        all.binary_search_by_key(code, |it| it.municipality.code)
            .ok()
    };
    let mut histories: BTreeMap<_, Vec<(Date, StepDates)>> = BTreeMap::new();
    for row in &declared {
        // A municipality that merged away keeps its history in the table, but stands here no more.
        let Some(at) = find(&all, &row.municipality) else {
            continue;
        };
        let standing = &mut all[at];
        let (function, step) = (row.function as usize, row.step as usize);
        let steps = std::mem::take(&mut standing.steps[function]);
        standing.steps[function] = steps.with(row.step, row.dates);
        let newest = standing.declared[function].max(Some(row.recorded_at));
        standing.declared[function] = newest;
        standing.declared_at = standing.declared_at.max(newest);
        let history = histories.entry((at, function, step)).or_default();
        history.push((tokyo_date(row.recorded_at), row.dates));
    }
    for ((at, function, step), history) in histories {
        all[at].kept[function][step] = PlanKept::of(history);
    }
    for contact in contacts {
        if let Some(at) = find(&all, &contact.municipality) {
            all[at].contact = Some(contact);
        }
    }
    Ok(Overview {
        on: platform.today(),
        declared_at: all.iter().filter_map(|it| it.declared_at).max(),
        all,
    })
}

fn measured(
    rows: &[TrafficRow],
    insurer_no: InsurerNumber,
) -> [Option<Traffic>; PlatformFunction::ALL.len()] {
    let mut measured = [None; PlatformFunction::ALL.len()];
    for row in rows.iter().filter(|row| row.insurer_no == insurer_no) {
        let Some(function) = PlatformFunction::served_by(row.dataset) else {
            continue;
        };
        let (first_on, last_on) = (tokyo_date(row.first_at), tokyo_date(row.last_at));
        let known: &mut Option<Traffic> = &mut measured[function as usize];
        let traffic = known.get_or_insert(Traffic {
            first_on,
            last_on,
            files: 0,
        });
        traffic.first_on = traffic.first_on.min(first_on);
        traffic.last_on = traffic.last_on.max(last_on);
        traffic.files += row.files;
    }
    measured
}

/// Everything a municipality ever declared, the newest first.
///
/// # Errors
///
/// The database only.
pub async fn list_history(
    platform: &Platform,
    code: &LocalGovernmentCode,
) -> Result<Vec<StepRow>, Error> {
    readiness::list_history(&mut platform.store.point().await?, code).await
}

/// Everything anybody ever declared, the oldest first.
///
/// # Errors
///
/// The database only.
pub async fn list_all(platform: &Platform) -> Result<Vec<StepRow>, Error> {
    readiness::list_all(&mut platform.store.point().await?).await
}
