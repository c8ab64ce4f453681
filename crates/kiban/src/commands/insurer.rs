//! `kiban insurer`: who insures, and how far each has come.

use super::say;
use crate::{
    assemble::{DataArgs, operator},
    machine::SystemClock,
};
use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use kiban_domain::{Body, Date, InsurerNumber, MailAddress, MunicipalityStage};
use kiban_services::{
    forms::FormKey,
    insurer_accounts::{self, IssueError},
    insurers,
    portal_users::{NewAccount, invitations::InviteError, shown_login},
};
use kiban_store::repo::insurers::InsurerRow;
use std::process::ExitCode;

#[derive(Debug, Subcommand)]
pub(crate) enum InsurerCommand {
    /// 保険者を登録する（もう一度実行すると名称と電話番号を変える）
    Add {
        /// 保険者番号
        insurer_no: InsurerNumber,
        /// 名称
        name: String,
        /// 都道府県
        #[arg(long, default_value = "")]
        prefecture: String,
        /// 電話番号
        #[arg(long, default_value = "")]
        phone: String,
    },
    /// 対応状況を変える: unknown, preparing, sending, migrating, sharing
    Stage {
        /// 保険者番号
        insurer_no: InsurerNumber,
        /// 対応状況
        stage: String,
        /// いつから（指定しないときは今日）
        #[arg(long)]
        since: Option<Date>,
    },
    /// 一覧
    List,
    /// 保険者または都道府県の担当者に、ポータルのユーザIDと初回パスワードを発行し、メールで送る
    Account {
        /// 保険者番号（6桁）または都道府県の番号（2桁）
        number: String,
        /// 担当者の氏名
        name: String,
        /// メールアドレス
        mail: MailAddress,
        /// 電話番号
        #[arg(long, default_value = "")]
        phone: String,
        /// 利用者から見たポータルのアドレス
        #[arg(long, default_value = "http://127.0.0.1:8080")]
        portal_url: String,
        /// ユーザIDと初回パスワードを画面にも表示する
        #[arg(long)]
        show: bool,
    },
}

pub(crate) async fn run(data: DataArgs, command: InsurerCommand) -> Result<ExitCode> {
    let platform = data.open(SystemClock::default()).await?;
    match command {
        InsurerCommand::Add {
            insurer_no,
            name,
            prefecture,
            phone,
        } => {
            if !insurer_no.check_digit_agrees() {
                bail!("保険者番号の検証番号が合いません。番号をもう一度お確かめください");
            }
            let row = InsurerRow {
                insurer_no,
                name,
                prefecture,
                phone,
                stage: MunicipalityStage::Unknown,
                stage_since: platform.today(),
            };
            insurers::save(&platform, row).await?;
            say("登録しました");
        }
        InsurerCommand::Stage {
            insurer_no,
            stage,
            since,
        } => {
            let Ok(stage) = stage.parse::<MunicipalityStage>() else {
                bail!("対応状況は unknown, preparing, sending, migrating, sharing のどれかです");
            };
            let since = since.unwrap_or_else(|| platform.today());
            if !insurers::set_stage(&platform, &operator(), insurer_no, stage, since).await? {
                bail!(
                    "この保険者は登録されていません。先に `kiban insurer add` で登録してください"
                );
            }
            say(&format!("「{}」にしました", stage.label()));
        }
        InsurerCommand::Account {
            number,
            name,
            mail,
            phone,
            portal_url,
            show,
        } => {
            let kind = if number.len() == 2 {
                "prefecture"
            } else {
                "insurer"
            };
            let body = Body::of(kind, &number)
                .context("保険者番号は6桁、都道府県の番号は01から47までの2桁です")?;
            let account = NewAccount { name, mail, phone };
            let portal = portal_url.trim_end_matches('/');
            let form = FormKey::fresh(&platform);
            let issued =
                insurer_accounts::issue(&platform, &operator(), &form, portal, body, account).await;
            let (row, secret) = match issued {
                Ok(issued) => issued,
                Err(IssueError::CheckDigit) => {
                    bail!("保険者番号の検証番号が合いません。番号をもう一度お確かめください")
                }
                Err(IssueError::NoSuchInsurer) => bail!(
                    "この番号の市町村または広域連合はありません。広域連合は、先に `kiban readiness union` で市町村を結び付けてください"
                ),
                Err(IssueError::Invite(InviteError::AlreadyIssued(user))) => bail!(
                    "このメールアドレスには、すでにユーザID {} を発行しています。初回のログインを待つか、運営の画面で停止するか再発行してください",
                    shown_login(&user.login)
                ),
                Err(error) => return Err(error.into()),
            };
            say("発行し、お知らせのメールを用意しました（動いているサーバーが送ります）");
            if show {
                say(&format!("ユーザID: {}", shown_login(&row.login)));
                say(&format!("初回パスワード: {secret}"));
            }
        }
        InsurerCommand::List => {
            for row in insurers::list(&platform).await? {
                say(&format!(
                    "{}  {}{}  {}（{}から）",
                    row.insurer_no.as_str(),
                    row.prefecture,
                    row.name,
                    row.stage.label(),
                    row.stage_since
                ));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
