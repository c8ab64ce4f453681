//! Lines that are cut while opinions are sent: in the end each was sent once and has its receipt (D-1).
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use bytes::Bytes;
use kiban_client::{Connection, OpinionFile, OpinionUpload, wire::ReceiptResponse};
use kiban_domain::Entropy as _;
use kiban_testkit::{Cut, Relay, SeededEntropy};
use std::{collections::BTreeSet, net::SocketAddr, sync::Arc};
use support::{ENGINES, Platforms, opinion_about};

/// How many opinions the clients send together. `cargo xtask bench opinion --cut` does the same with 10,000.
const COUNT: usize = 400;
const CLIENTS: usize = 16;
/// A connection's handshake and two or three opinions: a line that is cut behind so many bytes is cut anywhere.
const SPAN: u64 = 16_000;

fn upload(number: &str) -> OpinionUpload {
    OpinionUpload {
        kind: OpinionFile::Json,
        file: Bytes::from(opinion_about(number)),
        pdf: None,
        pdf_only: false,
    }
}

/// Sends until there is an answer, without a pause, under one key; the receipt and how often the line broke.
async fn send(connection: &Connection, number: &str) -> (ReceiptResponse, u64) {
    let upload = upload(number);
    let request = upload.request(None, &upload.key()).unwrap();
    let mut broken = 0;
    loop {
        match connection.call(request.clone()).await {
            Ok(answer) => {
                let sent: kiban_client::wire::SentResponse =
                    serde_json::from_slice(answer.body()).unwrap();
                return (sent.receipt, broken);
            }
            // A line that breaks in the handshake may look like a refused certificate.
            Err(error) => {
                assert!(error.problem().is_none(), "{}", error.message());
                broken += 1;
            }
        }
    }
}

fn target(platforms: &Platforms) -> SocketAddr {
    let address = platforms.server.strip_prefix("https://").unwrap();
    address.parse().unwrap()
}

/// Everything that waits at the municipality, pulled with its cursor.
async fn pulled(platforms: &Platforms) -> (Vec<ReceiptResponse>, i64) {
    let town = platforms.municipality();
    let (mut after, mut all) = (0, Vec::new());
    loop {
        let page = town.pull_opinions(after, 100).await.unwrap();
        if page.items.is_empty() {
            return (all, after);
        }
        after = page.next;
        all.extend(page.items.into_iter().map(|it| it.receipt));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn d1_opinions_sent_over_lines_that_are_cut_at_random_arrive_once_each() {
    for engine in ENGINES {
        let platforms = Arc::new(Platforms::on(engine).await);
        let numbers = platforms.asked(COUNT).await;
        let chance = SeededEntropy::new(41);
        let relay = Relay::start(target(&platforms), move |_| {
            let mut bytes = [0; 9];
            chance.fill(&mut bytes);
            let at = u64::from_le_bytes(bytes[..8].try_into().unwrap()) % SPAN;
            Some(if bytes[8] % 2 == 0 {
                Cut::Sent(at)
            } else {
                Cut::Answered(at)
            })
        })
        .unwrap();
        let address = format!("https://{}", relay.address());
        let clients: Vec<_> = numbers
            .chunks(COUNT.div_ceil(CLIENTS))
            .map(|own| {
                let (platforms, address) = (platforms.clone(), address.clone());
                let own = own.to_vec();
                tokio::spawn(async move {
                    let connection = platforms.clinic(Some(&address));
                    let (mut receipts, mut broken) = (Vec::new(), 0);
                    for number in &own {
                        let (receipt, times) = send(&connection, number).await;
                        receipts.push(receipt);
                        broken += times;
                    }
                    (receipts, broken)
                })
            })
            .collect();
        assert_eq!(clients.len(), CLIENTS);
        let (mut receipts, mut broken) = (Vec::new(), 0);
        for client in clients {
            let (own, times) = client.await.unwrap();
            receipts.extend(own);
            broken += times;
        }
        assert!(broken > COUNT as u64 / 8, "{engine:?}: only {broken} cuts");
        let signed: BTreeSet<&str> = receipts.iter().map(|it| it.signed.as_str()).collect();
        assert_eq!(signed.len(), COUNT, "{engine:?}: a receipt each");
        let (waiting, last) = pulled(&platforms).await;
        // The running number counts every opinion that was ever kept.
        assert_eq!(last, i64::try_from(COUNT).unwrap(), "{engine:?}");
        let there: BTreeSet<&str> = waiting.iter().map(|it| it.signed.as_str()).collect();
        assert_eq!(there, signed, "{engine:?}: those that have receipts");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_a_line_that_is_cut_at_any_point_of_sending_leaves_one_opinion() {
    for engine in ENGINES {
        let platforms = Platforms::on(engine).await;
        let numbers = platforms.asked(12).await;
        let relay = Relay::start(target(&platforms), |_| None).unwrap();
        let address = format!("https://{}", relay.address());
        let connection = platforms.clinic(Some(&address));
        // How many bytes a sending is, each way, on a connection that stands.
        connection.hello().await.unwrap();
        let before = relay.counted();
        send(&connection, &numbers[0]).await;
        let after = relay.counted();
        let (request, answer) = (after.0 - before.0, after.1 - before.1);
        let points = [
            ("before the first byte", Cut::Sent(0)),
            ("in the head", Cut::Sent(100)),
            ("in the middle of the body", Cut::Sent(request / 2)),
            ("before the last byte", Cut::Sent(request - 1)),
            (
                "kept, before the first byte of the answer",
                Cut::Answered(0),
            ),
            ("in the head of the answer", Cut::Answered(50)),
            ("in the body of the answer", Cut::Answered(answer / 2)),
            (
                "before the last byte of the answer",
                Cut::Answered(answer - 1),
            ),
        ];
        for (number, (point, cut)) in numbers[1..].iter().zip(points) {
            connection.hello().await.unwrap();
            let kept = platforms
                .municipality()
                .pull_opinions(0, 100)
                .await
                .unwrap();
            relay.cut(cut);
            let (receipt, broken) = send(&connection, number).await;
            assert_eq!(broken, 1, "{engine:?}: {point}");
            // What was kept before the line broke is not kept again.
            let was_kept = matches!(cut, Cut::Answered(_));
            assert_eq!(receipt.already, was_kept, "{engine:?}: {point}");
            let (all, last) = pulled(&platforms).await;
            assert_eq!(all.len(), kept.items.len() + 1, "{engine:?}: {point}");
            assert_eq!(last, kept.next + 1, "{engine:?}: {point}");
            assert_eq!(all.last().unwrap().signed, receipt.signed, "{point}");
        }
    }
}
