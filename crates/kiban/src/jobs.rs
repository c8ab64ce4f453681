//! What goes on beside the doors: taking in, sealing, keeping lists and the read model fresh.

use crate::{
    doors::Doors,
    machine::SystemClock,
    post::{Maildir, Taken},
};
use kiban_access::Caller;
use kiban_audit::{Actor, Door};
use kiban_domain::{DataSet, InsurerNumber};
use kiban_services::{
    CallContext, Platform, audit_trail,
    card_check::{self, CardDesk},
    certificates::{Authorities, CertificateTable},
    forms,
    housekeeping::{self, HousekeepingSettings},
    intake::{self, IntakeSettings},
    mail::{self, Post},
    maintenance, members, notices, opinions, portal_users, progress, questions,
    readiness::follow,
    registrations,
    relations::silence::{self, SilenceSettings},
    terminals,
};
use kiban_store::repo::{
    accounts, kept_inputs, portal_sessions, rates, sessions, terminals as rows,
};
use kiban_web_kit::Shutdown;
use std::{sync::Arc, time::Duration};
use tokio::{sync::Notify, task::JoinSet};

/// What letters to offices, and what they ask, depend on.
#[derive(Debug, Clone)]
pub(crate) struct OfficeSettings {
    /// The care door's address as browsers see it.
    pub(crate) care_url: Arc<str>,
    /// When offices are asked about registrations, and when these end.
    pub(crate) silence: SilenceSettings,
    /// The hour in Japan from which members get letters about progress.
    pub(crate) progress_hour: u8,
    /// The portal's address as browsers see it.
    pub(crate) portal_url: Arc<str>,
    /// The hour in Japan from which those who follow municipalities get their letters.
    pub(crate) readiness_hour: u8,
}

/// Starts every job; they end when `shutdown` begins.
pub(crate) fn start(
    platform: &Platform,
    offices: OfficeSettings,
    doors: Option<(Doors, Arc<Authorities>)>,
    post: Option<Arc<dyn Post>>,
    intake_wake: Arc<Notify>,
    shutdown: &Shutdown,
) -> JoinSet<()> {
    let mut jobs = JoinSet::new();
    jobs.spawn(take_in(platform.clone(), intake_wake, shutdown.clone()));
    jobs.spawn(seal(platform.clone(), shutdown.clone()));
    jobs.spawn(keep_fresh(platform.clone(), shutdown.clone()));
    jobs.spawn(clear_up(platform.clone(), shutdown.clone()));
    jobs.spawn(tell_readers(
        platform.clone(),
        offices.clone(),
        shutdown.clone(),
    ));
    jobs.spawn(look_after_offices(
        platform.clone(),
        offices,
        shutdown.clone(),
    ));
    if let Some(post) = post {
        jobs.spawn(deliver_mail(platform.clone(), post, shutdown.clone()));
    }
    if let Some((doors, authorities)) = doors {
        jobs.spawn(look_after_terminals(
            platform.clone(),
            doors.table.clone(),
            shutdown.clone(),
        ));
        jobs.spawn(watch_certificates(
            platform.clone(),
            doors,
            authorities,
            shutdown.clone(),
        ));
    }
    jobs
}

/// Waits so long, or until the program ends; whether to go on.
async fn pause(shutdown: &Shutdown, time: Duration) -> bool {
    tokio::select! {
        () = tokio::time::sleep(time) => true,
        () = shutdown.begun() => false,
    }
}

async fn take_in(platform: Platform, wake: Arc<Notify>, shutdown: Shutdown) {
    // An earlier program may have been stopped between a file's end and the rows that the file made ready.
    match intake::take_in_left(&platform, IntakeSettings::default()).await {
        Ok(0) => {}
        Ok(rows) => tracing::info!(rows, "waiting rows of an interrupted run taken in"),
        Err(error) => tracing::error!(
            error = &error as &dyn std::error::Error,
            "taking in waiting rows failed; the insurer's next file tries it again"
        ),
    }
    while !shutdown.has_begun() {
        match intake::run_one(&platform, IntakeSettings::default()).await {
            Ok(Some(transfer)) => {
                if transfer.dataset == DataSet::Application {
                    count_durations_of(&platform, transfer.insurer_no).await;
                }
                continue;
            }
            Ok(None) => {}
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "taking in failed; it is tried again"
                );
                if !pause(&shutdown, Duration::from_secs(5)).await {
                    return;
                }
            }
        }
        tokio::select! {
            () = wake.notified() => {}
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
            () = shutdown.begun() => return,
        }
    }
}

/// What is to be expected follows from the newest applications at once, not only from the next night on.
async fn count_durations_of(platform: &Platform, insurer_no: InsurerNumber) {
    if let Err(error) = progress::count_durations_of(platform, insurer_no).await {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "counting the days to a result failed; it is tried again at night"
        );
    }
}

async fn seal(platform: Platform, shutdown: Shutdown) {
    loop {
        if let Err(error) = audit_trail::seal_all(&platform).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "sealing the audit trail failed"
            );
        }
        if !pause(&shutdown, Duration::from_secs(2)).await {
            break;
        }
    }
    // What was recorded up to now is sealed before the program ends.
    if let Err(error) = audit_trail::seal_all(&platform).await {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "sealing the audit trail failed"
        );
    }
}

async fn keep_fresh(platform: Platform, shutdown: Shutdown) {
    let (mut refreshed, mut counted) = (None, None);
    loop {
        let today = platform.today();
        if refreshed != Some(today) {
            match maintenance::refresh_stale(&platform).await {
                Ok(rows) => {
                    refreshed = Some(today);
                    tracing::info!(rows, "read model brought to the present day");
                }
                Err(error) => tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "refreshing failed"
                ),
            }
        }
        if counted != Some(today) {
            match progress::count_durations(&platform).await {
                Ok(insurers) => {
                    counted = Some(today);
                    tracing::info!(insurers, "days to a result counted");
                }
                Err(error) => tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "counting the days to a result failed; it is tried again"
                ),
            }
        }
        let now = platform.now();
        let swept = platform
            .store
            .write::<(), kiban_store::Error, _>(move |work| {
                Box::pin(async move {
                    // An ended session still tells whose input is kept (W-10), also on the morning after.
                    sessions::end_expired(work, now - jiff::SignedDuration::from_hours(24)).await?;
                    portal_sessions::end_expired(work, now).await?;
                    kept_inputs::forget_ended(work, now).await?;
                    rates::forget(work, now - jiff::SignedDuration::from_hours(24)).await?;
                    Ok(())
                })
            })
            .await;
        if let Err(error) = swept {
            tracing::warn!(error = &error as &dyn std::error::Error, "sweeping failed");
        }
        sweep_cards(&platform).await;
        if !pause(&shutdown, Duration::from_mins(1)).await {
            return;
        }
    }
}

/// Wakes waiting polls of card readers for challenges that another process made.
pub(crate) async fn watch_cards(platform: Platform, cards: CardDesk) {
    card_check::watch(&platform, &cards).await;
}

/// Ends card challenges whose time is over, and forgets the cards of results that nobody used.
async fn sweep_cards(platform: &Platform) {
    let system = CallContext {
        caller: Caller::Operator,
        actor: Actor::new(Door::System, "card-check"),
        request_id: "sweep".to_owned(),
    };
    if let Err(error) = card_check::sweep(platform, &system).await {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, "sweeping card challenges failed");
    }
}

/// Clears up once an hour what nobody will ask for again; orphaned contents, which want a look at every file, four times a
/// day.
async fn clear_up(platform: Platform, shutdown: Shutdown) {
    let settings = HousekeepingSettings::default();
    let told = |what: &str, outcome: Result<u64, kiban_store::Error>| match outcome {
        Ok(0) => {}
        Ok(count) => tracing::info!(what, count, "cleared up"),
        Err(error) => tracing::warn!(
            what,
            error = &error as &dyn std::error::Error,
            "clearing up failed; it is tried again"
        ),
    };
    for hour in 0_u64.. {
        told(
            "parts of uploads",
            housekeeping::forget_uploads(&platform, settings).await,
        );
        told(
            "files of inquiries that were not sent",
            housekeeping::forget_inquiry_files(&platform, settings).await,
        );
        told(
            "kept answers",
            housekeeping::forget_answers(&platform, settings).await,
        );
        told(
            "half-written contents",
            housekeeping::clear_half_written(&platform).await,
        );
        told("questions to the desk", questions::forget(&platform).await);
        told("forms that were sent", forms::forget(&platform).await);
        told("sign-ups", registrations::forget(&platform).await);
        told("sign-ins and links", portal_users::forget(&platform).await);
        told("wishes nobody agreed to", follow::forget(&platform).await);
        if hour.is_multiple_of(6) {
            told(
                "orphaned contents",
                housekeeping::remove_orphans(&platform, settings).await,
            );
        }
        if !pause(&shutdown, Duration::from_hours(1)).await {
            return;
        }
    }
}

/// Asks offices once a day about registrations that they do not use, tells them of contractors whose time ends, and writes the letters about progress in the morning.
async fn look_after_offices(platform: Platform, settings: OfficeSettings, shutdown: Shutdown) {
    let OfficeSettings {
        care_url,
        silence,
        progress_hour,
        ..
    } = settings;
    let (mut asked_on, mut told_on) = (None, None);
    loop {
        let today = platform.today();
        if told_on != Some(today) {
            match members::remind(&platform).await {
                Ok(told) => {
                    told_on = Some(today);
                    tracing::info!(told, "ends of contractors told");
                }
                Err(error) => tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "telling the ends of contractors failed; it is tried again"
                ),
            }
        }
        if asked_on != Some(today) {
            match silence::look_after(&platform, silence, &care_url).await {
                Ok(silence::Done {
                    asked,
                    ended,
                    letters,
                }) => {
                    asked_on = Some(today);
                    tracing::info!(asked, ended, letters, "silent registrations looked after");
                }
                Err(error) => tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "looking after silent registrations failed; it is tried again"
                ),
            }
        }
        match opinions::write_letters(&platform, progress_hour, &care_url).await {
            Ok(0) => {}
            Ok(letters) => tracing::info!(letters, "letters about opinions that are due written"),
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "writing letters about opinions failed; it is tried again"
            ),
        }
        match progress::letters::write(&platform, progress_hour, &care_url).await {
            Ok(0) => {}
            Ok(letters) => tracing::info!(letters, "letters about progress written"),
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "writing letters about progress failed; it is tried again"
            ),
        }
        if !pause(&shutdown, Duration::from_mins(1)).await {
            return;
        }
    }
}

/// Writes in the morning to those who follow municipalities.
async fn tell_readers(platform: Platform, settings: OfficeSettings, shutdown: Shutdown) {
    let OfficeSettings {
        portal_url,
        readiness_hour,
        ..
    } = settings;
    loop {
        match notices::write_letters(&platform, &portal_url).await {
            Ok(0) => {}
            Ok(letters) => tracing::info!(letters, "letters about notices written"),
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "writing letters about notices failed; it is tried again"
            ),
        }
        match follow::write(&platform, readiness_hour, &portal_url).await {
            Ok(0) => {}
            Ok(letters) => tracing::info!(letters, "letters about readiness written"),
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "writing letters about readiness failed; it is tried again"
            ),
        }
        if !pause(&shutdown, Duration::from_mins(1)).await {
            return;
        }
    }
}

/// Looks once an hour at the certificates' ends, and forgets codes, files and drafts that have ended.
async fn look_after_terminals(
    platform: Platform,
    table: Arc<CertificateTable>,
    shutdown: Shutdown,
) {
    let clock = SystemClock::default();
    loop {
        let now = platform.now();
        let before = now - jiff::SignedDuration::from_hours(24 * 90);
        let outcome = async {
            let ended = terminals::end_superseded(&platform, &clock, &table).await?;
            let reminders = terminals::remind(&platform, &clock).await?;
            platform
                .store
                .write::<(), kiban_store::Error, _>(move |work| {
                    Box::pin(async move {
                        rows::forget(work, now, before).await?;
                        accounts::forget(work, now, before).await?;
                        Ok(())
                    })
                })
                .await?;
            Ok::<_, kiban_store::Error>((ended, reminders))
        };
        match outcome.await {
            Ok((0, 0)) => {}
            Ok((ended, reminders)) => {
                tracing::info!(ended, reminders, "certificates looked after");
            }
            Err(error) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "looking after the certificates failed; it is tried again"
            ),
        }
        if !pause(&shutdown, Duration::from_hours(1)).await {
            return;
        }
    }
}

/// Sends letters within seconds of the change that asked for them.
async fn deliver_mail(platform: Platform, post: Arc<dyn Post>, shutdown: Shutdown) {
    while pause(&shutdown, Duration::from_secs(3)).await {
        match mail::deliver(&platform, &*post).await {
            Ok(0) => {}
            Ok(sent) => tracing::info!(sent, "letters sent"),
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "sending letters failed; it is tried again"
            ),
        }
    }
}

/// Reads once a minute what came back of letters.
pub(crate) async fn read_reports(platform: Platform, reports: Maildir, shutdown: Shutdown) {
    loop {
        match reports.take_in(&platform).await {
            Ok(taken) if taken == Taken::default() => {}
            Ok(taken) => tracing::info!(
                marked = taken.marked,
                believed = taken.believed,
                other = taken.other,
                "reports of letters read"
            ),
            Err(error) => tracing::warn!(
                error = %format!("{error:#}"),
                "reading reports of letters failed; it is tried again"
            ),
        }
        if !pause(&shutdown, Duration::from_mins(1)).await {
            return;
        }
    }
}

/// A stopped certificate opens nothing from the next second on, whichever process stopped it.
async fn watch_certificates(
    platform: Platform,
    doors: Doors,
    authorities: Arc<Authorities>,
    shutdown: Shutdown,
) {
    let mut seconds: u32 = 0;
    while pause(&shutdown, Duration::from_secs(1)).await {
        seconds += 1;
        let changed = match doors.table.refresh(&platform).await {
            Ok(changed) => changed,
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "reading the certificates failed"
                );
                continue;
            }
        };
        if changed || seconds >= 3_600 {
            seconds = 0;
            if let Err(error) = doors.reload(&platform, &authorities).await {
                tracing::error!(error = %format!("{error:#}"), "making the revocation lists failed");
            }
        }
    }
}
