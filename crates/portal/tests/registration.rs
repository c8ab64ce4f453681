//! From ユーザ登録 to マイページ over HTTP (P19, M01 to M03, M06, M12, M13; P-2, W-1).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/browser.rs"]
mod browser;
mod support;

use browser::{Browser, code, to};
use http::StatusCode;
use kiban_access::Caller;
use kiban_audit::{Actor, Door};
use kiban_domain::Body;
use kiban_services::{
    CallContext, office_register,
    portal_users::members,
    registrations::{self, Decision, Review, ReviewerUser},
};
use support::{Answer, App};
use uuid::Uuid;

const PASSWORD: &str = "青空 hikari 2026 mado";
const NUMBER: &str = "1379900028";
const UNLISTED: &str = "1379900036";
const MAIL: &str = "tantou@hikari.example";

fn operator() -> CallContext {
    CallContext {
        caller: Caller::Operator,
        actor: Actor::new(Door::Operator, "operator"),
        request_id: "r".into(),
    }
}

async fn app() -> App {
    let app = App::new().await;
    let file = format!(
        "事業所番号,名称,名称カナ,郵便番号,所在地,電話番号,サービス種類,定員・病床数,法人番号,状態,開始日,廃止日\n\
         {NUMBER},見本デイサービス光,ミホン,1540000,東京都世田谷区架空1-1,03-0000-0000,15,20,,開設,2020-04-01,\n\
         1379900044,見本閉鎖,ミホン,,,,15,,,廃止,2010-04-01,2025-03-31\n"
    );
    let context = operator();
    office_register::import(&app.platform, &context, file.into_bytes(), true)
        .await
        .unwrap();
    app
}

/// From the kind to the person, as `name` with `mail`; the page with the terms.
async fn until_terms(browser: &mut Browser<'_>, number: &str, name: &str, mail: &str) -> Answer {
    let page = browser.get("/signup").await;
    let page = browser
        .go_on(&page, "/signup", &[("kind", "care_office"), ("go", "next")])
        .await;
    let page = browser
        .go_on(&page, "/signup", &[("office_no", number), ("go", "next")])
        .await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let office: &[(&str, &str)] = if number == UNLISTED {
        &[
            ("office_name", "<script>alert(1)</script>"),
            ("postal_code", "１５４－００００"),
            ("address", "東京都世田谷区\"><b>架空"),
            ("office_phone", "０３（００００）００００"),
            ("services", "１１、４３"),
            ("go", "next"),
        ]
    } else {
        &[("go", "next")]
    };
    let page = browser.go_on(&page, "/signup", office).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let person = [
        ("name", name),
        ("mail", mail),
        ("phone", "０３−００００−００００"),
        ("go", "next"),
    ];
    let page = browser.go_on(&page, "/signup", &person).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    page
}

async fn signed_up(browser: &mut Browser<'_>, number: &str) -> String {
    let terms = until_terms(browser, number, "見本 担当", MAIL).await;
    let agreed = [("agreed", "yes"), ("go", "next")];
    let sent = browser.go_on(&terms, "/signup", &agreed).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text());
    assert!(sent.text().contains("確認のメールをお送りしました"));
    // The same form once more: one letter.
    browser.go_on(&terms, "/signup", &agreed).await;
    let letters = browser.app.letters().await;
    assert_eq!(letters.len(), 1);
    let rest = letters[0].split_once("https://portal.example").unwrap().1;
    rest.lines().next().unwrap().to_owned()
}

/// From the link to a session.
async fn settled(browser: &mut Browser<'_>, link: &str) {
    let began = browser.fill(link, &[("go", "go")]).await;
    assert_eq!(to(&began), "/login/setup");
    let password = [
        ("go", "password"),
        ("password", PASSWORD),
        ("again", PASSWORD),
    ];
    let set = browser.fill("/login/setup", &password).await;
    assert_eq!(to(&set), "/login/setup");
    let page = browser.get("/login/setup").await;
    let typed = code(browser.app, &page.between("<code>", "</code>"));
    let done = browser
        .fill("/login/setup", &[("go", "application"), ("code", &typed)])
        .await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
}

async fn review(app: &App, receipt: &str, seen: i64, decision: Decision, by: u128) {
    let review = Review {
        receipt: receipt.into(),
        seen,
        decision,
        note: "名称を直してください。<b>".into(),
        by: ReviewerUser {
            user_id: Uuid::from_u128(by),
            name: format!("審査 {by}"),
            mail: format!("{by}@operator.example"),
        },
    };
    let url = "https://portal.example";
    registrations::review(&app.platform, &operator(), url, review)
        .await
        .unwrap();
}

async fn receipt(app: &App, number: &str) -> String {
    let number = number.parse().unwrap();
    let found = registrations::latest_of_office(&app.platform, &number).await;
    found.unwrap().unwrap().row.receipt
}

async fn admitted(browser: &mut Browser<'_>) {
    let link = signed_up(browser, NUMBER).await;
    settled(browser, &link).await;
    let receipt = receipt(browser.app, NUMBER).await;
    review(browser.app, &receipt, 1, Decision::Check, 1).await;
    review(browser.app, &receipt, 2, Decision::Approve, 2).await;
    browser.app.letters().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_an_office_signs_up_waits_and_applies_for_a_certificate() {
    let app = app().await;
    let mut browser = Browser::new(&app);
    let link = signed_up(&mut browser, NUMBER).await;
    for _ in 0..2 {
        let page = browser.get(&link).await;
        assert_eq!(page.status, StatusCode::OK, "looking uses nothing");
        assert!(page.text().contains("見本デイサービス光"));
    }
    settled(&mut browser, &link).await;
    let used = browser.get(&link).await;
    assert_eq!(used.status, StatusCode::GONE);
    assert!(used.text().contains("すでに使われています") && used.text().contains("/signup"));

    let home = browser.get("/mypage").await;
    assert_eq!(home.status, StatusCode::OK, "{}", home.text());
    assert_eq!(home.headers["cache-control"], "no-store");
    for words in ["審査中", "次に進める人：運営", "見本デイサービス光"] {
        assert!(home.text().contains(words), "{words}: {}", home.text());
    }
    for closed in ["/mypage/office", "/mypage/users", "/mypage/users/none"] {
        let page = browser.get(closed).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{closed}");
    }
    let certificates = browser.get("/mypage/certificates").await;
    assert!(certificates.text().contains("承認されると、申し込めます"));
    let csrf = browser::csrf(&certificates);
    let early = browser.post("/mypage/certificates", &csrf, &[]).await;
    assert_eq!(early.status, StatusCode::FORBIDDEN);

    let receipt = receipt(&app, NUMBER).await;
    review(&app, &receipt, 1, Decision::Check, 1).await;
    let home = browser.get("/mypage").await;
    assert!(home.text().contains("審査中"), "a first check is not told");
    review(&app, &receipt, 2, Decision::Approve, 2).await;
    let home = browser.get("/mypage").await;
    assert!(home.text().contains("承認されています"), "{}", home.text());
    assert!(home.text().contains("/readiness/131121"), "世田谷区");

    let ticket = browser.fill("/mypage/certificates", &[]).await;
    assert_eq!(ticket.status, StatusCode::OK, "{}", ticket.text());
    let code = ticket.between("<code data-code>", "</code>");
    let fields = format!("office_no={NUMBER}&code={code}&name=PC+1&kind=pc");
    let file = app.post("/start", &fields).await;
    assert_eq!(file.status, StatusCode::OK, "{}", file.text());
    let listed = browser.get("/mypage/certificates").await;
    assert!(listed.text().contains("PC 1") && listed.text().contains("有効"));
    let stop = listed.between("href=\"/mypage/certificates/", "/stop\"");
    let stop = format!("/mypage/certificates/{stop}/stop");
    let stopped = browser.fill(&stop, &[]).await;
    assert_eq!(to(&stopped), "/mypage/certificates?done=stopped");
    let listed = browser.get("/mypage/certificates").await;
    assert!(listed.text().contains("失効"), "{}", listed.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn p19_what_is_wrong_stands_beside_its_field_and_nothing_is_lost() {
    let app = app().await;
    let mut browser = Browser::new(&app);
    let kind = browser.get("/signup").await;
    let none = browser.go_on(&kind, "/signup", &[("go", "next")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.text().contains("区分を選択してください"));
    let number = browser
        .go_on(&kind, "/signup", &[("kind", "care_office"), ("go", "next")])
        .await;
    for (typed, words) in [
        ("", "事業所番号または医療機関コードを入力してください"),
        ("137", "10桁で入力してください"),
        ("1379900029", "もう一度お確かめください"),
        ("1319900013", "選択した区分の番号ではありません"),
        ("1379900044", "令和7年3月31日に廃止されています"),
        ("\"><script>alert(1)</script>", "10桁で入力してください"),
    ] {
        let page = browser
            .go_on(&number, "/signup", &[("office_no", typed), ("go", "next")])
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(page.text().contains(words), "{typed}: {}", page.text());
        assert!(page.text().contains("エラー："), "the title says so");
        assert!(!page.text().contains("<script>alert"), "{typed}");
    }
    let found = browser
        .go_on(
            &number,
            "/signup",
            &[("office_no", "　１３７９９−０００２８"), ("go", "next")],
        )
        .await;
    assert!(found.text().contains("見本デイサービス光") && found.text().contains("通所介護"));
    let back = browser.go_on(&found, "/signup", &[("go", "back")]).await;
    assert!(back.status == StatusCode::OK && back.text().contains("value=\"1379900028\""));

    let terms = until_terms(&mut browser, UNLISTED, "<b>見本", MAIL).await;
    let text = terms.text();
    assert!(
        !text.contains("<script>alert") && !text.contains("<b>架空") && !text.contains("<b>見本")
    );
    assert!(text.contains("154-0000") && text.contains("11・43") && text.contains("03-0000-0000"));
    let silent = browser.go_on(&terms, "/signup", &[("go", "next")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.text().contains("同意を選択してください"));
    assert!(app.letters().await.is_empty());
    // A form that begins at the end brings nothing along.
    let csrf = browser::csrf(&terms);
    let forged = [("at", "terms"), ("agreed", "yes"), ("go", "next")];
    let empty = browser.post("/signup", &csrf, &forged).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn p19_nothing_tells_whether_an_address_is_known_but_a_taken_number_is_told() {
    let app = app().await;
    let mut first = Browser::new(&app);
    let link = signed_up(&mut first, NUMBER).await;
    let mut second = Browser::new(&app);
    let later = signed_up(&mut second, NUMBER).await;
    settled(&mut first, &link).await;
    app.letters().await;
    let late = second.fill(&later, &[("go", "go")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text().contains("管理者に招待を依頼してください"));
    assert!(app.letters().await.is_empty());

    // The address has an account by now: the page and the letter are the same as for anybody.
    let mut third = Browser::new(&app);
    let same = until_terms(&mut third, UNLISTED, "見本 担当", MAIL).await;
    let known = third
        .go_on(&same, "/signup", &[("agreed", "yes"), ("go", "next")])
        .await;
    let mut fourth = Browser::new(&app);
    let other = until_terms(&mut fourth, UNLISTED, "見本 担当", "other@hikari.example").await;
    let unknown = fourth
        .go_on(&other, "/signup", &[("agreed", "yes"), ("go", "next")])
        .await;
    let known = known.text().replace(MAIL, "MAIL");
    assert_eq!(
        known,
        unknown.text().replace("other@hikari.example", "MAIL")
    );

    let page = fourth.get("/signup").await;
    let page = fourth
        .go_on(&page, "/signup", &[("kind", "care_office"), ("go", "next")])
        .await;
    let taken = fourth
        .go_on(&page, "/signup", &[("office_no", NUMBER), ("go", "next")])
        .await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(taken.text().contains("登録済みか、審査中です"));
    assert!(!taken.text().contains("見本 担当") && !taken.text().contains(MAIL));
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_whoever_only_applies_sees_nothing_of_an_office_that_was_let_in_before() {
    let app = app().await;
    // The operator let the office in by its first code; it has a terminal.
    let code = app.code().await;
    assert_eq!(app.start(&code).await.status, StatusCode::OK);
    let mut browser = Browser::new(&app);
    let file = format!(
        "事業所番号,名称,名称カナ,郵便番号,所在地,電話番号,サービス種類,定員・病床数,法人番号,状態,開始日,廃止日\n\
         {},見本,,,,,,,,開設,,\n",
        support::OFFICE
    );
    let context = operator();
    let imported = office_register::import(&app.platform, &context, file.into_bytes(), true);
    imported.await.unwrap();
    app.letters().await;
    let link = signed_up(&mut browser, support::OFFICE).await;
    settled(&mut browser, &link).await;
    for closed in ["/mypage/office", "/mypage/users"] {
        assert_eq!(
            browser.get(closed).await.status,
            StatusCode::FORBIDDEN,
            "{closed}"
        );
    }
    for page in ["/mypage", "/mypage/certificates"] {
        let page = browser.get(page).await;
        assert!(
            page.status == StatusCode::OK && !page.text().contains("PC 1"),
            "{}",
            page.text()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_one_person_registers_several_offices_with_one_id() {
    let app = app().await;
    let mut browser = Browser::new(&app);
    admitted(&mut browser).await;
    let link = signed_up(&mut browser, UNLISTED).await;
    let page = browser.get(&link).await;
    assert!(
        page.text().contains("今のユーザIDに追加する"),
        "{}",
        page.text()
    );
    let joined = browser.fill(&link, &[("go", "join")]).await;
    assert_eq!(to(&joined), "/switch");
    let body = format!("office:{UNLISTED}");
    let switched = browser.fill("/switch", &[("body", &body)]).await;
    assert_eq!(to(&switched), "/mypage");
    let home = browser.get("/mypage").await;
    assert!(
        home.text().contains("審査中") && home.text().contains(UNLISTED),
        "{}",
        home.text()
    );
    let closed = browser.get("/mypage/office").await;
    assert_eq!(
        closed.status,
        StatusCode::FORBIDDEN,
        "the other one is not admitted yet"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn p19_a_link_ends_after_a_day_and_says_how_to_get_another() {
    let app = app().await;
    let mut browser = Browser::new(&app);
    let link = signed_up(&mut browser, NUMBER).await;
    let form = browser.get(&link).await;
    app.clock.pass(24 * 3_600);
    let ended = browser.go_on(&form, &link, &[("go", "go")]).await;
    assert_eq!(ended.status, StatusCode::GONE);
    assert!(ended.text().contains("有効期限が過ぎています") && ended.text().contains("/signup"));
    let unknown = browser.get("/signup/confirm/0000").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn m06_a_returned_application_is_corrected_or_taken_back() {
    let app = app().await;
    let mut browser = Browser::new(&app);
    let link = signed_up(&mut browser, UNLISTED).await;
    settled(&mut browser, &link).await;
    let receipt = receipt(&app, UNLISTED).await;
    let path = format!("/mypage/applications/{receipt}");
    review(&app, &receipt, 1, Decision::Return, 1).await;
    let home = browser.get("/mypage").await;
    assert!(
        home.text()
            .contains("申請に直していただきたいところがあります")
    );
    let page = browser.get(&path).await;
    assert!(
        page.text().contains("名称を直してください。&#60;b&#62;"),
        "{}",
        page.text()
    );
    assert!(
        !page.text().contains("審査 1"),
        "the operator speaks with one name"
    );
    let wrong = browser
        .go_on(&page, &path, &[("office_name", ""), ("phone", "1")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("名称を入力してください"));
    let right = [
        ("office_name", "見本訪問介護"),
        ("postal_code", "1540000"),
        ("address", "東京都世田谷区架空3"),
        ("office_phone", "03-0000-0000"),
        ("services", "11"),
        ("phone", "03-0000-0000"),
    ];
    let done = browser.go_on(&page, &path, &right).await;
    assert_eq!(to(&done), path);
    let twice = browser.go_on(&page, &path, &right).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    let shown = browser.get(&path).await;
    assert!(shown.text().contains("見本訪問介護") && shown.text().contains("再申請"));

    let withdrawn = browser
        .fill(&format!("{path}/withdraw"), &[("version", "3")])
        .await;
    assert_eq!(withdrawn.status, StatusCode::OK, "{}", withdrawn.text());
    let outside = browser.get("/mypage").await;
    assert!(
        to(&outside).starts_with("/login"),
        "acts for the office no more"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn m02_m13_an_office_keeps_its_data_and_its_checklist() {
    let app = app().await;
    let mut browser = Browser::new(&app);
    admitted(&mut browser).await;
    let bad = browser
        .fill(
            "/mypage/office",
            &[("go", "contact"), ("phone", "x"), ("mail", "y")],
        )
        .await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.text().contains("入力内容に2件の誤りがあります"));
    let contact = [
        ("go", "contact"),
        ("phone", "０３－１１１１－１１１１"),
        ("mail", "kanri@hikari.example"),
    ];
    let saved = browser.fill("/mypage/office", &contact).await;
    assert_eq!(to(&saved), "/mypage/office?done=contact");
    let wish = [
        ("go", "change"),
        ("name", "見本デイサービス新"),
        ("postal_code", "154-0000"),
        ("address", "東京都世田谷区架空9"),
        ("reason", "移転しました"),
    ];
    let asked = browser.fill("/mypage/office", &wish).await;
    assert_eq!(to(&asked), "/mypage/office?done=asked");
    let page = browser.get("/mypage/office").await;
    for words in [
        "03-1111-1111",
        "kanri@hikari.example",
        "審査中",
        "見本デイサービス光",
    ] {
        assert!(page.text().contains(words), "{words}");
    }
    let again = browser.fill("/mypage/office", &wish).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "one wish waits");

    let ticked = browser
        .fill(
            "/mypage/checklist",
            &[("item", "network"), ("item", "opinions"), ("item", "x")],
        )
        .await;
    assert_eq!(to(&ticked), "/mypage/checklist?done=saved");
    let list = browser.get("/mypage/checklist").await;
    assert_eq!(
        list.text().matches(" checked>").count(),
        1,
        "{}",
        list.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn m03_members_are_invited_changed_stopped_and_never_all_gone() {
    let app = app().await;
    let mut chief = Browser::new(&app);
    admitted(&mut chief).await;
    let bad = chief
        .fill(
            "/mypage/users",
            &[("name", ""), ("mail", "x"), ("role", "manager")],
        )
        .await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        bad.text().contains("入力内容に3件の誤りがあります"),
        "no role of the operator"
    );
    let invited = chief
        .fill(
            "/mypage/users",
            &[
                ("name", "見本 次"),
                ("mail", "tsugi@hikari.example"),
                ("role", "member"),
            ],
        )
        .await;
    assert_eq!(to(&invited), "/mypage/users?done=invited");
    let letter = app.letters().await.remove(0);
    let link = letter.split_once("https://portal.example").unwrap().1;
    let mut member = Browser::new(&app);
    let began = member
        .fill(link.lines().next().unwrap(), &[("go", "make")])
        .await;
    assert_eq!(to(&began), "/login/setup");
    let password = [
        ("go", "password"),
        ("password", PASSWORD),
        ("again", PASSWORD),
    ];
    member.fill("/login/setup", &password).await;
    let page = member.get("/login/setup").await;
    let typed = code(&app, &page.between("<code>", "</code>"));
    member
        .fill("/login/setup", &[("go", "application"), ("code", &typed)])
        .await;
    let list = member.get("/mypage/users").await;
    assert!(list.status == StatusCode::OK && !list.text().contains("担当者の招待"));
    let csrf = browser::csrf(&list);
    let refused = member
        .post(
            "/mypage/users",
            &csrf,
            &[("name", "x"), ("mail", "a@b.example"), ("role", "member")],
        )
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    let all = members::list(&app.platform, &Body::Office(NUMBER.parse().unwrap()))
        .await
        .unwrap();
    let login = |name: &str| {
        let found = all.iter().find(|(user, _)| user.name == name).unwrap();
        format!("/mypage/users/{}", found.0.login)
    };
    let (own, other) = (login("見本 担当"), login("見本 次"));
    assert_eq!(
        chief.get(&own).await.status,
        StatusCode::NOT_FOUND,
        "not oneself"
    );
    assert_eq!(member.get(&other).await.status, StatusCode::FORBIDDEN);
    let handed = chief.fill(&format!("{other}/hand-over"), &[]).await;
    assert_eq!(to(&handed), "/mypage/users?done=handed");
    let page = chief.get(&other).await;
    assert_eq!(
        page.status,
        StatusCode::FORBIDDEN,
        "no administrator any more"
    );
    let unsaid = member
        .fill(&format!("{own}/stop"), &[("reason", " ")])
        .await;
    assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unsaid.text().contains("理由を入力してください"));
    let stopped = member
        .fill(&format!("{own}/stop"), &[("reason", "退職")])
        .await;
    assert_eq!(to(&stopped), "/mypage/users?done=stopped");
    assert!(to(&chief.get("/mypage").await).starts_with("/login"));
    let list = member.get("/mypage/users").await;
    assert!(list.text().contains("停止"), "{}", list.text());
}
