use super::opinions;
use serde_json::{Value, json};

/// What a request carries.
pub(super) enum Request {
    /// Nothing.
    None,
    /// A shape as JSON.
    Json(&'static str),
    /// Rows of a data set.
    Rows,
    /// Part of a file.
    Bytes,
    /// The JSON of an opinion.
    Opinion,
    /// The same, a CSV of the 医見書, or a form with one of them and a PDF; whether a CSV is taken.
    Sending(bool),
    /// A form with key items and the scan.
    Paper,
}

impl Request {
    pub(super) fn to_json(&self) -> Option<Value> {
        let rows = json!({"schema": {"type": "string"}});
        let content = match self {
            Self::None => return None,
            Self::Json(name) => {
                json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}})
            }
            Self::Rows => json!({
                "text/csv; charset=utf-8": rows,
                "text/csv; charset=windows-31j": rows,
                "application/x-ndjson": rows
            }),
            Self::Bytes => json!({"application/octet-stream": {}}),
            Self::Opinion => json!({"application/json": opinions::document()}),
            Self::Sending(csv) => opinions::sending(*csv),
            Self::Paper => opinions::paper(),
        };
        Some(json!({"required": true, "content": content}))
    }
}
