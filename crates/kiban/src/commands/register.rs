//! `kiban register`: the register of offices and institutions, from which registrations are checked.

use super::say;
use crate::{
    assemble::{DataArgs, operator},
    machine::SystemClock,
};
use anyhow::{Context as _, Result};
use clap::Subcommand;
use kiban_domain::OfficeNumber;
use kiban_services::{
    Platform,
    office_register::{self, ImportError},
};
use std::{path::PathBuf, process::ExitCode};

#[derive(Debug, Subcommand)]
pub(crate) enum RegisterCommand {
    /// 事業所・医療機関の一覧（CSV）を取り込む。誤りが1つでもあるときは、何も取り込まない
    Import {
        /// ファイル（UTF-8またはシフトJIS）
        file: PathBuf,
        /// 多くの事業所がなくなっていても、全件のファイルとして取り込む
        #[arg(long)]
        whole: bool,
    },
    /// 番号で調べる
    Show {
        /// 事業所番号または医療機関コード（10桁）
        office_no: OfficeNumber,
    },
}

pub(crate) async fn run(data: DataArgs, command: RegisterCommand) -> Result<ExitCode> {
    let platform = data.open(SystemClock::default()).await?;
    match command {
        RegisterCommand::Import { file, whole } => {
            let bytes = std::fs::read(&file)
                .with_context(|| format!("ファイルを読めません: {}", file.display()))?;
            import(&platform, bytes, whole).await
        }
        RegisterCommand::Show { office_no } => show(&platform, &office_no).await,
    }
}

/// Imports the register, or says everything that keeps it from being imported.
pub(crate) async fn import(platform: &Platform, bytes: Vec<u8>, whole: bool) -> Result<ExitCode> {
    let sentence = match office_register::import(platform, &operator(), bytes, whole).await {
        Ok(imported) => {
            for finding in &imported.warnings {
                say(&format!("注意 {}", finding.message()));
            }
            say(&format!(
                "{}件を読みました（追加{}件、変更{}件、一覧からなくなったもの{}件）",
                imported.rows, imported.added, imported.changed, imported.absent
            ));
            return Ok(ExitCode::SUCCESS);
        }
        Err(ImportError::Mistakes(findings)) => {
            for finding in &findings {
                say(&format!("[{}] {}", finding.fault.code(), finding.message()));
            }
            format!(
                "{}件の誤りがあるため、何も取り込んでいません",
                findings.len()
            )
        }
        Err(ImportError::Unreadable(reason)) => {
            format!("[{}] {}", reason.code(), reason.message())
        }
        Err(ImportError::ManyAbsent { absent, known }) => format!(
            "[register_many_absent] 登録されている{known}件のうち{absent}件がファイルにないため、何も取り込んでいません。全件のファイルであるときは --whole を付けてください"
        ),
        Err(error @ (ImportError::Reading | ImportError::Storage(_))) => return Err(error.into()),
    };
    say(&sentence);
    Ok(ExitCode::from(1))
}

async fn show(platform: &Platform, office_no: &OfficeNumber) -> Result<ExitCode> {
    let Some(entry) = office_register::look_up(platform, office_no).await? else {
        say("この番号は一覧にありません");
        return Ok(ExitCode::from(1));
    };
    let kinds: Vec<&str> = entry
        .service_kinds
        .iter()
        .map(kiban_domain::ServiceKind::label)
        .collect();
    let state = match entry.closed_on {
        Some(day) if day < platform.today() => format!("廃止（{day}）"),
        Some(day) => format!("開設（{day}に廃止の予定）"),
        None => "開設".to_owned(),
    };
    say(&format!(
        "{} {}\n{}\n{}\n{}",
        entry.office_no,
        entry.name,
        entry.address,
        kinds.join("、"),
        state
    ));
    Ok(ExitCode::SUCCESS)
}
