//! Files that are sent in parts, so that a broken line costs one part only.

mod complete;
mod put_part;
mod show;

pub(crate) use complete::complete;
pub(crate) use put_part::put_part;
pub(crate) use show::show;

use crate::{answer::storage, caller::System, router::ConnectState, wire::PartResponse};
use kiban_store::repo::uploads::{self, PartRow};
use kiban_web_kit::Problem;

/// The highest number of a part. With parts of 64 MiB that is far beyond the largest file.
const PARTS_MAX: i64 = 10_000;

async fn parts(
    state: &ConnectState,
    system: &System,
    file_name: &str,
) -> Result<Vec<PartRow>, Problem> {
    let mut work = state
        .platform
        .store
        .point()
        .await
        .map_err(|error| storage(&error))?;
    uploads::list_parts(&mut work, system.client.organisation(), file_name)
        .await
        .map_err(|error| storage(&error))
}

fn response(row: &PartRow) -> PartResponse {
    PartResponse {
        part: row.part_no,
        size_bytes: row.size_bytes,
        sha256: row.content.clone(),
    }
}
