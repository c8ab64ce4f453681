//! Certificates as other programs see them; openssl is the independent judge.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set up its case may stop"
)]

use std::path::Path;
use std::process::Command;

use jiff::SignedDuration;
use kiban_domain::{Clock, Entropy, Timestamp};
use kiban_pki::{
    Authority, AuthorityError, AuthorityKind, ClientIdentity, IdentityError, IssueError, Order,
    Pkcs12Format, Profile, RequestError, RevocationReason, Revoked, Subject, SystemKind,
    TerminalRole, new_request, pkcs12,
};
use proptest::prelude::*;
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, IsCa, KeyPair};

#[derive(Debug)]
struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        "2026-08-01T00:00:00.75Z".parse().unwrap()
    }
}

impl Entropy for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0xf5);
    }
}

fn authority(kind: AuthorityKind) -> Authority {
    Authority::create(kind, "Test Authority", &Fixed, &Fixed).unwrap()
}

fn terminal() -> Order {
    Order::new(Profile::Terminal {
        office_no: "1370000001".into(),
        terminal_id: "T0001".into(),
        role: TerminalRole::Browser,
    })
}

fn system() -> Order {
    Order::new(Profile::System {
        organisation: "131234".into(),
        system_id: "S1".into(),
        kind: SystemKind::Municipality,
    })
}

fn openssl(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let run = Command::new("openssl")
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap();
    let text = [run.stdout, run.stderr].concat();
    (
        run.status.success(),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

/// A request that asks for everything it must not get.
fn hostile_request() -> (KeyPair, String) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["evil.example".to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let request = params.serialize_request(&key).unwrap().pem().unwrap();
    (key, request)
}

#[test]
fn a_hostile_request_gets_nothing_but_its_key_certified() {
    let folder = tempfile::tempdir().unwrap();
    let (key, request) = hostile_request();
    let issued = authority(AuthorityKind::Terminals)
        .issue_from_request(&request, &terminal(), &Fixed, &Fixed)
        .unwrap();
    std::fs::write(folder.path().join("c.pem"), &issued.certificate_pem).unwrap();
    let (_, text) = openssl(folder.path(), &["x509", "-in", "c.pem", "-noout", "-text"]);
    for wanted in [
        "O = 1370000001, CN = T0001",
        "URI:urn:kiban:terminal:T0001:browser",
        "CA:FALSE",
        "TLS Web Client Authentication",
        "Digital Signature",
        "Authority Key Identifier",
        "Subject Key Identifier",
        "Not Before: Jul 31 23:55:00 2026 GMT",
        "Not After : Aug  1 00:00:00 2027 GMT",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    for unwanted in [
        "evil.example",
        "Server Authentication",
        "CA:TRUE",
        "Certificate Sign",
    ] {
        assert!(!text.contains(unwanted), "{unwanted}\n{text}");
    }
    let (_, public) = openssl(
        folder.path(),
        &["x509", "-in", "c.pem", "-noout", "-pubkey"],
    );
    let plain = |text: &str| text.replace(['\r', '\n'], "");
    assert_eq!(plain(&public), plain(&key.public_key_pem()));
}

#[test]
fn a_request_altered_in_its_signed_part_is_refused() {
    use rustls_pki_types::pem::PemObject;
    use x509_parser::prelude::FromDer;
    let made = new_request().unwrap();
    let pem = made.request_pem.as_bytes();
    let der = rustls_pki_types::CertificateSigningRequestDer::from_pem_slice(pem).unwrap();
    let authority = authority(AuthorityKind::Terminals);
    let (_, parsed) =
        x509_parser::certification_request::X509CertificationRequest::from_der(&der).unwrap();
    let signed = parsed.certification_request_info.raw;
    let start = signed.as_ptr() as usize - der.as_ptr() as usize;
    let mut accepted = 0;
    for place in start..start + signed.len() {
        let mut altered = der.to_vec();
        altered[place] ^= 1;
        let body = base64(&altered);
        let request = format!(
            "-----BEGIN CERTIFICATE REQUEST-----\n{body}\n-----END CERTIFICATE REQUEST-----\n"
        );
        accepted += usize::from(
            authority
                .issue_from_request(&request, &terminal(), &Fixed, &Fixed)
                .is_ok(),
        );
    }
    assert_eq!(accepted, 0);
    let refused = authority.issue_from_request("nonsense", &terminal(), &Fixed, &Fixed);
    assert!(matches!(
        refused,
        Err(IssueError::Request(RequestError::Unreadable))
    ));
}

#[test]
fn keys_from_openssl_are_taken_when_they_are_strong() {
    let folder = tempfile::tempdir().unwrap();
    let authority = authority(AuthorityKind::Systems);
    for (kind, strong) in [
        ("rsa:2048", true),
        ("rsa:1024", false),
        ("ec:P-256", true),
        ("ec:P-384", true),
        ("ec:secp256k1", false),
        ("ed25519", false),
    ] {
        let mut arguments = vec![
            "req", "-new", "-nodes", "-subj", "/CN=x", "-keyout", "k.pem", "-out", "r.pem",
        ];
        let option;
        match kind.split_once(':') {
            Some(("ec", curve)) => {
                option = format!("ec_paramgen_curve:{curve}");
                arguments.extend(["-newkey", "ec", "-pkeyopt", &option]);
            }
            _ => arguments.extend(["-newkey", kind]),
        }
        let (made, text) = openssl(folder.path(), &arguments);
        assert!(made, "{text}");
        let request = std::fs::read_to_string(folder.path().join("r.pem")).unwrap();
        let issued = authority.issue_from_request(&request, &system(), &Fixed, &Fixed);
        assert_eq!(issued.is_ok(), strong, "{kind}");
    }
}

#[test]
fn openssl_accepts_the_chain_and_refuses_what_is_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let authority = authority(AuthorityKind::Terminals);
    let made = authority
        .issue_with_new_key(&terminal(), &Fixed, &Fixed)
        .unwrap();
    let now = Fixed.now();
    let revoked = Revoked {
        serial: made.issued.serial.clone(),
        at: now,
        reason: RevocationReason::KeyCompromise,
    };
    let day = SignedDuration::from_hours(24);
    let list = |entries: &[Revoked]| {
        authority
            .revocation_list(3, entries, now, now + day)
            .unwrap()
    };
    write("ca.pem", authority.certificate_pem());
    write("c.pem", &made.issued.certificate_pem);
    write("empty.pem", &list(&[]).pem);
    write("crl.pem", &list(&[revoked]).pem);
    let verify = |list: &str, after: i64| {
        let at = (now.as_second() + after).to_string();
        let arguments = [
            "verify",
            "-crl_check",
            "-CAfile",
            "ca.pem",
            "-CRLfile",
            list,
            "-attime",
            &at,
            "-purpose",
            "sslclient",
            "-x509_strict",
            "c.pem",
        ];
        openssl(folder.path(), &arguments)
    };
    assert!(verify("empty.pem", 60).0, "{}", verify("empty.pem", 60).1);
    assert!(verify("crl.pem", 60).1.contains("certificate revoked"));
    assert!(verify("empty.pem", 90_000).1.contains("CRL has expired"));
    assert!(
        verify("empty.pem", 366 * 86_400)
            .1
            .contains("certificate has expired")
    );
}

#[test]
fn a_browser_can_import_the_file_in_both_formats() {
    let folder = tempfile::tempdir().unwrap();
    let authority = authority(AuthorityKind::Terminals);
    let made = authority
        .issue_with_new_key(&terminal(), &Fixed, &Fixed)
        .unwrap();
    let pack = |format| {
        let certificate = &made.issued.certificate_pem;
        let authority = authority.certificate_pem();
        pkcs12(
            "T0001",
            certificate,
            &made.key_pem,
            authority,
            "secret",
            format,
        )
        .unwrap()
    };
    for (format, wanted) in [
        (
            Pkcs12Format::MODERN,
            "PBES2, PBKDF2, AES-256-CBC, Iteration 600000, PRF hmacWithSHA256",
        ),
        (
            Pkcs12Format::Modern { rounds: 2048 },
            "Iteration 2048, PRF hmacWithSHA256",
        ),
        (Pkcs12Format::Legacy, "pbeWithSHA1And3-KeyTripleDES-CBC"),
    ] {
        std::fs::write(folder.path().join("t.p12"), pack(format)).unwrap();
        let run = |password: &str| {
            let password = format!("pass:{password}");
            let arguments = [
                "pkcs12", "-info", "-in", "t.p12", "-nodes", "-passin", &password,
            ];
            openssl(folder.path(), &arguments)
        };
        let (good, text) = run("secret");
        assert!(good && text.contains(wanted), "{text}");
        assert_eq!(text.matches("BEGIN CERTIFICATE").count(), 2);
        assert_eq!(text.matches("BEGIN PRIVATE KEY").count(), 1);
        assert!(!run("wrong").0);
    }
}

#[test]
fn a_door_reads_what_was_issued() {
    let issued = authority(AuthorityKind::Terminals)
        .issue_with_new_key(&terminal(), &Fixed, &Fixed)
        .unwrap()
        .issued;
    let identity = ClientIdentity::from_der(&issued.certificate_der).unwrap();
    assert_eq!(identity.serial, issued.serial);
    assert_eq!(identity.serial, "75f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5");
    assert_eq!(identity.serial_tail(), "f5f5f5f5");
    assert_eq!(identity.organisation(), "1370000001");
    assert_eq!(
        (identity.not_before, identity.not_after),
        (issued.not_before, issued.not_after)
    );
    assert!(identity.is_valid_at(Fixed.now()));
    assert!(!identity.is_valid_at(issued.not_after + SignedDuration::from_secs(1)));
    let issued = authority(AuthorityKind::Systems)
        .issue_with_new_key(&system(), &Fixed, &Fixed)
        .unwrap()
        .issued;
    let expected = Subject::System {
        organisation: "131234".into(),
        system_id: "S1".into(),
        kind: SystemKind::Municipality,
    };
    assert_eq!(
        ClientIdentity::from_der(&issued.certificate_der)
            .unwrap()
            .subject,
        expected
    );
}

#[test]
fn a_server_certificate_stands_for_no_client() {
    let profile = Profile::Server {
        names: vec!["care.example".into()],
        addresses: vec!["127.0.0.1".parse().unwrap()],
    };
    let issued = authority(AuthorityKind::Server)
        .issue_with_new_key(&Order::new(profile), &Fixed, &Fixed)
        .unwrap()
        .issued;
    let read = ClientIdentity::from_der(&issued.certificate_der);
    assert_eq!(read, Err(IdentityError::NotAClient));
}

#[test]
fn each_authority_issues_for_its_own_door_only() {
    for kind in AuthorityKind::ALL {
        let authority = authority(kind);
        for order in [terminal(), system()] {
            let issued = authority.issue_with_new_key(&order, &Fixed, &Fixed);
            assert_eq!(issued.is_ok(), order.profile.authority() == kind);
        }
    }
}

#[test]
fn names_cannot_smuggle_separators() {
    let authority = authority(AuthorityKind::Terminals);
    for bad in ["", "T:browser", "T 1", "T/CN=x", "端末", &"x".repeat(65)] {
        let mut order = terminal();
        if let Profile::Terminal { terminal_id, .. } = &mut order.profile {
            bad.clone_into(terminal_id);
        }
        let issued = authority.issue_with_new_key(&order, &Fixed, &Fixed);
        assert!(matches!(issued, Err(IssueError::Name(_))), "{bad}");
    }
}

#[test]
fn an_authority_opens_again_with_its_own_key_only() {
    let first = authority(AuthorityKind::Systems);
    let again = Authority::open(first.certificate_pem(), &first.key_pem()).unwrap();
    assert_eq!(again.kind(), AuthorityKind::Systems);
    let other = authority(AuthorityKind::Systems).key_pem();
    let refused = Authority::open(first.certificate_pem(), &other);
    assert!(matches!(refused, Err(AuthorityError::OtherKey)));
    let leaf = first.issue_with_new_key(&system(), &Fixed, &Fixed).unwrap();
    let refused = Authority::open(&leaf.issued.certificate_pem, &leaf.key_pem);
    assert!(matches!(refused, Err(AuthorityError::Unreadable)));
}

#[test]
fn no_certificate_outlives_its_authority() {
    let authority = authority(AuthorityKind::Systems);
    let order = system().lifetime(SignedDuration::from_hours(24 * 365 * 20));
    let issued = authority
        .issue_with_new_key(&order, &Fixed, &Fixed)
        .unwrap()
        .issued;
    assert_eq!(issued.not_after, authority.not_after());
    let order = system().from(authority.not_after() + SignedDuration::from_hours(1));
    let issued = authority.issue_with_new_key(&order, &Fixed, &Fixed);
    assert!(matches!(issued, Err(IssueError::Ended)));
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let number = chunk
            .iter()
            .fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for step in 0..4 {
            let digit = DIGITS[(number >> (18 - 6 * step)) as usize & 63];
            text.push(if step > chunk.len() {
                '='
            } else {
                char::from(digit)
            });
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes: Vec<u8>) {
        prop_assert!(ClientIdentity::from_der(&bytes).is_err());
    }

    #[test]
    fn no_altered_certificate_makes_the_reader_panic(changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4)) {
        static CERTIFICATE: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
        let mut der = CERTIFICATE.get_or_init(|| {
            let authority = authority(AuthorityKind::Terminals);
            authority.issue_with_new_key(&terminal(), &Fixed, &Fixed).unwrap().issued.certificate_der
        }).clone();
        for (place, byte) in changes {
            let place = place.index(der.len());
            der[place] = byte;
        }
        let _ = ClientIdentity::from_der(&der);
    }
}
