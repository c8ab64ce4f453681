//! What identifies a card.

/// Identifies a card: which issuer key, and the serial number under it.
///
/// All generations of the issuer have one name, so the name would not do. The serial number is personal data with limits by
/// law: it goes into the link table and nowhere else, so `Debug` hides it.
/// Source: the My Number card, section 8.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CardKey {
    authority_key_id: Vec<u8>,
    serial: Vec<u8>,
}

impl CardKey {
    /// Puts a key together, as a table gives it back; both 1 to 32 bytes.
    ///
    /// # Errors
    ///
    /// [`InvalidCardKey`] for other lengths.
    pub fn from_parts(authority_key_id: &[u8], serial: &[u8]) -> Result<Self, InvalidCardKey> {
        let start = serial.iter().position(|byte| *byte != 0);
        let serial = serial
            .get(start.unwrap_or(serial.len())..)
            .unwrap_or_default();
        let fits = |bytes: &[u8]| (1..=32).contains(&bytes.len());
        if !fits(authority_key_id) || !fits(serial) {
            return Err(InvalidCardKey);
        }
        Ok(Self {
            authority_key_id: authority_key_id.to_vec(),
            serial: serial.to_vec(),
        })
    }

    /// The issuer key's identifier.
    pub fn authority_key_id(&self) -> &[u8] {
        &self.authority_key_id
    }

    /// The serial number, big-endian, without leading zeros.
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }
}

/// Shows nothing.
impl std::fmt::Debug for CardKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CardKey(…)")
    }
}

/// Not the parts of a card's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the key of a card")]
pub struct InvalidCardKey;
