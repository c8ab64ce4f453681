//! What requests and receipts say to the clock of an application (W-6): asked for on, received on, whichever way the opinion came.

use crate::{Platform, intake::rebuild_persons, progress};
use kiban_domain::{DataSet, InsuredNumber, InsurerNumber};
use kiban_exchange::municipal::record::ApplicationRecord;
use kiban_store::{
    Error, Work,
    repo::{
        facts::{FactRow, FactState},
        insurers,
        opinions::StageRow,
        progress as watching,
    },
};

/// Fills the days of the opinion into a person's applications where the insurer's own record has none: the first day of asking, and, once every
/// request of the application is answered, the last day of receiving. The insurer's days win.
pub(crate) fn join(facts: &mut [FactRow], stages: &[StageRow]) {
    if stages.is_empty() {
        return;
    }
    for fact in facts.iter_mut() {
        if fact.dataset != DataSet::Application.number() || fact.state == FactState::Cancelled {
            continue;
        }
        let Ok(mut record) = serde_json::from_str::<ApplicationRecord>(&fact.body) else {
            continue;
        };
        let own: Vec<&StageRow> = stages
            .iter()
            .filter(|it| it.insured_no == fact.insured_no && it.branch == record.branch)
            .filter(|it| it.applied_on.to_string() == record.applied_on)
            .collect();
        let Some(requested) = own.iter().map(|it| it.requested_on).min() else {
            continue;
        };
        let received: Option<Vec<_>> = own.iter().map(|it| it.received_on).collect();
        let received = received.and_then(|it| it.into_iter().max());
        if record.opinion_requested_on.is_none() {
            record.opinion_requested_on = Some(requested.to_string());
        }
        if record.opinion_received_on.is_none() {
            record.opinion_received_on = received.map(|it| it.to_string());
        }
        if let Ok(body) = serde_json::to_string(&record) {
            fact.body = body;
        }
    }
}

/// Takes the insurer's turn: before the request's row, everywhere in this order, because the person is composed anew at the end.
pub(super) async fn take_turn(work: &mut Work, insurer_no: &InsurerNumber) -> Result<(), Error> {
    insurers::take_turn(work, insurer_no).await.map(|_| ())
}

/// Composes a person anew after an opinion was received or given back, and tells who watches.
pub(super) async fn refresh(
    work: &mut Work,
    platform: &Platform,
    insurer_no: &InsurerNumber,
    insured_no: &InsuredNumber,
) -> Result<(), Error> {
    let (insurer_no, insured_nos) = (insurer_no.as_str(), [insured_no.as_str()]);
    let (today, now) = (platform.today(), platform.now());
    let before = watching::list_watched(work, insurer_no, &insured_nos, today).await?;
    rebuild_persons(work, insurer_no, &insured_nos, today).await?;
    progress::tell(work, insurer_no, &insured_nos, &before, now, today).await
}
