//! Challenges and card links, the same on both engines.

mod support;

use kiban_store::repo::{
    card_challenges::{self, Answered, CardOutcome, ChallengeRow, ChallengeState},
    card_links::{self, CardLinkRow, CardRow},
};
use support::{TestStore, at, id, insurer, now, office, person};

const LATER: &str = "2026-11-01T01:01:30Z";
const NUMBER: &str = "0000000017";

fn card(serial: u8) -> CardRow {
    CardRow {
        issuer_key_id: vec![7; 20],
        serial: vec![0x22, 0x7b, serial],
    }
}

fn challenge(number: u128) -> ChallengeRow {
    ChallengeRow {
        challenge_id: id(number),
        office_no: office(),
        terminal_id: "T1".into(),
        sign_in: vec![1; 32],
        staff: "sato".into(),
        case_id: "c".into(),
        method: 1,
        message: "the text with its nonce".into(),
        code: "0042".into(),
        state: ChallengeState::Pending,
        reason: None,
        tries_left: None,
        created_at: now(),
        expires_at: at(LATER),
        ended_at: None,
        outcome: None,
        insurer_no: None,
        link_id: None,
        card: None,
        used_at: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w3_a_challenge_goes_one_way_only() {
    for test in TestStore::both().await {
        let engine = test.engine;
        write!(test.store, work => {
            for number in 1..=3 {
                card_challenges::add(work, &challenge(number)).await?;
            }
            assert_eq!(card_challenges::list_open(work, &office(), "T1").await?.len(), 3, "{engine}");
            assert_eq!(card_challenges::list_open(work, &office(), "T2").await?.len(), 0, "{engine}");
            let waiting = card_challenges::list_waiting_terminals(work, now()).await?;
            assert_eq!(waiting.first(), Some(&(office(), "T1".to_owned())), "{engine}");
            assert!(card_challenges::list_waiting_terminals(work, at("2026-11-01T02:00:00Z")).await?.is_empty());

            assert!(card_challenges::take(work, id(1), now()).await?);
            assert!(!card_challenges::take(work, id(1), now()).await?, "{engine}: once");
            let answered = Answered {
                outcome: CardOutcome::Linked,
                link: Some((insurer(), id(50))),
                card: &card(1),
                at: now(),
            };
            assert!(!card_challenges::finish(work, id(2), &answered).await?, "{engine}: not taken");
            assert!(card_challenges::finish(work, id(1), &answered).await?);
            assert!(!card_challenges::finish(work, id(1), &answered).await?, "{engine}: twice");
            let done = card_challenges::find(work, id(1)).await?.unwrap();
            assert_eq!((done.state, done.outcome), (ChallengeState::Done, Some(CardOutcome::Linked)));
            assert_eq!((done.insurer_no, done.link_id), (Some(insurer()), Some(id(50))));
            assert!(done.card == Some(card(1)), "{engine}");
            assert!(card_challenges::use_result(work, id(1), now()).await?);
            assert!(!card_challenges::use_result(work, id(1), now()).await?, "{engine}: used once");
            let used = card_challenges::find(work, id(1)).await?.unwrap();
            assert_eq!((used.card, used.used_at), (None, Some(now())), "{engine}: the card is forgotten");

            let failed = ChallengeState::Failed;
            assert!(card_challenges::end(work, id(2), failed, Some("wrong_pin"), Some(2), now()).await?);
            assert!(!card_challenges::end(work, id(2), ChallengeState::Expired, None, None, now()).await?);
            let failed = card_challenges::find(work, id(2)).await?.unwrap();
            assert_eq!((failed.state, failed.reason.as_deref(), failed.tries_left), (ChallengeState::Failed, Some("wrong_pin"), Some(2)));
            assert!(!card_challenges::use_result(work, id(2), now()).await?, "{engine}: no result");

            assert!(card_challenges::list_overdue(work, at(LATER)).await?.is_empty(), "{engine}: the last second counts");
            let overdue = card_challenges::list_overdue(work, at("2026-11-01T01:01:31Z")).await?;
            assert_eq!(overdue.iter().map(|row| row.challenge_id).collect::<Vec<_>>(), [id(3)]);
            Ok(())
        })
        .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_nobody_used_is_forgotten() {
    for test in TestStore::both().await {
        write!(test.store, work => {
            card_challenges::add(work, &challenge(1)).await?;
            card_challenges::take(work, id(1), now()).await?;
            let answered = Answered { outcome: CardOutcome::Unknown, link: None, card: &card(1), at: now() };
            card_challenges::finish(work, id(1), &answered).await?;
            card_challenges::forget(work, now(), now()).await?;
            assert!(card_challenges::find(work, id(1)).await?.unwrap().card.is_some());
            assert_eq!(card_challenges::forget(work, at(LATER), now()).await?, 0);
            assert!(card_challenges::find(work, id(1)).await?.unwrap().card.is_none());
            assert_eq!(card_challenges::forget(work, at(LATER), at(LATER)).await?, 1);
            assert!(card_challenges::find(work, id(1)).await?.is_none());
            Ok(())
        })
        .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w3_links_are_found_by_card_and_ended_once() {
    for test in TestStore::both().await {
        let engine = test.engine;
        write!(test.store, work => {
            let link = CardLinkRow {
                link_id: id(1),
                person: person(NUMBER),
                how: "five_items".into(),
                linked_at: now(),
                linked_by: "sato".into(),
                ended_at: None,
                ended_why: None,
            };
            card_links::add(work, &link, &card(1)).await?;
            let newer = CardLinkRow { link_id: id(2), linked_at: at(LATER), ..link.clone() };
            card_links::add(work, &newer, &card(1)).await?;
            card_links::add(work, &CardLinkRow { link_id: id(3), ..link }, &card(2)).await?;
            let found = card_links::list_of_card(work, &card(1)).await?;
            assert_eq!(found.iter().map(|row| row.link_id).collect::<Vec<_>>(), [id(2), id(1)], "{engine}");
            assert_eq!((&found[0].person, found[0].how.as_str()), (&person(NUMBER), "five_items"));
            let other_issuer = CardRow { issuer_key_id: vec![8; 20], ..card(1) };
            assert!(card_links::list_of_card(work, &other_issuer).await?.is_empty(), "{engine}: the serial alone is no card");

            assert_eq!(card_links::find_living(work, &insurer(), id(1)).await?, Some(person(NUMBER)), "{engine}");
            assert!(card_links::end(work, &person(NUMBER), id(1), now(), "moved").await?);
            assert_eq!(card_links::find_living(work, &insurer(), id(1)).await?, None, "{engine}: ended");
            assert!(!card_links::end(work, &person(NUMBER), id(1), now(), "moved").await?, "{engine}: once");
            let found = card_links::list_of_card(work, &card(1)).await?;
            assert_eq!((found[1].ended_at, found[1].ended_why.as_deref()), (Some(now()), Some("moved")), "{engine}");
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn debug_shows_neither_card_nor_nonce() {
    let row = ChallengeRow {
        card: Some(card(0x13)),
        ..challenge(1)
    };
    let text = format!("{row:?} {:?}", card(0x13));
    for hidden in ["227b13", "34, 123, 19", "nonce"] {
        assert!(!text.contains(hidden), "{text}");
    }
}
