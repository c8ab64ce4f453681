//! `kiban readiness`: what municipalities declare, for those that do not declare it themselves yet.

use super::say;
use crate::{
    assemble::{DataArgs, operator},
    machine::SystemClock,
};
use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use kiban_domain::{
    InsurerNumber, LocalGovernmentCode, PlatformFunction, ReadinessStep, StepDates, StepFault,
    Steps, municipality,
};
use kiban_services::{
    Platform,
    readiness::{self, Declaration, DeclareError, Seen},
};
use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

#[derive(Debug, Subcommand)]
pub(crate) enum ReadinessCommand {
    /// CSVの内容を登録する（code,function,step,planned,actual）。書かれた市町村と機能の段階は、ファイルのとおりに置き換わる
    Import {
        /// ファイル（UTF-8）
        file: PathBuf,
    },
    /// 市町村を、広域連合などの保険者に結び付ける
    Union {
        /// 全国地方公共団体コード
        code: LocalGovernmentCode,
        /// 保険者番号
        insurer_no: InsurerNumber,
    },
}

pub(crate) async fn run(data: DataArgs, command: ReadinessCommand) -> Result<ExitCode> {
    let platform = data.open(SystemClock::default()).await?;
    match command {
        ReadinessCommand::Import { file } => {
            let bytes = std::fs::read(&file)
                .with_context(|| format!("ファイルを読めません: {}", file.display()))?;
            let text = String::from_utf8(bytes)
                .ok()
                .with_context(|| format!("UTF-8のファイルではありません: {}", file.display()))?;
            import(&platform, &text).await
        }
        ReadinessCommand::Union { code, insurer_no } => {
            if !insurer_no.check_digit_agrees() {
                bail!("保険者番号の検証番号が合いません。番号をもう一度お確かめください");
            }
            readiness::set_insurer(&platform, &operator(), code, insurer_no).await?;
            say("登録しました");
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Declares everything of a file, or nothing when a line cannot be read: what is left out would be withdrawn.
pub(crate) async fn import(platform: &Platform, text: &str) -> Result<ExitCode> {
    let (declarations, mut wrong) = read(text);
    if !wrong.is_empty() {
        for sentence in &wrong {
            say(sentence);
        }
        say("読めない行があるため、何も登録していません");
        return Ok(ExitCode::from(1));
    }
    let mut changed = 0;
    for ((code, function), (line, steps)) in declarations {
        let declaration = Declaration {
            municipality: code,
            function,
            steps,
            seen: Seen::Whatever,
            reason: String::new(),
        };
        match readiness::declare(platform, &operator(), declaration).await {
            Ok(steps) => changed += steps,
            Err(DeclareError::Faults(faults)) => {
                wrong.extend(faults.into_iter().map(|fault| sentence(line, fault)));
            }
            Err(DeclareError::NoSuchMunicipality) => {
                wrong.push(format!("{line}行目 code：この市町村はありません"));
            }
            Err(error) => return Err(error.into()),
        }
    }
    for sentence in &wrong {
        say(sentence);
    }
    say(&format!("{changed}件の段階を登録しました"));
    Ok(if wrong.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

type Declared = BTreeMap<(LocalGovernmentCode, PlatformFunction), (usize, Steps)>;

fn read(text: &str) -> (Declared, Vec<String>) {
    let mut declared = Declared::new();
    let mut wrong = Vec::new();
    let text = text.trim_start_matches('\u{feff}');
    for (at, line) in text.lines().enumerate() {
        let number = at + 1;
        if at == 0 && line.starts_with("code") || line.trim().is_empty() {
            continue;
        }
        match row(line) {
            Ok((code, function, step, dates)) => {
                let (_, steps) = declared
                    .entry((code, function))
                    .or_insert((number, Steps::default()));
                if steps.of(step) != StepDates::default() {
                    wrong.push(format!("{number}行目 step：同じ段階が前の行にもあります"));
                    continue;
                }
                *steps = std::mem::take(steps).with(step, dates);
            }
            Err(item) => wrong.push(format!("{number}行目 {item}：読めません")),
        }
    }
    (declared, wrong)
}

type Row = (
    LocalGovernmentCode,
    PlatformFunction,
    ReadinessStep,
    StepDates,
);

/// The name of the item that cannot be read, otherwise.
fn row(line: &str) -> Result<Row, &'static str> {
    // The portal's own file quotes every item; none of these has a comma in it.
    let mut items = line.split(',').map(|it| it.trim().trim_matches('"'));
    let mut item = || items.next().unwrap_or_default();
    let code: LocalGovernmentCode = item().parse().map_err(|_| "code")?;
    municipality(&code).ok_or("code")?;
    let function = item().parse().map_err(|_| "function")?;
    let step = item().parse().map_err(|_| "step")?;
    let planned = Some(item()).filter(|it| !it.is_empty());
    let planned = planned.map(str::parse).transpose().map_err(|_| "planned")?;
    let actual = Some(item()).filter(|it| !it.is_empty());
    let actual = actual.map(str::parse).transpose().map_err(|_| "actual")?;
    Ok((code, function, step, StepDates { planned, actual }))
}

fn sentence(line: usize, fault: StepFault) -> String {
    match fault {
        StepFault::OutOfTime(step) => format!(
            "{line}行目から：「{}」の日付は、2015年から2045年までの日付にしてください",
            step.label()
        ),
        StepFault::InTheFuture(step) => {
            format!(
                "{line}行目から：「{}」の実際の日が、今日より後です",
                step.label()
            )
        }
        StepFault::BeforeEarlier { step, earlier } => format!(
            "{line}行目から：「{}」の実際の日は、「{}」が終わってからの日にしてください",
            step.label(),
            earlier.label()
        ),
        StepFault::PlannedBeforeEarlier { step, earlier } => format!(
            "{line}行目から：「{}」の予定は、「{}」の予定より後にしてください",
            step.label(),
            earlier.label()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_and_each_wrong_item_is_named() {
        let text = "code,function,step,planned,actual\n131121,certificates,able,FY2026,2026-07-01\n131121,certificates,sharing,2027-02,\n131122,certificates,able,,\n131121,certificate,able,,\n131121,life,abel,,\n131121,life,able,2027,\n131121,life,able,,2026-02-30\n\"131121\",certificates,able,FY2027,\n";
        let (declared, wrong) = read(text);
        assert_eq!(declared.len(), 1);
        let (line, steps) = &declared[&("131121".parse().unwrap(), PlatformFunction::Certificates)];
        assert_eq!(*line, 2);
        assert!(steps.of(ReadinessStep::Able).actual.is_some());
        let items: Vec<_> = wrong
            .iter()
            .map(|it| it.split('：').next().unwrap())
            .collect();
        assert_eq!(
            items,
            [
                "4行目 code",
                "5行目 function",
                "6行目 step",
                "7行目 planned",
                "8行目 actual",
                "9行目 step"
            ]
        );
    }
}
