//! Maintenances, incidents and notices as operators make them (O16, M05).

mod support;

use axum::body::Body;
use http::{Request, header};
use kiban_domain::{Body as For, PortalRole};
use support::App;

const PLAN: [(&str, &str); 8] = [
    ("title", "機器の入替え"),
    ("words", "機器を取り替えます。"),
    ("remains", ""),
    ("starts", "２０２６-11-02 12:00"),
    ("ends", "2026/11/02 13:00"),
    ("ahead", "７２"),
    ("functions", "care"),
    ("closing", "everything"),
];

fn with<'a>(name: &str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut plan: Vec<(&str, &str)> = PLAN.to_vec();
    for field in &mut plan {
        if field.0 == name {
            field.1 = value;
        }
    }
    plan
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_a_maintenance_is_planned_changed_and_called_off() {
    let app = App::new().await;
    let officer = app.officer("o1", &[PortalRole::Manager]).await;
    let new = "/ops/maintenance/new/maintenance";
    officer.get(new).await.is(200).has("何時間前から");
    let made = officer.post(new, &PLAN).await;
    let page = made.is(303).location();
    let shown = officer.get(&page).await;
    shown
        .is(200)
        .has("登録しました")
        .has("メンテナンスを取りやめる");
    officer
        .get("/ops")
        .await
        .has("メンテナンス（予定）：機器の入替え")
        .has("届いていないメール");
    let path = page.split('?').next().unwrap();
    let edit = format!("{path}/edit");
    let form = officer.get(&edit).await;
    form.is(200).has("2026-11-02 13:00");
    let mut changed = with("ends", "2026-11-02 14:00");
    changed.push(("revision", "1"));
    let changed = officer.post(&edit, &changed).await;
    changed.is(303);
    let mut stale = PLAN.to_vec();
    stale.push(("revision", "1"));
    officer
        .post(&edit, &stale)
        .await
        .is(409)
        .has("ほかの人が先に");
    let empty = [("go", "close"), ("revision", "2"), ("words", "")];
    officer
        .post(path, &empty)
        .await
        .is(422)
        .has("知らせる内容は");
    let ended = [
        ("go", "close"),
        ("revision", "2"),
        ("words", "取りやめます。"),
    ];
    officer.post(path, &ended).await.is(303);
    officer
        .get(path)
        .await
        .has("取りやめ")
        .lacks("続けて知らせる");
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays() {
    let app = App::new().await;
    let officer = app.officer("o1", &[PortalRole::Manager]).await;
    let new = "/ops/maintenance/new/maintenance";
    for (name, value, words) in [
        ("title", "", "名前は、1文字から80文字まで"),
        ("starts", "あした", "日時は、年月日と時刻で"),
        ("ends", "2026-11-02 11:00", "始まりより後で"),
        ("ahead", "721", "0から720まで"),
        ("functions", "nothing", "1つ以上選択してください"),
        ("closing", "", "その間の使い方を選択してください"),
    ] {
        let answer = officer.post(new, &with(name, value)).await;
        answer.is(422).has(words).has("機器を取り替えます。");
    }
    let incident = [
        ("title", "つながりにくい"),
        ("words", "調べています。"),
        ("starts", "2026-11-02 09:30"),
        ("functions", "care"),
    ];
    let made = officer
        .post("/ops/maintenance/new/incident", &incident)
        .await;
    let page = made.is(303).location();
    officer.get(&page).await.has("復旧したことを知らせて終える");
    officer.get("/ops/maintenance/new/other").await.is(404);
    let editor = app.officer("o2", &[PortalRole::Editor]).await;
    editor.get("/ops/maintenance").await.is(403);
    editor.post(new, &PLAN).await.is(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_a_notice_is_asked_once_more_and_sent_once() {
    let app = App::new().await;
    let officer = app.officer("o1", &[PortalRole::Manager]).await;
    let office = For::Office("1379900015".parse().unwrap());
    app.member("m1", office, &[PortalRole::Member]).await;
    let typed = |number| {
        vec![
            ("kind", "office"),
            ("number", number),
            ("prefecture", ""),
            ("title", "番号の確認のお願い"),
            ("body", "届け出た番号を確かめてください。"),
        ]
    };
    let wrong = officer.post("/ops/notices", &typed("12")).await;
    wrong.is(422).has("番号は、選んだ相手の番号の桁数で");
    let nobody = officer.post("/ops/notices", &typed("1579900011")).await;
    nobody.is(422).has("担当者がいる団体がありません");
    let confirm = officer
        .post("/ops/notices", &typed("１３７９９０００１５"))
        .await;
    confirm
        .is(200)
        .has("1団体の1人")
        .has("事業所・医療機関（1379900015）");
    officer
        .get("/ops/notices")
        .await
        .has("送った通知はまだありません");
    let form = confirm.between("name=\"form\" value=\"", "\"");
    let mut sent = typed("1379900015");
    sent.push(("form", &form));
    for _ in 0..2 {
        officer.post("/ops/notices", &sent).await.is(303);
    }
    let list = officer.get("/ops/notices").await.text;
    assert_eq!(
        list.matches("<th scope=\"row\">番号の確認のお願い").count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_a_wrong_method_has_a_page_and_says_which_are_right() {
    let app = App::new().await;
    for path in ["/ops", "/ops/maintenance", "/ops/static/app.css"] {
        let request = Request::delete(path).body(Body::empty()).unwrap();
        let answer = app.send(request).await;
        answer.is(405).has("<h1>");
        let allow = answer.headers[header::ALLOW].to_str().unwrap();
        assert!(allow.contains("GET"), "{path}: {allow}");
    }
}
