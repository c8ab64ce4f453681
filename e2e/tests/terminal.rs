//! One terminal's life against the server as it ships: a code from the operator, enrolled, renewed, stopped; pages and the window
//! through the bridge in Chromium (W-1, T-1).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

use kiban_card::wire::RenewRole;
use kiban_domain::{Clock, Timestamp};
use kiban_e2e::{Browser, Demo, Engine, Identity};
use kiban_terminal::bridge::Bridge;
use kiban_terminal::enrol::{EnrolFailure, Portal, Wanted, enrol};
use kiban_terminal::keeper::{Keeper, Kept};
use kiban_terminal::window::{Board, Checks, Window};
use kiban_testkit::SeededEntropy;
use std::path::Path;
use std::sync::Arc;

const SHOTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/e2e-shots");

#[derive(Debug)]
struct Machine;

impl Clock for Machine {
    #[expect(clippy::disallowed_methods, reason = "certificates live by this clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

fn code(demo: &Demo) -> String {
    let office = demo.file().office_no.clone();
    let run = demo
        .run(&[
            "office",
            "invite",
            "--office",
            &office,
            "--mail",
            "kanri@hikari.example",
            "--show-code",
        ])
        .unwrap();
    let mut lines = run.stdout.lines().chain(run.stderr.lines());
    let code = lines.find_map(|line| line.trim().strip_prefix("コード: "));
    code.unwrap_or_else(|| panic!("{run:?}")).to_owned()
}

fn serial(keeper: &Keeper, role: RenewRole) -> String {
    let identity = keeper.current(role).unwrap().unwrap();
    identity.own().unwrap().serial
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_a_terminal_is_enrolled_renewed_and_used() {
    let demo = Demo::start(&Engine::Embedded, 150, None).unwrap();
    let file = demo.file();
    let folder = tempfile::tempdir().unwrap();
    let clock: Arc<dyn Clock> = Arc::new(Machine);
    let keeper = Keeper::open(folder.path(), Arc::clone(&clock)).unwrap();
    let portal = Portal::new(&file.portal, None, Arc::clone(&clock)).unwrap();
    let code = code(&demo);
    let wanted = Wanted {
        office_no: file.office_no.clone(),
        code: code.clone(),
        name: "受付のパソコン".into(),
        tablet: false,
        replace: false,
    };
    let enrolled = enrol(&keeper, &portal, &wanted).await.unwrap();
    assert!(enrolled.tried == Ok(true) && enrolled.has_browser);

    // The used code gives another device nothing.
    let elsewhere = tempfile::tempdir().unwrap();
    let other = Keeper::open(elsewhere.path(), Arc::clone(&clock)).unwrap();
    let refused = enrol(&other, &portal, &wanted).await.unwrap_err();
    assert_eq!(refused.code(), "code_used");
    assert!(matches!(refused, EnrolFailure::Portal(_)));

    for role in [RenewRole::Reader, RenewRole::Browser] {
        let old = serial(&keeper, role);
        assert_eq!(keeper.keep(role, false).await.unwrap(), Kept::Lasts);
        assert_eq!(keeper.keep(role, true).await.unwrap(), Kept::Renewed);
        assert_ne!(old, serial(&keeper, role));
        let listed = demo.run(&["ca", "list"]).unwrap().stdout;
        assert!(
            listed.contains(&old) && listed.contains(&serial(&keeper, role)),
            "{listed}"
        );
    }

    let browser = keeper.current(RenewRole::Browser).unwrap().unwrap();
    let board = Arc::new(Board::default());
    let checks = Checks {
        keeper: keeper.clone(),
        clock: Arc::clone(&clock),
    };
    let window = Window::new(board, checks, &SeededEntropy::new(5));
    let path = window.path();
    let settings = browser.settings(Arc::clone(&clock));
    let bridge = Bridge::bind("127.0.0.1:0".parse().unwrap(), &settings)
        .await
        .unwrap();
    let door = format!("http://{}", bridge.address());
    tokio::spawn(
        bridge
            .with_own_pages(Arc::new(window))
            .serve(std::future::pending()),
    );
    let identity = Identity {
        server: &file.care,
        authority: &file.ca,
        certificate: None,
    };
    let browser = Browser::new(identity).await.unwrap();
    browser.open(&format!("{door}/care")).await.unwrap();
    let text = browser.text().await.unwrap();
    assert!(text.contains("ログイン"), "{text}");
    for (width, name) in [(390, "terminal-390"), (1280, "terminal-1280")] {
        browser.resize(width, 900).await.unwrap();
        browser.open(&format!("{door}{path}")).await.unwrap();
        assert_eq!(browser.overflow().await.unwrap(), 0, "{width}");
        std::fs::create_dir_all(SHOTS).unwrap();
        let shot = Path::new(SHOTS).join(format!("{name}.png"));
        browser.screenshot(&shot).await.unwrap();
    }
    let text = browser.text().await.unwrap();
    assert!(
        text.contains("受付のパソコン") && text.contains("あと89日"),
        "{text}"
    );
    assert!(!text.contains("端末プログラムが動いていません"), "{text}");
    browser.press("form[action=doctor] button").await.unwrap();
    let text = browser.text().await.unwrap();
    for words in [
        "点検",
        "端末の登録",
        "受け付けられています",
        "サーバーの時計と合っています",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    browser.close().await.unwrap();
    let log = demo.log();
    assert!(!log.contains(&code) && !log.contains("PRIVATE KEY"));

    // Lost: the office stops it, and it gets in no more.
    let own = serial(&keeper, RenewRole::Reader);
    let stopped = demo
        .run(&["ca", "revoke", &own, "--reason", "lost"])
        .unwrap();
    assert_eq!(stopped.code, 0, "{stopped:?}");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while keeper.keep(RenewRole::Reader, true).await.is_ok() {
        assert!(std::time::Instant::now() < deadline, "it still gets in");
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    }
}
