//! The signed files of 券面入力補助AP: digests, the issuer's certificate, the card's own key.

use ring::digest;

use super::attributes::object;
use super::hierarchy::TEXT_ROOT_ID;
use super::rsa::{APPLICATION, ISSUER, RsaKey, TEXT_ROOT};

const ISSUER_ID: [u8; 16] = *b"9000099\x08\x05001\0\0\0\0";

/// EF 0003: digests of My Number and attributes, signed by the issuer.
pub(crate) fn integrity(my_number: &[u8], attributes: &[u8]) -> Vec<u8> {
    // The digest of the attributes leaves out the table of offsets, which is 11 bytes behind the header.
    let header = if attributes[2] < 0x80 { 3 } else { 4 };
    let sha256 = |bytes: &[u8]| digest::digest(&digest::SHA256, bytes).as_ref().to_vec();
    let digests = [
        object(0xDF31, &sha256(my_number)),
        object(0xDF32, &sha256(&attributes[header + 11..])),
    ];
    signed(0xFF30, &digests.concat(), 0xDF33, &ISSUER)
}

/// EF 0004: the issuer's key, signed by the root of issuers.
pub(crate) fn issuer_certificate() -> Vec<u8> {
    let body = [&TEXT_ROOT_ID[..], &ISSUER_ID, &public_key(&ISSUER)].concat();
    let signature = TEXT_ROOT.sign(&body);
    let parts = [object(0x5F4E, &body), object(0x5F37, &signature)];
    object(0x7F21, &parts.concat())
}

/// EF 0007: the card's own key, signed by the issuer.
pub(crate) fn application_key() -> Vec<u8> {
    let key = object(0xDF51, &public_key(&APPLICATION));
    signed(0xFF50, &key, 0xDF52, &ISSUER)
}

fn signed(tag: u16, content: &[u8], signature_tag: u16, signer: &RsaKey) -> Vec<u8> {
    let signature = object(signature_tag, &signer.sign(content));
    object(tag, &[content, &signature].concat())
}

fn public_key(key: &RsaKey) -> Vec<u8> {
    [object(0x90, &[1, 0, 1]), object(0x91, &key.modulus())].concat()
}
