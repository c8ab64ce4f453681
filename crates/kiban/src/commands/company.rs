//! `kiban company`: companies and which offices belong to them, until the Portal's own registration exists.

use super::say;
use crate::{
    assemble::{DataArgs, operator},
    machine::SystemClock,
};
use anyhow::{Result, bail};
use clap::Subcommand;
use kiban_domain::{CorporateNumber, OfficeNumber};
use kiban_services::{
    Platform,
    companies::{self, CompanyError},
};
use std::process::ExitCode;
use uuid::Uuid;

#[derive(Debug, Subcommand)]
pub(crate) enum CompanyCommand {
    /// 会社を登録する
    Add {
        /// 名称
        name: String,
        /// 法人番号（ないときは省く）
        #[arg(long = "number")]
        corporate_no: Option<CorporateNumber>,
    },
    /// 事業所を会社に加える、または外す。会社が変わると、ほかの事業所との兼務はすぐに終わる
    Office {
        /// 事業所番号
        office_no: OfficeNumber,
        /// 会社の法人番号、または登録したときに表示された識別子
        #[arg(long, required_unless_present = "none", conflicts_with = "none")]
        company: Option<String>,
        /// どの会社にも属さない
        #[arg(long)]
        none: bool,
    },
    /// 一覧
    List,
}

pub(crate) async fn run(data: DataArgs, command: CompanyCommand) -> Result<ExitCode> {
    let platform = data.open(SystemClock::default()).await?;
    match command {
        CompanyCommand::Add { name, corporate_no } => {
            let made = companies::add(&platform, &operator(), &name, corporate_no).await;
            let id = made.map_err(worded)?;
            say(&format!("登録しました。会社の識別子: {id}"));
        }
        CompanyCommand::Office {
            office_no, company, ..
        } => {
            let company_id = match company {
                Some(named) => Some(find(&platform, &named).await?),
                None => None,
            };
            let changed =
                companies::set_office(&platform, &operator(), office_no, company_id).await;
            let ended = changed.map_err(worded)?;
            say("変更しました");
            if ended > 0 {
                say(&format!("ほかの事業所との兼務を {ended} 件終わらせました"));
            }
        }
        CompanyCommand::List => {
            for row in companies::list(&platform).await? {
                let number = row
                    .corporate_no
                    .map_or_else(|| "-".to_owned(), |number| number.to_string());
                say(&format!("{} {number} {}", row.company_id, row.name));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn find(platform: &Platform, named: &str) -> Result<Uuid> {
    if let Ok(number) = named.parse::<CorporateNumber>() {
        let found = companies::find_by_number(platform, &number).await?;
        return match found {
            Some(row) => Ok(row.company_id),
            None => bail!(
                "この法人番号の会社は登録されていません。先に `kiban company add` で登録してください"
            ),
        };
    }
    match named.parse() {
        Ok(id) => Ok(id),
        Err(_) => bail!("--company には、法人番号13けたか、会社の識別子を指定してください"),
    }
}

fn worded(error: CompanyError) -> anyhow::Error {
    let words = match error {
        CompanyError::CheckDigit => {
            "法人番号の検査用数字が合いません。番号をもう一度お確かめください"
        }
        CompanyError::Name => "会社の名称を100文字以内で指定してください",
        CompanyError::Taken => "この法人番号の会社は、すでに登録されています",
        CompanyError::NoCompany => {
            "この会社は登録されていません。先に `kiban company add` で登録してください"
        }
        CompanyError::NoOffice => {
            "この事業所は登録されていません。先に `kiban office add` で登録してください"
        }
        CompanyError::Storage(error) => return error.into(),
    };
    anyhow::anyhow!(words)
}
