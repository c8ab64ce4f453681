//! `kiban-terminal enrol`: a one-time code becomes this terminal's certificate.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use kiban_terminal::enrol::{Enrolled, Portal, Wanted, enrol};

use super::{Folder, refuse, say};
use crate::SystemClock;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// ポータルのアドレス（https://…）
    #[arg(long)]
    portal: String,
    /// 事業所番号（10桁）
    #[arg(long)]
    office: String,
    /// 事業所の管理者が発行したコード。指定しなければ、画面で尋ねる
    #[arg(long)]
    code: Option<String>,
    /// 端末の名前
    #[arg(long, default_value = "受付の端末")]
    name: String,
    /// この端末はタブレットである
    #[arg(long)]
    tablet: bool,
    /// ポータルの証明書を発行した認証局の証明書（PEM）。指定しなければ、この端末が信頼する認証局
    #[arg(long)]
    server_ca: Option<PathBuf>,
    /// 登録済みでも、新しいコードで登録し直す
    #[arg(long)]
    replace: bool,
    /// JSON で出力する
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    folder: Folder,
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let json = arguments.json;
    let authority = arguments
        .server_ca
        .as_deref()
        .map(crate::read)
        .transpose()?;
    let clock = Arc::new(SystemClock);
    let portal = match Portal::new(&arguments.portal, authority.as_deref(), clock) {
        Ok(portal) => portal,
        Err(error) => {
            refuse(json, error.code(), &error.message());
            return Ok(ExitCode::from(2));
        }
    };
    let keeper = match arguments.folder.open() {
        Ok(keeper) => keeper,
        Err(error) => return Ok(refuse(json, error.code(), &error.message())),
    };
    let code = match arguments.code {
        Some(code) => code,
        None => tokio::task::spawn_blocking(|| rpassword::prompt_password("コード: ")).await??,
    };
    let wanted = Wanted {
        office_no: arguments.office,
        code,
        name: arguments.name,
        tablet: arguments.tablet,
        replace: arguments.replace,
    };
    match enrol(&keeper, &portal, &wanted).await {
        Ok(enrolled) if json => {
            say(&as_json(&enrolled).to_string());
            Ok(ExitCode::SUCCESS)
        }
        Ok(enrolled) => {
            let folder = keeper.folder().display().to_string();
            say(&as_text(&enrolled, &folder));
            Ok(ExitCode::SUCCESS)
        }
        Err(failure) => Ok(refuse(json, failure.code(), &failure.message())),
    }
}

fn as_json(enrolled: &Enrolled) -> serde_json::Value {
    let own = enrolled.identity.own().ok();
    serde_json::json!({
        "ok": true,
        "terminal": own.as_ref().map(|own| own.terminal.clone()),
        "name": enrolled.identity.name,
        "care": enrolled.identity.care_url,
        "certificate_ends": own.map(|own| own.not_after.to_string()),
        "connected": enrolled.tried == Ok(true),
        "bridge": enrolled.has_browser,
    })
}

fn as_text(enrolled: &Enrolled, folder: &str) -> String {
    let identity = &enrolled.identity;
    let terminal = identity.own().map(|own| own.terminal).unwrap_or_default();
    let (tried, next) = match (enrolled.tried, enrolled.has_browser) {
        (Ok(true), true) => (
            "接続できました",
            "kiban-terminal run を始め、表示されたアドレスをブラウザーで開いてください。",
        ),
        (Ok(true), false) => (
            "接続できました。画面用の証明書はまだ受け取れていません",
            "kiban-terminal run を始めると、もう一度受け取ります。",
        ),
        (Ok(false) | Err(_), _) => (
            "証明書は受け取りましたが、接続はまだ確かめられていません",
            "kiban-terminal doctor で原因を確かめてください。コードをもう一度使う必要はありません。",
        ),
    };
    format!(
        "この端末を登録しました。\n  端末      {} ({terminal})\n  接続先    {}\n  保存先    {folder}（この利用者だけが読めます）\n  接続      {tried}\n次にすること: {next}",
        identity.name, identity.care_url,
    )
}
