//! `opinion validate`: what the platform would say, without sending.

use super::{Outcome, read, say_findings};
use crate::output::Output;
use clap::Args;
use kiban_client::{ClientError, Connection, RequestName};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// 意見書のJSON
    file: PathBuf,
    /// 依頼（保険者番号/依頼の番号）。省くとファイルの被保険者番号と依頼番号から探す
    #[arg(long)]
    request: Option<RequestName>,
}

pub(crate) async fn run(connection: &Connection, output: Output, arguments: &Arguments) -> Outcome {
    let document = read(&arguments.file)?;
    let named = match &arguments.request {
        Some(name) => Some(name.clone()),
        None => find(connection, &document).await?,
    };
    let Some(name) = named else {
        output.say("この意見書の依頼が1件に決まりません。--request で依頼を指定してください。");
        return Ok(false);
    };
    let found = connection.validate_opinion(&name, document.into()).await?;
    say_findings(output, &found.findings);
    output.say(if found.sendable {
        "送信できます。"
    } else {
        "誤りがあるため、このままでは送信できません。"
    });
    output.value(&found);
    Ok(found.sendable)
}

/// The only request that the document's numbers fit.
async fn find(
    connection: &Connection,
    document: &[u8],
) -> Result<Option<RequestName>, ClientError> {
    let document: serde_json::Value = serde_json::from_slice(document).unwrap_or_default();
    let says = |item: &str, of: &str| document[item].as_str().is_none_or(|it| it == of);
    if !document["insured_no"].is_string() {
        return Ok(None);
    }
    let mut fitting = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = connection.opinion_requests("", cursor.as_deref()).await?;
        for it in page.items {
            let fits = says("insurer_no", &it.insurer_no)
                && says("insured_no", &it.insured_no)
                && says("request_no", &it.request_no);
            if fits {
                fitting.push(RequestName {
                    insurer_no: it.insurer_no,
                    request_id: it.request_id,
                });
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    Ok(fitting.pop().filter(|_| fitting.is_empty()))
}
