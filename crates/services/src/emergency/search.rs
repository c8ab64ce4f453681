//! Finding one person by name and birth date. It answers "is this person here?", never "who is here?".

use super::at_terminal;
use crate::{
    CallContext, Platform, maintenance,
    rate::{self, Exhausted, Limit},
    relations::caller_office,
};
use kiban_access::{
    EmergencyFacts, EmergencyRefusal, EmergencySearch, EmergencyWindow, Permit, PersonKey,
    search_emergency,
};
use kiban_audit::{Action, Event, NO_INSURER};
use kiban_domain::{Date, InsurerNumber, Kana, MunicipalityStage, Sex};
use kiban_store::{
    Error,
    repo::{
        emergency::{self, BornRow, WindowRow},
        insurers,
    },
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The most persons that a search shows; of more it says only that there are more.
pub const HITS_MAX: usize = 5;
/// Searches by one account: one every twenty seconds for ten minutes, faster than a person is asked for name and birthday.
const PER_ACCOUNT: Limit = Limit {
    attempts: 30,
    seconds: 600,
};
/// Searches at one terminal, at which two members take turns.
const PER_TERMINAL: Limit = Limit {
    attempts: 60,
    seconds: 600,
};

/// Who is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The whole name in kana; see [`Kana::matches`] for what counts as the same.
    pub name_kana: Kana,
    /// Birth date.
    pub birth_date: Date,
    /// Sex, if it is known.
    pub sex: Option<Sex>,
}

impl Wanted {
    /// Whether the person on record is the one.
    pub(super) fn fits(&self, row: &BornRow) -> bool {
        let named = row.name_kana.parse::<Kana>();
        named.is_ok_and(|name| self.name_kana.matches(&name))
            && self.birth_date == row.birth_date
            && self.sex.is_none_or(|sex| sex == sex_of(row))
    }
}

/// A person who fits: what tells people apart.
#[derive(Clone)]
pub struct Hit {
    /// Who.
    pub person: PersonKey,
    /// Name.
    pub name: String,
    /// Kana name.
    pub name_kana: String,
    /// Birth date.
    pub birth_date: Date,
    /// Sex.
    pub sex: Sex,
    /// Name of the insurer.
    pub insurer_name: String,
}

/// Why nobody is shown.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// Not allowed.
    #[error("refused")]
    Refused(#[source] EmergencyRefusal),
    /// More than [`HITS_MAX`] fit: sex or the full name has to be given.
    #[error("too many persons fit")]
    TooManyHits,
    /// Too many searches.
    #[error("too many searches")]
    TooMany(Exhausted),
    /// The database, or the record of the search could not be written.
    #[error("storage")]
    Storage(#[from] Error),
}

impl SearchError {
    /// The stable code that entries keep and pages show; `None` for a failure of the database.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Refused(refusal) => Some(refusal.code()),
            Self::TooManyHits => Some("emergency_too_many_hits"),
            Self::TooMany(_) => Some("emergency_too_many_searches"),
            Self::Storage(_) => None,
        }
    }
}

/// Searches the areas with an open window for a person. The search is on the trail before anything is answered, and so is,
/// for each person shown, that they were.
///
/// # Errors
///
/// See [`SearchError`].
pub async fn search(
    platform: &Platform,
    context: &CallContext,
    wanted: &Wanted,
) -> Result<Vec<Hit>, SearchError> {
    let outcome = find(platform, context, wanted).await;
    let mut event = context.event(platform, NO_INSURER, Action::EmergencySearch);
    let hits = match outcome {
        Ok(found) => {
            event = event.ground(found.ground);
            event.parts = counts(&found.hits);
            found.hits
        }
        Err(error) => {
            let Some(code) = error.code() else {
                return Err(error);
            };
            platform
                .audit
                .append(event.refused(code).to_entry())
                .await?;
            return Err(error);
        }
    };
    let ground = event.ground.clone().unwrap_or_default();
    platform.audit.append(event.to_entry()).await?;
    for hit in &hits {
        let shown = about(platform, context, &hit.person).ground(ground.clone());
        platform.audit.append(shown.to_entry()).await?;
    }
    Ok(hits)
}

fn counts(hits: &[Hit]) -> Vec<std::borrow::Cow<'static, str>> {
    let mut counts: BTreeMap<InsurerNumber, usize> = BTreeMap::new();
    for hit in hits {
        *counts.entry(hit.person.insurer_no).or_default() += 1;
    }
    let count = |(number, count): (InsurerNumber, usize)| format!("{}:{count}", number.as_str());
    counts.into_iter().map(|it| count(it).into()).collect()
}

fn about(platform: &Platform, context: &CallContext, person: &PersonKey) -> Event {
    let lane = person.insurer_no.as_str();
    let mut event = context
        .event(platform, lane, Action::EmergencySearch)
        .about(person.insured_no.as_str());
    event.parts = vec!["insured".into()];
    event
}

struct Found {
    ground: String,
    hits: Vec<Hit>,
}

async fn find(
    platform: &Platform,
    context: &CallContext,
    wanted: &Wanted,
) -> Result<Found, SearchError> {
    let (permits, names) = permits(platform, context).await?;
    let buckets = buckets(context).ok_or(SearchError::Refused(EmergencyRefusal::NotAtTerminal))?;
    if let Err(exhausted) = rate::reserve(platform, buckets).await? {
        return Err(SearchError::TooMany(exhausted));
    }
    let mut hits = Vec::new();
    for permit in &permits {
        for row in fresh(platform, permit, wanted).await? {
            hits.push(Hit {
                sex: sex_of(&row),
                insurer_name: names.get(permit.insurer_no()).cloned().unwrap_or_default(),
                person: row.person,
                name: row.name,
                name_kana: row.name_kana,
                birth_date: row.birth_date,
            });
            if hits.len() > HITS_MAX {
                return Err(SearchError::TooManyHits);
            }
        }
    }
    let grounds: BTreeSet<&str> = permits.iter().map(Permit::ground).collect();
    let ground = grounds.into_iter().collect::<Vec<_>>().join(" ");
    Ok(Found { ground, hits })
}

/// Leave to search each insurer with an open window, and the insurers' names.
async fn permits(
    platform: &Platform,
    context: &CallContext,
) -> Result<(Vec<Permit<EmergencySearch>>, HashMap<InsurerNumber, String>), SearchError> {
    let mut work = platform.store.point().await?;
    let open = emergency::list_open_windows(&mut work, platform.now()).await?;
    let windows: Vec<EmergencyWindow> = open.iter().map(WindowRow::window).collect();
    let insurers = insurers::list(&mut work).await?;
    drop(work);
    let mut permits = Vec::new();
    let mut names = HashMap::new();
    // Who may search nowhere is told what stands nearest to it: the role, the stage of an area that is open, else that none is.
    let mut nearest = EmergencyRefusal::NotOpen;
    for row in insurers {
        match permit(platform, context, row.insurer_no, row.stage, &windows) {
            Ok(permit) => {
                permits.push(permit);
                names.insert(row.insurer_no, row.name);
            }
            Err(EmergencyRefusal::NotOpen) => {}
            Err(refusal) => nearest = refusal,
        }
    }
    if permits.is_empty() {
        return Err(SearchError::Refused(nearest));
    }
    Ok((permits, names))
}

pub(super) fn permit(
    platform: &Platform,
    context: &CallContext,
    insurer_no: InsurerNumber,
    stage: MunicipalityStage,
    windows: &[EmergencyWindow],
) -> Result<Permit<EmergencySearch>, EmergencyRefusal> {
    let facts = EmergencyFacts {
        stage,
        windows,
        at_terminal: at_terminal(context).is_some(),
        now: platform.now(),
    };
    search_emergency(&context.caller, &insurer_no, &facts)
}

/// What counts attempts of this member and this terminal.
pub(super) fn buckets(context: &CallContext) -> Option<Vec<(String, Limit)>> {
    let (account, terminal) = at_terminal(context)?;
    let office_no = caller_office(&context.caller)?.as_str();
    Some(vec![
        (
            format!("emergency:account:{office_no}:{account}"),
            PER_ACCOUNT,
        ),
        (format!("emergency:terminal:{terminal}"), PER_TERMINAL),
    ])
}

/// Those who fit, by what is true today: between midnight and the nightly rebuild some rows are yesterday's.
async fn fresh(
    platform: &Platform,
    permit: &Permit<EmergencySearch>,
    wanted: &Wanted,
) -> Result<Vec<BornRow>, Error> {
    let mut work = platform.store.point().await?;
    let mut rows = emergency::list_born(&mut work, permit, wanted.birth_date).await?;
    drop(work);
    let today = platform.today();
    let stale = rows.iter().filter(|row| row.good_until < today);
    let stale: Vec<String> = stale
        .map(|row| row.person.insured_no.as_str().to_owned())
        .collect();
    if !stale.is_empty() {
        maintenance::refresh_persons(platform, *permit.insurer_no(), stale).await?;
        let mut work = platform.store.point().await?;
        rows = emergency::list_born(&mut work, permit, wanted.birth_date).await?;
    }
    rows.retain(|row| wanted.fits(row));
    Ok(rows)
}

fn sex_of(row: &BornRow) -> Sex {
    if row.sex == 1 { Sex::Male } else { Sex::Female }
}
