//! `kiban insurer`: who insures, and how far each has come.

use super::say;
use crate::{
    assemble::{DataArgs, operator},
    machine::SystemClock,
};
use anyhow::{Result, bail};
use clap::Subcommand;
use kiban_domain::{Date, InsurerNumber, MunicipalityStage};
use kiban_services::insurers;
use kiban_store::repo::insurers::InsurerRow;
use std::process::ExitCode;

#[derive(Debug, Subcommand)]
pub(crate) enum InsurerCommand {
    /// 保険者を登録する（もう一度実行すると名称と電話番号を変える）
    Add {
        /// 保険者番号
        insurer_no: InsurerNumber,
        /// 名称
        name: String,
        /// 都道府県
        #[arg(long, default_value = "")]
        prefecture: String,
        /// 電話番号
        #[arg(long, default_value = "")]
        phone: String,
    },
    /// 対応状況を変える: unknown, preparing, sending, migrating, sharing
    Stage {
        /// 保険者番号
        insurer_no: InsurerNumber,
        /// 対応状況
        stage: String,
        /// いつから（指定しないときは今日）
        #[arg(long)]
        since: Option<Date>,
    },
    /// 一覧
    List,
}

pub(crate) async fn run(data: DataArgs, command: InsurerCommand) -> Result<ExitCode> {
    let platform = data.open(SystemClock::default()).await?;
    match command {
        InsurerCommand::Add {
            insurer_no,
            name,
            prefecture,
            phone,
        } => {
            if !insurer_no.check_digit_agrees() {
                bail!("保険者番号の検証番号が合いません。番号をもう一度お確かめください");
            }
            let row = InsurerRow {
                insurer_no,
                name,
                prefecture,
                phone,
                stage: MunicipalityStage::Unknown,
                stage_since: platform.today(),
            };
            insurers::save(&platform, row).await?;
            say("登録しました");
        }
        InsurerCommand::Stage {
            insurer_no,
            stage,
            since,
        } => {
            let Ok(stage) = stage.parse::<MunicipalityStage>() else {
                bail!("対応状況は unknown, preparing, sending, migrating, sharing のどれかです");
            };
            let since = since.unwrap_or_else(|| platform.today());
            if !insurers::set_stage(&platform, &operator(), insurer_no, stage, since).await? {
                bail!(
                    "この保険者は登録されていません。先に `kiban insurer add` で登録してください"
                );
            }
            say(&format!("「{}」にしました", stage.label()));
        }
        InsurerCommand::List => {
            for row in insurers::list(&platform).await? {
                say(&format!(
                    "{}  {}{}  {}（{}から）",
                    row.insurer_no.as_str(),
                    row.prefecture,
                    row.name,
                    row.stage.label(),
                    row.stage_since
                ));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
