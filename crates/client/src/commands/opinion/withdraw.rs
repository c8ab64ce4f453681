//! `opinion withdraw`: before the municipality has received it.

use super::{Outcome, say_request};
use crate::output::Output;
use clap::Args;
use kiban_client::{Connection, RequestName};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// 依頼（保険者番号/依頼の番号）
    request: RequestName,
}

pub(crate) async fn run(connection: &Connection, output: Output, arguments: &Arguments) -> Outcome {
    let shown = connection.withdraw_opinion(&arguments.request).await?;
    say_request(output, &shown.request);
    output.value(&shown);
    Ok(true)
}
