//! `person`: what may be seen of a person.

use super::Outcome;
use crate::output::Output;
use clap::Args;
use kiban_client::Connection;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// 保険者番号
    insurer_no: String,
    /// 被保険者番号
    insured_no: String,
    /// その日に有効な情報（2026-08-01 や 令和8年8月1日）。省くと今日
    #[arg(long)]
    on: Option<String>,
}

pub(crate) async fn run(connection: &Connection, output: Output, arguments: &Arguments) -> Outcome {
    let person = connection
        .person(
            &arguments.insurer_no,
            &arguments.insured_no,
            arguments.on.as_deref(),
        )
        .await?;
    for withheld in &person.withheld {
        output.say(&withheld.message);
    }
    let text = if output.json {
        serde_json::to_string(&person)
    } else {
        serde_json::to_string_pretty(&person)
    };
    output.write(text.unwrap_or_default().as_bytes());
    output.write(b"\n");
    Ok(true)
}
