//! `kiban ca`: certificates of terminals and systems.

use super::say;
use crate::{
    assemble::{DataArgs, operator},
    machine::SystemClock,
};
use anyhow::{Context as _, Result};
use clap::{Args, Subcommand, ValueEnum};
use kiban_domain::{InsurerNumber, OfficeNumber};
use kiban_pki::{AuthorityKind, Order, Pkcs12Format, Profile, SystemKind, TerminalRole, pkcs12};
use kiban_services::certificates;
use std::{path::PathBuf, process::ExitCode};

#[derive(Debug, Subcommand)]
pub(crate) enum CaCommand {
    /// 端末の証明書を発行する
    Terminal(TerminalArgs),
    /// システムの証明書を発行する
    System(SystemArgs),
    /// 発行した証明書の一覧
    List {
        /// JSONで出力する
        #[arg(long)]
        json: bool,
    },
    /// 証明書を失効させる（動いているサーバーにもすぐ効く）
    Revoke {
        /// シリアル番号（16進）
        serial: String,
        /// 理由
        #[arg(long, default_value = "cessation")]
        reason: String,
    },
    /// 失効リスト（PEM）を出力する
    Crl {
        /// どの認証局か
        #[arg(value_enum)]
        door: DoorName,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum DoorName {
    /// 端末
    Terminals,
    /// システム
    Systems,
}

#[derive(Debug, Args)]
pub(crate) struct Output {
    /// 証明書と鍵を書くファイル名（拡張子なし）。PEM と PKCS#12 を書く
    #[arg(long)]
    out: PathBuf,
    /// 申請書（PKCS#10、PEM）。指定すると鍵は作らず、証明書だけを書く
    #[arg(long)]
    request: Option<PathBuf>,
    /// PKCS#12のパスワード（指定しないときは作って一度だけ表示する）
    #[arg(long)]
    password: Option<String>,
    /// 有効日数
    #[arg(long)]
    days: Option<i64>,
    /// 古い端末向けの暗号でPKCS#12を書く
    #[arg(long)]
    legacy: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TerminalArgs {
    /// 事業所番号
    #[arg(long)]
    office: OfficeNumber,
    /// 端末の名前（英数字）
    #[arg(long)]
    id: String,
    /// カードリーダーのプログラム用（指定しないときはブラウザー用）。名前はブラウザー用と同じにする
    #[arg(long)]
    reader: bool,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum KindName {
    /// 市町村
    Municipality,
    /// 介護事業所
    Office,
    /// 医療機関
    Medical,
}

#[derive(Debug, Args)]
pub(crate) struct SystemArgs {
    /// 保険者番号、事業所番号、医療機関の番号
    #[arg(long)]
    organisation: String,
    /// 組織の種類
    #[arg(long, value_enum)]
    kind: KindName,
    /// システムの名前（英数字）
    #[arg(long)]
    id: String,
    #[command(flatten)]
    output: Output,
}

pub(crate) async fn run(data: DataArgs, command: CaCommand) -> Result<ExitCode> {
    let platform = data.open(SystemClock::default()).await?;
    let authorities = data.authorities(&platform)?;
    match command {
        CaCommand::Terminal(args) => {
            let profile = Profile::Terminal {
                office_no: args.office.as_str().to_owned(),
                terminal_id: args.id,
                role: if args.reader {
                    TerminalRole::Reader
                } else {
                    TerminalRole::Browser
                },
            };
            issue(&platform, &authorities, profile, args.output).await
        }
        CaCommand::System(args) => {
            let kind = match args.kind {
                KindName::Municipality => SystemKind::Municipality,
                KindName::Office => SystemKind::Office,
                KindName::Medical => SystemKind::Medical,
            };
            let organisation = match args.kind {
                KindName::Municipality => args
                    .organisation
                    .parse::<InsurerNumber>()
                    .context("保険者番号は6桁の数字です")?
                    .as_str()
                    .to_owned(),
                KindName::Office | KindName::Medical => args
                    .organisation
                    .parse::<OfficeNumber>()
                    .context("事業所番号は10桁です")?
                    .as_str()
                    .to_owned(),
            };
            let profile = Profile::System {
                organisation,
                system_id: args.id,
                kind,
            };
            issue(&platform, &authorities, profile, args.output).await
        }
        CaCommand::List { json } => {
            let rows = certificates::list(&platform).await?;
            for row in rows {
                let state = if row.revoked_at.is_some() {
                    "revoked"
                } else {
                    "good"
                };
                if json {
                    say(&serde_json::json!({
                        "serial": row.serial, "organisation": row.organisation, "holder": row.holder,
                        "role": row.role, "not_after": row.not_after.to_string(), "state": state,
                    })
                    .to_string());
                } else {
                    say(&format!(
                        "{}  {:10}  {:12}  {:12}  {}  {state}",
                        row.serial, row.organisation, row.role, row.holder, row.not_after
                    ));
                }
            }
            Ok(ExitCode::SUCCESS)
        }
        CaCommand::Revoke { serial, reason } => {
            let stopped = certificates::revoke(&platform, &operator(), &serial, &reason).await?;
            if stopped {
                say("失効させました。動いているサーバーには数秒以内に反映されます");
                Ok(ExitCode::SUCCESS)
            } else {
                say(
                    "このシリアル番号の有効な証明書はありません。`kiban ca list` で確かめてください",
                );
                Ok(ExitCode::from(1))
            }
        }
        CaCommand::Crl { door } => {
            let kind = match door {
                DoorName::Terminals => AuthorityKind::Terminals,
                DoorName::Systems => AuthorityKind::Systems,
            };
            say(&certificates::revocation_list(
                &platform,
                &authorities,
                &SystemClock::default(),
                kind,
            )
            .await?);
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn issue(
    platform: &kiban_services::Platform,
    authorities: &certificates::Authorities,
    profile: Profile,
    output: Output,
) -> Result<ExitCode> {
    let clock = SystemClock::default();
    let kind = profile.authority();
    let mut order = Order::new(profile);
    if let Some(days) = output.days {
        order = order.lifetime(jiff::SignedDuration::from_hours(24 * days));
    }
    let file = |ending: &str| output.out.with_extension(ending);
    if let Some(request) = &output.request {
        let request_pem =
            std::fs::read_to_string(request).with_context(|| request.display().to_string())?;
        let issued = certificates::issue_from_request(
            platform,
            &operator(),
            authorities,
            &clock,
            order,
            &request_pem,
        )
        .await?;
        std::fs::write(file("pem"), &issued.certificate_pem)?;
        say(&format!(
            "発行しました: {}（シリアル番号 {}、{} まで）",
            file("pem").display(),
            issued.serial,
            issued.not_after
        ));
        return Ok(ExitCode::SUCCESS);
    }
    let issued =
        certificates::issue_with_new_key(platform, &operator(), authorities, &clock, order).await?;
    let password = output
        .password
        .unwrap_or_else(|| hex::encode(platform.random::<10>()));
    let format = if output.legacy {
        Pkcs12Format::Legacy
    } else {
        Pkcs12Format::MODERN
    };
    let packed = pkcs12(
        "kiban",
        &issued.issued.certificate_pem,
        &issued.key_pem,
        authorities.of(kind).certificate_pem(),
        &password,
        format,
    )?;
    std::fs::write(file("pem"), &issued.issued.certificate_pem)?;
    certificates::write_private(&file("key"), issued.key_pem.as_bytes())?;
    certificates::write_private(&file("p12"), &packed)?;
    say(&format!(
        "発行しました: {}（シリアル番号 {}、{} まで）",
        file("p12").display(),
        issued.issued.serial,
        issued.issued.not_after
    ));
    say(&format!("PKCS#12のパスワード: {password}"));
    say(&format!(
        "サーバーの認証局の証明書: {}",
        authorities.server_certificate_file().display()
    ));
    Ok(ExitCode::SUCCESS)
}
