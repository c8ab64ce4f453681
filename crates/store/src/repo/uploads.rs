//! Parts of files that are sent in pieces, until the file is whole.

use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::Timestamp;

/// One part of a file that is sent in pieces.
#[derive(Debug, Clone)]
pub struct PartRow {
    /// Its number, from 1.
    pub part_no: i64,
    /// Its name in the object store.
    pub content: String,
    /// Size in bytes.
    pub size_bytes: i64,
}

/// Keeps a part; the same part again replaces the earlier one.
pub async fn save_part(
    work: &mut Work,
    organisation: &str,
    file_name: &str,
    part: &PartRow,
    at: Timestamp,
) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO upload_part (organisation, file_name, part_no, content, size_bytes, received_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organisation, file_name, part_no) DO UPDATE SET content = excluded.content, size_bytes = excluded.size_bytes, received_at = excluded.received_at"
            ),
            &[
                P::S(organisation),
                P::S(file_name),
                P::I(part.part_no),
                P::S(&part.content),
                P::I(part.size_bytes),
                P::T(at),
            ],
        )
        .await?;
    Ok(())
}

/// The parts that have come, in order.
pub async fn list_parts(
    work: &mut Work,
    organisation: &str,
    file_name: &str,
) -> Result<Vec<PartRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT part_no, content, size_bytes FROM upload_part WHERE organisation = $1 AND file_name = $2 ORDER BY part_no"
            ),
            &[P::S(organisation), P::S(file_name)],
            |row| Ok(PartRow { part_no: row.get(0)?, content: row.get(1)?, size_bytes: row.get(2)? }),
        )
        .await
}

/// Forgets the parts of a file that is whole.
pub async fn clear_parts(work: &mut Work, organisation: &str, file_name: &str) -> Result<()> {
    work.conn
        .exec(
            &sql!("DELETE FROM upload_part WHERE organisation = $1 AND file_name = $2"),
            &[P::S(organisation), P::S(file_name)],
        )
        .await?;
    Ok(())
}

/// Forgets the parts of uploads of which nothing has come since `before`; how many parts. One late part keeps all parts of
/// its upload: a long file on a slow line is still on its way.
pub async fn forget(work: &mut Work, before: Timestamp) -> Result<u64> {
    work.conn
        .exec(
            &sql!(
                "DELETE FROM upload_part WHERE received_at < $1 AND NOT EXISTS (SELECT 1 FROM upload_part late WHERE late.organisation = upload_part.organisation AND late.file_name = upload_part.file_name AND late.received_at >= $1)"
            ),
            &[P::T(before)],
        )
        .await
}
