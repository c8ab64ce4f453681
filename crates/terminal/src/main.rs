//! `kiban-terminal`: the program that runs on an office's computer.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use clap::{Parser, Subcommand};
use kiban_domain::{Clock, Timestamp};
use kiban_terminal::bridge::{Bridge, BridgeError, Settings};

/// 介護情報基盤の端末プログラム
#[derive(Debug, Parser)]
#[command(name = "kiban-terminal", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
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
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    let Command::Bridge {
        listen,
        care,
        cert,
        key,
        ca,
    } = Arguments::parse().command;
    let settings = Settings {
        care_url: care,
        authority_pem: read(&ca)?,
        certificate_pem: read(&cert)?,
        key_pem: read(&key)?,
        clock: Arc::new(SystemClock),
    };
    let bound = Bridge::bind(listen, &settings).await;
    let bridge = bound.map_err(|error| explain(&error, listen))?;
    announce(bridge.address());
    bridge
        .serve(async {
            // Without a signal handler the bridge can still be ended by the system.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        })
        .await;
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
