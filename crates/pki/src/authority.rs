//! A certificate authority: makes itself, opens itself again, issues.

use std::fmt;

use jiff::SignedDuration;
use kiban_domain::{Clock, Entropy, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PublicKeyData, SerialNumber,
};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use crate::profile::uri;
use crate::request::public_key;
use crate::time::certificate_time;
use crate::{InvalidName, Profile, RequestError};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A certificate is good from a little before it is made, for clocks that are behind.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_mins(5);

/// Which door's certificates an authority issues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuthorityKind {
    /// The platform's own servers.
    Server,
    /// Terminals at the care door.
    Terminals,
    /// Systems at the connect door.
    Systems,
}

impl AuthorityKind {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Server, Self::Terminals, Self::Systems];

    /// The word in the authority's own certificate and in file names.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Terminals => "terminals",
            Self::Systems => "systems",
        }
    }

    fn urn(self) -> String {
        format!("urn:kiban:authority:{}", self.as_str())
    }
}

/// One certificate authority with its private key.
pub struct Authority {
    kind: AuthorityKind,
    issuer: Issuer<'static, KeyPair>,
    certificate_pem: String,
    not_after: Timestamp,
}

impl Authority {
    /// Makes a new authority: ECDSA P-256, ten years, path length 0. `name` becomes the common name.
    ///
    /// The key comes from the operating system, not from `entropy`: the signing library takes no other source.
    ///
    /// # Errors
    ///
    /// [`AuthorityError::Signing`] when key or certificate cannot be made.
    pub fn create(
        kind: AuthorityKind,
        name: &str,
        clock: &dyn Clock,
        entropy: &dyn Entropy,
    ) -> Result<Self, AuthorityError> {
        let key = KeyPair::generate()?;
        let now = clock.now();
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CountryName, "JP");
        params.distinguished_name.push(DnType::CommonName, name);
        params.subject_alt_names =
            vec![uri(kind.urn(), "authority").map_err(|_| AuthorityError::Unreadable)?];
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.not_before = certificate_time(now - CLOCK_SLACK);
        params.not_after = certificate_time(now + DAY * 3650);
        params.serial_number = Some(serial_number(entropy));
        let certificate_pem = params.self_signed(&key)?.pem();
        Self::open(&certificate_pem, &key.serialize_pem())
    }

    /// Opens an authority from its certificate and private key, both PEM.
    ///
    /// # Errors
    ///
    /// - [`AuthorityError::Unreadable`] when one of them is not readable or the certificate is not an authority's.
    /// - [`AuthorityError::OtherKey`] when the key is not the certificate's.
    pub fn open(certificate_pem: &str, key_pem: &str) -> Result<Self, AuthorityError> {
        let key = KeyPair::from_pem(key_pem).map_err(|_| AuthorityError::Unreadable)?;
        let der = CertificateDer::from_pem_slice(certificate_pem.as_bytes())
            .map_err(|_| AuthorityError::Unreadable)?;
        let (_, certificate) =
            x509_parser::parse_x509_certificate(&der).map_err(|_| AuthorityError::Unreadable)?;
        let names = crate::identity::uris(&certificate);
        let kind = AuthorityKind::ALL
            .into_iter()
            .find(|kind| names == [kind.urn()] && certificate.is_ca())
            .ok_or(AuthorityError::Unreadable)?;
        if certificate.public_key().raw != key.subject_public_key_info() {
            return Err(AuthorityError::OtherKey);
        }
        let end = certificate.validity().not_after.timestamp();
        Ok(Self {
            kind,
            issuer: Issuer::from_ca_cert_der(&der, key)?,
            certificate_pem: certificate_pem.to_owned(),
            not_after: Timestamp::from_second(end).map_err(|_| AuthorityError::Unreadable)?,
        })
    }

    /// Which door it serves.
    pub fn kind(&self) -> AuthorityKind {
        self.kind
    }

    /// Its certificate, PEM.
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// Its private key, PKCS#8 PEM. Keep it where only the program reads it.
    pub fn key_pem(&self) -> String {
        self.issuer.key().serialize_pem()
    }

    /// When its own certificate ends.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// Issues for the public key of a request (PKCS#10, PEM). Nothing but the key is taken from it.
    ///
    /// # Errors
    ///
    /// - [`IssueError::Request`] when the request is not readable, not signed by its key, or the key is too weak.
    /// - The others as for [`Self::issue_with_new_key`].
    pub fn issue_from_request(
        &self,
        request_pem: &str,
        order: &Order,
        clock: &dyn Clock,
        entropy: &dyn Entropy,
    ) -> Result<Issued, IssueError> {
        let key = public_key(request_pem)?;
        self.issue(&key, order, clock, entropy)
    }

    /// Makes an ECDSA P-256 key and issues for it.
    ///
    /// # Errors
    ///
    /// - [`IssueError::OtherAuthority`] when the profile belongs to another door.
    /// - [`IssueError::Name`] when a text of the profile cannot stand in a certificate.
    /// - [`IssueError::Ended`] when the authority's own certificate has ended, or the order's time is empty.
    /// - [`IssueError::Signing`] when the library fails.
    pub fn issue_with_new_key(
        &self,
        order: &Order,
        clock: &dyn Clock,
        entropy: &dyn Entropy,
    ) -> Result<IssuedWithKey, IssueError> {
        let key = KeyPair::generate()?;
        let issued = self.issue(&key, order, clock, entropy)?;
        Ok(IssuedWithKey {
            issued,
            key_pem: key.serialize_pem(),
        })
    }

    fn issue(
        &self,
        key: &impl PublicKeyData,
        order: &Order,
        clock: &dyn Clock,
        entropy: &dyn Entropy,
    ) -> Result<Issued, IssueError> {
        if order.profile.authority() != self.kind {
            return Err(IssueError::OtherAuthority);
        }
        let start = order.from.unwrap_or_else(|| clock.now());
        let not_before = whole_second(start - CLOCK_SLACK);
        let not_after = whole_second(start + order.lifetime).min(self.not_after);
        if not_after <= not_before || clock.now() >= self.not_after {
            return Err(IssueError::Ended);
        }
        let serial = serial_number(entropy);
        let mut params = order.profile.params()?;
        params.not_before = certificate_time(not_before);
        params.not_after = certificate_time(not_after);
        params.serial_number = Some(serial.clone());
        let certificate = params.signed_by(key, &self.issuer)?;
        Ok(Issued {
            certificate_pem: certificate.pem(),
            certificate_der: certificate.der().to_vec(),
            serial: hex::encode(serial.to_bytes()),
            not_before,
            not_after,
        })
    }

    pub(crate) fn issuer(&self) -> &Issuer<'static, KeyPair> {
        &self.issuer
    }
}

/// Shows no key.
impl fmt::Debug for Authority {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Authority({})", self.kind.as_str())
    }
}

/// What to issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// What for.
    pub profile: Profile,
    /// From when on; `None` is now. Five minutes are added in front.
    pub from: Option<Timestamp>,
    /// How long. The end never lies behind the authority's own.
    pub lifetime: SignedDuration,
}

impl Order {
    /// From now on for the profile's usual time.
    pub fn new(profile: Profile) -> Self {
        Self {
            from: None,
            lifetime: profile.lifetime(),
            profile,
        }
    }

    /// Another time of validity.
    #[must_use]
    pub fn lifetime(mut self, lifetime: SignedDuration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Another beginning.
    #[must_use]
    pub fn from(mut self, from: Timestamp) -> Self {
        self.from = Some(from);
        self
    }
}

/// A certificate that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// The certificate, PEM.
    pub certificate_pem: String,
    /// The certificate, DER.
    pub certificate_der: Vec<u8>,
    /// Serial number, 32 lower-case hexadecimal digits, as [`crate::ClientIdentity::serial`] gives it.
    pub serial: String,
    /// Good from, inclusive, whole seconds.
    pub not_before: Timestamp,
    /// Good until, inclusive, whole seconds.
    pub not_after: Timestamp,
}

/// A certificate with the key that was made for it.
#[derive(Clone)]
pub struct IssuedWithKey {
    /// The certificate.
    pub issued: Issued,
    /// The private key, PKCS#8 PEM.
    pub key_pem: String,
}

/// Shows no key.
impl fmt::Debug for IssuedWithKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.issued.fmt(formatter)
    }
}

/// Why an authority could not be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// Certificate or key is not readable, or not an authority's.
    #[error("not the certificate and key of an authority of this platform")]
    Unreadable,
    /// The key is not the certificate's.
    #[error("the key does not belong to the authority's certificate")]
    OtherKey,
    /// The library failed.
    #[error("the authority's certificate could not be made")]
    Signing(#[from] rcgen::Error),
}

/// Why nothing was issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The request was not taken.
    #[error("the request was not taken")]
    Request(#[from] RequestError),
    /// The profile belongs to another door.
    #[error("this authority does not issue certificates of that kind")]
    OtherAuthority,
    /// A text cannot stand in a certificate.
    #[error("a name cannot stand in a certificate")]
    Name(#[from] InvalidName),
    /// The authority's own certificate has ended, or no time would remain.
    #[error("the certificate would never be valid")]
    Ended,
    /// The library failed.
    #[error("the certificate could not be signed")]
    Signing(#[from] rcgen::Error),
}

/// 16 random bytes, first bit 0 (a positive number) and first byte not 0 (no shorter encoding).
fn serial_number(entropy: &dyn Entropy) -> SerialNumber {
    let mut bytes = [0; 16];
    entropy.fill(&mut bytes);
    bytes[0] &= 0x7f;
    if bytes[0] == 0 {
        bytes[0] = 1;
    }
    SerialNumber::from_slice(&bytes)
}

fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}
