//! The client against the real door: real router, real mTLS, loopback.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use kiban_client::{ClientError, Encoding, Sending, wire::IdentityCheckRequest};
use kiban_pki::{Authority, AuthorityKind};
use std::sync::Mutex;
use support::{INSURER, Platforms, people};

const SENDING: Sending<'_> = Sending {
    encoding: Encoding::Utf8,
    part_bytes: 1 << 20,
    key: "first",
};

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_sent_followed_and_reported() {
    let platforms = Platforms::open().await;
    let connection = platforms.connect(&platforms.systems);
    let hello = connection.hello().await.unwrap();
    assert_eq!(
        (hello.organisation.as_str(), hello.kind.as_str()),
        (INSURER, "municipality")
    );

    let name = "131128_insured_F_20261101_0001.csv";
    let file = people(3).replace(
        "0000000003,1,2026-10-01T09:00:00+09:00",
        "0000000003,0,2026-10-01T09:00:00+09:00",
    );
    let accepted = connection
        .send(name, &mut file.as_bytes(), SENDING, |_| ())
        .await
        .unwrap();
    assert!(!accepted.already);
    let waiting = connection.transfer(&accepted.id).await.unwrap();
    assert_eq!(
        (waiting.state.as_str(), waiting.finished),
        ("received", false)
    );
    let early = connection.result(&accepted.id).await.unwrap_err();
    assert_eq!(early.problem().unwrap().code, "not_finished");
    platforms.work_off().await;
    let result = connection.result(&accepted.id).await.unwrap();
    assert_eq!(
        (result.transfer.state.as_str(), result.counts.rejected),
        ("rejected", 1),
        "{result:?}"
    );
    assert_eq!(
        (result.findings[0].line, result.findings[0].item.as_deref()),
        (4, Some("history_no"))
    );
    let csv = connection.result_csv(&accepted.id).await.unwrap();
    assert!(csv.starts_with("\u{feff}行,列".as_bytes()));
    assert_eq!(connection.transfers(5).await.unwrap().items.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_goes_in_parts_and_goes_on_where_it_stopped() {
    let platforms = Platforms::open().await;
    let connection = platforms.connect(&platforms.systems);
    let name = "131128_insured_F_20261101_0001.csv";
    let file = people(20_000);
    let mut broken = std::io::Read::chain(&file.as_bytes()[..1_500_000], Broken);
    let stopped = connection
        .send(name, &mut broken, SENDING, |_| ())
        .await
        .unwrap_err();
    assert!(matches!(stopped, ClientError::Source(_)), "{stopped:?}");
    let there = |upload: kiban_client::wire::UploadResponse| upload.parts.len();
    assert_eq!(
        there(connection.upload(name).await.unwrap()),
        0,
        "nothing is sent before the second part is read"
    );

    let mut broken = std::io::Read::chain(&file.as_bytes()[..2_200_000], Broken);
    connection
        .send(name, &mut broken, SENDING, |_| ())
        .await
        .unwrap_err();
    assert_eq!(there(connection.upload(name).await.unwrap()), 1);

    let heard = Mutex::new(Vec::new());
    let accepted = connection
        .send(name, &mut file.as_bytes(), SENDING, |bytes| {
            heard.lock().unwrap().push(bytes);
        })
        .await
        .unwrap();
    assert_eq!(heard.lock().unwrap().last(), Some(&(file.len() as u64)));
    platforms.work_off().await;
    let transfer = connection.transfer(&accepted.id).await.unwrap();
    assert_eq!(
        (transfer.state.as_str(), transfer.counts.inserted),
        ("applied", 20_000),
        "{transfer:?}"
    );
    assert_eq!(transfer.size_bytes, i64::try_from(file.len()).unwrap());

    let person = connection
        .person(INSURER, "0000000001", Some("令和8年11月1日"))
        .await
        .unwrap();
    assert_eq!(
        (person.on.as_str(), person.role.as_str()),
        ("2026-11-01", "insurer")
    );
}

struct Broken;

impl std::io::Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::ConnectionReset.into())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_say_what_happened_and_who_can_mend_it() {
    let platforms = Platforms::open().await;
    let connection = platforms.connect(&platforms.systems);
    let refused = connection
        .send(
            "131136_insured_F_20261101_0001.csv",
            &mut "x".as_bytes(),
            SENDING,
            |_| (),
        )
        .await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.problem().unwrap().code, "other_insurer");
    let items = IdentityCheckRequest {
        insurer_no: INSURER.into(),
        insured_no: "1".into(),
        name_kana: "カクウ".into(),
        birth_date: "S15.5.3".into(),
        sex: "2".into(),
    };
    let refused = connection.check_identity(&items).await.unwrap_err();
    assert_eq!(refused.problem().unwrap().code, "role_not_entitled");

    let strangers = Authority::create(
        AuthorityKind::Systems,
        "Other",
        &*platforms.clock,
        &*platforms.entropy,
    )
    .unwrap();
    let stranger = platforms.connect(&strangers).hello().await.unwrap_err();
    assert!(matches!(stranger, ClientError::Tls(_)), "{stranger:?}");
    assert!(
        stranger.message().contains("証明書の管理者"),
        "{}",
        stranger.message()
    );
}
