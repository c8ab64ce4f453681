//! A platform over a folder or a schema, with one municipality.

use anyhow::Result;
use kiban_access::Caller;
use kiban_audit::{Actor, Door, SigningKey};
use kiban_domain::{Clock, Date, Entropy, InsurerNumber, MunicipalityStage};
use kiban_exchange::municipal::{Encoding, LoadMode};
use kiban_services::{
    CallContext, Platform, insurers,
    intake::{self, Incoming, IntakeSettings},
};
use kiban_store::{
    Objects, Settings, Store,
    repo::{
        insurers::InsurerRow,
        transfers::{TransferRow, TransferState},
    },
};
use kiban_synth::{Options, file_name, generate};
use kiban_testkit::{RunningClock, SeededEntropy};
use std::{
    io::{BufWriter, Write as _},
    path::Path,
    sync::Arc,
};

/// The municipality that sends.
pub(crate) const INSURER: &str = "131128";
/// Another municipality, which sends while offices look at the first one's persons.
pub(crate) const SENDER: &str = "131130";
/// The day on which it sends.
pub(crate) const BASE_DATE: Date = Date::constant(2026, 8, 1);

/// Opens a platform with a municipality that shares.
pub(crate) async fn open(settings: &Settings, folder: &Path) -> Result<Platform> {
    let (store, audit) = Store::open(settings).await?;
    let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(u64::from(std::process::id())));
    let clock: Arc<dyn Clock> = Arc::new(RunningClock::from("2026-11-01T00:00:00Z"));
    let key = SigningKey::from_pkcs8(&SigningKey::generate(&*entropy))?;
    let platform = Platform {
        store,
        audit,
        objects: Objects::open(&folder.join("objects"))?,
        clock,
        entropy,
        audit_key: Arc::new(key),
    };
    for insurer in [INSURER, SENDER] {
        share(&platform, insurer.parse()?).await?;
    }
    Ok(platform)
}

async fn share(platform: &Platform, insurer_no: InsurerNumber) -> Result<()> {
    let row = InsurerRow {
        insurer_no,
        name: "bench".into(),
        prefecture: String::new(),
        phone: String::new(),
        stage: MunicipalityStage::Sharing,
        stage_since: BASE_DATE,
    };
    insurers::save(platform, row).await?;
    let stage = MunicipalityStage::Sharing;
    insurers::set_stage(platform, &context(insurer_no), insurer_no, stage, BASE_DATE).await?;
    Ok(())
}

/// A municipality as a caller.
pub(crate) fn context(insurer_no: InsurerNumber) -> CallContext {
    CallContext {
        caller: Caller::Insurer(insurer_no),
        actor: Actor::new(Door::Connect, insurer_no.as_str()),
        request_id: "bench".into(),
    }
}

/// The invented population.
pub(crate) fn options(persons: u64, bad_rows_per_mille: u32) -> Options {
    Options {
        insurer: INSURER.parse().expect("a constant"),
        persons,
        seed: 3,
        base_date: BASE_DATE,
        bad_rows_per_mille,
        encoding: Encoding::Utf8,
    }
}

/// Puts the full file of insured persons into the object store and accepts it.
pub(crate) async fn receive(platform: &Platform, options: &Options) -> Result<TransferRow> {
    let set = kiban_domain::DataSet::Insured;
    let mut out = BufWriter::with_capacity(1 << 20, platform.objects.stage("bench")?);
    generate(options, set, &mut out)?;
    out.flush()?;
    let object = out.into_inner()?;
    let size_bytes = i64::try_from(object.size())?;
    let incoming = Incoming {
        name: file_name(options, set, LoadMode::Full, 1),
        encoding: Encoding::Utf8,
        content: object.publish()?,
        size_bytes,
    };
    Ok(
        intake::receive(platform, &context(options.insurer), incoming)
            .await?
            .transfer,
    )
}

/// Works the transfer off.
pub(crate) async fn work_off(platform: &Platform) -> Result<TransferRow> {
    let done = intake::run_one(platform, IntakeSettings::default()).await?;
    let done = done.ok_or_else(|| anyhow::anyhow!("nothing to do"))?;
    anyhow::ensure!(
        done.state == TransferState::Applied,
        "{:?} {}",
        done.state,
        done.code
    );
    Ok(done)
}
