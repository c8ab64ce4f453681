//! `opinion paper`: what came on paper.

use super::{Outcome, read, say_receipt};
use crate::output::Output;
use clap::Args;
use kiban_client::{Connection, RequestName};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// 依頼（保険者番号/依頼の番号）
    request: RequestName,
    /// 紙から入力した項目のJSON（edition と、入力した項目）
    #[arg(long)]
    items: PathBuf,
    /// 紙を読み取ったPDF
    #[arg(long)]
    scan: PathBuf,
    /// 紙を受け取った日。省くと今日
    #[arg(long)]
    received_on: Option<String>,
}

pub(crate) async fn run(connection: &Connection, output: Output, arguments: &Arguments) -> Outcome {
    let (items, scan) = (read(&arguments.items)?, read(&arguments.scan)?);
    let day = arguments.received_on.as_deref();
    let receipt = connection
        .record_paper_opinion(&arguments.request, &items, &scan, day)
        .await?;
    say_receipt(output, &receipt);
    output.value(&receipt);
    Ok(true)
}
