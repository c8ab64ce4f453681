//! The invented city, sent in through the connect door as a municipality would.

use super::{
    Addresses,
    certificates::{Certificates, Files},
    people,
};
use crate::{assemble::DataArgs, commands::say};
use anyhow::{Context as _, Result, bail};
use kiban_client::{
    Connection, Encoding, Sending, Settings,
    wire::{CareRelationRequest, IdentityCheckRequest},
};
use kiban_domain::Date;
use kiban_exchange::municipal::LoadMode;
use kiban_services::{Platform, certificates::Authorities};
use kiban_synth::{Options, SETS, SynthPerson, file_name, generate};
use serde::{Deserialize, Serialize};
use std::{
    fs::File,
    io::{BufReader, BufWriter, Write as _},
    path::Path,
    time::Duration,
};

/// What a data folder's city was made of, so that a later start finds the same one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct City {
    pub(crate) persons: u64,
    pub(crate) base_date: Date,
}

/// As `city.json` holds it.
#[derive(Serialize, Deserialize)]
struct CityFile {
    persons: u64,
    base_date: String,
}

/// The city of this folder: that of an earlier start, or a new one.
pub(crate) fn found(data: &DataArgs, persons: u64, today: Date) -> Result<(City, bool)> {
    let file = data.data.join("city.json");
    if file.exists() {
        let kept: CityFile =
            serde_json::from_slice(&std::fs::read(&file)?).context("city.json が読めません")?;
        let base_date = kept
            .base_date
            .parse()
            .context("city.json の基準日が読めません")?;
        let city = City {
            persons: kept.persons,
            base_date,
        };
        if city.persons != persons {
            say(&format!(
                "このフォルダには{}人の市があります。人数を変えるときは --data で別のフォルダを指定してください",
                city.persons
            ));
        }
        return Ok((city, false));
    }
    let city = City {
        persons,
        base_date: today,
    };
    let kept = CityFile {
        persons,
        base_date: today.to_string(),
    };
    std::fs::write(&file, serde_json::to_vec(&kept)?)?;
    Ok((city, true))
}

/// Where and with which certificates the city is sent.
pub(crate) struct Route<'a> {
    pub(crate) authorities: &'a Authorities,
    pub(crate) certificates: &'a Certificates,
    pub(crate) addresses: Addresses,
}

impl Route<'_> {
    fn open(&self, files: &Files) -> Result<Connection> {
        Ok(Connection::open(&Settings {
            server: format!("https://{}", self.addresses.connect),
            certificate: files.pem.clone(),
            key: files.key.clone(),
            authority: self.authorities.server_certificate_file(),
        })?)
    }
}

/// Sends every set, waits until all are taken in, and opens sharing.
pub(crate) async fn send(
    data: &DataArgs,
    platform: &Platform,
    route: &Route<'_>,
    city: City,
) -> Result<()> {
    let folder = data.data.join("city");
    std::fs::create_dir_all(&folder)?;
    let connection = route.open(&route.certificates.municipality)?;
    let options = people::options(city.persons, city.base_date);
    let mut sent = Vec::new();
    for set in SETS {
        let name = file_name(&options, set, LoadMode::Full, 1).to_string();
        let path = folder.join(&name);
        let rows = {
            let (options, path) = (options.clone(), path.clone());
            tokio::task::spawn_blocking(move || write(&options, set, &path)).await??
        };
        let mut source = BufReader::new(File::open(&path)?);
        let key = format!("demo-{name}");
        let sending = Sending {
            encoding: Encoding::Utf8,
            part_bytes: 32 << 20,
            key: &key,
        };
        let accepted = connection.send(&name, &mut source, sending, |_| {}).await?;
        say(&format!("  送信 {name}  {rows}行"));
        std::fs::remove_file(&path)?;
        sent.push(accepted.id);
    }
    for id in &sent {
        wait(&connection, id).await?;
    }
    people::share(platform, platform.today()).await
}

fn write(options: &Options, set: kiban_domain::DataSet, path: &Path) -> Result<u64> {
    let mut out = BufWriter::new(File::create(path)?);
    let counts = generate(options, set, &mut out)?;
    out.flush()?;
    Ok(counts.rows)
}

async fn wait(connection: &Connection, id: &str) -> Result<()> {
    let mut said = 0;
    loop {
        let transfer = connection.transfer(id).await?;
        match transfer.state.as_str() {
            "applied" => {
                say(&format!("  取込み {}  完了", transfer.file_name));
                return Ok(());
            }
            "rejected" | "refused" | "held" => {
                bail!("{}: {}", transfer.file_name, transfer.message)
            }
            _ => {}
        }
        said += 1;
        if said % 10 == 0 {
            say(&format!(
                "  取込み {}  {}",
                transfer.file_name, transfer.message
            ));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Registers the care office with some persons, so that its list is not empty at first sight.
pub(crate) async fn register_some(route: &Route<'_>, persons: &[SynthPerson]) -> Result<()> {
    let connection = route.open(&route.certificates.office_system)?;
    for (person, service_kind) in persons.iter().zip(["43", "43", "11", "15", "43", "11"]) {
        let items = IdentityCheckRequest {
            insurer_no: people::INSURER.to_owned(),
            insured_no: person.insured_no.as_str().to_owned(),
            name_kana: person.name_kana.clone(),
            birth_date: person.birth_date.to_string(),
            sex: person.sex.code().to_owned(),
        };
        let check = connection.check_identity(&items).await?;
        let registration = CareRelationRequest {
            identity_check_id: check.id,
            service_kind: service_kind.to_owned(),
            purpose: if service_kind == "43" {
                "ケアプランの作成"
            } else {
                "サービスの提供"
            }
            .to_owned(),
            from: None,
        };
        connection.register(&registration).await?;
    }
    Ok(())
}
