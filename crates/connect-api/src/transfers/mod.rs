//! Files that municipalities send.

mod accept;
mod confirm;
mod list;
mod put;
mod result;
mod show;
mod words;

pub(crate) use accept::{Sent, accept, announced, key_of, known_encoding, repeated};
pub(crate) use confirm::confirm;
pub(crate) use list::list;
pub(crate) use put::put;
pub(crate) use result::result;
pub(crate) use show::show;

use crate::{
    answer::{not_found, storage},
    caller::System,
    items,
    router::ConnectState,
    wire::TransferResponse,
};
use kiban_store::repo::transfers::{self, TransferRow};
use kiban_web_kit::Problem;

/// The caller's own transfer with this identifier.
async fn load(state: &ConnectState, system: &System, id: &str) -> Result<TransferRow, Problem> {
    let insurer_no = system.insurer()?;
    let id = items::id(id, transfer_not_found)?;
    let mut work = state
        .platform
        .store
        .point()
        .await
        .map_err(|error| storage(&error))?;
    let row = transfers::find(&mut work, &insurer_no, id)
        .await
        .map_err(|error| storage(&error))?;
    row.ok_or_else(transfer_not_found)
}

/// What the door says about `row`.
async fn described(state: &ConnectState, row: &TransferRow) -> Result<TransferResponse, Problem> {
    let mut work = state
        .platform
        .store
        .point()
        .await
        .map_err(|error| storage(&error))?;
    words::response(&mut work, row)
        .await
        .map_err(|error| storage(&error))
}

fn transfer_not_found() -> Problem {
    not_found(
        "transfer_not_found",
        "この受付番号の送信はありません。受付番号を確かめてください。",
    )
}
