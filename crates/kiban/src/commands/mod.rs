//! The commands and what they print.

mod audit;
mod ca;
mod check;
mod company;
mod emergency;
mod inquiry;
mod insurer;
mod mail;
mod office;
mod operator;
pub(crate) mod readiness;
pub(crate) mod register;
pub(crate) mod serve;
mod subsidy;
mod synth;

use crate::{assemble::DataArgs, demo, machine::SystemClock};
use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// 介護情報基盤（オープン実装）
#[derive(Debug, Parser)]
#[command(
    name = "kiban",
    version,
    about = "介護情報基盤（オープン実装）",
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    #[command(flatten)]
    data: DataArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 架空の市のデータで、基盤の全体を手元で動かす
    Demo(demo::DemoArgs),
    /// 基盤を動かす
    Serve(Box<serve::ServeArgs>),
    /// データベースの構造を最新にする（PostgreSQL）
    Migrate,
    /// 認証局: 証明書の発行、一覧、失効
    #[command(subcommand)]
    Ca(ca::CaCommand),
    /// 保険者: 登録、対応状況の変更、一覧
    #[command(subcommand)]
    Insurer(insurer::InsurerCommand),
    /// 市町村の対応状況: ファイルからの登録、広域連合との結び付け
    #[command(subcommand)]
    Readiness(readiness::ReadinessCommand),
    /// 事業所・医療機関の一覧: 取込み、番号で調べる
    #[command(subcommand)]
    Register(register::RegisterCommand),
    /// 会社: 登録、事業所を加える・外す、一覧
    #[command(subcommand)]
    Company(company::CompanyCommand),
    /// お問い合わせ: 一覧、内容、回答
    #[command(subcommand)]
    Inquiry(inquiry::InquiryCommand),
    /// メール: 届かなかった知らせの取込み
    #[command(subcommand)]
    Mail(mail::MailCommand),
    /// 事業所と職員の登録
    #[command(subcommand)]
    Office(office::OfficeCommand),
    /// 運営の担当者: ユーザIDの発行、一覧
    #[command(subcommand)]
    Operator(operator::OperatorCommand),
    /// 緊急閲覧: 災害や障害のときに開く、閉じる、閲覧の確認
    #[command(subcommand)]
    Emergency(emergency::EmergencyCommand),
    /// 助成金の制度: ファイルの検査、変更の提案、一覧
    #[command(subcommand)]
    Subsidy(subsidy::SubsidyCommand),
    /// 架空の市町村データを作る
    Synth(synth::SynthArgs),
    /// ファイルを検査する（送信はしない）
    Check(check::CheckArgs),
    /// 監査記録: 検証、証明
    #[command(subcommand)]
    Audit(audit::AuditCommand),
}

impl Cli {
    /// What goes to the log unless `RUST_LOG` says otherwise: a server logs its requests, a person at the terminal
    /// reads what the command itself says.
    pub(crate) fn log_level(&self) -> &'static str {
        match self.command {
            Command::Serve(_) => "warn,kiban=info,kiban_services=info",
            _ => "warn",
        }
    }
}

/// Runs a command.
pub(crate) async fn run(cli: Cli) -> Result<ExitCode> {
    let data = cli.data;
    match cli.command {
        Command::Demo(args) => demo::run(data, args).await,
        Command::Serve(args) => serve::run(data, *args).await,
        Command::Migrate => migrate(data).await,
        Command::Ca(command) => ca::run(data, command).await,
        Command::Insurer(command) => insurer::run(data, command).await,
        Command::Readiness(command) => readiness::run(data, command).await,
        Command::Register(command) => register::run(data, command).await,
        Command::Company(command) => company::run(data, command).await,
        Command::Inquiry(command) => inquiry::run(data, command).await,
        Command::Mail(command) => mail::run(data, command).await,
        Command::Office(command) => office::run(data, command).await,
        Command::Operator(command) => operator::run(data, command).await,
        Command::Emergency(command) => emergency::run(data, command).await,
        Command::Subsidy(command) => subsidy::run(data, command).await,
        Command::Synth(args) => synth::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Audit(command) => audit::run(data, command).await,
    }
}

async fn migrate(data: DataArgs) -> Result<ExitCode> {
    if let Some(url) = &data.database {
        let taken = kiban_store::Store::migrate(url, &data.schema).await?;
        say(&format!("{taken} 件の移行を適用しました"));
    } else {
        data.open(SystemClock::default()).await?;
        say("組込みデータベースは最新です");
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints a line for the person at the terminal; whoever reads it may be gone.
pub(crate) fn say(line: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Prints the error with its causes.
pub(crate) fn fail(error: &anyhow::Error) -> ExitCode {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "エラー: {error:#}");
    ExitCode::from(1)
}
