//! The one document of each route: completed from its request, held against it, made canonical (D-4).

use kiban_domain::{
    Date, InsuredNumber, InsurerNumber, MedicalInstitutionCode, Timestamp,
    opinion::{CaseDates, Edition, Facts, Finding, Level, Opinion, Text},
    opinion_case::{OpinionRoute, RequestNumber, SubmissionState},
};
use kiban_exchange::opinion::{canonical_json, editions};
use kiban_store::repo::{opinion_submissions::SubmissionRow, opinions::CaseRow};
use ring::digest::{SHA256, digest};
use uuid::Uuid;

/// What a document says of another request than the one it is sent for. Nothing is sent with any of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mismatch {
    /// Another municipality.
    Insurer,
    /// Another insured number.
    Person,
    /// Another birth date than the insurer's records have.
    BirthDate,
    /// Another institution.
    Institution,
    /// Another request number.
    RequestNo,
    /// Another application.
    ApplicationDate,
}

impl Mismatch {
    /// The stable code that programs see.
    pub fn code(self) -> &'static str {
        match self {
            Self::Insurer => "other_insurer",
            Self::Person => "other_person",
            Self::BirthDate => "other_birth_date",
            Self::Institution => "other_institution",
            Self::RequestNo => "other_request",
            Self::ApplicationDate => "other_application",
        }
    }

    /// What is wrong and what to do. It names nobody.
    pub fn message(self) -> &'static str {
        match self {
            Self::Insurer => {
                "保険者番号が、依頼した市町村と違います。依頼を選び直すか、番号を確認してください。"
            }
            Self::Person => {
                "被保険者番号が、依頼の方と違います。依頼を選び直すか、番号を確認してください。"
            }
            Self::BirthDate => {
                "生年月日が、市町村の記録と違います。依頼の方かどうか、生年月日を確認してください。"
            }
            Self::Institution => {
                "医療機関の番号が、依頼を受けた医療機関と違います。番号を確認してください。"
            }
            Self::RequestNo => {
                "依頼番号が、この依頼と違います。依頼を選び直すか、番号を確認してください。"
            }
            Self::ApplicationDate => {
                "申請日が、この依頼と違います。依頼を選び直すか、申請日を確認してください。"
            }
        }
    }
}

/// What a sender keeps: that these bytes were taken, when, under which number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// 受付番号: the insurer's number and a running one, `131128-00000042`.
    pub receipt_no: String,
    /// Which opinion of its request, from 1.
    pub number: i64,
    /// When it was taken.
    pub submitted_at: Timestamp,
    /// SHA-256 of the canonical bytes, in hexadecimal.
    pub sha256: String,
    /// Which way it came.
    pub route: OpinionRoute,
    /// Where it stands now.
    pub state: SubmissionState,
    /// Whether it had been taken before; nothing was changed then.
    pub already: bool,
    /// Whose request it answers.
    pub insurer_no: InsurerNumber,
    /// The request.
    pub case_id: Uuid,
    /// Who wrote it.
    pub institution: MedicalInstitutionCode,
    /// SHA-256 of the PDF beside it, in hexadecimal; the name of its content in the object store.
    pub pdf: Option<String>,
}

impl Receipt {
    /// The receipt of an opinion that is kept.
    pub fn of(row: &SubmissionRow, already: bool) -> Self {
        Self {
            receipt_no: Self::number_of(row.insurer_no, row.seq),
            number: row.number,
            submitted_at: row.submitted_at,
            sha256: row.sha256.clone(),
            route: row.route,
            state: row.state,
            already,
            insurer_no: row.insurer_no,
            case_id: row.case_id,
            institution: row.institution,
            pdf: row.pdf.clone(),
        }
    }

    /// The number of a receipt.
    pub(super) fn number_of(insurer_no: InsurerNumber, seq: i64) -> String {
        format!("{}-{seq:08}", insurer_no.as_str())
    }

    /// The running number in a receipt's number of this insurer.
    pub(super) fn seq_of(receipt_no: &str, insurer_no: &str) -> Option<i64> {
        let (insurer, seq) = receipt_no.split_once('-')?;
        let digits = seq.len() >= 8 && seq.bytes().all(|it| it.is_ascii_digit());
        (insurer == insurer_no && digits).then(|| seq.parse().ok())?
    }
}

/// Puts into the administrative part what the request says and the document leaves out, so that every route gives the same document, and names where it
/// says something else.
pub(super) fn complete(opinion: &mut Opinion, row: &CaseRow) -> Vec<Mismatch> {
    let mut wrong = Vec::new();
    let (own, key) = (&mut opinion.administrative, &row.key);
    if *own.insurer_no.get_or_insert(key.insurer_no) != key.insurer_no {
        wrong.push(Mismatch::Insurer);
    }
    let named = own.insured_no.as_str().parse::<InsuredNumber>();
    if own.insured_no.is_blank() || named == Ok(key.insured_no) {
        own.insured_no = text(key.insured_no.as_str());
    } else {
        wrong.push(Mismatch::Person);
    }
    let institution = row.request.institution;
    if *own.institution_no.get_or_insert(institution) != institution {
        wrong.push(Mismatch::Institution);
    }
    let named = own.request_no.as_str().parse::<RequestNumber>();
    if own.request_no.is_blank() || named.as_ref() == Ok(&key.request_no) {
        own.request_no = text(key.request_no.as_str());
    } else {
        wrong.push(Mismatch::RequestNo);
    }
    if *own.application_date.get_or_insert(key.applied_on) != key.applied_on {
        wrong.push(Mismatch::ApplicationDate);
    }
    own.request_date.get_or_insert(row.request.requested_on);
    if own.doctor_no.is_empty() {
        own.doctor_no = text(&row.request.doctor_no);
    }
    own.setting = own.setting.or(row.request.setting);
    if let (Some(written), Some(person)) = (opinion.header.birth_date, &row.person)
        && written != person.birth_date
    {
        wrong.push(Mismatch::BirthDate);
    }
    wrong
}

fn text(of: &str) -> Text {
    // Numbers of a request are short and without control characters.
    Text::new(of).unwrap_or_default()
}

/// What the validator is told about a request.
pub(super) fn facts(row: &CaseRow, today: Date, earlier: u32) -> Facts {
    Facts {
        today,
        earlier_opinions: Some(earlier),
        case: CaseDates {
            applied_on: Some(row.key.applied_on),
            requested_on: Some(row.request.requested_on),
        },
    }
}

/// The edition on which an opinion stands, if the program has it.
pub(super) fn edition_of(opinion: &Opinion) -> Option<&'static Edition> {
    editions().find(opinion.edition)
}

/// The canonical bytes as text, and their digest.
pub(super) fn canonical(opinion: &Opinion) -> (String, String) {
    let bytes = canonical_json(opinion);
    let sha256 = hex::encode(digest(&SHA256, &bytes));
    (String::from_utf8_lossy(&bytes).into_owned(), sha256)
}

/// Whether nothing is kept with these findings.
pub(super) fn has_error(findings: &[Finding]) -> bool {
    findings.iter().any(|it| it.level == Level::Error)
}
