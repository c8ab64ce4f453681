//! An invented issuer with the profile of JPKI: two generations with one name, two organisational units in it.
//!
//! Written with a DER writer: the certificate libraries in the tree hold one value per kind of name part, or hide the parts
//! that a fake has to set. Source: the My Number card, section 6.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ring::digest;
use yasna::models::ObjectIdentifier;
use yasna::tags::{TAG_PRINTABLESTRING, TAG_UTCTIME, TAG_UTF8STRING};
use yasna::{DERWriter, DERWriterSeq, Tag};

use super::rsa::{ROOT_2, ROOT_3, ROOT_OTHER, RsaKey, TEXT_ROOT};

/// The policy in the virtual cards' certificates; the one that real test cards carry.
pub const VIRTUAL_POLICY: &str = "1.2.392.200149.8.5.1.0.30";

const SIGNING_POLICY: &str = "1.2.392.200149.8.5.1.0.20";
const AUTHENTICATION: &str = "JPKI for user authentication";
const SIGNATURE: &str = "JPKI for digital signature";
const SHA256_WITH_RSA: &str = "1.2.840.113549.1.1.11";

/// Who certifies issuers' keys for 券面入力補助AP: identifier, modulus, exponent.
pub fn text_anchor() -> ([u8; 16], Vec<u8>, Vec<u8>) {
    (TEXT_ROOT_ID, TEXT_ROOT.modulus(), vec![1, 0, 1])
}

/// The identifier of that key, in the shape of real ones.
pub(crate) const TEXT_ROOT_ID: [u8; 16] = *b"9000033\x08\x05001\0\0\0\0";

/// The roots to trust (DER), both generations.
pub fn virtual_roots() -> [Vec<u8>; 2] {
    [Generation::Second, Generation::Third].map(|it| it.root(Purpose::Authentication))
}

/// The newest root's revocation list (DER) with these serial numbers in it; a partial one says that it does not cover all.
pub fn virtual_revocation_list(
    this_update: Timestamp,
    next_update: Timestamp,
    revoked: &[(u32, Timestamp)],
    partial: bool,
) -> Vec<u8> {
    let body = yasna::construct_der(|writer| {
        writer.write_sequence(|writer| {
            writer.next().write_u8(1);
            algorithm(writer.next(), SHA256_WITH_RSA);
            let issuer = issuer_name(Purpose::Authentication);
            writer.next().write_der(&issuer);
            utc_time(writer.next(), this_update);
            utc_time(writer.next(), next_update);
            if !revoked.is_empty() {
                writer.next().write_sequence(|writer| {
                    for (serial, at) in revoked {
                        writer.next().write_sequence(|writer| {
                            writer.next().write_u32(*serial);
                            utc_time(writer.next(), *at);
                        });
                    }
                });
            }
            if partial {
                writer.next().write_tagged(Tag::context(0), |writer| {
                    writer.write_sequence(|writer| {
                        // issuingDistributionPoint with onlyContainsUserCerts
                        extension(writer, "2.5.29.28", true, |writer| {
                            writer.write_sequence(|writer| {
                                let tag = Tag::context(1);
                                writer.next().write_tagged_implicit(tag, |writer| {
                                    writer.write_bool(true);
                                });
                            });
                        });
                    });
                });
            }
        });
    });
    let signature = Generation::Third.key().sign(&body);
    yasna::construct_der(|writer| {
        writer.write_sequence(|writer| {
            writer.next().write_der(&body);
            algorithm(writer.next(), SHA256_WITH_RSA);
            let bits = signature.len() * 8;
            writer.next().write_bitvec_bytes(&signature, bits);
        });
    })
}

fn utc_time(writer: DERWriter<'_>, at: Timestamp) {
    let text = at.to_zoned(TimeZone::UTC);
    let text = text.strftime("%y%m%d%H%M%SZ").to_string();
    writer.write_tagged_implicit(TAG_UTCTIME, |writer| writer.write_bytes(text.as_bytes()));
}

/// Which root signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Generation {
    Second,
    Third,
    /// The same name, another key.
    Foreign,
}

/// Which of the two trees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Authentication,
    Signature,
}

/// What a leaf says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Leaf<'a> {
    pub(crate) purpose: Purpose,
    pub(crate) serial: u32,
    pub(crate) common_name: &'a str,
    pub(crate) key: &'a RsaKey,
    pub(crate) not_before: Timestamp,
    pub(crate) not_after: Timestamp,
}

impl Generation {
    fn key(self) -> &'static RsaKey {
        match self {
            Self::Second => &ROOT_2,
            Self::Third => &ROOT_3,
            Self::Foreign => &ROOT_OTHER,
        }
    }

    fn serial(self) -> u32 {
        match self {
            Self::Second => 0x0133_C349,
            Self::Third => 0x06D1_8006,
            Self::Foreign => 0x0000_0007,
        }
    }

    /// The self-signed certificate.
    pub(crate) fn root(self, purpose: Purpose) -> Vec<u8> {
        let (from, until) = match self {
            Self::Second | Self::Foreign => ("2019-09-14T15:00:00Z", "2029-09-14T14:59:59Z"),
            Self::Third => ("2023-07-16T15:00:00Z", "2033-07-15T14:59:59Z"),
        };
        let key = self.key();
        let name = issuer_name(purpose);
        let extensions = yasna::construct_der(|writer| {
            writer.write_sequence(|writer| {
                extension(writer, "2.5.29.19", true, |writer| {
                    writer.write_sequence(|writer| writer.next().write_bool(true));
                });
                // keyCertSign and cRLSign
                extension(writer, "2.5.29.15", true, |writer| {
                    writer.write_bitvec_bytes(&[0x06], 7);
                });
                extension(writer, "2.5.29.14", false, |writer| {
                    writer.write_bytes(&key_id(key));
                });
            });
        });
        let instant = |text: &str| text.parse().expect("an instant in the table");
        certificate(
            key,
            &Parts {
                serial: self.serial(),
                issuer: &name,
                subject: &name,
                validity: (instant(from), instant(until)),
                key,
                extensions,
            },
        )
    }

    /// A certificate for a card.
    pub(crate) fn issue(self, leaf: &Leaf<'_>) -> Vec<u8> {
        let root = self.key();
        let issuer = issuer_name(leaf.purpose);
        let authentication = leaf.purpose == Purpose::Authentication;
        let extensions = yasna::construct_der(|writer| {
            writer.write_sequence(|writer| {
                // digitalSignature, and nonRepudiation for the signing one
                let (bits, count) = if authentication { (0x80, 1) } else { (0xC0, 2) };
                extension(writer, "2.5.29.15", true, |writer| {
                    writer.write_bitvec_bytes(&[bits], count);
                });
                if authentication {
                    extension(writer, "2.5.29.37", false, |writer| {
                        writer.write_sequence(|writer| {
                            writer.next().write_oid(&oid("1.3.6.1.5.5.7.3.2"));
                        });
                    });
                }
                let policy = if authentication {
                    VIRTUAL_POLICY
                } else {
                    SIGNING_POLICY
                };
                extension(writer, "2.5.29.32", true, |writer| policies(writer, policy));
                extension(writer, "2.5.29.35", false, |writer| {
                    authority_key(writer, &key_id(root), &issuer, self.serial());
                });
                extension(writer, "2.5.29.14", false, |writer| {
                    writer.write_bytes(&key_id(leaf.key));
                });
            });
        });
        certificate(
            root,
            &Parts {
                serial: leaf.serial,
                issuer: &issuer,
                subject: &name(&[("2.5.4.6", "JP"), ("2.5.4.3", leaf.common_name)]),
                validity: (leaf.not_before, leaf.not_after),
                key: leaf.key,
                extensions,
            },
        )
    }
}

struct Parts<'a> {
    serial: u32,
    issuer: &'a [u8],
    subject: &'a [u8],
    validity: (Timestamp, Timestamp),
    key: &'a RsaKey,
    extensions: Vec<u8>,
}

fn certificate(signer: &RsaKey, parts: &Parts<'_>) -> Vec<u8> {
    let signed = yasna::construct_der(|writer| {
        writer.write_sequence(|writer| {
            writer
                .next()
                .write_tagged(Tag::context(0), |writer| writer.write_u8(2));
            writer.next().write_u32(parts.serial);
            algorithm(writer.next(), SHA256_WITH_RSA);
            writer.next().write_der(parts.issuer);
            writer.next().write_sequence(|writer| {
                for at in [parts.validity.0, parts.validity.1] {
                    utc_time(writer.next(), at);
                }
            });
            writer.next().write_der(parts.subject);
            writer.next().write_sequence(|writer| {
                algorithm(writer.next(), "1.2.840.113549.1.1.1");
                let key = public_key(parts.key);
                writer.next().write_bitvec_bytes(&key, key.len() * 8);
            });
            writer.next().write_tagged(Tag::context(3), |writer| {
                writer.write_der(&parts.extensions);
            });
        });
    });
    let signature = signer.sign(&signed);
    yasna::construct_der(|writer| {
        writer.write_sequence(|writer| {
            writer.next().write_der(&signed);
            algorithm(writer.next(), SHA256_WITH_RSA);
            writer
                .next()
                .write_bitvec_bytes(&signature, signature.len() * 8);
        });
    })
}

fn issuer_name(purpose: Purpose) -> Vec<u8> {
    let unit = match purpose {
        Purpose::Authentication => AUTHENTICATION,
        Purpose::Signature => SIGNATURE,
    };
    name(&[
        ("2.5.4.6", "JP"),
        ("2.5.4.10", "JPKI-VIRTUAL"),
        ("2.5.4.11", unit),
        (
            "2.5.4.11",
            "Japan Agency for Local Authority Information Systems",
        ),
    ])
}

fn name(parts: &[(&str, &str)]) -> Vec<u8> {
    yasna::construct_der(|writer| {
        writer.write_sequence(|writer| {
            for (kind, value) in parts {
                writer.next().write_set(|writer| {
                    writer.next().write_sequence(|writer| {
                        writer.next().write_oid(&oid(kind));
                        let tag = if *kind == "2.5.4.6" {
                            TAG_PRINTABLESTRING
                        } else {
                            TAG_UTF8STRING
                        };
                        writer.next().write_tagged_implicit(tag, |writer| {
                            writer.write_bytes(value.as_bytes());
                        });
                    });
                });
            }
        });
    })
}

fn public_key(key: &RsaKey) -> Vec<u8> {
    yasna::construct_der(|writer| {
        writer.write_sequence(|writer| {
            writer.next().write_bigint_bytes(&key.modulus(), true);
            writer.next().write_u32(65_537);
        });
    })
}

/// RFC 5280 names SHA-1; any stable 20 bytes do.
fn key_id(key: &RsaKey) -> Vec<u8> {
    digest::digest(&digest::SHA256, &public_key(key)).as_ref()[..20].to_vec()
}

fn algorithm(writer: DERWriter<'_>, identifier: &str) {
    writer.write_sequence(|writer| {
        writer.next().write_oid(&oid(identifier));
        writer.next().write_null();
    });
}

fn extension(
    writer: &mut DERWriterSeq<'_>,
    identifier: &str,
    critical: bool,
    value: impl FnOnce(DERWriter<'_>),
) {
    let value = yasna::construct_der(value);
    writer.next().write_sequence(|writer| {
        writer.next().write_oid(&oid(identifier));
        if critical {
            writer.next().write_bool(true);
        }
        writer.next().write_bytes(&value);
    });
}

fn policies(writer: DERWriter<'_>, policy: &str) {
    writer.write_sequence(|writer| {
        writer.next().write_sequence(|writer| {
            writer.next().write_oid(&oid(policy));
            writer.next().write_sequence(|writer| {
                writer.next().write_sequence(|writer| {
                    writer.next().write_oid(&oid("1.3.6.1.5.5.7.2.1"));
                    writer
                        .next()
                        .write_ia5_string("http://virtual.example/cps.html");
                });
            });
        });
    });
}

/// Key identifier, name and serial number, as JPKI writes them.
fn authority_key(writer: DERWriter<'_>, key_id: &[u8], name: &[u8], serial: u32) {
    writer.write_sequence(|writer| {
        writer
            .next()
            .write_tagged_implicit(Tag::context(0), |writer| writer.write_bytes(key_id));
        writer
            .next()
            .write_tagged_implicit(Tag::context(1), |writer| {
                writer.write_sequence(|writer| {
                    writer
                        .next()
                        .write_tagged(Tag::context(4), |writer| writer.write_der(name));
                });
            });
        writer
            .next()
            .write_tagged_implicit(Tag::context(2), |writer| writer.write_u32(serial));
    });
}

fn oid(text: &str) -> ObjectIdentifier {
    text.parse().expect("an identifier in the table")
}
