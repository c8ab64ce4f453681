//! `kiban serve`: doors and jobs over one database.

use super::say;
use crate::{
    assemble::{DataArgs, operator},
    cards::{CardArgs, Hierarchies},
    doors::{self, Doors, listen},
    help_desk,
    jobs::{self, OfficeSettings},
    machine::SystemClock,
    paper::FontArgs,
    payer,
    post::MailArgs,
    rephrase::RephraseArgs,
};
use anyhow::Result;
use clap::{Args, ValueEnum};
use kiban_care_web::CareState;
use kiban_connect_api::ConnectState;
use kiban_portal::{PortalState, PublicDesk, publish_first};
use kiban_services::{
    card_check::CardDesk, enrolment::EnrolmentSettings, progress::letters, readiness::follow,
    relations::silence::SilenceSettings, subsidies,
};
use kiban_web_kit::Shutdown;
use std::{net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc};
use tokio::{sync::Notify, task::JoinSet};

/// Which doors this process serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Front {
    /// ポータル
    Portal,
    /// 介護WEBサービス
    Care,
    /// 連携API
    Connect,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// このプロセスが受け持つ入口（複数可、指定しないときはすべて）
    #[arg(long = "front", value_enum)]
    fronts: Vec<Front>,
    /// データの取込みなどの作業をこのプロセスで行わない
    #[arg(long)]
    no_jobs: bool,
    /// ポータルの待受けアドレス
    #[arg(long, default_value = "127.0.0.1:8080")]
    portal_listen: SocketAddr,
    /// 介護WEBサービスの待受けアドレス
    #[arg(long, default_value = "127.0.0.1:8443")]
    care_listen: SocketAddr,
    #[command(flatten)]
    cards: CardArgs,
    /// 連携APIの待受けアドレス
    #[arg(long, default_value = "127.0.0.1:8444")]
    connect_listen: SocketAddr,
    /// サーバー証明書に入れる名前またはIPアドレス
    #[arg(long = "name", default_values = ["localhost", "127.0.0.1"])]
    names: Vec<String>,
    /// 利用者から見たポータルのアドレス（例: https://portal.example）
    #[arg(long, value_name = "URL")]
    portal_url: Option<String>,
    /// 利用者と端末プログラムから見た介護WEBサービスのアドレス（例: https://care.example）
    #[arg(long, value_name = "URL")]
    care_url: Option<String>,
    /// ポータルの前にプロキシがある（X-Forwarded-For の最後のアドレスを接続元とする）
    #[arg(long)]
    portal_behind_proxy: bool,
    /// 電話の窓口のファイル（番号、受付時間、休業日。書き方は data/help-desk.toml を参照）
    #[arg(long, value_name = "FILE")]
    help_desk: Option<PathBuf>,
    /// 助成金の振込依頼人のファイル（data/payer-sample.toml の形）
    #[arg(long, value_name = "FILE")]
    payer: Option<PathBuf>,
    #[command(flatten)]
    fonts: FontArgs,
    #[command(flatten)]
    mail: MailArgs,
    #[command(flatten)]
    chat: RephraseArgs,
    #[command(flatten)]
    offices: OfficeArgs,
}

/// What offices are asked, and when they get letters.
#[derive(Debug, Args)]
pub(crate) struct OfficeArgs {
    /// 担当登録を使わない日がこの日数になったら、継続するかどうかを事業所に確認する
    #[arg(long, env = "KIBAN_SILENCE_ASK_DAYS", value_name = "DAYS", default_value_t = SilenceSettings::default().ask_after_days, value_parser = clap::value_parser!(i32).range(1..=3_650))]
    silence_ask_days: i32,
    /// 確認に回答がないままこの日数がたったら、担当登録を終了する
    #[arg(long, env = "KIBAN_SILENCE_END_DAYS", value_name = "DAYS", default_value_t = SilenceSettings::default().end_after_days, value_parser = clap::value_parser!(i32).range(1..=3_650))]
    silence_end_days: i32,
    /// 認定申請の進みを知らせるメールを、この時から書く（日本時間、0〜23）
    #[arg(long, env = "KIBAN_PROGRESS_MAIL_HOUR", value_name = "HOUR", default_value_t = letters::HOUR, value_parser = clap::value_parser!(u8).range(0..=23))]
    progress_mail_hour: u8,
    /// 市町村の対応状況の変化を知らせるメールを、この時から書く（日本時間、0〜23）
    #[arg(long, env = "KIBAN_READINESS_MAIL_HOUR", value_name = "HOUR", default_value_t = follow::HOUR, value_parser = clap::value_parser!(u8).range(0..=23))]
    readiness_mail_hour: u8,
}

impl OfficeArgs {
    fn settings(&self, care_url: &Arc<str>, portal_url: &Arc<str>) -> OfficeSettings {
        OfficeSettings {
            care_url: care_url.clone(),
            silence: SilenceSettings {
                ask_after_days: self.silence_ask_days,
                end_after_days: self.silence_end_days,
            },
            progress_hour: self.progress_mail_hour,
            portal_url: portal_url.clone(),
            readiness_hour: self.readiness_mail_hour,
        }
    }
}

/// The address as browsers write it: no stroke at the end, and no port when it is the usual one.
fn origin(url: Option<&str>, scheme: &str, listen: SocketAddr) -> Arc<str> {
    let origin = url.map_or_else(|| format!("{scheme}://{listen}"), str::to_owned);
    let usual = if scheme == "https" { ":443" } else { ":80" };
    let origin = origin.trim_end_matches('/');
    origin.strip_suffix(usual).unwrap_or(origin).into()
}

pub(crate) async fn run(data: DataArgs, args: ServeArgs) -> Result<ExitCode> {
    let platform = data.open(SystemClock::default()).await?;
    release_leases(&platform).await?;
    let authorities = Arc::new(data.authorities(&platform)?);
    let portal_url = origin(args.portal_url.as_deref(), "http", args.portal_listen);
    let care_url = origin(args.care_url.as_deref(), "https", args.care_listen);
    let trust = args
        .cards
        .open(Hierarchies::Production, platform.clock.clone())?;
    let cards = CardDesk::new(&care_url, trust);
    let doors = Doors::open(&platform, &authorities, &args.names).await?;
    let serves = |front| args.fronts.is_empty() || args.fronts.contains(&front);
    let shutdown = Shutdown::new();
    let wake = Arc::new(Notify::new());
    let mut running = JoinSet::new();
    if serves(Front::Portal) {
        publish_first(&platform, &operator()).await?;
        subsidies::take_in_shipped(&platform).await?;
        let listener = listen(args.portal_listen).await?;
        running.spawn(doors::serve_portal(
            listener,
            PortalState {
                public: Arc::new(
                    PublicDesk::new(args.help_desk.as_deref().map(help_desk::open).transpose()?)
                        .with_printer(args.fonts.manuals())
                        .with_rephraser(args.chat.rephraser()?),
                ),
                sandbox: None,
                platform: platform.clone(),
                authorities: authorities.clone(),
                clock: Arc::new(SystemClock::default()),
                settings: EnrolmentSettings::default(),
                own_origin: portal_url.clone(),
                care_url: care_url.clone(),
                behind_proxy: args.portal_behind_proxy,
                papers: args.fonts.papers(),
                opinions: args.fonts.opinions(),
            },
            args.payer.as_deref().map(payer::open).transpose()?,
            shutdown.clone(),
        ));
        say(&format!(
            "ポータル            http://{}",
            args.portal_listen
        ));
    }
    if serves(Front::Care) {
        let listener = listen(args.care_listen).await?;
        let state = CareState::new(platform.clone(), care_url.to_string(), false)
            .with_terminals(
                &portal_url,
                doors.table.clone(),
                Arc::new(SystemClock::default()),
            )
            .with_renewal(authorities.clone())
            .with_cards(cards.clone());
        let state = args.fonts.fit(state);
        running.spawn(doors.clone().serve_care(listener, state, shutdown.clone()));
        say(&format!("介護WEBサービス     https://{}", args.care_listen));
    }
    if serves(Front::Connect) {
        let listener = listen(args.connect_listen).await?;
        let state = ConnectState::new(platform.clone(), wake.clone());
        running.spawn(
            doors
                .clone()
                .serve_connect(listener, state, shutdown.clone()),
        );
        say(&format!(
            "連携API             https://{}",
            args.connect_listen
        ));
    }
    let post = args.mail.post()?;
    if post.is_none() && !args.no_jobs {
        say("メールの送り先が設定されていません。メールはデータベースで待ちます（--smtp-host）");
    }
    let mut jobs = if args.no_jobs {
        JoinSet::new()
    } else {
        let offices = args.offices.settings(&care_url, &portal_url);
        let doors = Some((doors, authorities));
        jobs::start(&platform, offices, doors, post, wake, &shutdown)
    };
    if let Some(reports) = args.mail.reports()?.filter(|_| !args.no_jobs) {
        jobs.spawn(jobs::read_reports(
            platform.clone(),
            reports,
            shutdown.clone(),
        ));
    }
    jobs.spawn(jobs::watch_cards(platform.clone(), cards.clone()));
    wait_for_signal().await;
    say("終了しています");
    shutdown.begin();
    cards.close();
    while running.join_next().await.is_some() {}
    while jobs.join_next().await.is_some() {}
    Ok(ExitCode::SUCCESS)
}

/// The embedded database has one process, so whatever holds a lease is gone.
pub(crate) async fn release_leases(platform: &kiban_services::Platform) -> Result<()> {
    if platform.store.is_embedded() {
        platform
            .store
            .write::<u64, kiban_store::Error, _>(|work| {
                Box::pin(async move { kiban_store::repo::transfers::release_leases(work).await })
            })
            .await?;
    }
    Ok(())
}

/// Waits for an interrupt from the keyboard or a request to end.
pub(crate) async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
