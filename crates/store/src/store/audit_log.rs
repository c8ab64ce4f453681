//! The audit trail's own writer and readers (S-3).

use super::{BoxFuture, GROUP, LiteJob, OpenedLite, Work, WriteJob, now, pg_client, spawn_thread};
use crate::{
    engine::{Checkpointer, Conn, Kind, LitePool, P, PooledLite, Table},
    error::{Error, Result},
};
use kiban_audit::Entry;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// The audit trail: takes entries of readings and answers each after it is durable (S-3).
#[derive(Debug, Clone)]
pub struct AuditLog {
    engine: Arc<AuditEngine>,
    entries: mpsc::Sender<Pending>,
}

#[derive(Debug)]
enum AuditEngine {
    Lite {
        readers: Arc<LitePool>,
        sealing: tokio::sync::Mutex<()>,
        seals: mpsc::Sender<SealJob>,
        _checkpoints: Checkpointer,
    },
    Pg {
        pool: deadpool_postgres::Pool,
        sealing: tokio::sync::Mutex<()>,
    },
}

#[derive(Debug)]
struct Pending {
    entry: Entry,
    reply: oneshot::Sender<Answer>,
}

/// Gives the entry back with the outcome: memory that one thread took and another frees is dear, so the thread that made
/// the entry also drops it.
#[derive(Debug)]
struct Answer {
    outcome: Result<(), String>,
    _entry: Entry,
}

/// Work of the sealer, which shares the audit file's one writer.
struct SealJob {
    run: Box<dyn WriteJob>,
}

impl AuditLog {
    pub(super) fn lite(opened: OpenedLite) -> Result<Self> {
        let (entries, receiver) = mpsc::channel(16_384);
        let (seals, seal_receiver) = mpsc::channel(16);
        let OpenedLite {
            writer,
            readers,
            checkpoints,
        } = opened;
        spawn_thread("audit-writer", move || {
            run_audit_lite(writer, receiver, seal_receiver);
        })?;
        let engine = AuditEngine::Lite {
            readers,
            sealing: tokio::sync::Mutex::new(()),
            seals,
            _checkpoints: checkpoints,
        };
        Ok(Self {
            engine: Arc::new(engine),
            entries,
        })
    }

    pub(super) fn pg(pool: deadpool_postgres::Pool) -> Self {
        let (entries, receiver) = mpsc::channel(16_384);
        tokio::spawn(run_audit_pg(pool.clone(), receiver));
        let engine = AuditEngine::Pg {
            pool,
            sealing: tokio::sync::Mutex::new(()),
        };
        Self {
            engine: Arc::new(engine),
            entries,
        }
    }

    /// Writes `entry` and returns once it is on disk. Only then may the answer leave.
    ///
    /// # Errors
    ///
    /// [`Error::Overloaded`] when too many wait; any other error means that the entry is not known to be durable,
    /// so the reading must not be answered.
    pub async fn append(&self, entry: Entry) -> Result<()> {
        let (reply, answer) = oneshot::channel();
        self.entries
            .try_send(Pending { entry, reply })
            .map_err(|refused| match refused {
                mpsc::error::TrySendError::Full(_) => Error::Overloaded,
                mpsc::error::TrySendError::Closed(_) => Error::Closed,
            })?;
        let answer = answer.await.map_err(|_| Error::Closed)?;
        answer.outcome.map_err(Error::GroupCommit)
    }

    /// Writes many entries and returns once all are on disk; they share the writer's groups. For answers about many persons,
    /// of which none may leave before.
    ///
    /// # Errors
    ///
    /// As [`Self::append`]; some of the entries may have been written.
    pub async fn append_all(&self, entries: Vec<Entry>) -> Result<()> {
        let mut answers = Vec::with_capacity(entries.len());
        for entry in entries {
            let (reply, answer) = oneshot::channel();
            // Many at once wait for room instead of being refused, so that one answer of many does not fail half-way.
            let pending = Pending { entry, reply };
            let sent = self.entries.send(pending).await;
            sent.map_err(|_| Error::Closed)?;
            answers.push(answer);
        }
        for answer in answers {
            let answer = answer.await.map_err(|_| Error::Closed)?;
            answer.outcome.map_err(Error::GroupCommit)?;
        }
        Ok(())
    }

    /// For reading the trail.
    pub async fn read(&self) -> Result<Work> {
        let conn = match &*self.engine {
            AuditEngine::Lite { readers, .. } => Conn::lite(readers.take()?),
            AuditEngine::Pg { pool, .. } => Conn::pg(pg_client(pool).await?),
        };
        let mut work = Work {
            conn,
            writes: false,
        };
        work.conn
            .batch("BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            .await?;
        Ok(work)
    }

    /// Runs the sealer's unit of work; one at a time in this process, and one at a time over all processes by a
    /// lock of the database.
    pub async fn seal<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'w> FnOnce(&'w mut Work) -> BoxFuture<'w, Result<T>> + Send + 'static,
    {
        match &*self.engine {
            AuditEngine::Lite { sealing, seals, .. } => {
                let _one = sealing.lock().await;
                let (reply, answer) = oneshot::channel();
                let run = Box::new(LiteJob {
                    job: Some(job),
                    outcome: None,
                    reply: Some(reply),
                });
                seals
                    .send(SealJob { run })
                    .await
                    .map_err(|_| Error::Closed)?;
                answer.await.map_err(|_| Error::Closed)?
            }
            AuditEngine::Pg { pool, sealing } => {
                let _one = sealing.lock().await;
                let conn = Conn::pg(pg_client(pool).await?);
                let mut work = Work { conn, writes: true };
                work.conn
                    .batch("", "BEGIN; SELECT pg_advisory_xact_lock(5471203)")
                    .await?;
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
}

const ENTRY: Table = Table {
    name: "audit_entry",
    columns: &[
        ("insurer_no", Kind::Text),
        ("entry_id", Kind::Id),
        ("body", Kind::Text),
    ],
    key: &["insurer_no", "entry_id"],
};

/// A group of so many shows that many ask at once.
const CROWD: usize = 8;
/// How long the writer lets more entries gather in a crowd. Bringing a group to disk costs the processor 0.1 ms and more
/// however small the group is, so at 20,000 looks a second groups of a dozen took a fifth of all its time; a look alone
/// never waits.
const GATHER: std::time::Duration = std::time::Duration::from_millis(1);

fn run_audit_lite(
    connection: rusqlite::Connection,
    mut entries: mpsc::Receiver<Pending>,
    mut seals: mpsc::Receiver<SealJob>,
) {
    let mut work = Work {
        conn: Conn::lite(PooledLite::alone(connection)),
        writes: true,
    };
    // Entries and the sealer's work come through two queues; a short nap lets an idle writer look at both.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime without drivers");
    let mut last_group = 0;
    loop {
        let next = runtime.block_on(async {
            tokio::select! {
                biased;
                entry = entries.recv() => entry.map(AuditWork::Entry),
                seal = seals.recv() => seal.map(AuditWork::Seal),
            }
        });
        match next {
            None => return,
            Some(AuditWork::Seal(mut seal)) => {
                let outcome = now(work.conn.batch("BEGIN IMMEDIATE", "")).and_then(|()| {
                    let end = if seal.run.run(&mut work) {
                        "COMMIT"
                    } else {
                        "ROLLBACK"
                    };
                    now(work.conn.batch(end, ""))
                });
                let reason = outcome.err().map(|error| error.to_string());
                seal.run.answer(reason.as_deref().map_or(Ok(()), Err));
            }
            Some(AuditWork::Entry(first)) => {
                if last_group >= CROWD {
                    std::thread::sleep(GATHER);
                }
                let mut group = Vec::with_capacity(last_group + 1);
                group.push(first);
                while group.len() < GROUP
                    && let Ok(next) = entries.try_recv()
                {
                    group.push(next);
                }
                last_group = group.len();
                let outcome = append_lite(&mut work, &group);
                if outcome.is_err() {
                    let _ = now(work.conn.batch("ROLLBACK", ""));
                }
                answer_all(group, &outcome.map_err(|error| chain(&error)));
            }
        }
    }
}

enum AuditWork {
    Entry(Pending),
    Seal(SealJob),
}

fn append_lite(work: &mut Work, group: &[Pending]) -> Result<()> {
    now(work.conn.batch("BEGIN IMMEDIATE", ""))?;
    now(work.conn.insert(&ENTRY, group, |pending, values| {
        let entry = &pending.entry;
        values.extend([P::S(&entry.lane), P::U(entry.id), P::S(&entry.body)]);
    }))?;
    now(work.conn.batch("COMMIT", ""))
}

fn answer_all(group: Vec<Pending>, outcome: &Result<(), String>) {
    if let Err(reason) = outcome {
        tracing::error!(%reason, entries = group.len(), "audit entries were not written");
    }
    for Pending { entry, reply } in group {
        let _ = reply.send(Answer {
            outcome: outcome.clone(),
            _entry: entry,
        });
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

async fn run_audit_pg(pool: deadpool_postgres::Pool, mut entries: mpsc::Receiver<Pending>) {
    while let Some(first) = entries.recv().await {
        let mut group = vec![first];
        while group.len() < GROUP
            && let Ok(next) = entries.try_recv()
        {
            group.push(next);
        }
        let outcome = append_pg(&pool, &group).await;
        answer_all(group, &outcome.map_err(|error| chain(&error)));
    }
}

async fn append_pg(pool: &deadpool_postgres::Pool, group: &[Pending]) -> Result<()> {
    let client = pg_client(pool).await?;
    let lanes: Vec<&str> = group
        .iter()
        .map(|pending| pending.entry.lane.as_str())
        .collect();
    let ids: Vec<uuid::Uuid> = group.iter().map(|pending| pending.entry.id).collect();
    let bodies: Vec<&str> = group
        .iter()
        .map(|pending| pending.entry.body.as_str())
        .collect();
    let statement = client
        .prepare_cached(
            "INSERT INTO audit_entry (insurer_no, entry_id, body) SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[])",
        )
        .await?;
    client.execute(&statement, &[&lanes, &ids, &bodies]).await?;
    Ok(())
}
