//! `opinion return`: with a reason.

use super::{Outcome, say_receipt};
use crate::output::Output;
use clap::Args;
use kiban_client::Connection;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// 受付番号
    receipt_no: String,
    /// 差戻しの理由（400文字以内）
    #[arg(long)]
    reason: String,
}

pub(crate) async fn run(connection: &Connection, output: Output, arguments: &Arguments) -> Outcome {
    let receipt = connection
        .return_opinion(&arguments.receipt_no, &arguments.reason)
        .await?;
    say_receipt(output, &receipt);
    output.value(&receipt);
    Ok(true)
}
