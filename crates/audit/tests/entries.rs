//! The written form of an entry.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set up its case may stop"
)]

mod support;

use kiban_audit::{Action, Actor, Door, Entry, Event, NO_INSURER, Outcome};
use kiban_domain::Timestamp;
use proptest::prelude::*;
use support::{Counting, event, noon};
use uuid::Uuid;

#[test]
fn an_allowed_reading_looks_like_this() {
    let body = event("131234", 1)
        .purpose("care_plan")
        .ground("r-1")
        .request("00ff")
        .to_entry()
        .body;
    let expected = concat!(
        r#"{"at":"2026-08-01T03:00:01.123456Z","door":"care","organisation":"1370000001","certificate":"0a1b","#,
        r#""staff":"sato","action":"read_person","insured_no":"0000000001","purpose":"care_plan","ground":"r-1","#,
        r#""outcome":"allowed","parts":["certification","plan"],"#,
        r#""content_sha256":"4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a","request_id":"00ff"}"#
    );
    assert_eq!(body, expected);
}

#[test]
fn a_refusal_keeps_its_reason_only() {
    let actor = Actor::new(Door::Portal, "131234");
    let event = Event::new(Uuid::nil(), noon(), NO_INSURER, actor, Action::SignIn)
        .refused("wrong_password");
    let body = event.to_entry().body;
    assert!(body.ends_with(r#""outcome":"refused","reason":"wrong_password"}"#));
}

#[test]
fn another_spelling_of_the_same_event_is_not_an_entry() {
    let entry = event("131234", 1).to_entry();
    for body in [
        entry.body.replace(",\"door", ", \"door"),
        entry.body.replace("sato", "\\u0073ato"),
        entry.body.replace(
            "certificate\":\"0a1b\",\"staff\":\"sato\"",
            "staff\":\"sato\",\"certificate\":\"0a1b\"",
        ),
        entry.body.replace("allowed", "perhaps"),
        entry.body.replace('{', "{\"more\":1,"),
        String::new(),
    ] {
        assert!(
            Entry {
                body,
                ..entry.clone()
            }
            .parse()
            .is_err()
        );
    }
}

#[test]
fn debug_shows_no_insured_number() {
    let event = event("131234", 42);
    assert!(!format!("{event:?} {:?}", event.to_entry()).contains("0000000042"));
}

/// A generous limit for a debug build on a busy machine; the release figure stands in the commit.
#[test]
fn writing_is_fast() {
    let event = event("131234", 1)
        .purpose("care_plan")
        .ground("r-1")
        .request("00ff");
    let rounds = 20_000_u32;
    let start = std::time::Instant::now();
    for _ in 0..rounds {
        std::hint::black_box(event.to_entry());
    }
    let each = start.elapsed() / rounds;
    println!("to_entry: {each:?}");
    let start = std::time::Instant::now();
    let entry = event.to_entry();
    for _ in 0..rounds {
        std::hint::black_box(entry.leaf_hash());
    }
    println!("leaf_hash: {:?}", start.elapsed() / rounds);
    assert!(each < std::time::Duration::from_micros(100), "{each:?}");
}

fn any_event() -> impl Strategy<Value = Event> {
    let optional = || proptest::option::of(any::<String>());
    let times = -1_000_000_000_000_000_i64..10_000_000_000_000_000;
    (
        (
            any::<u8>(),
            times,
            any::<String>(),
            any::<String>(),
            any::<String>(),
        ),
        (
            optional(),
            optional(),
            any::<String>(),
            optional(),
            optional(),
        ),
        (optional(), optional(), optional()),
        (
            proptest::collection::vec(any::<String>(), 0..4),
            any::<Option<[u8; 32]>>(),
        ),
    )
        .prop_map(|(base, more, rest, shown)| {
            let at = Timestamp::from_microsecond(base.1).unwrap();
            let id = kiban_domain::Entropy::id(&Counting(base.0), at);
            let mut actor = Actor::new(Door::from(base.2.as_str()), &base.3);
            (actor.certificate, actor.staff) = (more.0, more.1);
            let mut event = Event::new(id, at, &base.4, actor, Action::from(more.2.as_str()));
            (event.insured_no, event.purpose) = (more.3, more.4.map(Into::into));
            (event.ground, event.request_id) = (rest.0, rest.1);
            event.outcome = rest.2.map_or(Outcome::Allowed, |reason| Outcome::Refused {
                reason: reason.into(),
            });
            (event.parts, event.content) = (shown.0.into_iter().map(Into::into).collect(), shown.1);
            event
        })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(event in any_event()) {
        let entry = event.to_entry();
        let value: serde_json::Value = serde_json::from_str(&entry.body).unwrap();
        prop_assert!(value.is_object());
        prop_assert_eq!(entry.parse().unwrap(), event);
    }

    #[test]
    fn no_body_makes_the_reader_panic(body: String) {
        let _ = Entry { lane: String::new(), id: Uuid::nil(), body }.parse();
    }
}
