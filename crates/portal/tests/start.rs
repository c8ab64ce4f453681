//! 利用開始 through the front: what a browser and the terminal application see.

mod support;

use axum::body::Body;
use http::{Request, StatusCode, header};
use support::{App, OFFICE};

#[tokio::test(flavor = "multi_thread")]
async fn w1_a_code_becomes_a_file_that_can_be_downloaded_once() {
    let app = App::new().await;
    let code = app.code().await;
    let ready = app.start(&code).await;
    assert_eq!(ready.status, 200, "{}", ready.text());
    assert_eq!(ready.headers[header::CACHE_CONTROL], "no-store");
    assert!(ready.text().contains("https://care.example/care"));
    let token = ready.between("name=\"token\" value=\"", "\"");
    let password = ready.between("<code>", "</code>");
    assert_eq!(password.len(), 19, "{password}");
    let file = app.post("/start/file", &format!("token={token}")).await;
    assert_eq!((file.status, file.bytes[0]), (StatusCode::OK, 0x30));
    assert_eq!(file.headers[header::CACHE_CONTROL], "no-store");
    let again = app.post("/start/file", &format!("token={token}")).await;
    assert_eq!(again.status, 404);
    let used = app.start(&code).await;
    assert!(used.status == 422 && used.text().contains("すでに使われています"));
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_mistakes_come_back_beside_their_fields_and_cost_no_code() {
    let app = App::new().await;
    let code = app.code().await;
    let page = app
        .post("/start", "office_no=12&code=&name=&kind=car")
        .await;
    assert_eq!(page.status, 422);
    for words in [
        "事業所番号は10桁で入力してください",
        "コードを入力してください",
        "端末の名前を入力してください",
        "端末の種類を選択してください",
    ] {
        assert!(page.text().contains(words), "{words}");
    }
    let wrong = app.start("00000-00000").await;
    assert!(wrong.status == 422 && wrong.text().contains("確認できませんでした"));
    assert_eq!(app.start(&code).await.status, 200);
    for _ in 0..20 {
        app.start("00000-00000").await;
    }
    assert_eq!(app.start("00000-00000").await.status, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_the_terminal_application_gets_certificate_authority_and_address() {
    let app = App::new().await;
    let code = app.code().await;
    let csr = kiban_pki::new_request().unwrap().request_pem;
    let send = |csr: String| {
        let asked =
            serde_json::json!({ "office_no": OFFICE, "code": code, "csr": csr, "name": "PC 1" });
        let request = Request::post("/api/enrol").header(header::CONTENT_TYPE, "application/json");
        app.send(request.body(Body::from(asked.to_string())).unwrap())
    };
    let broken = send("x".into()).await;
    assert!(
        broken.status == 422 && broken.text().contains("\"csr\""),
        "{}",
        broken.text()
    );
    let given = send(csr.clone()).await;
    assert_eq!(given.status, 201, "{}", given.text());
    let given: serde_json::Value = serde_json::from_slice(&given.bytes).unwrap();
    assert_eq!(given["care_url"], "https://care.example");
    for member in ["certificate", "authority", "server_authority"] {
        assert!(
            given[member]
                .as_str()
                .unwrap()
                .starts_with("-----BEGIN CERTIFICATE")
        );
    }
    // The answer was lost: the same key gets the same certificate, another key nothing.
    let again = send(csr).await;
    assert_eq!(again.status, 201, "{}", again.text());
    let again: serde_json::Value = serde_json::from_slice(&again.bytes).unwrap();
    assert_eq!(again, given);
    let used = send(kiban_pki::new_request().unwrap().request_pem).await;
    assert!(used.status == 409 && used.text().contains("code_used"));
}

/// Whoever is not signed in is sent to the sign-in; any other form is refused.
fn refused(answer: &support::Answer, path: &str) {
    if answer.status == 303 {
        let to = answer.headers[header::LOCATION]
            .to_str()
            .expect("an address");
        assert!(to.starts_with("/login"), "{path}: {to}");
    } else {
        assert_eq!(answer.status, 403, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_form_works_without_its_token_or_from_another_site() {
    let app = App::new().await;
    let routes = kiban_portal::routes();
    let forms = routes
        .list()
        .iter()
        .filter(|route| route.method == http::Method::POST);
    let forms: Vec<_> = forms
        .filter(|route| !route.path.starts_with("/api/"))
        .collect();
    assert!(forms.len() >= 3);
    for route in forms {
        let plain = Request::post(&route.path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("csrf={}", app.csrf)));
        refused(&app.send(plain.unwrap()).await, &route.path);
        let foreign = Request::post(&route.path)
            .header(header::COOKIE, &app.cookie)
            .header("sec-fetch-site", "cross-site")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("csrf={}", app.csrf)));
        refused(&app.send(foreign.unwrap()).await, &route.path);
    }
    let api = Request::post("/api/enrol").body(Body::empty()).unwrap();
    assert_eq!(app.send(api).await.status, 415);
}
