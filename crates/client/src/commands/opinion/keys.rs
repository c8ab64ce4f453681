//! `opinion keys`: the file with which receipts are checked without a connection.

use super::Outcome;
use crate::output::Output;
use kiban_client::Connection;

pub(crate) async fn run(connection: &Connection, output: Output) -> Outcome {
    let keys = connection.signing_keys().await?;
    output.say("この内容をファイルに保存し、opinion verify の --keys に指定してください。");
    let text = serde_json::to_string(&keys).unwrap_or_default();
    output.write(text.as_bytes());
    output.write(b"\n");
    Ok(true)
}
