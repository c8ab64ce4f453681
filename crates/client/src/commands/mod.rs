//! One command a file. Each answers whether all went well: `false` is exit code 1.

pub(crate) mod check;
pub(crate) mod confirm;
pub(crate) mod identity_check;
pub(crate) mod opinion;
pub(crate) mod person;
pub(crate) mod result;
pub(crate) mod send;
pub(crate) mod status;

use crate::output::Output;
use kiban_client::{ClientError, Connection, wire::TransferResponse};
use std::time::Duration;

/// What a command ends in.
pub(crate) type Outcome = Result<bool, ClientError>;

/// Looks once a second until nothing more happens without the insurer.
async fn wait(
    connection: &Connection,
    output: Output,
    id: &str,
) -> Result<TransferResponse, ClientError> {
    loop {
        let transfer = connection.transfer(id).await?;
        if transfer.finished || transfer.state == "held" || transfer.waits_for.is_some() {
            return Ok(transfer);
        }
        output.progress(&format!(
            "{}  {:>3}%  {}",
            transfer.file_name, transfer.progress_percent, transfer.message
        ));
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Whether it was taken in without a rejected row.
fn is_clean(transfer: &TransferResponse) -> bool {
    transfer.state == "applied" && transfer.counts.rejected == 0
}
