//! Connecting to PostgreSQL.

use crate::error::{Error, Result};
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use std::str::FromStr as _;
use std::time::Duration;

/// A pool of `size` connections to `url`; every connection works in `schema`.
pub(crate) async fn connect(url: &str, schema: &str, size: usize) -> Result<Pool> {
    let mut config = tokio_postgres::Config::from_str(url)?;
    // Every statement of ours is a probe of a primary key, or a join of a small staging table with such probes. A plan
    // is made once and kept, often while the tables are still empty; left alone, the planner then reads whole tables
    // for ever after (measured: a first load of 200,000 rows at 2,900 rows/s instead of tens of thousands).
    let planner = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c enable_material=off -c jit=off";
    config.options(format!(
        "-c search_path={schema} -c synchronous_commit=on {planner}"
    ));
    config.connect_timeout(Duration::from_secs(10));
    let manager = Manager::from_config(
        config,
        tokio_postgres::NoTls,
        ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        },
    );
    let pool = Pool::builder(manager)
        .max_size(size)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(Duration::from_secs(20)))
        .build()
        .map_err(|error| Error::Pool(error.to_string()))?;
    let client = pool
        .get()
        .await
        .map_err(|error| Error::Pool(pool_reason(&error)))?;
    client
        .batch_execute(&format!("CREATE SCHEMA IF NOT EXISTS {schema}"))
        .await?;
    Ok(pool)
}

/// The reason behind a pool error without the connection string, which may hold a password.
pub(crate) fn pool_reason(error: &deadpool_postgres::PoolError) -> String {
    match error {
        deadpool_postgres::PoolError::Backend(backend) => backend
            .as_db_error()
            .map_or_else(|| backend.to_string(), ToString::to_string),
        other => other.to_string(),
    }
}
