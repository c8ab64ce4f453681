//! The file with key and certificate that a browser's store imports.

use p12_keystore::{
    Certificate, EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, PrivateKey,
    PrivateKeyChain,
};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

/// How the file is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pkcs12Format {
    /// AES-256 with PBKDF2 and HMAC-SHA-256. `rounds` of key derivation; [`Self::MODERN`] for files that leave the server.
    Modern {
        /// How often the password is hashed.
        rounds: u32,
    },
    /// Triple DES with SHA-1, for Windows before 10 version 1709.
    Legacy,
}

impl Pkcs12Format {
    /// 600,000 rounds: about a second at the import, and as much for each guess.
    pub const MODERN: Self = Self::Modern { rounds: 600_000 };
}

/// Packs certificate, key and the authority's certificate (all PEM) into a PKCS#12 file. `alias` is what the store shows.
///
/// # Errors
///
/// [`Pkcs12Error`] when an input is not readable or the library fails.
pub fn pkcs12(
    alias: &str,
    certificate_pem: &str,
    key_pem: &str,
    authority_pem: &str,
    password: &str,
    format: Pkcs12Format,
) -> Result<Vec<u8>, Pkcs12Error> {
    let key = PrivateKeyDer::from_pem_slice(key_pem.as_bytes())
        .map_err(|_| Pkcs12Error::Unreadable("key"))?;
    let key = PrivateKey::from_der(key.secret_der()).map_err(|_| Pkcs12Error::Unreadable("key"))?;
    let chain = vec![
        certificate(certificate_pem, "certificate")?,
        certificate(authority_pem, "authority's certificate")?,
    ];
    let chain = PrivateKeyChain::new(alias.as_bytes(), key, chain);
    let mut store = KeyStore::new();
    store.add_entry(alias, KeyStoreEntry::PrivateKeyChain(chain));
    let writer = store.writer(password);
    let writer = match format {
        Pkcs12Format::Modern { rounds } => writer
            .encryption_algorithm(EncryptionAlgorithm::PbeWithHmacSha256AndAes256)
            .encryption_iterations(rounds)
            .mac_algorithm(MacAlgorithm::HmacSha256)
            .mac_iterations(rounds),
        Pkcs12Format::Legacy => writer
            .encryption_algorithm(EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc)
            .mac_algorithm(MacAlgorithm::HmacSha1),
    };
    writer.write().map_err(|_| Pkcs12Error::Writing)
}

/// Why no file was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Pkcs12Error {
    /// An input is not PEM of the expected kind.
    #[error("{0} is not readable PEM")]
    Unreadable(&'static str),
    /// The library failed.
    #[error("the PKCS#12 file could not be written")]
    Writing,
}

fn certificate(pem: &str, item: &'static str) -> Result<Certificate, Pkcs12Error> {
    let der = CertificateDer::from_pem_slice(pem.as_bytes())
        .map_err(|_| Pkcs12Error::Unreadable(item))?;
    Certificate::from_der(&der).map_err(|_| Pkcs12Error::Unreadable(item))
}
