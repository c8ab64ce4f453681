//! `opinion acknowledge`: one or many.

use super::{Outcome, say_receipt};
use crate::output::Output;
use clap::Args;
use kiban_client::Connection;

/// The most of one call.
const MOST: usize = 100;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// 受付番号
    #[arg(required = true)]
    receipt_nos: Vec<String>,
}

pub(crate) async fn run(connection: &Connection, output: Output, arguments: Arguments) -> Outcome {
    let mut good = true;
    for some in arguments.receipt_nos.chunks(MOST) {
        let answer = connection.acknowledge_opinions(some.to_vec()).await?;
        for it in &answer.items {
            match &it.receipt {
                Some(receipt) => say_receipt(output, receipt),
                None => {
                    let detail = it.detail.as_deref().unwrap_or_default();
                    output.say(&format!("{}: {detail}", it.receipt_no));
                    good = false;
                }
            }
        }
        output.value(&answer);
    }
    Ok(good)
}
