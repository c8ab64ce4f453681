//! `kiban operator`: the operator's own accounts. The first ones can only be made here.

use super::say;
use crate::{
    assemble::{DataArgs, operator},
    machine::SystemClock,
};
use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use kiban_domain::{Body, MailAddress, PortalRole, Roles};
use kiban_services::{
    forms::FormKey,
    portal_users::{
        NewAccount,
        invitations::{self, InviteError, NewMember},
        members, shown_login,
    },
};
use std::process::ExitCode;

#[derive(Debug, Subcommand)]
pub(crate) enum OperatorCommand {
    /// 運営の担当者にユーザIDと初回パスワードを発行し、メールで送る
    Issue {
        /// 氏名
        name: String,
        /// メールアドレス
        mail: MailAddress,
        /// 役割（manager 管理、admission 登録審査、desk お問い合わせ、editor 記事、auditor 監査、subsidy 助成金。複数可）
        #[arg(long = "role", required = true, value_delimiter = ',')]
        roles: Vec<PortalRole>,
        /// 利用者から見たポータルのアドレス
        #[arg(long, default_value = "http://127.0.0.1:8080")]
        portal_url: String,
        /// ユーザIDと初回パスワードを画面にも表示する
        #[arg(long)]
        show: bool,
    },
    /// 運営の担当者の一覧
    List,
}

pub(crate) async fn run(data: DataArgs, command: OperatorCommand) -> Result<ExitCode> {
    let platform = data.open(SystemClock::default()).await?;
    match command {
        OperatorCommand::Issue {
            name,
            mail,
            roles,
            portal_url,
            show,
        } => {
            let new = NewMember {
                account: NewAccount {
                    name,
                    mail,
                    phone: String::new(),
                },
                body: Body::Operator,
                body_name: "運営".to_owned(),
                roles: Roles::of(roles),
            };
            let portal = portal_url.trim_end_matches('/');
            let form = FormKey::fresh(&platform);
            let issued = invitations::issue(&platform, &operator(), &form, portal, new).await;
            if let Err(InviteError::AlreadyIssued(user)) = &issued {
                bail!(
                    "このメールアドレスには、すでにユーザID {} を発行しています。初回のログインを待つか、画面で停止してください",
                    shown_login(&user.login)
                );
            }
            let (row, secret) = issued.context("運営の担当者の役割を指定してください（--role）")?;
            say("発行し、お知らせのメールを用意しました（動いているサーバーが送ります）");
            if show {
                say(&format!("ユーザID: {}", shown_login(&row.login)));
                say(&format!("初回パスワード: {secret}"));
            }
        }
        OperatorCommand::List => {
            for (user, row) in members::list(&platform, &Body::Operator).await? {
                let state = match (row.holds && user.active, user.must_replace) {
                    (false, _) => "停止",
                    (true, true) => "初回ログイン待ち",
                    (true, false) => "有効",
                };
                say(&format!(
                    "{}  {}  {}  {state}",
                    shown_login(&user.login),
                    row.roles.label(),
                    user.name,
                ));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
