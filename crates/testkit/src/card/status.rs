//! Who knows the state of the virtual cards' certificates.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;

use jiff::Timestamp;
use kiban_card::answer::{
    CardCertificateStatus, CertificateState, InspectedCertificate, StatusAnswer, StatusFuture,
};

/// Answers "good" for an instant that the test sets, but for serial numbers it was told about.
#[derive(Debug)]
pub struct FakeStatus {
    at: Mutex<Timestamp>,
    special: Mutex<HashMap<u32, CertificateState>>,
}

impl FakeStatus {
    /// Knows everything as of `at`.
    pub fn at(at: Timestamp) -> Self {
        Self {
            at: Mutex::new(at),
            special: Mutex::default(),
        }
    }

    /// From now on the state is known as of `at`.
    pub fn known_at(&self, at: Timestamp) {
        *self.at.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }

    /// Says something else of one card.
    pub fn say(&self, serial: u32, state: CertificateState) {
        let mut special = self.special.lock().unwrap_or_else(PoisonError::into_inner);
        special.insert(serial, state);
    }

    /// The answer for one serial number.
    pub fn answer(&self, serial: u32) -> StatusAnswer {
        let special = self.special.lock().unwrap_or_else(PoisonError::into_inner);
        StatusAnswer {
            state: special
                .get(&serial)
                .copied()
                .unwrap_or(CertificateState::Good),
            at: *self.at.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }
}

impl CardCertificateStatus for FakeStatus {
    fn ask<'a>(&'a self, certificate: &'a InspectedCertificate) -> StatusFuture<'a> {
        let bytes = certificate.card_key().serial();
        let serial = bytes
            .iter()
            .fold(0, |sum, byte| (sum << 8) | u32::from(*byte));
        Box::pin(std::future::ready(self.answer(serial)))
    }
}
