//! `kiban-client`: the command line of municipalities and vendors.
//!
//! What a person reads goes to standard error, what a script reads to standard output. Exit codes: 0 done, 1 findings or
//! refused, 2 wrong usage.

mod commands;
mod output;

use clap::{Args, Parser, Subcommand};
use kiban_client::{Connection, Settings};
use output::Output;
use serde::Deserialize;
use std::{path::PathBuf, process::ExitCode};

#[derive(Debug, Parser)]
#[command(
    name = "kiban-client",
    version,
    about = "介護情報基盤のシステム連携（市町村・ベンダー向け）"
)]
struct Arguments {
    #[command(flatten)]
    place: Place,
    /// 結果を JSON で標準出力に書く
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

/// Where to connect and with which files.
#[derive(Debug, Args)]
struct Place {
    /// 接続先（例 https://127.0.0.1:8444）
    #[arg(long, global = true)]
    server: Option<String>,
    /// クライアント証明書（PEM）
    #[arg(long, global = true)]
    cert: Option<PathBuf>,
    /// クライアント証明書の鍵（PEM）
    #[arg(long, global = true)]
    key: Option<PathBuf>,
    /// 接続先の証明書の認証局（PEM）
    #[arg(long, global = true)]
    ca: Option<PathBuf>,
    /// 上の4つを書いた設定ファイル（JSON: server, cert, key, ca）
    #[arg(long, global = true)]
    config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// ファイルを送信する（「-」は標準入力の tar）
    Send(commands::send::Arguments),
    /// 送信の状態を見る
    Status(commands::status::Arguments),
    /// 取込の結果を見る
    Result(commands::result::Arguments),
    /// 止まっている取込を進める
    Confirm(commands::confirm::Arguments),
    /// 止まっている取込を取りやめる
    GiveUp(commands::confirm::Arguments),
    /// 接続を確認する
    Check,
    /// 利用者の情報を照会する
    Person(commands::person::Arguments),
    /// 5項目で本人確認をする
    IdentityCheck(commands::identity_check::Arguments),
    /// 主治医意見書を送受信する
    #[command(subcommand)]
    Opinion(commands::opinion::Command),
}

/// What the settings file may hold; flags go before it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    server: Option<String>,
    cert: Option<PathBuf>,
    key: Option<PathBuf>,
    ca: Option<PathBuf>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new(arguments.json);
    let command = match arguments.command {
        Command::Opinion(command) => match command.offline(output) {
            Ok(outcome) => return ended(output, outcome),
            Err(command) => Command::Opinion(command),
        },
        command => command,
    };
    let settings = match settings(&arguments.place) {
        Ok(settings) => settings,
        Err(message) => {
            output.say(&message);
            return ExitCode::from(2);
        }
    };
    let connection = match Connection::open(&settings) {
        Ok(connection) => connection,
        Err(error) => {
            output.say(&error.message());
            return ExitCode::from(2);
        }
    };
    let outcome = match command {
        Command::Send(arguments) => commands::send::run(&connection, output, arguments).await,
        Command::Status(arguments) => commands::status::run(&connection, output, &arguments).await,
        Command::Result(arguments) => commands::result::run(&connection, output, &arguments).await,
        Command::Confirm(arguments) => {
            commands::confirm::run(&connection, output, &arguments, true).await
        }
        Command::GiveUp(arguments) => {
            commands::confirm::run(&connection, output, &arguments, false).await
        }
        Command::Check => commands::check::run(&connection, output, &settings).await,
        Command::Person(arguments) => commands::person::run(&connection, output, &arguments).await,
        Command::IdentityCheck(arguments) => {
            commands::identity_check::run(&connection, output, arguments).await
        }
        Command::Opinion(command) => commands::opinion::run(&connection, output, command).await,
    };
    ended(output, outcome)
}

fn ended(output: Output, outcome: commands::Outcome) -> ExitCode {
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            output.fail(&error);
            ExitCode::from(1)
        }
    }
}

fn settings(arguments: &Place) -> Result<Settings, String> {
    let file = match &arguments.config {
        None => File::default(),
        Some(path) => {
            let text = std::fs::read(path).map_err(|error| {
                format!("設定ファイル {} を読めません（{error}）。", path.display())
            })?;
            serde_json::from_slice(&text).map_err(|error| {
                format!(
                    "設定ファイル {} に誤りがあります（{error}）。",
                    path.display()
                )
            })?
        }
    };
    let missing = |flag: &str| {
        format!("{flag} を指定してください（--config の設定ファイルに書くこともできます）。")
    };
    let either = |given: &Option<PathBuf>, kept: Option<PathBuf>, flag| {
        given.clone().or(kept).ok_or_else(|| missing(flag))
    };
    Ok(Settings {
        server: arguments
            .server
            .clone()
            .or(file.server)
            .ok_or_else(|| missing("--server"))?,
        certificate: either(&arguments.cert, file.cert, "--cert")?,
        key: either(&arguments.key, file.key, "--key")?,
        authority: either(&arguments.ca, file.ca, "--ca")?,
    })
}
