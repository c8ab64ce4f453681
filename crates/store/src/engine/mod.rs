//! The two engines behind one face: statements, parameters, rows, bulk tables.

mod conn;
mod lite;
mod param;
mod pg;
mod row;
mod sql;
mod table;

pub use conn::Conn;
pub(crate) use lite::PooledLite;
pub use param::P;
pub use row::{Cell, Row};
pub use sql::{Sql, to_lite};
pub use table::{Column, Kind, Table};

pub(crate) use lite::{Checkpointer, LitePool, open_writer};
pub(crate) use pg::{connect as connect_pg, pool_reason};
