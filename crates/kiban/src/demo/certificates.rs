//! Sample certificates of the sandbox, made once for a data folder.

use crate::{
    assemble::{DataArgs, operator},
    machine::SystemClock,
};
use anyhow::Result;
use kiban_pki::{Order, Pkcs12Format, Profile, SystemKind, TerminalRole, pkcs12};
use kiban_services::{
    Platform,
    certificates::{self, Authorities, write_private},
};
use std::path::{Path, PathBuf};

/// The password of every sample PKCS#12 file.
pub(crate) const PASSWORD: &str = "kiban-sandbox";

/// The files of one certificate.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    pub(crate) pem: PathBuf,
    pub(crate) key: PathBuf,
    pub(crate) p12: PathBuf,
}

/// The sample certificates, as `demo.json` names them.
#[derive(Debug, Clone)]
pub(crate) struct Certificates {
    pub(crate) terminal: Files,
    /// For the program at the same terminal's card reader.
    pub(crate) terminal_reader: Files,
    pub(crate) office_system: Files,
    pub(crate) municipality: Files,
    pub(crate) clinic: Files,
    /// For the clinic's terminal.
    pub(crate) clinic_terminal: Files,
    pub(crate) revoked_terminal: Files,
}

/// Issues the sample certificates, or finds those of an earlier start.
pub(crate) async fn prepare(
    data: &DataArgs,
    platform: &Platform,
    authorities: &Authorities,
) -> Result<Certificates> {
    let folder = data.data.join("certificates");
    std::fs::create_dir_all(&folder)?;
    let folder = std::fs::canonicalize(folder)?;
    let terminal_of = |office_no: &str, id: &str, role| Profile::Terminal {
        office_no: office_no.to_owned(),
        terminal_id: id.to_owned(),
        role,
    };
    let terminal_as = |id: &str, role| terminal_of(super::people::OFFICE, id, role);
    let terminal = |id: &str| terminal_as(id, TerminalRole::Browser);
    let system = |organisation: &str, id: &str, kind| Profile::System {
        organisation: organisation.to_owned(),
        system_id: id.to_owned(),
        kind,
    };
    let issue = |name: &'static str, profile| one(&folder, name, platform, authorities, profile);
    Ok(Certificates {
        terminal: issue("terminal", terminal("T0001")).await?,
        terminal_reader: issue(
            "terminal_reader",
            terminal_as("T0001", TerminalRole::Reader),
        )
        .await?,
        office_system: issue(
            "office_system",
            system(super::people::OFFICE, "S0001", SystemKind::Office),
        )
        .await?,
        municipality: issue(
            "municipality",
            system(super::people::INSURER, "M0001", SystemKind::Municipality),
        )
        .await?,
        clinic: issue(
            "clinic",
            system(super::people::CLINIC, "C0001", SystemKind::Medical),
        )
        .await?,
        clinic_terminal: issue(
            "clinic_terminal",
            terminal_of(super::people::CLINIC, "T0001", TerminalRole::Browser),
        )
        .await?,
        revoked_terminal: revoked(&folder, platform, authorities, terminal("T0002")).await?,
    })
}

fn files(folder: &Path, name: &str) -> Files {
    let file = |ending: &str| folder.join(format!("{name}.{ending}"));
    Files {
        pem: file("pem"),
        key: file("key"),
        p12: file("p12"),
    }
}

async fn one(
    folder: &Path,
    name: &str,
    platform: &Platform,
    authorities: &Authorities,
    profile: Profile,
) -> Result<Files> {
    let files = files(folder, name);
    // The PKCS#12 file is written last, so it tells that the others are there.
    if !files.p12.exists() {
        issue(&files, platform, authorities, profile).await?;
    }
    Ok(files)
}

async fn issue(
    files: &Files,
    platform: &Platform,
    authorities: &Authorities,
    profile: Profile,
) -> Result<String> {
    let kind = profile.authority();
    let clock = SystemClock::default();
    let order = Order::new(profile);
    let issued =
        certificates::issue_with_new_key(platform, &operator(), authorities, &clock, order).await?;
    // Ten thousand rounds open at once; a sample's password stands in a file beside it anyway.
    let packed = pkcs12(
        "kiban sandbox",
        &issued.issued.certificate_pem,
        &issued.key_pem,
        authorities.of(kind).certificate_pem(),
        PASSWORD,
        Pkcs12Format::Modern { rounds: 10_000 },
    )?;
    std::fs::write(&files.pem, &issued.issued.certificate_pem)?;
    write_private(&files.key, issued.key_pem.as_bytes())?;
    write_private(&files.p12, &packed)?;
    Ok(issued.issued.serial)
}

async fn revoked(
    folder: &Path,
    platform: &Platform,
    authorities: &Authorities,
    profile: Profile,
) -> Result<Files> {
    let files = files(folder, "revoked_terminal");
    if !files.p12.exists() {
        let serial = issue(&files, platform, authorities, profile).await?;
        certificates::revoke(platform, &operator(), &serial, "lost").await?;
    }
    Ok(files)
}
