//! Keys made here, and requests for their certificates.

use rcgen::{CertificateParams, KeyPair};

/// Why there is no key or no request.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The system gave no key.
    #[error("no key could be made")]
    Making(#[source] rcgen::Error),
    /// Not a private key in PEM.
    #[error("not a private key in PEM")]
    Unreadable(#[source] rcgen::Error),
}

/// A new ECDSA P-256 key, PKCS#8 PEM.
pub(super) fn new_key() -> Result<String, KeyError> {
    let key = KeyPair::generate().map_err(KeyError::Making)?;
    Ok(key.serialize_pem())
}

/// A request that asks for nothing but a certificate for this key: the server decides what is in it.
pub(super) fn request(key_pem: &str) -> Result<String, KeyError> {
    let key = KeyPair::from_pem(key_pem).map_err(KeyError::Unreadable)?;
    let request = CertificateParams::default().serialize_request(&key);
    request
        .and_then(|request| request.pem())
        .map_err(KeyError::Making)
}
