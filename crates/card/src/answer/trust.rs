//! Which roots and policies are accepted.

use jiff::SignedDuration;
use kiban_domain::Timestamp;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use x509_parser::certificate::X509Certificate;
use x509_parser::der_parser::asn1_rs::Oid;

/// The policy of 利用者証明用 certificates in production. Source: the My Number card, section 6.
pub const PRODUCTION_POLICY: &str = "1.2.392.200149.8.5.1.3.30";

/// Roots, policies and how old a state may be: configuration, shipped with the program and compared with the fingerprints
/// that J-LIS publishes. Never the CA certificate on a card, which only vouches for itself.
#[derive(Debug, Clone)]
pub struct Trust {
    roots: Vec<Root>,
    policies: Vec<Oid<'static>>,
    status_max_age: SignedDuration,
}

#[derive(Clone)]
pub(super) struct Root {
    pub(super) name: Vec<u8>,
    pub(super) key: Vec<u8>,
    pub(super) key_id: Option<Vec<u8>>,
    not_before: i64,
    not_after: i64,
}

impl std::fmt::Debug for Root {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Root")
            .field("not_after", &self.not_after)
            .finish_non_exhaustive()
    }
}

impl Root {
    pub(super) fn is_valid_at(&self, at: Timestamp) -> bool {
        (self.not_before..=self.not_after).contains(&at.as_second())
    }

    pub(super) fn has_signed(&self, certificate: &X509Certificate<'_>) -> bool {
        signed_with(&self.key, certificate)
    }
}

impl Trust {
    /// Takes self-signed roots in DER and policy identifiers in dotted form. A state of a certificate may be a day old.
    ///
    /// # Errors
    ///
    /// [`InvalidAnchor`] names what cannot be used.
    pub fn new<'a>(
        roots: impl IntoIterator<Item = &'a [u8]>,
        policies: &[&str],
    ) -> Result<Self, InvalidAnchor> {
        let roots: Result<Vec<_>, _> = roots.into_iter().map(root).collect();
        let policies: Result<Vec<_>, _> = policies
            .iter()
            .map(|text| text.parse().map_err(|_| InvalidAnchor::Policy))
            .collect();
        let (roots, policies) = (roots?, policies?);
        if roots.is_empty() {
            return Err(InvalidAnchor::Nothing);
        }
        if policies.is_empty() {
            return Err(InvalidAnchor::Policy);
        }
        Ok(Self {
            roots,
            policies,
            status_max_age: SignedDuration::from_hours(24),
        })
    }

    /// Lets a state be this old at most.
    #[must_use]
    pub fn status_max_age(mut self, age: SignedDuration) -> Self {
        self.status_max_age = age;
        self
    }

    pub(super) fn roots(&self) -> &[Root] {
        &self.roots
    }

    pub(super) fn accepts(&self, policy: &Oid<'_>) -> bool {
        self.policies.iter().any(|known| known == policy)
    }

    pub(super) fn max_age(&self) -> SignedDuration {
        self.status_max_age
    }
}

/// A root or policy that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAnchor {
    /// Not exactly one certificate in DER.
    #[error("a root is not a certificate in DER")]
    Unreadable,
    /// Not an authority's, or not signed by its own key with RSA and SHA-256.
    #[error("a root is not a self-signed authority")]
    NotARoot,
    /// Not an object identifier, or none at all.
    #[error("a policy is not an object identifier")]
    Policy,
    /// No root at all.
    #[error("no root is configured")]
    Nothing,
}

fn root(der: &[u8]) -> Result<Root, InvalidAnchor> {
    let (rest, certificate) =
        x509_parser::parse_x509_certificate(der).map_err(|_| InvalidAnchor::Unreadable)?;
    if !rest.is_empty() {
        return Err(InvalidAnchor::Unreadable);
    }
    let key = certificate.public_key().subject_public_key.data.to_vec();
    let own_name = certificate.subject().as_raw() == certificate.issuer().as_raw();
    if !certificate.is_ca() || !own_name || !signed_with(&key, &certificate) {
        return Err(InvalidAnchor::NotARoot);
    }
    let key_id =
        certificate
            .iter_extensions()
            .find_map(|extension| match extension.parsed_extension() {
                x509_parser::extensions::ParsedExtension::SubjectKeyIdentifier(id) => {
                    Some(id.0.to_vec())
                }
                _ => None,
            });
    Ok(Root {
        name: certificate.subject().as_raw().to_vec(),
        key,
        key_id,
        not_before: certificate.validity().not_before.timestamp(),
        not_after: certificate.validity().not_after.timestamp(),
    })
}

/// sha256WithRSAEncryption, said inside and outside of the signed part alike.
fn signed_with(key: &[u8], certificate: &X509Certificate<'_>) -> bool {
    let expected = x509_parser::oid_registry::OID_PKCS1_SHA256WITHRSA;
    let inside = &certificate.tbs_certificate.signature.algorithm;
    let outside = &certificate.signature_algorithm.algorithm;
    let signed: &[u8] = certificate.tbs_certificate.as_ref();
    *inside == expected
        && *outside == expected
        && UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key)
            .verify(signed, &certificate.signature_value.data)
            .is_ok()
}
