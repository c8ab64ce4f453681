//! How a server judges an answer: every refusal, and their order.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set up its case may stop"
)]

use std::sync::LazyLock;

use kiban_card::answer::{
    CardCertificateStatus, CardKey, CertificateState, InvalidAnchor, PRODUCTION_POLICY, Refusal,
    StatusAnswer, Trust, inspect, verify_answer,
};
use kiban_card::challenge::{ChallengeId, ChallengeText, Nonce, Purpose};
use kiban_card::jpki::Jpki;
use kiban_card::pin::{LastTry, Pin};
use kiban_domain::Timestamp;
use kiban_testkit::SeededEntropy;
use kiban_testkit::card::{CardOrder, FakeStatus, Persona, Slot, VIRTUAL_POLICY, virtual_roots};
use proptest::prelude::*;

const NOW: &str = "2026-08-01T00:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn text() -> ChallengeText {
    let entropy = SeededEntropy::new(7);
    let (id, nonce) = (ChallengeId::draw(&entropy), Nonce::draw(&entropy));
    let purpose = Purpose::ConfirmInsuredPerson;
    ChallengeText::new("https://care.example", "T0001", id, nonce, purpose).unwrap()
}

fn trust(policy: &str) -> Trust {
    let roots = virtual_roots();
    Trust::new(roots.iter().map(Vec::as_slice), &[policy]).unwrap()
}

fn good() -> StatusAnswer {
    StatusAnswer {
        state: CertificateState::Good,
        at: at(NOW),
    }
}

struct Answer {
    certificate: Vec<u8>,
    signature: Vec<u8>,
}

fn answer(persona: Persona) -> Answer {
    let mut slot = Slot::holding(CardOrder::new(persona).make());
    let mut card = Jpki::open(&mut slot).unwrap();
    let certificate = card.certificate().unwrap();
    let unlocked = card.present_pin(Pin::parse("1234").unwrap(), LastTry::Keep);
    let signature = unlocked.unwrap().sign(&text(), &certificate).unwrap();
    Answer {
        certificate,
        signature: signature.into_bytes(),
    }
}

static ORDINARY: LazyLock<Answer> = LazyLock::new(|| answer(Persona::Ordinary));

fn refused(answer: &Answer, status: &StatusAnswer) -> Refusal {
    let (certificate, signature) = (&answer.certificate, &answer.signature);
    let trust = trust(VIRTUAL_POLICY);
    verify_answer(&text(), certificate, signature, &trust, at(NOW), status).unwrap_err()
}

#[test]
fn w3_an_answer_of_either_generation_holds() {
    let mut keys: Vec<CardKey> = Vec::new();
    for persona in [Persona::Ordinary, Persona::OlderGeneration] {
        let Answer {
            certificate,
            signature,
        } = answer(persona);
        let trust = trust(VIRTUAL_POLICY);
        let verified =
            verify_answer(&text(), &certificate, &signature, &trust, at(NOW), &good()).unwrap();
        assert_eq!(verified.certificate_ends, at("2030-01-15T14:59:59Z"));
        assert_eq!(verified.card_key.serial(), [0x22, 0x7B, 0x13]);
        assert!(!format!("{verified:?}").to_lowercase().contains("227b13"));
        keys.push(verified.card_key);
    }
    // One serial number under two generations of one name is two cards.
    assert_ne!(keys[0], keys[1]);
    let stored = CardKey::from_parts(keys[0].authority_key_id(), keys[0].serial());
    assert_eq!(stored.as_ref(), Ok(&keys[0]));
}

#[test]
fn each_reason_is_named() {
    assert_eq!(refused(&answer(Persona::Foreign), &good()), Refusal::Issuer);
    assert_eq!(
        refused(&answer(Persona::Expired), &good()),
        Refusal::Expired
    );
    assert_eq!(
        refused(&answer(Persona::NotYetValid), &good()),
        Refusal::NotYetValid
    );
    let flipped = Answer {
        certificate: ORDINARY.certificate.clone(),
        signature: {
            let mut bytes = ORDINARY.signature.clone();
            bytes[100] ^= 1;
            bytes
        },
    };
    assert_eq!(refused(&flipped, &good()), Refusal::Signature);
    let mut longer = ORDINARY.certificate.clone();
    longer.push(0);
    let trust_here = trust(VIRTUAL_POLICY);
    let inspected = |der: &[u8], trust: &Trust| inspect(der, trust, at(NOW)).unwrap_err();
    assert_eq!(inspected(&longer, &trust_here), Refusal::Certificate);
    assert_eq!(inspected(b"", &trust_here), Refusal::Certificate);
    let production = trust(PRODUCTION_POLICY);
    assert_eq!(
        inspected(&ORDINARY.certificate, &production),
        Refusal::Policy
    );
    // The signing certificate, the root itself: signed by a trusted key or not, they are of another kind.
    let root = virtual_roots()[1].clone();
    assert_eq!(inspected(&root, &trust_here), Refusal::Profile);
}

#[test]
fn nothing_but_good_and_fresh_is_good() {
    let state = |state| StatusAnswer { state, at: at(NOW) };
    let since = at("2026-07-01T00:00:00Z");
    let revoked = CertificateState::Revoked { since };
    assert_eq!(
        refused(&ORDINARY, &state(revoked)),
        Refusal::Revoked { since }
    );
    assert_eq!(
        refused(&ORDINARY, &state(CertificateState::Unknown)),
        Refusal::StatusUnknown
    );
    assert_eq!(
        refused(&ORDINARY, &state(CertificateState::Unavailable)),
        Refusal::StatusUnavailable
    );
    for then in ["2026-07-30T23:59:59Z", "2026-08-01T00:05:01Z"] {
        let status = StatusAnswer {
            at: at(then),
            ..good()
        };
        assert_eq!(refused(&ORDINARY, &status), Refusal::StatusStale, "{then}");
    }
}

#[test]
fn another_text_is_not_signed() {
    let entropy = SeededEntropy::new(8);
    let (id, nonce) = (ChallengeId::draw(&entropy), Nonce::draw(&entropy));
    let purpose = Purpose::ConfirmInsuredPerson;
    let other = ChallengeText::new("https://care.example", "T0001", id, nonce, purpose).unwrap();
    let (certificate, signature) = (&ORDINARY.certificate, &ORDINARY.signature);
    let trust = trust(VIRTUAL_POLICY);
    let refused = verify_answer(&other, certificate, signature, &trust, at(NOW), &good());
    assert_eq!(refused.unwrap_err(), Refusal::Signature);
}

#[test]
fn the_port_answers_for_one_card() {
    let status = FakeStatus::at(at(NOW));
    let since = at("2026-07-01T00:00:00Z");
    status.say(0x0022_7B13, CertificateState::Revoked { since });
    let trust = trust(VIRTUAL_POLICY);
    let inspected = inspect(&ORDINARY.certificate, &trust, at(NOW)).unwrap();
    let mut asked = status.ask(&inspected);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(answer) = asked.as_mut().poll(&mut context) else {
        panic!("the fake answers at once");
    };
    drop(asked);
    let refused = inspected.verify(&text(), &ORDINARY.signature, &answer, &trust, at(NOW));
    assert_eq!(refused.unwrap_err(), Refusal::Revoked { since });
}

#[test]
fn only_self_signed_authorities_are_roots() {
    let trust = |der: &[u8], policy: &str| Trust::new([der], &[policy]).unwrap_err();
    let leaf = &ORDINARY.certificate;
    assert_eq!(trust(leaf, VIRTUAL_POLICY), InvalidAnchor::NotARoot);
    assert_eq!(trust(b"x", VIRTUAL_POLICY), InvalidAnchor::Unreadable);
    let root = virtual_roots()[0].clone();
    assert_eq!(trust(&root, "policy"), InvalidAnchor::Policy);
    let mut broken = root;
    *broken.last_mut().unwrap() ^= 1;
    assert_eq!(trust(&broken, VIRTUAL_POLICY), InvalidAnchor::NotARoot);
    assert_eq!(
        Trust::new([], &[VIRTUAL_POLICY]).unwrap_err(),
        InvalidAnchor::Nothing
    );
}

#[test]
fn a_certificate_ends_at_its_last_second() {
    let trust = trust(VIRTUAL_POLICY);
    let inspected = |now| inspect(&ORDINARY.certificate, &trust, at(now)).map(|_| ());
    assert_eq!(inspected("2030-01-15T14:59:59Z"), Ok(()));
    assert_eq!(inspected("2030-01-15T15:00:00Z"), Err(Refusal::Expired));
    assert_eq!(inspected("2025-10-27T03:00:00Z"), Ok(()));
    assert_eq!(inspected("2025-10-27T02:59:59Z"), Err(Refusal::NotYetValid));
}

#[test]
fn openssl_agrees_with_the_chain_and_the_signature() {
    use std::process::Command;
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("root.der", &virtual_roots()[1]);
    write("card.der", &ORDINARY.certificate);
    write("text", text().as_str().as_bytes());
    write("signature", &ORDINARY.signature);
    let script = "openssl x509 -inform DER -in root.der -out root.pem && \
        openssl x509 -inform DER -in card.der -out card.pem && \
        openssl verify -CAfile root.pem -attime 1785542400 -x509_strict -purpose sslclient card.pem && \
        openssl x509 -in card.pem -noout -pubkey > key.pem && \
        openssl dgst -sha256 -verify key.pem -signature signature text && \
        openssl x509 -in card.pem -noout -issuer -ext keyUsage,extendedKeyUsage,certificatePolicies";
    let run = Command::new("sh")
        .args(["-c", script])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(
        run.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&run.stderr)
    );
    for wanted in [
        "card.pem: OK",
        "Verified OK",
        "OU = JPKI for user authentication, OU = Japan Agency",
        "Digital Signature",
        "TLS Web Client Authentication",
        VIRTUAL_POLICY,
    ] {
        assert!(said.contains(wanted), "{wanted}\n{said}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn no_bytes_are_a_certificate(bytes: Vec<u8>) {
        prop_assert!(inspect(&bytes, &trust(VIRTUAL_POLICY), at(NOW)).is_err());
    }
}

#[test]
fn no_changed_bit_goes_unnoticed() {
    let trust = trust(VIRTUAL_POLICY);
    let mut der = ORDINARY.certificate.clone();
    for place in 0..der.len() {
        for bit in 0..8 {
            der[place] ^= 1 << bit;
            let taken = inspect(&der, &trust, at(NOW)).is_ok();
            assert!(!taken, "byte {place}, bit {bit}");
            der[place] ^= 1 << bit;
        }
    }
}
