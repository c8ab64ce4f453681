//! `kiban-terminal status`: what this terminal is, without asking anybody.

use std::process::ExitCode;

use kiban_card::wire::RenewRole;
use kiban_domain::Clock as _;
use kiban_terminal::keeper::{Keeper, KeeperError};
use serde_json::{Value, json};

use super::{Folder, refuse, say};
use crate::SystemClock;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// JSON で出力する
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    folder: Folder,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let found = arguments.folder.existing();
    let status = found.and_then(|keeper| keeper.map_or(Ok(None), |keeper| status(&keeper)));
    match status {
        Ok(Some(status)) => {
            let text = if arguments.json {
                status.to_string()
            } else {
                as_text(&status)
            };
            say(&text);
            ExitCode::from(u8::from(status["ok"] != true))
        }
        Ok(None) => refuse(
            arguments.json,
            "not_enrolled",
            "この端末はまだ登録されていません。kiban-terminal enrol で登録してください。",
        ),
        Err(error) => refuse(arguments.json, error.code(), &error.message()),
    }
}

fn status(keeper: &Keeper) -> Result<Option<Value>, KeeperError> {
    let Some(identity) = keeper.current(RenewRole::Reader)? else {
        return Ok(None);
    };
    let own = identity.own();
    let own = own.map_err(|_| KeeperError::Unreadable(keeper.folder().to_owned()))?;
    let days_left = own.days_left(SystemClock.now());
    let browser = keeper.current(RenewRole::Browser)?;
    let browser = browser.and_then(|it| it.own().ok());
    let contact = keeper.contact()?;
    Ok(Some(json!({
        "ok": days_left >= 0,
        "name": identity.name,
        "terminal": own.terminal,
        "office_no": own.office_no,
        "care": identity.care_url,
        "portal": identity.portal,
        "certificate_ends": own.not_after.to_string(),
        "days_left": days_left,
        "renewal_waits": keeper.next(RenewRole::Reader)?.is_some(),
        "bridge_days_left": browser.map(|own| own.days_left(SystemClock.now())),
        "last_contact": contact.map(|contact| contact.at),
        "version": env!("CARGO_PKG_VERSION"),
    })))
}

fn as_text(status: &Value) -> String {
    let word = |name: &str| status[name].as_str().unwrap_or("まだありません").to_owned();
    let days = |name: &str| match status[name].as_i64() {
        Some(days) if days < 0 => {
            "期限が切れています。新しいコードで登録し直してください".to_owned()
        }
        Some(days) => format!("あと{days}日"),
        None => "まだありません".to_owned(),
    };
    format!(
        "端末              {} ({})\n事業所番号        {}\n接続先            {}\n証明書            {}\n画面用の証明書    {}\n最後に通じた時刻  {}\nプログラムの版    {}",
        word("name"),
        word("terminal"),
        word("office_no"),
        word("care"),
        days("days_left"),
        days("bridge_days_left"),
        word("last_contact"),
        word("version"),
    )
}
