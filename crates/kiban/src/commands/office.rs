//! `kiban office`: offices and their staff, until the Portal's own registration exists.

use super::say;
use crate::{
    assemble::{DataArgs, operator},
    machine::SystemClock,
};
use anyhow::{Result, bail};
use clap::{Subcommand, ValueEnum};
use kiban_domain::{MailAddress, OfficeNumber, ServiceKind};
use kiban_services::{
    enrolment::{EnrolmentSettings, invite_office},
    staff::{self, NewStaff, StaffRole},
};
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
    /// 事業所または医療機関を登録し、利用開始のコードをメールで送る
    Invite {
        /// 事業所番号
        #[arg(long = "office")]
        office_no: OfficeNumber,
        /// ご案内を送るアドレス
        #[arg(long)]
        mail: MailAddress,
        /// 名称（登録済みのときは省ける）
        #[arg(long)]
        name: Option<String>,
        /// サービス種類コード（複数可。省くと、登録済みのまま）
        #[arg(long = "service")]
        services: Vec<ServiceKind>,
        /// 医療機関である
        #[arg(long)]
        medical: bool,
        /// コードの有効日数
        #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(i64).range(1..=30))]
        days: i64,
        /// 利用者から見たポータルのアドレス
        #[arg(long, default_value = "http://127.0.0.1:8080")]
        portal_url: String,
        /// コードを画面にも表示する
        #[arg(long)]
        show_code: bool,
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
        OfficeCommand::Invite {
            office_no,
            mail,
            name,
            services,
            medical,
            days,
            portal_url,
            show_code,
        } => {
            let known = offices::find(&mut platform.store.point().await?, &office_no).await?;
            if known.is_none() && !office_no.check_digit_agrees() {
                bail!("事業所番号の検証番号が合いません。番号をもう一度お確かめください");
            }
            let office = match (known, name) {
                (Some(known), name) => OfficeRow {
                    name: name.unwrap_or(known.name),
                    medical: known.medical || medical,
                    service_kinds: if services.is_empty() {
                        known.service_kinds
                    } else {
                        services
                    },
                    ..known
                },
                (None, Some(name)) => OfficeRow {
                    office_no,
                    name,
                    medical,
                    service_kinds: services,
                    created_at: platform.now(),
                },
                (None, None) => {
                    bail!("はじめて登録する事業所です。--name で名称を指定してください")
                }
            };
            let settings = EnrolmentSettings {
                first_code_days: days,
                ..EnrolmentSettings::default()
            };
            let portal = portal_url.trim_end_matches('/');
            let invited =
                invite_office(&platform, &operator(), settings, office, mail, portal).await?;
            say("登録し、利用開始のご案内のメールを用意しました（動いているサーバーが送ります）");
            if show_code {
                say(&format!("コード: {}", invited.ticket.code));
            }
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
