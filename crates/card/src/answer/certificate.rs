//! The checks of a 利用者証明用 certificate and of a signature made with it.

use kiban_domain::Timestamp;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{ParsedExtension, X509Extension};
use x509_parser::oid_registry::{
    OID_X509_EXT_CERTIFICATE_POLICIES, OID_X509_EXT_EXTENDED_KEY_USAGE, OID_X509_EXT_KEY_USAGE,
};
use x509_parser::public_key::PublicKey;

use crate::challenge::ChallengeText;
use crate::der::sequence_length;

use super::{CardKey, CertificateState, Refusal, StatusAnswer, Trust};

/// A certificate that a trusted root has signed and that is in its time and of the right kind. Whether it has been revoked is
/// not known yet, and nobody has shown that the card is here.
#[derive(Clone)]
pub struct InspectedCertificate {
    card_key: CardKey,
    public_key: Vec<u8>,
    not_after: Timestamp,
}

/// Shows nothing of the certificate.
impl std::fmt::Debug for InspectedCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InspectedCertificate(…)")
    }
}

/// An answer that holds: this card was here and signed this text.
#[derive(Debug, Clone)]
pub struct VerifiedAnswer {
    /// Which card.
    pub card_key: CardKey,
    /// Until when its certificate lasts, inclusive.
    pub certificate_ends: Timestamp,
    /// For which instant its state was known.
    pub status_at: Timestamp,
}

/// Checks issuer, time and kind of a certificate (DER), in this order.
///
/// # Errors
///
/// [`Refusal::Certificate`], [`Refusal::Issuer`], [`Refusal::NotYetValid`], [`Refusal::Expired`], [`Refusal::Profile`],
/// [`Refusal::Policy`].
pub fn inspect(der: &[u8], trust: &Trust, now: Timestamp) -> Result<InspectedCertificate, Refusal> {
    let (rest, certificate) =
        x509_parser::parse_x509_certificate(der).map_err(|_| Refusal::Certificate)?;
    if !rest.is_empty() || !is_canonical(der, &certificate) {
        return Err(Refusal::Certificate);
    }
    let authority_key_id = authority_key_id(&certificate).ok_or(Refusal::Profile);
    // All generations have one name: the name picks the candidates, the signature decides.
    let candidates = trust.roots().iter();
    let mut candidates = candidates.filter(|root| root.name == certificate.issuer().as_raw());
    let root = candidates.find(|root| root.has_signed(&certificate));
    let root = root
        .filter(|root| root.is_valid_at(now))
        .ok_or(Refusal::Issuer)?;
    let validity = certificate.validity();
    let not_after = validity.not_after.timestamp();
    if now.as_second() < validity.not_before.timestamp() {
        return Err(Refusal::NotYetValid);
    }
    if now.as_second() > not_after {
        return Err(Refusal::Expired);
    }
    check_profile(&certificate)?;
    check_policy(&certificate, trust)?;
    let authority_key_id = authority_key_id?;
    if root
        .key_id
        .as_deref()
        .is_some_and(|id| id != authority_key_id)
    {
        return Err(Refusal::Profile);
    }
    let serial = certificate.raw_serial();
    // A negative number is none; RFC 5280 allows 20 bytes.
    if serial.len() > 20 || serial.first().is_none_or(|byte| byte & 0x80 != 0) {
        return Err(Refusal::Profile);
    }
    Ok(InspectedCertificate {
        card_key: CardKey::from_parts(authority_key_id, serial).map_err(|_| Refusal::Profile)?,
        public_key: certificate.public_key().subject_public_key.data.to_vec(),
        not_after: Timestamp::from_second(not_after).map_err(|_| Refusal::Certificate)?,
    })
}

impl InspectedCertificate {
    /// Which card, if it is here: for the status service. A person is looked up only after [`Self::verify`].
    pub fn card_key(&self) -> &CardKey {
        &self.card_key
    }

    /// Checks state and signature, in this order.
    ///
    /// # Errors
    ///
    /// [`Refusal::Revoked`], [`Refusal::StatusUnknown`], [`Refusal::StatusUnavailable`], [`Refusal::StatusStale`],
    /// [`Refusal::Signature`].
    pub fn verify(
        self,
        text: &ChallengeText,
        signature: &[u8],
        status: &StatusAnswer,
        trust: &Trust,
        now: Timestamp,
    ) -> Result<VerifiedAnswer, Refusal> {
        self.check_status(status, trust, now)?;
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.public_key)
            .verify(text.as_str().as_bytes(), signature)
            .map_err(|_| Refusal::Signature)?;
        Ok(VerifiedAnswer {
            card_key: self.card_key,
            certificate_ends: self.not_after,
            status_at: status.at,
        })
    }

    /// Checks the state alone: for the way by sight, where another key signs.
    ///
    /// # Errors
    ///
    /// As for [`Self::verify`], without the signature's.
    pub fn check_status(
        &self,
        status: &StatusAnswer,
        trust: &Trust,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        match status.state {
            CertificateState::Good => {}
            CertificateState::Revoked { since } => return Err(Refusal::Revoked { since }),
            CertificateState::Unknown => return Err(Refusal::StatusUnknown),
            CertificateState::Unavailable => return Err(Refusal::StatusUnavailable),
        }
        let age = now.duration_since(status.at);
        // Clocks differ a little; an answer of tomorrow is nonsense.
        let fresh = age <= trust.max_age() && age >= jiff::SignedDuration::from_mins(-5);
        fresh.then_some(()).ok_or(Refusal::StatusStale)
    }
}

/// Checks an answer against the text that the server has kept, when the certificate's state is known already.
///
/// # Errors
///
/// A [`Refusal`] for each rule, in their order.
pub fn verify_answer(
    text: &ChallengeText,
    certificate_der: &[u8],
    signature: &[u8],
    trust: &Trust,
    now: Timestamp,
    status: &StatusAnswer,
) -> Result<VerifiedAnswer, Refusal> {
    inspect(certificate_der, trust, now)?.verify(text, signature, status, trust, now)
}

/// Whether the part around the signed one is written in the one way there is: the parser takes some bytes there that say the
/// same, and one certificate should have one form.
fn is_canonical(der: &[u8], certificate: &X509Certificate<'_>) -> bool {
    // sha256WithRSAEncryption with NULL, then a BIT STRING of 256 bytes without unused bits.
    const BETWEEN: [u8; 20] = [
        0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B, 0x05, 0x00,
        0x03, 0x82, 0x01, 0x01, 0x00,
    ];
    let signed: &[u8] = certificate.tbs_certificate.as_ref();
    let signature = &certificate.signature_value.data;
    let Some((header, rest)) = der.split_first_chunk::<4>() else {
        return false;
    };
    let rest = rest.strip_prefix(signed);
    let rest = rest.and_then(|rest| rest.strip_prefix(&BETWEEN));
    sequence_length(header) == Some(der.len()) && rest == Some(signature.as_ref())
}

fn check_profile(certificate: &X509Certificate<'_>) -> Result<(), Refusal> {
    let fail = Err(Refusal::Profile);
    let Ok(Some(usage)) = certificate.key_usage() else {
        return fail;
    };
    let Ok(Some(extended)) = certificate.extended_key_usage() else {
        return fail;
    };
    if !usage.value.digital_signature()
        || usage.value.non_repudiation()
        || !extended.value.client_auth
    {
        return fail;
    }
    if certificate.is_ca() || certificate.iter_extensions().any(is_not_understood) {
        return fail;
    }
    match certificate.public_key().parsed() {
        Ok(PublicKey::RSA(key)) if key.key_size() == 2048 && key.try_exponent() == Ok(65_537) => {
            Ok(())
        }
        _ => fail,
    }
}

/// A critical extension that is not looked at here makes a certificate unusable. Source: RFC 5280, section 4.2.
fn is_not_understood(extension: &X509Extension<'_>) -> bool {
    let known = [
        OID_X509_EXT_KEY_USAGE,
        OID_X509_EXT_EXTENDED_KEY_USAGE,
        OID_X509_EXT_CERTIFICATE_POLICIES,
        x509_parser::oid_registry::OID_X509_EXT_BASIC_CONSTRAINTS,
    ];
    let broken = matches!(
        extension.parsed_extension(),
        ParsedExtension::ParseError { .. }
    );
    extension.critical && (broken || !known.contains(&extension.oid))
}

fn check_policy(certificate: &X509Certificate<'_>, trust: &Trust) -> Result<(), Refusal> {
    let policies = certificate.get_extension_unique(&OID_X509_EXT_CERTIFICATE_POLICIES);
    let Ok(Some(extension)) = policies else {
        return Err(Refusal::Policy);
    };
    match extension.parsed_extension() {
        ParsedExtension::CertificatePolicies(policies)
            if policies
                .iter()
                .any(|policy| trust.accepts(&policy.policy_id)) =>
        {
            Ok(())
        }
        _ => Err(Refusal::Policy),
    }
}

fn authority_key_id<'a>(certificate: &'a X509Certificate<'_>) -> Option<&'a [u8]> {
    certificate
        .iter_extensions()
        .find_map(|extension| match extension.parsed_extension() {
            ParsedExtension::AuthorityKeyIdentifier(id) => {
                id.key_identifier.as_ref().map(|id| id.0)
            }
            _ => None,
        })
}
