//! Subsidies for everybody: the guide, the calculation, the start page (G-1, G-5).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::{CostKind, CostLine, Programme, SubsidyStage, Tax, Yen};
use kiban_services::subsidies::{self, SubsidyRow};
use support::App;

/// The portal on a day of the period, with the scheme.
async fn open() -> App {
    let app = App::new().await;
    app.clock.set("2025-12-01T10:00:00+09:00");
    subsidies::take_in_shipped(&app.platform).await.unwrap();
    app
}

async fn work(app: &App, rest: &str) -> support::Answer {
    app.get(&format!("/subsidy/estimate?{rest}&go=work")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn g1_the_guide_says_what_the_scheme_says_before_in_and_after_the_period() {
    let app = open().await;
    for (at, words, start) in [
        ("2025-10-16T23:59:59+09:00", "まだ始まっていません", false),
        ("2025-12-01T10:00:00+09:00", "あと102日", true),
        ("2026-03-13T23:59:59+09:00", "本日までです", true),
        ("2026-03-14T00:00:00+09:00", "受付は終了しました", false),
    ] {
        app.clock.set(at);
        let page = app.get("/subsidy").await.text();
        for it in [
            words,
            "令和7年10月17日（金）から令和8年3月13日（金）まで（予定）",
            "64,000円",
            "55,000円",
            "42,000円",
            "2分の1",
            "4分の3",
            "550,000円",
            "398,000円",
            "未定",
            "Vol.1428",
        ] {
            assert!(page.contains(it), "{at}: {it}");
        }
        let home = app.get("/").await.text();
        assert_eq!(home.contains("助成金：申請"), start, "{at}");
        assert!(home.contains("64,000円") && home.contains("398,000円"));
        let apply = app.get("/apply").await.text();
        for it in ["介護事業所等", "主治医意見書作成医療機関"] {
            assert!(
                apply.contains(&format!("助成金の申請（{it}）</h2>")),
                "{at}"
            );
        }
        let begins = apply.contains("href=\"/apply/subsidy/care\"");
        assert_eq!(begins, !words.contains("終了"), "{at}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g1_without_a_scheme_the_pages_say_so() {
    let app = App::new().await;
    for path in ["/subsidy", "/subsidy/estimate"] {
        let page = app.get(path).await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("助成金の案内はまだありません"));
    }
    assert!(!app.get("/").await.text().contains("限度額"));
}

#[tokio::test(flavor = "multi_thread")]
async fn g5_the_page_comes_to_what_the_rules_come_to() {
    let app = open().await;
    let standing = subsidies::current(&app.platform).await.unwrap().unwrap();
    let scheme = &standing.scheme;
    let kinds = ["11".parse().unwrap(), "43".parse().unwrap()];
    for (quantity, reader, connection, tax) in [
        (1, 8_000, 1, Tax::Included),
        (3, 24_000, 40_000, Tax::Excluded),
        (4, 40_001, 66_000, Tax::Included),
        (5, 9_999, 99_999_999, Tax::Excluded),
    ] {
        let cost = |kind, quantity, amount| CostLine {
            kind,
            quantity,
            amount: Yen::new(amount),
            tax,
            on: None,
        };
        let costs = [
            cost(CostKind::Reader, quantity, reader),
            cost(CostKind::Connection, 1, connection),
        ];
        let worked = scheme.work_out_care(&kinds, &costs);
        let tax = tax.code();
        let rest = format!(
            "who=care&k11=1&k43=1&n=2&c1_kind=reader&c1_quantity={quantity}&c1_amount={reader}&c1_tax={tax}&c2_kind=connection&c2_amount={connection}&c2_tax={tax}"
        );
        let page = work(&app, &rest).await;
        assert_eq!(page.status, 200, "{rest}");
        let shown = page.between("<span class=\"big\">", "円</span>");
        let shown: u64 = shown.replace(',', "").parse().unwrap();
        assert_eq!(shown, worked.amount.get(), "{rest}");
        let counted = format!(
            "{}台（上限{}台）",
            worked.readers_counted, worked.readers_most
        );
        assert!(page.text().contains(&counted), "{rest}");
    }
    for (beds, institution, amount) in [
        (0, "clinic", 300_001),
        (199, "hospital", 530_668),
        (200, "hospital", 1_100_002),
    ] {
        let cost = CostLine {
            kind: CostKind::Sending,
            quantity: 1,
            amount: Yen::new(amount),
            tax: Tax::Excluded,
            on: None,
        };
        let worked = scheme.work_out_opinion(beds, &[cost]).unwrap();
        let rest = format!(
            "who=medical&institution={institution}&beds={beds}&m=1&o1_amount={amount}&o1_tax=excluded"
        );
        let shown = work(&app, &rest)
            .await
            .between("<span class=\"big\">", "円</span>");
        let shown: u64 = shown.replace(',', "").parse().unwrap();
        assert_eq!(shown, worked.amount.get(), "{rest}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g5_the_page_says_what_is_cut_and_why() {
    let app = open().await;
    let rest = "who=care&k11=1&k17=1&n=2&c1_kind=reader&c1_quantity=%EF%BC%95%E5%8F%B0&c1_amount=%EF%BC%94%EF%BC%90%EF%BC%8C%EF%BC%90%EF%BC%90%EF%BC%90%E5%86%86&c1_on=2025-03-31&c2_kind=reader&c2_quantity=5&c2_amount=200000&c2_on=2025-11-01";
    let page = work(&app, rest).await.text();
    for it in [
        "令和7年4月1日（火）より前の日付のため",
        "1台は、台数の上限を超えるため",
        "福祉用具貸与の区分は、名称からの推定です",
        "限度額を超えるため対象になりません",
        "1円未満切捨て",
        "106,000円",
    ] {
        assert!(page.contains(it), "{it}");
    }
    let both = app.get("/subsidy/estimate?who=both").await.text();
    assert!(both.contains("name=\"beds\"") && both.contains("name=\"k11\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn g5_every_mistake_is_said_at_once_and_what_was_typed_stays() {
    let app = open().await;
    let page = work(&app, "who=both").await;
    assert_eq!(page.status, 422);
    let text = page.text();
    assert!(text.contains("入力内容に5件の誤りがあります"), "{text}");
    for it in [
        "サービスの種類を選択してください",
        "経費を1件以上入力してください",
        "医療機関の区分を選択してください",
        "病床数を入力してください",
    ] {
        assert!(text.contains(it), "{it}");
    }
    for (amount, words) in [
        ("0", "1円から99,999,999円まで"),
        ("-1", "1円から99,999,999円まで"),
        ("9999999999", "1円から99,999,999円まで"),
        ("1.5", "円単位の整数"),
        ("%3Cscript%3E", "円単位の整数"),
    ] {
        let rest = format!("who=care&k11=1&n=1&c1_kind=connection&c1_amount={amount}");
        let page = work(&app, &rest).await;
        assert_eq!(page.status, 422, "{amount}");
        assert!(page.text().contains(words), "{amount}");
        assert!(!page.text().contains("<script>"), "{amount}");
    }
    for (rest, words) in [
        (
            "c1_kind=reader&c1_amount=1000",
            "経費1の数量を入力してください",
        ),
        (
            "c1_kind=reader&c1_quantity=0&c1_amount=1000",
            "1から999まで",
        ),
        ("c1_kind=sending&c1_amount=1000", "経費1の経費の区分を選択"),
        (
            "c1_kind=connection&c1_amount=1000&c1_tax=none",
            "経費1の消費税を選択",
        ),
        (
            "c1_kind=connection&c1_amount=1000&c1_on=2025-02-30",
            "経費1の購入日",
        ),
    ] {
        let page = work(&app, &format!("who=care&k11=1&n=1&{rest}")).await;
        assert_eq!(page.status, 422, "{rest}");
        assert!(page.text().contains(words), "{rest}");
    }
    let clinic = work(&app, "who=medical&institution=clinic&beds=20&o1_amount=1").await;
    assert!(clinic.status == 422 && clinic.text().contains("診療所は19床以下"));
    // Totals of the sender's own do not count.
    let own = work(
        &app,
        "who=care&k11=1&n=1&c1_kind=connection&c1_amount=1000&amount=99",
    )
    .await;
    assert_eq!(own.between("<span class=\"big\">", "</span>"), "1,000円");
}

#[tokio::test(flavor = "multi_thread")]
async fn g5_costs_are_added_up_to_ten() {
    let app = open().await;
    let page = app
        .get("/subsidy/estimate?who=care&n=2&c1_amount=70&go=care")
        .await;
    assert_eq!(page.status, 200);
    let text = page.text();
    assert!(text.contains("name=\"c3_amount\"") && text.contains("value=\"70\""));
    let full = app.get("/subsidy/estimate?who=care&n=9999&go=care").await;
    let full = full.text();
    assert!(full.contains("name=\"c10_amount\"") && !full.contains("c11_amount"));
    assert!(!full.contains("経費を追加する"));
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_open_data_are_files_that_hide_single_offices() {
    let app = open().await;
    let page = app.get("/subsidy").await.text();
    for path in ["/subsidy/open-data.csv", "/subsidy/open-data.json"] {
        assert!(page.contains(&format!("href=\"{path}\"")), "{path}");
    }
    add(&app, "1379900010", SubsidyStage::Draft).await;
    let csv = app.get("/subsidy/open-data.csv").await;
    assert_eq!(csv.status, 200);
    assert_eq!(csv.headers["cache-control"], "public, max-age=3600");
    assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
    let text = csv.text();
    assert_eq!(text.lines().count(), 1, "a draft is its office's alone");
    assert!(text.starts_with("\u{feff}\"集計日\",\"制度\""), "{text}");

    add(&app, "1579900018", SubsidyStage::Submitted).await;
    let kept = app.get("/subsidy/open-data.csv").await.text();
    assert_eq!(kept, text, "nobody follows single applications");
    app.clock.set("2025-12-01T11:00:00+09:00");
    let text = app.get("/subsidy/open-data.csv").await.text();
    let of = |place: &str, count: &str| {
        format!(
            "\"2025-12-01\",\"2025\",\"令和7年度 介護情報基盤の活用に向けた助成金\",\"介護事業所等への助成\",\"審査中\",{place},\"{count}\",\"\""
        )
    };
    let lines: Vec<_> = text.lines().skip(1).collect();
    let expected = [
        of("\"\",\"全国\"", "非公表"),
        of("\"15\",\"新潟県\"", "5未満"),
    ];
    assert_eq!(lines, expected);
    let json = app.get("/subsidy/open-data.json").await;
    assert_eq!(json.headers["cache-control"], "public, max-age=3600");
    let json: serde_json::Value = serde_json::from_slice(&json.bytes).unwrap();
    assert_eq!(
        (&json["on"], &json["fewest_told"]),
        (&"2025-12-01".into(), &5.into())
    );
    let niigata = &json["figures"][1];
    assert_eq!(niigata["prefecture"]["name"], "新潟県");
    assert_eq!(
        (&niigata["count"], &niigata["count_state"]),
        (&serde_json::Value::Null, &"few".into())
    );
}

/// An application of this office, wherever it stands.
async fn add(app: &App, office: &str, stage: SubsidyStage) {
    let row = SubsidyRow {
        application_id: app.platform.id(),
        receipt: format!("R{}", &office[..7]),
        scheme: "2025".into(),
        programme: Programme::Care,
        office_no: office.parse().unwrap(),
        office_name: "見本事業所".into(),
        stage,
        version: 1,
        submissions: i64::from(stage != SubsidyStage::Draft),
        reviewer_name: String::new(),
        applicant_id: app.platform.id(),
        applicant_name: "見本 担当".into(),
        applicant_mail: "tantou@hikari.example".into(),
        draft: "{}".into(),
        claimed_yen: None,
        granted_yen: None,
        proposal: String::new(),
        on_hold: false,
        begun_at: app.platform.now(),
        submitted_at: None,
        changed_at: app.platform.now(),
    };
    let added: Result<(), kiban_store::Error> = app
        .platform
        .store
        .write(move |work| {
            Box::pin(async move { kiban_store::repo::subsidies::add(work, &row).await })
        })
        .await;
    added.unwrap();
}
