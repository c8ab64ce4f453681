//! `result`: counts and findings.

use super::{Outcome, is_clean};
use crate::output::Output;
use clap::Args;
use kiban_client::{ClientError, Connection};
use std::path::PathBuf;

/// Findings that are said to a person; the rest is in the file.
const SAID: usize = 50;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// 受付番号
    id: String,
    /// 指摘を CSV（UTF-8 BOM付き）で出す
    #[arg(long)]
    csv: bool,
    /// 標準出力のかわりに書くファイル
    #[arg(long)]
    out: Option<PathBuf>,
}

pub(crate) async fn run(connection: &Connection, output: Output, arguments: &Arguments) -> Outcome {
    if arguments.csv {
        let csv = connection.result_csv(&arguments.id).await?;
        write(output, arguments, &csv)?;
        let transfer = connection.transfer(&arguments.id).await?;
        return Ok(is_clean(&transfer));
    }
    let result = connection.result(&arguments.id).await?;
    let quiet = Output {
        json: false,
        ..output
    };
    quiet.transfer(&result.transfer);
    for finding in result.findings.iter().take(SAID) {
        let item = finding
            .item
            .as_deref()
            .map(|item| format!(" {item}"))
            .unwrap_or_default();
        output.say(&format!(
            "    {}行{item}: {}（{}）",
            finding.line, finding.message, finding.code
        ));
    }
    if result.findings.len() > SAID {
        output.say(&format!(
            "    ほか {} 件。--csv --out で全件を書き出せます。",
            result.findings.len() - SAID
        ));
    }
    if output.json || arguments.out.is_some() {
        let mut text = serde_json::to_vec(&result).unwrap_or_default();
        text.push(b'\n');
        write(output, arguments, &text)?;
    }
    Ok(is_clean(&result.transfer))
}

fn write(output: Output, arguments: &Arguments, bytes: &[u8]) -> Result<(), ClientError> {
    match &arguments.out {
        None => output.write(bytes),
        Some(path) => {
            std::fs::write(path, bytes).map_err(|source| ClientError::File {
                path: path.clone(),
                source,
            })?;
        }
    }
    Ok(())
}
