//! Signatures: RSASSA-PKCS1-v1_5 with SHA-256 under a key of 2048 bits.

use ring::digest;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

use crate::apdu::{Command, Status};
use crate::error::{CardError, Step};
use crate::link::{CardLink, exchange};

use super::unexpected;

/// What goes before a SHA-256 value in a DigestInfo. Source: RFC 8017, section 9.2, note 1.
const SHA256_PREFIX: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

/// A signature, 256 bytes. It says who signed, so `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature(Vec<u8>);

impl Signature {
    /// The bytes, most significant first.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, most significant first.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl std::fmt::Debug for Signature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signature(…)")
    }
}

/// The structure that the card pads and signs.
pub(crate) fn digest_info(message: &[u8]) -> Vec<u8> {
    let hash = digest::digest(&digest::SHA256, message);
    [&SHA256_PREFIX, hash.as_ref()].concat()
}

/// Sends the signing command; `header` says with which key.
pub(crate) fn by_selected_key(
    link: &mut dyn CardLink,
    header: [u8; 4],
    digest_info: &[u8],
) -> Result<Signature, CardError> {
    let response = exchange(link, &Command::sending_for_answer(header, digest_info))?;
    match response.status {
        Status::OK if response.data.len() == 256 => Ok(Signature(response.data)),
        Status::OK => Err(CardError::Malformed(Step::Sign)),
        status => Err(unexpected(Step::Sign, status)),
    }
}

/// Whether `signature` over `message` was made with the key of `certificate` (DER).
pub(crate) fn fits(certificate: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let Ok((_, certificate)) = x509_parser::parse_x509_certificate(certificate) else {
        return false;
    };
    let key = &certificate.public_key().subject_public_key.data;
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key)
        .verify(message, signature)
        .is_ok()
}
