use kiban_domain::{
    InsuredNumber, InsurerNumber, PrivateText,
    opinion::{Choice as _, Setting},
    opinion_case::{OpinionRequest, RequestKey},
};
use serde::Deserialize;

use super::{
    InvalidRecord,
    convert::{date, date_option, number, parse, parse_option},
    record, tables,
};
use crate::municipal::layout::Kind;

record! {
    /// 意見書作成依頼.
    OpinionRequestRecord of OpinionRequest {
        applied_on: String = "申請日", Kind::Date, 10;
        branch: u64 = "枝番", Kind::Number("番", 999), 3;
        request_no: String = "依頼番号", Kind::RequestNo, 10;
        institution_code: String = "医療機関コード", Kind::InstitutionCode, 10;
        doctor_no: Option<String> = "医師番号", Kind::Text, 10;
        doctor_name: Option<String> = "医師氏名", Kind::Name, 100;
        requested_on: String = "作成依頼日", Kind::Date, 10;
        due_on: Option<String> = "提出期限", Kind::Date, 10;
        setting: Option<String> = "種別", Kind::Code(&tables::SETTING), 1;
        writing: Option<String> = "新規・継続の別", Kind::Code(&tables::WRITING), 1;
    }
}

impl TryFrom<&OpinionRequestRecord> for OpinionRequest {
    type Error = InvalidRecord;

    fn try_from(it: &OpinionRequestRecord) -> Result<Self, Self::Error> {
        let setting = it.setting.as_ref().map(|code| {
            let code = code.parse().ok().and_then(Setting::of);
            code.ok_or(InvalidRecord { item: "setting" })
        });
        Ok(Self {
            institution: parse("institution_code", &it.institution_code)?,
            doctor_no: it.doctor_no.clone().unwrap_or_default(),
            doctor_name: PrivateText::new(it.doctor_name.clone().unwrap_or_default()),
            requested_on: date("requested_on", &it.requested_on)?,
            due_on: date_option("due_on", it.due_on.as_ref())?,
            setting: setting.transpose()?,
            writing: parse_option("writing", it.writing.as_ref())?,
        })
    }
}

/// The items that make two requests the same one: all that a cancelling row must hold.
#[derive(Clone, Deserialize)]
pub struct RequestKeyRecord {
    applied_on: String,
    branch: u64,
    request_no: String,
}

impl RequestKeyRecord {
    /// The key within this person of this insurer.
    ///
    /// # Errors
    ///
    /// [`InvalidRecord`] naming the item that does not convert.
    pub fn of(
        &self,
        insurer_no: InsurerNumber,
        insured_no: InsuredNumber,
    ) -> Result<RequestKey, InvalidRecord> {
        Ok(RequestKey {
            insurer_no,
            insured_no,
            applied_on: date("applied_on", &self.applied_on)?,
            branch: number("branch", self.branch)?,
            request_no: parse("request_no", &self.request_no)?,
        })
    }
}

impl std::fmt::Debug for RequestKeyRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RequestKeyRecord(…)")
    }
}
