//! `kiban mail`: letters and what came back of them.

use super::say;
use crate::{assemble::DataArgs, machine::SystemClock, post::Maildir};
use anyhow::Result;
use clap::Subcommand;
use std::{path::PathBuf, process::ExitCode};

#[derive(Debug, Subcommand)]
pub(crate) enum MailCommand {
    /// 届かなかった知らせを、Maildir 形式のフォルダから取り込む
    Bounces {
        /// フォルダ（new と cur が入っているもの）
        #[arg(long, value_name = "DIR")]
        maildir: PathBuf,
    },
}

pub(crate) async fn run(data: DataArgs, command: MailCommand) -> Result<ExitCode> {
    let MailCommand::Bounces { maildir } = command;
    let maildir = Maildir::open(&maildir)?;
    let platform = data.open(SystemClock::default()).await?;
    let taken = maildir.take_in(&platform).await?;
    say(&format!(
        "届かないアドレスとして記録: {}件、記録済みまたは届かなかった知らせではないもの: {}件、送ったメールの識別子がないもの・その他: {}件",
        taken.marked, taken.believed, taken.other
    ));
    Ok(ExitCode::SUCCESS)
}
