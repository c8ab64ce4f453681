//! One line in the log for each command: header, lengths, status word, time. Never data: it may be a PIN or a certificate.

use std::time::Instant;

use kiban_card::{CardLink, LinkError};

/// A link that writes what happens to the log at level `debug`.
#[derive(Debug)]
pub struct Traced<L>(pub L);

impl<L: CardLink> CardLink for Traced<L> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        let begun = Instant::now();
        let answer = self.0.transmit(command);
        let duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let header = command.get(..4).map(hex).unwrap_or_default();
        let sent_bytes = command.len();
        match &answer {
            Ok(bytes) => {
                let split = bytes.len().saturating_sub(2);
                let (got_bytes, status) = (split, hex(&bytes[split..]));
                tracing::debug!(
                    header,
                    sent_bytes,
                    got_bytes,
                    status,
                    duration_ms,
                    "card command"
                );
            }
            Err(error) => tracing::debug!(header, sent_bytes, %error, duration_ms, "card command"),
        }
        answer
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a String does not fail.
        let _ = write!(text, "{byte:02X}");
        text
    })
}
