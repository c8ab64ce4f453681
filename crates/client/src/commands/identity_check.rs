//! `identity-check`: the five items of the paper card.

use super::Outcome;
use crate::output::Output;
use clap::Args;
use kiban_client::{Connection, wire::IdentityCheckRequest};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// 保険者番号
    insurer_no: String,
    /// 被保険者番号
    insured_no: String,
    /// フリガナ
    name_kana: String,
    /// 生年月日（1940-05-03 や 昭和15年5月3日）
    birth_date: String,
    /// 性別（1 男、2 女）
    sex: String,
}

pub(crate) async fn run(connection: &Connection, output: Output, arguments: Arguments) -> Outcome {
    let items = IdentityCheckRequest {
        insurer_no: arguments.insurer_no,
        insured_no: arguments.insured_no,
        name_kana: arguments.name_kana,
        birth_date: arguments.birth_date,
        sex: arguments.sex,
    };
    let agreed = connection.check_identity(&items).await?;
    output.say(&format!(
        "一致しました。{} までに担当登録ができます。",
        agreed.expires_at
    ));
    output.value(&agreed);
    if !output.json {
        output.write(format!("{}\n", agreed.id).as_bytes());
    }
    Ok(true)
}
