//! A municipality that asks for opinions, and the clinic that writes them.

use super::{
    APPLICATION_HEADER, INSURED_HEADER, TestPlatform, application_row, care_office, context,
    file_of,
};
use kiban_access::Caller;
use kiban_audit::Door;
use kiban_domain::{
    FiveItems,
    opinion::{Opinion, OpinionForm},
    opinion_case::{CaseState, OpinionRoute},
};
use kiban_exchange::opinion::{editions, read_json};
use kiban_services::{
    CallContext, identity,
    opinions::{self, CaseId, DraftContent, NewOpinion, Receipt, SendError, Sent},
    relations::{self, Registration},
};

/// The clinic of the golden opinions.
pub const CLINIC: &str = "1319900013";
/// Another one.
pub const OTHER_CLINIC: &str = "1319900021";
/// Every item of the edition of 2018, about [`PATIENT`], as canonical JSON.
pub const FULL: &[u8] = include_bytes!("../../../exchange/tests/opinion/full-2018.json");
/// The same as the 医見書 writes it.
pub const FULL_CSV: &[u8] = include_bytes!("../../../exchange/tests/opinion/full-2018.csv");
/// Whom the golden opinions are about.
pub const PATIENT: &str = "0000012345";
/// The least that is a PDF.
pub const PDF: &[u8] =
    b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n";

pub fn clinic() -> CallContext {
    clinic_of(CLINIC)
}

pub fn clinic_of(number: &str) -> CallContext {
    let caller = Caller::Medical {
        office_no: number.parse().unwrap(),
        gives_care: false,
    };
    context(caller, Door::Connect, number)
}

/// A row of the persons' file, born on the day of the golden opinions.
pub fn patient_row(number: &str) -> String {
    format!(
        "U,131128,{number},1,2026-01-05T09:00:00+09:00,見本　花子,ミホン　ハナコ,1940-05-06,2,1,2005-05-02,,,,,,,,"
    )
}

/// A line of a file of requests; `more` are further members, each with a comma before it.
pub fn request_line(op: &str, number: &str, request_no: &str, clinic: &str, more: &str) -> String {
    format!(
        r#"{{"op":"{op}","insurer_no":"131128","insured_no":"{number}","history_no":1,"updated_at":"2026-02-05T09:00:00+09:00","applied_on":"2026-02-02","branch":1,"request_no":"{request_no}","institution_code":"{clinic}","requested_on":"2026-02-05","setting":"1","writing":"1"{more}}}"#
    )
}

impl TestPlatform {
    /// Takes these patients in, and their applications of 2 February 2026.
    pub async fn patients(&self, numbers: &[&str]) {
        let rows: Vec<_> = numbers.iter().map(|it| patient_row(it)).collect();
        let done = self
            .load(
                "131128_insured_D_20260205_0001.csv",
                &file_of(INSURED_HEADER, &rows),
            )
            .await;
        assert_eq!(done.counts.rejected, 0);
        let rows: Vec<_> = numbers
            .iter()
            .map(|it| application_row(it, 1, "").replace("2026-10-20,1,", "2026-02-02,1,"))
            .collect();
        let done = self
            .load(
                "131128_application_D_20260205_0001.csv",
                &file_of(APPLICATION_HEADER, &rows),
            )
            .await;
        assert_eq!(done.counts.rejected, 0);
    }

    /// Sends a file of requests, the given number in its series.
    pub async fn ask(
        &self,
        serial: u16,
        lines: &[String],
    ) -> kiban_store::repo::transfers::TransferRow {
        let name = format!("131128_opinion_request_D_20260205_{serial:04}.jsonl");
        self.load(&name, format!("{}\n", lines.join("\n")).as_bytes())
            .await
    }

    /// The patient, asked for at the clinic.
    pub async fn asked(&self) -> CaseId {
        self.patients(&[PATIENT]).await;
        self.ask(1, &[request_line("U", PATIENT, "R-0001", CLINIC, "")])
            .await;
        self.the_case().await
    }

    /// The only request at the clinic.
    pub async fn the_case(&self) -> CaseId {
        let all = opinions::inbox(&self.platform, &clinic(), &[], None)
            .await
            .unwrap();
        assert_eq!(all.cases.len(), 1);
        (all.cases[0].row.key.insurer_no, all.cases[0].row.case_id)
    }

    pub async fn state_of(&self, id: CaseId) -> CaseState {
        let view = opinions::open_case(&self.platform, &clinic(), id)
            .await
            .unwrap();
        view.case.row.state
    }

    pub async fn send_document(&self, id: CaseId, document: Opinion) -> Result<Sent, SendError> {
        opinions::send(&self.platform, &clinic(), id, by_api(document, None)).await
    }

    /// Saves the draft and sends it.
    pub async fn send_typed(&self, id: CaseId, document: &Opinion) -> Result<Sent, SendError> {
        let view = opinions::open_case(&self.platform, &clinic(), id)
            .await
            .unwrap();
        let seen = view.draft.map_or(0, |it| it.1);
        let content = typed(document);
        let revision = opinions::save_draft(&self.platform, &clinic(), id, seen, &content)
            .await
            .unwrap();
        opinions::send(
            &self.platform,
            &clinic(),
            id,
            NewOpinion::Draft { revision },
        )
        .await
    }

    /// The care office registers itself with a patient for this service.
    pub async fn serve(&self, number: &str, kind: &str) {
        let items = FiveItems {
            insurer_no: super::insurer(),
            insured_no: number.parse().unwrap(),
            name_kana: "ミホン　ハナコ".parse().unwrap(),
            birth_date: "1940-05-06".parse().unwrap(),
            sex: "2".parse().unwrap(),
        };
        let check = identity::check(&self.platform, &care_office(), items).await;
        let registration = Registration {
            check: check.unwrap().id,
            service_kind: kind.parse().unwrap(),
            purpose: "ケアプランの作成".into(),
            from: None,
            accepts_handover: false,
        };
        relations::register(&self.platform, &care_office(), registration)
            .await
            .unwrap();
    }

    /// The municipality tells that a patient agrees to this.
    pub async fn agree(&self, number: &str, scope: &str) {
        let header = "op,insurer_no,insured_no,history_no,updated_at,seq,scope,taker,taker_office_no,given_on,withdrawn_on";
        let row = format!(
            "U,131128,{number},1,2026-02-05T09:00:00+09:00,1,{scope},municipality,,2026-02-05,"
        );
        let done = self
            .load(
                "131128_consent_D_20260205_0001.csv",
                &file_of(header, &[row]),
            )
            .await;
        assert_eq!(done.counts.inserted, 1);
    }

    pub async fn acknowledge(&self, receipt: &Receipt) -> Result<Receipt, opinions::CaseError> {
        let no = &receipt.receipt_no;
        opinions::acknowledge(&self.platform, &super::municipality(), no).await
    }
}

pub fn by_api(document: Opinion, send_key: Option<&str>) -> NewOpinion {
    NewOpinion::Document {
        document: Box::new(document),
        route: OpinionRoute::Api,
        pdf: None,
        send_key: send_key.map(str::to_owned),
    }
}

/// A document as its page has it.
pub fn typed(document: &Opinion) -> DraftContent {
    DraftContent {
        edition: document.edition,
        form: OpinionForm::filled(document),
    }
}

/// The golden opinion.
pub fn full() -> Opinion {
    read_json(FULL, editions()).unwrap()
}

/// The golden opinion about this person, for this request.
pub fn full_about(number: &str, request_no: &str) -> Opinion {
    let mut opinion = full();
    opinion.administrative.insured_no = kiban_domain::opinion::Text::new(number).unwrap();
    opinion.administrative.request_no = kiban_domain::opinion::Text::new(request_no).unwrap();
    opinion
}

/// The golden opinion with other words in section 5.
pub fn changed(words: &str) -> Opinion {
    let mut opinion = full();
    opinion.remarks = kiban_domain::opinion::Text::new(words).unwrap();
    opinion
}
