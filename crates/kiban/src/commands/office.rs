//! `kiban office`: offices and their staff, until the Portal's own registration exists.

use super::say;
use crate::{
    assemble::{DataArgs, operator},
    machine::SystemClock,
};
use anyhow::{Result, bail};
use clap::{Subcommand, ValueEnum};
use kiban_domain::{OfficeNumber, ServiceKind};
use kiban_services::staff::{self, NewStaff, StaffRole};
use kiban_store::repo::offices::{self, OfficeRow};
use std::{io::Read as _, process::ExitCode};

#[derive(Debug, Subcommand)]
pub(crate) enum OfficeCommand {
    /// 事業所または医療機関を登録する
    Add {
        /// 事業所番号
        office_no: OfficeNumber,
        /// 名称
        name: String,
        /// サービス種類コード（複数可）
        #[arg(long = "service")]
        services: Vec<ServiceKind>,
        /// 医療機関である
        #[arg(long)]
        medical: bool,
    },
    /// 職員を登録する。パスワードは標準入力から読む
    Staff {
        /// 事業所番号
        office_no: OfficeNumber,
        /// ユーザID
        login: String,
        /// 氏名
        name: String,
        /// 役割
        #[arg(long, value_enum, default_value = "staff")]
        role: RoleName,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum RoleName {
    /// 管理者
    Administrator,
    /// 介護支援専門員
    CareManager,
    /// 職員
    Staff,
    /// 事務
    Clerk,
}

pub(crate) async fn run(data: DataArgs, command: OfficeCommand) -> Result<ExitCode> {
    let platform = data.open(SystemClock::default()).await?;
    match command {
        OfficeCommand::Add {
            office_no,
            name,
            services,
            medical,
        } => {
            if !office_no.check_digit_agrees() {
                bail!("事業所番号の検証番号が合いません。番号をもう一度お確かめください");
            }
            let row = OfficeRow {
                office_no,
                name,
                medical,
                service_kinds: services,
                created_at: platform.now(),
            };
            platform
                .store
                .write::<(), kiban_store::Error, _>(move |work| {
                    Box::pin(async move { offices::save(work, &row).await })
                })
                .await?;
            say("登録しました");
        }
        OfficeCommand::Staff {
            office_no,
            login,
            name,
            role,
        } => {
            let mut password = String::new();
            std::io::stdin().read_to_string(&mut password)?;
            let role = match role {
                RoleName::Administrator => StaffRole::Administrator,
                RoleName::CareManager => StaffRole::CareManager,
                RoleName::Staff => StaffRole::Staff,
                RoleName::Clerk => StaffRole::Clerk,
            };
            let password = password.trim_end_matches(['\r', '\n']).to_owned();
            let new = NewStaff {
                office_no,
                login: login.to_lowercase(),
                name,
                role,
                password,
                totp_secret: None,
            };
            let secret = staff::add(&platform, &operator(), new).await?;
            say(&format!(
                "登録しました。認証アプリに入れる秘密の文字列（一度だけ表示します）: {secret}"
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}
