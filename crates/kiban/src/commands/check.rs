//! `kiban check`: what is wrong with a file, before anything is sent.

use super::say;
use anyhow::{Context as _, Result};
use clap::Args;
use kiban_exchange::municipal::{Encoding, FileName, Finding, Outcome, Reader, Severity};
use std::{fs::File, io::BufReader, path::PathBuf, process::ExitCode};

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// 検査するファイル
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// シフトJIS（MS932）として読む
    #[arg(long)]
    ms932: bool,
    /// JSONで出力する
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &CheckArgs) -> Result<ExitCode> {
    let mut errors = 0_u64;
    for path in &args.files {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let name: FileName = match name.parse() {
            Ok(name) => name,
            Err(error) => {
                let error: kiban_exchange::municipal::InvalidFileName = error;
                say(&format!("{}: {}", path.display(), error.message()));
                errors += 1;
                continue;
            }
        };
        let encoding = if args.ms932 {
            Encoding::Ms932
        } else {
            Encoding::Utf8
        };
        let input = File::open(path).with_context(|| path.display().to_string())?;
        let mut reader = Reader::new(BufReader::new(input), &name, encoding);
        let (mut rows, mut rejected) = (0_u64, 0_u64);
        while let Some(outcome) = reader.next()? {
            rows += 1;
            match outcome {
                Outcome::Row(row) => {
                    for finding in &row.warnings {
                        print(args, path, finding);
                    }
                }
                Outcome::Rejected(findings) => {
                    rejected += 1;
                    for finding in &findings {
                        print(args, path, finding);
                    }
                }
            }
        }
        for finding in &reader.file_findings() {
            print(args, path, finding);
        }
        errors += rejected + u64::from(reader.header_failed());
        if !args.json {
            say(&format!(
                "{}: {rows}行、うち誤り{rejected}行",
                path.display()
            ));
        }
    }
    Ok(if errors == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

fn print(args: &CheckArgs, path: &std::path::Path, finding: &Finding) {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    if args.json {
        say(&serde_json::json!({
            "file": path.display().to_string(), "line": finding.line, "column": finding.column,
            "item": finding.item, "code": finding.code, "severity": severity, "message": finding.message,
        })
        .to_string());
    } else {
        let column = finding
            .column
            .map_or_else(String::new, |column| format!("{column}列目"));
        say(&format!(
            "{}:{}行目{column} [{}] {}",
            path.display(),
            finding.line,
            finding.code,
            finding.message
        ));
    }
}
