//! What the five-item check compares with, and the checks that agreed (W-3b).

use crate::{Work, engine::P, error::Result, sql};
use kiban_access::PersonKey;
use kiban_domain::{
    Date, InsuredNumber, InsurerNumber, MunicipalityStage, OfficeNumber, Timestamp,
};
use uuid::Uuid;

/// The insurer's stage and, if there is such a person, the items to compare. It never leaves the identity check.
#[derive(Clone)]
pub struct RegisteredRow {
    /// How far the insurer is.
    pub stage: MunicipalityStage,
    /// What the insurer has on record; `None` when there is no such number.
    pub person: Option<RegisteredPerson>,
}

/// The items on record.
#[derive(Clone)]
pub struct RegisteredPerson {
    /// Name, as the insurer writes it.
    pub name: String,
    /// Kana name, normalised.
    pub name_kana: String,
    /// Birth date.
    pub birth_date: Date,
    /// 1 male, 2 female.
    pub sex: i16,
    /// First day on which these are the items.
    pub good_from: Date,
    /// Last day on which these are the items.
    pub good_until: Date,
}

impl RegisteredPerson {
    /// Whether the items are those of `day`.
    pub fn is_good_on(&self, day: Date) -> bool {
        self.good_from <= day && day <= self.good_until
    }
}

/// Looks up what to compare with; `None` when the platform does not know the insurer.
pub async fn find_registered(work: &mut Work, key: &PersonKey) -> Result<Option<RegisteredRow>> {
    work.conn
        .first(
            &sql!(
                "SELECT i.stage, e.name_kana, e.birth_date, e.sex, e.good_from, e.good_until, e.name FROM insurer i LEFT JOIN eligibility_current e ON e.insurer_no = i.insurer_no AND e.insured_no = $2 WHERE i.insurer_no = $1"
            ),
            &[P::S(key.insurer_no.as_str()), P::S(key.insured_no.as_str())],
            |row| {
                let person = match row.get::<Option<String>>(1)? {
                    None => None,
                    Some(name_kana) => Some(RegisteredPerson {
                        name: row.get(6)?,
                        name_kana,
                        birth_date: row.get(2)?,
                        sex: row.get(3)?,
                        good_from: row.get(4)?,
                        good_until: row.get(5)?,
                    }),
                };
                Ok(RegisteredRow { stage: super::parse(row, 0, "insurer.stage")?, person })
            },
        )
        .await
}

/// How a person's identity was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckMethod {
    /// Five items typed from the paper card.
    FiveItems,
    /// My Number card, with its PIN.
    CardPin,
    /// My Number card, face and photograph compared by staff. Weaker.
    CardSight,
}

impl CheckMethod {
    /// Every method.
    pub const ALL: [Self; 3] = [Self::FiveItems, Self::CardPin, Self::CardSight];

    fn number(self) -> i64 {
        match self {
            Self::FiveItems => 1,
            Self::CardPin => 2,
            Self::CardSight => 3,
        }
    }

    /// A word that stays: the purpose of the check's audit entry.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FiveItems => "identity_check",
            Self::CardPin => "card_pin",
            Self::CardSight => "card_sight",
        }
    }

    /// What pages say.
    pub fn label(self) -> &'static str {
        match self {
            Self::FiveItems => "被保険者証の5つの項目",
            Self::CardPin => "マイナンバーカード（暗証番号）",
            Self::CardSight => "マイナンバーカード（目視）",
        }
    }
}

/// A check that agreed.
#[derive(Debug, Clone)]
pub struct CheckRow {
    /// Its identifier.
    pub check_id: Uuid,
    /// Whose identity.
    pub person: PersonKey,
    /// Which office checked.
    pub office_no: OfficeNumber,
    /// Which staff account or system.
    pub checked_by: String,
    /// How it was checked.
    pub method: CheckMethod,
    /// When.
    pub checked_at: Timestamp,
    /// Until when it can be used to register.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

/// Keeps a check that agreed.
pub async fn add_check(work: &mut Work, row: &CheckRow) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO identity_check (insurer_no, check_id, insured_no, office_no, checked_by, method, checked_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
            ),
            &[
                P::S(row.person.insurer_no.as_str()),
                P::U(row.check_id),
                P::S(row.person.insured_no.as_str()),
                P::S(row.office_no.as_str()),
                P::S(&row.checked_by),
                P::I(row.method.number()),
                P::T(row.checked_at),
                P::T(row.expires_at),
            ],
        )
        .await?;
    Ok(())
}

/// The check with this identifier.
pub async fn find_check(
    work: &mut Work,
    insurer_no: &InsurerNumber,
    check_id: Uuid,
) -> Result<Option<CheckRow>> {
    work.conn
        .first(
            &sql!(
                "SELECT insured_no, office_no, checked_by, method, checked_at, expires_at, used_at FROM identity_check WHERE insurer_no = $1 AND check_id = $2"
            ),
            &[P::S(insurer_no.as_str()), P::U(check_id)],
            |row| {
                let insured_no: InsuredNumber = super::parse(row, 0, "identity_check.insured_no")?;
                let number: i64 = row.get(3)?;
                let method = CheckMethod::ALL.into_iter().find(|it| it.number() == number);
                let method = method.ok_or_else(|| {
                    crate::Error::corrupt("identity_check.method", "not one of the list")
                })?;
                Ok(CheckRow {
                    check_id,
                    person: PersonKey { insurer_no: *insurer_no, insured_no },
                    office_no: super::parse(row, 1, "identity_check.office_no")?,
                    checked_by: row.get(2)?,
                    method,
                    checked_at: row.get(4)?,
                    expires_at: row.get(5)?,
                    used_at: row.get(6)?,
                })
            },
        )
        .await
}

/// Marks a check as used; false when it had been used.
pub async fn use_check(
    work: &mut Work,
    insurer_no: &InsurerNumber,
    check_id: Uuid,
    at: Timestamp,
) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!(
                "UPDATE identity_check SET used_at = $3 WHERE insurer_no = $1 AND check_id = $2 AND used_at IS NULL"
            ),
            &[P::S(insurer_no.as_str()), P::U(check_id), P::T(at)],
        )
        .await?;
    Ok(touched == 1)
}

/// What a check confirmed, to be shown to the office that has just read the same from the card.
pub struct ConfirmedRow {
    /// Kana name.
    pub name_kana: String,
    /// Birth date.
    pub birth_date: Date,
    /// 1 male, 2 female.
    pub sex: i16,
    /// Name of the insurer.
    pub insurer_name: String,
    /// How far the insurer is.
    pub stage: MunicipalityStage,
}

/// The person whose identity `check` confirmed; the check is the ground.
pub async fn find_confirmed(work: &mut Work, check: &CheckRow) -> Result<Option<ConfirmedRow>> {
    work.conn
        .first(
            &sql!(
                "SELECT e.name_kana, e.birth_date, e.sex, i.name, i.stage FROM eligibility_current e JOIN insurer i ON i.insurer_no = e.insurer_no WHERE e.insurer_no = $1 AND e.insured_no = $2"
            ),
            &[P::S(check.person.insurer_no.as_str()), P::S(check.person.insured_no.as_str())],
            |row| {
                Ok(ConfirmedRow {
                    name_kana: row.get(0)?,
                    birth_date: row.get(1)?,
                    sex: row.get(2)?,
                    insurer_name: row.get(3)?,
                    stage: super::parse(row, 4, "insurer.stage")?,
                })
            },
        )
        .await
}
