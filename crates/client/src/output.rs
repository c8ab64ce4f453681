//! Two readers: a person on standard error, a script on standard output.

use kiban_client::{ClientError, wire::TransferResponse};
use serde::Serialize;
use std::io::{self, IsTerminal as _, Write as _};

/// Where what is said goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    /// Whether a script reads.
    pub(crate) json: bool,
    /// Whether a person watches the terminal.
    pub(crate) watched: bool,
}

impl Output {
    /// For this process.
    pub(crate) fn new(json: bool) -> Self {
        Self {
            json,
            watched: io::stderr().is_terminal(),
        }
    }

    /// One line for a person. A reader that went away is no reason to stop a sending.
    #[expect(clippy::unused_self, reason = "whoever may speak holds an output")]
    pub(crate) fn say(self, line: &str) {
        let _ = writeln!(io::stderr().lock(), "{line}");
    }

    /// A line that the next one replaces; nothing where nobody watches.
    pub(crate) fn progress(self, line: &str) {
        if self.watched {
            let mut error = io::stderr().lock();
            let _ = write!(error, "\r\x1b[K{line}");
            let _ = error.flush();
        }
    }

    /// Ends the line of [`Self::progress`].
    pub(crate) fn settle(self) {
        if self.watched {
            let _ = write!(io::stderr().lock(), "\r\x1b[K");
        }
    }

    /// One value as a line of JSON, if a script reads.
    pub(crate) fn value(self, value: &impl Serialize) {
        if self.json
            && let Ok(text) = serde_json::to_string(value)
        {
            self.write(text.as_bytes());
            self.write(b"\n");
        }
    }

    /// Bytes for standard output.
    #[expect(clippy::unused_self, reason = "whoever may speak holds an output")]
    pub(crate) fn write(self, bytes: &[u8]) {
        let _ = io::stdout().lock().write_all(bytes);
    }

    /// An error, for both readers.
    pub(crate) fn fail(self, error: &ClientError) {
        self.settle();
        self.say(&error.message());
        if let Some(problem) = error.problem() {
            self.value(problem);
        }
    }

    /// Where a transfer stands.
    pub(crate) fn transfer(self, transfer: &TransferResponse) {
        self.settle();
        let counts = transfer.counts;
        self.say(&format!(
            "{}  {}  {}",
            transfer.id, transfer.file_name, transfer.message
        ));
        if transfer.finished && transfer.state == "applied" {
            self.say(&format!(
                "    全{}行: 新規 {}、変更 {}、変更なし {}、終了 {}、誤り {}、待機 {}",
                counts.total,
                counts.inserted,
                counts.updated,
                counts.unchanged,
                counts.ended,
                counts.rejected,
                counts.waiting
            ));
        }
        self.value(transfer);
    }
}
