//! How a terminal gets its next certificate, and how a lost one gets none (W-1).

mod support;

use kiban_domain::Clock as _;
use kiban_pki::{TerminalRole, new_request};
use kiban_services::{
    certificates::{CertificateTable, Standing},
    enrolment::{EnrolError, Means, TicketError},
    renewal::RenewError,
    terminals,
};
use support::{
    ENGINES, care_office,
    invited::{Invited, new_office},
};

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
        let mut renewed = own.clone();
        renewed.certificate.serial.clone_from(serial);
        let ask = |role, replaces: Option<&str>, csr: String| {
            office.renew(&renewed, role, replaces.map(str::to_owned), csr)
        };
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
#[tokio::test(flavor = "multi_thread")]
async fn w1_what_is_under_way_when_a_terminal_is_lost_gives_it_no_certificate() {
    for engine in ENGINES {
        let office = Invited::new(engine).await;
        let (platform, clock) = (&office.test.platform, &*office.test.clock);
        let means = Means::Request(new_request().unwrap().request_pem);
        let enrolled = office.enrol(&office.code, means).await.unwrap();
        let id = enrolled.terminal.terminal_id.clone();
        let code = office.ticket(Some(&id)).await.unwrap();
        let (caller, number) = (care_office(), new_office());
        let stop = terminals::stop(platform, &caller, clock, &number, &id);
        let request = new_request().unwrap().request_pem;
        let renewal = office.renew(&enrolled, TerminalRole::Browser, None, request);
        let (stopped, _) = tokio::join!(stop, renewal);
        stopped.unwrap();
        assert_eq!(office.open_certificates(&id).await, 0, "{engine:?}");

        let late = new_request().unwrap().request_pem;
        let late = office.renew(&enrolled, TerminalRole::Browser, None, late);
        assert!(matches!(late.await, Err(RenewError::NothingToRenew)));
        let means = Means::Request(new_request().unwrap().request_pem);
        let by_code = office.enrol(&code, means).await;
        assert!(matches!(by_code, Err(EnrolError::Used)), "{by_code:?}");
        assert_eq!(office.open_certificates(&id).await, 0, "{engine:?}");
    }
}
