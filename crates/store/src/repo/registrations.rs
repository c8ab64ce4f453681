//! Applications of offices and institutions, and their history (P-2, O-1).

use crate::{
    Work,
    engine::{P, Row},
    error::{Error, Result},
    sql,
};
use kiban_domain::{
    OfficeNumber, RegistrationKind, RegistrationStage, RegistrationStep, ServiceKind, Timestamp,
};
use uuid::Uuid;

/// The office that is to be registered, as it stands in the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedOffice {
    /// As what it registers.
    pub kind: RegistrationKind,
    /// Its number.
    pub office_no: OfficeNumber,
    /// Whether the operator's register had it when the application came.
    pub in_register: bool,
    /// Its name.
    pub name: String,
    /// Postal code, seven digits; may be empty.
    pub postal_code: String,
    /// Where it is.
    pub address: String,
    /// Its telephone; may be empty.
    pub phone: String,
    /// Its services.
    pub service_kinds: Vec<ServiceKind>,
    /// Its beds or places, if it has any.
    pub beds: Option<u32>,
}

/// Who applies. No `Debug`: it is about a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Applicant {
    /// Name.
    pub name: String,
    /// Mail address.
    pub mail: String,
    /// Telephone.
    pub phone: String,
}

/// An application.
#[derive(Clone)]
pub struct RegistrationRow {
    /// Its identifier.
    pub registration_id: Uuid,
    /// Its number on pages and in letters.
    pub receipt: String,
    /// The office.
    pub office: AppliedOffice,
    /// Where it stands.
    pub stage: RegistrationStage,
    /// Counted up by every step.
    pub version: i64,
    /// The user who applied.
    pub applicant_id: Uuid,
    /// Who that is.
    pub applicant: Applicant,
    /// When it came.
    pub applied_at: Timestamp,
    /// When it last moved.
    pub changed_at: Timestamp,
}

/// A line of the history.
#[derive(Clone)]
pub struct StepRow {
    /// What was done.
    pub step: RegistrationStep,
    /// Whether a reviewer did it.
    pub by_operator: bool,
    /// The user who did it.
    pub acted_by: Uuid,
    /// The name at that time.
    pub actor: String,
    /// What was said; may be empty.
    pub note: String,
    /// When.
    pub acted_at: Timestamp,
}

/// Adds an application; refused by [`Error::is_duplicate`] when one of the office stands already.
pub async fn add(work: &mut Work, row: &RegistrationRow) -> Result<()> {
    let (first, second) = row.stage.reviewers();
    let kinds = super::join_kinds(&row.office.service_kinds);
    let [
        kind,
        office_no,
        in_register,
        name,
        postal_code,
        address,
        phone,
        kinds,
        beds,
    ] = row.office.values(&kinds);
    let [applicant, mail, own_phone] = row.applicant.values();
    work.conn
        .exec(
            &sql!("INSERT INTO office_registration (registration_id, receipt, kind, office_no, in_register, office_name, postal_code, address, office_phone, service_kinds, beds, stage, version, applicant_id, applicant_name, applicant_mail, applicant_phone, first_reviewer, second_reviewer, applied_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)"),
            &[
                P::U(row.registration_id),
                P::S(&row.receipt),
                kind,
                office_no,
                in_register,
                name,
                postal_code,
                address,
                phone,
                kinds,
                beds,
                P::S(row.stage.code()),
                P::I(row.version),
                P::U(row.applicant_id),
                applicant,
                mail,
                own_phone,
                first.map_or(P::Null, P::U),
                second.map_or(P::Null, P::U),
                P::T(row.applied_at),
                P::T(row.changed_at),
            ],
        )
        .await?;
    Ok(())
}

/// Moves an application on from the version that was looked at; false when somebody else was first. The next version is in the row.
pub async fn move_on(
    work: &mut Work,
    registration_id: Uuid,
    seen: i64,
    stage: RegistrationStage,
    at: Timestamp,
) -> Result<bool> {
    let (first, second) = stage.reviewers();
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE office_registration SET stage = $3, first_reviewer = $4, second_reviewer = $5, changed_at = $6, version = version + 1 WHERE registration_id = $1 AND version = $2"),
            &[
                P::U(registration_id),
                P::I(seen),
                P::S(stage.code()),
                first.map_or(P::Null, P::U),
                second.map_or(P::Null, P::U),
                P::T(at),
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// Replaces what the applicant may correct: the office's data but not its number, and the applicant's telephone.
pub async fn correct(
    work: &mut Work,
    registration_id: Uuid,
    office: &AppliedOffice,
    applicant_phone: &str,
) -> Result<()> {
    let kinds = super::join_kinds(&office.service_kinds);
    let [
        kind,
        _,
        in_register,
        name,
        postal_code,
        address,
        phone,
        kinds,
        beds,
    ] = office.values(&kinds);
    work.conn
        .exec(
            &sql!("UPDATE office_registration SET kind = $2, in_register = $3, office_name = $4, postal_code = $5, address = $6, office_phone = $7, service_kinds = $8, beds = $9, applicant_phone = $10 WHERE registration_id = $1"),
            &[
                P::U(registration_id),
                kind,
                in_register,
                name,
                postal_code,
                address,
                phone,
                kinds,
                beds,
                P::S(applicant_phone),
            ],
        )
        .await?;
    Ok(())
}

/// One application.
pub async fn find(work: &mut Work, registration_id: Uuid) -> Result<Option<RegistrationRow>> {
    work.conn
        .first(
            &sql!("SELECT registration_id, receipt, kind, office_no, in_register, office_name, postal_code, address, office_phone, service_kinds, beds, stage, version, applicant_id, applicant_name, applicant_mail, applicant_phone, first_reviewer, second_reviewer, applied_at, changed_at FROM office_registration WHERE registration_id = $1"),
            &[P::U(registration_id)],
            registration,
        )
        .await
}

/// One application by its number.
pub async fn find_by_receipt(work: &mut Work, receipt: &str) -> Result<Option<RegistrationRow>> {
    work.conn
        .first(
            &sql!("SELECT registration_id, receipt, kind, office_no, in_register, office_name, postal_code, address, office_phone, service_kinds, beds, stage, version, applicant_id, applicant_name, applicant_mail, applicant_phone, first_reviewer, second_reviewer, applied_at, changed_at FROM office_registration WHERE receipt = $1"),
            &[P::S(receipt)],
            registration,
        )
        .await
}

/// The application of an office that stands: under way or approved.
pub async fn find_standing(
    work: &mut Work,
    office_no: &OfficeNumber,
) -> Result<Option<RegistrationRow>> {
    work.conn
        .first(
            &sql!("SELECT registration_id, receipt, kind, office_no, in_register, office_name, postal_code, address, office_phone, service_kinds, beds, stage, version, applicant_id, applicant_name, applicant_mail, applicant_phone, first_reviewer, second_reviewer, applied_at, changed_at FROM office_registration WHERE office_no = $1 AND stage IN ('applied', 'returned', 'checked', 'approved')"),
            &[P::S(office_no.as_str())],
            registration,
        )
        .await
}

/// All applications of an office, the newest first.
pub async fn list_of_office(
    work: &mut Work,
    office_no: &OfficeNumber,
) -> Result<Vec<RegistrationRow>> {
    work.conn
        .query(
            &sql!("SELECT registration_id, receipt, kind, office_no, in_register, office_name, postal_code, address, office_phone, service_kinds, beds, stage, version, applicant_id, applicant_name, applicant_mail, applicant_phone, first_reviewer, second_reviewer, applied_at, changed_at FROM office_registration WHERE office_no = $1 ORDER BY applied_at DESC, registration_id DESC"),
            &[P::S(office_no.as_str())],
            registration,
        )
        .await
}

/// Which applications are asked for; what is `None` does not filter.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In which stage.
    pub stage: Option<StageFilter>,
    /// As what they register.
    pub kind: Option<RegistrationKind>,
    /// Whether the register has them.
    pub in_register: Option<bool>,
    /// How the number begins; letters and digits only count.
    pub office_no: Option<String>,
}

/// A stage, or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageFilter {
    /// Those that wait for the operator.
    Open,
    /// Waits for the first reviewer.
    Applied,
    /// Waits for the second reviewer.
    Checked,
    /// Waits for the applicant.
    Returned,
    /// Admitted.
    Approved,
    /// Not admitted.
    Refused,
    /// Taken back.
    Withdrawn,
}

impl StageFilter {
    /// Every one, in the order of lists.
    pub const ALL: [Self; 7] = [
        Self::Open,
        Self::Applied,
        Self::Checked,
        Self::Returned,
        Self::Approved,
        Self::Refused,
        Self::Withdrawn,
    ];

    /// The word in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Applied => "applied",
            Self::Checked => "checked",
            Self::Returned => "returned",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The one with this word.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

impl Filter {
    fn prefix(&self) -> String {
        let office_no = self.office_no.as_deref().unwrap_or_default();
        let kept: String = office_no
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        kept + "%"
    }

    fn values<'a>(&self, prefix: &'a str) -> [P<'a>; 4] {
        [
            P::S(self.stage.map_or("", StageFilter::code)),
            P::S(self.kind.map_or("", |kind| kind.code())),
            P::I(self.in_register.map_or(-1, i64::from)),
            P::S(prefix),
        ]
    }
}

/// Applications, those that have waited longest first; from `skip` on, `most` at most.
pub async fn list(
    work: &mut Work,
    filter: &Filter,
    (skip, most): (i64, i64),
) -> Result<Vec<RegistrationRow>> {
    let prefix = filter.prefix();
    let [stage, kind, in_register, office_no] = filter.values(&prefix);
    work.conn
        .query(
            &sql!("SELECT registration_id, receipt, kind, office_no, in_register, office_name, postal_code, address, office_phone, service_kinds, beds, stage, version, applicant_id, applicant_name, applicant_mail, applicant_phone, first_reviewer, second_reviewer, applied_at, changed_at FROM office_registration WHERE ($1 = '' OR stage = $1 OR ($1 = 'open' AND stage IN ('applied', 'checked'))) AND ($2 = '' OR kind = $2) AND ($3 = -1 OR in_register = $3) AND office_no LIKE $4 ORDER BY changed_at, registration_id LIMIT $5 OFFSET $6"),
            &[
                stage,
                kind,
                in_register,
                office_no,
                P::I(most),
                P::I(skip),
            ],
            registration,
        )
        .await
}

/// How many applications there are.
pub async fn count(work: &mut Work, filter: &Filter) -> Result<i64> {
    let prefix = filter.prefix();
    let count = work
        .conn
        .first(
            &sql!("SELECT count(*) FROM office_registration WHERE ($1 = '' OR stage = $1 OR ($1 = 'open' AND stage IN ('applied', 'checked'))) AND ($2 = '' OR kind = $2) AND ($3 = -1 OR in_register = $3) AND office_no LIKE $4"),
            &filter.values(&prefix),
            |row| row.get(0),
        )
        .await?;
    Ok(count.unwrap_or(0))
}

/// Adds a line to the history of an application.
pub async fn add_step(work: &mut Work, registration_id: Uuid, row: &StepRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO office_registration_step (registration_id, number, step, by_operator, acted_by, actor, note, acted_at) SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6, $7 FROM office_registration_step WHERE registration_id = $1"),
            &[
                P::U(registration_id),
                P::S(row.step.code()),
                P::I(i64::from(row.by_operator)),
                P::U(row.acted_by),
                P::S(&row.actor),
                P::S(&row.note),
                P::T(row.acted_at),
            ],
        )
        .await?;
    Ok(())
}

/// The history of an application, in order.
pub async fn list_steps(work: &mut Work, registration_id: Uuid) -> Result<Vec<StepRow>> {
    work.conn
        .query(
            &sql!("SELECT step, by_operator, acted_by, actor, note, acted_at FROM office_registration_step WHERE registration_id = $1 ORDER BY number"),
            &[P::U(registration_id)],
            |row| {
                Ok(StepRow {
                    step: super::parse(row, 0, "office_registration_step.step")?,
                    by_operator: row.get(1)?,
                    acted_by: row.get(2)?,
                    actor: row.get(3)?,
                    note: row.get(4)?,
                    acted_at: row.get(5)?,
                })
            },
        )
        .await
}

impl AppliedOffice {
    /// Its columns in their order; `kinds` is the text of its services.
    pub(super) fn values<'a>(&'a self, kinds: &'a str) -> [P<'a>; 9] {
        [
            P::S(self.kind.code()),
            P::S(self.office_no.as_str()),
            P::I(i64::from(self.in_register)),
            P::S(&self.name),
            P::S(&self.postal_code),
            P::S(&self.address),
            P::S(&self.phone),
            P::S(kinds),
            self.beds.map_or(P::Null, |beds| P::I(i64::from(beds))),
        ]
    }

    /// Reads its columns, which begin at `at`.
    pub(super) fn of(row: &Row<'_>, at: usize) -> Result<Self> {
        Ok(Self {
            kind: super::parse(row, at, "kind")?,
            office_no: super::parse(row, at + 1, "office_no")?,
            in_register: row.get(at + 2)?,
            name: row.get(at + 3)?,
            postal_code: row.get(at + 4)?,
            address: row.get(at + 5)?,
            phone: row.get(at + 6)?,
            service_kinds: super::split_kinds(row, at + 7, "service_kinds")?,
            beds: super::count(row, at + 8, "beds")?,
        })
    }
}

impl Applicant {
    /// The columns in their order.
    pub(super) fn values(&self) -> [P<'_>; 3] {
        [P::S(&self.name), P::S(&self.mail), P::S(&self.phone)]
    }

    /// Reads the columns, which begin at `at`.
    pub(super) fn of(row: &Row<'_>, at: usize) -> Result<Self> {
        Ok(Self {
            name: row.get(at)?,
            mail: row.get(at + 1)?,
            phone: row.get(at + 2)?,
        })
    }
}

fn registration(row: &Row<'_>) -> Result<RegistrationRow> {
    let stage: String = row.get(11)?;
    let (first, second) = (row.get(17)?, row.get(18)?);
    let stage = RegistrationStage::of(&stage, first, second).ok_or_else(|| {
        Error::corrupt(
            "office_registration.stage",
            "stage and reviewers do not fit",
        )
    })?;
    Ok(RegistrationRow {
        registration_id: row.get(0)?,
        receipt: row.get(1)?,
        office: AppliedOffice::of(row, 2)?,
        stage,
        version: row.get(12)?,
        applicant_id: row.get(13)?,
        applicant: Applicant::of(row, 14)?,
        applied_at: row.get(19)?,
        changed_at: row.get(20)?,
    })
}
