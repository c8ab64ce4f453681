#![no_main]

use kiban_card::answer::{PresenceAnchors, PresenceFiles, verify_presence};
use kiban_card::challenge::ChallengeText;
use kiban_card::jpki::Jpki;
use kiban_card::pin::{LastTry, Pin};
use kiban_card::text_ap::{FourAttributes, TextAp};
use kiban_card::{CardLink, LinkError};

const TEXT: &str = "kaigo-card-auth/1\norigin=https://care.example\nterminal=T0001\n\
    challenge=000102030405060708090a0b0c0d0e0f\n\
    nonce=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n\
    purpose=confirm the insured person\n";

/// A card that answers from the input: two bytes of length, then the answer; nothing left is a card taken away.
struct Script<'a>(&'a [u8]);

impl CardLink for Script<'_> {
    fn transmit(&mut self, _: &[u8]) -> Result<Vec<u8>, LinkError> {
        let (length, rest) = self.0.split_first_chunk::<2>().ok_or(LinkError::Removed)?;
        let length = usize::from(u16::from_be_bytes(*length) % 300).min(rest.len());
        let (answer, rest) = rest.split_at(length);
        self.0 = rest;
        Ok(answer.to_vec())
    }
}

fn talk(script: &mut Script<'_>, text: &ChallengeText) -> Option<()> {
    let mut card = Jpki::open(script).ok()?;
    let certificate = card.certificate().ok()?;
    let pin = Pin::parse("1234").ok()?;
    let unlocked = card.present_pin(pin, LastTry::Spend).ok()?;
    unlocked.sign(text, &certificate).ok().map(drop)
}

fn look(script: &mut Script<'_>, text: &ChallengeText) -> Option<()> {
    let pin = Pin::parse("1234").ok()?;
    let card = TextAp::open(script).ok()?;
    let mut open = card.present_pin(pin, LastTry::Spend).ok()?;
    let attributes = open.attributes().ok()?;
    let _ = FourAttributes::parse(&attributes);
    let proof = open.prove_presence(text).ok()?;
    let files = PresenceFiles {
        attributes: &attributes,
        integrity: proof.integrity.as_deref(),
        issuer_certificate: &proof.issuer_certificate,
        application_key: &proof.application_key,
        signature: proof.signature.as_bytes(),
    };
    let anchors = PresenceAnchors::default().with([0; 16], &[0xFF; 256], &[1, 0, 1]);
    assert!(verify_presence(text, &files, &anchors).is_err());
    Some(())
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text: ChallengeText = TEXT.parse().unwrap();
    talk(&mut Script(bytes), &text);
    look(&mut Script(bytes), &text);
    let _ = FourAttributes::parse(bytes);
});
