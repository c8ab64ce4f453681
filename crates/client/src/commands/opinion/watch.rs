//! `opinion watch`: a folder, again and again.

use super::Outcome;
use crate::output::Output;
use clap::Args;
use kiban_client::{Connection, Dropped, Folder};
use std::{path::PathBuf, time::Duration};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// 意見書が置かれるフォルダ
    folder: PathBuf,
    /// フォルダを見る間隔（秒）
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=3600))]
    every: u64,
    /// 今あるファイルだけを処理して終わる
    #[arg(long)]
    once: bool,
    /// 添えられたPDFを意見書とし、JSONは主な項目だけとする
    #[arg(long)]
    pdf_only: bool,
}

pub(crate) async fn run(connection: &Connection, output: Output, arguments: &Arguments) -> Outcome {
    let mut folder = Folder::open(&arguments.folder, arguments.pdf_only)?;
    let pause = Duration::from_secs(arguments.every);
    let mut good = true;
    let mut is_broken = false;
    for turn in 0_u64.. {
        match folder.look(connection).await {
            Ok(dropped) => {
                is_broken = false;
                good &= dropped.iter().all(|it| matches!(it, Dropped::Sent(_)));
                for it in dropped {
                    say(output, &it);
                }
            }
            Err(error) if error.may_pass() && !arguments.once => {
                // Said once; the files wait where they are.
                if !is_broken {
                    output.say(&error.message());
                }
                is_broken = true;
            }
            Err(error) => return Err(error),
        }
        if arguments.once && turn == 1 {
            break;
        }
        tokio::time::sleep(pause).await;
    }
    Ok(good)
}

fn say(output: Output, dropped: &Dropped) {
    match dropped {
        Dropped::Sent(name) => output.say(&format!("{name}  受け付けられました。")),
        Dropped::Refused(name) => output.say(&format!(
            "{name}  受け付けられませんでした。理由は .error.json のファイルにあります。"
        )),
    }
}
