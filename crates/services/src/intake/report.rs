//! What was wrong with a file, as it is kept: one finding a line.

use crate::Platform;
use kiban_exchange::municipal::{Finding, Severity};
use kiban_store::{Result, StagedObject, repo::transfers::TransferRow};
use serde::{Deserialize, Serialize};
use std::{
    borrow::Cow,
    io::{self, BufRead as _, BufReader, BufWriter, Write as _},
};

/// One finding, as the result shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FindingLine {
    /// Line in the file, from 1; 0 for the file as a whole.
    pub line: u64,
    /// Column, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub column: Option<u32>,
    /// Item.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub item: Option<Cow<'static, str>>,
    /// Stable code.
    pub code: Cow<'static, str>,
    /// `error` or `warning`.
    pub severity: Cow<'static, str>,
    /// What is wrong and what to do, in Japanese.
    pub message: String,
}

impl From<Finding> for FindingLine {
    fn from(finding: Finding) -> Self {
        Self {
            line: finding.line,
            column: finding.column,
            item: finding.item.map(Cow::Borrowed),
            code: Cow::Borrowed(finding.code),
            severity: Cow::Borrowed(match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            }),
            message: finding.message,
        }
    }
}

/// Writes findings to the object store.
pub(crate) struct FindingWriter {
    out: BufWriter<StagedObject>,
    count: u64,
}

impl FindingWriter {
    pub(crate) fn new(object: StagedObject) -> Self {
        Self {
            out: BufWriter::new(object),
            count: 0,
        }
    }

    pub(crate) fn write(&mut self, finding: &FindingLine) -> io::Result<()> {
        self.count += 1;
        serde_json::to_writer(&mut self.out, finding)?;
        self.out.write_all(b"\n")
    }

    /// The name of the findings; `None` when there is none.
    pub(crate) fn publish(self) -> Result<Option<String>> {
        if self.count == 0 {
            return Ok(None);
        }
        let object = self
            .out
            .into_inner()
            .map_err(|error| io::Error::other(error.to_string()))?;
        Ok(Some(object.publish()?))
    }
}

/// Reads the findings of a transfer, in the order in which they were made, at most `most`.
pub fn read_findings(
    platform: &Platform,
    transfer: &TransferRow,
    most: usize,
) -> Result<Vec<FindingLine>> {
    let Some(name) = &transfer.findings else {
        return Ok(Vec::new());
    };
    let input = BufReader::new(platform.objects.open_content(name)?);
    let mut findings = Vec::new();
    for line in input.lines().take(most) {
        if let Ok(finding) = serde_json::from_str(&line?) {
            findings.push(finding);
        }
    }
    Ok(findings)
}
