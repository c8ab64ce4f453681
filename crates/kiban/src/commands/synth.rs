//! `kiban synth`: municipality files of any size, from a seed.

use super::say;
use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use kiban_domain::{Date, InsurerNumber};
use kiban_exchange::municipal::{Encoding, LoadMode};
use kiban_synth::{Options, SETS, file_name, generate};
use std::{
    io::{BufWriter, Write as _},
    path::PathBuf,
    process::ExitCode,
};

#[derive(Debug, Args)]
pub(crate) struct SynthArgs {
    /// 人数
    #[arg(long, default_value_t = 1_000)]
    persons: u64,
    /// 保険者番号
    #[arg(long, default_value = "131128")]
    insurer: InsurerNumber,
    /// 乱数の種。同じ種からは同じデータができる
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// 基準日
    #[arg(long, default_value = "2026-08-01")]
    base_date: Date,
    /// わざと誤りを入れる行の割合（千行あたり）
    #[arg(long, default_value_t = 0)]
    bad_per_mille: u32,
    /// 文字コード
    #[arg(long, value_enum, default_value = "utf8")]
    encoding: EncodingName,
    /// データ種別（複数可、指定しないときはすべて）
    #[arg(long = "set")]
    sets: Vec<String>,
    /// 連番
    #[arg(long, default_value_t = 1)]
    serial: u16,
    /// 書き出すフォルダ。指定しないときは標準出力にtarで書く（`kiban-client send -` がそのまま読める）
    #[arg(long)]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum EncodingName {
    /// UTF-8
    Utf8,
    /// シフトJIS（MS932）
    Ms932,
}

pub(crate) fn run(args: &SynthArgs) -> Result<ExitCode> {
    let options = Options {
        insurer: args.insurer,
        persons: args.persons,
        seed: args.seed,
        base_date: args.base_date,
        bad_rows_per_mille: args.bad_per_mille,
        encoding: match args.encoding {
            EncodingName::Utf8 => Encoding::Utf8,
            EncodingName::Ms932 => Encoding::Ms932,
        },
    };
    for set in &args.sets {
        if !SETS.iter().any(|known| known.as_str() == set) {
            anyhow::bail!("データ種別 {set} はありません");
        }
    }
    let wanted = SETS
        .into_iter()
        .filter(|set| args.sets.is_empty() || args.sets.iter().any(|name| name == set.as_str()));
    let work = match &args.out {
        Some(folder) => folder.clone(),
        None => std::env::temp_dir().join(format!("kiban-synth-{}", std::process::id())),
    };
    std::fs::create_dir_all(&work).with_context(|| work.display().to_string())?;
    let mut archive = args
        .out
        .is_none()
        .then(|| tar::Builder::new(BufWriter::new(std::io::stdout().lock())));
    for set in wanted {
        let name = file_name(&options, set, LoadMode::Full, args.serial).to_string();
        let path = work.join(&name);
        let mut out = BufWriter::with_capacity(1 << 20, std::fs::File::create(&path)?);
        let counts = generate(&options, set, &mut out)?;
        out.flush()?;
        drop(out);
        if let Some(archive) = &mut archive {
            archive.append_path_with_name(&path, &name)?;
            std::fs::remove_file(&path)?;
        } else {
            say(&format!(
                "{}  {}行（うち誤り{}行）",
                path.display(),
                counts.rows,
                counts.bad_rows
            ));
        }
    }
    if let Some(mut archive) = archive {
        archive.finish()?;
        archive.into_inner()?.flush()?;
        let _ = std::fs::remove_dir(&work);
    }
    Ok(ExitCode::SUCCESS)
}
