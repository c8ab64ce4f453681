//! `kiban-terminal renew`: new keys and certificates now, by hand.

use std::process::ExitCode;

use kiban_card::wire::RenewRole;
use kiban_terminal::keeper::{Kept, RenewFailure};

use super::{Folder, refuse, say};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// JSON で出力する
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    folder: Folder,
}

pub(crate) async fn run(arguments: Arguments) -> ExitCode {
    let json = arguments.json;
    match renew(&arguments.folder).await {
        Ok(waits) => {
            let message = if waits {
                "新しい証明書を受け取りましたが、まだ使えることを確かめられていません。今の証明書も使えます。少し待って、もう一度実行してください。"
            } else {
                "証明書を更新しました。"
            };
            if json {
                say(&serde_json::json!({"ok": !waits, "waiting": waits}).to_string());
            } else {
                say(message);
            }
            ExitCode::from(u8::from(waits))
        }
        Err(failure) => refuse(json, failure.code(), &failure.message()),
    }
}

/// Whether one of them waits for its first use.
async fn renew(folder: &Folder) -> Result<bool, RenewFailure> {
    let keeper = folder.open()?;
    let reader = keeper.keep(RenewRole::Reader, true).await?;
    let browser = keeper.keep(RenewRole::Browser, true).await?;
    Ok(reader == Kept::Waiting || browser == Kept::Waiting)
}
