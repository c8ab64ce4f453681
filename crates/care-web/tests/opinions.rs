//! 主治医意見書 on the screens of a clinic: asked for, written, checked, sent, taken back, corrected, declined (W-7, D-1, D-5).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../print/tests/reading/mod.rs"]
mod reading;
mod support;

use http::Method;
use kiban_access::Caller;
use kiban_audit::Door;
use kiban_services::{
    opinions,
    staff::{self, NewStaff, StaffRole},
};
use kiban_store::repo::offices::{self, OfficeRow};
use support::{App, Browser, INSURER, PASSWORD, Page, SECRET, context, insurer};

const CLINIC: &str = "1319900013";
const OTHER_CLINIC: &str = "1319900021";
const PATIENT: &str = "0000077771";
const OPINIONS: &str = "/medical/opinions/131128/";

async fn add_clinic(app: &App, number: &str, kinds: &[&str]) {
    let row = OfficeRow {
        office_no: number.parse().unwrap(),
        name: "架空クリニック".into(),
        medical: true,
        service_kinds: kinds.iter().map(|it| it.parse().unwrap()).collect(),
        created_at: app.platform.now(),
    };
    app.platform
        .store
        .write::<(), kiban_store::Error, _>(move |work| {
            Box::pin(async move { offices::save(work, &row).await })
        })
        .await
        .unwrap();
    let operator = context(Caller::Operator, Door::Operator, "operator");
    let account = NewStaff {
        office_no: number.parse().unwrap(),
        login: format!("jimu-{number}"),
        name: "見本 事務子".into(),
        role: StaffRole::Clerk,
        password: PASSWORD.into(),
        totp_secret: Some(SECRET.into()),
    };
    staff::add(&app.platform, &operator, account).await.unwrap();
}

async fn at_clinic(app: &App, number: &str) -> Browser {
    let mut browser = app.browser_of(number, "clinic-pc-1", number);
    sign_in(app, &mut browser, number).await;
    browser.get("/medical").await.is(200);
    browser
}

async fn sign_in(app: &App, browser: &mut Browser, number: &str) {
    // A code works once.
    app.clock.pass(30);
    browser.get("/care/sign-in").await;
    let login = format!("jimu-{number}");
    let known = [("user", login.as_str()), ("password", PASSWORD)];
    let page = browser.post("/care/sign-in", &known).await;
    assert_eq!(page.to(), "/care/second-factor", "{}", page.html);
    browser.get("/care/second-factor").await;
    let code = app.code();
    let page = browser
        .post("/care/second-factor", &[("code", &code)])
        .await;
    assert_eq!(page.to(), "/care", "{}", page.html);
}

fn request_line(number: u32) -> String {
    format!(
        r#"{{"op":"U","insurer_no":"{INSURER}","insured_no":"{PATIENT}","history_no":1,"updated_at":"2026-10-25T09:00:00+09:00","applied_on":"2026-10-{:02}","branch":1,"request_no":"R-{number:04}","institution_code":"{CLINIC}","requested_on":"2026-10-25","setting":"1","writing":"1"}}"#,
        19 + number
    )
}

/// A clinic that is asked for one opinion, and another one that is not.
async fn asked() -> App {
    let app = App::new().await;
    for number in [CLINIC, OTHER_CLINIC] {
        add_clinic(&app, number, &[]).await;
    }
    let insured = format!(
        "op,insurer_no,insured_no,history_no,updated_at,name,name_kana,birth_date,sex,insured_category,acquired_on,postal_code,address,phone,acquired_reason,lost_on,lost_reason,domicile_exception,changed_on\nU,{INSURER},{PATIENT},1,2026-10-01T09:00:00+09:00,架空 患子,カクウ カンコ,1940-05-03,2,1,2005-05-02,,,,,,,,\n"
    );
    app.send("131128_insured_F_20261101_0001.csv", insured.as_bytes())
        .await;
    ask(&app, 1).await;
    app
}

async fn ask(app: &App, number: u32) {
    let name = format!("131128_opinion_request_D_20261101_{number:04}.jsonl");
    app.send(&name, format!("{}\n", request_line(number)).as_bytes())
        .await;
}

/// Address of the request that the list shows first.
async fn first_request(browser: &mut Browser, state: &str) -> String {
    let page = browser
        .get(&format!("/medical/requests?state={state}"))
        .await;
    let start = page.html.find(OPINIONS).unwrap();
    page.html[start..].split('"').next().unwrap().to_owned()
}

/// Value of the hidden field `name`.
fn hidden(page: &Page, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let rest = page.html.split_once(&start).unwrap().1;
    rest.split('"').next().unwrap().to_owned()
}

/// What the page of a section sends, with what is typed there.
async fn save(
    browser: &mut Browser,
    base: &str,
    section: &str,
    typed: &[(&str, &str)],
    go: &str,
) -> Page {
    let page = browser.get(&format!("{base}/edit?section={section}")).await;
    page.is(200);
    let (seen, edition) = (hidden(&page, "seen"), hidden(&page, "edition"));
    let own = [
        ("seen", seen.as_str()),
        ("edition", edition.as_str()),
        ("section", section),
        ("go", go),
    ];
    let fields = [&own, typed].concat();
    browser.post(&format!("{base}/edit"), &fields).await
}

/// The header keeps who it is about: a page sends all its fields.
const HEADER: [(&str, &str); 14] = [
    ("entry_date_era", "reiwa"),
    ("entry_date_year", "８"),
    ("entry_date_month", "11"),
    ("entry_date_day", "1"),
    ("applicant_name", "架空 患子"),
    ("birth_date_era", "showa"),
    ("birth_date_year", "15"),
    ("birth_date_month", "5"),
    ("birth_date_day", "3"),
    ("sex", "2"),
    ("consent", "1"),
    ("setting", "1"),
    ("institution_name", "架空クリニック"),
    ("other_dept_visit", ""),
];

/// Types what an opinion needs.
async fn write(browser: &mut Browser, base: &str) {
    let page = save(browser, base, "header", &HEADER, "next").await;
    assert!(page.to().contains("section=illness"), "{}", page.to());
    let illness = [
        ("diagnosis[1].name", "見本の病名"),
        ("course", "経過\r\n二行目"),
    ];
    save(browser, base, "illness", &illness, "special_care")
        .await
        .is(303);
    let condition = [
        ("adl_dementia", "3"),
        ("short_term_memory", "1"),
        ("decision_ability", "1"),
        ("communication", "1"),
    ];
    save(browser, base, "condition", &condition, "next")
        .await
        .is(303);
    save(browser, base, "living", &[("meal", "1")], "next")
        .await
        .is(303);
    let page = save(browser, base, "remarks", &[("remarks", "特になし")], "next").await;
    assert_eq!(page.to(), format!("{base}/check"));
}

/// Sends the draft as it stands.
async fn send(browser: &mut Browser, base: &str) -> Page {
    let page = browser.get(&format!("{base}/send")).await;
    page.is(200).has("市町村へ送信する").has("見本区");
    let seen = hidden(&page, "seen");
    browser
        .post(&format!("{base}/send"), &[("seen", &seen), ("go", "send")])
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn w7_an_opinion_is_written_checked_and_sent_once() {
    let app = asked().await;
    let mut browser = at_clinic(&app, CLINIC).await;
    assert_eq!(browser.get("/care").await.to(), "/medical");
    browser
        .get("/medical")
        .await
        .is(200)
        .has("架空 患子")
        .has("あと7日")
        .has("href=\"/medical\" aria-current=\"page\"");
    let base = first_request(&mut browser, "open").await;
    browser
        .get(&base)
        .await
        .is(200)
        .has("意見書の作成を始める")
        .has("依頼あり");
    let page = browser.post(&base, &[("go", "begin")]).await;
    assert_eq!(page.to(), format!("{base}/edit"));
    // Pressed twice, nothing is begun twice.
    let page = browser.post(&base, &[("go", "begin")]).await;
    assert_eq!(page.to(), format!("{base}/edit"));
    browser
        .get(&format!("{base}/edit"))
        .await
        .is(200)
        .has("value=\"架空 患子\"")
        .has("value=\"架空クリニック\"")
        .has("name=\"birth_date_year\" inputmode=\"numeric\" autocomplete=\"off\" value=\"15\"")
        .has("作成料の区分");

    // Before anything is typed the check names what is missing, with the way to the field.
    browser
        .get(&format!("{base}/check"))
        .await
        .is(200)
        .has(&format!("{base}/edit?section=illness#diagnosis[1].name"))
        .has("食事行為を選択してください")
        .lacks("確認・送信へ進む");
    let page = browser.get(&format!("{base}/send")).await;
    assert_eq!(page.to(), format!("{base}/check"));
    let page = browser
        .post(&format!("{base}/send"), &[("seen", "1")])
        .await;
    page.is(422).has("まだ送信していません");

    write(&mut browser, &base).await;
    browser
        .get(&format!("{base}/check"))
        .await
        .is(200)
        .has("確認・送信へ進む");
    let pdf = browser.get(&format!("{base}/preview.pdf")).await;
    pdf.is(200);
    let shown = pdf.headers["content-disposition"].to_str().unwrap();
    assert!(
        shown.starts_with("inline; filename=\"ikensho-draft-"),
        "{shown}"
    );
    let pages = reading::read(&pdf.bytes);
    assert!(pages[0].has("見本の病名") && pages.len() == 2);

    let page = send(&mut browser, &base).await;
    assert_eq!(page.to(), format!("{base}?done=sent"));
    let page = browser.get(page.to()).await;
    page.is(200)
        .has("市町村へ送信しました")
        .has("131128-00000001")
        .has("送信済み");
    // The same again, from a page that was open: the same receipt.
    let page = send(&mut browser, &base).await;
    assert_eq!(page.to(), format!("{base}?done=sent"));
    browser
        .get(&base)
        .await
        .has("131128-00000001")
        .lacks("131128-00000002");
    let pdf = browser.get(&format!("{base}/opinion.pdf?number=1")).await;
    let text: String = reading::read(&pdf.bytes)
        .iter()
        .map(|it| it.text.clone())
        .collect();
    assert!(
        text.contains("見本の病名") && text.contains("第1版"),
        "{text}"
    );
    browser
        .get(&format!("{base}/opinion.pdf?number=2"))
        .await
        .is(404);
    browser
        .get("/medical/requests?state=sent")
        .await
        .has("架空 患子");
    browser.get("/medical/blank.pdf").await.is(200);

    kiban_services::audit_trail::seal_all(&app.platform)
        .await
        .unwrap();
    for (word, times) in [
        ("\"purpose\":\"send\"", 2),
        ("\"purpose\":\"opinion_requests\"", 5),
    ] {
        let found = app.looks(word).await;
        assert!(found >= times - 1 && found > 0, "{word} {found}");
    }
    assert!(app.looks("\"purpose\":\"opinion_request\"").await > 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn w7_nothing_that_was_typed_is_lost_and_each_fault_stands_beside_its_field() {
    let app = asked().await;
    let mut browser = at_clinic(&app, CLINIC).await;
    let base = first_request(&mut browser, "open").await;
    browser.post(&base, &[("go", "begin")]).await.is(303);
    let typed = [
        ("dominant_hand", "1"),
        ("height_cm", "百六十"),
        ("bpsd_presence", "1"),
        ("paralysis.right_arm", "1"),
    ];
    let page = save(&mut browser, &base, "condition", &typed, "save").await;
    let page = browser.get(page.to()).await;
    page.is(200)
        .has("下書きを保存しました")
        .has("value=\"百六十\"")
        .has("身長は、999.9までの数字（小数は1桁まで）で入力してください")
        .has("認知症の行動・心理症状（BPSD）の項目を選択してください")
        .has("誤り2件");
    let typed = [
        ("diagnosis[1].onset_era", "showa"),
        ("diagnosis[1].onset_year", "秋"),
        ("diagnosis[1].onset_month", "9"),
        ("diagnosis[2].onset_era", "reiwa"),
        ("diagnosis[2].onset_unknown", "1"),
        ("course", "<script>alert(1)</script>\r\n\r\n\"終わり"),
    ];
    let page = save(&mut browser, &base, "illness", &typed, "save").await;
    let page = browser.get(page.to()).await;
    page.has("value=\"秋\"")
        .has("&#60;script&#62;alert(1)&#60;/script&#62;\n\n&#34;終わり")
        .has("name=\"diagnosis[2].onset_unknown\" value=\"1\" checked")
        .lacks("<script>alert(1)");
    // The other section is as it was.
    browser
        .get(&format!("{base}/edit?section=condition"))
        .await
        .has("value=\"百六十\"");
    // The section that is open holds no more than a page may.
    for section in [
        "header",
        "illness",
        "special_care",
        "condition",
        "living",
        "remarks",
    ] {
        let page = browser.get(&format!("{base}/edit?section={section}")).await;
        page.is(200);
        assert!(page.html.len() <= 82_000, "{section} {}", page.html.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w7_what_is_saved_while_typing_is_told_to_the_script_and_two_screens_meet() {
    let app = asked().await;
    let mut browser = at_clinic(&app, CLINIC).await;
    let base = first_request(&mut browser, "open").await;
    browser.post(&base, &[("go", "begin")]).await.is(303);
    let page = browser.get(&format!("{base}/edit?section=remarks")).await;
    let edition = hidden(&page, "edition");
    let json = [
        ("accept", "application/json"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let csrf = browser.csrf.clone();
    let body = |seen: &str, text: &str| {
        format!("csrf={csrf}&edition={edition}&section=remarks&seen={seen}&go=save&remarks={text}")
    };
    let path = format!("{base}/edit");
    let page = browser
        .send(Method::POST, &path, &json, body("1", "first"))
        .await;
    page.is(200)
        .has("\"revision\":2")
        .has("に保存しました")
        .has("\"code\":\"remarks\"")
        .has("\"diagnosis[1].name\"");
    let page = browser
        .send(Method::POST, &path, &json, body("1", "second"))
        .await;
    page.is(409).has("draft_moved_on");
    // The same content from the older page is no contradiction.
    browser
        .send(Method::POST, &path, &json, body("1", "first"))
        .await
        .is(200)
        .has("\"revision\":2");

    // Without a script both are shown, and saving again decides.
    let typed = [
        ("seen", "1"),
        ("edition", edition.as_str()),
        ("section", "remarks"),
        ("go", "save"),
        ("remarks", "second"),
    ];
    let page = browser.post(&path, &typed).await;
    page.is(409)
        .has("ほかの人が先に更新しました")
        .has("<td>first</td><td>second</td>")
        .has("この画面の内容で保存する")
        .has("\nsecond</textarea>");
    let seen = hidden(&page, "seen");
    assert_eq!(seen, "2");
    let mut again = typed;
    again[0].1 = &seen;
    browser.post(&path, &again).await.is(303);
    browser
        .get(&format!("{base}/edit?section=remarks"))
        .await
        .has("\nsecond</textarea>");

    // A session that ended: the script is led nowhere, and what was typed comes back after the sign-in.
    app.clock.pass(31 * 60);
    let mut late = typed;
    late[0].1 = "3";
    late[4].1 = "third";
    let page = browser.post(&path, &late).await;
    assert!(
        page.to().starts_with("/care/sign-in?next=%2Fmedical"),
        "{}",
        page.to()
    );
    assert!(browser.cookies.contains_key("kiban_kept"));
    let back = page.to().split_once("next=").unwrap().1;
    let back = back.split('&').next().unwrap().replace("%2F", "/");
    let back = back
        .replace("%3F", "?")
        .replace("%3D", "=")
        .replace("%26", "&");
    sign_in(&app, &mut browser, CLINIC).await;
    let page = browser.get(&back).await;
    page.is(200)
        .has("入力した内容を残してあります")
        .has("\nthird</textarea>");
    // With what was looked at then, so that nobody's later draft is written over unseen.
    assert_eq!(hidden(&page, "seen"), "3");
}

#[tokio::test(flavor = "multi_thread")]
async fn d5_the_previous_opinion_is_taken_over_part_by_part() {
    let app = asked().await;
    let mut browser = at_clinic(&app, CLINIC).await;
    let first = first_request(&mut browser, "open").await;
    browser.post(&first, &[("go", "begin")]).await.is(303);
    browser
        .get(&format!("{first}/edit?section=illness&past=newest"))
        .await
        .has("過去の意見書はありません");
    write(&mut browser, &first).await;
    send(&mut browser, &first).await.is(303);

    ask(&app, 2).await;
    let base = first_request(&mut browser, "requested").await;
    assert_ne!(base, first);
    browser.post(&base, &[("go", "begin")]).await.is(303);
    let page = browser
        .get(&format!("{base}/edit?section=illness&past=newest"))
        .await;
    page.is(200)
        .has("（当院が作成）")
        .has("name=\"take\" value=\"diagnosis[1].name\"")
        .has("違い");
    let past = hidden(&page, "past");
    let typed = [
        ("past", past.as_str()),
        ("take", "diagnosis[1].name"),
        ("diagnosis[2].name", "新しい病名"),
    ];
    let page = save(&mut browser, &base, "illness", &typed, "take").await;
    let page = browser.get(page.to()).await;
    // What was typed is saved too, what was not chosen stays out, and what still differs is marked.
    page.has("前回の意見書から1件の項目を引き継ぎました")
        .has("value=\"見本の病名\"")
        .has("value=\"新しい病名\"")
        .has("今の下書きと同じです")
        .has("name=\"take\" value=\"course\"")
        .lacks("name=\"take\" value=\"diagnosis[1].name\"");
    // Days, names and consent are never taken, whoever asks.
    let typed = [
        ("past", past.as_str()),
        ("take", "consent"),
        ("take", "entry_date"),
    ];
    let header = [&typed[..], &[("applicant_name", "架空 患子")]].concat();
    let page = save(&mut browser, &base, "header", &header, "take").await;
    assert!(page.to().ends_with("&taken=0"), "{}", page.to());
    browser
        .get(&format!("{base}/edit?section=header&past={past}"))
        .await
        .has("引き継がない項目です")
        .lacks("name=\"take\" value=\"consent\"")
        .has("name=\"consent\" value=\"\" checked");
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_an_opinion_is_taken_back_and_corrected_when_it_is_given_back() {
    let app = asked().await;
    let mut browser = at_clinic(&app, CLINIC).await;
    let base = first_request(&mut browser, "open").await;
    browser.post(&base, &[("go", "begin")]).await.is(303);
    browser
        .get(&format!("{base}/withdraw"))
        .await
        .is(409)
        .has("市町村が受け取る意見書はありません");
    write(&mut browser, &base).await;
    send(&mut browser, &base).await.is(303);
    let withdraw = format!("{base}/withdraw");
    browser.get(&withdraw).await.is(200).has("131128-00000001");
    browser
        .post(&withdraw, &[("reason", " ")])
        .await
        .is(422)
        .has("取り下げる理由を入力してください");
    for _ in 0..2 {
        let page = browser
            .post(&withdraw, &[("reason", "別の方の内容でした")])
            .await;
        assert_eq!(page.to(), format!("{base}?done=withdrawn"));
    }
    browser
        .get(&format!("{base}?done=withdrawn"))
        .await
        .has("送信を取り下げました")
        .has("別の方の内容でした");
    send(&mut browser, &base).await.is(303);
    let town = context(Caller::Insurer(insurer()), Door::Connect, INSURER);
    let (no, reason) = ("131128-00000002", "診断名の根拠を書いてください");
    opinions::acknowledge(&app.platform, &town, no)
        .await
        .unwrap();
    let page = browser.get(&format!("{base}/edit")).await;
    assert_eq!(page.to(), base);
    browser
        .get(&base)
        .await
        .has("市町村で受領")
        .has("市町村に差戻しを依頼してください");
    opinions::return_with_reason(&app.platform, &town, no, reason)
        .await
        .unwrap();
    browser.get("/medical").await.has(reason).has("差戻し");
    browser
        .get(&format!("{base}/edit?section=illness"))
        .await
        .has(reason);
    let page = send(&mut browser, &base).await;
    page.is(422).has("差し戻された意見書と同じ内容です");
    let typed = [("diagnosis[1].name", "見本の病名（検査による）")];
    save(&mut browser, &base, "illness", &typed, "save")
        .await
        .is(303);
    // An older page sends nothing.
    let page = browser
        .post(&format!("{base}/send"), &[("seen", "1")])
        .await;
    page.is(409).has("最新の下書きを開いて");
    send(&mut browser, &base).await.is(303);
    browser.get(&base).await.has("131128-00000003");
}

#[tokio::test(flavor = "multi_thread")]
async fn d5_a_clinic_that_cannot_write_says_why() {
    let app = asked().await;
    let mut browser = at_clinic(&app, CLINIC).await;
    let base = first_request(&mut browser, "open").await;
    let path = format!("{base}/decline");
    browser
        .get(&path)
        .await
        .is(200)
        .has("最終診察から長期間経過している");
    browser
        .post(&path, &[("note", "長い説明"), ("go", "confirm")])
        .await
        .is(422)
        .has("作成できない理由を選択してください")
        .has("\n長い説明</textarea>");
    browser
        .post(&path, &[("reason", "other"), ("go", "decline")])
        .await
        .is(422)
        .has("理由の補足を入力してください");
    let told = |go| [("reason", "long_ago"), ("note", ""), ("go", go)];
    browser
        .post(&path, &told("confirm"))
        .await
        .is(200)
        .has("取り消せません");
    browser
        .post(&path, &told("back"))
        .await
        .is(200)
        .has("value=\"long_ago\" checked");
    for _ in 0..2 {
        let page = browser.post(&path, &told("decline")).await;
        assert_eq!(page.to(), format!("{base}?done=declined"));
    }
    browser
        .get(&format!("{base}?done=declined"))
        .await
        .has("市町村へ連絡しました")
        .has("最終診察から長期間経過している");
    browser
        .get(&path)
        .await
        .is(409)
        .has("辞退の連絡が済んでいます");
    let page = browser.get(&format!("{base}/edit")).await;
    assert_eq!(page.to(), base);
    browser.post(&base, &[("go", "begin")]).await.is(409);
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_only_the_institution_that_was_asked_sees_a_request() {
    let app = asked().await;
    let mut browser = at_clinic(&app, CLINIC).await;
    let base = first_request(&mut browser, "open").await;
    let mut other = at_clinic(&app, OTHER_CLINIC).await;
    let mut office = app.signed_in().await;
    for path in [
        "",
        "/edit",
        "/check",
        "/send",
        "/decline",
        "/withdraw",
        "/preview.pdf",
        "/paper.pdf",
        "/opinion.pdf",
    ] {
        let path = format!("{base}{path}");
        other.get(&path).await.is(404).lacks("架空 患子");
        office
            .get(&path)
            .await
            .is(403)
            .lacks("架空 患子")
            .has("医療機関だけが利用できます");
    }
    let fields = [
        ("seen", "0"),
        ("edition", "2026"),
        ("section", "remarks"),
        ("go", "send"),
        ("reason", "long_ago"),
    ];
    for path in ["", "/edit", "/send", "/decline", "/withdraw"] {
        let path = format!("{base}{path}");
        other.post(&path, &fields).await.is(404);
        office.post(&path, &fields).await.is(403);
    }
    for path in ["/medical", "/medical/requests", "/medical/blank.pdf"] {
        office.get(path).await.is(403);
    }
    office.get("/care").await.is(200).lacks("href=\"/medical\"");
    other
        .get("/medical/requests")
        .await
        .is(200)
        .lacks("架空 患子");
    for path in [
        "/medical/opinions/131128/x",
        "/medical/opinions/x/00000000-0000-0000-0000-000000000000",
    ] {
        browser.get(path).await.is(404);
    }
    assert!(app.looks("opinion_request_not_found").await > 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn w7_a_clinic_that_gives_care_too_has_both_start_pages() {
    let app = App::new().await;
    add_clinic(&app, CLINIC, &["13"]).await;
    let mut browser = at_clinic(&app, CLINIC).await;
    browser
        .get("/care")
        .await
        .is(200)
        .has("href=\"/medical\"")
        .has("担当している利用者");
    browser
        .get("/medical/requests?state=nonsense&after=x")
        .await
        .is(200)
        .has("市町村から依頼が届くと、ここに表示されます");
}
