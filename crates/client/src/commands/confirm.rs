//! `confirm` and `give-up`: what becomes of a held transfer.

use super::Outcome;
use crate::output::Output;
use clap::Args;
use kiban_client::Connection;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// 受付番号
    id: String,
}

pub(crate) async fn run(
    connection: &Connection,
    output: Output,
    arguments: &Arguments,
    go_on: bool,
) -> Outcome {
    let transfer = connection.confirm(&arguments.id, go_on).await?;
    output.transfer(&transfer);
    Ok(true)
}
