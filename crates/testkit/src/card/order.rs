//! Which card to make: whose, in which state, with which secrets.

use jiff::Timestamp;
use jiff::civil::Date;

use super::applet::VirtualCard;

/// What is special about a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Persona {
    /// Nothing: a card that works, of the newest generation.
    Ordinary,
    /// Issued by the generation before; works.
    OlderGeneration,
    /// Its certificate ended on 2025-01-15.
    Expired,
    /// Its certificate begins in 2028.
    NotYetValid,
    /// Works at the reader; [`super::FakeStatus`] says that it is revoked.
    Revoked,
    /// No tries left.
    Blocked,
    /// One try left.
    OneTryLeft,
    /// A copy on a telephone.
    Telephone,
    /// The old 住民基本台帳カード.
    ResidentRegister,
    /// A My Number card without a 利用者証明用 certificate.
    NoCertificate,
    /// An issuer of the same name with another key.
    Foreign,
    /// Not a card of this kind at all: a bank card.
    BankCard,
}

/// An invented person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Family and given name, parted by U+3000.
    pub name: String,
    /// With full-width digits.
    pub address: String,
    /// Gregorian.
    pub birth_date: Date,
    /// `1` or `2`.
    pub sex: String,
}

impl Default for Person {
    fn default() -> Self {
        Self {
            name: "介護　花子".into(),
            address: "東京都架空市見本町１－２－３".into(),
            birth_date: jiff::civil::date(1940, 1, 15),
            sex: "2".into(),
        }
    }
}

/// What to make.
#[derive(Debug, Clone)]
pub struct CardOrder {
    pub(super) persona: Persona,
    pub(super) person: Person,
    pub(super) serial: u32,
    pub(super) not_before: Timestamp,
    pub(super) not_after: Timestamp,
    pub(super) pin: String,
    pub(super) text_pin: String,
    pub(super) expiry_year: i16,
    pub(super) security_code: String,
}

impl CardOrder {
    /// A card of 介護　花子: PIN 1234, PIN of 券面入力補助 5678, expiry year 2030, security code 2285, good from 2025-10-27
    /// to 2030-01-15.
    pub fn new(persona: Persona) -> Self {
        let instant = |text: &str| text.parse().expect("an instant in the table");
        let (from, until) = match persona {
            Persona::Expired => ("2020-01-20T03:00:00Z", "2025-01-15T14:59:59Z"),
            Persona::NotYetValid => ("2028-01-01T03:00:00Z", "2030-01-15T14:59:59Z"),
            _ => ("2025-10-27T03:00:00Z", "2030-01-15T14:59:59Z"),
        };
        Self {
            persona,
            person: Person::default(),
            serial: 0x0022_7B13,
            not_before: instant(from),
            not_after: instant(until),
            pin: "1234".into(),
            text_pin: "5678".into(),
            expiry_year: 2030,
            security_code: "2285".into(),
        }
    }

    /// For another person.
    #[must_use]
    pub fn person(mut self, person: Person) -> Self {
        self.person = person;
        self
    }

    /// With another serial number, so that it is another card.
    #[must_use]
    pub fn serial(mut self, serial: u32) -> Self {
        self.serial = serial;
        self
    }

    /// With a certificate for another time.
    #[must_use]
    pub fn validity(mut self, from: Timestamp, until: Timestamp) -> Self {
        self.not_before = from;
        self.not_after = until;
        self
    }

    /// With another PIN of 利用者証明用.
    #[must_use]
    pub fn pin(mut self, pin: &str) -> Self {
        pin.clone_into(&mut self.pin);
        self
    }

    /// Makes it.
    pub fn make(self) -> VirtualCard {
        VirtualCard::new(&self)
    }
}
