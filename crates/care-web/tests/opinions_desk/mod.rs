//! A municipality that asked for an opinion, the clinic that writes it, and the care manager who reads it.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, missing_docs)]

use kiban_access::{Caller, PersonKey};
use kiban_audit::Door;
use kiban_domain::{
    Date,
    opinion::{Consent, Opinion},
    opinion_case::OpinionRoute,
};
use kiban_exchange::opinion::{editions, read_json};
use kiban_services::{
    CallContext, audit_trail,
    opinions::{self, CaseId, NewOpinion, Receipt},
    staff::{self, NewStaff, StaffRole},
};
use kiban_store::repo::offices::{self, OfficeRow};

use super::support::{self, App, Browser, INSURER, PASSWORD, SECRET};

pub const CLINIC: &str = "1319900013";
pub const OTHER_CLINIC: &str = "1319900021";
pub const PATIENT: &str = "0000012345";
pub const FULL: &[u8] = include_bytes!("../../../exchange/tests/opinion/full-2018.json");
pub const FULL_CSV: &[u8] = include_bytes!("../../../exchange/tests/opinion/full-2018.csv");
/// A clerk of the clinic, who changes settings.
pub const CLERK: &str = "isha-jimu";
/// A member who does not.
pub const NURSE: &str = "isha-kango";

const PERSON: &str = "op,insurer_no,insured_no,history_no,updated_at,name,name_kana,birth_date,sex,insured_category,acquired_on,postal_code,address,phone,acquired_reason,lost_on,lost_reason,domicile_exception,changed_on\nU,131128,0000012345,1,2026-01-05T09:00:00+09:00,見本　花子,ミホン　ハナコ,1940-05-06,2,1,2005-05-02,,,,,,,,\n";
const CONSENT: &str = "op,insurer_no,insured_no,history_no,updated_at,seq,scope,taker,taker_office_no,given_on,withdrawn_on\nU,131128,0000012345,1,2026-02-05T09:00:00+09:00,1,opinion,municipality,,2026-02-05,\n";

pub struct Desk {
    pub app: App,
    pub case: CaseId,
}

impl Desk {
    /// The clinic and another one, and a request to the first.
    pub async fn new() -> Self {
        let app = App::new().await;
        app.send("131128_insured_D_20260205_0001.csv", PERSON.as_bytes())
            .await;
        for (number, name) in [(CLINIC, "見本クリニック"), (OTHER_CLINIC, "例示医院")] {
            clinic(&app, number, name).await;
        }
        ask(&app, 1, "R-0001", CLINIC).await;
        let listed = opinions::inbox(&app.platform, &doctor(CLINIC), &[], None)
            .await
            .unwrap();
        let row = &listed.cases[0].row;
        let case = (row.key.insurer_no, row.case_id);
        Self { app, case }
    }

    pub async fn send(&self, opinion: Opinion) -> Receipt {
        let new = NewOpinion::Document {
            document: Box::new(opinion),
            route: OpinionRoute::Api,
            pdf: None,
            send_key: None,
        };
        let sent = opinions::send(&self.app.platform, &doctor(CLINIC), self.case, new).await;
        sent.unwrap().receipt
    }

    pub async fn receive(&self, receipt: &Receipt) {
        opinions::acknowledge(&self.app.platform, &town(), &receipt.receipt_no)
            .await
            .unwrap();
    }

    pub async fn give_back(&self, receipt: &Receipt, why: &str) {
        opinions::return_with_reason(&self.app.platform, &town(), &receipt.receipt_no, why)
            .await
            .unwrap();
    }

    pub async fn agree(&self) {
        self.app
            .send("131128_consent_D_20260205_0001.csv", CONSENT.as_bytes())
            .await;
    }

    /// The care manager, registered with the person; the address of the person's pages.
    pub async fn manager(&self) -> (Browser, String) {
        let mut browser = self.app.signed_in().await;
        let birth = Date::constant(1940, 5, 6);
        let path = browser
            .register(PATIENT, "ミホン ハナコ", birth, "2", "43")
            .await;
        (browser, path)
    }

    pub async fn at_clinic(&self, login: &str) -> Browser {
        sign_in(&self.app, CLINIC, login).await
    }

    pub async fn at_other_clinic(&self) -> Browser {
        sign_in(&self.app, OTHER_CLINIC, "isha-jimu-2").await
    }

    pub async fn seal(&self) {
        audit_trail::seal_all(&self.app.platform).await.unwrap();
    }

    /// The address of the request's page.
    pub fn case_path(&self) -> String {
        format!("/medical/opinions/{}/{}", self.case.0, self.case.1)
    }
}

pub fn full() -> Opinion {
    read_json(FULL, editions()).unwrap()
}

/// The golden opinion with other words in section 5.
pub fn changed(words: &str) -> Opinion {
    let mut opinion = full();
    opinion.remarks = kiban_domain::opinion::Text::new(words).unwrap();
    opinion
}

/// The golden opinion, whose physician does not agree to its use.
pub fn unwilling() -> Opinion {
    let mut opinion = full();
    opinion.header.consent = Some(Consent::Disagrees);
    opinion
}

pub fn doctor(number: &str) -> CallContext {
    let caller = Caller::Medical {
        office_no: number.parse().unwrap(),
        gives_care: false,
    };
    support::context(caller, Door::Connect, number)
}

pub fn town() -> CallContext {
    support::context(Caller::Insurer(support::insurer()), Door::Connect, INSURER)
}

pub fn patient() -> PersonKey {
    PersonKey {
        insurer_no: support::insurer(),
        insured_no: PATIENT.parse().unwrap(),
    }
}

/// Asks a clinic for an opinion.
pub async fn ask(app: &App, serial: u16, request_no: &str, clinic: &str) {
    let line = format!(
        r#"{{"op":"U","insurer_no":"131128","insured_no":"{PATIENT}","history_no":1,"updated_at":"2026-02-05T09:00:00+09:00","applied_on":"2026-02-02","branch":1,"request_no":"{request_no}","institution_code":"{clinic}","requested_on":"2026-02-05","setting":"1","writing":"1"}}"#
    );
    let name = format!("131128_opinion_request_D_20260205_{serial:04}.jsonl");
    app.send(&name, format!("{line}\n").as_bytes()).await;
}

async fn clinic(app: &App, number: &str, name: &str) {
    let row = OfficeRow {
        office_no: number.parse().unwrap(),
        name: name.into(),
        medical: true,
        service_kinds: Vec::new(),
        created_at: app.platform.now(),
    };
    app.platform
        .store
        .write::<(), kiban_store::Error, _>(move |work| {
            Box::pin(async move { offices::save(work, &row).await })
        })
        .await
        .unwrap();
    let members: &[(&str, StaffRole)] = if number == CLINIC {
        &[(CLERK, StaffRole::Clerk), (NURSE, StaffRole::Staff)]
    } else {
        &[("isha-jimu-2", StaffRole::Clerk)]
    };
    for (login, role) in members {
        let operator = support::context(Caller::Operator, Door::Operator, "operator");
        let account = NewStaff {
            office_no: number.parse().unwrap(),
            login: (*login).into(),
            name: "見本 職員".into(),
            role: *role,
            password: PASSWORD.into(),
            totp_secret: Some(SECRET.into()),
        };
        staff::add(&app.platform, &operator, account).await.unwrap();
    }
}

async fn sign_in(app: &App, office: &str, login: &str) -> Browser {
    let mut browser = app.browser_of(office, "uketsuke", "2f");
    browser.get("/care/sign-in").await;
    let known = [("user", login), ("password", PASSWORD)];
    browser.post("/care/sign-in", &known).await.is(303);
    browser.get("/care/second-factor").await;
    let code = app.code();
    browser
        .post("/care/second-factor", &[("code", &code)])
        .await
        .is(303);
    browser
}
