//! What stands on the papers of opinions. Setting them as PDF is left to whoever wires the program, so that neither use cases nor pages know a typesetter.

use super::PaperRequest;
use crate::Outlet;
use kiban_domain::{
    Date, Wareki,
    opinion::{Opinion, Setting},
    opinion_case::CaseReference,
};

/// A paper. No `Debug` of what it says: it is about a person.
#[derive(Clone)]
pub enum OpinionPaper {
    /// An opinion on its form.
    Form {
        /// What was written.
        opinion: Box<Opinion>,
        /// Which opinion of its request it is, from 1.
        number: u32,
        /// What the foot calls it: the number of its receipt.
        document_no: String,
        /// Who put it out.
        outlet: Outlet,
    },
    /// A request.
    Request(Box<RequestPaper>),
}

impl std::fmt::Debug for OpinionPaper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpinionPaper(…)")
    }
}

/// 意見書作成依頼書, in the words of the paper.
#[derive(Clone)]
pub struct RequestPaper {
    /// To whom, a line each; the first is the name.
    pub addressee: Vec<String>,
    /// From whom, a line each.
    pub sender: Vec<String>,
    /// 依頼番号.
    pub request_no: String,
    /// The day of the request.
    pub requested_on: String,
    /// The day by which the opinion is wanted.
    pub due: String,
    /// Who it is about: term and text.
    pub person: Vec<(&'static str, String)>,
    /// Joins the paper that comes back to its request.
    pub reference: CaseReference,
    /// What to send back, a sentence each.
    pub send_back: Vec<String>,
    /// Whom to ask: term and text.
    pub contact: Vec<(&'static str, String)>,
    /// Who put it out.
    pub outlet: Outlet,
}

impl RequestPaper {
    /// What the paper of a request says.
    pub fn of(request: &PaperRequest, outlet: Outlet) -> Self {
        let row = &request.case.case.row;
        let doctor = row.request.doctor_name.as_str();
        let doctor = if doctor.is_empty() {
            "主治医".to_owned()
        } else {
            doctor.to_owned()
        };
        let institution = request
            .institution
            .clone()
            .unwrap_or_else(|| format!("医療機関コード {}", row.request.institution.as_str()));
        let (insurer, phone) = &request.insurer;
        let mut person = Vec::new();
        if let Some(it) = &row.person {
            person.push(("氏名", format!("{}（{}）", it.name, it.name_kana)));
            person.push(("生年月日", both(it.birth_date)));
        }
        person.push(("被保険者番号", row.key.insured_no.as_str().to_owned()));
        person.push(("申請日", both(row.key.applied_on)));
        let kind = [
            row.request.setting.map(Setting::label),
            row.request.writing.map(|it| it.label()),
        ];
        let kind: Vec<_> = kind.into_iter().flatten().collect();
        if !kind.is_empty() {
            person.push(("種別", kind.join("・")));
        }
        let mut contact = vec![("送付先", insurer.clone())];
        if !phone.is_empty() {
            contact.push(("電話", phone.clone()));
        }
        Self {
            addressee: vec![institution, format!("{doctor} 先生")],
            sender: vec![
                insurer.clone(),
                format!("（保険者番号 {}）", row.key.insurer_no.as_str()),
            ],
            request_no: row.key.request_no.as_str().to_owned(),
            requested_on: long(row.request.requested_on),
            due: both(row.due_on),
            person,
            reference: request.reference.clone(),
            send_back: vec![
                "主治医意見書（2枚。別紙があるときは別紙も）".to_owned(),
                "この依頼書、またはこの依頼書の番号を書いたもの".to_owned(),
            ],
            contact,
            outlet,
        }
    }
}

fn long(day: Date) -> String {
    Wareki::try_from(day).map_or_else(|_| day.to_string(), Wareki::long)
}

/// In both calendars.
fn both(day: Date) -> String {
    let (year, month, date) = (day.year(), day.month(), day.day());
    format!("{}（{year}年{month}月{date}日）", long(day))
}
