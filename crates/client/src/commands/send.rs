//! `send`: files in their order, or a tar stream in its own.

use super::{Outcome, is_clean, wait};
use crate::output::Output;
use clap::{Args, ValueEnum};
use kiban_client::{ClientError, Connection, Encoding, Sending, order_of, wire::TransferAccepted};
use ring::rand::{SecureRandom as _, SystemRandom};
use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// 送信するファイル。「-」は標準入力の tar
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// 文字コード
    #[arg(long, value_enum, default_value_t = EncodingName::Utf8)]
    encoding: EncodingName,
    /// 取込が終わるまで待つ
    #[arg(long)]
    wait: bool,
    /// 分割の大きさ（MiB）
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=64))]
    parts: u16,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum EncodingName {
    #[value(name = "utf-8", alias = "utf8")]
    Utf8,
    #[value(name = "ms932", aliases = ["windows-31j", "shift_jis", "sjis"])]
    Ms932,
}

pub(crate) async fn run(connection: &Connection, output: Output, arguments: Arguments) -> Outcome {
    let encoding = match arguments.encoding {
        EncodingName::Utf8 => Encoding::Utf8,
        EncodingName::Ms932 => Encoding::Ms932,
    };
    let mut sender = Sender {
        connection,
        output,
        encoding,
        part_bytes: usize::from(arguments.parts) << 20,
        accepted: Vec::new(),
        refused: 0,
    };
    if arguments.files == [Path::new("-")] {
        sender.archive(io::stdin().lock()).await?;
    } else {
        sender.files(arguments.files).await?;
    }
    let mut good = sender.refused == 0;
    if arguments.wait {
        for accepted in &sender.accepted {
            let transfer = wait(connection, output, &accepted.id).await?;
            output.transfer(&transfer);
            good &= is_clean(&transfer);
        }
    }
    Ok(good)
}

struct Sender<'a> {
    connection: &'a Connection,
    output: Output,
    encoding: Encoding,
    part_bytes: usize,
    accepted: Vec<TransferAccepted>,
    refused: usize,
}

impl Sender<'_> {
    async fn files(&mut self, mut files: Vec<PathBuf>) -> Result<(), ClientError> {
        files.sort_by_key(|path| order_of(&name_of(path)));
        for path in files {
            let mut file = File::open(&path).map_err(|source| ClientError::File {
                path: path.clone(),
                source,
            })?;
            self.send(&name_of(&path), &mut file).await?;
        }
        Ok(())
    }

    /// The entries one after the other as they come, none of them held in memory whole.
    async fn archive(&mut self, stream: impl Read) -> Result<(), ClientError> {
        let mut archive = tar::Archive::new(stream);
        for entry in archive.entries().map_err(ClientError::Source)? {
            let mut entry = entry.map_err(ClientError::Source)?;
            if entry.header().entry_type().is_file() {
                let name = name_of(&entry.path().map_err(ClientError::Source)?);
                self.send(&name, &mut entry).await?;
            }
        }
        Ok(())
    }

    /// A refused file does not keep the others back: they are of other sets, or their own refusal says what is missing.
    async fn send(&mut self, name: &str, source: &mut impl Read) -> Result<(), ClientError> {
        let key = key()?;
        let sending = Sending {
            encoding: self.encoding,
            part_bytes: self.part_bytes,
            key: &key,
        };
        let progress = |bytes: u64| {
            self.output
                .progress(&format!("{name}  {} MiB 送信済み", bytes >> 20));
        };
        match self.connection.send(name, source, sending, progress).await {
            Ok(accepted) => {
                self.output.settle();
                let already = if accepted.already {
                    "（以前に受け付けたものと同じです）"
                } else {
                    ""
                };
                self.output
                    .say(&format!("{}  {name}  受け付けました{already}", accepted.id));
                self.output.value(&accepted);
                self.accepted.push(accepted);
                Ok(())
            }
            Err(error @ ClientError::Refused(_)) => {
                self.output.settle();
                self.output
                    .say(&format!("{name}: 受け付けられませんでした。"));
                self.output.fail(&error);
                self.refused += 1;
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// A new key each time: a file that was rejected may be sent again as it is, and must not get its old answer.
fn key() -> Result<String, ClientError> {
    let mut bytes = [0; 16];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| ClientError::Setting("random"))?;
    Ok(hex::encode(bytes))
}
