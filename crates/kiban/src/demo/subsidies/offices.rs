//! The invented offices that apply for subsidies.

use crate::demo::people;
use anyhow::Result;
use kiban_services::{Platform, subsidies::SubsidyApplicant};
use kiban_store::repo::{
    offices::{self, OfficeRow},
    portal_users,
};
use uuid::Uuid;

/// An office with whoever applies for it.
#[derive(Debug)]
pub(super) struct Office {
    pub(super) number: &'static str,
    name: &'static str,
    medical: bool,
    service_kinds: &'static [&'static str],
    /// Name and mail address of who applies.
    person: (&'static str, &'static str),
    /// The holder of the account, in the letters of the banks.
    pub(super) holder: &'static str,
    /// The number of the account.
    pub(super) account: &'static str,
}

/// Of the care office everybody signs in to first. Somebody who is not there any more applied, so that its present people can still try everything.
pub(super) const STATION: Office = Office {
    number: people::OFFICE,
    name: "ケアステーション架空",
    medical: false,
    service_kinds: &["43", "11", "15"],
    person: ("見本 前任子", "zennin@care.example"),
    holder: "カ）ミホンケア",
    account: "1000001",
};
pub(super) const HOME: Office = Office {
    number: people::HOME,
    name: "架空特別養護老人ホーム",
    medical: false,
    service_kinds: &["21", "51"],
    person: ("見本 施設子", "tantou@home.example"),
    holder: "フク）ミホンカイ",
    account: "1000002",
};
pub(super) const CLINIC: Office = Office {
    number: people::CLINIC,
    name: "架空クリニック",
    medical: true,
    service_kinds: &[],
    person: ("見本 医院子", "tantou@clinic.example"),
    holder: "イ）ミホンクリニック",
    account: "1000003",
};
pub(super) const HOSPITAL: Office = Office {
    number: people::HOSPITAL,
    name: "架空総合病院",
    medical: true,
    service_kinds: &["13", "14"],
    person: ("見本 病院子", "tantou@hospital.example"),
    holder: "イ）ミホンソウゴウビヨウイン",
    account: "1000004",
};
pub(super) const NIIGATA: Office = Office {
    number: "1579900018",
    name: "架空居宅介護支援事業所",
    medical: false,
    service_kinds: &["43"],
    person: ("見本 新潟子", "tantou@niigata.example"),
    holder: "ユ）ミホンシエン",
    account: "1000005",
};
pub(super) const NORTH: Office = Office {
    number: "0179900014",
    name: "架空ケアプランセンター北",
    medical: false,
    service_kinds: &["43", "46"],
    person: ("見本 北子", "tantou@kita.example"),
    holder: "カ）ミホンキタ",
    account: "1000006",
};
pub(super) const WEST: Office = Office {
    number: "2779900014",
    name: "架空福祉用具西",
    medical: false,
    service_kinds: &["17", "41"],
    person: ("見本 西子", "tantou@nishi.example"),
    holder: "カ）ミホンヨウグ",
    account: "1000007",
};

impl Office {
    /// Who applies: the holder of the sandbox's account where there is one.
    pub(super) async fn applicant(&self, platform: &Platform) -> Result<SubsidyApplicant> {
        let (name, mail) = self.person;
        let known = portal_users::list_by_mail(&mut platform.store.point().await?, mail).await?;
        let user_id = known.first().map(|it| it.user_id);
        Ok(SubsidyApplicant {
            user_id: user_id.unwrap_or_else(|| nobody(self.number)),
            name: name.to_owned(),
            mail: mail.to_owned(),
            office_no: self.number.parse()?,
        })
    }
}

/// A user that has no account in the sandbox, always the same one of an office.
fn nobody(number: &str) -> Uuid {
    Uuid::from_u128(number.bytes().fold(0, |sum, it| sum * 256 + u128::from(it)))
}

/// Registers those that the sandbox does not register anyway.
pub(super) async fn prepare(platform: &Platform) -> Result<()> {
    for office in [HOME, HOSPITAL, NIIGATA, NORTH, WEST] {
        let kinds = office.service_kinds.iter().map(|it| it.parse());
        let row = OfficeRow {
            office_no: office.number.parse()?,
            name: office.name.to_owned(),
            medical: office.medical,
            service_kinds: kinds.collect::<Result<_, _>>()?,
            created_at: platform.now(),
        };
        platform
            .store
            .write::<(), kiban_store::Error, _>(move |work| {
                Box::pin(async move { offices::save(work, &row).await })
            })
            .await?;
    }
    Ok(())
}
