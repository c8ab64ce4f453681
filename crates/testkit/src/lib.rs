//! What tests share: a real PostgreSQL cluster, a clock that stands still, chance that can be repeated, virtual
//! My Number cards, a line that can be cut.

pub mod card;
mod fakes;
mod postgres;
mod relay;

pub use fakes::{FixedClock, RunningClock, SeededEntropy};
pub use postgres::{Cluster, POSTGRES_VARIABLE, fresh_schema, postgres_url, server_programs};
pub use relay::{Cut, Relay};
