//! A stopped certificate opens nothing, at once and without a restart.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

use http::Request;
use kiban_client::{ClientError, Connection};
use kiban_e2e::{Demo, Engine};
use std::time::{Duration, Instant};

#[tokio::test]
async fn c1_revoking_in_another_process_closes_kept_and_new_connections_within_five_seconds() {
    let demo = Demo::start(&Engine::Embedded, 20, None).unwrap();
    let [lost, other] = ["T0101", "T0102"].map(|id| demo.terminal(id).unwrap());
    let (kept, neighbour) = (demo.care(&lost).unwrap(), demo.care(&other).unwrap());
    wait(Duration::from_secs(10), async || {
        is_admitted(&kept).await && is_admitted(&neighbour).await
    })
    .await;

    let listed = demo.run(&["ca", "list", "--json"]).unwrap().stdout;
    let rows = listed
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let serial = rows
        .filter(|row| row["holder"] == "T0101")
        .map(|row| row["serial"].as_str().unwrap().to_owned())
        .next();
    let revoked = demo.run(&["ca", "revoke", &serial.unwrap()]).unwrap();
    assert_eq!(revoked.code, 0, "{}", revoked.stderr);

    // The kept connection is used all the time, so it is never opened anew by chance before it is refused.
    wait(Duration::from_secs(5), async || !is_admitted(&kept).await).await;
    wait(Duration::from_secs(5), async || {
        !is_admitted(&demo.care(&lost).unwrap()).await
    })
    .await;
    for _ in 0..5 {
        assert!(!is_admitted(&kept).await);
        assert!(!is_admitted(&demo.care(&lost).unwrap()).await);
        assert!(is_admitted(&neighbour).await);
    }
}

async fn wait(limit: Duration, what: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + limit;
    while !what().await {
        assert!(Instant::now() < deadline, "not within {limit:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn is_admitted(terminal: &Connection) -> bool {
    let request = Request::get("/care/sign-in")
        .body(bytes::Bytes::new())
        .unwrap();
    match terminal.call(request).await {
        Ok(_) => true,
        Err(ClientError::Unreadable(status)) => status != 403,
        Err(ClientError::Refused(problem)) => problem.status != 403,
        Err(_) => false,
    }
}
