//! A connection of either engine and what can be done on it.

use super::{P, Row, Sql, Table, lite::PooledLite};
use crate::error::{Error, Result};
use futures_util::TryStreamExt as _;
use postgres_types::ToSql as PgToSql;
use std::pin::pin;
use tokio_postgres::binary_copy::BinaryCopyInWriter;

/// A connection or open transaction. On SQLite the methods never suspend.
#[derive(Debug)]
pub struct Conn {
    inner: Inner,
}

#[derive(Debug)]
enum Inner {
    Lite(PooledLite),
    Pg(PooledPg),
}

/// A connection to PostgreSQL that never goes back to its pool inside a transaction.
#[derive(Debug)]
struct PooledPg {
    client: Option<deadpool_postgres::Object>,
    in_transaction: bool,
}

impl std::ops::Deref for PooledPg {
    type Target = deadpool_postgres::Object;

    fn deref(&self) -> &Self::Target {
        self.client.as_ref().expect("present until dropped")
    }
}

impl Drop for PooledPg {
    fn drop(&mut self) {
        if !self.in_transaction {
            return;
        }
        // A unit of work that was given up (a snapshot no longer needed, a caller that went away) is rolled back first.
        if let (Some(client), Ok(runtime)) =
            (self.client.take(), tokio::runtime::Handle::try_current())
        {
            runtime.spawn(async move {
                if client.batch_execute("ROLLBACK").await.is_err() {
                    let _ = deadpool_postgres::Object::take(client);
                }
            });
        }
    }
}

impl Conn {
    pub(crate) fn lite(connection: PooledLite) -> Self {
        Self {
            inner: Inner::Lite(connection),
        }
    }

    pub(crate) fn pg(client: deadpool_postgres::Object) -> Self {
        Self {
            inner: Inner::Pg(PooledPg {
                client: Some(client),
                in_transaction: false,
            }),
        }
    }

    /// Runs a statement and folds its rows into one value.
    pub async fn fold<A: Send>(
        &mut self,
        sql: &Sql,
        params: &[P<'_>],
        init: A,
        mut f: impl FnMut(A, &Row<'_>) -> Result<A> + Send,
    ) -> Result<A> {
        let mut acc = init;
        match &mut self.inner {
            Inner::Lite(connection) => {
                let mut statement = connection.get().prepare_cached(sql.lite)?;
                bind(&mut statement, params)?;
                let mut rows = statement.raw_query();
                while let Some(row) = rows.next()? {
                    acc = f(acc, &Row::Lite(row))?;
                }
            }
            Inner::Pg(client) => {
                let statement = client.prepare_cached(sql.pg).await?;
                let mut rows = pin!(client.query_raw(&statement, params.iter()).await?);
                while let Some(row) = rows.try_next().await? {
                    acc = f(acc, &Row::Pg(&row))?;
                }
            }
        }
        Ok(acc)
    }

    /// All rows of a statement.
    pub async fn query<T: Send>(
        &mut self,
        sql: &Sql,
        params: &[P<'_>],
        mut f: impl FnMut(&Row<'_>) -> Result<T> + Send,
    ) -> Result<Vec<T>> {
        self.fold(sql, params, Vec::new(), |mut all, row| {
            all.push(f(row)?);
            Ok(all)
        })
        .await
    }

    /// The first row of a statement, if there is one.
    pub async fn first<T: Send>(
        &mut self,
        sql: &Sql,
        params: &[P<'_>],
        mut f: impl FnMut(&Row<'_>) -> Result<T> + Send,
    ) -> Result<Option<T>> {
        match &mut self.inner {
            Inner::Lite(connection) => {
                let mut statement = connection.get().prepare_cached(sql.lite)?;
                bind(&mut statement, params)?;
                let mut rows = statement.raw_query();
                match rows.next()? {
                    Some(row) => f(&Row::Lite(row)).map(Some),
                    None => Ok(None),
                }
            }
            Inner::Pg(client) => {
                let statement = client.prepare_cached(sql.pg).await?;
                let values: Vec<&(dyn PgToSql + Sync)> =
                    params.iter().map(|value| value as _).collect();
                match client.query(&statement, &values).await?.first() {
                    Some(row) => f(&Row::Pg(row)).map(Some),
                    None => Ok(None),
                }
            }
        }
    }

    /// Runs a statement that changes rows; the number of rows it touched.
    pub async fn exec(&mut self, sql: &Sql, params: &[P<'_>]) -> Result<u64> {
        match &mut self.inner {
            Inner::Lite(connection) => {
                let mut statement = connection.get().prepare_cached(sql.lite)?;
                bind(&mut statement, params)?;
                Ok(statement.raw_execute()? as u64)
            }
            Inner::Pg(client) => {
                let statement = client.prepare_cached(sql.pg).await?;
                let values: Vec<&(dyn PgToSql + Sync)> =
                    params.iter().map(|value| value as _).collect();
                Ok(client.execute(&statement, &values).await?)
            }
        }
    }

    /// Runs statements without parameters, one text for each engine.
    pub(crate) async fn batch(&mut self, lite: &str, pg: &str) -> Result<()> {
        match &mut self.inner {
            Inner::Lite(connection) => connection.get().execute_batch(lite)?,
            Inner::Pg(client) => {
                client.in_transaction |= pg.starts_with("BEGIN");
                client.batch_execute(pg).await?;
                if matches!(pg, "COMMIT" | "ROLLBACK") {
                    client.in_transaction = false;
                }
            }
        }
        Ok(())
    }

    /// Adds rows to `table` in bulk.
    pub async fn insert<R: Sync>(
        &mut self,
        table: &Table,
        rows: &[R],
        fill: impl for<'r> Fn(&'r R, &mut Vec<P<'r>>) + Send + Sync,
    ) -> Result<()> {
        match &mut self.inner {
            Inner::Lite(connection) => {
                insert_lite(connection.get(), &table.insert_lite(), rows, fill)
            }
            Inner::Pg(client) => copy_in(client, table, table.name, rows, fill).await,
        }
    }

    /// Adds rows to `table`, replacing those with the same key.
    pub async fn upsert<R: Sync>(
        &mut self,
        table: &Table,
        rows: &[R],
        fill: impl for<'r> Fn(&'r R, &mut Vec<P<'r>>) + Send + Sync,
    ) -> Result<()> {
        let conflict = table.on_conflict();
        match &mut self.inner {
            Inner::Lite(connection) => {
                let statement = table.insert_lite() + &conflict;
                insert_lite(connection.get(), &statement, rows, fill)
            }
            Inner::Pg(client) => {
                let stage = format!("incoming_{}", table.name);
                client.batch_execute(&table.temporary(&stage, true)).await?;
                copy_in(client, table, &stage, rows, fill).await?;
                let list = table.list();
                let move_over = format!(
                    "INSERT INTO {} ({list}) SELECT {list} FROM {stage}{conflict}",
                    table.name
                );
                let statement = client.prepare_cached(&move_over).await?;
                client.execute(&statement, &[]).await?;
                client
                    .batch_execute(&format!("DELETE FROM {stage}"))
                    .await?;
                Ok(())
            }
        }
    }

    /// Fills a temporary table of this connection with `rows` alone; it is empty again after the transaction or
    /// the next call.
    pub async fn stage<R: Sync>(
        &mut self,
        table: &Table,
        rows: &[R],
        fill: impl for<'r> Fn(&'r R, &mut Vec<P<'r>>) + Send + Sync,
    ) -> Result<()> {
        match &mut self.inner {
            Inner::Lite(connection) => {
                let connection = connection.get();
                connection.execute_batch(&table.temporary(table.name, false))?;
                connection
                    .prepare_cached(&format!("DELETE FROM {}", table.name))?
                    .raw_execute()?;
                insert_lite(connection, &table.insert_lite(), rows, fill)
            }
            Inner::Pg(client) => {
                client
                    .batch_execute(&table.temporary(table.name, true))
                    .await?;
                // Every commit empties it; only a second call in one transaction finds rows. TRUNCATE would make new files
                // for every batch.
                client
                    .batch_execute(&format!("DELETE FROM {}", table.name))
                    .await?;
                copy_in(client, table, table.name, rows, fill).await?;
                Ok(())
            }
        }
    }

    /// How often cached statements were compiled anew on this connection; `None` on PostgreSQL.
    ///
    /// The planner guarantee of SQLite must keep this at 0 (specs/stack, pitfall 1).
    pub fn reprepares(&mut self, sql: &Sql) -> Result<Option<i32>> {
        match &mut self.inner {
            Inner::Lite(connection) => {
                let statement = connection.get().prepare_cached(sql.lite)?;
                Ok(Some(
                    statement.get_status(rusqlite::StatementStatus::RePrepare),
                ))
            }
            Inner::Pg(_) => Ok(None),
        }
    }
}

fn bind(statement: &mut rusqlite::CachedStatement<'_>, params: &[P<'_>]) -> Result<()> {
    for (index, value) in params.iter().enumerate() {
        statement.raw_bind_parameter(index + 1, value)?;
    }
    Ok(())
}

fn insert_lite<R>(
    connection: &mut rusqlite::Connection,
    text: &str,
    rows: &[R],
    fill: impl for<'r> Fn(&'r R, &mut Vec<P<'r>>),
) -> Result<()> {
    let mut statement = connection.prepare_cached(text)?;
    let mut values = Vec::new();
    for row in rows {
        values.clear();
        fill(row, &mut values);
        bind(&mut statement, &values)?;
        statement.raw_execute()?;
    }
    Ok(())
}

async fn copy_in<R: Sync>(
    client: &deadpool_postgres::Object,
    table: &Table,
    target: &str,
    rows: &[R],
    fill: impl for<'r> Fn(&'r R, &mut Vec<P<'r>>) + Send + Sync,
) -> Result<()> {
    let copy = format!("COPY {target} ({}) FROM STDIN BINARY", table.list());
    let sink = client.copy_in::<_, bytes::Bytes>(&copy).await?;
    let mut writer = pin!(BinaryCopyInWriter::new(sink, &table.types()));
    for row in rows {
        let mut values = Vec::with_capacity(table.columns.len());
        fill(row, &mut values);
        writer.as_mut().write_raw(values.iter()).await?;
    }
    let written = writer.finish().await?;
    if written == rows.len() as u64 {
        Ok(())
    } else {
        Err(Error::corrupt(
            target,
            format!("{written} of {} rows were copied", rows.len()),
        ))
    }
}
