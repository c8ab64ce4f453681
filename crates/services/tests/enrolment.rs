//! How an office and its terminals come in (W-1, W-2).

mod support;

use kiban_pki::{AuthorityKind, new_request};
use kiban_services::{
    certificates::{self, CertificateTable, Standing},
    enrolment::{self, EnrolError, Means},
    terminals,
};
use support::{
    ENGINES, Engine,
    invited::{Invited, letters, new_office, portal},
    operator,
};

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
