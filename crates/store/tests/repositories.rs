//! What every repository answers, the same on both engines.

mod support;

use kiban_access::{Caller, Part};
use kiban_domain::{DataSet, EndReason, MunicipalityStage};
use kiban_store::repo::{
    answers::{self, AnswerRow},
    certificates, contents, eligibility,
    facts::{self, FactState, Recorded},
    identity, insurers,
    kept_inputs::{self, KeptRow},
    offices, rates,
    relations::{self, FOREVER, RelationRow},
    sessions, staff,
    transfers::{self, SetStateRow, TransferCounts, TransferRow, TransferState},
    uploads::{self, PartRow},
    waiting::{self, WaitingRow},
};
use support::{
    TestStore, at, day, eligibility_row, facts_of, id, insurer, insurer_row, new_fact, now, office,
    person, read_permit,
};

const NUMBER: &str = "0000000017";

#[tokio::test(flavor = "multi_thread")]
async fn insurers_and_offices() {
    for test in TestStore::both().await {
        write!(test.store, work => {
            assert!(!insurers::take_turn(work, &insurer()).await?);
            insurers::save(work, &insurer_row()).await?;
            let renamed = insurers::InsurerRow { name: "新見本区".into(), stage: MunicipalityStage::Preparing, ..insurer_row() };
            insurers::save(work, &renamed).await?;
            assert!(insurers::take_turn(work, &insurer()).await?);
            for since in [day(10, 2), day(10, 3)] {
                insurers::set_stage(work, &insurer(), MunicipalityStage::Migrating, since, now(), "operator").await?;
            }
            let row = offices::OfficeRow {
                office_no: office(),
                name: "見本".into(),
                medical: true,
                service_kinds: vec!["43".parse().unwrap(), "11".parse().unwrap()],
                created_at: now(),
            };
            offices::save(work, &row).await
        })
        .unwrap();
        let mut work = test.store.read().await.unwrap();
        let found = insurers::find(&mut work, &insurer())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (found.name.as_str(), found.stage),
            ("新見本区", MunicipalityStage::Migrating),
            "{}",
            test.engine
        );
        assert_eq!(
            (
                found.stage_since,
                insurers::list(&mut work).await.unwrap().len()
            ),
            (day(10, 3), 1)
        );
        let found = offices::find(&mut work, &office()).await.unwrap().unwrap();
        assert_eq!(
            (found.medical, found.service_kinds.len(), found.created_at),
            (true, 2, now()),
            "{}",
            test.engine
        );
        assert!(
            offices::find(&mut work, &"1379900023".parse().unwrap())
                .await
                .unwrap()
                .is_none()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_staff_sessions_and_rates() {
    for test in TestStore::both().await {
        let engine = test.engine;
        write!(test.store, work => {
            for serial in ["0a", "0b"] {
                let row = certificates::CertificateRow {
                    serial: serial.into(),
                    door: 1,
                    organisation: office().as_str().into(),
                    holder: "t1".into(),
                    role: "browser".into(),
                    issued_at: now(),
                    not_after: at("2027-11-01T01:00:00Z"),
                    revoked_at: None,
                };
                certificates::add(work, &row).await?;
            }
            assert!(certificates::revoke(work, "0b", now(), "lost").await?);
            assert!(!certificates::revoke(work, "0b", now(), "lost").await?, "{engine}: once");
            assert!(!certificates::revoke(work, "0c", now(), "lost").await?, "{engine}: never issued");
            certificates::touch(work, "0a", now()).await?;
            let all = certificates::list(work).await?;
            assert_eq!(all.iter().map(|row| row.revoked_at).collect::<Vec<_>>(), [None, Some(now())]);

            let account = staff::StaffRow {
                staff_id: id(9),
                office_no: office(),
                login: "sato".into(),
                name: "佐藤".into(),
                role: 2,
                contract: None,
                password_hash: "h".into(),
                totp_secret: Some("s".into()),
                totp_last_step: 0,
                state: 1,
                created_at: now(),
            };
            staff::add(work, &account).await?;
            let found = staff::find_by_login(work, &office(), "sato").await?.unwrap();
            assert_eq!((found.staff_id, found.name.as_str(), found.role), (id(9), "佐藤", 2));
            assert!(staff::find_by_login(work, &office(), "SATO").await?.is_none(), "{engine}: letters as they are");
            assert!(staff::use_totp_step(work, id(9), 5).await? && !staff::use_totp_step(work, id(9), 5).await?);
            assert!(!staff::use_totp_step(work, id(9), 4).await? && staff::use_totp_step(work, id(9), 6).await?);

            let session = sessions::SessionRow {
                token_hash: vec![1; 32],
                staff_id: id(9),
                office_no: office(),
                certificate_serial: "0a".into(),
                terminal_office_no: office(),
                complete: true,
                created_at: now(),
                last_seen_at: now(),
                expires_at: at("2026-11-01T13:00:00Z"),
            };
            sessions::add(work, &session).await?;
            sessions::touch(work, &[1; 32], at("2026-11-01T02:00:00.123456Z")).await?;
            let found = sessions::find(work, &[1; 32]).await?.unwrap();
            assert_eq!((found.complete, found.last_seen_at), (true, at("2026-11-01T02:00:00.123456Z")), "{engine}");
            assert_eq!(sessions::end_expired(work, at("2026-11-01T13:00:00Z")).await?, 0, "{engine}: to the last");
            assert_eq!(sessions::end_expired(work, at("2026-11-01T13:00:01Z")).await?, 1);
            assert!(sessions::find(work, &[1; 32]).await?.is_none());

            assert_eq!((rates::hit(work, "b", now()).await?, rates::hit(work, "b", now()).await?), (1, 2));
            rates::give_back(work, "b", now()).await?;
            assert_eq!(rates::count(work, "b", now()).await?, 1);
            assert_eq!(rates::count(work, "b", at("2026-11-01T02:00:00Z")).await?, 0, "{engine}: another window");
            assert_eq!(rates::forget(work, at("2026-11-01T02:00:00Z")).await?, 1);
            Ok(())
        })
        .unwrap();
        let taken = write!(test.store, work => {
            let mut again = staff::find(work, id(9)).await?.unwrap();
            again.staff_id = id(10);
            staff::add(work, &again).await
        });
        assert!(
            taken.unwrap_err().is_duplicate(),
            "{engine}: one login once in an office"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn identity_and_relations() {
    for test in TestStore::both().await {
        let engine = test.engine;
        write!(test.store, work => {
            assert!(identity::find_registered(work, &person(NUMBER)).await?.is_none());
            insurers::save(work, &insurer_row()).await?;
            assert!(identity::find_registered(work, &person(NUMBER)).await?.unwrap().person.is_none());
            eligibility::save(work, "131128", &[eligibility_row(NUMBER, day(12, 31))]).await?;
            let on_file = identity::find_registered(work, &person(NUMBER)).await?.unwrap().person.unwrap();
            assert_eq!((on_file.name_kana.as_str(), on_file.sex), ("カクウ ハナコ", 2));
            assert!(on_file.is_good_on(day(12, 31)) && !on_file.is_good_on(kiban_domain::Date::constant(2027, 1, 1)));

            let check = identity::CheckRow {
                check_id: id(1),
                person: person(NUMBER),
                office_no: office(),
                checked_by: "sato".into(),
                method: identity::CheckMethod::FiveItems,
                checked_at: now(),
                expires_at: at("2026-11-01T01:30:00Z"),
                used_at: None,
            };
            identity::add_check(work, &check).await?;
            assert!(identity::use_check(work, &insurer(), id(1), now()).await?);
            assert!(!identity::use_check(work, &insurer(), id(1), now()).await?, "{engine}: once");
            let found = identity::find_check(work, &insurer(), id(1)).await?.unwrap();
            assert_eq!((found.person, found.used_at), (person(NUMBER), Some(now())));

            let caller = Caller::Office(office());
            let permit = kiban_access::register_relation(&caller, &facts_of(&person(NUMBER)), "1").unwrap();
            let relation = RelationRow {
                relation_id: id(2),
                person: person(NUMBER),
                office_no: office(),
                service_kind: "43".parse().unwrap(),
                purpose: "ケアプラン作成".into(),
                valid_from: day(11, 1),
                valid_to: FOREVER,
                check_id: id(1),
                created_at: now(),
                created_by: "sato".into(),
                ended_at: None,
                end_reason: None,
                end_note: None,
                voided_from: None,
            };
            relations::add(work, &permit, &relation).await?;
            let looked = eligibility::look(work, &person(NUMBER), Some(&office())).await?.unwrap();
            assert_eq!((looked.stage, looked.relations.len()), (MunicipalityStage::Sharing, 1), "{engine}");
            assert!(looked.relations[0].is_care_management() && looked.relations[0].holds_on(FOREVER));
            let sealed = looked.sealed.unwrap();
            assert!(sealed.is_good_on(day(11, 1)));
            let parts = sealed.open(&read_permit(&person(NUMBER)), day(11, 1))?.unwrap();
            assert_eq!(parts.iter()?[0].0, Part::Insured);
            let other = eligibility::look(work, &person(NUMBER), None).await?.unwrap();
            assert!(other.relations.is_empty());
            assert!(other.sealed.unwrap().open(&read_permit(&person("0000000018")), day(11, 1)).is_err(), "{engine}: another's permit");

            let listing = kiban_access::list_persons(&caller).unwrap();
            let listed = relations::list_of_office(work, &listing, &office()).await?;
            assert_eq!((listed.len(), listed[0].insurer_name.as_str(), listed[0].shared), (1, "見本区", true));
            assert!(listed[0].is_good_on(day(11, 1)));
            assert_eq!(relations::find_name(work, &listing, &office(), &person(NUMBER)).await?.as_deref(), Some("架空 花子"));
            assert_eq!(relations::find_name(work, &listing, &office(), &person("0000000018")).await?, None, "{engine}");
            let ending = relations::Ending {
                valid_from: day(11, 1),
                valid_to: day(11, 30),
                voided_from: None,
                reason: EndReason::Other,
                note: Some("長期の入院".into()),
                at: now(),
                by: "sato".into(),
            };
            assert!(relations::end(work, &relation, &ending).await?);
            assert!(!relations::end(work, &relation, &ending).await?, "{engine}: it has another last day now");
            let ended = relations::list_of(work, &person(NUMBER), &office()).await?.remove(0);
            assert_eq!((ended.valid_to, ended.ended_at, ended.end_reason), (day(11, 30), Some(now()), Some(EndReason::Other)), "{engine}");
            assert_eq!(ended.end_note.as_deref(), Some("長期の入院"));
            assert!(ended.holds_on(day(11, 30)) && !ended.is_over(day(11, 30)) && ended.is_over(day(12, 1)));
            let void = relations::Ending {
                valid_from: relations::NEVER,
                valid_to: relations::NEVER,
                voided_from: Some(ended.valid_from),
                reason: EndReason::Mistake,
                note: None,
                ..ending
            };
            assert!(relations::end(work, &ended, &void).await?);
            let looked = eligibility::look(work, &person(NUMBER), Some(&office())).await?.unwrap();
            assert!(!looked.relations[0].holds_on(day(11, 1)), "{engine}: never valid, but known");
            let voided = relations::list_of(work, &person(NUMBER), &office()).await?.remove(0);
            assert_eq!((voided.voided_from, voided.valid_from, voided.valid_to), (Some(day(11, 1)), relations::NEVER, relations::NEVER), "{engine}");
            Ok(())
        })
        .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s6_facts_keep_both_axes() {
    for test in TestStore::both().await {
        let engine = test.engine;
        let (first, second) = (now(), at("2026-11-01T02:00:00Z"));
        write!(test.store, work => {
            insurers::save(work, &insurer_row()).await?;
            let keys = [(NUMBER, "1"), ("0000000018", "1")];
            let standing = facts::compare(work, "131128", 1, &keys).await?;
            assert!(standing.iter().all(|it| !it.person_known && it.current.is_none()), "{engine}");
            eligibility::save(work, "131128", &[eligibility_row(NUMBER, day(10, 31))]).await?;
            let recorded = Recorded { by: id(1), at: first };
            facts::add(work, "131128", 1, recorded, &[new_fact(NUMBER, "1", 1, "{\"a\":1}")]).await?;
            let standing = facts::compare(work, "131128", 1, &keys).await?;
            assert_eq!(standing[0].current.as_ref().map(|it| (it.version, it.state)), Some((1, FactState::Live)), "{engine}");
            assert!(standing[0].person_known && !standing[1].person_known);
            let recorded = Recorded { by: id(2), at: second };
            facts::supersede(work, "131128", 1, recorded, &[(NUMBER, "1", 1)]).await?;
            facts::add(work, "131128", 1, recorded, &[new_fact(NUMBER, "1", 2, "{\"a\":2}")]).await?;
            assert_eq!(facts::list_by_keys(work, "131128", 1, &keys).await?[0].1, 2);
            assert_eq!(facts::list_standing(work, "131128", &[NUMBER]).await?.len(), 1);
            assert_eq!(eligibility::list_stale(work, "131128", "", day(11, 1), 9).await?, [NUMBER]);
            assert!(eligibility::list_stale(work, "131128", "", day(10, 31), 9).await?.is_empty());
            Ok(())
        })
        .unwrap();
        let permit = read_permit(&person(NUMBER));
        let mut work = test.store.read().await.unwrap();
        for (known_at, body) in [
            (None, Some("{\"a\":2}")),
            (Some(second), Some("{\"a\":2}")),
            (Some(at("2026-11-01T01:59:59.999999Z")), Some("{\"a\":1}")),
            (Some(first), Some("{\"a\":1}")),
            (Some(at("2026-11-01T00:59:59Z")), None),
        ] {
            let known = facts::list_known(&mut work, &permit, known_at)
                .await
                .unwrap();
            assert_eq!(
                known.first().map(|fact| fact.body.as_str()),
                body,
                "{engine} {known_at:?}"
            );
            assert!(
                known.len() <= 1,
                "{engine} {known_at:?}: one version at a time"
            );
        }
    }
}

fn transfer(n: u128, dataset: DataSet, serial: i64) -> TransferRow {
    TransferRow {
        insurer_no: insurer(),
        transfer_id: id(n),
        dataset,
        full: true,
        base_date: day(11, 1),
        serial,
        file_name: format!("f{n}"),
        ms932: false,
        content: "c".into(),
        size_bytes: 5_000_000_000,
        state: TransferState::Received,
        code: String::new(),
        received_at: now(),
        started_at: None,
        finished_at: None,
        counts: TransferCounts::default(),
        findings: None,
        sent_by: "0a".into(),
        confirmed_by: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_finished_is_forgotten_after_its_time() {
    for test in TestStore::both().await {
        let engine = test.engine;
        write!(test.store, work => {
            let (old, new) = (at("2026-11-01T00:00:00Z"), at("2026-11-03T00:00:00Z"));
            let part = |part_no, content: &str| PartRow { part_no, content: content.into(), size_bytes: 1 };
            for (file, part_no, content, when) in [
                ("left", 1, "a1", old), ("left", 2, "a2", old), ("slow", 1, "b1", old), ("slow", 2, "b2", new),
            ] {
                uploads::save_part(work, "131128", file, &part(part_no, content), when).await?;
            }
            // The same name of another insurer is another upload.
            uploads::save_part(work, "131136", "slow", &part(1, "a3"), old).await?;
            let mut named: Vec<_> = contents::list_named(work, "a", "b").await?.into_iter().collect();
            named.sort();
            assert_eq!(named, ["a1", "a2", "a3"], "{engine}");
            assert_eq!(uploads::forget(work, at("2026-11-02T00:00:00Z")).await?, 3, "{engine}");
            assert_eq!(uploads::list_parts(work, "131128", "slow").await?.len(), 2, "{engine}: still on its way");
            assert!(contents::list_named(work, "a", "b").await?.is_empty(), "{engine}");

            let answer = AnswerRow { request_hash: vec![7], status: 202, body: "{}".into() };
            answers::keep(work, "o", "old", &answer, old).await?;
            answers::keep(work, "o", "new", &answer, new).await?;
            assert_eq!(answers::forget(work, new).await?, 1, "{engine}");
            assert!(answers::find(work, "o", "old").await?.is_none());
            assert!(answers::find(work, "o", "new").await?.is_some());

            let mut row = transfer(1, DataSet::Insured, 1);
            row.content = "c1".into();
            transfers::add(work, &row).await?;
            row.findings = Some("c2".into());
            transfers::save_progress(work, &row, None).await?;
            assert_eq!(contents::list_named(work, "c", "d").await?.len(), 2, "{engine}: the file and its findings");
            Ok(())
        })
        .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m1_transfers_go_one_after_the_other_within_a_set() {
    for test in TestStore::both().await {
        let engine = test.engine;
        write!(test.store, work => {
            for (n, set, serial) in [(1, DataSet::Insured, 1), (2, DataSet::Insured, 2), (3, DataSet::Consent, 1)] {
                transfers::add(work, &transfer(n, set, serial)).await?;
            }
            let until = at("2026-11-01T01:01:00Z");
            let first = transfers::claim(work, now(), until).await?.unwrap();
            let second = transfers::claim(work, now(), until).await?.unwrap();
            assert_eq!((first.transfer_id, second.transfer_id), (id(1), id(3)), "{engine}: 2 waits for 1");
            assert!(transfers::claim(work, now(), until).await?.is_none());
            // A worker that is gone is followed by another once its lease has run out.
            let late = at("2026-11-01T01:01:01Z");
            assert_eq!(transfers::claim(work, late, at("2026-11-01T01:02:00Z")).await?.unwrap().transfer_id, id(1));
            assert!(transfers::release_leases(work).await? >= 1);
            let mut done = first;
            done.state = TransferState::Applied;
            done.counts.inserted = 3;
            transfers::save_progress(work, &done, None).await?;
            let next = transfers::claim(work, late, at("2026-11-01T01:02:00Z")).await?.unwrap();
            assert_eq!(next.transfer_id, id(2), "{engine}");
            let kept = transfers::find(work, &insurer(), id(1)).await?.unwrap();
            assert_eq!((kept.counts.inserted, kept.size_bytes, kept.started_at), (3, 5_000_000_000, Some(now())));
            let newest: Vec<_> = transfers::list(work, &insurer(), 2).await?.iter().map(|row| row.transfer_id).collect();
            assert_eq!(newest, [id(3), id(2)]);

            assert!(transfers::find_set_state(work, &insurer(), DataSet::Insured).await?.is_none());
            transfers::add_live(work, &insurer(), DataSet::Insured, day(11, 1), 5).await?;
            transfers::add_live(work, &insurer(), DataSet::Insured, day(11, 1), -2).await?;
            let state = transfers::find_set_state(work, &insurer(), DataSet::Insured).await?.unwrap();
            assert_eq!(state, SetStateRow { last_serial: 0, last_base_date: day(11, 1), live_count: 3 });

            for (part_no, content) in [(2, "b"), (1, "a"), (2, "c")] {
                let part = PartRow { part_no, content: content.into(), size_bytes: 1 };
                uploads::save_part(work, "131128", "f", &part, now()).await?;
            }
            let parts = uploads::list_parts(work, "131128", "f").await?;
            assert_eq!(parts.iter().map(|part| part.content.as_str()).collect::<Vec<_>>(), ["a", "c"], "{engine}");
            uploads::clear_parts(work, "131128", "f").await?;
            assert!(uploads::list_parts(work, "131128", "f").await?.is_empty());
            for status in [201, 500] {
                let answer = AnswerRow { request_hash: vec![7], status, body: "{}".into() };
                answers::keep(work, "o", "k", &answer, now()).await?;
            }
            assert_eq!(answers::find(work, "o", "k").await?.unwrap().status, 201, "{engine}: the first stays");
            Ok(())
        })
        .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m1_waiting_rows_are_ready_when_their_person_comes() {
    for test in TestStore::both().await {
        let engine = test.engine;
        write!(test.store, work => {
            let row = |line: i64| WaitingRow {
                dataset: 4,
                insured_no: NUMBER.into(),
                record_key: "1".into(),
                transfer_id: id(1),
                line,
                cancels: line == 3,
                valid_from: day(1, 1),
                valid_to: FOREVER,
                history_no: 1,
                updated_at: now(),
                waiting_since: now(),
                body: "{}".into(),
            };
            waiting::save(work, "131128", &[row(2)]).await?;
            waiting::save(work, "131128", &[row(3)]).await?;
            assert_eq!(waiting::count(work, "131128").await?, 1, "{engine}: the newer row takes the older one's place");
            assert!(waiting::list_ready(work, "131128", 10).await?.is_empty());
            eligibility::save(work, "131128", &[eligibility_row(NUMBER, day(12, 31))]).await?;
            let ready = waiting::list_ready(work, "131128", 10).await?;
            assert_eq!((ready.len(), ready[0].line, ready[0].cancels, ready[0].valid_to), (1, 3, true, FOREVER));
            assert_eq!(waiting::list_of_transfer(work, "131128", id(1), 10).await?, [3]);
            waiting::remove(work, "131128", &ready).await?;
            assert_eq!(waiting::count(work, "131128").await?, 0);
            Ok(())
        })
        .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w10_of_one_account_at_one_terminal_the_newest_inputs_are_kept_until_their_end() {
    for test in TestStore::both().await {
        let engine = test.engine;
        let row = |n: u32, staff: u32, until: &str| KeptRow {
            kept_id: id(n.into()),
            holder: vec![7; 32],
            staff_id: id(staff.into()),
            terminal_id: "T-1".into(),
            sealed: vec![u8::try_from(n).unwrap(); 3],
            expires_at: at(until),
        };
        write!(test.store, work => {
            for n in 1..=3 {
                kept_inputs::add(work, &row(n, 9, &format!("2026-11-01T02:0{n}:00Z")), 2).await?;
            }
            kept_inputs::add(work, &row(4, 8, "2026-11-01T02:04:00Z"), 2).await?;
            let found = kept_inputs::list(work, &[7; 32], at("2026-11-01T02:02:00Z")).await?;
            let ids: Vec<_> = found.iter().map(|row| row.kept_id).collect();
            assert_eq!(ids, [id(4), id(3)], "{engine}: 1 made room, 2 has ended");
            assert_eq!((found[1].sealed.as_slice(), found[1].staff_id), ([3; 3].as_slice(), id(9)));
            assert!(kept_inputs::take(work, id(3)).await? && !kept_inputs::take(work, id(3)).await?);
            assert_eq!(kept_inputs::forget_ended(work, at("2026-11-01T02:02:00Z")).await?, 1, "{engine}");
            assert_eq!(kept_inputs::forget(work, &[7; 32]).await?, 1);
            Ok::<_, kiban_store::Error>(())
        })
        .unwrap();
    }
}
