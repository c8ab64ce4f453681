//! `opinion send`: one file, with its PDF.

use super::{Outcome, say_findings, say_receipt, upload};
use crate::output::Output;
use clap::Args;
use kiban_client::{ClientError, Connection, RequestName, SentOpinions};
use ring::rand::{SecureRandom as _, SystemRandom};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// 意見書のJSON、または医見書のCSV
    file: PathBuf,
    /// 添えるPDF
    #[arg(long)]
    pdf: Option<PathBuf>,
    /// PDFを意見書とし、ファイルは主な項目だけとする
    #[arg(long, requires = "pdf")]
    pdf_only: bool,
    /// 依頼（保険者番号/依頼の番号）。省くとファイルの番号から決まる
    #[arg(long)]
    request: Option<RequestName>,
    /// 以前に送信した内容でも、新しい送信として送る（取下げの後など）
    #[arg(long)]
    again: bool,
}

pub(crate) async fn run(connection: &Connection, output: Output, arguments: &Arguments) -> Outcome {
    let upload = upload(
        &arguments.file,
        arguments.pdf.as_deref(),
        arguments.pdf_only,
    )?;
    let key = if arguments.again {
        new_key()?
    } else {
        upload.key()
    };
    let place = arguments.request.as_ref();
    let sent = match connection.send_opinion(&upload, place, &key).await {
        Ok(sent) => sent,
        Err(error) => {
            if let Some(problem) = error.problem() {
                say_findings(output, &problem.findings);
            }
            return Err(error);
        }
    };
    for receipt in sent.receipts() {
        say_receipt(output, receipt);
    }
    match &sent {
        SentOpinions::One(sent) => say_findings(output, &sent.cautions),
        SentOpinions::Lines(sent) => {
            for it in &sent.lines {
                if let Some(detail) = &it.detail {
                    output.say(&format!("{}行目: {detail}", it.line));
                }
                say_findings(output, &it.findings);
            }
            for it in &sent.faults {
                output.say(&format!("{}行目: {}", it.line, it.reason));
            }
        }
    }
    output.value(&sent);
    Ok(sent.is_whole())
}

fn new_key() -> Result<String, ClientError> {
    let mut bytes = [0; 16];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| ClientError::Setting("random"))?;
    Ok(hex::encode(bytes))
}
