//! An office that the operator invited, with authorities that can issue for it.

use super::{Engine, TestPlatform, care_office, operator};
use kiban_access::Caller;
use kiban_audit::{Actor, Door};
use kiban_domain::{Clock as _, OfficeNumber};
use kiban_pki::{TerminalRole, new_request};
use kiban_services::{
    CallContext, Platform,
    card_check::Terminal,
    certificates::Authorities,
    enrolment::{
        self, EnrolError, Enrolled, Enrolment, EnrolmentSettings, Means, TicketError, Wish,
    },
    mail::{self, Outgoing, Post, PostError},
    renewal::{self, RenewError, Renewal},
};
use kiban_store::repo::{certificates, offices::OfficeRow};
use std::{future::Future, pin::Pin, sync::Mutex};

pub const NEW_OFFICE: &str = "1379900023";
pub const SETTINGS: EnrolmentSettings = EnrolmentSettings {
    first_code_days: 7,
    pkcs12_rounds: 10,
};

#[derive(Default)]
pub struct Letters(pub Mutex<Vec<Outgoing>>);

impl Post for Letters {
    fn send<'a>(
        &'a self,
        letter: &'a Outgoing,
    ) -> Pin<Box<dyn Future<Output = Result<(), PostError>> + Send + 'a>> {
        Box::pin(async move {
            self.0.lock().unwrap().push(Outgoing {
                token: letter.token.clone(),
                mail_id: letter.mail_id,
                to: letter.to.clone(),
                subject: letter.subject.clone(),
                body: letter.body.clone(),
                leave_url: letter.leave_url.clone(),
            });
            Ok(())
        })
    }
}

pub struct Invited {
    pub test: TestPlatform,
    pub authorities: Authorities,
    pub code: String,
}

pub fn new_office() -> OfficeNumber {
    NEW_OFFICE.parse().unwrap()
}

pub fn portal() -> CallContext {
    CallContext {
        caller: Caller::Office(new_office()),
        actor: Actor::new(Door::Portal, NEW_OFFICE),
        request_id: "r".into(),
    }
}

pub async fn letters(platform: &Platform) -> Vec<Outgoing> {
    let post = Letters::default();
    mail::deliver(platform, &post).await.unwrap();
    post.0.into_inner().unwrap()
}

impl Invited {
    pub async fn new(engine: Engine) -> Self {
        let test = TestPlatform::new(engine).await;
        let folder = test.folder.as_ref().unwrap().path().join("ca");
        let authorities =
            Authorities::open(&folder, &*test.clock, &*test.platform.entropy).unwrap();
        let row = OfficeRow {
            office_no: new_office(),
            name: "見本デイサービス".into(),
            medical: false,
            service_kinds: vec!["15".parse().unwrap()],
            created_at: test.clock.now(),
        };
        let invited = enrolment::invite_office(
            &test.platform,
            &operator(),
            SETTINGS,
            row,
            "kanri@hikari.example".parse().unwrap(),
            "https://portal.example",
        )
        .await
        .unwrap();
        let letters = letters(&test.platform).await;
        assert_eq!(letters.len(), 1);
        assert!(letters[0].body.contains(&invited.ticket.code));
        assert!(letters[0].body.contains("https://portal.example/start"));
        Self {
            code: invited.ticket.code,
            test,
            authorities,
        }
    }

    pub fn asked(code: &str, means: Means) -> Enrolment {
        Enrolment {
            office_no: new_office(),
            code: code.to_owned(),
            address: "192.0.2.1".into(),
            wish: Wish {
                name: "受付のパソコン".into(),
                tablet: false,
            },
            means,
        }
    }

    pub async fn enrol(&self, code: &str, means: Means) -> Result<Enrolled, EnrolError> {
        self.enrol_as(Self::asked(code, means)).await
    }

    pub async fn enrol_as(&self, asked: Enrolment) -> Result<Enrolled, EnrolError> {
        let (platform, clock) = (&self.test.platform, &*self.test.clock);
        enrolment::enrol(
            platform,
            &portal(),
            &self.authorities,
            clock,
            SETTINGS,
            asked,
        )
        .await
    }

    pub async fn enrol_program(&self, code: &str) -> Enrolled {
        let csr = new_request().unwrap().request_pem;
        self.enrol(code, Means::Request(csr)).await.unwrap()
    }

    pub async fn renew(
        &self,
        own: &Enrolled,
        role: TerminalRole,
        replaces: Option<String>,
        request_pem: String,
    ) -> Result<renewal::Renewed, RenewError> {
        let renewal = Renewal {
            terminal: Terminal {
                office_no: new_office(),
                terminal_id: own.terminal.terminal_id.clone(),
            },
            serial: own.certificate.serial.clone(),
            role,
            replaces,
            request_pem,
        };
        let (platform, clock) = (&self.test.platform, &*self.test.clock);
        let context = care_office();
        renewal::renew(platform, &context, &self.authorities, clock, renewal).await
    }

    pub async fn ticket(&self, terminal_id: Option<&str>) -> Result<String, TicketError> {
        let id = terminal_id.map(str::to_owned);
        let platform = &self.test.platform;
        let made =
            enrolment::make_ticket(platform, &care_office(), new_office(), "kanri", id).await;
        made.map(|ticket| ticket.code)
    }

    /// How many certificates of a terminal count.
    pub async fn open_certificates(&self, terminal_id: &str) -> usize {
        let mut work = self.test.platform.store.read().await.unwrap();
        let held = certificates::list_held(&mut work, NEW_OFFICE)
            .await
            .unwrap();
        held.iter()
            .map(|held| &held.certificate)
            .filter(|row| row.holder == terminal_id && row.revoked_at.is_none())
            .count()
    }
}
