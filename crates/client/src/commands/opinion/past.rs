//! `opinion past`: opinions of earlier times about a person.

use super::{Outcome, say_receipt};
use crate::output::Output;
use clap::Args;
use kiban_client::Connection;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// 保険者番号
    insurer_no: String,
    /// 被保険者番号
    insured_no: String,
}

pub(crate) async fn run(connection: &Connection, output: Output, arguments: &Arguments) -> Outcome {
    let past = connection
        .past_opinions(&arguments.insurer_no, &arguments.insured_no)
        .await?;
    for it in &past.items {
        say_receipt(output, &it.opinion.receipt);
    }
    if past.items.is_empty() {
        output.say("表示できる意見書はありません。");
    }
    if past.withheld > 0 {
        output.say(&format!(
            "医師の同意がないため表示できない意見書が{}件あります。",
            past.withheld
        ));
    }
    let text = if output.json {
        serde_json::to_string(&past)
    } else {
        serde_json::to_string_pretty(&past)
    };
    output.write(text.unwrap_or_default().as_bytes());
    output.write(b"\n");
    Ok(true)
}
