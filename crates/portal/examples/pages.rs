//! Server time of the public pages, warm, beside the wanted five milliseconds: the whole front without a network.
//! `cargo xtask bench pages`.
#![expect(
    clippy::cast_precision_loss,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "figures for people"
)]

use axum::{Router, body::Body};
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use kiban_access::Caller;
use kiban_audit::{Actor, Door, SigningKey};
use kiban_domain::{Entropy, PlatformFunction, ReadinessStep, StepDates, Steps, municipalities};
use kiban_portal::{PortalState, PublicDesk, publish_first};
use kiban_services::{
    CallContext, Platform,
    certificates::Authorities,
    enrolment::EnrolmentSettings,
    readiness::{self, Declaration, Seen},
};
use kiban_store::{Objects, Settings, Store};
use kiban_testkit::{RunningClock, SeededEntropy};
use kiban_web_kit::{Caching, Front, Observation, Transport};
use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use tower::Service as _;

/// Wanted of a page. Source: design, section 9.
const PAGE_MS: f64 = 5.0;
/// Pages that visitors open.
const PAGES: [&str; 20] = [
    "/",
    "/about",
    "/first",
    "/for/care",
    "/apply",
    "/news",
    "/faq",
    "/faq?q=%E3%83%91%E3%82%B9%E3%83%AF%E3%83%BC%E3%83%89",
    "/faq/password-lost",
    "/docs",
    "/docs/first-registration",
    "/readiness",
    "/readiness?q=%E6%96%B0%E6%BD%9F",
    "/readiness?state=sharing",
    "/readiness/151009",
    "/search?q=%E9%9B%BB%E5%AD%90%E8%A8%BC%E6%98%8E%E6%9B%B8",
    "/contact",
    "/contact/form",
    "/contact/chat",
    "/login",
];
/// Files for machines: made from all 1,741 municipalities, no limit.
const FILES: [&str; 4] = [
    "/readiness.csv",
    "/readiness.json",
    "/readiness.atom",
    "/readiness.ics",
];

/// Times that each page is asked for, after it was asked for twenty times.
const TIMES: usize = 300;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    measure(TIMES).await;
}

async fn platform(folder: &Path) -> Platform {
    let settings = Settings::Lite {
        folder: folder.join("db"),
    };
    let (store, audit) = Store::open(&settings).await.unwrap();
    let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(7));
    let key = SigningKey::from_pkcs8(&SigningKey::generate(&*entropy)).unwrap();
    Platform {
        store,
        audit,
        objects: Objects::open(&folder.join("objects")).unwrap(),
        clock: Arc::new(RunningClock::from("2026-11-01T00:00:00Z")),
        entropy,
        audit_key: Arc::new(key),
    }
}

async fn measure(times: usize) {
    let folder = tempfile::tempdir().unwrap();
    let platform = platform(folder.path()).await;
    let visitor = CallContext::portal_visitor("bench");
    publish_first(&platform, &visitor).await.unwrap();
    let operator = CallContext {
        caller: Caller::Operator,
        actor: Actor::new(Door::Operator, "operator"),
        request_id: "bench".into(),
    };
    declare(&platform, &operator).await;
    let mut front = front(&platform, folder.path());
    let mut slowest = ("", 0.0);
    for path in PAGES {
        let (middle, worst, bytes) = timed(&mut front, path, times).await;
        if ms(middle) > slowest.1 {
            slowest = (path, ms(middle));
        }
        println!(
            "pages: {path}: median {:.2} ms, 99 % {:.2} ms, {:.0} kB, wanted at most {PAGE_MS:.0} ms: ratio {:.2}",
            ms(middle),
            ms(worst),
            bytes as f64 / 1_000.0,
            ms(middle) / PAGE_MS,
        );
    }
    for path in FILES {
        let (middle, _, bytes) = timed(&mut front, path, times.min(20)).await;
        println!(
            "pages: {path}: median {:.2} ms, {:.0} kB, no limit",
            ms(middle),
            bytes as f64 / 1_000.0
        );
    }
    println!(
        "pages: slowest page {} with {:.2} ms: {:.2} of the wanted",
        slowest.0,
        slowest.1,
        slowest.1 / PAGE_MS
    );
}

/// Every municipality has planned every function, as it would be in service.
async fn declare(platform: &Platform, context: &CallContext) {
    for (at, municipality) in municipalities().iter().enumerate() {
        let planned = |year: usize| StepDates {
            planned: format!("FY{}", 2026 + (at + year) % 3).parse().ok(),
            actual: None,
        };
        let steps = Steps::default()
            .with(ReadinessStep::ALL[0], planned(0))
            .with(ReadinessStep::ALL[1], planned(0));
        for function in PlatformFunction::ALL.iter().copied() {
            let declaration = Declaration {
                municipality: municipality.code,
                function,
                steps: steps.clone(),
                seen: Seen::Nothing,
                reason: String::new(),
            };
            readiness::declare(platform, context, declaration)
                .await
                .unwrap();
        }
    }
}

fn front(platform: &Platform, folder: &Path) -> Router {
    let clock = Arc::new(RunningClock::from("2026-11-01T00:00:00Z"));
    let authorities = Authorities::open(&folder.join("ca"), &*clock, &*platform.entropy).unwrap();
    let state = PortalState {
        public: Arc::new(PublicDesk::new(None)),
        sandbox: None,
        platform: platform.clone(),
        authorities: Arc::new(authorities),
        clock,
        settings: EnrolmentSettings::default(),
        own_origin: "https://portal.example".into(),
        care_url: "https://care.example".into(),
        behind_proxy: false,
        papers: None,
        opinions: None,
    };
    Front::new()
        .observed(Observation::new("portal", &*platform.entropy))
        .secured(Transport::Plain, Caching::AsHandled)
        .wrap(kiban_portal::router(state))
}

async fn timed(front: &mut Router, path: &str, times: usize) -> (Duration, Duration, usize) {
    let mut taken = Vec::with_capacity(times);
    let mut bytes = 0;
    for at in 0..times + 20 {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let begun = Instant::now();
        let response = front.call(request).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        if at >= 20 {
            taken.push(begun.elapsed());
        }
        assert_eq!(status, StatusCode::OK, "{path}");
        bytes = body.len();
    }
    taken.sort();
    (taken[times / 2], taken[times * 99 / 100], bytes)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
