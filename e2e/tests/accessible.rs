//! Every care page by keyboard and for the essentials of WCAG 2.2 AA (W-10; specs/ui, section 8).
//!
//! axe-core judges each page by its rules of WCAG 2.2 A and AA and its best practices; `journey/essentials.js` adds what the
//! project wants beyond them: one heading, contrast as drawn, size of targets, captions. What only a person can judge
//! stays to be looked at.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod cards;
mod journey;

use cards::{Believed, Desk, begin, settled};
use journey::{check_identity, find, sign_in, submit};
use kiban_card::ErrorCode;
use kiban_e2e::{Browser, Demo, Engine, Identity, totp};
use kiban_testkit::card::{CardOrder, Persona, Slot};
use std::{collections::BTreeSet, path::Path};

const ESSENTIALS: &str = include_str!("journey/essentials.js");
const AXE: &str = include_str!("../assets/axe-core/axe.min.js");
const JUDGE: &str = include_str!("journey/axe.js");
const STOPS: &str = include_str!("journey/stops.js");
const STOP: &str = include_str!("journey/stop.js");
const LEFT: &str = include_str!("journey/left.js");
const SPOIL: &str = "document.getElementById('main').insertAdjacentHTML('afterbegin', \
    '<h1 id=\"q\">x</h1><input name=\"bare\"><a href=\"/care\" tabindex=\"3\"></a><button id=\"dark\">y</button><p id=\"pale\">pale words</p>'); \
    const sheet = new CSSStyleSheet(); \
    sheet.replaceSync('#pale { color: rgb(170, 170, 170) } #dark { all: unset; width: 9px } #dark:focus-visible { outline: none; box-shadow: none }'); \
    document.adoptedStyleSheets = [sheet];";
/// Chooses a file, as a person would in the browser's own window.
const CHOOSE: &str = "const chosen = new DataTransfer(); \
    chosen.items.add(new File(['%PDF-1.7\\ntrailer\\n%%EOF\\n'], '見本の報告.pdf')); \
    document.getElementById('file').files = chosen.files";
/// Where pictures for people go.
const SHOTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/e2e-shots");

#[tokio::test]
async fn w10_every_care_page_works_by_keyboard_and_says_what_it_is() {
    let believed = Believed::new();
    let demo = Demo::start_with(&Engine::Embedded, 150, &believed.arguments()).unwrap();
    let file = demo.file();
    // Under this name passkeys work too.
    let door = file.bridge.replace("127.0.0.1", "localhost");
    let identity = Identity {
        server: &file.care,
        authority: &file.ca,
        certificate: None,
    };
    let browser = Browser::new(identity).await.unwrap();
    let mut walk = Walk {
        browser: &browser,
        door: &door,
        faults: Vec::new(),
    };
    walk.to("sign-in", "/care/sign-in").await;
    submit(&browser, "user").await;
    walk.here("sign-in-rejected").await;
    let chief = demo.account("administrator").unwrap();
    sign_in(&browser, &door, chief, None).await;

    walk.to("paper", "/care/persons/new/paper").await;
    submit(&browser, "insured_no").await;
    walk.here("paper-rejected").await;
    let person = &file.persons[0];
    walk.open("/care/persons/new/paper").await;
    check_identity(&browser, person).await;
    walk.here("register").await;
    browser.fill("service_kind", "43").await.unwrap();
    browser.fill("purpose", "care_plan").await.unwrap();
    browser.fill("consent", "1").await.unwrap();
    walk.press("confirm").await;
    walk.here("register-confirm").await;
    walk.press("register").await;
    walk.here("register-done").await;

    let of_person = format!("/care/persons/{}/{}", person.insurer_no, person.insured_no);
    for tab in [
        "",
        "?since=2026-01-01",
        "?since=yesterday",
        "/qualification",
        "/certification",
        "/progress",
        "/history",
        "/history?on=yesterday",
        "/opinions",
        "/documents",
        "/documents/new",
        "/consents",
        "/consents/new",
        "/access-log",
        "/print",
    ] {
        let name = format!("person{}", tab.replace(['/', '?', '='], "-"));
        walk.to(&name, &format!("{of_person}{tab}")).await;
    }
    walk.documents(&of_person).await;
    // The sealer brings what has just been seen into the log within some seconds.
    for _ in 0..30 {
        walk.open("/care/access-log").await;
        if browser.text().await.unwrap().contains("印刷用の画面を見た") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    let seen = browser.text().await.unwrap();
    assert!(seen.contains("印刷用の画面を見た"), "{seen}");
    for (name, path) in [
        ("home", "/care"),
        ("persons", "/care/persons"),
        ("persons-none", "/care/persons?q=zzz"),
        ("method", "/care/persons/new"),
        ("search-batch", "/care/search-batch"),
        ("reader-test", "/care/reader-test"),
        ("access-log", "/care/access-log"),
        ("access-log-none", "/care/access-log?to=2000-01-01"),
        ("access-log-rejected", "/care/access-log?from=yesterday"),
        ("registrations", "/care/registrations"),
        ("registrations-waiting", "/care/registrations?show=waiting"),
        ("registrations-ended", "/care/registrations?show=ended"),
        ("handovers", "/care/handovers"),
        ("staff", "/care/staff"),
        ("staff-none", "/care/staff?q=zzz"),
        ("invite", "/care/staff/invite"),
        ("offices", "/care/offices"),
        ("terminals", "/care/terminals"),
        ("connection", "/care/setup/connection"),
        ("account", "/care/account"),
        ("passkey-new", "/care/account/passkeys/new"),
        ("nowhere", "/care/nowhere"),
    ] {
        walk.to(name, path).await;
    }
    walk.search_batch().await;
    walk.cards(&demo).await;
    walk.reader_test(&demo).await;
    walk.open("/care/registrations").await;
    let links = browser.links().await.unwrap();
    let end = links.iter().find(|link| link.ends_with("/end")).unwrap();
    walk.to("end", end.strip_prefix(&door).unwrap()).await;
    walk.press("confirm").await;
    walk.here("end-rejected").await;
    browser.fill("reason", "contract_ended").await.unwrap();
    walk.press("confirm").await;
    walk.here("end-confirm").await;
    walk.press("end").await;
    walk.here("end-done").await;

    walk.emergency(&demo).await;
    walk.office().await;
    walk.enrolment(&file.portal).await;

    let faults = std::mem::take(&mut walk.faults);
    // A page made bad on purpose: the walk would have told.
    walk.open("/care/persons").await;
    browser.script(SPOIL, vec![]).await.unwrap();
    walk.note("spoilt", 1_280, ESSENTIALS).await;
    walk.judge("spoilt", 1_280).await;
    walk.tab_through("spoilt", 1_280).await;
    let told = walk.faults.join("\n");
    for fault in [
        "a field without a label",
        "a contrast of",
        "a tabindex above zero",
        "no name",
        "2 of h1",
        "the focus is not to be seen",
        "an identifier stands twice",
        "a target of",
        "axe color-contrast",
        "axe label",
        "axe link-name",
    ] {
        assert!(told.contains(fault), "{fault} was not found in\n{told}");
    }
    browser.close().await.unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The portal's pages that anybody sees, in the states that a visitor meets.
#[tokio::test]
async fn p1_every_public_page_works_by_keyboard_and_says_what_it_is() {
    let demo = Demo::start(&Engine::Embedded, 30, None).unwrap();
    let declared = demo.data().join("readiness.csv");
    let lines = "131121,certificates,standardised,FY2025,2026-03-20\n131121,certificates,able,2026-06,2026-07-10\n131121,certificates,sharing,2027-02,\n";
    std::fs::write(&declared, lines).unwrap();
    let imported = demo.run(&["readiness", "import", declared.to_str().unwrap()]);
    assert_eq!(imported.unwrap().code, 0);
    let file = demo.file();
    let identity = Identity {
        server: &file.care,
        authority: &file.ca,
        certificate: None,
    };
    let browser = Browser::new(identity).await.unwrap();
    let mut walk = Walk {
        browser: &browser,
        door: &file.portal,
        faults: Vec::new(),
    };
    for (name, path) in [
        ("portal-home", "/"),
        ("portal-about", "/about"),
        ("portal-first", "/first"),
        ("portal-for-care", "/for/care"),
        ("portal-terms", "/terms"),
        ("portal-apply", "/apply"),
        ("portal-developers", "/developers"),
        ("portal-sitemap", "/sitemap"),
        ("portal-status", "/status"),
        ("portal-maintenance", "/maintenance"),
        ("portal-checklist", "/checklist?kind=medical&people=1"),
        ("portal-login", "/login"),
        ("portal-password", "/password"),
        ("portal-signup", "/signup"),
        ("portal-mailbox", "/sandbox/mail"),
        ("portal-news", "/news"),
        ("portal-news-none", "/news?category=maintenance"),
        ("portal-news-one", "/news/terminal-renewal"),
        ("portal-docs", "/docs"),
        ("portal-doc", "/docs/first-registration"),
        ("portal-faq", "/faq"),
        ("portal-faq-care", "/faq?for=vendor"),
        ("portal-faq-none", "/faq?q=%E2%98%83"),
        ("portal-faq-one", "/faq/accessibility"),
        ("portal-search", "/search?q=%E8%A8%BC%E6%98%8E%E6%9B%B8"),
        ("portal-search-none", "/search?q=%E2%98%83"),
        ("portal-contact", "/contact"),
        ("portal-tel", "/contact/tel"),
        ("portal-track", "/contact/track"),
        (
            "portal-readiness",
            "/readiness?q=%E4%B8%96%E7%94%B0%E8%B0%B7",
        ),
        ("portal-readiness-none", "/readiness?q=zzz"),
        ("portal-municipality", "/readiness/131121"),
        ("portal-municipality-silent", "/readiness/151009"),
        ("portal-nowhere", "/nowhere"),
        ("portal-sandbox", "/sandbox"),
    ] {
        walk.to(name, path).await;
    }
    walk.open("/contact/chat").await;
    submit(&browser, "question").await;
    walk.here("portal-chat-rejected").await;
    let question = "端末をなくしました";
    browser.fill("question", question).await.unwrap();
    submit(&browser, "question").await;
    walk.here("portal-chat").await;
    let text = browser.text().await.unwrap();
    assert!(text.contains("出典"), "{text}");

    walk.open("/contact/form").await;
    submit(&browser, "name").await;
    walk.here("portal-form-rejected").await;
    for (field, value) in [
        ("category", "terminal"),
        ("name", "見本 担当"),
        ("mail", "tantou@hikari.example"),
        ("body", "証明書を更新できません"),
    ] {
        browser.fill(field, value).await.unwrap();
    }
    submit(&browser, "name").await;
    walk.here("portal-form-confirm").await;
    browser.press("button[value=send]").await.unwrap();
    walk.here("portal-form-done").await;
    let text = browser.text().await.unwrap();
    assert!(text.contains("お問い合わせを受け付けました"), "{text}");
    let faults = std::mem::take(&mut walk.faults);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    browser.close().await.unwrap();
}

/// Everything behind the portal's sign-in, for each kind of member: every page that a link of theirs leads to. No page shows the
/// operator anything of a person (S-2, O-1).
#[tokio::test]
async fn o1_p2_every_page_behind_the_portals_sign_in_works_and_shows_the_operator_no_person() {
    let demo = Demo::start(&Engine::Embedded, 30, None).unwrap();
    let file = demo.file();
    let mut faults = Vec::new();
    for role in [
        "office",
        "insurer",
        "prefecture",
        "operator_manager",
        "operator_first",
    ] {
        let identity = Identity {
            server: &file.care,
            authority: &file.ca,
            certificate: None,
        };
        let browser = Browser::new(identity).await.unwrap();
        let mut walk = Walk {
            browser: &browser,
            door: &file.portal,
            faults: Vec::new(),
        };
        let account = demo.account(role).unwrap();
        walk.open("/login").await;
        browser.fill("user", &account.user).await.unwrap();
        browser.fill("password", &account.password).await.unwrap();
        submit(&browser, "user").await;
        browser
            .fill("code", &totp(&account.totp_secret).unwrap())
            .await
            .unwrap();
        submit(&browser, "code").await;
        let texts = walk.around(role).await;
        assert!(texts.len() > 3, "{role}: {}", texts.len());
        for person in file.persons.iter().filter(|_| role.starts_with("operator")) {
            for told in [&person.insured_no, &person.name, &person.name_kana] {
                let shown = texts.iter().find(|text| text.contains(told));
                assert!(shown.is_none(), "{role} is shown a person: {shown:?}");
            }
        }
        faults.append(&mut walk.faults);
        browser.close().await.unwrap();
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

struct Walk<'a> {
    browser: &'a Browser,
    door: &'a str,
    faults: Vec<String>,
}

impl Walk<'_> {
    /// The emergency view from the start page's banner to what it shows, and how it is refused once it is closed.
    async fn emergency(&mut self, demo: &Demo) {
        #[expect(
            clippy::disallowed_methods,
            reason = "the demo goes by the machine's clock"
        )]
        let until = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24);
        let until = until.to_string();
        let person = &demo.file().persons[0];
        let done = |arguments: &[&str]| {
            let output = demo.run(arguments).unwrap();
            assert_eq!(output.code, 0, "{arguments:?} {}", output.stderr);
            output.stdout
        };
        let area = ["--insurer", person.insurer_no.as_str()];
        let about = ["--until", &until, "--reason", "架空の地震による停電"];
        done(&[&["emergency", "on"][..], &area, &about].concat());
        self.to("home-emergency", "/care").await;
        self.to("emergency", "/care/emergency").await;
        submit(self.browser, "kana").await;
        self.here("emergency-rejected").await;
        find(self.browser, person).await;
        self.here("emergency-found").await;
        submit(self.browser, "person").await;
        self.here("emergency-reason").await;
        submit(self.browser, "statement").await;
        self.here("emergency-reason-rejected").await;
        self.browser.fill("reason", "shelter").await.unwrap();
        let statement = "避難所で服薬の相談を受けたため";
        self.browser.fill("statement", statement).await.unwrap();
        submit(self.browser, "statement").await;
        self.here("emergency-view").await;
        let text = self.browser.text().await.unwrap();
        assert!(text.contains("本人確認をしないで表示しています"), "{text}");
        let view = self.browser.address().await.unwrap();
        self.to("emergency-running", "/care/emergency").await;
        let listed = done(&["emergency", "list", "--json"]);
        let id = listed.split("\"id\":\"").nth(1).unwrap();
        done(&["emergency", "off", id.split('"').next().unwrap()]);
        self.browser.open(&view).await.unwrap();
        self.here("emergency-closed").await;
        let text = self.browser.text().await.unwrap();
        assert!(text.contains("emergency_not_open"), "{text}");
    }

    /// Follows every link of one's own pages, one page of each kind, from where one stands; the texts of the pages.
    async fn around(&mut self, role: &str) -> Vec<String> {
        const OWN: [&str; 6] = [
            "/mypage",
            "/insurer",
            "/prefecture",
            "/ops",
            "/account",
            "/switch",
        ];
        let mut known = BTreeSet::new();
        let mut waiting = vec![self.browser.address().await.unwrap()];
        let mut texts = Vec::new();
        while let Some(address) = waiting.pop() {
            let path = address
                .strip_prefix(self.door)
                .unwrap_or_default()
                .to_owned();
            self.browser.open(&address).await.unwrap();
            let name = path
                .trim_start_matches('/')
                .replace(['/', '?', '=', '&', '%'], "-");
            self.here(&format!("{role}-{name}")).await;
            let text = self.browser.text().await.unwrap();
            for wrong in ["ページが見つかりません", "ただいま表示できません"]
            {
                if text.contains(wrong) {
                    self.faults.push(format!("{role} {path}: {wrong}"));
                }
            }
            texts.push(text);
            for link in self.browser.links().await.unwrap() {
                let Some(path) = link.strip_prefix(self.door) else {
                    continue;
                };
                let path = path.split(['?', '#']).next().unwrap_or_default();
                let own = OWN.iter().any(|it| path.starts_with(it));
                let name = path.rsplit('/').next();
                let file = name.is_some_and(|it| it.contains('.')) || path.contains("/files/");
                if own && !file && known.insert(kind_of(path)) {
                    waiting.push(link);
                }
            }
        }
        texts
    }

    /// An invitation, a name and the question before a stop.
    async fn office(&mut self) {
        self.open("/care/staff/invite").await;
        submit(self.browser, "name").await;
        self.here("invite-rejected").await;
        self.browser.fill("name", "見本 次郎").await.unwrap();
        let mail = "jiro@hikari.example";
        self.browser.fill("mail", mail).await.unwrap();
        self.browser.fill("role", "3").await.unwrap();
        submit(self.browser, "name").await;
        self.here("staff-invited").await;
        self.open("/care/terminals").await;
        let links = self.browser.links().await.unwrap();
        let stop = links.iter().find(|link| link.ends_with("/stop")).unwrap();
        let stop = stop.strip_prefix(self.door).unwrap().to_owned();
        self.to("terminal-stop", &stop).await;
        let name = stop.trim_end_matches("/stop");
        self.to("terminal-name", name).await;
    }

    /// A code for another terminal, and what becomes of it at the portal.
    async fn enrolment(&mut self, portal: &str) {
        self.open("/care/terminals").await;
        let add = "form[action='/care/terminals/new'] button";
        self.browser.press(add).await.unwrap();
        self.here("ticket").await;
        let codes = "return [...document.querySelectorAll('dd code')].map((it) => it.textContent)";
        let codes = self.browser.script(codes, vec![]).await.unwrap();
        let start = format!("{portal}/start");
        self.browser.open(&start).await.unwrap();
        self.here("start").await;
        submit(self.browser, "office_no").await;
        self.here("start-rejected").await;
        for (field, value) in [("office_no", &codes[1]), ("code", &codes[2])] {
            let value = value.as_str().unwrap();
            self.browser.fill(field, value).await.unwrap();
        }
        self.browser.fill("name", "相談室").await.unwrap();
        submit(self.browser, "office_no").await;
        self.here("enrolled").await;
        let text = self.browser.text().await.unwrap();
        assert!(text.contains("電子証明書を発行しました"), "{text}");
    }

    async fn open(&self, path: &str) {
        let address = format!("{}{path}", self.door);
        self.browser.open(&address).await.unwrap();
    }

    /// The card check in the states that a person stays on.
    async fn cards(&mut self, demo: &Demo) {
        self.to("card-start", "/care/persons/new/card").await;
        begin(self.browser, self.door).await;
        // The page is shown anew once, when nobody answers; then it stands still until its time is over.
        settled(self.browser, "端末プログラムの応答がありません").await;
        self.here("card-slow").await;
        for (name, card, said) in [
            (
                "card-failed",
                Err(ErrorCode::NoReader),
                "カードで確認できませんでした",
            ),
            (
                "card-unknown",
                Ok(Persona::Ordinary),
                "まだ登録されていません",
            ),
            (
                "card-locked",
                Ok(Persona::Blocked),
                "暗証番号が使えなくなったとき",
            ),
        ] {
            let card = card.map(|it| Slot::holding(CardOrder::new(it).make()));
            let desk = Desk::start(demo, card);
            begin(self.browser, self.door).await;
            settled(self.browser, said).await;
            desk.stop().await;
            self.here(name).await;
        }
    }

    /// All persons at once, and a file that was not chosen.
    async fn search_batch(&mut self) {
        self.open("/care/search-batch").await;
        let list = "button[name=go][value=list]";
        self.browser.press(list).await.unwrap();
        self.here("search-batch-rejected").await;
        let all = "button[name=go][value=all]";
        self.browser.press(all).await.unwrap();
        self.here("search-batch-result").await;
        let text = self.browser.text().await.unwrap();
        assert!(text.contains("利用者ごとの結果"), "{text}");
    }

    /// A form without a file, a file on the list, and the pages that share and remove it.
    async fn documents(&mut self, of_person: &str) {
        self.open(&format!("{of_person}/documents/new")).await;
        submit(self.browser, "title").await;
        self.here("documents-rejected").await;
        self.browser.script(CHOOSE, vec![]).await.unwrap();
        self.browser.fill("kind", "service_report").await.unwrap();
        submit(self.browser, "title").await;
        self.here("documents-added").await;
        let text = self.browser.text().await.unwrap();
        assert!(text.contains("書類を登録しました"), "{text}");
        let links = self.browser.links().await.unwrap();
        let remove = links.iter().find(|it| it.ends_with("/remove")).unwrap();
        let remove = remove.strip_prefix(self.door).unwrap().to_owned();
        self.to("document-remove", &remove).await;
        let share = remove.replace("/remove", "/share");
        self.to("document-share", &share).await;
    }

    /// The reader test in the states that a person stays on.
    async fn reader_test(&mut self, demo: &Demo) {
        for (name, card, said) in [
            (
                "reader-test-broken",
                Err(ErrorCode::NoReader),
                "カードリーダーがつながっていない",
            ),
            (
                "reader-test-well",
                Ok(Persona::Ordinary),
                "カードを読み取れます",
            ),
        ] {
            let card = card.map(|it| Slot::holding(CardOrder::new(it).make()));
            let desk = Desk::start(demo, card);
            self.open("/care/reader-test").await;
            let ask = "form[action='/care/reader-test'] button";
            self.browser.press(ask).await.unwrap();
            settled(self.browser, said).await;
            desk.stop().await;
            self.here(name).await;
        }
    }

    async fn press(&self, go: &str) {
        let button = format!(".actions button[name=go][value={go}]");
        self.browser.press(&button).await.unwrap();
    }

    async fn to(&mut self, name: &str, path: &str) {
        self.open(path).await;
        self.here(name).await;
    }

    /// Looks at the page that stands there, at both widths, and goes through it by keyboard.
    async fn here(&mut self, name: &str) {
        for (width, height) in [(390, 844), (1_280, 900)] {
            self.browser.resize(width, height).await.unwrap();
            let whole = "window.scrollTo(0, 0); return document.documentElement.scrollHeight";
            let whole = self.browser.script(whole, vec![]).await.unwrap();
            let whole = u32::try_from(whole.as_u64().unwrap()).unwrap();
            self.browser
                .resize(width, whole.clamp(height, 4_000))
                .await
                .unwrap();
            let picture = format!("a11y-{name}-{width}.png");
            let picture = Path::new(SHOTS).join(picture);
            self.browser.screenshot(&picture).await.unwrap();
            self.browser.resize(width, height).await.unwrap();
            self.note(name, width, ESSENTIALS).await;
            self.judge(name, width).await;
            let overflow = self.browser.overflow().await.unwrap();
            if overflow > 0 {
                self.faults
                    .push(format!("{name} {width}: {overflow} px too wide"));
            }
            self.tab_through(name, width).await;
        }
    }

    /// Keeps what axe-core finds.
    async fn judge(&mut self, name: &str, width: u32) {
        let browser = self.browser;
        let there = browser.script("return !!window.axe", vec![]).await.unwrap();
        if there != true {
            browser.script(AXE, vec![]).await.unwrap();
        }
        let found = browser.script_async(JUDGE, vec![]).await.unwrap();
        let found = found.as_array().unwrap().iter();
        let found = found.map(|fault| format!("{name} {width}: axe {}", fault.as_str().unwrap()));
        self.faults.extend(found);
    }

    async fn tab_through(&mut self, name: &str, width: u32) {
        let stops = self.browser.script(STOPS, vec![]).await.unwrap();
        // A few more than there are, should a stop be one that no rule foresaw.
        for _ in 0..stops.as_u64().unwrap() + 5 {
            self.browser.tab().await.unwrap();
            if !self.note(name, width, STOP).await {
                break;
            }
        }
        self.note(name, width, LEFT).await;
    }

    /// Keeps the faults that a script finds; false when it has nothing to look at any more.
    async fn note(&mut self, name: &str, width: u32, script: &str) -> bool {
        let found = self.browser.script(script, vec![]).await.unwrap();
        let Some(found) = found.as_array() else {
            return false;
        };
        let found = found.iter().filter_map(|fault| fault.as_str());
        self.faults
            .extend(found.map(|fault| format!("{name} {width}: {fault}")));
        true
    }
}

/// The kind of page at a path: what names one article, office, application or town stands for all of them.
fn kind_of(path: &str) -> String {
    const NAMING: [&str; 10] = [
        "news",
        "faq",
        "docs",
        "pages",
        "inquiries",
        "registrations",
        "users",
        "readiness",
        "applications",
        "subsidy",
    ];
    const NOT_NAMED: [&str; 6] = [
        "new",
        "templates",
        "unanswered",
        "payments",
        "budget",
        "ledger",
    ];
    let mut kind = String::new();
    let mut named = false;
    for part in path.split('/').skip(1) {
        let digits = part.chars().filter(char::is_ascii_digit).count();
        let one = named && !NOT_NAMED.contains(&part) || digits > 3;
        kind.push('/');
        kind.push_str(if one { "*" } else { part });
        named = NAMING.contains(&part);
    }
    kind
}
