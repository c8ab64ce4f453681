//! What a revocation list says of a card, and which lists are taken at all.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set up its case may stop"
)]

use kiban_card::answer::{CardKey, CertificateState, InvalidList, RevocationList, Trust, inspect};
use kiban_card::jpki::Jpki;
use kiban_domain::Timestamp;
use kiban_testkit::card::{
    CardOrder, Persona, Slot, VIRTUAL_POLICY, virtual_revocation_list, virtual_roots,
};

const SERIAL: u32 = 0x0022_7B13;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn trust() -> Trust {
    let roots = virtual_roots();
    Trust::new(roots.iter().map(Vec::as_slice), &[VIRTUAL_POLICY]).unwrap()
}

fn card(persona: Persona) -> CardKey {
    let mut slot = Slot::holding(CardOrder::new(persona).serial(SERIAL).make());
    let certificate = Jpki::open(&mut slot).unwrap().certificate().unwrap();
    let inspected = inspect(&certificate, &trust(), at("2026-08-01T00:00:00Z")).unwrap();
    inspected.card_key().clone()
}

fn list(revoked: &[(u32, Timestamp)], partial: bool) -> RevocationList {
    let (from, until) = (at("2026-08-01T00:00:00Z"), at("2026-08-02T00:00:00Z"));
    let der = virtual_revocation_list(from, until, revoked, partial);
    RevocationList::parse(&der, &trust()).unwrap()
}

#[test]
fn w3_not_being_on_a_whole_list_in_its_time_is_good_and_nothing_else_is() {
    let since = at("2026-07-15T00:00:00Z");
    let (good, unknown, unavailable) = (
        CertificateState::Good,
        CertificateState::Unknown,
        CertificateState::Unavailable,
    );
    let revoked = CertificateState::Revoked { since };
    let card = card(Persona::Ordinary);
    for (entries, partial, now, expected) in [
        (vec![], false, "2026-08-01T12:00:00Z", good),
        (
            vec![(SERIAL + 1, since)],
            false,
            "2026-08-02T00:00:00Z",
            good,
        ),
        (
            vec![(SERIAL, since)],
            false,
            "2026-08-01T12:00:00Z",
            revoked,
        ),
        (vec![(SERIAL, since)], true, "2026-08-01T12:00:00Z", revoked),
        (
            vec![(SERIAL, since)],
            false,
            "2026-08-09T00:00:00Z",
            revoked,
        ),
        (vec![], true, "2026-08-01T12:00:00Z", unknown),
        (vec![], false, "2026-08-02T00:00:01Z", unavailable),
        (vec![], false, "2026-07-31T23:59:59Z", unavailable),
    ] {
        let answer = list(&entries, partial).state_of(&card, at(now)).unwrap();
        assert_eq!(answer.state, expected, "{now}");
        assert_eq!(answer.at, at("2026-08-01T00:00:00Z"));
    }
}

#[test]
fn a_list_speaks_for_its_own_key_only() {
    let older = card(Persona::OlderGeneration);
    let now = at("2026-08-01T12:00:00Z");
    assert_eq!(list(&[], false).state_of(&older, now), None);
}

#[test]
fn a_list_that_no_root_signed_is_not_taken() {
    let (from, until) = (at("2026-08-01T00:00:00Z"), at("2026-08-02T00:00:00Z"));
    let der = virtual_revocation_list(from, until, &[(SERIAL, from)], false);
    let last = der.len() - 1;
    for (place, expected) in [(last, InvalidList::Issuer), (0, InvalidList::Unreadable)] {
        let mut changed = der.clone();
        changed[place] ^= 1;
        assert_eq!(
            RevocationList::parse(&changed, &trust()).unwrap_err(),
            expected
        );
    }
    let older = &virtual_roots()[..1];
    let older = Trust::new(older.iter().map(Vec::as_slice), &[VIRTUAL_POLICY]).unwrap();
    assert_eq!(
        RevocationList::parse(&der, &older).unwrap_err(),
        InvalidList::Issuer
    );
    let longer = [der.as_slice(), &[0]].concat();
    assert_eq!(
        RevocationList::parse(&longer, &trust()).unwrap_err(),
        InvalidList::Unreadable
    );
    // Whose certificates are in it stays hidden.
    let shown = format!("{:?}", list(&[(SERIAL, from)], false));
    assert!(
        shown.contains("revoked: 1") && !shown.contains("123"),
        "{shown}"
    );
}

#[test]
fn openssl_reads_the_list() {
    use std::io::Write as _;
    let (from, until) = (at("2026-08-01T00:00:00Z"), at("2026-08-02T00:00:00Z"));
    let der = virtual_revocation_list(from, until, &[(SERIAL, from)], true);
    let mut openssl = std::process::Command::new("openssl")
        .args(["crl", "-inform", "DER", "-noout", "-text"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    openssl.stdin.take().unwrap().write_all(&der).unwrap();
    let output = openssl.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("Serial Number: 227B13"), "{text}");
}
