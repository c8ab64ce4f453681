//! What the operator does for municipalities: accounts, readiness, the questionnaire (O06, O12).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::{Body, InsurerNumber, PortalRole, Roles};
use kiban_services::{
    forms::FormKey,
    portal_users::{
        NewAccount,
        invitations::{self, NewMember},
    },
    readiness,
};
use support::App;

const MANAGER: [PortalRole; 1] = [PortalRole::Manager];
const NIIGATA: &str = "/ops/readiness/151009";

fn niigata() -> InsurerNumber {
    InsurerNumber::of_municipality(&"151009".parse().unwrap())
}

fn form<'a>(number: &'a str, mail: &'a str) -> [(&'a str, &'a str); 3] {
    [("number", number), ("name", "見本 担当"), ("mail", mail)]
}

#[tokio::test(flavor = "multi_thread")]
async fn o06_an_insurer_gets_an_id_again_and_is_stopped() {
    let app = App::new().await;
    let officer = app.officer("manager", &MANAGER).await;
    let own = niigata();
    let number = own.as_str();
    let issued = officer
        .post("/ops/insurers", &form(number, "kaigo@niigata.example"))
        .await;
    assert_eq!(issued.is(303).location(), "/ops/insurers?done=issued");
    let letter = app.letters().await.remove(0);
    assert!(letter.contains("新潟市") && letter.contains("初回パスワード"));
    officer
        .get("/ops/insurers")
        .await
        .is(200)
        .has("新潟市")
        .has("まだありません")
        .has("初回ログイン待ちの一覧")
        .has("見本 manager")
        .has("令和8年11月16日");
    let page = format!("/ops/insurers/{number}");
    let shown = officer.get(&page).await;
    shown
        .is(200)
        .has("初回ログイン待ち")
        .has("kaigo@niigata.example");
    let user = shown.between("name=\"user\" value=\"", "\"");
    let go = async |go| officer.post(&page, &[("go", go), ("user", &user)]).await;
    let sure = async |go, reason: &'static str| {
        let fields = [
            ("go", go),
            ("user", &*user),
            ("sure", "yes"),
            ("reason", reason),
        ];
        officer.post(&page, &fields).await
    };
    go("again")
        .await
        .is(200)
        .has("初回パスワードの再発行の確認")
        .has("いまのパスワードはすぐに使えなくなり");
    assert!(app.letters().await.is_empty(), "nothing before the reason");
    for (reason, message) in [
        ("", "理由を入力してください"),
        ("改\n行", "1行で入力してください"),
    ] {
        sure("again", reason)
            .await
            .is(422)
            .has(message)
            .has("もう一度「初回パスワードを再発行する」を押して");
    }
    sure("again", "届いていない").await.is(303);
    let second = app.letters().await.remove(0);
    assert!(second.contains("再発行しました") && second.contains("使えなくなりました"));
    go("stop").await.is(200).has("ユーザIDの停止の確認");
    sure("stop", "異動").await.is(303);
    officer.get(&page).await.has("停止").has("再開する");
    go("explode").await.is(400).has("この操作はありません");
    go("resume").await.is(303);
    officer.get(&page).await.has("初回ログイン待ち");
    let foreign = [
        ("go", "stop"),
        ("user", "00000000-0000-0000-0000-000000000000"),
    ];
    officer.post(&page, &foreign).await.is(404);
    officer
        .post("/ops/insurers", &form("15", "kaigo@pref.example"))
        .await
        .is(303);
    officer.get("/ops/insurers").await.has("新潟県");
}

#[tokio::test(flavor = "multi_thread")]
async fn o06_what_is_typed_wrong_is_said_and_others_may_not() {
    let app = App::new().await;
    let officer = app.officer("manager", &MANAGER).await;
    let script = "<script>alert(1)</script>";
    for (number, mail, message) in [
        (
            "",
            "a@b.example",
            "保険者番号または都道府県の番号を入力してください",
        ),
        ("99", "a@b.example", "01から47までの2桁で"),
        ("151000", "a@b.example", "保険者番号が正しくありません"),
        ("150011", "a@b.example", "見つかりませんでした"),
        (script, script, "メールアドレスは、@の前後を"),
    ] {
        let refused = officer.post("/ops/insurers", &form(number, mail)).await;
        refused
            .is(422)
            .has(message)
            .has("エラー：")
            .lacks("<script>alert");
    }
    assert!(app.letters().await.is_empty());
    for path in ["/ops/insurers/9", "/ops/readiness/999999", "/ops/surveys/9"] {
        officer.get(path).await.is(404);
    }
    let desk = app.officer("desk", &[PortalRole::Desk]).await;
    for path in [
        "/ops/insurers",
        "/ops/insurers/15",
        "/ops/readiness",
        NIIGATA,
        "/ops/surveys",
        "/ops/surveys/1",
        "/ops/surveys/1/answers.csv",
    ] {
        desk.get(path).await.is(403);
    }
    desk.post("/ops/insurers", &form("15", "a@b.example"))
        .await
        .is(403);
    desk.post(NIIGATA, &[("go", "remind")]).await.is(403);
    desk.post("/ops/surveys/1", &[]).await.is(403);
    let insurer = app.member(
        "kaigo",
        Body::Insurer(niigata()),
        &[PortalRole::Administrator],
    );
    assert_eq!(
        insurer.await.get("/ops/insurers").await.is(303).location(),
        "/account"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn o12_a_declaration_is_corrected_with_a_reason_and_the_late_are_reminded() {
    let app = App::new().await;
    let officer = app.officer("manager", &MANAGER).await;
    officer
        .get("/ops/readiness")
        .await
        .has("登録のない市町村は1741団体");
    let fields = |planned: &'static str, reason: &'static str| {
        [
            ("go", "correct"),
            ("function", "certificates"),
            ("step", "able"),
            ("planned", planned),
            ("reason", reason),
        ]
    };
    officer
        .post(NIIGATA, &fields("令和8年6月", ""))
        .await
        .is(422)
        .has("訂正の理由を入力");
    officer
        .post(NIIGATA, &fields("来年", "電話で確認"))
        .await
        .is(422)
        .has("予定は、年度");
    let done = officer
        .post(NIIGATA, &fields("令和8年6月", "電話で確認 <i>"))
        .await;
    assert_eq!(
        done.is(303).location(),
        "/ops/readiness/151009?done=corrected"
    );
    let page = officer.get(NIIGATA).await;
    page.has("運営による訂正：電話で確認")
        .lacks("<i>")
        .has("連携機能の改修　予定 令和8年6月");
    let history = readiness::list_history(&app.platform, &"151009".parse().unwrap()).await;
    assert_eq!(history.unwrap()[0].reason, "電話で確認 <i>");
    officer
        .get("/ops/readiness?late=late")
        .await
        .has("新潟市（新潟県）")
        .has("全1件中")
        .lacks("長岡市");
    officer
        .get("/ops/readiness?late=silent&pref=15")
        .await
        .lacks("新潟市（")
        .has("長岡市");

    let remind = [("go", "remind")];
    officer
        .post(NIIGATA, &remind)
        .await
        .is(409)
        .has("まだユーザIDが発行されていません");
    let own = niigata();
    let issue = form(own.as_str(), "kaigo@niigata.example");
    officer.post("/ops/insurers", &issue).await.is(303);
    app.letters().await;
    officer.post(NIIGATA, &remind).await.is(303);
    assert!(app.letters().await[0].contains("新潟市"));
    officer
        .post(NIIGATA, &remind)
        .await
        .is(409)
        .has("7日以内に");
    officer
        .get(NIIGATA)
        .await
        .has("7日以内にお願いのメールを送っています");
}

#[tokio::test(flavor = "multi_thread")]
async fn o12_a_round_is_opened_closed_and_its_answers_are_a_safe_file() {
    let app = App::new().await;
    let officer = app.officer("manager", &MANAGER).await;
    let source = officer.get("/ops/surveys").await;
    source
        .is(200)
        .has("調査はまだありません")
        .has("standardised|choice");
    let fields = |closes: &'static str, source: &'static str| {
        [
            ("title", "第1回の調査"),
            ("record_day", "令和8年11月1日"),
            ("opens_on", "R8.11.1"),
            ("closes_on", closes),
            ("source", source),
        ]
    };
    let question =
        "migrated|year|required|データ移行を終える年度|2024-2030\r\nremark|text|optional|事情";
    let refused = officer
        .post("/ops/surveys", &fields("2026-02-30", question))
        .await;
    refused.is(422).has("終わりの日は、実在する日付を");
    let refused = officer
        .post("/ops/surveys", &fields("2026-10-01", question))
        .await;
    refused.is(422).has("1年以内の日付を");
    let refused = officer
        .post("/ops/surveys", &fields("2026-11-15", "a|b"))
        .await;
    refused.is(422).has("1行目：");
    officer
        .post("/ops/surveys", &fields("2026-11-15", question))
        .await
        .is(303);
    officer
        .get("/ops/surveys")
        .await
        .has("第1回の調査")
        .has("受付中");
    let saving = kiban_services::surveys::Saving {
        round_no: 1,
        municipality: "151009".parse().unwrap(),
        answers: kiban_domain::SurveyAnswers::of([
            ("migrated".to_owned(), "FY2026".to_owned()),
            ("remark".to_owned(), "=cmd|' /C calc'!A0".to_owned()),
        ]),
        submit: true,
        seen: 0,
    };
    let context = kiban_services::CallContext {
        caller: kiban_access::Caller::Insurer(niigata()),
        actor: kiban_audit::Actor::new(kiban_audit::Door::Portal, niigata().as_str()),
        request_id: "r".into(),
    };
    kiban_services::surveys::save(&app.platform, &context, saving)
        .await
        .unwrap();
    officer
        .get("/ops/surveys/1")
        .await
        .is(200)
        .has("1741団体のうち1団体")
        .has("ほかに1640団体");
    let file = officer.get("/ops/surveys/1/answers.csv").await;
    file.is(200).has("\"'=cmd|' /C calc'!A0\"").has("令和8年度");
    assert_eq!(
        file.headers[http::header::CONTENT_TYPE],
        "text/csv; charset=utf-8"
    );
    for _ in 0..2 {
        officer
            .post("/ops/surveys/1", &[("go", "close")])
            .await
            .is(303);
    }
    officer
        .get("/ops/surveys/1")
        .await
        .has("終了")
        .lacks("回答の受付を終える</button>");
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_the_same_page_posted_twice_makes_one_of_everything() {
    let app = App::new().await;
    let officer = app.officer("manager", &MANAGER).await;
    let own = niigata();
    let once = officer
        .get("/ops/insurers")
        .await
        .between("name=\"once\" value=\"", "\"");
    let fields = |mail: &'static str| {
        let once = [("once", once.as_str())];
        [&form(own.as_str(), mail)[..], &once[..]].concat()
    };
    let sent = fields("kaigo@niigata.example");
    let (one, other) = tokio::join!(
        officer.post("/ops/insurers", &sent),
        officer.post("/ops/insurers", &sent)
    );
    for answer in [one, other] {
        assert_eq!(answer.is(303).location(), "/ops/insurers?done=issued");
    }
    assert_eq!(app.letters().await.len(), 1);
    // The same content from another page, and the same page with another address.
    let again = form(own.as_str(), "kaigo@niigata.example");
    officer
        .post("/ops/insurers", &again)
        .await
        .is(409)
        .has("すでに招待しています")
        .has("kaigo@niigata.example")
        .has("ユーザIDの画面を開く");
    officer
        .post("/ops/insurers", &fields("buka@niigata.example"))
        .await
        .is(303);
    assert_eq!(app.letters().await.len(), 1);

    let once = officer
        .get("/ops/surveys")
        .await
        .between("name=\"once\" value=\"", "\"");
    let round = [
        ("once", once.as_str()),
        ("title", "第1回の調査"),
        ("record_day", "令和8年11月1日"),
        ("opens_on", "令和8年11月1日"),
        ("closes_on", "令和8年11月15日"),
        ("source", "remark|text|optional|事情"),
    ];
    for _ in 0..2 {
        let opened = officer.post("/ops/surveys", &round).await;
        assert_eq!(opened.is(303).location(), "/ops/surveys?done=opened");
    }
    officer.get("/ops/surveys/2").await.is(404);
    officer
        .post("/ops/surveys", &[("title", "")])
        .await
        .is(422)
        .has("調査の名前を入力してください");
    officer
        .post("/ops/surveys/1", &[("go", "explode")])
        .await
        .is(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_the_operator_sees_open_invitations_takes_them_back_and_sends_them_again() {
    let app = App::new().await;
    let officer = app.officer("manager", &MANAGER).await;
    let invite = async |mail: &str| {
        let new = NewMember {
            account: NewAccount {
                name: "見本 <b>招待".into(),
                mail: mail.parse().unwrap(),
                phone: String::new(),
            },
            body: Body::Insurer(niigata()),
            body_name: "新潟市".into(),
            roles: Roles::of([PortalRole::Member]),
        };
        let context = kiban_services::CallContext {
            caller: kiban_access::Caller::Insurer(niigata()),
            actor: kiban_audit::Actor::new(kiban_audit::Door::Portal, niigata().as_str()),
            request_id: "r".into(),
        };
        let form = FormKey::fresh(&app.platform);
        invitations::invite(&app.platform, &context, &form, "https://p.example", new)
            .await
            .unwrap();
    };
    invite("a@niigata.example").await;
    app.letters().await;
    for page in ["/ops/users", "/ops/insurers"] {
        let shown = officer.get(page).await;
        shown
            .is(200)
            .has("招待中")
            .has("a@niigata.example")
            .has("新潟市　担当者")
            .has("令和8年11月9日")
            .lacks("見本 <b>");
        let id = shown.between("name=\"invitation\" value=\"", "\"");
        let once = shown.between("name=\"once\" value=\"", "\"");
        let again = [
            ("go", "send-again"),
            ("invitation", id.as_str()),
            ("once", once.as_str()),
        ];
        for _ in 0..2 {
            let sent = officer.post(page, &again).await;
            assert_eq!(sent.is(303).location(), format!("{page}?done=sent-again"));
        }
        let letters = app.letters().await;
        assert!(letters.len() == 1 && letters[0].contains("前にお送りしたアドレスは"));
        officer
            .get(&format!("{page}?done=sent-again"))
            .await
            .has("前のアドレスは使えなくなりました");
    }
    let id = officer
        .get("/ops/users")
        .await
        .between("name=\"invitation\" value=\"", "\"");
    let back = [("go", "take-back"), ("invitation", id.as_str())];
    officer.post("/ops/users", &back).await.is(303);
    officer
        .post("/ops/users", &back)
        .await
        .is(409)
        .has("この招待は");
    officer
        .get("/ops/users")
        .await
        .has("手続きを待っている招待はありません");
    officer
        .post("/ops/users", &[("go", "explode")])
        .await
        .is(400);
    let desk = app.officer("desk", &[PortalRole::Desk]).await;
    desk.post("/ops/users", &back).await.is(403);
    desk.post("/ops/insurers", &back).await.is(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn o12_the_order_of_stages_is_told_and_unknown_words_are_refused() {
    let app = App::new().await;
    let officer = app.officer("manager", &MANAGER).await;
    let fields = [
        ("go", "correct"),
        ("function", "certificates"),
        ("step", "sharing"),
        ("actual", "令和8年10月1日"),
        ("reason", "電話で確認"),
    ];
    officer
        .post(NIIGATA, &fields)
        .await
        .is(422)
        .has("6番目の段階「情報共有の開始」の実際の日は、先に済ませる1番目の段階")
        .has("href=\"#actual\"");
    let fields = [
        ("go", "correct"),
        ("function", "x"),
        ("step", "y"),
        ("reason", "電話"),
    ];
    officer
        .post(NIIGATA, &fields)
        .await
        .is(422)
        .has("機能を選択してください")
        .has("段階を選択してください");
    officer.post(NIIGATA, &[("go", "x")]).await.is(400);
    let auditor = app.officer("auditor", &[PortalRole::Auditor]).await;
    let search = |action: &'static str| {
        [
            ("go", "search"),
            ("reason", "点検"),
            ("from", "2026-11-01"),
            ("to", "2026-11-02"),
            ("action", action),
        ]
    };
    auditor
        .post("/ops/audit", &search("no_such_act"))
        .await
        .is(422)
        .has("操作を、一覧から選択してください");
    auditor
        .post("/ops/audit", &search("account_read"))
        .await
        .is(200);
}
