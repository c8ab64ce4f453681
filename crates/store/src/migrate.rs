//! Numbered migrations, the same numbers for both engines. A released one never changes (its checksum is kept).

use crate::error::{Error, Result};
use ring::digest::{SHA256, digest};

/// One step of the schema.
#[derive(Debug)]
pub(crate) struct Migration {
    number: i64,
    lite: &'static str,
    pg: &'static str,
}

macro_rules! migration {
    ($number:literal, $folder:literal, $name:literal) => {
        Migration {
            number: $number,
            lite: include_str!(concat!(
                "../migrations/",
                $folder,
                "/",
                $name,
                ".sqlite.sql"
            )),
            pg: include_str!(concat!("../migrations/", $folder, "/", $name, ".pg.sql")),
        }
    };
}

/// Steps of the care data.
pub(crate) const CARE: &[Migration] = &[
    migration!(1, "care", "0001"),
    migration!(2, "care", "0002"),
    migration!(3, "care", "0003"),
    migration!(4, "care", "0004"),
    migration!(5, "care", "0005"),
    migration!(6, "care", "0006"),
    migration!(7, "care", "0007"),
    migration!(8, "care", "0008"),
    migration!(9, "care", "0009"),
    migration!(10, "care", "0010"),
    migration!(11, "care", "0011"),
    migration!(12, "care", "0012"),
    migration!(13, "care", "0013"),
    migration!(14, "care", "0014"),
    migration!(15, "care", "0015"),
    migration!(16, "care", "0016"),
    migration!(17, "care", "0017"),
    migration!(18, "care", "0018"),
    migration!(19, "care", "0019"),
    migration!(20, "care", "0020"),
    migration!(21, "care", "0021"),
    migration!(22, "care", "0022"),
    migration!(23, "care", "0023"),
    migration!(24, "care", "0024"),
    migration!(25, "care", "0025"),
    migration!(26, "care", "0026"),
    migration!(27, "care", "0027"),
    migration!(28, "care", "0028"),
];
/// Steps of the audit trail, numbered from 1001 so that both families fit one table on PostgreSQL.
pub(crate) const AUDIT: &[Migration] = &[
    migration!(1001, "audit", "1001"),
    migration!(1002, "audit", "1002"),
];

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migration (number BIGINT PRIMARY KEY, checksum TEXT NOT NULL)";

fn checksum(text: &str) -> String {
    hex::encode(digest(&SHA256, text.as_bytes()))
}

fn judge(applied: &[(i64, String)], known: &[(i64, String)]) -> Result<()> {
    for (number, sum) in applied {
        match known.iter().find(|(other, _)| other == number) {
            None => {
                return Err(Error::Schema(format!(
                    "the database has step {number}, which this program does not know"
                )));
            }
            Some((_, expected)) if expected != sum => {
                return Err(Error::Schema(format!(
                    "step {number} was changed after it had been applied"
                )));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Brings an SQLite file up to date.
pub(crate) fn run_lite(connection: &mut rusqlite::Connection, steps: &[Migration]) -> Result<()> {
    connection.execute_batch(TABLE)?;
    let applied = connection
        .prepare("SELECT number, checksum FROM schema_migration")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(i64, String)>, _>>()?;
    let known: Vec<_> = steps
        .iter()
        .map(|step| (step.number, checksum(step.lite)))
        .collect();
    judge(&applied, &known)?;
    for step in steps
        .iter()
        .filter(|step| !applied.iter().any(|(number, _)| *number == step.number))
    {
        let transaction = connection.transaction()?;
        transaction.execute_batch(step.lite)?;
        transaction.execute(
            "INSERT INTO schema_migration VALUES (?1, ?2)",
            (step.number, checksum(step.lite)),
        )?;
        transaction.commit()?;
    }
    Ok(())
}

/// What a PostgreSQL schema still needs.
pub(crate) struct PendingPg {
    pub(crate) fresh: bool,
    pub(crate) count: usize,
}

async fn applied_pg(client: &deadpool_postgres::Object) -> Result<Vec<(i64, String)>> {
    client.batch_execute(TABLE).await?;
    let rows = client
        .query("SELECT number, checksum FROM schema_migration", &[])
        .await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

async fn client(pool: &deadpool_postgres::Pool) -> Result<deadpool_postgres::Object> {
    pool.get()
        .await
        .map_err(|error| Error::Pool(crate::engine::pool_reason(&error)))
}

/// Looks without changing anything but the list of steps.
pub(crate) async fn pending_pg(pool: &deadpool_postgres::Pool) -> Result<PendingPg> {
    let applied = applied_pg(&client(pool).await?).await?;
    judge(&applied, &known_pg())?;
    Ok(PendingPg {
        fresh: applied.is_empty(),
        count: CARE.len() + AUDIT.len() - applied.len(),
    })
}

fn known_pg() -> Vec<(i64, String)> {
    CARE.iter()
        .chain(AUDIT)
        .map(|step| (step.number, checksum(step.pg)))
        .collect()
}

/// Brings a PostgreSQL schema up to date; how many steps were taken.
pub(crate) async fn run_pg(pool: &deadpool_postgres::Pool) -> Result<usize> {
    let mut client = client(pool).await?;
    let transaction = client.transaction().await?;
    // Two programs that start together must not both take the same step.
    transaction
        .batch_execute("SELECT pg_advisory_xact_lock(5471201)")
        .await?;
    transaction.batch_execute(TABLE).await?;
    let rows = transaction
        .query("SELECT number, checksum FROM schema_migration", &[])
        .await?;
    let applied: Vec<(i64, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    judge(&applied, &known_pg())?;
    let mut taken = 0;
    for step in CARE.iter().chain(AUDIT) {
        if applied.iter().any(|(number, _)| *number == step.number) {
            continue;
        }
        transaction.batch_execute(step.pg).await?;
        transaction
            .execute(
                "INSERT INTO schema_migration VALUES ($1, $2)",
                &[&step.number, &checksum(step.pg)],
            )
            .await?;
        taken += 1;
    }
    transaction.commit().await?;
    Ok(taken)
}
