//! What can go wrong between a use case and the database.

/// Short form for this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure of the database or of what is stored in it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The queue of writes is full: ask again after a moment (HTTP: 503 with `Retry-After`).
    #[error("the queue of writes is full")]
    Overloaded,
    /// The store is shutting down and takes no more work.
    #[error("the store is closed")]
    Closed,
    /// A commit that other units of work shared has failed; nothing of the group was written.
    #[error("the group commit failed: {0}")]
    GroupCommit(String),
    /// SQLite refused.
    #[error("SQLite")]
    Lite(#[from] rusqlite::Error),
    /// PostgreSQL refused.
    #[error("PostgreSQL")]
    Postgres(#[from] tokio_postgres::Error),
    /// No connection to PostgreSQL could be had.
    #[error("PostgreSQL pool: {0}")]
    Pool(String),
    /// A stored value does not parse.
    #[error("stored value in {place} does not parse: {reason}")]
    Corrupt {
        /// Table and column, or the statement's column number.
        place: String,
        /// What was expected.
        reason: String,
    },
    /// A migration was changed after it had been applied, or the database is newer than the program.
    #[error("schema: {0}")]
    Schema(String),
    /// The database still needs migrations and may not be touched without being asked.
    #[error("{0} migrations are pending: run `kiban migrate`")]
    MigrationsPending(usize),
    /// A file of the object store or database folder failed.
    #[error("file: {0}")]
    File(#[from] std::io::Error),
}

impl Error {
    pub(crate) fn corrupt(place: impl Into<String>, reason: impl std::fmt::Display) -> Self {
        Self::Corrupt {
            place: place.into(),
            reason: reason.to_string(),
        }
    }

    /// Whether a unique key refused the row: somebody else was first.
    pub fn is_duplicate(&self) -> bool {
        match self {
            Self::Lite(rusqlite::Error::SqliteFailure(failure, _)) => {
                matches!(failure.extended_code, 1555 | 2067)
            }
            Self::Postgres(error) => {
                error.code() == Some(&tokio_postgres::error::SqlState::UNIQUE_VIOLATION)
            }
            _ => false,
        }
    }
}
