//! Files with an inquiry, as a browser without script sends them (P-5, P16, P18).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use axum::body::Body;
use http::{Request, header};
use kiban_access::Caller;
use kiban_audit::{Actor, Door};
use kiban_services::{CallContext, inquiries};
use support::{Answer, App};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\nendobj\ntrailer\n%%EOF\n";
const SCRIPT: &str = "<script>alert(1)</script>";

/// A browser with the form open.
struct Visitor {
    app: App,
    cookie: String,
    csrf: String,
    once: String,
}

enum Part<'a> {
    Field(&'a str, &'a str),
    File(&'a str, &'a [u8]),
}
use Part::{Field, File};

impl Visitor {
    async fn new() -> Self {
        let app = App::new().await;
        let page = app.get("/contact/form").await;
        let cookie = page.headers[header::SET_COOKIE].to_str().unwrap();
        Self {
            cookie: cookie.split(';').next().unwrap().to_owned(),
            csrf: page.between("name=\"csrf\" value=\"", "\""),
            once: page.between("name=\"once\" value=\"", "\""),
            app,
        }
    }

    fn request(&self, path: &str, parts: &[Part<'_>]) -> Request<Body> {
        let mut body = Vec::new();
        for part in parts {
            body.extend_from_slice(b"--kiban\r\nContent-Disposition: form-data; ");
            let (head, content) = match part {
                Field(name, value) => (format!("name=\"{name}\""), value.as_bytes()),
                File(name, bytes) => (format!("name=\"file\"; filename=\"{name}\""), *bytes),
            };
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(b"\r\n\r\n");
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--kiban--\r\n");
        self.raw(path, Body::from(body))
    }

    fn raw(&self, path: &str, body: Body) -> Request<Body> {
        Request::post(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=kiban")
            .extension(kiban_web_kit::PeerAddr("192.0.2.7:1".parse().unwrap()))
            .body(body)
            .unwrap()
    }

    async fn send(&self, step: &str, name: &str, parts: &[Part<'_>]) -> Answer {
        let mut all = vec![
            Field("csrf", &self.csrf),
            Field("once", &self.once),
            Field("category", "terminal"),
            Field("name", name),
            Field("mail", "tantou@hikari.example"),
            Field("body", "画面を添付します"),
            Field("step", step),
        ];
        for part in parts {
            all.push(match part {
                Field(name, value) => Field(name, value),
                File(name, bytes) => File(name, bytes),
            });
        }
        self.app.send(self.request("/contact/form", &all)).await
    }
}

fn desk() -> CallContext {
    CallContext {
        caller: Caller::Operator,
        actor: Actor::new(Door::Operator, "operator").staff("sato"),
        request_id: "r".into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_files_stay_with_a_form_that_comes_back_and_go_with_it() {
    let visitor = Visitor::new().await;
    let file = File("画面.pdf", PDF);
    let page = visitor.send("check", "", &[file]).await;
    assert_eq!(page.status, 422, "the name is missing");
    assert!(page.text().contains("画面.pdf（PDF・"), "{}", page.text());
    let page = visitor
        .send(
            "check",
            "見本 担当",
            &[File("", b""), File("メモ.txt", b"memo")],
        )
        .await;
    assert_eq!(page.status, 200, "{}", page.text());
    let text = page.text();
    assert!(text.contains("お問い合わせの確認") && text.contains("メモ.txt"));
    assert!(text.contains("画面.pdf"), "{text}");

    let page = visitor.send("edit", "見本 担当", &[]).await;
    let line = page.between("<li>画面.pdf", "</li>");
    let drop = line.split("value=\"").nth(1).unwrap();
    let drop = drop.split('"').next().unwrap().to_owned();
    let page = visitor
        .send("check", "見本 担当", &[Field("drop", &drop)])
        .await;
    assert!(!page.text().contains("画面.pdf") && page.text().contains("メモ.txt"));
    let done = visitor.send("send", "見本 担当", &[]).await;
    assert_eq!(done.status, 200, "{}", done.text());
    let ticket = done.between("<dd class=\"big num\">", "<");
    let case = inquiries::read(&visitor.app.platform, &desk(), &ticket)
        .await
        .unwrap();
    let names: Vec<_> = case
        .inquiry
        .files
        .iter()
        .map(|it| it.file_name.as_str())
        .collect();
    assert_eq!(names, ["メモ.txt"]);

    // The sender gets it back with the code, as something to keep and nothing to look at.
    let app = &visitor.app;
    app.letters().await;
    let code = [
        Field("csrf", &visitor.csrf),
        Field("step", "code"),
        Field("ticket", &ticket),
        Field("mail", "tantou@hikari.example"),
    ];
    app.send(visitor.request("/contact/track", &code)).await;
    let letters = app.letters().await;
    let code = letters
        .iter()
        .find_map(|it| it.split("コード　").nth(1))
        .unwrap();
    let code = code.split('\n').next().unwrap().to_owned();
    let own = |step, file| {
        [
            Field("csrf", &visitor.csrf),
            Field("step", step),
            Field("ticket", &ticket),
            Field("code", &code),
            Field("file", file),
        ]
    };
    let page = app
        .send(visitor.request("/contact/track", &own("open", "")))
        .await;
    let file = page.between("name=\"file\" value=\"", "\"");
    let got = app
        .send(visitor.request("/contact/track", &own("file", &file)))
        .await;
    assert_eq!(got.bytes, b"memo");
    for (name, value) in [
        ("content-type", "text/plain"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(got.headers[name], value);
    }
    let disposition = got.headers["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment;"), "{disposition}");
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_a_program_named_as_a_paper_is_refused_by_its_name() {
    let visitor = Visitor::new().await;
    let size = [60_000_u32.to_be_bytes(), 60_000_u32.to_be_bytes()].concat();
    let bomb = [
        &b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"[..],
        &size,
        b"\0\0\0\0IEND\xae\x42\x60\x82",
    ]
    .concat();
    let files = [
        File(
            "請求書.pdf",
            b"MZ\x90\0\x03 This program cannot be run in DOS mode",
        ),
        File("画面.zip", b"PK\x03\x04\0\0"),
        File("爆弾.png", &bomb),
        File(&format!("{SCRIPT}.pdf"), b"MZ\0"),
        File("よい.pdf", PDF),
    ];
    let page = visitor.send("check", SCRIPT, &files).await;
    assert_eq!(page.status, 422);
    let text = page.text();
    for told in [
        "請求書.pdfは添付できません",
        "画面.zipは添付できません",
        "爆弾.pngは画像が大きすぎます",
        "入力内容に4件の誤りがあります",
        "よい.pdf（PDF・",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    assert!(!text.contains("<script>alert"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_thirty_one_megabytes_end_with_a_page_and_are_not_kept() {
    let visitor = Visitor::new().await;
    let length = 31 << 20;
    // Announced: answered before anything is read.
    let mut request = visitor.raw("/contact/form", Body::empty());
    let announced = length.to_string().parse().unwrap();
    request
        .headers_mut()
        .insert(header::CONTENT_LENGTH, announced);
    let answer = visitor.app.send(request).await;
    assert_eq!(answer.status, 413);
    assert!(answer.text().contains("添付ファイルが大きすぎます"));

    // Not announced: read up to the bound, piece by piece.
    let heavy = vec![b'a'; length];
    let fields = [
        Field("csrf", &visitor.csrf),
        Field("once", &visitor.once),
        File("a.txt", &heavy),
    ];
    let mut request = visitor.request("/contact/form", &fields);
    request.headers_mut().remove(header::CONTENT_LENGTH);
    let answer = visitor.app.send(request).await;
    assert_eq!(answer.status, 413, "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_nobody_fills_the_store_without_a_page_of_ours() {
    let visitor = Visitor::new().await;
    let form = "/contact/form";
    for fields in [
        vec![File("a.pdf", PDF)],
        vec![
            Field("csrf", "AAAA"),
            Field("once", "x"),
            File("a.pdf", PDF),
        ],
        vec![
            File("a.pdf", PDF),
            Field("csrf", &visitor.csrf),
            Field("once", "x"),
        ],
    ] {
        let answer = visitor.app.send(visitor.request(form, &fields)).await;
        assert_eq!(answer.status, 403, "{}", answer.text());
    }
    let kept = visitor.app.platform.objects.list_contents('0').unwrap();
    let all: usize = "123456789abcdef"
        .chars()
        .map(|digit| {
            visitor
                .app
                .platform
                .objects
                .list_contents(digit)
                .unwrap()
                .len()
        })
        .sum();
    assert_eq!(kept.len() + all, 0);
}
