//! Something read from the database as a whole, kept in memory, and read anew when it has changed.

use jiff::SignedDuration;
use kiban_domain::Timestamp;
use std::sync::{Arc, Mutex, PoisonError};

/// What every visitor sees alike, so that a page costs no question to the database. Asks at most once in `every` whether anything
/// is new, and reads the whole only then: a change is seen by every process within that time.
#[derive(Debug)]
pub struct Watched<T, M> {
    every: SignedDuration,
    kept: Mutex<Option<Kept<T, M>>>,
}

#[derive(Debug)]
struct Kept<T, M> {
    mark: M,
    asked_at: Timestamp,
    value: Arc<T>,
}

impl<T, M: Copy + PartialEq> Watched<T, M> {
    /// Nothing read yet.
    pub fn new(every: SignedDuration) -> Self {
        Self {
            every,
            kept: Mutex::new(None),
        }
    }

    /// The value. `mark` tells a newer state from an older one (the last change and the number of changes, say), `read` reads it; a mark is taken before what it marks, so that a change between
    /// the two is found at the next asking.
    ///
    /// # Errors
    ///
    /// Those of `mark` and `read` when nothing was read before; later ones leave the value as it was.
    pub async fn current<E>(
        &self,
        now: Timestamp,
        mark: impl AsyncFnOnce() -> Result<M, E>,
        read: impl AsyncFnOnce() -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        let known = {
            let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.as_ref()
                .map(|it| (it.mark, it.asked_at, Arc::clone(&it.value)))
        };
        if let Some((_, asked_at, value)) = &known
            && now.duration_since(*asked_at).abs() < self.every
        {
            return Ok(Arc::clone(value));
        }
        let asked = async {
            let mark = mark().await?;
            if let Some((old, _, value)) = &known
                && *old == mark
            {
                return Ok((mark, Arc::clone(value)));
            }
            Ok((mark, Arc::new(read().await?)))
        };
        let (mark, value) = match (asked.await, known) {
            (Ok(new), _) => new,
            // What was true a moment ago is better than no page.
            (Err(_), Some((mark, _, value))) => (mark, value),
            (Err(error), None) => return Err(error),
        };
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(Kept {
            mark,
            asked_at: now,
            value: Arc::clone(&value),
        });
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[tokio::test]
    async fn it_is_read_again_only_when_its_mark_has_changed_and_the_time_has_come() {
        let watched = Watched::new(SignedDuration::from_secs(2));
        let reads = Cell::new(0);
        let (mark, now) = (Cell::new(1_i64), Cell::new(Timestamp::UNIX_EPOCH));
        let ask = async || {
            let value = watched.current::<()>(
                now.get(),
                async || Ok(mark.get()),
                async || {
                    reads.set(reads.get() + 1);
                    Ok(mark.get())
                },
            );
            *value.await.unwrap()
        };
        assert_eq!((ask().await, reads.get()), (1, 1));
        mark.set(2);
        assert_eq!((ask().await, reads.get()), (1, 1), "asked a moment ago");
        now.set(now.get() + SignedDuration::from_secs(2));
        assert_eq!((ask().await, reads.get()), (2, 2));
        now.set(now.get() + SignedDuration::from_secs(2));
        assert_eq!((ask().await, reads.get()), (2, 2), "nothing new");
    }

    #[tokio::test]
    async fn a_database_that_fails_leaves_what_was_known() {
        let watched = Watched::new(SignedDuration::ZERO);
        let now = Timestamp::UNIX_EPOCH;
        let failed = watched.current(now, async || Err("down"), async || Ok(1));
        assert_eq!(failed.await, Err("down"));
        let read = watched.current::<&str>(now, async || Ok(1), async || Ok(1));
        assert_eq!(*read.await.unwrap(), 1);
        let failed = watched.current(now, async || Err("down"), async || Ok(2));
        assert_eq!(*failed.await.unwrap(), 1);
    }
}
