//! The help desk's pages (O01, O07, O08), as a browser without script uses them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::{Body, InquiryCategory, PortalRole};
use kiban_services::inquiries::{self, FormKey, NewInquiry, Sender, Upload, shown_ticket};
use support::App;

const SCRIPT: &str = "<script>alert(1)</script>";
const DESK: &[PortalRole] = &[PortalRole::Desk];

fn asked(name: &str, body: &str) -> NewInquiry {
    NewInquiry {
        category: InquiryCategory::Terminal,
        name: name.into(),
        organisation: "=HYPERLINK(1)".into(),
        mail: Some("tantou@hikari.example".parse().unwrap()),
        phone: "+81300000000".into(),
        call_back: true,
        call_times: "午後".into(),
        context: SCRIPT.into(),
        body: body.into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_an_inquiry_is_found_answered_and_handed_on_and_the_second_is_told() {
    let app = App::new().await;
    let ticket = app.inquiry(asked(SCRIPT, SCRIPT)).await;
    app.letters().await;
    let sato = app.officer("sato", DESK).await;
    let mori = app.officer("mori", DESK).await;
    sato.get("/ops")
        .await
        .is(200)
        .has("お問い合わせ（受付）")
        .has("折り返しの電話");

    let list = sato
        .get("/ops/inquiries?words=alert&category=terminal&age=")
        .await;
    list.is(200)
        .has(&shown_ticket(&ticket))
        .has("条件をすべて解除")
        .lacks("<script>alert");
    sato.get("/ops/inquiries?words=nobody")
        .await
        .is(200)
        .has("ありませんでした");
    let path = format!("/ops/inquiries/{ticket}");
    let page = sato.get(&path).await;
    // Tomorrow is a holiday.
    page.is(200)
        .has("午後")
        .has("令和8年11月4日")
        .lacks("<script>alert");
    let fields = |once: &'static str, body: &'static str| {
        [
            ("act", "answer"),
            ("once", once),
            ("seen", "1"),
            ("body", body),
        ]
    };
    let check = |body: &'static str| {
        [
            ("act", "check"),
            ("once", "b"),
            ("seen", "1"),
            ("body", body),
        ]
    };
    sato.post(&path, &check(" ")).await.is(422);
    sato.post(&path, &check(SCRIPT))
        .await
        .is(200)
        .has("まだ送信していません")
        .lacks("<script>alert");
    assert!(app.letters().await.is_empty(), "it is only looked at");
    let empty = sato.post(&path, &fields("a", " ")).await;
    empty.is(422).has("差出人への回答を入力してください");
    sato.post(&path, &fields("b", "更新してください"))
        .await
        .is(200)
        .has("回答を送信しました");
    let told = mori.post(&path, &fields("c", "別の回答です")).await;
    told.is(409)
        .has("ほかの人が先に書き込みました")
        .has("別の回答です")
        .has("更新してください");
    let letters = app.letters().await;
    assert!(letters.len() == 1 && letters[0].contains("更新してください"));

    let inside = [
        ("act", "assign"),
        ("assigned", "sato"),
        ("to", "mori"),
        ("note", "秘密のメモ"),
    ];
    sato.post(&path, &inside)
        .await
        .is(200)
        .has("秘密のメモ")
        .has("mori");
    // A page that was shown before: who is told sees both.
    let stale = [("act", "assign"), ("to", "sato"), ("note", "")];
    sato.post(&path, &stale)
        .await
        .is(409)
        .has("ほかの人が先に担当を決めました")
        .has("いまの担当は「")
        .has("選んだ担当は「");
    // The same form again is no second act.
    sato.post(&path, &inside).await.is(200);
    let long = "長".repeat(4_001);
    for (note, message) in [
        ("", "内部のメモを入力してください"),
        (long.as_str(), "内部のメモは、4,000文字以内で"),
    ] {
        sato.post(&path, &[("act", "note"), ("note", note)])
            .await
            .is(422)
            .has(message)
            .has("もう一度「メモを記録する」を押して");
    }
    sato.post(&path, &[("act", "explode")])
        .await
        .is(400)
        .has("この操作はありません");
    let nobody = [("act", "assign"), ("to", "nobody"), ("note", "")];
    sato.post(&path, &nobody).await.is(422);
    sato.post(&path, &[("act", "missed"), ("note", "留守")])
        .await
        .is(200)
        .has("つながらなかった");
    assert!(app.letters().await.is_empty(), "nothing of it goes out");
    sato.post(&path, &[("act", "close")])
        .await
        .is(200)
        .has("完了しています");
    sato.post(&path, &fields("d", "遅い回答")).await.is(409);
    sato.get("/ops/inquiries/ZZZZZZZZ").await.is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_the_file_for_spreadsheets_holds_no_formula() {
    let app = App::new().await;
    app.inquiry(asked("@SUM(1)", "一つめ")).await;
    let sato = app.officer("sato", DESK).await;
    let file = sato.get("/ops/inquiries.csv?state=all").await;
    file.is(200)
        .has("\"'=HYPERLINK(1)\"")
        .has("\"'@SUM(1)\"")
        .has("\"'+81300000000\"");
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_a_file_of_an_inquiry_is_only_ever_downloaded() {
    let app = App::new().await;
    let form = FormKey::of(b"form");
    let mut upload = Upload::begin(&app.platform, "メモ.txt").unwrap();
    upload.take(b"memo").unwrap();
    upload.keep(&app.platform, &form).await.unwrap();
    let sender = Sender::Visitor("192.0.2.1".into());
    let ticket = inquiries::submit(&app.platform, &sender, &form, asked("見本", "添付です"))
        .await
        .unwrap();
    let sato = app.officer("sato", DESK).await;
    let page = sato.get(&format!("/ops/inquiries/{ticket}")).await;
    let link = page.between(&format!("href=\"/ops/inquiries/{ticket}/files/"), "\"");
    let file = sato
        .get(&format!("/ops/inquiries/{ticket}/files/{link}"))
        .await;
    file.is(200);
    assert_eq!(file.text, "memo");
    assert_eq!(file.headers["x-content-type-options"], "nosniff");
    assert_eq!(
        file.headers["content-security-policy"],
        "default-src 'none'; sandbox"
    );
    let disposition = file.headers["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment;"), "{disposition}");
    let other = app.inquiry(asked("見本", "別の")).await;
    sato.get(&format!("/ops/inquiries/{other}/files/{link}"))
        .await
        .is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_a_call_is_written_down_once_and_gets_a_number() {
    let app = App::new().await;
    let sato = app.officer("sato", DESK).await;
    sato.post("/ops/tel", &[("name", SCRIPT), ("call_back", "yes")])
        .await
        .is(422)
        .has("区分を選択してください")
        .has("電話番号を入力してください")
        .has("お尋ねの内容を")
        .lacks("<script>alert");
    let call = [
        ("once", "one"),
        ("category", "card"),
        ("name", "見本 花子"),
        ("phone", "03-0000-0000"),
        ("call_back", "yes"),
        ("call_times", "15時"),
        ("body", "カードが読めない"),
    ];
    let done = sato.post("/ops/tel", &call).await;
    let number = done.is(200).between("受付番号は ", " です");
    let again = sato.post("/ops/tel", &call).await;
    assert_eq!(
        again.between("受付番号は ", " です"),
        number,
        "sent twice is one"
    );
    sato.get("/ops/tel")
        .await
        .is(200)
        .has(&number)
        .has("折り返し待ち");
    let ticket = number.replace('-', "");
    sato.get(&format!("/ops/inquiries/{ticket}"))
        .await
        .is(200)
        .has("（電話）");
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_templates_begin_an_answer_and_two_who_change_one_are_told() {
    let app = App::new().await;
    let ticket = app.inquiry(asked("見本", "更新できない")).await;
    let sato = app.officer("sato", DESK).await;
    let path = "/ops/inquiries/templates";
    sato.post(path, &[("title", ""), ("body", "")])
        .await
        .is(422)
        .has("題名を");
    let new = [
        ("title", "更新"),
        ("category", "terminal"),
        ("body", "更新の手順です"),
    ];
    let location = sato.post(path, &new).await.is(303).location();
    let page = sato.get(&location).await;
    let id = page
        .is(200)
        .between("href=\"/ops/inquiries/templates?id=", "\"");
    let case = sato
        .get(&format!("/ops/inquiries/{ticket}?template={id}"))
        .await;
    case.is(200).has("更新の手順です");
    let change = |body: &'static str| {
        [
            ("id", id.as_str()),
            ("revision", "1"),
            ("title", "更新"),
            ("category", ""),
            ("body", body),
        ]
    };
    sato.post(path, &change("一人目")).await.is(303);
    sato.post(path, &change("二人目"))
        .await
        .is(409)
        .has("一人目")
        .has("二人目");
    sato.post(path, &[("act", "remove"), ("id", &id)])
        .await
        .is(303);
    sato.get(path).await.is(200).has("まだありません");
}

#[tokio::test(flavor = "multi_thread")]
async fn o1_nobody_else_comes_near() {
    let app = App::new().await;
    let ticket = app.inquiry(asked("見本", "更新できない")).await;
    let office = Body::Office("1379900015".parse().unwrap());
    let visitor = app
        .member("office", office, &[PortalRole::Administrator])
        .await;
    let editor = app.officer("editor", &[PortalRole::Editor]).await;
    let auditor = app.officer("auditor", &[PortalRole::Auditor]).await;
    let case = format!("/ops/inquiries/{ticket}");
    for path in [
        "/ops/inquiries",
        "/ops/inquiries.csv",
        &case,
        "/ops/tel",
        "/ops/inquiries/templates",
    ] {
        assert_eq!(visitor.get(path).await.is(303).location(), "/account");
        editor.get(path).await.is(403).lacks("更新できない");
        auditor.get(path).await.is(403);
    }
    editor.post(&case, &[("act", "close")]).await.is(403);
    for path in [
        "/ops/news",
        "/ops/faq",
        "/ops/faq/unanswered",
        "/ops/docs/new",
    ] {
        assert_eq!(visitor.get(path).await.is(303).location(), "/account");
        auditor.get(path).await.is(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_files_go_with_an_answer_and_wait_for_it() {
    let app = App::new().await;
    let sato = app.officer("sato", DESK).await;
    let ticket = app.inquiry(asked("見本", "手順は")).await;
    let path = format!("/ops/inquiries/{ticket}");
    let page = sato.get(&path).await;
    page.is(200).has("type=\"file\"");
    let once = page.between("name=\"once\" value=\"", "\"");
    let seen = page.between("name=\"seen\" value=\"", "\"");
    let form = |act: &'static str| {
        vec![
            ("once", once.clone()),
            ("seen", seen.clone()),
            ("body", "手順書を添付します。".to_owned()),
            ("act", act.to_owned()),
        ]
    };
    let pdf: &[u8] = b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n";
    let refused = sato
        .upload(&path, &form("check"), &[("a.exe", b"MZ\x90\0\0")])
        .await;
    refused
        .is(422)
        .has("a.exeは添付できません")
        .has("手順書を添付します。");
    let check = sato
        .upload(&path, &form("check"), &[("手順.pdf", pdf)])
        .await;
    check
        .is(200)
        .has("まだ送信していません")
        .has("手順.pdf（PDF");
    let fields = form("answer");
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    for _ in 0..2 {
        sato.post(&path, &fields).await.is(200);
    }
    let page = sato.get(&path).await;
    page.has("手順.pdf");
    assert_eq!(page.text.matches("手順.pdf").count(), 1, "sent once");

    let inside = app.letters().await;
    assert!(inside.iter().any(|it| it.contains("手順書を添付します。")));
    let mail = "tantou@hikari.example";
    let sent = inquiries::send_code(&app.platform, "192.0.2.1", &ticket, mail);
    sent.await.unwrap();
    let letters = app.letters().await;
    let code = letters
        .iter()
        .find_map(|it| it.split("コード　").nth(1))
        .unwrap();
    let code = code.split('\n').next().unwrap();
    let inquiry = inquiries::open(&app.platform, &ticket, code).await.unwrap();
    let [file] = &inquiry.files[..] else {
        panic!("{} files", inquiry.files.len());
    };
    assert_eq!(file.message_no, Some(2));
    let opened = inquiries::open_with_code(&app.platform, &ticket, code, file.file_id);
    assert_eq!(opened.await.unwrap().bytes, pdf);
    let foreign = sato
        .upload(&path, &[("csrf", "x".into())], &[("b.pdf", pdf)])
        .await;
    foreign.is(403);
}
