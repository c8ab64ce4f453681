//! What this terminal's own certificate says.

use std::fmt::Write as _;

use jiff::Timestamp;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

/// The parts of the terminal's own certificate that the program needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCertificate {
    /// The terminal's identifier; texts to sign must name it.
    pub terminal: String,
    /// Number of its office; empty when the certificate names none.
    pub office_no: String,
    /// Serial number, hexadecimal, lower case.
    pub serial: String,
    /// Good from, inclusive.
    pub not_before: Timestamp,
    /// Good until, inclusive.
    pub not_after: Timestamp,
}

impl OwnCertificate {
    /// Reads the first certificate of a PEM text.
    ///
    /// # Errors
    ///
    /// [`UnreadableCertificate`] when there is none, or it names no terminal.
    pub fn read(pem: &str) -> Result<Self, UnreadableCertificate> {
        let der =
            CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| UnreadableCertificate)?;
        let (_, certificate) =
            x509_parser::parse_x509_certificate(&der).map_err(|_| UnreadableCertificate)?;
        let name = certificate.subject().iter_common_name().next();
        let name = name.and_then(|name| name.as_str().ok());
        let office = certificate.subject().iter_organization().next();
        let office = office.and_then(|office| office.as_str().ok());
        let time = |seconds| Timestamp::from_second(seconds).map_err(|_| UnreadableCertificate);
        Ok(Self {
            terminal: name.ok_or(UnreadableCertificate)?.to_owned(),
            office_no: office.unwrap_or_default().to_owned(),
            serial: certificate
                .raw_serial()
                .iter()
                .fold(String::new(), |mut text, byte| {
                    // Writing into a String does not fail.
                    let _ = write!(text, "{byte:02x}");
                    text
                }),
            not_before: time(certificate.validity().not_before.timestamp())?,
            not_after: time(certificate.validity().not_after.timestamp())?,
        })
    }
}

impl OwnCertificate {
    /// Whole days from `now` to the end; negative once it is over.
    pub fn days_left(&self, now: Timestamp) -> i64 {
        self.not_after
            .duration_since(now)
            .as_secs()
            .div_euclid(24 * 3_600)
    }
}

/// Not a terminal's certificate in PEM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a terminal's certificate in PEM")]
pub struct UnreadableCertificate;
