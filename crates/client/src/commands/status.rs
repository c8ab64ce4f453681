//! `status`: one transfer, or the newest.

use super::{Outcome, wait};
use crate::output::Output;
use clap::Args;
use kiban_client::Connection;

/// How many are listed without `--all`.
const FEW: u16 = 20;
/// The most that the platform lists.
const ALL: u16 = 500;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// 受付番号。省くと新しいものの一覧
    id: Option<String>,
    /// 一覧を500件まで出す
    #[arg(long, conflicts_with = "id")]
    all: bool,
    /// 終わるまで見続ける
    #[arg(long)]
    watch: bool,
}

pub(crate) async fn run(connection: &Connection, output: Output, arguments: &Arguments) -> Outcome {
    let Some(id) = &arguments.id else {
        let listed = connection
            .transfers(if arguments.all { ALL } else { FEW })
            .await?
            .items;
        if listed.is_empty() {
            output.say("送信はまだありません。");
        }
        for transfer in &listed {
            if arguments.watch && !transfer.finished {
                output.transfer(&wait(connection, output, &transfer.id).await?);
            } else {
                output.transfer(transfer);
            }
        }
        return Ok(true);
    };
    let transfer = if arguments.watch {
        wait(connection, output, id).await?
    } else {
        connection.transfer(id).await?
    };
    output.transfer(&transfer);
    Ok(!matches!(
        transfer.state.as_str(),
        "held" | "rejected" | "refused"
    ))
}
