//! Applications for subsidies in every state, as their office sees them (G-4).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use http::header;
use kiban_domain::{Body, CostKind, Programme};
use kiban_services::{
    office_register,
    registrations::ReviewerUser,
    subsidies::{
        self, AcceptedLine, EvidenceUpload, Proposal, ReviewAct, ReviewCase, SubsidyApplicant,
    },
};
use kiban_store::repo::portal_users;
use support::{Answer, App, OFFICE, operator, signed_in::Browser};
use uuid::Uuid;

const PORTAL: &str = "https://portal.example";
const MAIL: &str = "tantou@hikari.example";
const PDF: &[u8] = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<< /Size 2 /Root 1 0 R >>\nstartxref\n45\n%%EOF\n";

const COST: [(&str, &str); 9] = [
    ("line.1.kind", "reader"),
    ("line.1.on", "2025-11-04"),
    ("line.1.maker", "見本電器"),
    ("line.1.model", "MR-1"),
    ("line.1.quantity", "2"),
    ("line.1.serials", "A001 A002"),
    ("line.1.invoice", "INV-1"),
    ("line.1.amount", "16000"),
    ("line.1.tax", "included"),
];
const ACCOUNT: [(&str, &str); 11] = [
    ("account.bank", "9999"),
    ("account.bank_name", "見本銀行"),
    ("account.branch", "001"),
    ("account.branch_name", "本店"),
    ("account.kind", "1"),
    ("account.number", "1234567"),
    ("account.holder", "カ）ミホンケア"),
    ("declare.truth", "1"),
    ("declare.once", "1"),
    ("declare.keep", "1"),
    ("declare.back", "1"),
];

/// The portal on a day of the period, with the scheme and an admitted office, and somebody of the office.
async fn open() -> App {
    let app = App::new().await;
    app.clock.set("2025-12-01T10:00:00+09:00");
    subsidies::take_in_shipped(&app.platform).await.unwrap();
    app.code().await;
    app
}

async fn member(app: &App) -> Browser<'_> {
    colleague(app, MAIL).await
}

/// Somebody else of the office, signed in at this hour: sessions do not live for days.
async fn colleague<'a>(app: &'a App, mail: &str) -> Browser<'a> {
    let body = Body::Office(OFFICE.parse().unwrap());
    app.as_member(body, "見本事業所", mail).await
}

async fn applicant(app: &App) -> SubsidyApplicant {
    let mut work = app.platform.store.point().await.unwrap();
    let known = portal_users::list_by_mail(&mut work, MAIL).await.unwrap();
    SubsidyApplicant {
        user_id: known[0].user_id,
        name: known[0].name.clone(),
        mail: MAIL.into(),
        office_no: OFFICE.parse().unwrap(),
    }
}

/// A care office's application with everything filled in: its receipt, at version 1.
async fn written(app: &App) -> String {
    let all = [("kinds", "11")].iter().chain(&COST).chain(&ACCOUNT);
    let values = all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let (who, key) = (applicant(app).await, ("2025", Programme::Care));
    let begun = subsidies::begin(&app.platform, &operator(), &who, key, values.collect()).await;
    let receipt = begun.unwrap();
    let mut upload = EvidenceUpload::begin(&app.platform, "領収書.pdf").unwrap();
    upload.take(PDF).unwrap();
    let kept = upload.keep(&app.platform, &who, &receipt, 1).await;
    kept.unwrap();
    receipt
}

/// The same, submitted: at version 2.
async fn submitted(app: &App) -> String {
    let receipt = written(app).await;
    let (who, key) = (applicant(app).await, (&*receipt, 1));
    let sent = subsidies::submit(&app.platform, &operator(), &who, key, PORTAL).await;
    sent.unwrap();
    receipt
}

fn reviewer(id: u128) -> ReviewerUser {
    ReviewerUser {
        user_id: Uuid::from_u128(id),
        name: format!("見本 運営{id}"),
        mail: format!("unei{id}@kiban.example"),
    }
}

async fn review(app: &App, key: (&str, i64), act: ReviewAct, by: u128) {
    let act = (act, "内部のメモ");
    subsidies::review(&app.platform, &operator(), PORTAL, key, act, reviewer(by))
        .await
        .unwrap();
}

async fn as_reviewer(app: &App, receipt: &str) -> ReviewCase {
    let read = subsidies::read_for_review(&app.platform, &operator(), receipt).await;
    read.unwrap().unwrap()
}

fn to(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text());
    let to = &answer.headers[header::LOCATION];
    to.to_str().unwrap().to_owned()
}

/// Sends what a page asks for, from the version that it shows.
async fn send(browser: &Browser<'_>, address: &str, fields: &[(&str, &str)]) -> Answer {
    let page = browser.get(address).await;
    let seen = page.between("name=\"seen\" value=\"", "\"");
    let all: Vec<_> = [("seen", &*seen)].iter().chain(fields).copied().collect();
    browser.post(address, address, &all).await
}

#[tokio::test(flavor = "multi_thread")]
async fn g3_a_medical_institution_gives_its_class_beds_and_system() {
    let app = open().await;
    let browser = member(&app).await;
    let begun = browser
        .post("/apply/subsidy/medical", "/apply/subsidy/medical", &[])
        .await;
    let kinds = to(&begun);
    let at = kinds.strip_suffix("/kinds").unwrap();
    let about = [
        ("beds", "２００床"),
        ("vendor", "見本カルテ"),
        ("product", "みほんカルテ 病院版"),
        ("go", "next"),
    ];
    let clinic = [&[("institution", "clinic")], &about[..]].concat();
    let refused = send(&browser, &kinds, &clinic).await;
    assert_eq!(refused.status, 422);
    let text = refused.text();
    assert!(text.contains("病院は20床以上、診療所は19床以下"), "{text}");
    assert!(text.contains("value=\"２００床\""), "what was typed stays");
    let hospital = [&[("institution", "hospital")], &about[..]].concat();
    assert_eq!(
        to(&send(&browser, &kinds, &hospital).await),
        format!("{at}/costs")
    );

    let costs = format!("{at}/costs");
    let page = browser.get(&costs).await;
    for missing in ["line.1.kind", "line.1.quantity", "line.1.serials"] {
        assert!(!page.text().contains(missing), "{missing}");
    }
    let seen = page.between("name=\"seen\" value=\"", "\"");
    let cost = [
        ("seen", &*seen),
        ("line.1.on", "令和7年11月20日"),
        ("line.1.maker", "見本カルテ"),
        ("line.1.model", "送信機能の追加"),
        ("line.1.invoice", "K-81"),
        ("line.1.amount", "1,100,002"),
        ("line.1.tax", "included"),
        ("go", "next"),
    ];
    let next = browser.post_file(&costs, &cost, ("請求書.pdf", PDF)).await;
    assert_eq!(to(&next), format!("{at}/account"));
    let account = [&ACCOUNT[..], &[("go", "next")]].concat();
    let next = send(&browser, &format!("{at}/account"), &account).await;
    let confirm = to(&next);
    let text = browser.get(&confirm).await.text();
    for it in [
        "200床",
        "みほんカルテ 病院版",
        "主治医意見書の電子的送信機能の追加経費",
        "1,100,002円",
        "550,000円",
    ] {
        assert!(text.contains(it), "{it}: {text}");
    }
    let detail = to(&send(&browser, &confirm, &[]).await);
    let text = browser.get(&detail).await.text();
    assert!(text.contains("申請を提出しました") && text.contains("550,000円"));
    let list = browser.get("/mypage/applications").await.text();
    assert!(list.contains("助成金の申請（主治医意見書作成医療機関）"));
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_a_closed_office_writes_and_does_not_submit() {
    let app = open().await;
    let browser = member(&app).await;
    let receipt = written(&app).await;
    let head = "事業所番号,名称,名称カナ,郵便番号,所在地,電話番号,サービス種類,定員・病床数,法人番号,状態,開始日,廃止日\n";
    let row = |closed: &str| {
        format!(
            "{head}{OFFICE},見本,ミホン,154-0000,東京都世田谷区架空1-1-1,03-0000-0001,11,,,{closed}\n"
        )
    };
    let import = async |text: String| {
        let bytes = text.into_bytes();
        office_register::import(&app.platform, &operator(), bytes, true)
            .await
            .unwrap()
    };
    import(row("廃止,2018-04-01,2025-11-30")).await;
    let confirm = format!("/apply/subsidy/care/{receipt}/confirm");
    let text = browser.get(&confirm).await.text();
    assert!(text.contains("廃止または休止"), "{text}");
    assert!(!text.contains("助成金の申請を提出する"));
    let sent = browser.post("/mypage", &confirm, &[("seen", "1")]).await;
    assert_eq!(sent.status, 422);
    // On its last day it is open still.
    import(row("廃止,2018-04-01,2025-12-01")).await;
    let detail = to(&send(&browser, &confirm, &[]).await);
    assert!(browser.get(&detail).await.text().contains("提出済み"));
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_what_went_back_is_mended_and_the_reviewer_sees_what_changed() {
    let app = open().await;
    member(&app).await;
    let receipt = submitted(&app).await;
    review(&app, (&receipt, 2), ReviewAct::Take, 1).await;
    let back = ReviewAct::Return {
        remarks: vec![("line.1.model".into(), "請求書では<b>MR-2</b>です".into())],
        note: "型番をご確認ください".into(),
    };
    review(&app, (&receipt, 3), back, 1).await;
    // It went back in time: it comes again after the period.
    app.clock.set("2026-03-20T10:00:00+09:00");
    let browser = colleague(&app, "dairi@hikari.example").await;
    let detail = format!("/mypage/applications/{receipt}");
    let text = browser.get(&detail).await.text();
    for it in [
        "差戻し",
        "型番をご確認ください",
        "経費1の型番・内容",
        "申請を修正する",
    ] {
        assert!(text.contains(it), "{it}: {text}");
    }
    assert!(!text.contains("<b>MR-2"), "words of people are no markup");
    assert!(!text.contains("内部のメモ") && !text.contains("見本 運営1"));
    let at = format!("/apply/subsidy/care/{receipt}");
    let costs = browser.get(&format!("{at}/costs")).await.text();
    assert!(costs.contains("運営から：請求書では"), "{costs}");
    let mended = [("line.1.model", "MR-2"), ("go", "next")];
    let next = send(&browser, &format!("{at}/costs"), &mended).await;
    assert_eq!(to(&next), format!("{at}/account"));
    let account = [&ACCOUNT[..], &[("go", "next")]].concat();
    let confirm = to(&send(&browser, &format!("{at}/account"), &account).await);
    assert_eq!(
        to(&send(&browser, &confirm, &[]).await),
        format!("{detail}?done=submitted")
    );
    let text = browser.get(&detail).await.text();
    assert!(
        text.contains("再提出") && !text.contains("申請を修正する"),
        "{text}"
    );
    let changes = as_reviewer(&app, &receipt).await.case.changes;
    let changes: Vec<_> = changes
        .iter()
        .map(|it| (&*it.field, &*it.before, &*it.after))
        .collect();
    assert_eq!(changes, [("line.1.model", "MR-1", "MR-2")]);
}

/// All of a submission, or less of its first line for this reason.
fn accepted(review: &ReviewCase, less: Option<(u64, &str)>) -> Proposal {
    let filled = review.case.filled.as_ref().unwrap();
    let lines = filled.lines.iter().map(|it| AcceptedLine {
        number: it.number,
        quantity: if it.cost.kind == CostKind::Reader {
            it.cost.quantity
        } else {
            1
        },
        yen: less.map_or(it.cost.amount.get(), |it| it.0),
        reason: less.map_or_else(String::new, |it| it.1.to_owned()),
    });
    Proposal {
        lines: lines.collect(),
        ..Proposal::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_what_is_decided_and_paid_is_told_in_plain_words() {
    let app = open().await;
    let browser = member(&app).await;
    let receipt = submitted(&app).await;
    let detail = format!("/mypage/applications/{receipt}");
    review(&app, (&receipt, 2), ReviewAct::Take, 1).await;
    let text = browser.get(&detail).await.text();
    assert!(
        text.contains("審査中") && !text.contains("見本 運営1"),
        "{text}"
    );
    let less = Some((15_000, "送料は対象になりません"));
    let proposal = accepted(&as_reviewer(&app, &receipt).await, less);
    review(&app, (&receipt, 3), ReviewAct::Check(proposal), 1).await;
    let text = browser.get(&detail).await.text();
    for it in [
        "交付決定",
        "令和7年12月1日",
        "15,000円（送料は対象になりません）",
    ] {
        assert!(text.contains(it), "{it}: {text}");
    }
    assert!(!text.contains("申請を取り下げる"), "what is decided stays");
    let path = detail.split('?').next().unwrap();
    let asked = browser.get(&format!("{path}/withdraw")).await;
    assert_eq!(asked.status, 409);
    assert!(asked.text().contains("この申請は、取り下げられません"));

    let on = "2025-12-05".parse().unwrap();
    let (platform, context) = (&app.platform, operator());
    let run = subsidies::make_run(platform, &context, on, b"form".to_vec(), reviewer(1)).await;
    let run = run.unwrap();
    let released = subsidies::release_run(platform, &context, (run, 1), reviewer(2)).await;
    released.unwrap();
    let text = browser.get(&detail).await.text();
    assert!(text.contains("15,000円の振込を手続きしています"), "{text}");
    app.clock.set("2025-12-05T15:00:00+09:00");
    let answer = "顧客コード,結果,理由\r\n1,済,\r\n";
    let settled = subsidies::take_results(platform, &context, run, answer.as_bytes(), PORTAL).await;
    assert_eq!(settled.unwrap().paid, 1);
    let browser = colleague(&app, "dairi@hikari.example").await;
    let text = browser.get(&detail).await.text();
    assert!(
        text.contains("振込済み") && text.contains("15,000円を振り込みました"),
        "{text}"
    );
    assert!(!text.contains("1234567") && text.contains("＊＊＊＊567"));
    let list = browser.get("/mypage/applications").await.text();
    assert!(list.contains("振込済み"));
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_a_refusal_tells_why_and_frees_the_way() {
    let app = open().await;
    let browser = member(&app).await;
    let receipt = submitted(&app).await;
    let refusal = Proposal {
        refuse: true,
        reason: "対象にならない機器の購入のため".into(),
        ..Proposal::default()
    };
    review(&app, (&receipt, 2), ReviewAct::Take, 1).await;
    review(&app, (&receipt, 3), ReviewAct::Check(refusal), 1).await;
    let detail = format!("/mypage/applications/{receipt}");
    let text = browser.get(&detail).await.text();
    assert!(text.contains("審査中"), "{text}");
    assert!(
        !text.contains("対象にならない機器"),
        "nothing is decided yet"
    );
    review(&app, (&receipt, 4), ReviewAct::Decide, 2).await;
    let text = browser.get(&detail).await.text();
    assert!(
        text.contains("不交付") && text.contains("対象にならない機器の購入のため"),
        "{text}"
    );
    let again = browser
        .post("/apply/subsidy/care", "/apply/subsidy/care", &[])
        .await;
    assert!(to(&again).ends_with("/kinds"));
}
