//! `opinion`: 主治医意見書, for medical institutions and for municipalities.

mod acknowledge;
mod fetch;
mod give_back;
mod keys;
mod paper;
mod past;
mod requests;
mod send;
mod state;
mod validate;
mod verify;
mod watch;
mod withdraw;

use super::Outcome;
use crate::output::Output;
use clap::Subcommand;
use kiban_client::{
    ClientError, Connection, OpinionFile, OpinionUpload, RequestName,
    wire::{OpinionFinding, OpinionRequestItem, ReceiptResponse},
};
use std::path::Path;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// 意見書作成依頼の一覧を見る
    Requests(requests::Arguments),
    /// 依頼の状態、受付票、経過を見る
    State(state::Arguments),
    /// 送信せずに意見書を検査する（医療機関）
    Validate(validate::Arguments),
    /// 意見書を送信する（医療機関）
    Send(send::Arguments),
    /// 送信した意見書を取り下げる（医療機関）
    Withdraw(withdraw::Arguments),
    /// 過去の意見書を見る
    Past(past::Arguments),
    /// フォルダに置かれた意見書を送信し続ける（医療機関）
    Watch(watch::Arguments),
    /// 受付票の署名を確かめるための鍵を取る
    Keys,
    /// 受付票の署名を確かめる（接続は不要）
    Verify(verify::Arguments),
    /// 受領を待つ意見書をフォルダに取る（市町村）
    Pull(fetch::Arguments),
    /// 意見書を受領する（市町村）
    Acknowledge(acknowledge::Arguments),
    /// 理由を付けて意見書を差し戻す（市町村）
    Return(give_back::Arguments),
    /// 紙の意見書を登録する（市町村）
    Paper(paper::Arguments),
}

impl Command {
    /// Runs what needs no connection; the command again when it needs one.
    pub(crate) fn offline(self, output: Output) -> Result<Outcome, Self> {
        match self {
            Self::Verify(arguments) => Ok(verify::run(output, &arguments)),
            other => Err(other),
        }
    }
}

pub(crate) async fn run(connection: &Connection, output: Output, command: Command) -> Outcome {
    match command {
        Command::Requests(arguments) => requests::run(connection, output, &arguments).await,
        Command::State(arguments) => state::run(connection, output, &arguments).await,
        Command::Validate(arguments) => validate::run(connection, output, &arguments).await,
        Command::Send(arguments) => send::run(connection, output, &arguments).await,
        Command::Withdraw(arguments) => withdraw::run(connection, output, &arguments).await,
        Command::Past(arguments) => past::run(connection, output, &arguments).await,
        Command::Watch(arguments) => watch::run(connection, output, &arguments).await,
        Command::Keys => keys::run(connection, output).await,
        Command::Verify(arguments) => verify::run(output, &arguments),
        Command::Pull(arguments) => fetch::run(connection, output, &arguments).await,
        Command::Acknowledge(arguments) => acknowledge::run(connection, output, arguments).await,
        Command::Return(arguments) => give_back::run(connection, output, &arguments).await,
        Command::Paper(arguments) => paper::run(connection, output, &arguments).await,
    }
}

/// The upload that these files make; a name that ends in `.csv` is a file of the 医見書.
fn upload(path: &Path, pdf: Option<&Path>, pdf_only: bool) -> Result<OpinionUpload, ClientError> {
    let ending = path.extension().unwrap_or_default();
    let kind = if ending.eq_ignore_ascii_case("csv") {
        OpinionFile::Csv
    } else {
        OpinionFile::Json
    };
    Ok(OpinionUpload {
        kind,
        file: read(path)?.into(),
        pdf: pdf.map(|it| read(it).map(Into::into)).transpose()?,
        pdf_only,
    })
}

fn read(path: &Path) -> Result<Vec<u8>, ClientError> {
    std::fs::read(path).map_err(|source| ClientError::File {
        path: path.to_owned(),
        source,
    })
}

fn say_findings(output: Output, findings: &[OpinionFinding]) {
    for it in findings {
        let level = if it.level == "error" {
            "誤り"
        } else {
            "注意"
        };
        let item = it.item.as_deref().unwrap_or("-");
        output.say(&format!("  [{level}] {item}: {}", it.reason));
    }
}

fn say_receipt(output: Output, receipt: &ReceiptResponse) {
    let already = if receipt.already {
        "（以前に受け付けたものと同じです）"
    } else {
        ""
    };
    output.say(&format!(
        "{}  {}  {}{already}",
        receipt.receipt_no,
        receipt.submitted_at,
        state_label(&receipt.state)
    ));
}

fn say_request(output: Output, request: &OpinionRequestItem) {
    let name = RequestName {
        insurer_no: request.insurer_no.clone(),
        request_id: request.request_id.clone(),
    };
    output.say(&format!(
        "{name}  被保険者 {}  依頼番号 {}  期限 {}  {}",
        request.insured_no,
        request.request_no,
        request.due_on,
        state_label(&request.state)
    ));
    if let Some(note) = &request.note {
        output.say(&format!("    {note}"));
    }
}

/// The words of the platform's pages for a state; a new one is shown as it came.
fn state_label(state: &str) -> &str {
    match state {
        "requested" => "依頼あり",
        "draft" => "作成中",
        "sent" => "送信済み",
        "acknowledged" => "市町村で受領",
        "returned" => "差戻し",
        "withdrawn" => "取下げ",
        "superseded" => "差替え済み",
        "declined" => "辞退",
        "cancelled" => "取消",
        "transferred" => "転送",
        other => other,
    }
}
