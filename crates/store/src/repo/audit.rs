//! The audit trail's tables: outbox, entries, leaves and checkpoints (S-3, X-3).

use crate::{
    Work,
    engine::{Kind, P, Table},
    error::{Error, Result},
    sql,
};
use kiban_audit::{CheckpointRow, Entry, LeafRow};
use kiban_domain::Timestamp;
use uuid::Uuid;

/// Puts the entry of a change beside the change.
pub(crate) async fn put_in_outbox(work: &mut Work, entry: &Entry) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO audit_outbox (insurer_no, entry_id, body) VALUES ($1, $2, $3)"),
            &[P::S(&entry.lane), P::U(entry.id), P::S(&entry.body)],
        )
        .await?;
    Ok(())
}

/// Entries of changes that the trail does not hold yet, oldest first within a lane.
pub async fn list_outbox(work: &mut Work, limit: i64) -> Result<Vec<Entry>> {
    work.conn
        .query(
            &sql!("SELECT insurer_no, entry_id, body FROM audit_outbox ORDER BY insurer_no, entry_id LIMIT $1"),
            &[P::I(limit)],
            |row| Ok(Entry { lane: row.get(0)?, id: row.get(1)?, body: row.get(2)? }),
        )
        .await
}

/// Of every lane that has entries in the outbox: its oldest entry and how many there are.
pub async fn oldest_of_outbox(work: &mut Work) -> Result<Vec<(Entry, i64)>> {
    work.conn
        .query(
            &sql!("SELECT o.insurer_no, o.entry_id, o.body, c.entries FROM audit_outbox o JOIN (SELECT insurer_no, count(*) AS entries FROM audit_outbox GROUP BY insurer_no) c ON c.insurer_no = o.insurer_no WHERE NOT EXISTS (SELECT 1 FROM audit_outbox older WHERE older.insurer_no = o.insurer_no AND older.entry_id < o.entry_id) ORDER BY o.insurer_no"),
            &[],
            |row| {
                let entry = Entry { lane: row.get(0)?, id: row.get(1)?, body: row.get(2)? };
                Ok((entry, row.get(3)?))
            },
        )
        .await
}

/// Takes moved entries out of the outbox.
pub async fn clear_outbox(work: &mut Work, entries: &[Entry]) -> Result<()> {
    for entry in entries {
        work.conn
            .exec(
                &sql!("DELETE FROM audit_outbox WHERE insurer_no = $1 AND entry_id = $2"),
                &[P::S(&entry.lane), P::U(entry.id)],
            )
            .await?;
    }
    Ok(())
}

/// Adds entries to the trail; one that is there already (a move that was interrupted) stays as it is.
pub async fn adopt(work: &mut Work, entries: &[Entry]) -> Result<()> {
    for entry in entries {
        work.conn
            .exec(
                &sql!(
                    "INSERT INTO audit_entry (insurer_no, entry_id, body) VALUES ($1, $2, $3) ON CONFLICT (insurer_no, entry_id) DO NOTHING"
                ),
                &[P::S(&entry.lane), P::U(entry.id), P::S(&entry.body)],
            )
            .await?;
    }
    Ok(())
}

/// Every lane that has entries.
pub async fn list_lanes(work: &mut Work) -> Result<Vec<String>> {
    // A chain of index probes instead of a scan over all entries; checkpoints and leaves without entries must show too.
    let mut lanes = Vec::new();
    let mut after = String::new();
    while let Some(Some(lane)) = work
        .conn
        .first(
            &sql!(
                "SELECT min(lane) FROM (SELECT min(insurer_no) AS lane FROM audit_entry WHERE insurer_no > $1 UNION ALL SELECT min(insurer_no) FROM audit_leaf WHERE insurer_no > $1 UNION ALL SELECT min(insurer_no) FROM audit_checkpoint WHERE insurer_no > $1) AS next"
            ),
            &[P::S(&after)],
            |row| row.get::<Option<String>>(0),
        )
        .await?
    {
        after.clone_from(&lane);
        lanes.push(lane);
    }
    Ok(lanes)
}

/// Entries of a lane that no leaf names yet and that are not older than `since`, in order.
///
/// Identifiers begin with their millisecond, so the window is a range of the key.
pub async fn list_unsealed(
    work: &mut Work,
    lane: &str,
    since: Uuid,
    limit: i64,
) -> Result<Vec<Entry>> {
    work.conn
        .query(
            &sql!(
                "SELECT e.insurer_no, e.entry_id, e.body FROM audit_entry e WHERE e.insurer_no = $1 AND e.entry_id >= $2 AND NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.insurer_no = $1 AND l.entry_id = e.entry_id) ORDER BY e.entry_id LIMIT $3"
            ),
            &[P::S(lane), P::U(since), P::I(limit)],
            |row| Ok(Entry { lane: row.get(0)?, id: row.get(1)?, body: row.get(2)? }),
        )
        .await
}

/// A page of a lane's entries after `after`, in order of identifier.
pub async fn list_entries(
    work: &mut Work,
    lane: &str,
    after: Uuid,
    limit: i64,
) -> Result<Vec<Entry>> {
    work.conn
        .query(
            &sql!(
                "SELECT insurer_no, entry_id, body FROM audit_entry WHERE insurer_no = $1 AND entry_id > $2 ORDER BY entry_id LIMIT $3"
            ),
            &[P::S(lane), P::U(after), P::I(limit)],
            |row| Ok(Entry { lane: row.get(0)?, id: row.get(1)?, body: row.get(2)? }),
        )
        .await
}

/// One entry.
pub async fn find_entry(work: &mut Work, lane: &str, id: Uuid) -> Result<Option<Entry>> {
    work.conn
        .first(
            &sql!("SELECT insurer_no, entry_id, body FROM audit_entry WHERE insurer_no = $1 AND entry_id = $2"),
            &[P::S(lane), P::U(id)],
            |row| Ok(Entry { lane: row.get(0)?, id: row.get(1)?, body: row.get(2)? }),
        )
        .await
}

const LEAF: Table = Table {
    name: "audit_leaf",
    columns: &[
        ("insurer_no", Kind::Text),
        ("leaf_no", Kind::Int),
        ("entry_id", Kind::Id),
        ("leaf_hash", Kind::Bytes),
    ],
    key: &["insurer_no", "leaf_no"],
};

/// Adds leaves.
pub async fn add_leaves(work: &mut Work, leaves: &[LeafRow]) -> Result<()> {
    work.conn
        .insert(&LEAF, leaves, |leaf, values| {
            values.extend([
                P::S(&leaf.lane),
                P::I(leaf.leaf_no),
                P::U(leaf.entry_id),
                P::B(&leaf.leaf_hash),
            ]);
        })
        .await
}

/// Leaves of a lane from `first`, in order.
pub async fn list_leaves(
    work: &mut Work,
    lane: &str,
    first: i64,
    limit: i64,
) -> Result<Vec<LeafRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT insurer_no, leaf_no, entry_id, leaf_hash FROM audit_leaf WHERE insurer_no = $1 AND leaf_no >= $2 ORDER BY leaf_no LIMIT $3"
            ),
            &[P::S(lane), P::I(first), P::I(limit)],
            leaf,
        )
        .await
}

/// Where an entry stands in its lane.
pub async fn find_leaf(work: &mut Work, lane: &str, entry_id: Uuid) -> Result<Option<LeafRow>> {
    work.conn
        .first(
            &sql!("SELECT insurer_no, leaf_no, entry_id, leaf_hash FROM audit_leaf WHERE insurer_no = $1 AND entry_id = $2"),
            &[P::S(lane), P::U(entry_id)],
            leaf,
        )
        .await
}

fn leaf(row: &crate::engine::Row<'_>) -> Result<LeafRow> {
    Ok(LeafRow {
        lane: row.get(0)?,
        leaf_no: row.get(1)?,
        entry_id: row.get(2)?,
        leaf_hash: row.get(3)?,
    })
}

/// Adds a checkpoint.
pub async fn add_checkpoint(work: &mut Work, row: &CheckpointRow) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO audit_checkpoint (insurer_no, checkpoint_no, first_leaf, leaf_count, root, previous, sealed_at, key_id, signature) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
            ),
            &[
                P::S(&row.lane),
                P::I(row.number),
                P::I(row.first_leaf),
                P::I(row.leaf_count),
                P::B(&row.root),
                P::B(&row.previous),
                P::S(&row.sealed_at),
                P::S(&row.key_id),
                P::B(&row.signature),
            ],
        )
        .await?;
    Ok(())
}

/// The newest checkpoint of a lane.
pub async fn find_head(work: &mut Work, lane: &str) -> Result<Option<CheckpointRow>> {
    work.conn
        .first(
            &sql!(
                "SELECT insurer_no, checkpoint_no, first_leaf, leaf_count, root, previous, sealed_at, key_id, signature FROM audit_checkpoint WHERE insurer_no = $1 ORDER BY checkpoint_no DESC LIMIT 1"
            ),
            &[P::S(lane)],
            checkpoint,
        )
        .await
}

/// Checkpoints of a lane from number `from`, in order.
pub async fn list_checkpoints(
    work: &mut Work,
    lane: &str,
    from: i64,
    limit: i64,
) -> Result<Vec<CheckpointRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT insurer_no, checkpoint_no, first_leaf, leaf_count, root, previous, sealed_at, key_id, signature FROM audit_checkpoint WHERE insurer_no = $1 AND checkpoint_no >= $2 ORDER BY checkpoint_no LIMIT $3"
            ),
            &[P::S(lane), P::I(from), P::I(limit)],
            checkpoint,
        )
        .await
}

fn checkpoint(row: &crate::engine::Row<'_>) -> Result<CheckpointRow> {
    Ok(CheckpointRow {
        lane: row.get(0)?,
        number: row.get(1)?,
        first_leaf: row.get(2)?,
        leaf_count: row.get(3)?,
        root: row.get(4)?,
        previous: row.get(5)?,
        sealed_at: row.get(6)?,
        key_id: row.get(7)?,
        signature: row.get(8)?,
    })
}

/// The smallest identifier that an entry made at `at` can have.
pub fn first_id_at(at: Timestamp) -> Result<Uuid> {
    let millis =
        u64::try_from(at.as_millisecond()).map_err(|error| Error::corrupt("time", error))?;
    Ok(Uuid::from_u128(u128::from(millis) << 80))
}
