//! Commands and answers as bytes. Source: ISO/IEC 7816-4; the My Number card, section 2.

use zeroize::Zeroizing;

/// One command, short form. Its bytes are wiped when it is dropped, because one of them carries a PIN.
pub struct Command {
    bytes: Zeroizing<Vec<u8>>,
}

impl Command {
    /// A header alone: class, instruction, two parameters.
    pub(crate) fn bare(header: [u8; 4]) -> Self {
        Self::with_capacity(header, 4)
    }

    /// Asks for up to `wanted` bytes, 1 to 256.
    pub(crate) fn reading(header: [u8; 4], wanted: usize) -> Self {
        let mut command = Self::with_capacity(header, 5);
        command.bytes.push(short(wanted));
        command
    }

    /// Sends `data`, 1 to 255 bytes.
    pub(crate) fn sending(header: [u8; 4], data: &[u8]) -> Self {
        // The room is asked for at once: a buffer that grows leaves its old bytes behind.
        let mut command = Self::with_capacity(header, 6 + data.len());
        command.bytes.push(short(data.len()));
        command.bytes.extend_from_slice(data);
        command
    }

    /// Sends `data` and takes whatever comes back.
    pub(crate) fn sending_for_answer(header: [u8; 4], data: &[u8]) -> Self {
        let mut command = Self::sending(header, data);
        command.bytes.push(0);
        command
    }

    /// The same command with the length that the card asked for (`6Cxx`).
    pub(crate) fn with_length(&self, length: u8) -> Self {
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.bytes.len()));
        bytes.extend_from_slice(&self.bytes);
        if let Some(last) = bytes.last_mut() {
            *last = length;
        }
        Self { bytes }
    }

    /// What goes to the card.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn with_capacity(header: [u8; 4], capacity: usize) -> Self {
        let mut bytes = Zeroizing::new(Vec::with_capacity(capacity));
        bytes.extend_from_slice(&header);
        Self { bytes }
    }
}

/// Shows the header only: the data may be a PIN.
impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let header = self.bytes.get(..4).unwrap_or_default();
        write!(f, "Command({}…)", hex::encode_upper(header))
    }
}

/// A length in one byte; 256 is written as 0.
#[expect(
    clippy::cast_possible_truncation,
    reason = "callers give at most 256, and 256 is 0 here"
)]
fn short(length: usize) -> u8 {
    debug_assert!((1..=256).contains(&length));
    length as u8
}

/// What the card said: data, and how it went.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// May be empty.
    pub data: Vec<u8>,
    /// How it went.
    pub status: Status,
}

impl Response {
    /// Takes an answer apart; nothing when it is too short for a status word.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let (data, status) = bytes.split_last_chunk::<2>()?;
        Some(Self {
            data: data.to_vec(),
            status: Status(u16::from_be_bytes(*status)),
        })
    }
}

/// Shows no data: it may be a certificate or a name.
impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Response({} bytes, {:?})", self.data.len(), self.status)
    }
}

/// The two bytes at the end of an answer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Status(pub u16);

impl Status {
    /// Done.
    pub const OK: Self = Self(0x9000);
    /// The PIN is blocked, from the second refusal on; see [`Status::tries_left`] for the first.
    pub const BLOCKED: Self = Self(0x6984);
    /// A PIN has to be presented first.
    pub const PIN_NEEDED: Self = Self(0x6982);
    /// No such file or application.
    pub const NOT_FOUND: Self = Self(0x6A82);
    /// The offset lies past the end of the file.
    pub const PAST_END: Self = Self(0x6B00);
    /// Said by some cards to the first command after power-up, whatever it was.
    pub const NOT_READY: Self = Self(0x6F00);

    /// Tries left after a refused PIN or a question (`63Cx`); a blocked PIN has none.
    pub fn tries_left(self) -> Option<u8> {
        match self.0.to_be_bytes() {
            [0x63, low] if low & 0xF0 == 0xC0 => Some(low & 0x0F),
            _ if self == Self::BLOCKED => Some(0),
            _ => None,
        }
    }

    /// More bytes wait to be collected (`61xx`).
    pub(crate) fn waiting(self) -> Option<u8> {
        let [high, low] = self.0.to_be_bytes();
        (high == 0x61).then_some(low)
    }

    /// The length the card wants to be asked for (`6Cxx`).
    pub(crate) fn other_length(self) -> Option<u8> {
        let [high, low] = self.0.to_be_bytes();
        (high == 0x6C).then_some(low)
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

impl std::fmt::Debug for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_saying_blocked_are_no_tries_left() {
        assert_eq!(Status(0x63C0).tries_left(), Some(0));
        assert_eq!(Status(0x6984).tries_left(), Some(0));
        assert_eq!(Status(0x63C3).tries_left(), Some(3));
        assert_eq!(Status(0x6300).tries_left(), None);
        assert_eq!(Status(0x9000).tries_left(), None);
    }

    #[test]
    fn debug_shows_neither_data_nor_pin() {
        let command = Command::sending([0x00, 0x20, 0x00, 0x80], b"1234");
        assert_eq!(command.as_bytes(), b"\x00\x20\x00\x80\x041234");
        assert_eq!(format!("{command:?}"), "Command(00200080…)");
        let response = Response::parse(b"name\x90\x00").unwrap();
        assert_eq!(format!("{response:?}"), "Response(4 bytes, 9000)");
    }

    #[test]
    fn lengths_are_the_short_form() {
        let read = |wanted| {
            *Command::reading([0, 0xB0, 0, 0], wanted)
                .as_bytes()
                .last()
                .unwrap()
        };
        assert_eq!((read(256), read(207)), (0, 0xCF));
        let again = Command::reading([0, 0xB0, 0, 0], 256).with_length(0x10);
        assert_eq!(again.as_bytes(), [0, 0xB0, 0, 0, 0x10]);
    }
}
