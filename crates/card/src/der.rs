//! Where a DER object in a file ends: certificate files are longer than the certificate.

/// The whole length of the SEQUENCE at the start of `bytes`, header included; nothing when there is none.
///
/// Only the two-byte length that a certificate has (`30 82 hh ll`) is taken. Source: the My Number card, section 3.
pub(crate) fn sequence_length(bytes: &[u8]) -> Option<usize> {
    match *bytes {
        [0x30, 0x82, high, low, ..] => Some(4 + usize::from(u16::from_be_bytes([high, low]))),
        _ => None,
    }
}

/// Whether a file holds nothing but filler.
pub(crate) fn is_filler(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, 0x00 | 0xFF))
}
