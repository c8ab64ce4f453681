//! A municipality with two applicants, and the clinic that writes opinions about them.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, missing_docs)]

use crate::support::{App, operator};
use kiban_access::Caller;
use kiban_audit::{Actor, Door};
use kiban_domain::{
    Date, InsurerNumber, MunicipalityStage,
    opinion::{Administrative, Opinion, Text},
    opinion_case::OpinionRoute,
};
use kiban_exchange::{
    municipal::{Encoding, FileName},
    opinion::{editions, read_json},
};
use kiban_services::{
    CallContext, insurers,
    intake::{self, Incoming, IntakeSettings},
    opinions::{self, CaseId, NewOpinion, SendError, Sent},
};
use kiban_store::repo::{insurers::InsurerRow, offices::OfficeRow};
use std::io::Write as _;

pub const INSURER: &str = "131128";
pub const CLINIC: &str = "1319900013";
/// Not connected.
pub const OTHER_CLINIC: &str = "1319900021";
pub const PATIENT: &str = "0000012345";
pub const NEIGHBOUR: &str = "0000012346";
/// The least that is a PDF.
pub const PDF: &[u8] =
    b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n";
const FULL: &[u8] = include_bytes!("../../../exchange/tests/opinion/full-2018.json");

pub fn insurer() -> InsurerNumber {
    INSURER.parse().unwrap()
}

pub fn clinic() -> CallContext {
    CallContext {
        caller: Caller::Medical {
            office_no: CLINIC.parse().unwrap(),
            gives_care: false,
        },
        actor: Actor::new(Door::Connect, CLINIC).certificate("0a"),
        request_id: "r".into(),
    }
}

fn town() -> CallContext {
    CallContext {
        caller: Caller::Insurer(insurer()),
        actor: Actor::new(Door::Connect, INSURER).certificate("0a"),
        request_id: "r".into(),
    }
}

/// An opinion with every item, written today about whoever it is sent for.
pub fn opinion(remarks: &str) -> Opinion {
    let mut opinion = read_json(FULL, editions()).unwrap();
    opinion.administrative = Administrative::default();
    opinion.header.entry_date = Some(Date::constant(2026, 11, 1));
    opinion.remarks = Text::new(remarks).unwrap();
    opinion
}

impl App {
    /// Registers the insurer, the clinic, two persons and their applications.
    pub async fn with_applicants() -> Self {
        let app = Self::new().await;
        let row = InsurerRow {
            insurer_no: insurer(),
            name: "見本区".into(),
            prefecture: "東京都".into(),
            phone: "000-0000-0000".into(),
            stage: MunicipalityStage::Preparing,
            stage_since: app.platform.today(),
        };
        insurers::save(&app.platform, row).await.unwrap();
        let since = Date::constant(2026, 10, 1);
        let stage = MunicipalityStage::Sharing;
        insurers::set_stage(&app.platform, &operator(), insurer(), stage, since)
            .await
            .unwrap();
        let clinic = OfficeRow {
            office_no: CLINIC.parse().unwrap(),
            name: "見本クリニック".into(),
            medical: true,
            service_kinds: vec![],
            created_at: app.platform.now(),
        };
        app.platform
            .store
            .write::<(), kiban_store::Error, _>(move |work| {
                Box::pin(async move { kiban_store::repo::offices::save(work, &clinic).await })
            })
            .await
            .unwrap();
        let person = |number: &str, name: &str| {
            format!(
                "U,131128,{number},1,2026-10-05T09:00:00+09:00,{name},1940-05-06,2,1,2005-05-02,,,,,,,,"
            )
        };
        let persons = format!(
            "op,insurer_no,insured_no,history_no,updated_at,name,name_kana,birth_date,sex,insured_category,acquired_on,postal_code,address,phone,acquired_reason,lost_on,lost_reason,domicile_exception,changed_on\n{}\n{}\n",
            person(PATIENT, "見本　花子,ミホン　ハナコ"),
            person(NEIGHBOUR, "見本　次郎,ミホン　ジロウ"),
        );
        app.load("131128_insured_D_20261005_0001.csv", &persons)
            .await;
        let application = |number: &str| {
            format!(
                "U,131128,{number},1,2026-10-20T09:00:00+09:00,2026-10-20,1,2,,,,,,,,,,,,,,,,,,,"
            )
        };
        let applications = format!(
            "op,insurer_no,insured_no,history_no,updated_at,applied_on,branch,kind,kind_at_filing,withdrawal,insured_category,filed_by,survey_requested_on,survey_done_on,survey_received_on,opinion_requested_on,opinion_received_on,primary_judged_on,primary_result,committee_scheduled_on,secondary_judged_on,secondary_result,certified_on,notified_on,deferred_on,expected_on,deferral_reason\n{}\n{}\n",
            application(PATIENT),
            application(NEIGHBOUR),
        );
        app.load("131128_application_D_20261020_0001.csv", &applications)
            .await;
        app
    }

    async fn load(&self, name: &str, content: &str) {
        let unique = self.platform.id().to_string();
        let mut staged = self.platform.objects.stage(&unique).unwrap();
        staged.write_all(content.as_bytes()).unwrap();
        let incoming = Incoming {
            name: name.parse::<FileName>().unwrap(),
            encoding: Encoding::Utf8,
            size_bytes: i64::try_from(content.len()).unwrap(),
            content: staged.publish().unwrap(),
        };
        let accepted = intake::receive(&self.platform, &town(), incoming).await;
        accepted.unwrap();
        intake::work_off(&self.platform, IntakeSettings::default())
            .await
            .unwrap();
    }

    /// The clinic sends an opinion by its record system.
    pub async fn clinic_sends(&self, id: CaseId, opinion: Opinion) -> Result<Sent, SendError> {
        let new = NewOpinion::Document {
            document: Box::new(opinion),
            route: OpinionRoute::Api,
            pdf: Some(PDF.to_vec()),
            send_key: None,
        };
        opinions::send(&self.platform, &clinic(), id, new).await
    }
}
