//! SQLite: how a connection is set up, the pool of readers and the thread that runs checkpoints.

use crate::error::Result;
use rusqlite::{Connection, OpenFlags, config::DbConfig};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, mpsc},
    time::Duration,
};

/// Settings that every connection gets. QPSG keeps compiled statements from being compiled anew at each execution
/// (specs/stack, pitfall 1); checkpoints are taken by [`Checkpointer`], never inside a COMMIT.
fn set_up(connection: &Connection) -> Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(256);
    connection.execute_batch(
        "PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536;",
    )?;
    Ok(())
}

/// Opens the one connection that may write to `path`, making the file if it is missing.
pub(crate) fn open_writer(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path)?;
    // Rows of a kilobyte and more lie in the tree itself only if a page holds several of them; set before the first table.
    connection.execute_batch(
        "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=67108864;",
    )?;
    set_up(&connection)?;
    Ok(connection)
}

/// Opens a connection that cannot write.
pub(crate) fn open_reader(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    set_up(&connection)?;
    // The writer reads through its own cache, so that its memory does not grow with the file.
    connection.execute_batch("PRAGMA mmap_size=8589934592;")?;
    Ok(connection)
}

/// Readers of one file. A point read takes one, uses it inline on the async worker and gives it back.
#[derive(Debug)]
pub(crate) struct LitePool {
    path: PathBuf,
    free: Mutex<Vec<Connection>>,
}

impl LitePool {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self {
            path,
            free: Mutex::new(Vec::new()),
        }
    }

    pub(crate) fn take(self: &Arc<Self>) -> Result<PooledLite> {
        let free = self
            .free
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let connection = match free {
            Some(connection) => connection,
            None => open_reader(&self.path)?,
        };
        Ok(PooledLite {
            connection: Some(connection),
            home: Some(self.clone()),
        })
    }
}

/// A connection that goes back to its pool when dropped; the writer's has no pool.
#[derive(Debug)]
pub(crate) struct PooledLite {
    connection: Option<Connection>,
    home: Option<Arc<LitePool>>,
}

impl PooledLite {
    pub(crate) fn alone(connection: Connection) -> Self {
        Self {
            connection: Some(connection),
            home: None,
        }
    }

    pub(crate) fn get(&mut self) -> &mut Connection {
        self.connection.as_mut().expect("present until dropped")
    }
}

impl Drop for PooledLite {
    fn drop(&mut self) {
        let (Some(home), Some(connection)) = (self.home.take(), self.connection.take()) else {
            return;
        };
        // A reader dropped in the middle of its snapshot must not keep the log from being checkpointed.
        if !connection.is_autocommit() && connection.execute_batch("ROLLBACK").is_err() {
            return;
        }
        home.free
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(connection);
    }
}

/// Moves the write-ahead log into the file from a thread of its own: inside the writer's COMMIT it gave a p99 of
/// 48 ms (specs/stack, section 4).
#[derive(Debug)]
pub(crate) struct Checkpointer {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Checkpointer {
    pub(crate) fn start(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(1))?;
        let (stop, stopped) = mpsc::channel::<()>();
        let wal = PathBuf::from(format!("{}-wal", path.display()));
        let thread = std::thread::Builder::new()
            .name("checkpoint".into())
            .spawn(move || {
                while let Err(mpsc::RecvTimeoutError::Timeout) =
                    stopped.recv_timeout(Duration::from_millis(250))
                {
                    let size = std::fs::metadata(&wal).map_or(0, |data| data.len());
                    if size < 8 << 20 {
                        continue;
                    }
                    // A log that readers keep growing past a gigabyte is worth making the writer wait once.
                    let mode = if size > 1 << 30 { "RESTART" } else { "PASSIVE" };
                    let outcome = connection.query_row(
                        &format!("PRAGMA wal_checkpoint({mode})"),
                        [],
                        |row| row.get::<_, i64>(0),
                    );
                    if let Err(error) = outcome {
                        tracing::warn!(%error, size_bytes = size, "checkpoint failed");
                    }
                }
            })?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
