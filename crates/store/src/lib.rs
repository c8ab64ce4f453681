//! The database: one body of SQL on SQLite and PostgreSQL
