//! Keeping the read model true as days go by.

use crate::{Platform, intake::rebuild_persons};
use kiban_access::PersonKey;
use kiban_domain::InsurerNumber;
use kiban_store::{Error, repo::eligibility, repo::insurers};

/// Composes one person's row for today.
pub async fn refresh_person(platform: &Platform, person: &PersonKey) -> Result<(), Error> {
    let insurer_no = person.insurer_no;
    let insured_no = person.insured_no.as_str().to_owned();
    let today = platform.today();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                rebuild_persons(work, insurer_no.as_str(), &[insured_no.as_str()], today).await
            })
        })
        .await
}

/// Composes the rows of some of an insurer's persons for today, in bounded batches.
pub async fn refresh_persons(
    platform: &Platform,
    insurer_no: InsurerNumber,
    insured_nos: Vec<String>,
) -> Result<(), Error> {
    let today = platform.today();
    for batch in insured_nos.chunks(500) {
        let batch = batch.to_vec();
        platform
            .store
            .write::<(), Error, _>(move |work| {
                Box::pin(async move {
                    let persons: Vec<&str> = batch.iter().map(String::as_str).collect();
                    rebuild_persons(work, insurer_no.as_str(), &persons, today).await
                })
            })
            .await?;
    }
    Ok(())
}

/// Composes anew every row that was true until yesterday only; how many. Runs after midnight and at start.
pub async fn refresh_stale(platform: &Platform) -> Result<u64, Error> {
    let today = platform.today();
    let insurers = insurers::list(&mut platform.store.point().await?).await?;
    let mut refreshed = 0;
    for insurer in insurers {
        let insurer_no = insurer.insurer_no;
        let mut after = String::new();
        loop {
            let mut work = platform.store.point().await?;
            let stale =
                eligibility::list_stale(&mut work, insurer_no.as_str(), &after, today, 500).await?;
            drop(work);
            let Some(last) = stale.last() else { break };
            after.clone_from(last);
            refreshed += stale.len() as u64;
            platform
                .store
                .write::<(), Error, _>(move |work| {
                    Box::pin(async move {
                        let persons: Vec<&str> = stale.iter().map(String::as_str).collect();
                        rebuild_persons(work, insurer_no.as_str(), &persons, today).await
                    })
                })
                .await?;
        }
    }
    Ok(refreshed)
}
