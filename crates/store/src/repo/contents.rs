//! Which contents of the object store anything names.

use crate::{Work, engine::P, error::Result, sql};
use std::collections::HashSet;

/// Contents from `first` on and before `end` (as text) that a transfer, its findings, a part of an upload or a
/// document that stands names, a file of an inquiry,
/// evidence of a subsidy, or the PDF of an opinion. What a removed document named is kept in its row as a trace only.
///
/// There is no index by content: the tables are read through, once for each range, so ask for few ranges.
pub async fn list_named(work: &mut Work, first: &str, end: &str) -> Result<HashSet<String>> {
    work.conn
        .fold(
            &sql!(
                "SELECT content FROM transfer WHERE content >= $1 AND content < $2 UNION ALL SELECT findings FROM transfer WHERE findings >= $1 AND findings < $2 UNION ALL SELECT content FROM upload_part WHERE content >= $1 AND content < $2 UNION ALL SELECT content FROM care_document WHERE removed_at IS NULL AND content >= $1 AND content < $2 UNION ALL SELECT content FROM inquiry_file WHERE content >= $1 AND content < $2 UNION ALL SELECT content FROM subsidy_file WHERE content >= $1 AND content < $2 UNION ALL SELECT pdf FROM opinion_submission WHERE pdf >= $1 AND pdf < $2"
            ),
            &[P::S(first), P::S(end)],
            HashSet::new(),
            |mut named, row| {
                named.insert(row.get(0)?);
                Ok(named)
            },
        )
        .await
}
