//! A table described once for bulk work: prepared row statements on SQLite, binary COPY on PostgreSQL.

use postgres_types::Type;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A small whole number.
    Small,
    /// A whole number.
    Int,
    /// A calendar day.
    Day,
    /// An instant.
    At,
    /// An identifier.
    Id,
    /// Bytes.
    Bytes,
}

impl Kind {
    pub(crate) fn pg(self) -> Type {
        match self {
            Self::Text => Type::TEXT,
            Self::Small => Type::INT2,
            Self::Int => Type::INT8,
            Self::Day => Type::DATE,
            Self::At => Type::TIMESTAMPTZ,
            Self::Id => Type::UUID,
            Self::Bytes => Type::BYTEA,
        }
    }

    pub(crate) fn lite(self) -> &'static str {
        match self {
            Self::Text => "TEXT",
            Self::Small | Self::Int | Self::Day | Self::At => "INTEGER",
            Self::Id | Self::Bytes => "BLOB",
        }
    }
}

/// Name and kind of one column.
pub type Column = (&'static str, Kind);

/// A table that takes rows in bulk.
#[derive(Debug)]
pub struct Table {
    /// Its name in the schema.
    pub name: &'static str,
    /// The columns that are given, in the order in which a row fills them.
    pub columns: &'static [Column],
    /// The primary key; empty for a staging table.
    pub key: &'static [&'static str],
}

impl Table {
    pub(crate) fn list(&self) -> String {
        self.columns
            .iter()
            .map(|(name, _)| *name)
            .collect::<Vec<_>>()
            .join(",")
    }

    pub(crate) fn types(&self) -> Vec<Type> {
        self.columns.iter().map(|(_, kind)| kind.pg()).collect()
    }

    pub(crate) fn insert_lite(&self) -> String {
        let marks = (1..=self.columns.len())
            .map(|n| format!("?{n}"))
            .collect::<Vec<_>>()
            .join(",");
        format!(
            "INSERT INTO {} ({}) VALUES ({marks})",
            self.name,
            self.list()
        )
    }

    pub(crate) fn on_conflict(&self) -> String {
        let set = self
            .columns
            .iter()
            .filter(|(name, _)| !self.key.contains(name))
            .map(|(name, _)| format!("{name}=excluded.{name}"))
            .collect::<Vec<_>>()
            .join(",");
        format!(" ON CONFLICT ({}) DO UPDATE SET {set}", self.key.join(","))
    }

    pub(crate) fn temporary(&self, name: &str, pg: bool) -> String {
        let columns = self
            .columns
            .iter()
            .map(|(column, kind)| {
                let ty = if pg {
                    kind.pg().name().to_owned()
                } else {
                    kind.lite().to_owned()
                };
                format!("{column} {ty}")
            })
            .collect::<Vec<_>>()
            .join(",");
        let end = if pg { " ON COMMIT DELETE ROWS" } else { "" };
        format!("CREATE TEMPORARY TABLE IF NOT EXISTS {name} ({columns}){end}")
    }
}
