//! `check`: does the connection work, and if not, who can mend what?

use super::Outcome;
use crate::output::Output;
use kiban_client::{Connection, Settings};

pub(crate) async fn run(connection: &Connection, output: Output, settings: &Settings) -> Outcome {
    output.say(&format!("{} に接続しています。", settings.server));
    let hello = connection.hello().await?;
    let kind = match hello.kind.as_str() {
        "municipality" => "市町村（保険者）",
        "medical" => "医療機関",
        _ => "事業所",
    };
    output.say("接続できました。証明書は双方で確認されています。");
    output.say(&format!(
        "  接続している機関: {kind} {}",
        hello.organisation
    ));
    output.say(&format!(
        "  証明書の有効期限: {}（切れる前に、証明書の管理者が更新してください）",
        hello.certificate_not_after
    ));
    output.say(&format!(
        "  基盤の時刻: {}　版: {}",
        hello.server_time, hello.version
    ));
    output.value(&hello);
    Ok(true)
}
