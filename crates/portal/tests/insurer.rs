//! Municipalities and prefectures that are signed in (I01, I02, the questionnaire, /prefecture).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use http::{StatusCode, header};
use kiban_domain::{Body, InsurerNumber, LocalGovernmentCode};
use kiban_services::forms::FormKey;
use kiban_services::{
    readiness,
    surveys::{self, NewRound},
};
use kiban_store::{
    Error,
    repo::mail_refusals::{self, RefusalOrigin, RefusalRow},
};
use support::{Answer, App, operator, signed_in::Browser};

const NIIGATA: &str = "151009";
const FORM: &str = "/insurer/readiness/151009/certificates";
const HOME: &str = "/insurer/readiness/151009";

fn number_of(code: &str) -> InsurerNumber {
    InsurerNumber::of_municipality(&code.parse::<LocalGovernmentCode>().unwrap())
}

async fn niigata(app: &App) -> Browser<'_> {
    let body = Body::Insurer(number_of(NIIGATA));
    app.as_member(body, "新潟市", "kaigo@niigata.example").await
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_who_gets_no_letters_any_more_is_told_after_signing_in() {
    let app = App::new().await;
    let member = niigata(&app).await;
    let told = "お知らせのメールが届いていません";
    assert!(!member.get("/insurer").await.text().contains(told));
    let (mail_id, at) = (app.platform.id(), app.platform.now());
    let row = RefusalRow {
        address: "kaigo@niigata.example".into(),
        mail_id,
        origin: RefusalOrigin::Report,
        reason: "5.1.1".into(),
        gone: true,
        times: 1,
        first_at: at,
        last_at: at,
    };
    let noted = app.platform.store.write::<bool, Error, _>(move |work| {
        Box::pin(async move { mail_refusals::note(work, &row).await })
    });
    assert!(noted.await.unwrap());
    let home = member.get("/insurer").await.text();
    for text in [told, "kaigo@niigata.example", "href=\"/account#address\""] {
        assert!(home.contains(text), "{text}: {home}");
    }
    let account = member.get("/account").await.text();
    assert!(account.contains(told) && account.contains("id=\"address\""));
}

/// The hidden fields and typed values of a form, as a browser sends them back.
fn seen(page: &Answer) -> String {
    page.between("name=\"seen\" value=\"", "\"")
}

#[tokio::test(flavor = "multi_thread")]
async fn i02_what_is_typed_is_looked_at_again_and_then_public_everywhere() {
    let app = App::new().await;
    let member = niigata(&app).await;
    let home = member.get("/insurer").await;
    assert_eq!(home.status, StatusCode::OK);
    assert_eq!(home.headers[header::CACHE_CONTROL], "no-store");
    let text = home.text();
    assert!(text.contains("まだ登録がありません") && text.contains("新潟市"));
    let fields = |go: &'static str| {
        [
            ("seen", ""),
            ("planned_standardised", "令和７年度"),
            ("actual_standardised", "R8.3.20"),
            ("planned_sharing", "令和9年2月"),
            ("go", go),
        ]
    };
    let check = member.post(FORM, FORM, &fields("check")).await;
    assert_eq!(check.status, StatusCode::OK);
    let text = check.text();
    assert!(
        text.contains("公開されます") && text.contains("令和9年2月"),
        "{text}"
    );
    let public = app.get("/readiness/151009").await.text();
    assert!(
        public.contains("公表されていません"),
        "nothing is public yet"
    );
    let mend = member.post(FORM, FORM, &fields("mend")).await.text();
    assert!(mend.contains("value=\"令和７年度\""), "as typed");

    for _ in 0..2 {
        // Twice: a double click is one declaration.
        let saved = member.post(FORM, FORM, &fields("save")).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
        assert_eq!(
            saved.headers[header::LOCATION],
            "/insurer/readiness/151009?done=yes"
        );
    }
    let done = member
        .get("/insurer/readiness/151009?done=yes")
        .await
        .text();
    assert!(done.contains("登録しました") && done.contains("情報共有の開始　予定 令和9年2月"));
    assert_eq!(
        done.matches("<td data-label=\"内容\">").count(),
        2,
        "one history line a step"
    );
    app.clock.pass(3);
    assert!(
        app.get("/readiness/151009")
            .await
            .text()
            .contains("令和9年2月")
    );
    assert!(app.get("/readiness.atom").await.text().contains("新潟市"));
    assert!(
        app.get("/readiness.csv")
            .await
            .text()
            .contains("\"2027-02\"")
    );
    assert!(
        app.get("/readiness.json")
            .await
            .text()
            .contains("\"2027-02\"")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn i02_of_two_people_the_second_sees_both_values() {
    let app = App::new().await;
    let one = niigata(&app).await;
    let body = Body::Insurer(number_of(NIIGATA));
    let other = app.as_member(body, "新潟市", "buka@niigata.example").await;
    let plan = |text: &'static str, seen: &str, go: &'static str| {
        vec![
            ("seen".to_owned(), seen.to_owned()),
            ("planned_sharing".to_owned(), text.to_owned()),
            ("go".to_owned(), go.to_owned()),
        ]
    };
    let send = async |who: &Browser<'_>, fields: Vec<(String, String)>| {
        let fields: Vec<_> = fields.iter().map(|(name, it)| (&**name, &**it)).collect();
        who.post(FORM, FORM, &fields).await
    };
    let first = send(&one, plan("令和9年2月", "", "save")).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER);
    let late = send(&other, plan("令和9年3月", "", "save")).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let text = late.text();
    assert!(text.contains("ほかの人が先に更新しました"));
    assert!(
        text.contains("令和9年2月") && text.contains("令和9年3月"),
        "both values"
    );
    let mend = send(&other, plan("令和9年3月", &seen(&late), "mend")).await;
    assert!(mend.text().contains("value=\"令和9年3月\""));
    let saved = send(&other, plan("令和9年3月", &seen(&mend), "save")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "knowing what stood");
}

#[tokio::test(flavor = "multi_thread")]
async fn i02_what_cannot_be_is_said_beside_its_field_and_nothing_runs() {
    let app = App::new().await;
    let member = niigata(&app).await;
    let script = "<script>alert(1)</script>";
    for (field, typed, message) in [
        (
            "planned_able",
            "来年",
            "連携機能の改修の予定は、年度・年月・日付の",
        ),
        (
            "actual_able",
            "2026-02-30",
            "連携機能の改修の実際の日は、実在する日付を",
        ),
        ("actual_standardised", "2027-01-01", "今日以前の日付を"),
        ("planned_sharing", "令和90年", "情報共有の開始の予定は"),
        ("planned_life", script, ""),
        ("planned_sending", script, "データ送信の開始の予定は"),
    ] {
        let refused = member
            .post(FORM, FORM, &[(field, typed), ("go", "check")])
            .await;
        let text = refused.text();
        assert!(!text.contains("<script>alert"), "{field}");
        if message.is_empty() {
            continue;
        }
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(
            text.contains(message) && text.contains("エラー："),
            "{field}: {text}"
        );
    }
    let contact = format!("{HOME}/contact");
    let fields = [
        ("counter", script),
        ("phone", "12"),
        ("address", "javascript:alert(1)"),
        ("vendor", "=cmd|' /C calc'!A0"),
        ("go", "check"),
    ];
    let refused = member.post(&contact, &contact, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    assert!(text.contains("https:// から半角で") && !text.contains("<script>alert"));
    let fields = [
        ("counter", script),
        ("address", "https://www.city.niigata.example/"),
        ("vendor", "見本システム"),
        ("go", "save"),
    ];
    let saved = member.post(&contact, &contact, &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    app.clock.pass(3);
    let public = app.get("/readiness/151009").await.text();
    assert!(public.contains("見本システム") && !public.contains("<script>alert"));
    let stale = [("seen", ""), ("counter", "介護保険課"), ("go", "save")];
    let stale = member.post(&contact, &contact, &stale).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.text().contains("見本システム"));
}

#[tokio::test(flavor = "multi_thread")]
async fn i02_another_insurers_municipality_is_not_there_and_a_union_has_several() {
    let app = App::new().await;
    let member = niigata(&app).await;
    for path in [
        "/insurer/readiness/152021",
        "/insurer/readiness/152021/certificates",
        "/insurer/readiness/152021/contact",
        "/insurer/readiness/151009/nothing",
        "/insurer/surveys/1/152021",
        "/insurer/surveys/9/151009",
        "/prefecture",
    ] {
        assert_eq!(
            member.get(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let fields = [("planned_sharing", "令和9年2月"), ("go", "save")];
    let other = "/insurer/readiness/152021/certificates";
    let refused = member.post("/insurer", other, &fields).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let joins = "152021".parse().unwrap();
    readiness::set_insurer(&app.platform, &operator(), joins, number_of(NIIGATA))
        .await
        .unwrap();
    assert_eq!(
        member.get("/insurer/readiness/152021").await.status,
        StatusCode::OK
    );
    assert!(member.get("/insurer").await.text().contains("長岡市"));
    // Nobody who is not signed in gets further than the sign-in.
    let visitor = app.get(FORM).await;
    assert_eq!(visitor.status, StatusCode::SEE_OTHER);
    let to = visitor.headers[header::LOCATION].to_str().unwrap();
    assert!(to.starts_with("/login?next=%2Finsurer"), "{to}");
}

#[tokio::test(flavor = "multi_thread")]
async fn i01_the_questionnaire_is_drafted_submitted_and_public() {
    let app = App::new().await;
    let new = NewRound {
        title: "第1回の調査".into(),
        record_day: "2026-11-01".parse().unwrap(),
        opens_on: "2026-11-01".parse().unwrap(),
        closes_on: "2026-11-15".parse().unwrap(),
        source: surveys::first_questions().into(),
    };
    surveys::open(
        &app.platform,
        &operator(),
        &FormKey::fresh(&app.platform),
        new,
    )
    .await
    .unwrap();
    let member = niigata(&app).await;
    assert!(
        member
            .get("/insurer")
            .await
            .text()
            .contains("まだ回答していません")
    );
    let path = "/insurer/surveys/1/151009";
    let form = member.get(path).await.text();
    assert!(!form.contains("人口区分"), "a designated city is not asked");
    let draft = [("seen", "0"), ("q4", "FY2026"), ("go", "draft")];
    let kept = member.post(path, path, &draft).await;
    assert!(kept.text().contains("一時保存しました"), "{}", kept.text());
    let part = [("seen", "1"), ("q4", "FY2026"), ("go", "submit")];
    let refused = member.post(path, path, &part).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    assert!(text.contains("入力内容に3件の誤りがあります"), "{text}");
    let whole = [
        ("seen", "1"),
        ("q2", "done"),
        ("q3", "FY2026"),
        ("q4", "FY2026"),
        ("q5", "undecided"),
        ("q6", "=1+1 <script>alert(1)</script>"),
        ("go", "submit"),
    ];
    for _ in 0..2 {
        let done = member.post(path, path, &whole).await;
        assert!(
            done.text().contains("回答を提出しました"),
            "{}",
            done.text()
        );
        assert!(!done.text().contains("<script>alert"));
    }
    let mut late = whole;
    late[3] = ("q4", "FY2027");
    let late = member.post(path, path, &late).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text().contains("令和8年度") && late.text().contains("令和9年度"));
    app.clock.pass(3);
    let public = app.get("/readiness/surveys/1").await.text();
    assert!(public.contains("回答した1団体のうち1団体が"));
    assert!(
        !member
            .get("/insurer")
            .await
            .text()
            .contains("まだ回答していません")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn i12_an_administrator_invites_and_stops_and_members_do_not() {
    let app = App::new().await;
    let one = niigata(&app).await;
    let body = Body::Insurer(number_of(NIIGATA));
    app.as_member(body, "新潟市", "buka@niigata.example").await;
    app.letters().await;
    let users = "/insurer/users";
    let list = one.get(users).await;
    assert_eq!(list.status, StatusCode::OK);
    let id = list.between("name=\"user\" value=\"", "\"");
    let wrong = [
        ("go", "invite"),
        ("name", "<script>alert(1)</script>"),
        ("mail", "x"),
        ("role", "manager"),
    ];
    let refused = one.post(users, users, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    assert!(text.contains("役割を選択してください") && !text.contains("<script>alert"));
    let right = [
        ("go", "invite"),
        ("name", "見本 三郎"),
        ("mail", "saburo@niigata.example"),
        ("role", "member"),
    ];
    assert_eq!(
        one.post(users, users, &right).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(app.letters().await[0].contains("/invitation/"));
    let act = async |go: &'static str| {
        let fields = [("go", go), ("user", id.as_str())];
        one.post(users, users, &fields).await.status
    };
    assert_eq!(act("member").await, StatusCode::SEE_OTHER);
    assert_eq!(
        act("manager").await,
        StatusCode::NOT_FOUND,
        "no such role here"
    );
    assert_eq!(act("explode").await, StatusCode::BAD_REQUEST);
    assert_eq!(act("end").await, StatusCode::OK, "a second look");
    let sure = async |reason: &str| {
        let fields = [
            ("go", "end"),
            ("user", id.as_str()),
            ("sure", "yes"),
            ("reason", reason),
        ];
        one.post(users, users, &fields).await
    };
    let unsaid = sure("").await;
    assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = unsaid.text();
    assert!(
        text.contains("理由を入力してください")
            && text.contains("もう一度「この利用者を停止する」を押して")
    );
    assert_eq!(sure("異動").await.status, StatusCode::SEE_OTHER);
    assert!(one.get(users).await.text().contains("担当者として再開する"));
    let foreign = Body::Prefecture("15".parse().unwrap());
    let foreign = app.as_member(foreign, "新潟県", "kaigo@pref.example").await;
    let fields = [("go", "end"), ("user", id.as_str())];
    let refused = foreign
        .post("/prefecture/users", "/prefecture/users", &fields)
        .await;
    assert_eq!(
        refused.status,
        StatusCode::NOT_FOUND,
        "another body's member"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prefecture_sees_who_is_late_and_reminds_once_a_week() {
    let app = App::new().await;
    let body = Body::Prefecture("15".parse().unwrap());
    let prefecture = app.as_member(body, "新潟県", "kaigo@pref.example").await;
    let page = prefecture.get("/prefecture").await.text();
    assert!(page.contains("30団体のうち、登録のない市町村は30団体") && page.contains("長岡市"));
    assert!(!page.contains("世田谷区"));
    assert_eq!(
        prefecture.get("/insurer").await.status,
        StatusCode::NOT_FOUND
    );
    let own = number_of(NIIGATA);
    let fields = [("insurer_no", own.as_str())];
    let nobody = prefecture
        .post("/prefecture", "/prefecture/remind", &fields)
        .await;
    assert_eq!(nobody.status, StatusCode::CONFLICT);
    assert!(nobody.text().contains("まだユーザIDが発行されていません"));
    niigata(&app).await;
    app.letters().await;
    let sent = prefecture
        .post("/prefecture", "/prefecture/remind", &fields)
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let letter = app.letters().await.remove(0);
    assert!(
        letter.contains("新潟県") && letter.contains("新潟市"),
        "{letter}"
    );
    let again = prefecture
        .post("/prefecture", "/prefecture/remind", &fields)
        .await;
    assert!(
        again
            .text()
            .contains("7日以内にお願いのメールを送っています")
    );
    assert!(app.letters().await.is_empty());
    let other = number_of("131121");
    let foreign = [("insurer_no", other.as_str())];
    let foreign = prefecture
        .post("/prefecture", "/prefecture/remind", &foreign)
        .await;
    assert_eq!(
        foreign.status,
        StatusCode::NOT_FOUND,
        "another prefecture's"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn i12_the_same_page_twice_invites_once_and_open_invitations_are_looked_after() {
    let app = App::new().await;
    let one = niigata(&app).await;
    app.letters().await;
    let users = "/insurer/users";
    let once = one.get(users).await.between("name=\"once\" value=\"", "\"");
    let fields = |once: &'static str| {
        [
            ("go", "invite"),
            ("once", once),
            ("name", "見本 三郎"),
            ("mail", "saburo@niigata.example"),
            ("role", "member"),
        ]
    };
    let mut sent = fields("");
    sent[1].1 = &once;
    let (first, second) =
        tokio::join!(one.post(users, users, &sent), one.post(users, users, &sent));
    for answer in [first, second] {
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        assert_eq!(
            answer.headers[header::LOCATION],
            "/insurer/users?done=invited"
        );
    }
    let letters = app.letters().await;
    assert_eq!(letters.len(), 1);
    let old = letters[0].split("https://portal.example").nth(1).unwrap();
    let old = old.lines().next().unwrap();
    let another = one.post(users, users, &fields("another page")).await;
    assert_eq!(another.status, StatusCode::CONFLICT);
    let text = another.text();
    assert!(text.contains("すでに招待しています") && text.contains("令和8年11月8日"));

    let list = one.get(users).await;
    let id = list.between("name=\"invitation\" value=\"", "\"");
    assert!(list.text().contains("saburo@niigata.example"));
    let act = async |go: &'static str| {
        let fields = [("go", go), ("invitation", id.as_str())];
        one.post(users, users, &fields).await
    };
    let body = Body::Prefecture("15".parse().unwrap());
    let foreign = app.as_member(body, "新潟県", "kaigo@pref.example").await;
    app.letters().await;
    let fields = [("go", "take-back"), ("invitation", id.as_str())];
    let page = "/prefecture/users";
    let refused = foreign.post(page, page, &fields).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "another body's");
    assert_eq!(app.get(old).await.status, StatusCode::OK);

    assert_eq!(act("send-again").await.status, StatusCode::SEE_OTHER);
    assert_ne!(app.get(old).await.status, StatusCode::OK, "dead at once");
    let letter = app.letters().await.remove(0);
    let new = letter.split("https://portal.example").nth(1).unwrap();
    let new = new.lines().next().unwrap();
    let gone = act("take-back").await;
    assert_eq!(gone.status, StatusCode::CONFLICT, "it has another name now");
    let id = one
        .get(users)
        .await
        .between("name=\"invitation\" value=\"", "\"");
    let fields = [("go", "take-back"), ("invitation", id.as_str())];
    let back = one.post(users, users, &fields).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    assert_ne!(app.get(new).await.status, StatusCode::OK, "dead at once");
    let list = one.get(users).await.text();
    assert!(list.contains("手続きを待っている招待はありません"));
}

#[tokio::test(flavor = "multi_thread")]
async fn i02_an_address_without_a_host_and_unknown_words_are_refused() {
    let app = App::new().await;
    let one = niigata(&app).await;
    let page = "/insurer/readiness/151009/contact";
    for address in ["https://", "https:///kaigo"] {
        let fields = [
            ("go", "check"),
            ("counter", "介護保険課"),
            ("address", address),
        ];
        let refused = one.post(page, page, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("市町村のページのアドレスは"));
    }
    for path in [page, FORM] {
        let refused = one.post(path, path, &[("go", "explode")]).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(refused.text().contains("この操作はありません"));
    }
}
