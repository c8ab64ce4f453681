//! Revocation lists (RFC 5280, section 5) as the operator's source of a certificate's state.

use std::collections::HashMap;

use kiban_domain::Timestamp;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use x509_parser::oid_registry::OID_PKCS1_SHA256WITHRSA;

use super::{CardKey, CertificateState, StatusAnswer, Trust};

/// A list that one of the trusted roots has signed.
pub struct RevocationList {
    issuer_key_id: Vec<u8>,
    this_update: Timestamp,
    next_update: Timestamp,
    /// The list says of itself that it does not cover all certificates, or something that is not understood here.
    partial: bool,
    revoked: HashMap<Vec<u8>, Timestamp>,
}

/// Says how long it is, not who is in it.
impl std::fmt::Debug for RevocationList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RevocationList")
            .field("this_update", &self.this_update)
            .field("next_update", &self.next_update)
            .field("partial", &self.partial)
            .field("revoked", &self.revoked.len())
            .finish_non_exhaustive()
    }
}

/// Not a list that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidList {
    /// Not exactly one list in DER, or without a next update.
    #[error("not a revocation list in DER with a next update")]
    Unreadable,
    /// No trusted root has signed it.
    #[error("no trusted root has signed the list")]
    Issuer,
}

impl RevocationList {
    /// Reads a list (DER) and finds the root that signed it.
    ///
    /// # Errors
    ///
    /// [`InvalidList`].
    pub fn parse(der: &[u8], trust: &Trust) -> Result<Self, InvalidList> {
        let (rest, list) = x509_parser::parse_x509_crl(der).map_err(|_| InvalidList::Unreadable)?;
        let body = &list.tbs_cert_list;
        let next_update = body.next_update.ok_or(InvalidList::Unreadable)?;
        if !rest.is_empty() {
            return Err(InvalidList::Unreadable);
        }
        let algorithms = [
            &list.signature_algorithm.algorithm,
            &body.signature.algorithm,
        ];
        let signed: &[u8] = body.as_ref();
        let signature = &list.signature_value.data;
        let root = trust.roots().iter().find(|root| {
            root.name == body.issuer.as_raw()
                && algorithms.iter().all(|it| **it == OID_PKCS1_SHA256WITHRSA)
                && UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &root.key)
                    .verify(signed, signature)
                    .is_ok()
        });
        let issuer_key_id = root
            .and_then(|root| root.key_id.clone())
            .ok_or(InvalidList::Issuer)?;
        let instant =
            |seconds| Timestamp::from_second(seconds).map_err(|_| InvalidList::Unreadable);
        let mut revoked = HashMap::new();
        for entry in list.iter_revoked_certificates() {
            let at = instant(entry.revocation_date.timestamp())?;
            revoked.insert(trimmed(entry.raw_serial()).to_vec(), at);
        }
        Ok(Self {
            issuer_key_id,
            this_update: instant(body.this_update.timestamp())?,
            next_update: instant(next_update.timestamp())?,
            partial: list.extensions().iter().any(|extension| extension.critical),
            revoked,
        })
    }

    /// What the list says of a card at `now`; nothing when another key issued the card.
    ///
    /// Not being on a list is good only while the list is in its time and covers all certificates.
    pub fn state_of(&self, card: &CardKey, now: Timestamp) -> Option<StatusAnswer> {
        if card.authority_key_id() != self.issuer_key_id {
            return None;
        }
        let state = match self.revoked.get(card.serial()) {
            Some(since) => CertificateState::Revoked { since: *since },
            None if now > self.next_update || now < self.this_update => {
                CertificateState::Unavailable
            }
            None if self.partial => CertificateState::Unknown,
            None => CertificateState::Good,
        };
        let at = self.this_update;
        Some(StatusAnswer { state, at })
    }

    /// From when it is.
    pub fn this_update(&self) -> Timestamp {
        self.this_update
    }
}

fn trimmed(serial: &[u8]) -> &[u8] {
    let start = serial.iter().position(|byte| *byte != 0);
    serial
        .get(start.unwrap_or(serial.len())..)
        .unwrap_or_default()
}
