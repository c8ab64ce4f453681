//! `kiban demo`: the whole platform on one machine with an invented city, sent in through the real door.

mod certificates;
mod city;
mod opinions;
mod people;
mod report;
mod subsidies;

use crate::{
    assemble::{DataArgs, operator},
    cards::{CardArgs, Hierarchies},
    commands::say,
    doors::{self, Doors, listen},
    help_desk, jobs,
    machine::SystemClock,
    paper::FontArgs,
    post::Folder,
};
use anyhow::{Context as _, Result, bail};
use clap::Args;
use kiban_care_web::CareState;
use kiban_connect_api::ConnectState;
use kiban_domain::Timestamp;
use kiban_portal::{PortalState, PublicDesk, publish_first};
use kiban_services::{
    card_check::CardDesk, mail::Mailbox, progress::letters, readiness::follow,
    relations::silence::SilenceSettings,
};
use kiban_terminal::bridge::{Bridge, Settings as BridgeSettings};
use kiban_web_kit::Shutdown;
use std::{
    net::{Ipv4Addr, SocketAddr},
    process::ExitCode,
    sync::Arc,
};
use tokio::{sync::Notify, task::JoinSet};

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// 待受けの番号の先頭。N: ポータル、N+1: 端末ブリッジ、N+2: 介護WEBサービス、N+3: 連携API、N+4: クリニックの端末ブリッジ
    #[arg(long, value_name = "N")]
    base_port: Option<u16>,
    /// 架空の市の人数
    #[arg(long, default_value_t = 2_000)]
    persons: u64,
    /// 検証用の時計（例: 2026-08-01T09:00、日本時間）。ここから進む
    #[arg(long, value_name = "TIME")]
    clock: Option<String>,
    #[command(flatten)]
    cards: CardArgs,
    #[command(flatten)]
    fonts: FontArgs,
}

/// Where the doors of the sandbox are. Loopback only: nothing of a sandbox is for others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Addresses {
    pub(crate) portal: SocketAddr,
    pub(crate) bridge: SocketAddr,
    pub(crate) clinic_bridge: SocketAddr,
    pub(crate) care: SocketAddr,
    pub(crate) connect: SocketAddr,
}

impl Addresses {
    fn new(base: Option<u16>) -> Result<Self> {
        let [portal, bridge, care, connect, clinic_bridge] = match base {
            None => [8080, 8081, 8443, 8444, 8082],
            Some(base) if base <= u16::MAX - 4 => [base, base + 1, base + 2, base + 3, base + 4],
            Some(_) => bail!("--base-port は 65531 までの番号にしてください"),
        };
        let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Ok(Self {
            portal: at(portal),
            bridge: at(bridge),
            clinic_bridge: at(clinic_bridge),
            care: at(care),
            connect: at(connect),
        })
    }
}

/// Runs the sandbox until it is interrupted.
pub(crate) async fn run(data: DataArgs, args: DemoArgs) -> Result<ExitCode> {
    say("検証環境を準備しています。表示される事業所・人物・件数はすべて架空です");
    let addresses = Addresses::new(args.base_port)?;
    let clock = clock_of(args.clock.as_deref())?;
    let ready_file = data.data.join("demo.json");
    // Scripts wait for this file, so an old one must not be found while things are not ready.
    let _ = std::fs::remove_file(&ready_file);

    let platform = data.open(clock).await?;
    crate::commands::serve::release_leases(&platform).await?;
    let authorities = Arc::new(data.authorities(&platform)?);
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let origin = format!("https://{}", addresses.care);
    let trust = args
        .cards
        .open(Hierarchies::Sandbox, platform.clock.clone())?;
    let cards = CardDesk::new(&origin, trust);
    let (city, fresh) = city::found(&data, args.persons, platform.today())?;
    people::prepare(&platform, platform.today()).await?;
    subsidies::prepare(&platform, platform.today()).await?;
    say("認証局、端末とシステムの証明書を用意しています");
    let certificates = certificates::prepare(&data, &platform, &authorities).await?;
    let staff = people::staff(&platform).await?;
    let portal_accounts = people::portal_accounts(&platform).await?;
    subsidies::play(&platform, &format!("http://{}", addresses.portal)).await?;

    // Listening comes before anything long, so that a taken port is said at once.
    let doors = Doors::open(&platform, &authorities, &names).await?;
    let listeners = (
        listen(addresses.portal).await?,
        listen(addresses.care).await?,
        listen(addresses.connect).await?,
    );
    let mut bridges = Vec::new();
    for (address, terminal) in [
        (addresses.bridge, &certificates.terminal),
        (addresses.clinic_bridge, &certificates.clinic_terminal),
    ] {
        let settings = bridge_settings(addresses, &authorities, terminal)?;
        let bridge = Bridge::bind(address, &settings).await;
        bridges.push(bridge.with_context(|| format!("{address} で待ち受けできません"))?);
    }

    let shutdown = Shutdown::new();
    let wake = Arc::new(Notify::new());
    let mut running = JoinSet::new();
    let care = CareState::new(platform.clone(), origin, true)
        .with_terminals(
            &format!("http://{}", addresses.portal),
            doors.table.clone(),
            Arc::new(SystemClock::default()),
        )
        .with_renewal(authorities.clone())
        .with_cards(cards.clone());
    let care = args.fonts.fit(care);
    running.spawn(
        doors
            .clone()
            .serve_care(listeners.1, care, shutdown.clone()),
    );
    let connect = ConnectState::new(platform.clone(), wake.clone());
    running.spawn(
        doors
            .clone()
            .serve_connect(listeners.2, connect, shutdown.clone()),
    );
    for bridge in bridges {
        let until = shutdown.clone();
        running.spawn(async move { bridge.serve(async move { until.begun().await }).await });
    }
    let mailbox = Arc::new(Mailbox::default());
    let mut jobs = jobs::start(
        &platform,
        jobs::OfficeSettings {
            care_url: format!("https://{}", addresses.care).into(),
            silence: SilenceSettings::default(),
            progress_hour: letters::HOUR,
            portal_url: format!("http://{}", addresses.portal).into(),
            readiness_hour: follow::HOUR,
        },
        Some((doors, authorities.clone())),
        Some(Arc::new(
            Folder::open(&data.data.join("mail"), None)?.with_mailbox(mailbox.clone()),
        )),
        wake,
        &shutdown,
    );

    jobs.spawn(jobs::watch_cards(platform.clone(), cards.clone()));

    let route = city::Route {
        authorities: &authorities,
        certificates: &certificates,
        addresses,
    };
    let ended = tokio::select! {
        outcome = settle(&data, &platform, &route, city, fresh) => outcome.map(Some),
        () = crate::commands::serve::wait_for_signal() => Ok(None),
    };
    let persons = match ended {
        Ok(persons) => persons,
        Err(error) => {
            stop(&shutdown, &cards, &mut running, &mut jobs).await;
            return Err(error);
        }
    };
    if let Some(persons) = persons {
        let report = report::Report {
            addresses,
            certificates: &certificates,
            staff: &staff,
            portal_accounts: &portal_accounts,
            persons: &persons,
            reads_cards: cards.reads_cards(),
        };
        let page = report.page(&authorities);
        publish_first(&platform, &operator()).await?;
        let portal = PortalState {
            public: Arc::new(
                PublicDesk::new(Some(help_desk::sample()?))
                    .with_printer(args.fonts.manuals())
                    .with_mailbox(mailbox.clone()),
            ),
            sandbox: Some(Arc::new(page)),
            platform: platform.clone(),
            authorities: authorities.clone(),
            clock: Arc::new(SystemClock::default()),
            settings: kiban_services::enrolment::EnrolmentSettings::default(),
            own_origin: format!("http://{}", addresses.portal).into(),
            care_url: format!("https://{}", addresses.care).into(),
            behind_proxy: false,
            papers: args.fonts.papers(),
            opinions: args.fonts.opinions(),
        };
        running.spawn(doors::serve_portal(
            listeners.0,
            portal,
            Some(crate::payer::sample()?),
            shutdown.clone(),
        ));
        report.write(&ready_file, &authorities)?;
        report.say(&ready_file, &authorities.server_certificate_file());
        crate::commands::serve::wait_for_signal().await;
    }
    say("終了しています");
    stop(&shutdown, &cards, &mut running, &mut jobs).await;
    Ok(ExitCode::SUCCESS)
}

/// Sends the city and lets the office have some persons; gives the sample persons.
async fn settle(
    data: &DataArgs,
    platform: &kiban_services::Platform,
    route: &city::Route<'_>,
    city: city::City,
    fresh: bool,
) -> Result<Vec<people::Sample>> {
    say(&format!(
        "架空の市（{}人）のデータを、連携APIから送っています",
        city.persons
    ));
    city::send(data, platform, route, city).await?;
    let (samples, others) = people::samples(platform, city.persons, city.base_date).await?;
    if fresh {
        city::register_some(route, &others).await?;
    }
    opinions::play(platform, &samples).await?;
    Ok(samples)
}

async fn stop(
    shutdown: &Shutdown,
    cards: &CardDesk,
    running: &mut JoinSet<()>,
    jobs: &mut JoinSet<()>,
) {
    shutdown.begin();
    cards.close();
    while running.join_next().await.is_some() {}
    while jobs.join_next().await.is_some() {}
}

fn clock_of(text: Option<&str>) -> Result<SystemClock> {
    let Some(text) = text else {
        return Ok(SystemClock::default());
    };
    let at: jiff::civil::DateTime = text
        .parse()
        .with_context(|| format!("--clock は 2026-08-01T09:00 のように書いてください（{text}）"))?;
    let at: Timestamp = at
        .to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9)))?
        .timestamp();
    Ok(SystemClock::starting_at(at))
}

fn bridge_settings(
    addresses: Addresses,
    authorities: &kiban_services::certificates::Authorities,
    terminal: &certificates::Files,
) -> Result<BridgeSettings> {
    Ok(BridgeSettings {
        care_url: format!("https://{}", addresses.care),
        authority_pem: authorities
            .of(kiban_pki::AuthorityKind::Server)
            .certificate_pem()
            .to_owned(),
        certificate_pem: std::fs::read_to_string(&terminal.pem)?,
        key_pem: std::fs::read_to_string(&terminal.key)?,
        clock: Arc::new(SystemClock::default()),
    })
}
