//! Files of other software, fees and settings of a medical institution (D07, D09, D10).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod opinions_desk;
mod support;

use opinions_desk::{CLERK, Desk, FULL, FULL_CSV, NURSE, PATIENT, full};
use support::{Browser, Page};

const IMPORT: &str = "/medical/import";

async fn look(browser: &mut Browser, name: &str, bytes: &[u8]) -> Page {
    browser.get(IMPORT).await.is(200);
    let go = [("go", "check")];
    browser.upload(IMPORT, &go, Some((name, bytes))).await
}

/// The hidden file of the page of its lines.
fn carried(page: &Page) -> String {
    let rest = page.html.split_once("name=\"text\" value=\"").unwrap().1;
    let text = rest.split('"').next().unwrap();
    text.replace("&#43;", "+").replace("&#x2b;", "+")
}

async fn choose(browser: &mut Browser, text: &str, go: &str, more: &[(&str, &str)]) -> Page {
    let mut fields = vec![("text", text), ("file_name", "a.csv"), ("go", go)];
    fields.extend(more);
    browser.upload(IMPORT, &fields, None).await
}

#[tokio::test(flavor = "multi_thread")]
async fn d7_a_file_is_shown_line_by_line_and_sent_once() {
    let desk = Desk::new().await;
    let mut clinic = desk.at_clinic(NURSE).await;
    let page = look(&mut clinic, "1319900013_2026022001.csv", FULL_CSV).await;
    page.is(200)
        .has("1319900013_2026022001.csv")
        .has("医見書のCSV")
        .has("1行目　見本 花子")
        .has("依頼番号 R-0001")
        .has(&desk.case_path())
        .has("<b>注意</b>")
        .has("選んだ行を市町村へ送信する")
        .lacks("送信する前に直すところ");
    let text = carried(&page);

    let nothing = choose(&mut clinic, &text, "send", &[]).await;
    nothing
        .is(422)
        .has("取り込む行を選択してください")
        .has("1行目　見本 花子");
    let sent = choose(&mut clinic, &text, "send", &[("line", "1")]).await;
    sent.is(200)
        .has("1件のうち1件を市町村へ送信しました")
        .has("受付番号131128-00000001で送信しました")
        .has("/medical/receipts/131128-00000001");
    for _ in 0..2 {
        let again = choose(&mut clinic, &text, "send", &[("line", "1")]).await;
        again
            .is(200)
            .has("前に送信した意見書と同じ内容です。受付番号は131128-00000001です");
    }
    let receipt = desk.send(full()).await;
    assert!(receipt.already, "the record system's is the same document");
    desk.receive(&receipt).await;
    let page = look(&mut clinic, "a.csv", FULL_CSV).await;
    page.is(200).has("市町村がこの依頼の意見書を受領しています");
    let again = choose(&mut clinic, &text, "send", &[("line", "1")]).await;
    again.is(200).has("受付番号は131128-00000001です");
}

#[tokio::test(flavor = "multi_thread")]
async fn d7_a_record_systems_json_becomes_a_draft_and_a_second_post_changes_nothing() {
    let desk = Desk::new().await;
    let mut clinic = desk.at_clinic(CLERK).await;
    let page = look(&mut clinic, "ikensho.json", FULL).await;
    page.is(200)
        .has("電子カルテなどのJSON")
        .has("1行目　見本 花子");
    let text = carried(&page);
    let draft = [("line", "1"), ("seen_1", "0")];
    for _ in 0..2 {
        let saved = choose(&mut clinic, &text, "draft", &draft).await;
        saved
            .is(200)
            .has("1件のうち1件を下書きにしました")
            .has(&format!("{}/edit", desk.case_path()));
    }
    let page = look(&mut clinic, "ikensho.json", FULL).await;
    page.has("この依頼には下書きがあります")
        .has("name=\"seen_1\" value=\"1\"");
    // Another content over a draft that was not looked at.
    let other = String::from_utf8(FULL.to_vec()).unwrap();
    let other = other.replace("脳梗塞後遺症", "脳出血後遺症");
    let page = look(&mut clinic, "b.json", other.as_bytes()).await;
    let text = carried(&page);
    let stale = choose(&mut clinic, &text, "draft", &draft).await;
    stale
        .is(200)
        .has("1件のうち0件を下書きにしました")
        .has("ファイルを確かめた後に書き換えられています");
    let seen = [("line", "1"), ("seen_1", "1")];
    let saved = choose(&mut clinic, &text, "draft", &seen).await;
    saved.is(200).has("1件のうち1件を下書きにしました");
}

#[tokio::test(flavor = "multi_thread")]
async fn d7_faults_are_named_with_their_line_and_other_files_are_refused() {
    let desk = Desk::new().await;
    let mut clinic = desk.at_clinic(CLERK).await;
    let mut lines = FULL_CSV.to_vec();
    let row = |version: &str, count: usize| {
        let mut cells = vec![format!("\"{version}\"")];
        cells.resize(count, "\"\"".to_owned());
        format!("{}\r\n", cells.join(",")).into_bytes()
    };
    for (version, count) in [("I1.2", 121), ("1.2", 104), ("2.0", 121), ("1.1", 121)] {
        lines.extend(row(version, count));
    }
    let page = look(&mut clinic, "a.csv", &lines).await;
    page.is(200)
        .has("2行目　読めなかった行")
        .has("障害支援区分の医師意見書のデータです")
        .has("項目の数が104です")
        .has("フォーマットバージョン「2.0」は読めません")
        .has("保険者番号か被保険者番号が空か、読めません");
    assert_eq!(page.html.matches("type=\"checkbox\"").count(), 1);
    // Lines that cannot be taken in are not, whatever the form says.
    let text = carried(&page);
    let all = [("line", "1"), ("line", "2"), ("line", "5")];
    let sent = choose(&mut clinic, &text, "send", &all).await;
    sent.is(200).has("2件のうち1件を市町村へ送信しました");

    for (bytes, words) in [
        (vec![b'1'; (1 << 20) + 1], "ファイルは1MBまでにしてください"),
        ("\u{feff}\"1.2\"".into(), "シフトJIS（MS932）ではありません"),
        (Vec::new(), "ファイルに意見書の行がありません"),
        (
            b"{\"edition\":\"1999\"}".to_vec(),
            "知られていない様式の版です",
        ),
    ] {
        let page = look(&mut clinic, "x.csv", &bytes).await;
        page.is(422).has(words).has("id=\"error-summary\"");
    }
    clinic.get(IMPORT).await.is(200);
    let none = clinic.upload(IMPORT, &[("go", "check")], None).await;
    none.is(422).has("意見書のファイルを選択してください");
    let broken = choose(&mut clinic, "not base64 !", "send", &[("line", "1")]).await;
    broken.is(422).has("もう一度選択してください");
    clinic.csrf = "made-up".to_owned();
    let foreign = choose(&mut clinic, &text, "send", &[("line", "1")]).await;
    foreign.is(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn d6_the_fees_of_a_month_are_a_table_a_file_and_a_sheet() {
    let desk = Desk::new().await;
    let receipt = desk.send(full()).await;
    let mut clinic = desk.at_clinic(CLERK).await;
    clinic
        .get("/medical/claims")
        .await
        .is(200)
        .has("この月に市町村が受領した意見書はありません");
    desk.receive(&receipt).await;
    let page = clinic.get("/medical/claims?month=2026-11").await;
    page.is(200)
        .has("令和8年11月の合計")
        .has("見本区（131128）")
        .has("在宅・新規")
        .has("5,000円")
        .has("/medical/receipts/131128-00000001")
        .lacks(PATIENT);
    let last = clinic.get("/medical/claims?month=2026-10").await;
    last.is(200).has("令和8年10月の合計").has("0円");
    clinic
        .get("/medical/claims?month=abc")
        .await
        .is(200)
        .has("令和8年11月の合計");
    let csv = clinic.get("/medical/claims.csv?month=2026-11").await;
    csv.is(200).has("131128-00000001,2026-11-01,在宅,新規,5000");
    let pdf = clinic.get("/medical/claims.pdf?month=2026-11").await;
    assert!(pdf.is(200).bytes.starts_with(b"%PDF"));
    let name = pdf.headers["content-disposition"].to_str().unwrap();
    assert!(name.contains("ikensho-sakuseiryo-2026-11-01.pdf"), "{name}");
    assert!(desk.app.looks("\"opinion_fees\"").await >= 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn d10_settings_are_changed_by_clerks_and_used_by_all() {
    let desk = Desk::new().await;
    let mut clerk = desk.at_clinic(CLERK).await;
    let new = "/medical/settings/doctors/new";
    let page = clerk.get(new).await;
    page.is(200).has("医師の登録");
    let id = page.html.split_once("name=\"id\" value=\"").unwrap().1;
    let id = id.split('"').next().unwrap().to_owned();
    let rejected = clerk
        .post(new, &[("id", &id), ("name", ""), ("doctor_no", "D-7")])
        .await;
    rejected
        .is(422)
        .has("医師の名前を入力してください")
        .has("value=\"D-7\"");
    for _ in 0..2 {
        let fields = [
            ("id", id.as_str()),
            ("name", "見本 一郎"),
            ("doctor_no", "D-7"),
        ];
        let saved = clerk.post(new, &fields).await;
        assert_eq!(saved.is(303).to(), "/medical/settings?done=saved");
    }
    let page = clerk.get("/medical/settings?done=saved").await;
    page.is(200)
        .has("設定を保存しました")
        .has("見本 一郎")
        .has("D-7");
    assert_eq!(page.html.matches("変更する<span").count(), 1);
    let own = format!("/medical/settings/doctors/{id}");
    clerk
        .get(&own)
        .await
        .is(200)
        .has("医師の変更")
        .has("value=\"見本 一郎\"");
    clerk
        .post(
            &own,
            &[("name", "見本 二郎"), ("printed_name", "見本　二郎")],
        )
        .await
        .is(303);

    let page = clerk.get("/medical/settings/phrases/new").await;
    page.is(200).has("特記すべき事項（400文字まで）");
    let id = page.html.split_once("name=\"id\" value=\"").unwrap().1;
    let id = id.split('"').next().unwrap().to_owned();
    let long = "あ".repeat(401);
    let fields = [
        ("id", id.as_str()),
        ("name", "独居"),
        ("item", "remarks"),
        ("body", &long),
    ];
    clerk
        .post("/medical/settings/phrases/new", &fields)
        .await
        .is(422)
        .has("文は、400文字以内で入力してください")
        .has("value=\"独居\"")
        .has("value=\"remarks\" selected");
    let fields = [
        ("id", id.as_str()),
        ("name", "独居"),
        ("item", "nowhere"),
        ("body", "文"),
    ];
    clerk
        .post("/medical/settings/phrases/new", &fields)
        .await
        .is(422)
        .has("使う項目を選択してください");
    let fields = [
        ("id", id.as_str()),
        ("name", "独居"),
        ("item", "remarks"),
        ("body", "独居である。"),
    ];
    clerk
        .post("/medical/settings/phrases/new", &fields)
        .await
        .is(303);

    let mut nurse = desk.at_clinic(NURSE).await;
    let page = nurse.get("/medical/settings").await;
    page.is(200)
        .has("見本 二郎")
        .has("独居である。")
        .lacks("医師を登録する");
    nurse.get(new).await.is(403).has("管理者と事務の職員だけ");
    nurse.post(&own, &[("name", "x")]).await.is(403);
    nurse.post(&format!("{own}/remove"), &[]).await.is(403);
    let mut other = desk.at_other_clinic().await;
    other
        .get("/medical/settings")
        .await
        .is(200)
        .lacks("見本 二郎");
    other.get(&own).await.is(404);
    other.post(&own, &[("name", "x")]).await.is(404);

    clerk
        .get(&format!("{own}/remove"))
        .await
        .is(200)
        .has("医師の削除の確認");
    for _ in 0..2 {
        let removed = clerk.post(&format!("{own}/remove"), &[]).await;
        assert_eq!(removed.is(303).to(), "/medical/settings?done=removed");
    }
    clerk.get("/medical/settings").await.lacks("見本 二郎");
    clerk.get("/medical/settings/nothing/new").await.is(404);
    clerk.get(&own).await.is(404);
    let token = clerk.csrf.clone();
    clerk.csrf = String::new();
    clerk.post(new, &[("name", "x")]).await.is(403);
    clerk.csrf = token;
}
