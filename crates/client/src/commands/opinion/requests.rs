//! `opinion requests`: every page of them.

use super::{Outcome, say_request};
use crate::output::Output;
use clap::Args;
use kiban_client::Connection;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// 状態（requested、returned など。コンマ区切り）。省くとすべて
    #[arg(long, default_value = "")]
    state: String,
}

pub(crate) async fn run(connection: &Connection, output: Output, arguments: &Arguments) -> Outcome {
    let mut cursor: Option<String> = None;
    let mut count = 0;
    loop {
        let page = connection
            .opinion_requests(&arguments.state, cursor.as_deref())
            .await?;
        for request in &page.items {
            count += 1;
            say_request(output, request);
            output.value(request);
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    if count == 0 {
        output.say("依頼はありません。");
    }
    Ok(true)
}
