//! The proof by sight: the card's 券面入力補助AP signed the text with its own key, which the issuer vouches for.
//!
//! Layouts: EF 0004 is `7F21 { 5F4E issuer key id (16) · own key id (16) · key · 5F37 signature }`, EF 0007
//! `FF50 { DF51 key · DF52 signature }`, EF 0003 `FF30 { DF31, DF32 digests · DF33 signature }`, a key `90` exponent, `91`
//! modulus; every signature is PKCS #1 v1.5 with SHA-256 over the objects before it. Source: an independent library that
//! read them from test cards (soltia48/myna-card, `src/ap/text.rs`, `src/data.rs`); no real card has been tried here.

use ring::digest;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};

use crate::challenge::ChallengeText;
use crate::text_ap::digested_part;
use crate::tlv::{self, Tlv};

/// The keys that certify issuer keys, by their identifier of 16 bytes. Configuration, as the roots are.
#[derive(Debug, Clone, Default)]
pub struct PresenceAnchors {
    keys: Vec<([u8; 16], Key)>,
}

impl PresenceAnchors {
    /// Adds a key: modulus and exponent, big-endian.
    #[must_use]
    pub fn with(mut self, key_id: [u8; 16], modulus: &[u8], exponent: &[u8]) -> Self {
        let key = Key {
            modulus: modulus.to_vec(),
            exponent: exponent.to_vec(),
        };
        self.keys.push((key_id, key));
        self
    }
}

/// The card was here when the text was signed. Which card follows from the files beside; nothing binds the 利用者証明用
/// certificate to this key but that both were read in one connection, so the result is weaker than a PIN's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PresentCard {
    /// Whether the issuer's signature covers the four attributes that were sent; `false` when the card did not give it.
    pub attributes_proved: bool,
}

/// Why presence is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PresenceRefusal {
    /// A file does not have its layout.
    #[error("a file of the card cannot be read")]
    Unreadable,
    /// No configured key has signed the issuer's certificate.
    #[error("the issuer's key is not trusted")]
    Issuer,
    /// The issuer has not signed the application's key.
    #[error("the application's key is not the issuer's")]
    ApplicationKey,
    /// The attributes are not those that the issuer signed.
    #[error("the attributes are not the issuer's")]
    Attributes,
    /// The signature is not of this key over this text.
    #[error("the signature does not fit")]
    Signature,
}

/// Checks a proof by sight: the chain from a configured key to the application's, the attributes, the signature.
///
/// # Errors
///
/// A [`PresenceRefusal`] for each, in that order.
pub fn verify_presence(
    text: &ChallengeText,
    files: &PresenceFiles<'_>,
    anchors: &PresenceAnchors,
) -> Result<PresentCard, PresenceRefusal> {
    let issuer = issuer_key(files.issuer_certificate, anchors)?;
    let key = application_key(files.application_key, &issuer)?;
    let attributes_proved = match files.integrity {
        Some(integrity) => check_attributes(files.attributes, integrity, &issuer).map(|()| true)?,
        None => false,
    };
    key.verify(text.as_str().as_bytes(), files.signature)
        .then_some(PresentCard { attributes_proved })
        .ok_or(PresenceRefusal::Signature)
}

/// What a terminal sent, see [`crate::wire::BySightAnswer`].
#[derive(Clone, Copy)]
pub struct PresenceFiles<'a> {
    /// EF 0002.
    pub attributes: &'a [u8],
    /// EF 0003, where the card gave it.
    pub integrity: Option<&'a [u8]>,
    /// EF 0004.
    pub issuer_certificate: &'a [u8],
    /// EF 0007.
    pub application_key: &'a [u8],
    /// Over the text.
    pub signature: &'a [u8],
}

impl std::fmt::Debug for PresenceFiles<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PresenceFiles(…)")
    }
}

#[derive(Clone)]
struct Key {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let objects = tlv::all(bytes)?;
        Some(Self {
            exponent: only(&objects, 0x90)?.value.to_vec(),
            modulus: only(&objects, 0x91)?.value.to_vec(),
        })
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let components = RsaPublicKeyComponents {
            n: trimmed(&self.modulus),
            e: trimmed(&self.exponent),
        };
        components
            .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            .is_ok()
    }
}

fn trimmed(number: &[u8]) -> &[u8] {
    let start = number.iter().position(|byte| *byte != 0);
    number
        .get(start.unwrap_or(number.len())..)
        .unwrap_or_default()
}

fn only<'a>(objects: &[Tlv<'a>], tag: u16) -> Option<Tlv<'a>> {
    let mut found = objects.iter().filter(|one| one.tag == tag);
    let one = found.next()?;
    found.next().is_none().then_some(*one)
}

fn content(file: &[u8], tag: u16) -> Result<&[u8], PresenceRefusal> {
    let outer = tlv::first(file).filter(|outer| outer.tag == tag);
    outer
        .map(|outer| outer.value)
        .ok_or(PresenceRefusal::Unreadable)
}

fn issuer_key(file: &[u8], anchors: &PresenceAnchors) -> Result<Key, PresenceRefusal> {
    let unreadable = PresenceRefusal::Unreadable;
    let objects = tlv::all(content(file, 0x7F21)?).ok_or(unreadable)?;
    let body = only(&objects, 0x5F4E).ok_or(unreadable)?.value;
    let signature = only(&objects, 0x5F37).ok_or(unreadable)?.value;
    let (signer, rest) = body.split_first_chunk::<16>().ok_or(unreadable)?;
    let (_, key) = rest.split_first_chunk::<16>().ok_or(unreadable)?;
    let key = Key::parse(key).ok_or(unreadable)?;
    let candidates = anchors.keys.iter().filter(|(id, _)| id == signer);
    let trusted = candidates
        .map(|(_, key)| key)
        .any(|anchor| anchor.verify(body, signature));
    trusted.then_some(key).ok_or(PresenceRefusal::Issuer)
}

fn application_key(file: &[u8], issuer: &Key) -> Result<Key, PresenceRefusal> {
    let (before, objects, signature) = signed(file, 0xFF50, 0xDF52)?;
    let key = only(&objects, 0xDF51).and_then(|one| Key::parse(one.value));
    let key = key.ok_or(PresenceRefusal::Unreadable)?;
    issuer
        .verify(before, signature)
        .then_some(key)
        .ok_or(PresenceRefusal::ApplicationKey)
}

fn check_attributes(
    attributes: &[u8],
    integrity: &[u8],
    issuer: &Key,
) -> Result<(), PresenceRefusal> {
    let (before, objects, signature) = signed(integrity, 0xFF30, 0xDF33)?;
    let said = only(&objects, 0xDF32)
        .ok_or(PresenceRefusal::Unreadable)?
        .value;
    let covered = digested_part(attributes).ok_or(PresenceRefusal::Unreadable)?;
    let same = digest::digest(&digest::SHA256, covered).as_ref() == said;
    (same && issuer.verify(before, signature))
        .then_some(())
        .ok_or(PresenceRefusal::Attributes)
}

/// The bytes before the signature, the objects, the signature.
#[expect(
    clippy::type_complexity,
    reason = "three parts of one file, taken apart at once"
)]
fn signed(
    file: &[u8],
    tag: u16,
    signature: u16,
) -> Result<(&[u8], Vec<Tlv<'_>>, &[u8]), PresenceRefusal> {
    let content = content(file, tag)?;
    let objects = tlv::all(content).ok_or(PresenceRefusal::Unreadable)?;
    let mut length = 0;
    for one in &objects {
        if one.tag == signature {
            let before = content.get(..length).ok_or(PresenceRefusal::Unreadable)?;
            let value = one.value;
            return Ok((before, objects, value));
        }
        length += one.whole.len();
    }
    Err(PresenceRefusal::Unreadable)
}
