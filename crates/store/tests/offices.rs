//! What an office keeps of its terminals and accounts, the same on both engines.

mod support;

use kiban_store::repo::{
    accounts::{self, DraftRow, InvitationRow},
    certificates,
    setup::{self, SetupRow},
    terminals::{self, TerminalRow, TicketRow},
};
use support::{TestStore, at, id, now, office};

#[tokio::test(flavor = "multi_thread")]
async fn tickets_terminals_and_files() {
    let later = at("2026-11-01T01:30:00Z");
    for test in TestStore::both().await {
        let engine = test.engine;
        write!(test.store, work => {
            let ticket = |number: u128, hash: &str| TicketRow {
                ticket_id: id(number),
                office_no: office(),
                code_hash: hash.into(),
                terminal_id: None,
                first: number == 1,
                made_by: "kanri".into(),
                created_at: now(),
                expires_at: later,
            };
            for (number, hash) in [(1, "h1"), (2, "h2")] {
                terminals::add_ticket(work, &ticket(number, hash)).await?;
            }
            assert_eq!(terminals::count_open(work, &office(), 5, now()).await?, 2);
            assert!(terminals::find_ticket(work, &office(), "h0", 5, now()).await?.is_none());
            let other = "1379900023".parse().unwrap();
            assert!(terminals::use_ticket(work, &other, "h1", 5, now()).await?.is_none(), "{engine}: another office");
            let used = terminals::use_ticket(work, &office(), "h1", 5, now()).await?.unwrap();
            assert!(used.first && used.ticket_id == id(1));
            assert!(terminals::use_ticket(work, &office(), "h1", 5, now()).await?.is_none(), "{engine}: once");
            assert!(terminals::find_used_ticket(work, &office(), "h1").await?.is_some());
            assert!(terminals::find_used_ticket(work, &office(), "h2").await?.is_none());
            assert!(terminals::use_ticket(work, &office(), "h2", 5, later).await?.is_none(), "{engine}: too late");
            for _ in 0..5 {
                terminals::count_wrong(work, &office(), now()).await?;
            }
            assert!(terminals::use_ticket(work, &office(), "h2", 5, now()).await?.is_none(), "{engine}: five wrong tries");
            assert_eq!(terminals::count_open(work, &office(), 5, now()).await?, 0);

            let mut terminal = TerminalRow {
                terminal_id: "T-1".into(),
                office_no: office(),
                name: "受付".into(),
                kind: 1,
                may_set_up: true,
                created_at: now(),
            };
            terminals::add(work, &terminal).await?;
            terminal.name = "相談室".into();
            terminals::rename(work, &terminal).await?;
            assert_eq!(terminals::list(work, &office()).await?, [terminal.clone()]);
            assert_eq!(terminals::find(work, &office(), "T-1").await?, Some(terminal));
            assert!(terminals::find(work, &other, "T-1").await?.is_none());

            terminals::add_file(work, &[1; 32], "0a", b"file", later).await?;
            terminals::add_file(work, &[2; 32], "0b", b"file", later).await?;
            assert!(terminals::take_file(work, &[1; 32], later).await?.is_none(), "{engine}: too late");
            assert_eq!(terminals::take_file(work, &[1; 32], now()).await?, Some(("0a".into(), b"file".to_vec())));
            assert!(terminals::take_file(work, &[1; 32], now()).await?.is_none(), "{engine}: once");
            assert_eq!(terminals::forget(work, later, now()).await?, 1);
            assert_eq!(terminals::forget(work, later, later).await?, 2);
            assert!(terminals::note_reminder(work, "0a", 30, now()).await?);
            assert!(!terminals::note_reminder(work, "0a", 30, later).await? && terminals::note_reminder(work, "0a", 7, later).await?);

            for (serial, holder) in [("0a", "T-1"), ("0b", "T-1")] {
                let row = certificates::CertificateRow {
                    serial: serial.into(),
                    door: 1,
                    organisation: office().as_str().into(),
                    holder: holder.into(),
                    role: "browser".into(),
                    issued_at: now(),
                    not_after: at("2027-11-01T01:00:00Z"),
                    revoked_at: None,
                };
                certificates::add(work, &row).await?;
            }
            let year = at("2027-11-01T01:00:00Z");
            assert_eq!(certificates::list_ending(work, now(), year).await?.len(), 2);
            certificates::set_replaces(work, "0b", "0a").await?;
            let left = certificates::list_ending(work, now(), year).await?;
            assert_eq!(left.iter().map(|row| row.serial.as_str()).collect::<Vec<_>>(), ["0b"]);
            assert_eq!(certificates::list_superseded(work, later).await?, [("0a".to_owned(), office().as_str().to_owned())]);
            assert!(certificates::list_superseded(work, now()).await?.is_empty());
            assert_eq!(certificates::find_replaced(work, "0b").await?.as_deref(), Some("0a"));
            certificates::revoke(work, "0a", later, "superseded").await?;
            assert!(certificates::find_replaced(work, "0b").await?.is_none());
            let held = certificates::list_held(work, office().as_str()).await?;
            assert_eq!((held.len(), held[0].reason.as_deref(), held[1].replaces.as_deref()), (2, Some("superseded"), Some("0a")));
            assert!(certificates::find(work, "0a").await?.unwrap().revoked_at.is_some());
            assert!(certificates::find(work, "0c").await?.is_none());
            Ok(())
        })
        .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_drafts_and_recovery_codes() {
    let later = at("2026-11-08T01:00:00Z");
    for test in TestStore::both().await {
        let engine = test.engine;
        write!(test.store, work => {
            let invitation = |number: u128| InvitationRow {
                invitation_id: id(number),
                office_no: office(),
                staff_id: None,
                code_hash: vec![u8::try_from(number).unwrap(); 32],
                mail: "a@b.example".into(),
                name: "佐藤".into(),
                role: 2,
                contract: None,
                invited_by: "kanri".into(),
                created_at: now(),
                expires_at: later,
                used_at: None,
                cancelled_at: None,
            };
            for number in 1..4 {
                accounts::add_invitation(work, &invitation(number)).await?;
            }
            assert_eq!(accounts::list_open(work, &office()).await?.len(), 3);
            assert!(accounts::use_invitation(work, id(1), now()).await?);
            assert!(!accounts::use_invitation(work, id(1), now()).await?, "{engine}: once");
            assert!(accounts::cancel_invitation(work, &office(), id(2), now()).await?);
            assert!(!accounts::cancel_invitation(work, &office(), id(1), now()).await?, "{engine}: used");
            assert!(!accounts::use_invitation(work, id(2), now()).await? && !accounts::use_invitation(work, id(3), later).await?);
            assert_eq!(accounts::list_open(work, &office()).await?.len(), 1);
            let found = accounts::find_invitation(work, &[1; 32]).await?.unwrap();
            assert_eq!((found.used_at, found.cancelled_at, found.role), (Some(now()), None, 2));
            assert!(accounts::load_invitation(work, &office(), id(3)).await?.is_some());

            let draft = DraftRow {
                token_hash: vec![7; 32],
                office_no: office(),
                certificate_serial: "0a".into(),
                invitation_id: Some(id(3)),
                staff_id: None,
                login: "sato".into(),
                name: "佐藤".into(),
                mail: "a@b.example".into(),
                role: 2,
                password_hash: "h".into(),
                totp_secret: "s".into(),
                expires_at: later,
            };
            accounts::add_draft(work, &draft).await?;
            assert!(accounts::find_draft(work, &[7; 32], "0b", now()).await?.is_none(), "{engine}: another terminal");
            assert!(accounts::find_draft(work, &[7; 32], "0a", later).await?.is_none(), "{engine}: too late");
            assert_eq!(accounts::find_draft(work, &[7; 32], "0a", now()).await?.unwrap().invitation_id, Some(id(3)));
            assert!(accounts::end_draft(work, &[7; 32]).await? && !accounts::end_draft(work, &[7; 32]).await?);

            accounts::set_recovery_codes(work, id(9), &[vec![1; 32], vec![2; 32]]).await?;
            assert!(accounts::use_recovery_code(work, id(9), &[1; 32], now()).await?);
            assert!(!accounts::use_recovery_code(work, id(9), &[1; 32], now()).await?, "{engine}: once");
            assert!(!accounts::use_recovery_code(work, id(8), &[2; 32], now()).await?, "{engine}: another's");
            accounts::set_recovery_codes(work, id(9), &[vec![3; 32]]).await?;
            assert!(!accounts::use_recovery_code(work, id(9), &[2; 32], now()).await?);
            assert_eq!(accounts::forget(work, later, later).await?, 3);

            let first = SetupRow { connection_at: Some(now()), ..SetupRow::default() };
            assert_eq!(setup::find(work, &office()).await?, SetupRow::default());
            setup::save(work, &office(), &first).await?;
            let second = SetupRow { connection_at: Some(later), staff_at: Some(later), finished_at: None };
            setup::save(work, &office(), &second).await?;
            let kept = setup::find(work, &office()).await?;
            assert_eq!((kept.connection_at, kept.staff_at), (Some(now()), Some(later)));
            Ok(())
        })
        .unwrap();
    }
}
