//! The read model: one pre-joined row per insured person, and the one question that the hot lookup asks.

use crate::{
    Work,
    engine::{Kind, P, Sql, Table},
    error::{Error, Result},
    sql,
};
use kiban_access::{Consents, EmergencyRead, Part, Permit, PersonKey, ReadPerson, Relation};
use kiban_domain::{Date, MunicipalityStage, OfficeNumber};
use uuid::Uuid;

/// Parts of a person's information as JSON members (`"insured":{…}`), one after the other, and where each ends.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Parts {
    /// The members without separators.
    pub text: String,
    /// Length in bytes of each part's member in the order of [`Part::ALL`], four bytes each, big-endian.
    pub cuts: Vec<u8>,
}

impl Parts {
    /// Adds the member of the next part in order; an absent part is an empty string.
    pub fn push(&mut self, member: &str) {
        self.text.push_str(member);
        let length = u32::try_from(member.len()).unwrap_or(u32::MAX);
        self.cuts.extend_from_slice(&length.to_be_bytes());
    }

    /// The members that are there.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] when the lengths do not fit the text.
    #[expect(
        clippy::iter_not_returning_iterator,
        reason = "the lengths are checked before the first member is given"
    )]
    pub fn iter(&self) -> Result<Vec<(Part, &str)>> {
        let mut found = Vec::with_capacity(Part::ALL.len());
        let mut rest = self.text.as_str();
        for (part, cut) in Part::ALL.into_iter().zip(self.cuts.chunks_exact(4)) {
            let length = u32::from_be_bytes([cut[0], cut[1], cut[2], cut[3]]) as usize;
            let member = rest.get(..length).ok_or_else(|| {
                Error::corrupt("eligibility_current.cuts", "a length inside the text")
            })?;
            rest = &rest[length..];
            if !member.is_empty() {
                found.push((part, member));
            }
        }
        Ok(found)
    }
}

/// The row of the read model.
#[derive(Clone, PartialEq, Eq)]
pub struct EligibilityRow {
    /// Insured number.
    pub insured_no: String,
    /// First day on which `parts` are true.
    pub good_from: Date,
    /// Last day on which `parts` are true.
    pub good_until: Date,
    /// Name.
    pub name: String,
    /// Kana name, normalised.
    pub name_kana: String,
    /// Birth date.
    pub birth_date: Date,
    /// 1 male, 2 female.
    pub sex: i16,
    /// Code of the care level; empty when never certified.
    pub care_level: String,
    /// Last day of the certification.
    pub certified_until: Option<Date>,
    /// Day of the latest application.
    pub application_date: Option<Date>,
    /// Code of its progress; empty without an application.
    pub progress: String,
    /// Consents in force, as [`Consents`].
    pub consents: u32,
    /// What may be shown.
    pub parts: Parts,
}

const TABLE: Table = Table {
    name: "eligibility_current",
    columns: &[
        ("insurer_no", Kind::Text),
        ("insured_no", Kind::Text),
        ("good_from", Kind::Day),
        ("good_until", Kind::Day),
        ("name", Kind::Text),
        ("name_kana", Kind::Text),
        ("birth_date", Kind::Day),
        ("sex", Kind::Small),
        ("care_level", Kind::Text),
        ("certified_until", Kind::Day),
        ("application_date", Kind::Day),
        ("progress", Kind::Text),
        ("consents", Kind::Int),
        ("parts", Kind::Text),
        ("cuts", Kind::Bytes),
    ],
    key: &["insurer_no", "insured_no"],
};

/// Adds rows of persons whom the read model does not hold yet.
pub async fn add(work: &mut Work, insurer_no: &str, rows: &[EligibilityRow]) -> Result<()> {
    let rows: Vec<(&str, &EligibilityRow)> = rows.iter().map(|row| (insurer_no, row)).collect();
    work.conn
        .insert(&TABLE, &rows, |(insurer_no, row), values| {
            fill(insurer_no, row, values);
        })
        .await
}

/// Writes rows of the read model for one insurer, replacing those of the same persons.
pub async fn save(work: &mut Work, insurer_no: &str, rows: &[EligibilityRow]) -> Result<()> {
    let rows: Vec<(&str, &EligibilityRow)> = rows.iter().map(|row| (insurer_no, row)).collect();
    work.conn
        .upsert(&TABLE, &rows, |(insurer_no, row), values| {
            fill(insurer_no, row, values);
        })
        .await
}

fn fill<'r>(insurer_no: &'r str, row: &'r EligibilityRow, values: &mut Vec<P<'r>>) {
    values.extend([
        P::S(insurer_no),
        P::S(&row.insured_no),
        P::D(row.good_from),
        P::D(row.good_until),
        P::S(&row.name),
        P::S(&row.name_kana),
        P::D(row.birth_date),
        P::I(i64::from(row.sex)),
        P::S(&row.care_level),
        P::opt_day(row.certified_until),
        P::opt_day(row.application_date),
        P::S(&row.progress),
        P::I(i64::from(row.consents)),
        P::S(&row.parts.text),
        P::B(&row.parts.cuts),
    ]);
}

/// Takes persons out of the read model whose basic data the insurer has cancelled.
pub async fn remove(work: &mut Work, insurer_no: &str, insured_nos: &[&str]) -> Result<()> {
    for insured_no in insured_nos {
        work.conn
            .exec(
                &sql!("DELETE FROM eligibility_current WHERE insurer_no = $1 AND insured_no = $2"),
                &[P::S(insurer_no), P::S(insured_no)],
            )
            .await?;
    }
    Ok(())
}

/// What the platform holds about a person, closed until a permit for that person opens it.
pub struct SealedPerson {
    person: PersonKey,
    good_from: Date,
    good_until: Date,
    parts: Parts,
}

impl SealedPerson {
    /// Whether the row, its consents included, is true on `day`.
    pub fn is_good_on(&self, day: Date) -> bool {
        self.good_from <= day && day <= self.good_until
    }

    /// The parts, if they are true on `day`; `None` sends the caller to the history.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] when the permit is for somebody else.
    pub fn open(self, permit: &Permit<ReadPerson>, day: Date) -> Result<Option<Parts>> {
        self.open_for(permit.person(), day)
    }

    /// The same for an emergency view, which shows fewer parts of it.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub fn open_in_emergency(
        self,
        permit: &Permit<EmergencyRead>,
        day: Date,
    ) -> Result<Option<Parts>> {
        self.open_for(permit.person(), day)
    }

    fn open_for(self, permitted: &PersonKey, day: Date) -> Result<Option<Parts>> {
        if *permitted != self.person {
            return Err(Error::corrupt("permit", "a permit for this person"));
        }
        Ok(self.is_good_on(day).then_some(self.parts))
    }
}

/// Everything that the hot lookup needs, from one statement.
pub struct Looked {
    /// How far the insurer is.
    pub stage: MunicipalityStage,
    /// The office's registrations with the person.
    pub relations: Vec<Relation>,
    /// Consents in force on the days for which the row is good.
    pub consents: Consents,
    /// The person's row, if there is such a person.
    pub sealed: Option<SealedPerson>,
}

/// The statement of the hot lookup; public so that the benchmark can run the same text without this program.
pub const LOOKUP: Sql = sql!(
    "SELECT i.stage, r.relation_id, r.service_kind, r.valid_from, r.valid_to, e.good_from, e.good_until, e.consents, e.parts, e.cuts FROM insurer i LEFT JOIN eligibility_current e ON e.insurer_no = i.insurer_no AND e.insured_no = $2 LEFT JOIN care_relation r ON r.insurer_no = i.insurer_no AND r.insured_no = $2 AND r.office_no = $3 WHERE i.insurer_no = $1"
);

/// Asks about one person for one office; `None` when the insurer is unknown.
pub async fn look(
    work: &mut Work,
    person: &PersonKey,
    office_no: Option<&OfficeNumber>,
) -> Result<Option<Looked>> {
    let office = office_no.map_or("", OfficeNumber::as_str);
    work.conn
        .fold(
            &LOOKUP,
            &[
                P::S(person.insurer_no.as_str()),
                P::S(person.insured_no.as_str()),
                P::S(office),
            ],
            None,
            |looked: Option<Looked>, row| {
                let mut looked = match looked {
                    Some(looked) => looked,
                    None => first_row(person, row)?,
                };
                if let Some(id) = row.get::<Option<Uuid>>(1)? {
                    looked.relations.push(Relation {
                        service_kind: super::parse(row, 2, "care_relation.service_kind")?,
                        valid_from: row.get(3)?,
                        valid_to: row.get(4)?,
                        ground: relation_ground(id),
                    });
                }
                Ok(Some(looked))
            },
        )
        .await
}

fn first_row(person: &PersonKey, row: &crate::engine::Row<'_>) -> Result<Looked> {
    let sealed = match row.get::<Option<Date>>(5)? {
        None => None,
        Some(good_from) => Some(SealedPerson {
            person: person.clone(),
            good_from,
            good_until: row.get(6)?,
            parts: Parts {
                text: row.get(8)?,
                cuts: row.get(9)?,
            },
        }),
    };
    let consents = row.get::<Option<i64>>(7)?.unwrap_or(0);
    Ok(Looked {
        stage: super::parse(row, 0, "insurer.stage")?,
        relations: Vec::new(),
        consents: Consents::from_bits(u32::try_from(consents).unwrap_or(0)),
        sealed,
    })
}

/// How a registration is named as the ground of a look.
pub fn relation_ground(relation_id: Uuid) -> String {
    let mut text = String::with_capacity(45);
    text.push_str("relation:");
    text.push_str(
        relation_id
            .hyphenated()
            .encode_lower(&mut Uuid::encode_buffer()),
    );
    text
}

/// Persons of an insurer whose rows are no longer good on `day` (the day has moved on), for the nightly rebuild.
pub async fn list_stale(
    work: &mut Work,
    insurer_no: &str,
    after: &str,
    day: Date,
    limit: i64,
) -> Result<Vec<String>> {
    work.conn
        .query(
            &sql!(
                "SELECT insured_no FROM eligibility_current WHERE insurer_no = $1 AND insured_no > $2 AND good_until < $3 ORDER BY insured_no LIMIT $4"
            ),
            &[P::S(insurer_no), P::S(after), P::D(day), P::I(limit)],
            |row| row.get(0),
        )
        .await
}

/// All rows of an insurer after `after`, by insured number: for the test that rebuilds the read model and compares.
pub async fn list_rows(
    work: &mut Work,
    insurer_no: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<EligibilityRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT insured_no, good_from, good_until, name, name_kana, birth_date, sex, care_level, certified_until, application_date, progress, consents, parts, cuts FROM eligibility_current WHERE insurer_no = $1 AND insured_no > $2 ORDER BY insured_no LIMIT $3"
            ),
            &[P::S(insurer_no), P::S(after), P::I(limit)],
            |row| {
                Ok(EligibilityRow {
                    insured_no: row.get(0)?,
                    good_from: row.get(1)?,
                    good_until: row.get(2)?,
                    name: row.get(3)?,
                    name_kana: row.get(4)?,
                    birth_date: row.get(5)?,
                    sex: row.get(6)?,
                    care_level: row.get(7)?,
                    certified_until: row.get(8)?,
                    application_date: row.get(9)?,
                    progress: row.get(10)?,
                    consents: row.get(11)?,
                    parts: Parts { text: row.get(12)?, cuts: row.get(13)? },
                })
            },
        )
        .await
}
