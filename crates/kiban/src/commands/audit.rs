//! `kiban audit`: proves that the trail is as it was written.

use super::say;
use crate::{assemble::DataArgs, machine::SystemClock};
use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use kiban_audit::{Head, Receipt, VerifyingKey};
use kiban_domain::Clock as _;
use kiban_services::audit_trail;
use kiban_store::Store;
use std::{fmt::Write as _, path::PathBuf, process::ExitCode};
use uuid::Uuid;

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// 記録が書かれたときのままであることを検証する。サーバーは要らない
    Verify {
        /// 公開鍵のファイル（指定しないときはデータのフォルダのもの）
        #[arg(long)]
        key: Option<PathBuf>,
        /// 前に控えた先頭の一覧。末尾が切り取られていないことも確かめる
        #[arg(long)]
        heads: Option<PathBuf>,
        /// 今の先頭の一覧を書き出す。別の場所に保管する
        #[arg(long)]
        save_heads: Option<PathBuf>,
        /// JSONで出力する
        #[arg(long)]
        json: bool,
    },
    /// 1件の記録の証明書（受領証）を出力する
    Prove {
        /// 保険者番号（保険者に関わらない記録は 000000）
        lane: String,
        /// 記録のID
        id: Uuid,
    },
    /// 受領証を、公開鍵だけで確かめる
    CheckReceipt {
        /// 受領証のファイル
        receipt: PathBuf,
        /// 公開鍵のファイル
        #[arg(long)]
        key: PathBuf,
    },
}

pub(crate) async fn run(data: DataArgs, command: AuditCommand) -> Result<ExitCode> {
    match command {
        AuditCommand::Verify {
            key,
            heads,
            save_heads,
            json,
        } => {
            let key = public_key(&key.unwrap_or_else(|| data.audit_public_file()))?;
            let known = heads.map_or(Ok(Vec::new()), |path| read_heads(&path))?;
            let (store, log) = Store::open(&data.settings())
                .await
                .context("データベースを開けません")?;
            let now = SystemClock::default().now();
            let mut verified = audit_trail::verify(&log, vec![key], known, now).await?;
            verified
                .findings
                .extend(audit_trail::verify_outbox(&store, now).await?);
            for finding in &verified.findings {
                if json {
                    say(&serde_json::json!({
                        "lane": finding.lane, "place": finding.place.to_string(),
                        "code": finding.code.as_str(), "message": finding.message,
                    })
                    .to_string());
                } else {
                    say(&format!(
                        "{} {} [{}] {}",
                        finding.lane,
                        finding.place,
                        finding.code.as_str(),
                        finding.message
                    ));
                }
            }
            let tally = verified.tally;
            if !json {
                say(&format!(
                    "保険者ごとの列 {}、チェックポイント {}、記録 {}、封印待ち {}",
                    tally.lanes, tally.checkpoints, tally.leaves, tally.waiting
                ));
            }
            if let Some(path) = save_heads {
                std::fs::write(&path, write_heads(&verified.heads))?;
            }
            if verified.findings.is_empty() {
                say("改ざんは見つかりませんでした");
                Ok(ExitCode::SUCCESS)
            } else {
                say(&format!(
                    "一致しないところが{}件あります",
                    verified.findings.len()
                ));
                Ok(ExitCode::from(1))
            }
        }
        AuditCommand::Prove { lane, id } => {
            let (_store, log) = Store::open(&data.settings())
                .await
                .context("データベースを開けません")?;
            match audit_trail::prove(&log, &lane, id).await? {
                Some(receipt) => {
                    say(&receipt.to_json());
                    Ok(ExitCode::SUCCESS)
                }
                None => bail!("この記録はないか、まだ封印されていません"),
            }
        }
        AuditCommand::CheckReceipt { receipt, key } => {
            let key = public_key(&key)?;
            let text =
                std::fs::read_to_string(&receipt).with_context(|| receipt.display().to_string())?;
            match Receipt::from_json(&text).and_then(|receipt| receipt.verify(&key)) {
                Ok(()) => {
                    say("この受領証は正しいものです");
                    Ok(ExitCode::SUCCESS)
                }
                Err(error) => {
                    say(&format!("この受領証は確かめられません: {error}"));
                    Ok(ExitCode::from(1))
                }
            }
        }
    }
}

fn public_key(path: &std::path::Path) -> Result<VerifyingKey> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("公開鍵を読めません: {}", path.display()))?;
    let bytes = hex::decode(text.trim()).context("公開鍵は64桁の16進です")?;
    VerifyingKey::from_bytes(&bytes).context("公開鍵として読めません")
}

fn write_heads(heads: &[Head]) -> String {
    let mut text = String::new();
    for head in heads {
        let _ = writeln!(
            text,
            "{} {} {}",
            head.lane,
            head.number,
            hex::encode(head.hash)
        );
    }
    text
}

fn read_heads(path: &std::path::Path) -> Result<Vec<Head>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    text.lines()
        .enumerate()
        .map(|(index, line)| {
            let mut words = line.split_whitespace();
            let (Some(lane), Some(number), Some(hash)) = (words.next(), words.next(), words.next())
            else {
                bail!("{}行目が読めません", index + 1);
            };
            let hash = hex::decode(hash)?
                .try_into()
                .map_err(|_| anyhow::anyhow!("{}行目が読めません", index + 1))?;
            Ok(Head {
                lane: lane.to_owned(),
                number: number.parse()?,
                hash,
            })
        })
        .collect()
}
