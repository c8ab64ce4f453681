//! What the sandbox tells: to people on the screen and the start page, to scripts in `demo.json`.

use super::{
    Addresses,
    certificates::{self, Certificates, Files},
    people::{self, Account, PortalAccount, Sample},
};
use crate::commands::say;
use anyhow::Result;
use kiban_domain::{Date, Roles, Wareki};
use kiban_services::certificates::Authorities;
use kiban_ui::{DateText, Door, Frame, Link, SampleAccount, SamplePerson, SandboxHomePage, Site};
use serde_json::{Value, json};
use std::path::Path;

/// Everything there is to tell.
pub(crate) struct Report<'a> {
    pub(crate) addresses: Addresses,
    pub(crate) certificates: &'a Certificates,
    pub(crate) staff: &'a [Account],
    pub(crate) portal_accounts: &'a [PortalAccount],
    pub(crate) persons: &'a [Sample],
    pub(crate) reads_cards: bool,
}

impl Report<'_> {
    /// Writes `demo.json`, whole or not at all: scripts take its appearance as the sign that all is ready.
    pub(crate) fn write(&self, path: &Path, authorities: &Authorities) -> Result<()> {
        let text = serde_json::to_string_pretty(&self.json(authorities)?)?;
        let unfinished = path.with_extension("json.new");
        std::fs::write(&unfinished, text)?;
        std::fs::rename(&unfinished, path)?;
        Ok(())
    }

    fn json(&self, authorities: &Authorities) -> Result<Value> {
        let Addresses {
            portal,
            bridge,
            care,
            connect,
            clinic_bridge,
        } = self.addresses;
        let files = |files: &Files| json!({ "pem": files.pem, "key": files.key, "p12": files.p12, "p12_password": certificates::PASSWORD });
        let sign_ins: Vec<Value> = self
            .staff
            .iter()
            .map(|account| {
                json!({
                    "door": "care", "role": account.word, "user": account.user,
                    "password": people::PASSWORD, "totp_secret": account.totp_secret,
                })
            })
            .chain(self.portal_accounts.iter().map(|account| {
                json!({
                    "door": "portal", "role": account.word, "user": account.mail,
                    "password": people::PASSWORD, "totp_secret": account.totp_secret,
                })
            }))
            .collect();
        let persons: Vec<Value> = self
            .persons
            .iter()
            .map(|Sample { person, shows }| {
                json!({
                    "insurer_no": people::INSURER, "insured_no": person.insured_no.as_str(),
                    "name": person.name, "name_kana": person.name_kana,
                    "birth_date": person.birth_date.to_string(), "sex": person.sex.code(), "shows": shows,
                })
            })
            .collect();
        Ok(json!({
            "portal": format!("http://{portal}"),
            "bridge": format!("http://{bridge}"),
            "clinic_bridge": format!("http://{clinic_bridge}"),
            "care": format!("https://{care}"),
            "connect": format!("https://{connect}"),
            "ca": std::fs::canonicalize(authorities.server_certificate_file())?,
            "certificates": {
                "terminal": files(&self.certificates.terminal),
                "terminal_reader": files(&self.certificates.terminal_reader),
                "office_system": files(&self.certificates.office_system),
                "municipality": files(&self.certificates.municipality),
                "clinic": files(&self.certificates.clinic),
                "clinic_terminal": files(&self.certificates.clinic_terminal),
                "revoked_terminal": files(&self.certificates.revoked_terminal),
            },
            "sign_ins": sign_ins,
            "office_no": people::OFFICE,
            "insurer_no": people::INSURER,
            "insurer_not_sharing": people::INSURER_NOT_SHARING,
            "persons": persons,
        }))
    }

    /// The start page of the portal.
    pub(crate) fn page(&self, _: &Authorities) -> SandboxHomePage {
        let Addresses {
            portal,
            bridge,
            care,
            connect,
            clinic_bridge,
        } = self.addresses;
        let door = |name: &str, audience: &str, address: String, note: &str| Door {
            name: name.into(),
            audience: audience.into(),
            address,
            note: note.into(),
        };
        SandboxHomePage {
            frame: Frame {
                site: Site::Portal,
                sandbox: true,
                member: None,
                current: None,
                banners: Vec::new(),
                footer: Vec::new(),
            },
            care_sign_in: Link::new(
                format!("http://{bridge}/care/sign-in"),
                "介護WEBサービスにログインする",
            ),
            api_description: Link::new(
                format!("https://{connect}/v1/openapi.json"),
                "APIの説明（OpenAPI）",
            ),
            doors: vec![
                door(
                    "ポータル",
                    "だれでも",
                    format!("http://{portal}/"),
                    "この画面です",
                ),
                door(
                    "端末ブリッジ",
                    "介護WEBサービスを試す人",
                    format!("http://{bridge}/care"),
                    "見本の証明書を持っているので、証明書を取り込まずに入れます",
                ),
                door(
                    "端末ブリッジ（クリニック）",
                    "主治医意見書を試す人",
                    format!("http://{clinic_bridge}/care"),
                    "架空クリニックの見本の証明書を持っています",
                ),
                door(
                    "介護WEBサービス",
                    "介護事業所・医療機関の端末",
                    format!("https://{care}/care"),
                    "端末の証明書が必要です",
                ),
                door(
                    "連携API",
                    "市町村・事業所・医療機関のシステム",
                    format!("https://{connect}/v1/hello"),
                    "システムの証明書が必要です",
                ),
            ],
            accounts: self
                .staff
                .iter()
                .map(|account| SampleAccount {
                    office: account.office.into(),
                    role: account.role.label().into(),
                    user: account.user.into(),
                    password: people::PASSWORD.into(),
                    second_factor: account.totp_secret.into(),
                })
                .chain(self.portal_accounts.iter().map(portal_account))
                .collect(),
            persons: self.persons.iter().map(sample_person).collect(),
        }
    }

    /// Prints the addresses and a sign-in.
    pub(crate) fn say(&self, file: &Path, authority: &Path) {
        let Addresses {
            portal,
            bridge,
            care,
            connect,
            clinic_bridge,
        } = self.addresses;
        say("");
        say("準備ができました。検証環境です。表示される事業所・人物・件数はすべて架空です");
        say(&format!("  はじめの画面        http://{portal}/"));
        say(&format!(
            "  介護WEBサービス     http://{bridge}/care   （端末ブリッジ。証明書の取込みは要りません）"
        ));
        say(&format!(
            "                      https://{care}/care  （端末の証明書が必要です）"
        ));
        say(&format!(
            "  主治医意見書        http://{clinic_bridge}/care   （架空クリニックの端末ブリッジ）"
        ));
        say(&format!(
            "  連携API             https://{connect}/v1/hello  （システムの証明書が必要です）"
        ));
        if let Some(account) = self.staff.first() {
            say(&format!(
                "  ユーザID {}  パスワード {}  認証アプリの秘密 {}",
                account.user,
                people::PASSWORD,
                account.totp_secret
            ));
        }
        // Only where cards are read at all: without roots and revocation lists a card reader would change nothing.
        if self.reads_cards {
            let Files { pem, key, .. } = &self.certificates.terminal_reader;
            say("  カードリーダーで本人確認を試すには、別の画面で次を動かしてください");
            say(&format!(
                "    kiban-terminal agent --care https://{care} --cert {} --key {} --ca {}",
                pem.display(),
                key.display(),
                authority.display()
            ));
        }
        say(&format!("  くわしくは {}", file.display()));
        say("終えるときは Ctrl+C を押してください");
    }
}

fn portal_account(account: &PortalAccount) -> SampleAccount {
    let roles = account.roles.parse::<Roles>().unwrap_or_default();
    SampleAccount {
        office: format!("{}（ポータル）", account.body_name),
        role: roles.label(),
        user: account.mail.into(),
        password: people::PASSWORD.into(),
        second_factor: account.totp_secret.into(),
    }
}

fn sample_person(Sample { person, shows }: &Sample) -> SamplePerson {
    SamplePerson {
        insurer: format!("{} 世田谷区（架空）", people::INSURER),
        insured_no: person.insured_no.as_str().into(),
        kana: person.name_kana.clone(),
        birth: date_text(person.birth_date),
        sex: person.sex.label().into(),
        shows: shows.clone(),
    }
}

fn date_text(day: Date) -> DateText {
    let wareki = Wareki::try_from(day).map_or_else(|_| day.to_string(), kiban_domain::Wareki::long);
    DateText::new(
        day.to_string(),
        wareki,
        format!("{}年{}月{}日", day.year(), day.month(), day.day()),
    )
}
