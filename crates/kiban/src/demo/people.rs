//! The invented offices, staff and sample persons of the sandbox.

use crate::assemble::operator;
use anyhow::Result;
use kiban_domain::{
    Body, Date, MunicipalityStage, PlannedTime, PlatformFunction, ReadinessStep, StepDates, Steps,
};
use kiban_exchange::municipal::Encoding;
use kiban_services::{
    Platform, insurers, office_register,
    portal_users::{
        NewAccount,
        invitations::{self, NewMember},
    },
    readiness::{self, Declaration, DeclareError, Seen},
    staff::{self, NewStaff, StaffError, StaffRole},
};
use kiban_store::repo::{
    insurers::InsurerRow,
    offices::{self, OfficeRow},
};
use kiban_synth::{Options, SynthPerson, person};

/// The municipality whose invented city is sent.
pub(crate) const INSURER: &str = "131128";
/// A municipality that is known but does not share yet.
pub(crate) const INSURER_NOT_SHARING: &str = "011007";
/// The code of the one municipality.
const MUNICIPALITY: &str = "131121";
/// The code of the other.
const MUNICIPALITY_NOT_SHARING: &str = "011002";
/// The care office.
pub(crate) const OFFICE: &str = "1379900010";
/// The clinic.
pub(crate) const CLINIC: &str = "1319900013";
/// A home for the elderly.
pub(crate) const HOME: &str = "1379900044";
/// A hospital.
pub(crate) const HOSPITAL: &str = "1319900021";
/// Mail address of the one who checks registrations and applications.
pub(crate) const FIRST_REVIEWER: &str = "unei2@kiban.example";
/// Mail address of the one who decides on what the first has checked.
pub(crate) const SECOND_REVIEWER: &str = "unei3@kiban.example";
/// The register of invented offices, from which the sandbox's registrations are checked.
const REGISTER: &[u8] = include_bytes!("../../../../data/office-register-sample.csv");
/// Password of every sample account.
pub(crate) const PASSWORD: &str = "kiban-sandbox-2026";

/// A sample account.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    /// For scripts.
    pub(crate) word: &'static str,
    pub(crate) office_no: &'static str,
    pub(crate) office: &'static str,
    pub(crate) role: StaffRole,
    pub(crate) user: &'static str,
    pub(crate) name: &'static str,
    pub(crate) totp_secret: &'static str,
}

const ACCOUNTS: [Account; 5] = [
    Account {
        word: "administrator",
        office_no: OFFICE,
        office: "ケアステーション架空",
        role: StaffRole::Administrator,
        user: "kanri",
        name: "見本 管理子",
        totp_secret: "KRSXG5CTMVRXEZLUKN2HE2LOM4",
    },
    Account {
        word: "care_manager",
        office_no: OFFICE,
        office: "ケアステーション架空",
        role: StaffRole::CareManager,
        user: "keama",
        name: "見本 計画子",
        totp_secret: "MFZWKY3SMV2CA43BNVYGYZJAGE",
    },
    Account {
        word: "staff",
        office_no: OFFICE,
        office: "ケアステーション架空",
        role: StaffRole::Staff,
        user: "shokuin",
        name: "見本 職員太",
        totp_secret: "ONXW2ZJAOJQW4ZDPNUQHGZLDOI",
    },
    Account {
        word: "doctor",
        office_no: CLINIC,
        office: "架空クリニック",
        role: StaffRole::Administrator,
        user: "ishi",
        name: "見本 医師",
        totp_secret: "NVUWQ33OEBUXG2DJEBWWS2DPNY",
    },
    Account {
        word: "clerk",
        office_no: CLINIC,
        office: "架空クリニック",
        role: StaffRole::Clerk,
        user: "iryojimu",
        name: "見本 事務子",
        totp_secret: "NVUWQ33OEBVGS3LVEBVW6IDNNE",
    },
];

/// A sample account of the portal; its holder signs in with the address.
#[derive(Debug, Clone)]
pub(crate) struct PortalAccount {
    /// For scripts.
    pub(crate) word: &'static str,
    pub(crate) body: &'static str,
    pub(crate) number: &'static str,
    pub(crate) body_name: &'static str,
    pub(crate) roles: &'static str,
    pub(crate) mail: &'static str,
    pub(crate) name: &'static str,
    pub(crate) totp_secret: &'static str,
}

const PORTAL_ACCOUNTS: [PortalAccount; 9] = [
    PortalAccount {
        word: "office",
        body: "office",
        number: OFFICE,
        body_name: "ケアステーション架空",
        roles: "administrator",
        mail: "kanri@care.example",
        name: "見本 管理子",
        totp_secret: "KRSXG5CTMVRXEZLUKN2HE2LOMU",
    },
    PortalAccount {
        word: "insurer",
        body: "insurer",
        number: INSURER,
        body_name: "世田谷区（検証用の架空データ）",
        roles: "administrator",
        mail: "kaigo@setagaya.example",
        name: "見本 市町村子",
        totp_secret: "KRSXG5CTMVRXEZLUKN2HE2LONA",
    },
    PortalAccount {
        word: "prefecture",
        body: "prefecture",
        number: "13",
        body_name: "東京都",
        roles: "administrator",
        mail: "kaigo@tokyo.example",
        name: "見本 都道府県子",
        totp_secret: "KRSXG5CTMVRXEZLUKN2HE2LONI",
    },
    PortalAccount {
        word: "operator_manager",
        body: "operator",
        number: "",
        body_name: "運営",
        roles: "manager auditor",
        mail: "unei1@kiban.example",
        name: "見本 運営一",
        totp_secret: "KRSXG5CTMVRXEZLUKN2HE2LONQ",
    },
    PortalAccount {
        word: "operator_first",
        body: "operator",
        number: "",
        body_name: "運営",
        roles: "admission desk editor subsidy",
        mail: FIRST_REVIEWER,
        name: "見本 運営二",
        totp_secret: "KRSXG5CTMVRXEZLUKN2HE2LONY",
    },
    PortalAccount {
        word: "operator_second",
        body: "operator",
        number: "",
        body_name: "運営",
        roles: "admission desk editor subsidy",
        mail: SECOND_REVIEWER,
        name: "見本 運営三",
        totp_secret: "KRSXG5CTMVRXEZLUKN2HE2LOOA",
    },
    PortalAccount {
        word: "home",
        body: "office",
        number: HOME,
        body_name: "架空特別養護老人ホーム",
        roles: "administrator",
        mail: "tantou@home.example",
        name: "見本 施設子",
        totp_secret: "KRSXG5CTMVRXEZLUKN2HE2LOOE",
    },
    PortalAccount {
        word: "clinic",
        body: "office",
        number: CLINIC,
        body_name: "架空クリニック",
        roles: "administrator",
        mail: "tantou@clinic.example",
        name: "見本 医院子",
        totp_secret: "KRSXG5CTMVRXEZLUKN2HE2LOOI",
    },
    PortalAccount {
        word: "hospital",
        body: "office",
        number: HOSPITAL,
        body_name: "架空総合病院",
        roles: "administrator",
        mail: "tantou@hospital.example",
        name: "見本 病院子",
        totp_secret: "KRSXG5CTMVRXEZLUKN2HE2LOOM",
    },
];

/// Makes the sample accounts of the portal, or finds those of an earlier start.
pub(crate) async fn portal_accounts(platform: &Platform) -> Result<Vec<PortalAccount>> {
    for account in &PORTAL_ACCOUNTS {
        let new = NewMember {
            account: NewAccount {
                name: account.name.to_owned(),
                mail: account.mail.parse()?,
                phone: String::new(),
            },
            body: Body::of(account.body, account.number)?,
            body_name: account.body_name.to_owned(),
            roles: account.roles.parse()?,
        };
        invitations::settle(platform, &operator(), new, PASSWORD, account.totp_secret).await?;
    }
    Ok(PORTAL_ACCOUNTS.to_vec())
}

/// Options of the invented city.
pub(crate) fn options(persons: u64, base_date: Date) -> Options {
    Options {
        insurer: INSURER.parse().expect("a constant"),
        persons,
        seed: 20_260_801,
        base_date,
        bad_rows_per_mille: 0,
        encoding: Encoding::Utf8,
    }
}

/// Registers insurers and offices.
pub(crate) async fn prepare(platform: &Platform, today: Date) -> Result<()> {
    let known = insurers::list(platform).await?;
    for (number, name, prefecture, phone) in [
        (
            INSURER,
            "世田谷区（検証用の架空データ）",
            "東京都",
            "03-0000-0000",
        ),
        (
            INSURER_NOT_SHARING,
            "札幌市（検証用）",
            "北海道",
            "011-000-0000",
        ),
    ] {
        let insurer_no = number.parse()?;
        let fresh = !known.iter().any(|row| row.insurer_no == insurer_no);
        let row = InsurerRow {
            insurer_no,
            name: name.to_owned(),
            prefecture: prefecture.to_owned(),
            phone: phone.to_owned(),
            stage: MunicipalityStage::Preparing,
            stage_since: today,
        };
        insurers::save(platform, row).await?;
        if fresh {
            insurers::set_stage(
                platform,
                &operator(),
                insurer_no,
                MunicipalityStage::Sending,
                today,
            )
            .await?;
        }
    }
    let created_at = platform.now();
    let offices = [
        OfficeRow {
            office_no: OFFICE.parse()?,
            name: "ケアステーション架空".to_owned(),
            medical: false,
            service_kinds: ["43", "11", "15"]
                .iter()
                .map(|kind| kind.parse())
                .collect::<Result<_, _>>()?,
            created_at,
        },
        OfficeRow {
            office_no: CLINIC.parse()?,
            name: "架空クリニック".to_owned(),
            medical: true,
            service_kinds: Vec::new(),
            created_at,
        },
    ];
    for row in offices {
        platform
            .store
            .write::<(), kiban_store::Error, _>(move |work| {
                Box::pin(async move { offices::save(work, &row).await })
            })
            .await?;
    }
    // A later start finds the register unchanged.
    office_register::import(platform, &operator(), REGISTER.to_vec(), true).await?;
    Ok(())
}

/// Makes the sample accounts, or finds those of an earlier start.
pub(crate) async fn staff(platform: &Platform) -> Result<Vec<Account>> {
    for account in &ACCOUNTS {
        let new = NewStaff {
            office_no: account.office_no.parse()?,
            login: account.user.to_owned(),
            name: account.name.to_owned(),
            role: account.role,
            password: PASSWORD.to_owned(),
            totp_secret: Some(account.totp_secret.to_owned()),
        };
        match staff::add(platform, &operator(), new).await {
            Ok(_) | Err(StaffError::Taken) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(ACCOUNTS.to_vec())
}

/// Declares that the city's data are shared, once they have come in, and what both municipalities say of themselves.
pub(crate) async fn share(platform: &Platform, today: Date) -> Result<()> {
    let insurer_no = INSURER.parse()?;
    insurers::set_stage(
        platform,
        &operator(),
        insurer_no,
        MunicipalityStage::Sharing,
        today,
    )
    .await?;
    declare(platform, today).await
}

/// What the two municipalities say of themselves (P-3): the one shares as of today, the other has begun to send.
async fn declare(platform: &Platform, today: Date) -> Result<()> {
    let before = |days: i32| today.checked_sub(jiff::Span::new().days(days)).ok();
    let ahead = today.checked_add(jiff::Span::new().days(90))?;
    let done = |days: i32| StepDates {
        planned: before(days).map(PlannedTime::Day),
        actual: before(days),
    };
    let sharing = [200, 120, 60, 30, 10, 0];
    let full = ReadinessStep::ALL.iter().zip(sharing);
    let full = full.fold(Steps::default(), |steps, (step, days)| {
        steps.with(*step, done(days))
    });
    let planned = StepDates {
        planned: Some(PlannedTime::Day(ahead)),
        actual: None,
    };
    let begun = Steps::default()
        .with(ReadinessStep::Standardised, done(90))
        .with(ReadinessStep::Able, done(45))
        .with(ReadinessStep::Sending, done(7))
        .with(ReadinessStep::Sharing, planned);
    for (code, steps) in [(MUNICIPALITY, full), (MUNICIPALITY_NOT_SHARING, begun)] {
        for function in PlatformFunction::ALL {
            let declaration = Declaration {
                municipality: code.parse()?,
                function: *function,
                steps: steps.clone(),
                seen: Seen::Nothing,
                reason: String::new(),
            };
            match readiness::declare(platform, &operator(), declaration).await {
                // An earlier start has declared it.
                Ok(_) | Err(DeclareError::Stale) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(())
}

/// How many persons `demo.json` names.
const SAMPLES: usize = 20;

/// A sample person with what is worth seeing.
pub(crate) struct Sample {
    pub(crate) person: SynthPerson,
    pub(crate) shows: String,
}

/// Persons with something to see, the most telling first, and some others for the office's list.
pub(crate) async fn samples(
    platform: &Platform,
    persons: u64,
    base_date: Date,
) -> Result<(Vec<Sample>, Vec<SynthPerson>)> {
    let today = platform.today();
    let options = options(persons, base_date);
    let ranked = tokio::task::spawn_blocking(move || {
        let mut all: Vec<(usize, Sample)> = (0..persons.min(3_000))
            .map(|index| person(&options, index))
            .filter(|person| person.insured.record.lost_on.is_none())
            .map(|person| {
                let shows = shows(&person, today);
                (
                    shows.len(),
                    Sample {
                        shows: shows.join("、"),
                        person,
                    },
                )
            })
            .collect();
        all.sort_by_key(|(richness, _)| std::cmp::Reverse(*richness));
        all
    })
    .await?;
    let mut ranked = ranked.into_iter().map(|(_, sample)| sample);
    let samples = ranked.by_ref().take(SAMPLES).collect();
    let others = ranked.map(|sample| sample.person).take(6).collect();
    Ok((samples, others))
}

fn shows(person: &SynthPerson, today: Date) -> Vec<&'static str> {
    let open = person.applications.iter().any(|dated| {
        dated.record.notified_on.is_none() && dated.record.withdrawal.as_deref() != Some("3")
    });
    let restricted = person.restrictions.iter().any(|dated| {
        dated
            .record
            .ends_on
            .as_deref()
            .and_then(|day| day.parse::<Date>().ok())
            .is_none_or(|day| day >= today)
    });
    [
        (
            person
                .cards
                .iter()
                .any(|dated| dated.record.care_level.is_some()),
            "認定がある",
        ),
        (!person.burden_limits.is_empty(), "負担限度額認定証がある"),
        (restricted, "給付制限がある"),
        (open, "認定申請が進行中"),
        (!person.modifications.is_empty(), "住宅改修の利用がある"),
        (!person.purchases.is_empty(), "福祉用具購入の利用がある"),
        (!person.reductions.is_empty(), "減免の認定証がある"),
    ]
    .into_iter()
    .filter_map(|(holds, text)| holds.then_some(text))
    .collect()
}
