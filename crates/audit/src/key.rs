//! Keys that sign and check checkpoints: Ed25519 (RFC 8032).

use kiban_domain::Entropy;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use crate::merkle::digest;

/// PKCS#8 version 1 around a 32-byte Ed25519 seed. Source: RFC 8410, section 7.
const PKCS8_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// The sealer's private key.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    public: VerifyingKey,
}

impl SigningKey {
    /// Makes a new key and returns its PKCS#8 document (DER, 48 bytes), the only form in which it is kept.
    pub fn generate(entropy: &dyn Entropy) -> Vec<u8> {
        let mut document = PKCS8_PREFIX.to_vec();
        document.resize(48, 0);
        entropy.fill(&mut document[16..]);
        document
    }

    /// Opens a PKCS#8 document (DER, version 1 or 2).
    ///
    /// # Errors
    ///
    /// [`InvalidKey`] when it is not an Ed25519 key.
    pub fn from_pkcs8(document: &[u8]) -> Result<Self, InvalidKey> {
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(document).map_err(|_| InvalidKey)?;
        let public = VerifyingKey::from_bytes(pair.public_key().as_ref())?;
        Ok(Self { pair, public })
    }

    /// The public half.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.public
    }

    /// Signs a statement that is no checkpoint: printable ASCII, which no checkpoint's bytes are, so that neither can pass for the other.
    ///
    /// The same text always gets the same signature.
    ///
    /// # Panics
    ///
    /// With anything else in `text`.
    pub fn sign_text(&self, text: &str) -> [u8; 64] {
        assert!(
            text.bytes().all(|byte| byte.is_ascii_graphic()),
            "only printable ASCII is signed as text"
        );
        self.sign(text.as_bytes())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        let mut signature = [0; 64];
        signature.copy_from_slice(self.pair.sign(message).as_ref());
        signature
    }
}

/// Shows the public half only.
impl std::fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "SigningKey({})", self.public.id)
    }
}

/// A public key that checks checkpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    id: String,
    bytes: [u8; 32],
}

impl VerifyingKey {
    /// Takes the 32 bytes of the public key.
    ///
    /// # Errors
    ///
    /// [`InvalidKey`] when there are not exactly 32.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, InvalidKey> {
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| InvalidKey)?;
        let id = hex::encode(&digest(&[&bytes])[..8]);
        Ok(Self { id, bytes })
    }

    /// Name of the key in checkpoints: the first eight bytes of SHA-256 of the public key, 16 hexadecimal digits.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The 32 bytes of the public key.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    pub(crate) fn accepts(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.bytes)
            .verify(message, signature)
            .is_ok()
    }
}

/// The bytes are not a key of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an Ed25519 key")]
pub struct InvalidKey;
