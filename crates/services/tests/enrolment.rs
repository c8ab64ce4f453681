//! How an office and its terminals come in (W-1, W-2).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_access::Caller;
use kiban_audit::{Actor, Door};
use kiban_domain::{Clock as _, OfficeNumber};
use kiban_pki::{AuthorityKind, TerminalRole, new_request};
use kiban_services::{
    CallContext, Platform,
    card_check::Terminal,
    certificates::{self, Authorities, CertificateTable, Standing},
    enrolment::{
        self, EnrolError, Enrolled, Enrolment, EnrolmentSettings, Means, TicketError, Wish,
    },
    mail::{self, Outgoing, Post, PostError},
    renewal::{self, RenewError, Renewal},
    terminals,
};
use kiban_store::repo::offices::OfficeRow;
use std::{future::Future, pin::Pin, sync::Mutex};
use support::{ENGINES, Engine, TestPlatform, care_office, operator};

const NEW_OFFICE: &str = "1379900023";
const SETTINGS: EnrolmentSettings = EnrolmentSettings {
    first_code_days: 7,
    pkcs12_rounds: 10,
};

#[derive(Default)]
struct Letters(Mutex<Vec<Outgoing>>);

impl Post for Letters {
    fn send<'a>(
        &'a self,
        letter: &'a Outgoing,
    ) -> Pin<Box<dyn Future<Output = Result<(), PostError>> + Send + 'a>> {
        Box::pin(async move {
            self.0.lock().unwrap().push(Outgoing {
                mail_id: letter.mail_id,
                to: letter.to.clone(),
                subject: letter.subject.clone(),
                body: letter.body.clone(),
            });
            Ok(())
        })
    }
}

struct Invited {
    test: TestPlatform,
    authorities: Authorities,
    code: String,
}

fn new_office() -> OfficeNumber {
    NEW_OFFICE.parse().unwrap()
}

fn portal() -> CallContext {
    CallContext {
        caller: Caller::Office(new_office()),
        actor: Actor::new(Door::Portal, NEW_OFFICE),
        request_id: "r".into(),
    }
}

async fn letters(platform: &Platform) -> Vec<Outgoing> {
    let post = Letters::default();
    mail::deliver(platform, &post).await.unwrap();
    post.0.into_inner().unwrap()
}

impl Invited {
    async fn new(engine: Engine) -> Self {
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

    fn asked(code: &str, means: Means) -> Enrolment {
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

    async fn enrol(&self, code: &str, means: Means) -> Result<Enrolled, EnrolError> {
        self.enrol_as(Self::asked(code, means)).await
    }

    async fn enrol_as(&self, asked: Enrolment) -> Result<Enrolled, EnrolError> {
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

    async fn enrol_program(&self, code: &str) -> Enrolled {
        let csr = new_request().unwrap().request_pem;
        self.enrol(code, Means::Request(csr)).await.unwrap()
    }

    async fn renew(
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

    async fn ticket(&self, terminal_id: Option<&str>) -> Result<String, TicketError> {
        let id = terminal_id.map(str::to_owned);
        let platform = &self.test.platform;
        let made =
            enrolment::make_ticket(platform, &care_office(), new_office(), "kanri", id).await;
        made.map(|ticket| ticket.code)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_a_code_gives_one_certificate_and_its_file_once() {
    for engine in ENGINES {
        let office = Invited::new(engine).await;
        let typed = office.code.to_lowercase().replace('-', " ");
        let enrolled = office.enrol(&typed, Means::File).await.unwrap();
        assert!(enrolled.terminal.may_set_up && !enrolled.renewed);
        let file = enrolled.file.unwrap();
        let platform = &office.test.platform;
        let first = enrolment::take_file(platform, &portal(), &file.token).await;
        assert!(!first.unwrap().unwrap().is_empty());
        let second = enrolment::take_file(platform, &portal(), &file.token).await;
        assert!(second.unwrap().is_none(), "{engine:?}: once");
        let again = office.enrol(&office.code, Means::File).await;
        assert!(matches!(again, Err(EnrolError::Used)), "{again:?}");

        let letters = letters(platform).await;
        assert_eq!(letters[0].subject, "新しい端末が登録されました");
        assert!(letters[0].body.contains("受付のパソコン"));
        let all = terminals::list(platform, &*office.test.clock, &new_office())
            .await
            .unwrap();
        assert_eq!((all.len(), all[0].row.name.as_str()), (1, "受付のパソコン"));
        assert!(office.test.verify().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_of_many_at_the_same_time_one_gets_the_certificate() {
    for engine in ENGINES {
        let office = Invited::new(engine).await;
        let tries = [0; 4].map(|_| office.enrol(&office.code, Means::File));
        let [a, b, c, d] = tries;
        let (a, b, c, d) = tokio::join!(a, b, c, d);
        let good = [a, b, c, d].iter().filter(|it| it.is_ok()).count();
        assert_eq!(good, 1, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_five_wrong_tries_end_a_code_and_nothing_tells_why() {
    for engine in ENGINES {
        let office = Invited::new(engine).await;
        for code in ["00000-00000", "short", "", "ZZZZZZZZZZ", "1234567890"] {
            let refused = office.enrol(code, Means::File).await;
            assert!(matches!(refused, Err(EnrolError::Wrong)), "{refused:?}");
        }
        let right = office.enrol(&office.code, Means::File).await;
        assert!(matches!(right, Err(EnrolError::Wrong)), "{right:?}");

        // Another office's code is as good as none.
        let code = office.ticket(None).await.unwrap();
        let mut asked = Invited::asked(&code, Means::File);
        asked.office_no = support::office();
        assert!(matches!(
            office.enrol_as(asked).await,
            Err(EnrolError::Wrong)
        ));
        assert!(office.enrol(&code, Means::File).await.is_ok());

        let late = office.ticket(None).await.unwrap();
        office.test.clock.pass(30 * 60);
        assert!(matches!(
            office.enrol(&late, Means::File).await,
            Err(EnrolError::Wrong)
        ));
        for _ in 0..40 {
            let _ = office.enrol("0000000000", Means::File).await;
        }
        let late = office.enrol("0000000000", Means::File).await;
        assert!(matches!(late, Err(EnrolError::TooMany(_))), "{late:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_of_a_request_only_the_key_counts_and_a_bad_one_costs_no_code() {
    for engine in ENGINES {
        let office = Invited::new(engine).await;
        let broken = office.enrol(&office.code, Means::Request("x".into())).await;
        assert!(matches!(broken, Err(EnrolError::Request(_))), "{broken:?}");
        let request = new_request().unwrap();
        let means = Means::Request(request.request_pem);
        let enrolled = office.enrol(&office.code, means).await.unwrap();
        assert!(enrolled.file.is_none());
        let table = CertificateTable::default();
        let serial = &enrolled.certificate.serial;
        assert_eq!(table.standing(serial), None);
        table.look_up(&office.test.platform, serial).await.unwrap();
        assert_eq!(table.standing(serial), Some(Standing::Good), "{engine:?}");
        let authority = office.authorities.of(AuthorityKind::Terminals);
        assert_eq!(
            enrolled.certificate.authority_pem,
            authority.certificate_pem()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_a_certificate_learned_as_good_is_stopped_by_the_next_reading() {
    for engine in ENGINES {
        let office = Invited::new(engine).await;
        let platform = &office.test.platform;
        let enrolled = office.enrol(&office.code, Means::File).await.unwrap();
        let serial = &enrolled.certificate.serial;
        let table = CertificateTable::default();
        table.look_up(platform, serial).await.unwrap();
        assert_eq!(table.standing(serial), Some(Standing::Good));
        assert!(
            certificates::revoke(platform, &operator(), serial, "紛失")
                .await
                .unwrap()
        );
        assert!(table.refresh(platform).await.unwrap());
        assert_eq!(
            table.standing(serial),
            Some(Standing::Revoked),
            "{engine:?}"
        );
        table.look_up(platform, serial).await.unwrap();
        assert_eq!(table.standing(serial), Some(Standing::Revoked));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_unknown_serials_do_not_make_the_database_work() {
    let office = Invited::new(Engine::Lite).await;
    let platform = &office.test.platform;
    let table = CertificateTable::default();
    for number in 0..20 {
        table
            .look_up(platform, &format!("{number:x}"))
            .await
            .unwrap();
    }
    let enrolled = office.enrol(&office.code, Means::File).await.unwrap();
    let serial = &enrolled.certificate.serial;
    table.look_up(platform, serial).await.unwrap();
    assert_eq!(table.standing(serial), None, "not in this second");
    office.test.clock.pass(1);
    table.look_up(platform, serial).await.unwrap();
    assert_eq!(table.standing(serial), Some(Standing::Good));
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_a_renewed_certificate_ends_the_old_one_at_its_first_use_or_after_a_week() {
    for engine in ENGINES {
        let office = Invited::new(engine).await;
        let (platform, clock) = (&office.test.platform, &*office.test.clock);
        let table = CertificateTable::default();
        let old = office.enrol(&office.code, Means::File).await.unwrap();
        let id = old.terminal.terminal_id.clone();
        for by_use in [true, false] {
            let before = terminals::load(platform, clock, &new_office(), &id)
                .await
                .unwrap();
            let before = before
                .current(clock.now())
                .unwrap()
                .certificate
                .serial
                .clone();
            clock.pass(3_600);
            let code = office.ticket(Some(&id)).await.unwrap();
            let new = office.enrol(&code, Means::File).await.unwrap();
            assert!(new.renewed && new.terminal.terminal_id == id);
            let serial = new.certificate.serial;
            table.refresh(platform).await.unwrap();
            assert_eq!(table.standing(&before), Some(Standing::Good), "both count");
            assert_eq!(
                terminals::end_superseded(platform, clock, &table)
                    .await
                    .unwrap(),
                0
            );
            if by_use {
                terminals::note_use(platform, &table, &serial)
                    .await
                    .unwrap();
            } else {
                clock.pass(7 * 24 * 3_600);
                assert_eq!(
                    terminals::end_superseded(platform, clock, &table)
                        .await
                        .unwrap(),
                    1
                );
            }
            assert_eq!(
                table.standing(&before),
                Some(Standing::Revoked),
                "{engine:?}"
            );
            assert_eq!(table.standing(&serial), Some(Standing::Good));
            assert!(
                table.refresh(platform).await.unwrap(),
                "lists are made anew"
            );
            assert_eq!(table.standing(&before), Some(Standing::Revoked));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_a_lost_terminal_is_stopped_at_once_and_cannot_be_renewed() {
    for engine in ENGINES {
        let office = Invited::new(engine).await;
        let (platform, clock) = (&office.test.platform, &*office.test.clock);
        let enrolled = office.enrol(&office.code, Means::File).await.unwrap();
        let id = enrolled.terminal.terminal_id;
        let other = support::office();
        let foreign = terminals::stop(platform, &care_office(), clock, &other, &id).await;
        assert!(matches!(foreign, Err(terminals::TerminalError::NotFound)));
        let stopped = terminals::stop(platform, &care_office(), clock, &new_office(), &id).await;
        assert_eq!(stopped.unwrap().join(" "), enrolled.certificate.serial);
        let table = CertificateTable::default();
        table.refresh(platform).await.unwrap();
        assert_eq!(
            table.standing(&enrolled.certificate.serial),
            Some(Standing::Revoked),
            "{engine:?}"
        );
        let renewal = office.ticket(Some(&id)).await;
        assert!(matches!(renewal, Err(TicketError::NothingToRenew)));
        for _ in 0..10 {
            office.ticket(None).await.unwrap();
        }
        assert!(matches!(
            office.ticket(None).await,
            Err(TicketError::TooMany)
        ));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_reminders_come_at_60_30_and_7_days_once_each() {
    for engine in ENGINES {
        let office = Invited::new(engine).await;
        let (platform, clock) = (&office.test.platform, &*office.test.clock);
        office.enrol(&office.code, Means::File).await.unwrap();
        letters(platform).await;
        let mut told = Vec::new();
        for day in 0..80_i64 {
            terminals::remind(platform, clock).await.unwrap();
            terminals::remind(platform, clock).await.unwrap();
            for letter in letters(platform).await {
                told.push((day, letter.subject));
            }
            // Most days bring nothing; walking every one of them costs more than it shows.
            clock.pass(86_400);
            if day == 0 {
                clock.pass(290 * 86_400);
            }
        }
        let said: Vec<_> = told.iter().map(|(_, subject)| subject.as_str()).collect();
        assert_eq!(
            said,
            [
                "端末の電子証明書の期限まで、あと60日です",
                "端末の電子証明書の期限まで、あと30日です",
                "端末の電子証明書の期限まで、あと7日です"
            ],
            "{engine:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_a_lost_answer_is_given_again_to_the_same_key_and_to_nobody_else() {
    for engine in ENGINES {
        let office = Invited::new(engine).await;
        let csr = new_request().unwrap().request_pem;
        let ask = |csr: String| office.enrol(&office.code, Means::Request(csr));
        // Twice at the same moment: one certificate, both hear of it.
        let (one, two) = tokio::join!(ask(csr.clone()), ask(csr.clone()));
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_eq!(one.certificate.serial, two.certificate.serial, "{engine:?}");
        let again = ask(csr).await.unwrap();
        assert_eq!(
            again.certificate.certificate_pem,
            one.certificate.certificate_pem
        );
        assert_eq!(again.terminal, one.terminal);
        let platform = &office.test.platform;
        let clock = &*office.test.clock;
        let all = terminals::list(platform, clock, &new_office()).await;
        let all = all.unwrap();
        assert_eq!((all.len(), all[0].certificates.len()), (1, 1));
        let other = ask(new_request().unwrap().request_pem).await;
        assert!(matches!(other, Err(EnrolError::Used)), "{other:?}");
        let file = office.enrol(&office.code, Means::File).await;
        assert!(matches!(file, Err(EnrolError::Used)), "{file:?}");
        assert!(office.test.verify().await.is_empty());

        // A certificate that was stopped is not given out, and nothing after the code's own time.
        let code = office.ticket(None).await.unwrap();
        let csr = new_request().unwrap().request_pem;
        let ask = || office.enrol(&code, Means::Request(csr.clone()));
        let second = ask().await.unwrap();
        clock.pass(31 * 60);
        assert!(matches!(ask().await, Err(EnrolError::Used)));
        let code = office.ticket(None).await.unwrap();
        let ask = || office.enrol(&code, Means::Request(csr.clone()));
        let third = ask().await.unwrap();
        assert_ne!(second.certificate.serial, third.certificate.serial);
        let id = &third.terminal.terminal_id;
        terminals::stop(platform, &portal(), clock, &new_office(), id)
            .await
            .unwrap();
        assert!(matches!(ask().await, Err(EnrolError::Used)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_a_program_renews_with_its_certificate_and_only_for_its_own_terminal() {
    for engine in ENGINES {
        let office = Invited::new(engine).await;
        let (platform, clock) = (&office.test.platform, &*office.test.clock);
        let own = office.enrol_program(&office.code).await;
        let code = office.ticket(None).await.unwrap();
        let other = office.enrol_program(&code).await;
        let ask = |role, replaces: Option<&str>, csr: String| {
            office.renew(&own, role, replaces.map(str::to_owned), csr)
        };
        let fresh = || new_request().unwrap().request_pem;
        clock.pass(3_600);
        let reader = TerminalRole::Reader;
        let csr = new_request().unwrap().request_pem;
        let old = own.certificate.serial.as_str();
        let new = ask(reader, Some(old), csr.clone()).await.unwrap();
        let again = ask(reader, Some(old), csr.clone()).await.unwrap();
        assert_eq!(new.certificate_pem, again.certificate_pem, "{engine:?}");

        // The old one counts until the new one is used.
        let table = CertificateTable::default();
        table.refresh(platform).await.unwrap();
        assert_eq!(table.standing(old), Some(Standing::Good));
        let number = new_office();
        let held = terminals::load(platform, clock, &number, &own.terminal.terminal_id);
        let held = held.await.unwrap().certificates;
        let serial = &held.last().unwrap().certificate.serial;
        assert_eq!(held.last().unwrap().replaces.as_deref(), Some(old));
        terminals::note_use(platform, &table, serial).await.unwrap();
        assert_eq!(table.standing(old), Some(Standing::Revoked));
        let late = ask(reader, Some(old), fresh()).await;
        assert!(matches!(late, Err(RenewError::NothingToRenew)), "{late:?}");

        // The certificate for the bridge: the first replaces none; another terminal's or another role's never.
        let browser = TerminalRole::Browser;
        ask(browser, None, fresh()).await.unwrap();
        let foreign = [other.certificate.serial.as_str(), serial.as_str(), "00"];
        for serial in foreign {
            let refused = ask(browser, Some(serial), fresh()).await;
            assert!(
                matches!(refused, Err(RenewError::NothingToRenew)),
                "{refused:?}"
            );
        }
        let broken = ask(browser, None, "x".into()).await;
        assert!(matches!(broken, Err(RenewError::Request(_))), "{broken:?}");
        for _ in 0..10 {
            ask(browser, None, fresh()).await.unwrap();
        }
        let many = ask(browser, None, fresh()).await;
        assert!(matches!(many, Err(RenewError::TooMany(_))), "{many:?}");
        assert!(office.test.verify().await.is_empty());
    }
}
