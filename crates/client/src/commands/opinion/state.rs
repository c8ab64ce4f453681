//! `opinion state`: a request with its receipts and steps.

use super::{Outcome, say_receipt, say_request};
use crate::output::Output;
use clap::Args;
use kiban_client::{Connection, RequestName};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// 依頼（保険者番号/依頼の番号）
    request: RequestName,
}

pub(crate) async fn run(connection: &Connection, output: Output, arguments: &Arguments) -> Outcome {
    let shown = connection.opinion_request(&arguments.request).await?;
    say_request(output, &shown.request);
    for receipt in &shown.receipts {
        say_receipt(output, receipt);
    }
    for event in &shown.events {
        let note = event.note.as_deref().unwrap_or_default();
        output.say(&format!("    {}  {}  {note}", event.at, event.label));
    }
    output.value(&shown);
    Ok(true)
}
