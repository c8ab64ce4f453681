//! Revocation lists.

use kiban_domain::Timestamp;
use rcgen::{CertificateRevocationListParams, KeyIdMethod, RevokedCertParams, SerialNumber};

use crate::Authority;
use crate::time::certificate_time;

/// A certificate on the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoked {
    /// Serial number in hexadecimal digits.
    pub serial: String,
    /// Since when.
    pub at: Timestamp,
    /// Why.
    pub reason: RevocationReason,
}

/// Why a certificate was revoked. Source: RFC 5280, section 5.3.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevocationReason {
    /// No reason is given.
    Unspecified,
    /// The key may be in other hands.
    KeyCompromise,
    /// A newer certificate replaces it.
    Superseded,
    /// The terminal, system or office is no longer there.
    CessationOfOperation,
}

/// A signed list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationList {
    /// PEM.
    pub pem: String,
    /// DER.
    pub der: Vec<u8>,
}

impl Authority {
    /// Signs the list of revoked certificates. `number` grows with every list; behind `next_update` doors let nobody in,
    /// so make a new one long before.
    ///
    /// # Errors
    ///
    /// - [`RevocationError::Serial`] when a serial number is not hexadecimal.
    /// - [`RevocationError::Signing`] when `next_update` is not after `this_update`, or the library fails.
    pub fn revocation_list(
        &self,
        number: u64,
        revoked: &[Revoked],
        this_update: Timestamp,
        next_update: Timestamp,
    ) -> Result<RevocationList, RevocationError> {
        let revoked: Result<Vec<_>, _> = revoked.iter().map(list_entry).collect();
        let params = CertificateRevocationListParams {
            this_update: certificate_time(this_update),
            next_update: certificate_time(next_update),
            crl_number: SerialNumber::from(number),
            issuing_distribution_point: None,
            revoked_certs: revoked?,
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let list = params.signed_by(self.issuer())?;
        Ok(RevocationList {
            pem: list.pem()?,
            der: list.der().to_vec(),
        })
    }
}

/// Why no list was made.
#[derive(Debug, thiserror::Error)]
pub enum RevocationError {
    /// A serial number is not hexadecimal.
    #[error("serial number {0:?} is not hexadecimal")]
    Serial(String),
    /// The library failed.
    #[error("the revocation list could not be signed")]
    Signing(#[from] rcgen::Error),
}

fn list_entry(revoked: &Revoked) -> Result<RevokedCertParams, RevocationError> {
    let serial = hex::decode(&revoked.serial)
        .ok()
        .filter(|serial| !serial.is_empty())
        .ok_or_else(|| RevocationError::Serial(revoked.serial.clone()))?;
    Ok(RevokedCertParams {
        serial_number: SerialNumber::from_slice(&serial),
        revocation_time: certificate_time(revoked.at),
        reason_code: match revoked.reason {
            RevocationReason::Unspecified => None,
            RevocationReason::KeyCompromise => Some(rcgen::RevocationReason::KeyCompromise),
            RevocationReason::Superseded => Some(rcgen::RevocationReason::Superseded),
            RevocationReason::CessationOfOperation => {
                Some(rcgen::RevocationReason::CessationOfOperation)
            }
        },
        invalidity_date: None,
    })
}
