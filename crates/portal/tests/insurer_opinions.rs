//! 主治医意見書 at a municipality's desk: asked for, received, given back, on paper (I03, I04; D-2, D-3, M-3).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod asking;
mod support;

use asking::{CLINIC, NEIGHBOUR, OTHER_CLINIC, PATIENT, PDF, clinic, insurer, opinion};
use http::{StatusCode, header};
use kiban_domain::{
    Body,
    opinion_case::{CaseState, DeclineReason},
};
use kiban_services::opinions::{self, CaseId};
use support::{Answer, App, signed_in::Browser};

const LIST: &str = "/insurer/opinions";

async fn town(app: &App) -> Browser<'_> {
    app.as_member(Body::Insurer(insurer()), "見本区", "kaigo@mihon.example")
        .await
}

fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.headers[header::LOCATION]
        .to_str()
        .unwrap()
        .to_owned()
}

fn form_of(number: &str) -> String {
    format!("{LIST}/request/{number}/2026-10-20/1")
}

/// Asks about a person, and the address of the request's page.
async fn asked(town: &Browser<'_>, number: &str, clinic: &str) -> String {
    let form = form_of(number);
    let fields = [
        ("institution", clinic),
        ("doctor_name", "架空 医師"),
        ("request_no", "R-0001"),
        ("setting", "1"),
        ("writing", "1"),
        ("go", "ask"),
    ];
    let done = location(&town.post(&form, &form, &fields).await);
    done.strip_suffix("?done=asked").unwrap().to_owned()
}

fn id_of(page: &str) -> CaseId {
    let id = page.rsplit('/').next().unwrap();
    (insurer(), id.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn i04_who_applied_is_asked_about_once_and_looked_at_before() {
    let app = App::with_applicants().await;
    let town = town(&app).await;
    let list = town.get(LIST).await.text();
    assert!(list.contains("依頼していない申請 2件"), "{list}");
    let applicants = town.get("/insurer/opinions/request").await.text();
    for text in ["見本　花子", "見本　次郎", "更新申請"] {
        assert!(applicants.contains(text), "{applicants}");
    }
    let form = form_of(PATIENT);
    let wrong = [
        ("institution", "1234"),
        ("request_no", ""),
        ("due", "令和8年10月1日"),
        ("go", "check"),
    ];
    let refused = town.post(&form, &form, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for text in [
        "医療機関コードは、数字10桁",
        "依頼番号は、空白を入れないで10文字以内",
        "種別を選択してください",
        "意見書の区分を選択してください",
        "提出期限は、今日から1年以内",
        "value=\"1234\"",
    ] {
        assert!(refused.text().contains(text), "{text}: {}", refused.text());
    }
    let mut fields = vec![
        ("institution", OTHER_CLINIC),
        ("doctor_name", "架空 医師"),
        ("request_no", "R-0001"),
        ("setting", "1"),
        ("writing", "2"),
        ("due", "2026-11-20"),
        ("go", "check"),
    ];
    let confirm = town.post(&form, &form, &fields).await;
    assert_eq!(confirm.status, StatusCode::OK);
    for text in [
        "見本　花子",
        "接続していません",
        "令和8年11月20日（2026年11月20日）",
        "在宅・継続",
        "value=\"架空 医師\"",
    ] {
        assert!(confirm.text().contains(text), "{text}: {}", confirm.text());
    }
    fields.pop();
    fields.push(("go", "ask"));
    let page = location(&town.post(&form, &form, &fields).await);
    let shown = town.get(&page).await.text();
    for text in ["依頼しました", "依頼あり", "架空 医師", OTHER_CLINIC] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    let gone = town.get(&form).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert!(gone.text().contains("この申請には、依頼が要りません"));
    let list = town.get(&format!("{LIST}?state=open")).await.text();
    assert!(list.contains("見本　花子") && list.contains("依頼していない申請 1件"));
}

#[tokio::test(flavor = "multi_thread")]
async fn i03_an_opinion_is_read_received_given_back_and_received_again() {
    let app = App::with_applicants().await;
    let town = town(&app).await;
    let page = asked(&town, PATIENT, CLINIC).await;
    let id = id_of(&page);
    let sent = app.clinic_sends(id, opinion("夜間に不安が強い。")).await;
    let receipt = sent.unwrap().receipt.receipt_no;
    let list = town.get(LIST).await.text();
    for text in ["見本　花子", "見本クリニック（1319900013）", "（1件）"] {
        assert!(list.contains(text), "{text}: {list}");
    }
    let shown = town.get(&page).await.text();
    for text in [
        "認知症高齢者の日常生活自立度",
        "判定",
        "夜間に不安が強い。",
        &receipt,
        "電子カルテなどからの送信",
    ] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    let files = format!("{page}/{receipt}");
    for (file, begin) in [
        ("form.pdf", &b"%PDF"[..]),
        ("attached.pdf", PDF),
        ("opinion.csv", b"\"1.2\","),
        ("opinion.json", b"{"),
    ] {
        let answer = town.get(&format!("{files}/{file}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{file}: {}", answer.text());
        assert!(answer.bytes.starts_with(begin), "{file}");
    }
    let all = town.get("/insurer/opinions.csv").await;
    assert!(all.bytes.starts_with(b"\"1.2\","), "{}", all.text());
    let none = town.get(&format!("{files}/nothing.pdf")).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);

    // From the page of somebody else's request nothing of this one is moved or shown.
    let strangers = asked(&town, NEIGHBOUR, CLINIC).await;
    let receive = [("go", "receive"), ("receipt", &*receipt)];
    let wrong = town.post(&strangers, &strangers, &receive).await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
    let form = format!("{strangers}/return?receipt={receipt}");
    assert_eq!(town.get(&form).await.status, StatusCode::NOT_FOUND);
    let why = [("receipt", &*receipt), ("reason", "確認してください")];
    let to = format!("{strangers}/return");
    let wrong = town.post(&strangers, &to, &why).await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
    for _ in 0..2 {
        let done = location(&town.post(&page, &page, &receive).await);
        let done = town.get(&done).await.text();
        assert!(done.contains("受領しました"), "{done}");
    }
    let back = format!("{page}/return?receipt={receipt}");
    let to = format!("{page}/return");
    let empty = [("receipt", &*receipt), ("reason", " ")];
    let refused = town.post(&back, &to, &empty).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("理由を400文字以内"));
    let why = [
        ("receipt", &*receipt),
        ("reason", "短期記憶の記入を確認してください"),
    ];
    let done = location(&town.post(&back, &to, &why).await);
    let done = town.get(&done).await.text();
    for text in ["差し戻しました", "短期記憶の記入を確認してください"] {
        assert!(done.contains(text), "{text}: {done}");
    }
    let late = town.post(&page, &page, &receive).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text());

    let again = app
        .clinic_sends(id, opinion("夜間に不安が強く、見守りが必要。"))
        .await;
    let again = again.unwrap().receipt.receipt_no;
    assert_ne!(again, receipt);
    let receive = [("go", "receive"), ("receipt", &*again)];
    let done = location(&town.post(&page, &page, &receive).await);
    assert!(town.get(&done).await.text().contains("見守りが必要"));
    let view = opinions::open_case(&app.platform, &clinic(), id).await;
    assert_eq!(view.unwrap().case.row.state, CaseState::Acknowledged);
}

#[tokio::test(flavor = "multi_thread")]
async fn d3_a_paper_comes_back_to_its_request_by_its_number() {
    let app = App::with_applicants().await;
    let town = town(&app).await;
    let page = asked(&town, NEIGHBOUR, OTHER_CLINIC).await;
    let paper = town.get(&format!("{page}/request.pdf")).await;
    assert_eq!(paper.status, StatusCode::OK, "{}", paper.text());
    let name = paper.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    let number = name.split("opinion-request-").nth(1).unwrap();
    let number = number.split(".pdf").next().unwrap().to_owned();
    let same = town.get(&format!("{page}/request.pdf")).await;
    assert!(
        same.headers[header::CONTENT_DISPOSITION]
            .to_str()
            .unwrap()
            .contains(&number)
    );

    let search = format!("{LIST}/reference");
    for (typed, told) in [
        ("7K3F", "依頼書の右上にある14文字"),
        ("0000-0000-0036-05", "このサービスから印刷していません"),
    ] {
        let refused = town.post(LIST, &search, &[("reference", typed)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains(told), "{}", refused.text());
    }
    let typed = number.to_lowercase().replace('-', " ");
    let found = town.post(LIST, &search, &[("reference", &*typed)]).await;
    let form = location(&found);
    assert_eq!(form, format!("{page}/paper"));

    let fields = [
        ("received", "令和8年11月1日"),
        ("written", "令和8年11月1日"),
        ("doctor", "架空 医師"),
        ("consent", "1"),
        ("short_term_memory", "2"),
        ("meal", "1"),
    ];
    let file = |bytes: &'static [u8]| ("scan.pdf", bytes);
    let not_pdf = town
        .post_named(&form, &fields, "scan", file(b"hello"))
        .await;
    assert_eq!(not_pdf.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        not_pdf.text().contains("PDFではないか"),
        "{}",
        not_pdf.text()
    );
    let late = [("received", "令和9年1月1日"), ("written", "2月30日")];
    let late = town.post_named(&form, &late, "scan", file(b"")).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    for text in [
        "届いた日は、今日までの日付",
        "記入日は、実在する日付",
        "意見書を読み取ったPDFを選択してください",
    ] {
        assert!(late.text().contains(text), "{text}: {}", late.text());
    }
    for _ in 0..2 {
        let done = town.post_named(&form, &fields, "scan", file(PDF)).await;
        let done = town.get(&location(&done)).await.text();
        for text in [
            "紙の意見書を登録して受領しました",
            "市町村で受領",
            "短期記憶",
            "問題あり",
            "令和8年11月1日",
            "読み取った紙（PDF）",
        ] {
            assert!(done.contains(text), "{text}: {done}");
        }
        assert_eq!(done.matches("1回目").count(), 1, "recorded once");
        assert!(!done.contains("2回目"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d5_who_cannot_write_is_told_with_the_reason_and_another_is_asked() {
    let app = App::with_applicants().await;
    let town = town(&app).await;
    let page = asked(&town, PATIENT, CLINIC).await;
    let id = id_of(&page);
    let reason = DeclineReason::LongAgo;
    opinions::decline(
        &app.platform,
        &clinic(),
        id,
        reason,
        "昨年の4月から受診がありません。",
    )
    .await
    .unwrap();
    let declined = town.get(&format!("{LIST}?state=declined")).await.text();
    assert!(declined.contains("見本　花子"));
    let shown = town.get(&page).await.text();
    for text in [
        "最終診察から長期間経過している",
        "昨年の4月から受診がありません。",
        "別の医療機関へ依頼する",
    ] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    let form = format!("{page}/request");
    let mut fields = vec![
        ("institution", CLINIC),
        ("setting", "1"),
        ("writing", "1"),
        ("go", "ask"),
    ];
    let same = town.post(&form, &form, &fields).await;
    assert_eq!(same.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(same.text().contains("いまの依頼先と同じ医療機関です"));
    fields[0].1 = OTHER_CLINIC;
    let next = location(&town.post(&form, &form, &fields).await);
    assert!(!next.starts_with(&page), "a request of its own");
    assert!(town.get(&next).await.text().contains(OTHER_CLINIC));
    assert!(town.get(&page).await.text().contains("転送"));
}

#[tokio::test(flavor = "multi_thread")]
async fn i03_nobody_else_sees_a_request() {
    let app = App::with_applicants().await;
    let own = town(&app).await;
    let page = asked(&own, PATIENT, CLINIC).await;
    let sent = app.clinic_sends(id_of(&page), opinion("")).await;
    let receipt = sent.unwrap().receipt.receipt_no;
    let other = Body::Insurer("151001".parse().unwrap());
    let other = app
        .as_member(other, "新潟市", "kaigo@niigata.example")
        .await;
    let office = Body::Office("1379900015".parse().unwrap());
    let office = app.as_member(office, "見本", "kanri@hikari.example").await;
    for somebody in [&other, &office] {
        for path in [
            page.clone(),
            format!("{page}/request"),
            format!("{page}/paper"),
            format!("{page}/request.pdf"),
            format!("{page}/return?receipt={receipt}"),
            format!("{page}/{receipt}/form.pdf"),
            format!("{page}/{receipt}/opinion.json"),
            form_of(NEIGHBOUR),
        ] {
            let answer = somebody.get(&path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert!(!answer.text().contains("花子"), "{path}");
        }
    }
    assert!(!other.get(LIST).await.text().contains("花子"));
    assert_eq!(office.get(LIST).await.status, StatusCode::NOT_FOUND);
    let received = [("go", "receive"), ("receipt", &*receipt)];
    let foreign = other.post(LIST, &page, &received).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let anonymous = app.get(&page).await;
    assert!(location(&anonymous).starts_with("/login?next="));
    let request = http::Request::post(&page).body(axum::body::Body::empty());
    let unsigned = app.send(request.unwrap()).await;
    assert!(location(&unsigned).starts_with("/login"));
    let view = opinions::open_case(&app.platform, &clinic(), id_of(&page)).await;
    assert_eq!(view.unwrap().case.row.state, CaseState::Sent);
}
