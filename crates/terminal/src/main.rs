//! `kiban-terminal`: the program that runs on an office's computer.

mod commands;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::{Parser, Subcommand};
use kiban_card::wire::RenewRole;
use kiban_domain::{Clock, Entropy, Timestamp};
use kiban_terminal::agent::Agent;
use kiban_terminal::bridge::{Bridge, BridgeError, Settings};
use kiban_terminal::card::TtyPrompt;
use kiban_terminal::doctor::{DoorFiles, Report, card_ladder, network_ladder, settings_ladder};
use kiban_terminal::keeper::Identity;
use kiban_terminal::reader::PcscSource;
use ring::rand::SecureRandom as _;
use tracing::Level;
use tracing_subscriber::EnvFilter;

/// 介護情報基盤の端末プログラム
#[derive(Debug, Parser)]
#[command(name = "kiban-terminal", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 事業所の管理者が発行したコードで、この端末を登録する（鍵はこの端末で作り、外に出さない）
    Enrol(commands::enrol::Arguments),
    /// 登録した端末で、画面、カードの確認、証明書の更新をまとめて動かす
    Run(commands::run::Arguments),
    /// 証明書を今すぐ更新する（動いているプログラムは、期限の30日前から自動で更新する）
    Renew(commands::renew::Arguments),
    /// この端末の登録と証明書の状態を示す（0 使える、1 使えない）
    Status(commands::status::Arguments),
    /// ブラウザーに証明書を入れずに、この端末から介護事業所向け画面を開けるようにする
    Bridge {
        /// 待ち受けるアドレス（この端末の中だけ）
        #[arg(long, default_value = "127.0.0.1:8081")]
        listen: SocketAddr,
        /// 接続先（https://…）
        #[arg(long)]
        care: String,
        /// 端末の証明書（PEM）
        #[arg(long)]
        cert: PathBuf,
        /// 端末の秘密鍵（PEM）
        #[arg(long)]
        key: PathBuf,
        /// 接続先の証明書を発行した認証局の証明書（PEM）
        #[arg(long)]
        ca: PathBuf,
    },
    /// サーバーからの要求を待ち、マイナンバーカードで本人を確認する
    Agent {
        /// 接続先（https://…）
        #[arg(long)]
        care: String,
        /// 端末の証明書（PEM）
        #[arg(long)]
        cert: PathBuf,
        /// 端末の秘密鍵（PEM）
        #[arg(long)]
        key: PathBuf,
        /// 接続先の証明書を発行した認証局の証明書（PEM）
        #[arg(long)]
        ca: PathBuf,
    },
    /// カードリーダーから接続先までを順に確かめ、だれが何をすればよいかを示す（0 問題なし、1 問題あり）
    Doctor {
        /// 接続先（https://…）。指定しなければ、登録した端末の接続先を確かめる
        #[arg(long, requires_all = ["cert", "key", "ca"])]
        care: Option<String>,
        /// 端末の証明書（PEM）
        #[arg(long)]
        cert: Option<PathBuf>,
        /// 端末の秘密鍵（PEM）
        #[arg(long)]
        key: Option<PathBuf>,
        /// 接続先の証明書を発行した認証局の証明書（PEM）
        #[arg(long)]
        ca: Option<PathBuf>,
        /// カードの側を確かめない
        #[arg(long)]
        no_card: bool,
        #[command(flatten)]
        folder: commands::Folder,
        /// カードが置かれるのを待つ秒数
        #[arg(long, default_value_t = 10)]
        wait: u64,
        /// JSON で出力する
        #[arg(long)]
        json: bool,
    },
}

fn main() -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    let outcome = runtime.block_on(run());
    // A thread may still wait for somebody to type; the program ends without it.
    runtime.shutdown_background();
    outcome
}

async fn run() -> anyhow::Result<ExitCode> {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::from_default_env().add_directive(Level::INFO.into()))
        .with_writer(std::io::stderr)
        .init();
    match Arguments::parse().command {
        Command::Enrol(arguments) => return commands::enrol::run(arguments).await,
        Command::Run(arguments) => return commands::run::run(arguments).await,
        Command::Renew(arguments) => return Ok(commands::renew::run(arguments).await),
        Command::Status(arguments) => return Ok(commands::status::run(&arguments)),
        Command::Bridge {
            listen,
            care,
            cert,
            key,
            ca,
        } => bridge(listen, &settings(care, &cert, &key, &ca)?).await?,
        Command::Agent {
            care,
            cert,
            key,
            ca,
        } => agent(&settings(care, &cert, &key, &ca)?).await?,
        Command::Doctor {
            care,
            cert,
            key,
            ca,
            no_card,
            folder,
            wait,
            json,
        } => {
            let files = match (care, cert, key, ca) {
                (Some(care), Some(certificate), Some(key), Some(authority)) => Some(DoorFiles {
                    care,
                    certificate,
                    key,
                    authority,
                }),
                _ => None,
            };
            let wait = (!no_card).then(|| Duration::from_secs(wait));
            let kept = match &files {
                None => match folder.existing()? {
                    Some(keeper) => keeper.current(RenewRole::Reader)?,
                    None => None,
                },
                Some(_) => None,
            };
            return doctor(files.as_ref(), kept, wait, json).await;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn settings(care: String, cert: &Path, key: &Path, ca: &Path) -> anyhow::Result<Settings> {
    Ok(Settings {
        care_url: care,
        authority_pem: read(ca)?,
        certificate_pem: read(cert)?,
        key_pem: read(key)?,
        clock: Arc::new(SystemClock),
    })
}

async fn agent(settings: &Settings) -> anyhow::Result<()> {
    let (cards, prompt) = (Box::new(PcscSource), Box::new(TtyPrompt));
    let agent = Agent::new(settings, cards, prompt, Arc::new(SystemEntropy))?;
    agent.run(stopped()).await?;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the report is what was asked for")]
async fn doctor(
    files: Option<&DoorFiles>,
    kept: Option<Identity>,
    wait: Option<Duration>,
    json: bool,
) -> anyhow::Result<ExitCode> {
    let mut report = Report::default();
    if let Some(wait) = wait {
        let now = SystemClock.now();
        report.rungs = tokio::task::spawn_blocking(move || card_ladder(wait, now)).await?;
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let network = match kept {
        Some(kept) => settings_ladder(Some(kept.settings(Arc::clone(&clock))), clock).await,
        None => network_ladder(files, clock).await,
    };
    report.rungs.extend(network);
    if json {
        println!("{}", report.to_json());
    } else {
        print!("{}", report.to_text());
    }
    Ok(match report.first_failure() {
        None => ExitCode::SUCCESS,
        Some(_) => ExitCode::from(1),
    })
}

/// Ends with Ctrl+C, or when the system asks (SIGTERM). Without a signal handler the system can still end the program.
async fn stopped() {
    tokio::select! {
        () = interrupted() => {}
        () = terminated() => {}
    }
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => drop(terminate.recv().await),
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}

async fn bridge(listen: SocketAddr, settings: &Settings) -> anyhow::Result<()> {
    let bound = Bridge::bind(listen, settings).await;
    let bridge = bound.map_err(|error| explain(&error, listen))?;
    announce(bridge.address());
    bridge.serve(stopped()).await;
    Ok(())
}

#[expect(
    clippy::print_stdout,
    reason = "the one line that the person who starts it waits for"
)]
fn announce(address: SocketAddr) {
    println!("ブラウザーで http://{address}/ を開いてください。終わるときは Ctrl+C を押します。");
}

fn explain(error: &BridgeError, listen: SocketAddr) -> anyhow::Error {
    match error {
        BridgeError::NotLoopback(address) => anyhow::anyhow!(
            "{address} はほかの端末からも届くアドレスです。--listen には 127.0.0.1 から始まるアドレスを指定してください"
        ),
        BridgeError::CareUrl => {
            anyhow::anyhow!("--care には https://ホスト名:ポート の形で指定してください")
        }
        BridgeError::Unreadable(input) => anyhow::anyhow!(
            "PEM 形式として読み取れないファイルがあります（{input}）。--cert、--key、--ca を確かめてください"
        ),
        BridgeError::Identity(cause) => {
            anyhow::anyhow!("証明書と秘密鍵の組み合わせが使えません（{cause}）")
        }
        BridgeError::Listen(cause) => anyhow::anyhow!(
            "{listen} で待ち受けられません（{cause}）。ほかのプログラムが使っていないか確かめてください"
        ),
    }
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path)
        .with_context(|| format!("ファイル {} を読めません", path.display()))
}

#[derive(Debug)]
struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the machine's clock"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

#[derive(Debug)]
struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        // Only pauses are drawn here; the system's generator does not fail on the systems this runs on.
        let _ = ring::rand::SystemRandom::new().fill(bytes);
    }
}
