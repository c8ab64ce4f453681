//! The conversation with a card, against the virtual one.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set up its case may stop"
)]

use jiff::civil::date;
use kiban_card::challenge::{ChallengeId, ChallengeText, Nonce, Purpose};
use kiban_card::jpki::{Jpki, Signature};
use kiban_card::pin::{LastTry, Pin, TriesLeft};
use kiban_card::text_ap::{CardSex, CodeB, FourAttributes, TextAp};
use kiban_card::{CardError, CardLink, ErrorCode, LinkError, Step};
use kiban_testkit::SeededEntropy;
use kiban_testkit::card::{CardOrder, Persona, Slot, VIRTUAL_POLICY, virtual_roots};

fn slot(persona: Persona) -> Slot {
    Slot::holding(CardOrder::new(persona).make())
}

fn text() -> ChallengeText {
    let entropy = SeededEntropy::new(7);
    let (id, nonce) = (ChallengeId::draw(&entropy), Nonce::draw(&entropy));
    let purpose = Purpose::ConfirmInsuredPerson;
    ChallengeText::new("https://care.example", "T0001", id, nonce, purpose).unwrap()
}

/// The whole exchange, as the terminal does it.
fn sign(slot: &mut Slot, pin: &str, last_try: LastTry) -> Result<(Vec<u8>, Signature), CardError> {
    let mut card = Jpki::open(slot)?;
    let certificate = card.certificate()?;
    let unlocked = card.present_pin(Pin::parse(pin).unwrap(), last_try)?;
    let signature = unlocked.sign(&text(), &certificate)?;
    Ok((certificate, signature))
}

fn commands(slot: &Slot) -> Vec<String> {
    let state = slot.state();
    let lines = state.card.log().iter();
    lines
        .map(|line| format!("{} {:04X}", line.command, line.status))
        .collect()
}

#[test]
fn the_exchange_is_the_one_that_was_measured() {
    let mut slot = slot(Persona::Ordinary);
    let (certificate, signature) = sign(&mut slot, "1234", LastTry::Keep).unwrap();
    assert_eq!(certificate, slot.state().card.certificate());
    assert_eq!(signature.as_bytes().len(), 256);
    let seen = commands(&slot);
    let rest = certificate.len() - 1024;
    let digest = ring::digest::digest(&ring::digest::SHA256, text().as_str().as_bytes());
    let digest = hex::encode_upper(digest);
    let expected = [
        "00A4040C0AD392F000260100000001 9000".to_owned(),
        "00A4020C020006 9000".into(),
        "00B0000020 9000".into(),
        "00A4020C020008 9000".into(),
        "00B0000003 9000".into(),
        "00A4020C02000A 9000".into(),
        "00B0000000 9000".into(),
        "00B0010000 9000".into(),
        "00B0020000 9000".into(),
        "00B0030000 9000".into(),
        format!("00B00400{rest:02X} 9000"),
        "00A4020C020018 9000".into(),
        "00200080 63C3".into(),
        "0020008004(PIN 4 bytes) 9000".into(),
        "00A4020C020017 9000".into(),
        format!("802A0080333031300D060960864801650304020105000420{digest}00 9000"),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn a_wrong_pin_says_how_many_tries_are_left_and_stops_before_the_last() {
    let mut slot = slot(Persona::Ordinary);
    let wrong = |slot: &mut Slot, last_try| sign(slot, "9999", last_try).unwrap_err();
    assert_eq!(
        wrong(&mut slot, LastTry::Keep),
        CardError::WrongPin { left: 2 }
    );
    assert_eq!(
        wrong(&mut slot, LastTry::Keep),
        CardError::WrongPin { left: 1 }
    );
    let sent = commands(&slot).len();
    assert_eq!(wrong(&mut slot, LastTry::Keep), CardError::LastTry);
    assert!(!commands(&slot)[sent..].iter().any(|it| it.contains("PIN")));
    assert_eq!(slot.state().card.tries_left(), 1);
    assert_eq!(wrong(&mut slot, LastTry::Spend), CardError::Blocked);
    let sent = commands(&slot).len();
    // The right one comes too late, and is not even sent.
    assert_eq!(
        sign(&mut slot, "1234", LastTry::Spend),
        Err(CardError::Blocked)
    );
    assert!(!commands(&slot)[sent..].iter().any(|it| it.contains("PIN")));
}

#[test]
fn a_right_pin_fills_the_counter() {
    let mut slot = slot(Persona::OneTryLeft);
    assert_eq!(
        sign(&mut slot, "1234", LastTry::Keep),
        Err(CardError::LastTry)
    );
    sign(&mut slot, "1234", LastTry::Spend).unwrap();
    assert_eq!(slot.state().card.tries_left(), 3);
}

#[test]
fn every_card_that_cannot_sign_is_told_apart() {
    let code = |persona| {
        let mut slot = slot(persona);
        ErrorCode::from(sign(&mut slot, "1234", LastTry::Keep).unwrap_err())
    };
    assert_eq!(code(Persona::BankCard), ErrorCode::NotMyNumberCard);
    assert_eq!(code(Persona::ResidentRegister), ErrorCode::NotMyNumberCard);
    assert_eq!(code(Persona::Telephone), ErrorCode::NotMyNumberCard);
    assert_eq!(code(Persona::NoCertificate), ErrorCode::NoCertificate);
    assert_eq!(code(Persona::Blocked), ErrorCode::Blocked);
    assert_eq!(code(Persona::OneTryLeft), ErrorCode::LastTry);
}

/// A card that is never ready.
struct Dead;

impl CardLink for Dead {
    fn transmit(&mut self, _: &[u8]) -> Result<Vec<u8>, LinkError> {
        Ok(vec![0x6F, 0x00])
    }
}

#[test]
fn a_card_that_is_not_ready_at_first_is_asked_again() {
    let mut card = CardOrder::new(Persona::Ordinary).make();
    card.not_ready_at_first();
    let mut slot = Slot::holding(card);
    sign(&mut slot, "1234", LastTry::Keep).unwrap();
    assert!(commands(&slot)[0].ends_with(" 6F00"));
    // Twice is too often.
    let refused = Jpki::open(&mut Dead).unwrap_err();
    assert!(matches!(
        refused,
        CardError::Unexpected {
            step: Step::Application,
            ..
        }
    ));
}

#[test]
fn wherever_the_card_is_pulled_out_that_is_what_is_said() {
    for commands in 0..15 {
        let mut slot = slot(Persona::Ordinary);
        slot.state().pulled_out_after = Some(commands);
        let refused = sign(&mut slot, "1234", LastTry::Keep).unwrap_err();
        assert_eq!(refused, CardError::Link(LinkError::Removed), "{commands}");
        assert_eq!(ErrorCode::from(refused), ErrorCode::CardRemoved);
    }
}

#[test]
fn a_presented_pin_lasts_until_the_power_goes_off() {
    let mut slot = slot(Persona::Ordinary);
    sign(&mut slot, "1234", LastTry::Keep).unwrap();
    let mut state = slot.state();
    state.card.reset();
    assert!(state.card.is_unlocked());
    state.card.power_off();
    assert!(!state.card.is_unlocked());
}

#[test]
fn the_four_attributes_open_by_their_own_pin() {
    let mut slot = slot(Persona::Ordinary);
    let mut card = TextAp::open(&mut slot).unwrap();
    assert_eq!(card.pin_tries_left(), Ok(TriesLeft(3)));
    let mut open = card
        .present_pin(Pin::parse("5678").unwrap(), LastTry::Keep)
        .unwrap();
    let read = FourAttributes::parse(&open.attributes().unwrap()).unwrap();
    assert_eq!(read.name.as_str(), "介護　花子");
    assert_eq!(
        (read.birth_date, read.sex),
        (date(1940, 1, 15), CardSex::Female)
    );
    assert!(!slot.state().card.my_number_was_selected());
}

#[test]
fn w3_by_sight_the_printed_values_open_the_attributes_and_the_card_proves_itself() {
    use kiban_card::answer::{
        PresenceAnchors, PresenceFiles, PresenceRefusal, PresentCard, verify_presence,
    };
    let mut slot = slot(Persona::Ordinary);
    let wrong = CodeB::new(date(1940, 1, 15), 2031, "2285").unwrap();
    let refused = TextAp::open(&mut slot)
        .unwrap()
        .present_code(wrong, LastTry::Keep)
        .unwrap_err();
    assert_eq!(
        ErrorCode::by_sight(refused),
        ErrorCode::BySightRefused { left: 9 }
    );
    let code = CodeB::new(date(1940, 1, 15), 2030, "2285").unwrap();
    let card = TextAp::open(&mut slot).unwrap();
    let mut open = card.present_code(code, LastTry::Keep).unwrap();
    let attributes = open.attributes().unwrap();
    let proof = open.prove_presence(&text()).unwrap();
    // In the same connection, without a PIN.
    let certificate = Jpki::open(&mut slot).unwrap().certificate().unwrap();
    assert_eq!(certificate, slot.state().card.certificate());
    assert!(!slot.state().card.my_number_was_selected());

    let (id, modulus, exponent) = kiban_testkit::card::text_anchor();
    let anchors = PresenceAnchors::default().with(id, &modulus, &exponent);
    let files = PresenceFiles {
        attributes: &attributes,
        integrity: proof.integrity.as_deref(),
        issuer_certificate: &proof.issuer_certificate,
        application_key: &proof.application_key,
        signature: proof.signature.as_bytes(),
    };
    let verified = verify_presence(&text(), &files, &anchors);
    assert_eq!(
        verified,
        Ok(PresentCard {
            attributes_proved: true
        })
    );
    let refused = |change: &dyn Fn(&mut PresenceFiles<'_>)| {
        let mut files = files;
        change(&mut files);
        verify_presence(&text(), &files, &anchors).unwrap_err()
    };
    let flipped = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        *bytes.last_mut().unwrap() ^= 1;
        bytes.leak()
    };
    let (bad_attributes, bad_key) = (flipped(&attributes), flipped(&proof.application_key));
    let (bad_issuer, bad_signature) = (
        flipped(&proof.issuer_certificate),
        flipped(proof.signature.as_bytes()),
    );
    assert_eq!(
        refused(&|it| it.attributes = bad_attributes),
        PresenceRefusal::Attributes
    );
    assert_eq!(
        refused(&|it| it.application_key = bad_key),
        PresenceRefusal::ApplicationKey
    );
    assert_eq!(
        refused(&|it| it.issuer_certificate = bad_issuer),
        PresenceRefusal::Issuer
    );
    assert_eq!(
        refused(&|it| it.signature = bad_signature),
        PresenceRefusal::Signature
    );
    assert_eq!(
        refused(&|it| it.issuer_certificate = b"\xFF\x10"),
        PresenceRefusal::Unreadable
    );
    let nobody = PresenceAnchors::default();
    assert_eq!(
        verify_presence(&text(), &files, &nobody),
        Err(PresenceRefusal::Issuer)
    );
}

#[test]
fn both_roots_and_the_policy_make_a_trust() {
    let roots = virtual_roots();
    let roots = roots.iter().map(Vec::as_slice);
    kiban_card::answer::Trust::new(roots, &[VIRTUAL_POLICY]).unwrap();
}
