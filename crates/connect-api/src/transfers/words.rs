//! A transfer as the door shows it: where it stands and what to do, in words.

use crate::wire::{CountsResponse, TransferResponse};
use kiban_store::{
    Result, Work,
    repo::transfers::{self, TransferRow, TransferState},
};

/// The answer about one transfer. A received one behind a held one says so: it would wait for ever without a word.
pub(super) async fn response(work: &mut Work, row: &TransferRow) -> Result<TransferResponse> {
    let held = match row.state {
        TransferState::Received => transfers::find_held_before(work, row).await?,
        _ => None,
    };
    Ok(TransferResponse {
        id: row.transfer_id.to_string(),
        file_name: row.file_name.clone(),
        dataset: row.dataset.as_str().to_owned(),
        mode: if row.full { "full" } else { "diff" }.to_owned(),
        base_date: row.base_date.to_string(),
        serial: row.serial,
        encoding: if row.ms932 { "ms932" } else { "utf-8" }.to_owned(),
        size_bytes: row.size_bytes,
        sha256: row.content.clone(),
        state: row.state.as_str().to_owned(),
        code: (!row.code.is_empty()).then(|| row.code.clone()),
        message: held.as_ref().map_or_else(|| message(row), behind),
        waits_for: held.map(|held| held.transfer_id.to_string()),
        finished: row.state.is_final(),
        progress_percent: progress_percent(row),
        counts: counts(row),
        received_at: row.received_at.to_string(),
        started_at: row.started_at.map(|at| at.to_string()),
        finished_at: row.finished_at.map(|at| at.to_string()),
    })
}

fn behind(held: &TransferRow) -> String {
    format!(
        "受け付けました。先に届いたファイル {}（受付番号 {}）の取り込みを止めているため、まだ取り込めません。先のファイルの内容を確かめ、確認か取りやめを送信してください。",
        held.file_name, held.transfer_id
    )
}

pub(super) fn counts(row: &TransferRow) -> CountsResponse {
    let counts = row.counts;
    CountsResponse {
        total: counts.total,
        progress: counts.progress,
        inserted: counts.inserted,
        updated: counts.updated,
        unchanged: counts.unchanged,
        ended: counts.ended,
        rejected: counts.rejected,
        waiting: counts.waiting,
    }
}

/// How many rows a file has is known only after the check, so before and during it no share is shown.
fn progress_percent(row: &TransferRow) -> i64 {
    match row.state {
        TransferState::Received | TransferState::Checking => 0,
        TransferState::Applying => {
            (row.counts.progress * 100 / row.counts.total.max(1)).clamp(0, 99)
        }
        TransferState::Held
        | TransferState::Applied
        | TransferState::Rejected
        | TransferState::Refused => 100,
    }
}

fn message(row: &TransferRow) -> String {
    let counts = &row.counts;
    match row.state {
        TransferState::Received => "受け付けました。順番を待っています。".to_owned(),
        TransferState::Checking => format!("内容を確認しています（{}行まで確認済み）。", counts.progress),
        TransferState::Applying => format!("取り込んでいます（{}行中{}行）。", counts.total, counts.progress),
        TransferState::Held => {
            "登録済みの記録が大きく変わるため、取り込みを止めています。内容を確かめ、正しければ確認を、誤りなら取りやめを送信してください。"
                .to_owned()
        }
        TransferState::Applied if counts.rejected > 0 => {
            format!("取り込みました。{}行に誤りがあり、その行は取り込んでいません。結果を見て、直した行を次の連番で送信してください。", counts.rejected)
        }
        TransferState::Applied if counts.waiting > 0 => {
            format!("取り込みました。{}行は、被保険者の情報が届くまで待っています。", counts.waiting)
        }
        TransferState::Applied => "取り込みました。".to_owned(),
        TransferState::Rejected | TransferState::Refused => ended_badly(&row.code).to_owned(),
    }
}

fn ended_badly(code: &str) -> &'static str {
    match code {
        "header" => {
            "1行目の列の名前または文字コードがレイアウトと異なるため、何も取り込んでいません。結果を見て直し、同じ連番で送信し直してください。"
        }
        "too_many_rejected" => {
            "誤りのある行が多いため、何も取り込んでいません。結果を見て直し、同じ連番で送信し直してください。"
        }
        "gap" => {
            "前の連番のファイルが取り込まれていないため、取り込んでいません。前のファイルを先に送信し、その後でもう一度送信してください。"
        }
        "given_up" => "取りやめました。何も取り込んでいません。正しいファイルを送信してください。",
        _ => {
            "取り込めませんでした。結果を確かめてください。分からないときは、受付番号を添えて運営窓口にお問い合わせください。"
        }
    }
}
