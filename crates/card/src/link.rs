//! The seam between this crate and whatever holds the card.

use crate::apdu::{Command, Response};

/// A powered card that takes commands: a real reader, or a virtual card in tests.
pub trait CardLink {
    /// Sends one command and gives the whole answer, with its status word.
    ///
    /// An implementation must not log or keep the bytes: one command carries a PIN.
    ///
    /// # Errors
    ///
    /// As [`LinkError`] says.
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError>;
}

impl<L: CardLink + ?Sized> CardLink for &mut L {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        (**self).transmit(command)
    }
}

/// Why no answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// The card was taken away, or lost power.
    #[error("the card was taken away")]
    Removed,
    /// The card is there but says nothing that can be understood.
    #[error("the card does not answer")]
    Silent,
    /// The reader or its service failed.
    #[error("the card reader failed")]
    Reader,
}

/// How often an answer may say "there is more": far more than any file of the card needs.
const MOST_PARTS: usize = 64;

/// Sends a command; collects an answer in parts (`61xx`) and repeats with the length the card wants (`6Cxx`).
///
/// # Errors
///
/// What the link says, and [`LinkError::Silent`] when the answer is no answer.
pub fn exchange(link: &mut dyn CardLink, command: &Command) -> Result<Response, LinkError> {
    let mut response = once(link, command)?;
    if let Some(length) = response.status.other_length() {
        response = once(link, &command.with_length(length))?;
    }
    let mut data = Vec::new();
    for _ in 0..MOST_PARTS {
        data.append(&mut response.data);
        let Some(waiting) = response.status.waiting() else {
            response.data = data;
            return Ok(response);
        };
        let wanted = if waiting == 0 { 256 } else { waiting.into() };
        response = once(link, &Command::reading([0x00, 0xC0, 0x00, 0x00], wanted))?;
    }
    Err(LinkError::Silent)
}

fn once(link: &mut dyn CardLink, command: &Command) -> Result<Response, LinkError> {
    Response::parse(&link.transmit(command.as_bytes())?).ok_or(LinkError::Silent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apdu::Status;

    struct Script(Vec<(Vec<u8>, Vec<u8>)>);

    impl CardLink for Script {
        fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
            let (expected, answer) = self.0.remove(0);
            assert_eq!(hex::encode(command), hex::encode(expected));
            Ok(answer)
        }
    }

    fn read(script: &[(&[u8], &[u8])]) -> Result<Response, LinkError> {
        let script = script.iter().map(|(a, b)| (a.to_vec(), b.to_vec()));
        let command = Command::reading([0, 0xB0, 0, 0], 256);
        exchange(&mut Script(script.collect()), &command)
    }

    #[test]
    fn an_answer_in_parts_is_put_together() {
        let got = read(&[
            (&[0, 0xB0, 0, 0, 0], &[1, 2, 0x61, 2]),
            (&[0, 0xC0, 0, 0, 2], &[3, 4, 0x90, 0]),
        ]);
        let got = got.unwrap();
        assert_eq!(
            (got.data.as_slice(), got.status),
            (&[1, 2, 3, 4][..], Status::OK)
        );
    }

    #[test]
    fn another_length_is_tried_once() {
        let got = read(&[
            (&[0, 0xB0, 0, 0, 0], &[0x6C, 3]),
            (&[0, 0xB0, 0, 0, 3], &[7, 8, 9, 0x90, 0]),
        ]);
        assert_eq!(got.unwrap().data, [7, 8, 9]);
    }

    #[test]
    fn one_byte_is_no_answer() {
        assert_eq!(
            read(&[(&[0, 0xB0, 0, 0, 0], &[0x90])]),
            Err(LinkError::Silent)
        );
    }
}
