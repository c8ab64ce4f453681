//! Opening the database, reading from it and writing to it.

use crate::{
    engine::{Checkpointer, LitePool, PooledLite, connect_pg, open_writer},
    error::{Error, Result},
    migrate, repo,
};
use kiban_audit::Entry;
use std::{
    future::Future,
    path::PathBuf,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, Waker},
};
use tokio::sync::{mpsc, oneshot};

mod audit_log;

pub use crate::engine::Conn;
pub use audit_log::AuditLog;

/// Where the data live.
#[derive(Clone)]
pub enum Settings {
    /// Two SQLite files, `care.db` and `audit.db`, in a folder.
    Lite {
        /// The folder; made if it is missing.
        folder: PathBuf,
    },
    /// One schema of a PostgreSQL database.
    Postgres {
        /// `postgres://user:password@host/database`.
        url: String,
        /// Schema name, letters, digits and `_`.
        schema: String,
        /// How many connections at most.
        connections: usize,
    },
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Lite { folder } => f.debug_struct("Lite").field("folder", folder).finish(),
            Self::Postgres {
                schema,
                connections,
                ..
            } => f
                .debug_struct("Postgres")
                .field("schema", schema)
                .field("connections", connections)
                .finish_non_exhaustive(),
        }
    }
}

/// A unit of work: what one answer reads, or what one change writes.
#[derive(Debug)]
pub struct Work {
    pub(crate) conn: Conn,
    writes: bool,
}

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
type Job = Box<dyn WriteJob>;

/// The care data of every insurer.
#[derive(Debug, Clone)]
pub struct Store {
    engine: Arc<Engine>,
}

#[derive(Debug)]
enum Engine {
    Lite {
        readers: Arc<LitePool>,
        jobs: mpsc::Sender<Job>,
        _checkpoints: Checkpointer,
    },
    Pg {
        pool: deadpool_postgres::Pool,
    },
}

/// How many units of work may wait for the writer before callers are told to come back (503).
const WRITE_QUEUE: usize = 4_096;
/// How many units of work share one durable commit at most.
const GROUP: usize = 1_024;

impl Store {
    /// Opens the database and brings an embedded one up to date.
    ///
    /// # Errors
    ///
    /// [`Error::MigrationsPending`] for a PostgreSQL schema that holds older tables (see [`Store::migrate`]), and
    /// whatever the engine says.
    pub async fn open(settings: &Settings) -> Result<(Self, AuditLog)> {
        match settings {
            Settings::Lite { folder } => {
                std::fs::create_dir_all(folder)?;
                let care = open_lite(folder.join("care.db"), migrate::CARE)?;
                let audit = open_lite(folder.join("audit.db"), migrate::AUDIT)?;
                let (sender, receiver) = mpsc::channel(WRITE_QUEUE);
                spawn_thread("care-writer", move || run_jobs(care.writer, receiver))?;
                let engine = Engine::Lite {
                    readers: care.readers,
                    jobs: sender,
                    _checkpoints: care.checkpoints,
                };
                let store = Self {
                    engine: Arc::new(engine),
                };
                Ok((store, AuditLog::lite(audit)?))
            }
            Settings::Postgres {
                url,
                schema,
                connections,
            } => {
                let pool = connect_pg(url, schema, *connections).await?;
                let pending = migrate::pending_pg(&pool).await?;
                if pending.fresh {
                    migrate::run_pg(&pool).await?;
                } else if pending.count > 0 {
                    return Err(Error::MigrationsPending(pending.count));
                }
                let store = Self {
                    engine: Arc::new(Engine::Pg { pool: pool.clone() }),
                };
                Ok((store, AuditLog::pg(pool)))
            }
        }
    }

    /// Applies pending migrations to a PostgreSQL schema.
    pub async fn migrate(url: &str, schema: &str) -> Result<usize> {
        let pool = connect_pg(url, schema, 2).await?;
        migrate::run_pg(&pool).await
    }

    /// For one statement: no snapshot is opened, so that PostgreSQL is asked once only.
    pub async fn point(&self) -> Result<Work> {
        let conn = match &*self.engine {
            Engine::Lite { readers, .. } => Conn::lite(readers.take()?),
            Engine::Pg { pool } => Conn::pg(pg_client(pool).await?),
        };
        Ok(Work {
            conn,
            writes: false,
        })
    }

    /// For several statements that must see the same state.
    pub async fn read(&self) -> Result<Work> {
        let mut work = self.point().await?;
        work.conn
            .batch("BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            .await?;
        Ok(work)
    }

    /// Runs a unit of work and answers after it is durable. Whatever `job` refuses is rolled back as a whole.
    ///
    /// On SQLite the units that wait at the same time share one commit, each in a savepoint of its own.
    ///
    /// # Errors
    ///
    /// What `job` returns; [`Error::Overloaded`] when too many wait.
    pub async fn write<T, E, F>(&self, job: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'w> FnOnce(&'w mut Work) -> BoxFuture<'w, Result<T, E>> + Send + 'static,
    {
        match &*self.engine {
            Engine::Lite { jobs, .. } => {
                let (reply, answer) = oneshot::channel();
                let job = Box::new(LiteJob {
                    job: Some(job),
                    outcome: None,
                    reply: Some(reply),
                });
                jobs.try_send(job).map_err(|refused| match refused {
                    mpsc::error::TrySendError::Full(_) => Error::Overloaded,
                    mpsc::error::TrySendError::Closed(_) => Error::Closed,
                })?;
                answer.await.map_err(|_| Error::Closed)?
            }
            Engine::Pg { pool } => {
                let conn = Conn::pg(pg_client(pool).await?);
                let mut work = Work { conn, writes: true };
                work.conn.batch("", "BEGIN").await?;
                let outcome = job(&mut work).await;
                let end = if outcome.is_ok() {
                    "COMMIT"
                } else {
                    "ROLLBACK"
                };
                work.conn.batch("", end).await?;
                outcome
            }
        }
    }

    /// Whether this is the embedded engine.
    pub fn is_embedded(&self) -> bool {
        matches!(&*self.engine, Engine::Lite { .. })
    }
}

impl Work {
    /// Joins an audit entry to this unit of work (S-3: a change's entry is part of the change).
    pub async fn record(&mut self, entry: &Entry) -> Result<()> {
        debug_assert!(self.writes, "an entry of a reading goes through AuditLog");
        repo::audit::put_in_outbox(self, entry).await
    }

    /// How often the compiled form of `sql` was made anew on this connection; `None` on PostgreSQL.
    ///
    /// The hot lookup must keep this at 0 (specs/stack, pitfall 1).
    pub fn reprepares(&mut self, sql: &crate::engine::Sql) -> Result<Option<i32>> {
        self.conn.reprepares(sql)
    }

    /// Ends a snapshot early, so that a long answer does not hold it.
    pub async fn finish(mut self) -> Result<()> {
        self.conn.batch("COMMIT", "COMMIT").await
    }
}

async fn pg_client(pool: &deadpool_postgres::Pool) -> Result<deadpool_postgres::Object> {
    use deadpool_postgres::PoolError;
    pool.get().await.map_err(|error| match error {
        PoolError::Timeout(_) => Error::Overloaded,
        PoolError::Closed => Error::Closed,
        other => Error::Pool(crate::engine::pool_reason(&other)),
    })
}

struct OpenedLite {
    writer: rusqlite::Connection,
    readers: Arc<LitePool>,
    checkpoints: Checkpointer,
}

fn open_lite(path: PathBuf, migrations: &[migrate::Migration]) -> Result<OpenedLite> {
    let mut writer = open_writer(&path)?;
    migrate::run_lite(&mut writer, migrations)?;
    let checkpoints = Checkpointer::start(&path)?;
    Ok(OpenedLite {
        writer,
        readers: Arc::new(LitePool::new(path)),
        checkpoints,
    })
}

fn spawn_thread(name: &str, body: impl FnOnce() + Send + 'static) -> Result<()> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(body)?;
    Ok(())
}

/// Drives a future that never suspends, as every one on SQLite.
fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => {
            panic!("a unit of work on SQLite waited for something else than the database")
        }
    }
}

trait WriteJob: Send {
    /// Runs inside a savepoint; whether it is to be kept.
    fn run(&mut self, work: &mut Work) -> bool;
    /// Answers after the commit.
    fn answer(&mut self, committed: Result<(), &str>);
}

struct LiteJob<T, E, F> {
    job: Option<F>,
    outcome: Option<Result<T, E>>,
    reply: Option<oneshot::Sender<Result<T, E>>>,
}

impl<T, E, F> WriteJob for LiteJob<T, E, F>
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
    F: for<'w> FnOnce(&'w mut Work) -> BoxFuture<'w, Result<T, E>> + Send + 'static,
{
    fn run(&mut self, work: &mut Work) -> bool {
        let Some(job) = self.job.take() else {
            return false;
        };
        let outcome = now(job(work));
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        keep
    }

    fn answer(&mut self, committed: Result<(), &str>) {
        let (Some(reply), Some(outcome)) = (self.reply.take(), self.outcome.take()) else {
            return;
        };
        let outcome = match (committed, outcome) {
            (Err(reason), Ok(_)) => Err(E::from(Error::GroupCommit(reason.to_owned()))),
            (_, outcome) => outcome,
        };
        // Nobody listening means that the caller went away; what is committed stays.
        let _ = reply.send(outcome);
    }
}

/// The writer of `care.db`: takes what waits, commits once, then answers all. No artificial delay: while one commit
/// runs the next group gathers by itself.
fn run_jobs(connection: rusqlite::Connection, mut jobs: mpsc::Receiver<Job>) {
    let mut work = Work {
        conn: Conn::lite(PooledLite::alone(connection)),
        writes: true,
    };
    while let Some(first) = jobs.blocking_recv() {
        let mut group = vec![first];
        let outcome = run_group(&mut work, &mut group, &mut jobs);
        let reason = outcome.as_ref().err().map(ToString::to_string);
        if let Some(reason) = &reason {
            tracing::error!(%reason, jobs = group.len(), "group commit failed");
            let _ = now(work.conn.batch("ROLLBACK", ""));
        }
        for mut job in group {
            job.answer(reason.as_deref().map_or(Ok(()), Err));
        }
    }
}

fn run_group(work: &mut Work, group: &mut Vec<Job>, jobs: &mut mpsc::Receiver<Job>) -> Result<()> {
    now(work.conn.batch("BEGIN IMMEDIATE", ""))?;
    let mut at = 0;
    while at < group.len() {
        now(work.conn.batch("SAVEPOINT unit", ""))?;
        let keep = group[at].run(work);
        let end = if keep {
            "RELEASE unit"
        } else {
            "ROLLBACK TO unit; RELEASE unit"
        };
        now(work.conn.batch(end, ""))?;
        at += 1;
        if group.len() < GROUP
            && let Ok(next) = jobs.try_recv()
        {
            group.push(next);
        }
    }
    now(work.conn.batch("COMMIT", ""))
}
