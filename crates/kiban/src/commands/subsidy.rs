//! `kiban subsidy`: the rules of subsidies as data files (G-1, O11).

use super::say;
use crate::{
    assemble::{DataArgs, operator},
    machine::SystemClock,
};
use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use kiban_domain::{Body, MailAddress, Period, PortalRole, SchemeFault};
use kiban_services::{
    Platform,
    portal_users::members,
    registrations::ReviewerUser,
    subsidies::{self, SCHEME_FILE_BYTES, SchemeError, SchemeRow, read_scheme},
};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

#[derive(Debug, Subcommand)]
pub(crate) enum SubsidyCommand {
    /// 制度のファイル（TOML）を検査する（何も変えない）
    Check {
        /// ファイル
        file: PathBuf,
    },
    /// 制度のファイル（TOML）を検査し、変更を提案する。別の担当者がポータルの運営画面で承認すると有効になる
    Scheme {
        /// ファイル
        file: PathBuf,
        /// 提案する人のメールアドレス（助成金の役割を持つ運営の担当者）
        #[arg(long, value_name = "MAIL")]
        by: MailAddress,
        /// 変更の理由（400文字まで）
        #[arg(long)]
        reason: String,
    },
    /// 制度の版の一覧
    Schemes,
}

pub(crate) async fn run(data: DataArgs, command: SubsidyCommand) -> Result<ExitCode> {
    match command {
        SubsidyCommand::Check { file } => check(&file),
        SubsidyCommand::Scheme { file, by, reason } => {
            let platform = data.open(SystemClock::default()).await?;
            propose(&platform, &file, &by, &reason).await
        }
        SubsidyCommand::Schemes => {
            let platform = data.open(SystemClock::default()).await?;
            let rows = subsidies::revisions(&platform).await?;
            for row in &rows {
                // The newest revision of each scheme comes first.
                let mut own = rows.iter().filter(|it| it.scheme == row.scheme);
                let in_force = own.find(|it| it.state == "standing");
                let in_force = in_force.is_some_and(|it| it.revision == row.revision);
                say(&revision(row, in_force));
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Names every fault of a file, or says what it holds.
fn check(file: &Path) -> Result<ExitCode> {
    let content = read(file)?;
    let scheme = match read_scheme(&content) {
        Ok(scheme) => scheme,
        Err(faults) => return Ok(faulty(&faults)),
    };
    say(&format!("{}  {}", scheme.code(), scheme.title()));
    let planned = if scheme.is_planned() {
        "（予定）"
    } else {
        ""
    };
    let days = |it: Period| format!("{}から{}まで", it.first, it.last);
    say(&format!(
        "申請の受付  {}{planned}",
        days(scheme.applications())
    ));
    say(&format!(
        "対象となる購入日・実施日  {}",
        days(scheme.costs())
    ));
    for it in &scheme.care().categories {
        say(&format!("{}  {}台  {}", it.label, it.readers, it.limit));
    }
    for it in &scheme.opinion().classes {
        let rate = it.rate;
        say(&format!(
            "{}  {}分の{}  {}",
            it.label, rate.below, rate.above, it.limit
        ));
    }
    say("誤りはありません");
    Ok(ExitCode::SUCCESS)
}

async fn propose(
    platform: &Platform,
    file: &Path,
    by: &MailAddress,
    reason: &str,
) -> Result<ExitCode> {
    let content = read(file)?;
    let by = proposer(platform, by).await?;
    let sentence = match subsidies::propose(platform, &operator(), content, reason, by).await {
        Ok((scheme, revision)) => {
            say(&format!(
                "制度 {scheme} の第{revision}版として提案しました。別の担当者が、運営画面の「制度の値」で承認すると有効になります"
            ));
            return Ok(ExitCode::SUCCESS);
        }
        Err(SchemeError::Faults(faults)) => return Ok(faulty(&faults)),
        Err(SchemeError::Same) => "[scheme_same] いま有効な版と同じです。変更していません",
        Err(SchemeError::Waiting) => {
            "[scheme_waiting] 承認を待っている変更があります。承認か却下のあとで提案してください"
        }
        Err(SchemeError::Reason) => {
            "[scheme_reason] 変更の理由を、--reason に400文字以内で書いてください"
        }
        Err(error @ (SchemeError::Stale | SchemeError::SamePerson | SchemeError::Storage(_))) => {
            return Err(error.into());
        }
    };
    say(sentence);
    Ok(ExitCode::from(1))
}

/// The text of a scheme as the console keeps it, so that the same file is the same text wherever it is taken in.
fn read(file: &Path) -> Result<String> {
    let bytes =
        std::fs::read(file).with_context(|| format!("ファイルを読めません: {}", file.display()))?;
    if bytes.len() > SCHEME_FILE_BYTES {
        bail!("ファイルが長すぎます。256KBまでにしてください");
    }
    let text = String::from_utf8(bytes).context("ファイルを、UTF-8の文章として読めません")?;
    Ok(format!("{}\n", text.replace("\r\n", "\n").trim_end()))
}

/// Whoever has an account of the operator's with this address and works on subsidies.
async fn proposer(platform: &Platform, mail: &MailAddress) -> Result<ReviewerUser> {
    let members = members::list(platform, &Body::Operator).await?;
    let fits = members.into_iter().find(|(user, row)| {
        user.active
            && row.holds
            && row.roles.has(PortalRole::Subsidy)
            && user.mail.eq_ignore_ascii_case(mail.as_str())
    });
    let Some((user, _)) = fits else {
        bail!(
            "助成金の役割を持つ運営の担当者に、このメールアドレスの人がいません。kiban operator list で確かめてください"
        );
    };
    Ok(ReviewerUser {
        user_id: user.user_id,
        name: user.name,
        mail: user.mail,
    })
}

fn faulty(faults: &[SchemeFault]) -> ExitCode {
    for fault in faults {
        say(&format!("[scheme_fault] {fault}"));
    }
    say(&format!(
        "{}件の誤りがあるため、何も変えていません",
        faults.len()
    ));
    ExitCode::from(1)
}

fn revision(row: &SchemeRow, in_force: bool) -> String {
    let state = match &*row.state {
        "standing" if in_force => "有効",
        "standing" => "以前の版",
        "proposed" => "承認待ち",
        "refused" => "却下",
        other => other,
    };
    let whose = if row.proposed_by.is_some() {
        format!("{}（{}）", row.proposed_name, row.reason)
    } else {
        "はじめからの版".to_owned()
    };
    format!(
        "{}  第{}版  {state}  {}  {whose}",
        row.scheme, row.revision, row.proposed_at
    )
}
