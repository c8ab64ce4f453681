//! Reads who a client certificate stands for.

use kiban_domain::Timestamp;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;

use crate::name::is_plain;
use crate::{SystemKind, TerminalRole};

/// Who a client certificate stands for. The chain has been checked by the handshake; here only the content is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientIdentity {
    /// Serial number, lower-case hexadecimal, as it is encoded.
    pub serial: String,
    /// Terminal or system.
    pub subject: Subject,
    /// Good from, inclusive.
    pub not_before: Timestamp,
    /// Good until, inclusive.
    pub not_after: Timestamp,
}

/// Terminal or system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A terminal, for the care door.
    Terminal {
        /// Number of the office or institution.
        office_no: String,
        /// Identifier of the terminal.
        terminal_id: String,
        /// Where its key lives.
        role: TerminalRole,
    },
    /// A system, for the connect door.
    System {
        /// Number of the organisation.
        organisation: String,
        /// Identifier of the system.
        system_id: String,
        /// What kind of organisation.
        kind: SystemKind,
    },
}

impl ClientIdentity {
    /// Reads a certificate (DER).
    ///
    /// # Errors
    ///
    /// - [`IdentityError::Unreadable`] when it is not one certificate.
    /// - [`IdentityError::NotAClient`] when it is an authority's or not for client authentication.
    /// - [`IdentityError::NoIdentity`] when its name is not exactly one of this platform's.
    /// - [`IdentityError::Contradiction`] when subject and name disagree.
    pub fn from_der(der: &[u8]) -> Result<Self, IdentityError> {
        let (rest, certificate) =
            x509_parser::parse_x509_certificate(der).map_err(|_| IdentityError::Unreadable)?;
        if !rest.is_empty() {
            return Err(IdentityError::Unreadable);
        }
        let usage = certificate.extended_key_usage();
        let usage = usage.map_err(|_| IdentityError::Unreadable)?;
        if certificate.is_ca() || !usage.is_some_and(|usage| usage.value.client_auth) {
            return Err(IdentityError::NotAClient);
        }
        let names = uris(&certificate);
        let [name] = names.as_slice() else {
            return Err(IdentityError::NoIdentity);
        };
        let subject = subject(name, &certificate)?;
        let time = |seconds| Timestamp::from_second(seconds).map_err(|_| IdentityError::Unreadable);
        Ok(Self {
            serial: hex::encode(certificate.raw_serial()),
            subject,
            not_before: time(certificate.validity().not_before.timestamp())?,
            not_after: time(certificate.validity().not_after.timestamp())?,
        })
    }

    /// Number of the organisation behind it.
    pub fn organisation(&self) -> &str {
        match &self.subject {
            Subject::Terminal { office_no, .. } => office_no,
            Subject::System { organisation, .. } => organisation,
        }
    }

    /// The last eight digits of the serial number: enough to find it in a log.
    pub fn serial_tail(&self) -> &str {
        let start = self.serial.len().saturating_sub(8);
        self.serial.get(start..).unwrap_or(&self.serial)
    }

    /// Whether `at` lies within its validity.
    pub fn is_valid_at(&self, at: Timestamp) -> bool {
        self.not_before <= at && at <= self.not_after
    }
}

/// Why a certificate stands for nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Not one certificate in DER.
    #[error("not a certificate")]
    Unreadable,
    /// An authority's certificate, or not for client authentication.
    #[error("not a client's certificate")]
    NotAClient,
    /// The alternative name is not exactly one URN of this platform.
    #[error("the certificate names no terminal or system")]
    NoIdentity,
    /// Subject and alternative name disagree.
    #[error("subject and alternative name disagree")]
    Contradiction,
}

/// The URIs of the alternative name, or nothing when it has a name of another kind.
pub(crate) fn uris<'a>(certificate: &'a X509Certificate<'_>) -> Vec<&'a str> {
    let Ok(Some(names)) = certificate.subject_alternative_name() else {
        return Vec::new();
    };
    let uris: Option<Vec<_>> = (names.value.general_names.iter())
        .map(|name| match name {
            GeneralName::URI(uri) => Some(*uri),
            _ => None,
        })
        .collect();
    uris.unwrap_or_default()
}

fn subject(name: &str, certificate: &X509Certificate<'_>) -> Result<Subject, IdentityError> {
    let parts: Vec<&str> = name.split(':').collect();
    let ["urn", "kiban", sort, id, word] = parts.as_slice() else {
        return Err(IdentityError::NoIdentity);
    };
    let common_name = only(certificate.subject().iter_common_name());
    let organisation = only(certificate.subject().iter_organization());
    let (Some(common_name), Some(organisation)) = (common_name, organisation) else {
        return Err(IdentityError::Contradiction);
    };
    if common_name != *id || !is_plain(id) || !is_plain(organisation) {
        return Err(IdentityError::Contradiction);
    }
    match *sort {
        "terminal" => Ok(Subject::Terminal {
            office_no: organisation.to_owned(),
            terminal_id: common_name.to_owned(),
            role: word.parse().map_err(|_| IdentityError::NoIdentity)?,
        }),
        "system" => Ok(Subject::System {
            organisation: organisation.to_owned(),
            system_id: common_name.to_owned(),
            kind: word.parse().map_err(|_| IdentityError::NoIdentity)?,
        }),
        _ => Err(IdentityError::NoIdentity),
    }
}

/// The one value of an attribute that may occur once.
fn only<'a>(
    mut values: impl Iterator<Item = &'a x509_parser::x509::AttributeTypeAndValue<'a>>,
) -> Option<&'a str> {
    let value = values.next()?.as_str().ok()?;
    values.next().is_none().then_some(value)
}
