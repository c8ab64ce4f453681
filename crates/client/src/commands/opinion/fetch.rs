//! `opinion pull`: what waits, into a folder.

use super::{Outcome, say_receipt};
use crate::output::Output;
use clap::Args;
use kiban_client::{Connection, Fetching, fetch};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// 意見書を置くフォルダ。どこまで取ったかもここに残る
    #[arg(long)]
    into: PathBuf,
    /// ファイルに書けたものを受領する
    #[arg(long)]
    ack: bool,
    /// 添付のPDFも取る
    #[arg(long)]
    pdf: bool,
    /// 医見書のCSV（1.2）も取る
    #[arg(long)]
    csv: bool,
}

pub(crate) async fn run(connection: &Connection, output: Output, arguments: &Arguments) -> Outcome {
    let wanted = Fetching {
        pdf: arguments.pdf,
        csv: arguments.csv,
        acknowledge: arguments.ack,
    };
    let fetched = fetch(connection, &arguments.into, wanted, |it| {
        say_receipt(output, &it.receipt);
    })
    .await?;
    output.say(&format!(
        "{}件の意見書を {} に置きました。",
        fetched.written.len(),
        arguments.into.display()
    ));
    for number in &fetched.without_csv {
        output.say(&format!(
            "{number}  医見書のCSVで表せない項目があるため、JSONだけを置きました。"
        ));
    }
    for it in &fetched.not_acknowledged {
        let detail = it.detail.as_deref().unwrap_or_default();
        output.say(&format!(
            "{}  受領できませんでした。{detail}",
            it.receipt_no
        ));
    }
    output.value(&fetched);
    Ok(fetched.not_acknowledged.is_empty())
}
