//! Certificate requests (PKCS#10). Only the public key is taken from one; whatever else it asks for is not read.

use rcgen::{CertificateParams, KeyPair, PublicKeyData as _, SubjectPublicKeyInfo};
use rustls_pki_types::CertificateSigningRequestDer;
use rustls_pki_types::pem::PemObject;
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;

/// A fresh key pair and the request for it.
#[derive(Clone)]
pub struct KeyAndRequest {
    /// PKCS#8 private key, PEM.
    pub key_pem: String,
    /// PKCS#10 request, PEM.
    pub request_pem: String,
}

/// Shows the request only.
impl std::fmt::Debug for KeyAndRequest {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("KeyAndRequest")
            .field("request_pem", &self.request_pem)
            .finish_non_exhaustive()
    }
}

/// Makes an ECDSA P-256 key and a request that asks for nothing, as a terminal does at enrolment.
///
/// # Errors
///
/// [`RequestError::Key`] when the key cannot be made.
pub fn new_request() -> Result<KeyAndRequest, RequestError> {
    let key = KeyPair::generate().map_err(|_| RequestError::Key)?;
    let request = CertificateParams::default()
        .serialize_request(&key)
        .map_err(|_| RequestError::Key)?;
    Ok(KeyAndRequest {
        key_pem: key.serialize_pem(),
        request_pem: request.pem().map_err(|_| RequestError::Key)?,
    })
}

/// The public key that a request asks for, as DER of its SubjectPublicKeyInfo; the request's own signature holds, so the sender
/// has the private key.
///
/// # Errors
///
/// As for issuing: [`RequestError::Unreadable`], [`RequestError::BadSignature`], [`RequestError::WeakKey`].
pub fn requested_key(request_pem: &str) -> Result<Vec<u8>, RequestError> {
    Ok(public_key(request_pem)?.subject_public_key_info())
}

/// The public key of a request whose own signature holds, which proves that the sender has the private key.
pub(crate) fn public_key(request_pem: &str) -> Result<SubjectPublicKeyInfo, RequestError> {
    let der = CertificateSigningRequestDer::from_pem_slice(request_pem.as_bytes())
        .map_err(|_| RequestError::Unreadable)?;
    let (rest, request) =
        X509CertificationRequest::from_der(&der).map_err(|_| RequestError::Unreadable)?;
    if !rest.is_empty() {
        return Err(RequestError::Unreadable);
    }
    request
        .verify_signature()
        .map_err(|_| RequestError::BadSignature)?;
    let key = &request.certification_request_info.subject_pki;
    match key.parsed() {
        Ok(PublicKey::RSA(rsa)) if (2048..=4096).contains(&rsa.key_size()) => {}
        Ok(PublicKey::EC(point)) if matches!(point.key_size(), 256 | 384) => {}
        _ => return Err(RequestError::WeakKey),
    }
    SubjectPublicKeyInfo::from_der(key.raw).map_err(|_| RequestError::WeakKey)
}

/// Why a request was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// Not a PKCS#10 request in PEM.
    #[error("not a certificate request in PEM")]
    Unreadable,
    /// The request is not signed by the key it names.
    #[error("the request is not signed by its own key")]
    BadSignature,
    /// Neither ECDSA on P-256 or P-384 nor RSA of 2048 to 4096 bits.
    #[error("the key must be ECDSA P-256 or P-384, or RSA of 2048 to 4096 bits")]
    WeakKey,
    /// A new key could not be made.
    #[error("a new key could not be made")]
    Key,
}
