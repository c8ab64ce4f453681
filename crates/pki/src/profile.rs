//! What a certificate is for, and which fields follow from that.

use std::net::IpAddr;
use std::str::FromStr;

use jiff::SignedDuration;
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyUsagePurpose,
    SanType,
};

use crate::name::check;
use crate::{AuthorityKind, InvalidName};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What a certificate is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Profile {
    /// A door of this platform.
    Server {
        /// DNS names; the first one, or the first address, becomes the common name.
        names: Vec<String>,
        /// IP addresses, for loopback and closed networks.
        addresses: Vec<IpAddr>,
    },
    /// A terminal of a care office or medical institution.
    Terminal {
        /// Number of the office or institution.
        office_no: String,
        /// Identifier of the terminal, unique on the platform.
        terminal_id: String,
        /// Where its key lives.
        role: TerminalRole,
    },
    /// A system of an organisation.
    System {
        /// Number of the organisation: insurer, office or institution.
        organisation: String,
        /// Identifier of the system, unique on the platform.
        system_id: String,
        /// What kind of organisation.
        kind: SystemKind,
    },
}

impl Profile {
    /// The authority that may issue it.
    pub fn authority(&self) -> AuthorityKind {
        match self {
            Self::Server { .. } => AuthorityKind::Server,
            Self::Terminal { .. } => AuthorityKind::Terminals,
            Self::System { .. } => AuthorityKind::Systems,
        }
    }

    /// How long it is good for unless the order says otherwise: 397 days for a server (what browsers accept), one year for
    /// a browser's terminal certificate and for a system, 90 days for a card reader, which renews by itself.
    ///
    /// Source: terminals and mTLS, section 3.
    pub fn lifetime(&self) -> SignedDuration {
        match self {
            Self::Server { .. } => DAY * 397,
            Self::Terminal {
                role: TerminalRole::Reader,
                ..
            } => DAY * 90,
            Self::Terminal { .. } | Self::System { .. } => DAY * 365,
        }
    }

    /// Subject, names and usages; the issuing adds serial number and validity.
    pub(crate) fn params(&self) -> Result<CertificateParams, InvalidName> {
        let mut params = CertificateParams::default();
        let (organisation, common_name, usage) = match self {
            Self::Server { names, addresses } => {
                params.subject_alt_names = server_names(names, addresses)?;
                let first = names.first().cloned();
                let name = first.or_else(|| addresses.first().map(ToString::to_string));
                let name = name.ok_or(InvalidName {
                    item: "server name",
                })?;
                (None, name, ExtendedKeyUsagePurpose::ServerAuth)
            }
            Self::Terminal {
                office_no,
                terminal_id,
                role,
            } => {
                check("office number", office_no)?;
                check("terminal id", terminal_id)?;
                let urn = format!("urn:kiban:terminal:{terminal_id}:{}", role.as_str());
                params.subject_alt_names = vec![uri(urn, "terminal id")?];
                let usage = ExtendedKeyUsagePurpose::ClientAuth;
                (Some(office_no), terminal_id.clone(), usage)
            }
            Self::System {
                organisation,
                system_id,
                kind,
            } => {
                check("organisation", organisation)?;
                check("system id", system_id)?;
                let urn = format!("urn:kiban:system:{system_id}:{}", kind.as_str());
                params.subject_alt_names = vec![uri(urn, "system id")?];
                let usage = ExtendedKeyUsagePurpose::ClientAuth;
                (Some(organisation), system_id.clone(), usage)
            }
        };
        params.distinguished_name = DistinguishedName::new();
        if let Some(organisation) = organisation {
            params
                .distinguished_name
                .push(DnType::OrganizationName, organisation);
        }
        params
            .distinguished_name
            .push(DnType::CommonName, common_name);
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![usage];
        params.use_authority_key_identifier_extension = true;
        Ok(params)
    }
}

pub(crate) fn uri(text: String, item: &'static str) -> Result<SanType, InvalidName> {
    let text = text.try_into().map_err(|_| InvalidName { item })?;
    Ok(SanType::URI(text))
}

fn server_names(names: &[String], addresses: &[IpAddr]) -> Result<Vec<SanType>, InvalidName> {
    let item = "server name";
    let mut all = Vec::new();
    for name in names {
        if !name.bytes().all(|byte| byte.is_ascii_graphic()) || name.is_empty() {
            return Err(InvalidName { item });
        }
        let name = name.as_str().try_into().map_err(|_| InvalidName { item })?;
        all.push(SanType::DnsName(name));
    }
    all.extend(addresses.iter().copied().map(SanType::IpAddress));
    Ok(all)
}

/// Where a terminal's key lives. Each endpoint names the role it accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TerminalRole {
    /// The browser's store.
    Browser,
    /// The terminal application's own file.
    Reader,
}

impl TerminalRole {
    /// The word in the certificate.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Reader => "reader",
        }
    }
}

impl FromStr for TerminalRole {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "browser" => Ok(Self::Browser),
            "reader" => Ok(Self::Reader),
            _ => Err(UnknownWord),
        }
    }
}

/// What kind of organisation a system belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SystemKind {
    /// A municipality or union of municipalities, as insurer.
    Municipality,
    /// A care office.
    Office,
    /// A medical institution.
    Medical,
}

impl SystemKind {
    /// The word in the certificate.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Municipality => "municipality",
            Self::Office => "office",
            Self::Medical => "medical",
        }
    }
}

impl FromStr for SystemKind {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "municipality" => Ok(Self::Municipality),
            "office" => Ok(Self::Office),
            "medical" => Ok(Self::Medical),
            _ => Err(UnknownWord),
        }
    }
}

/// The word is none of those a certificate may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown word")]
pub struct UnknownWord;
