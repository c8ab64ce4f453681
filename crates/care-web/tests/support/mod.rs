//! The whole door over SQLite, and a browser that remembers cookies and the token of the last form.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, missing_docs)]

use std::{collections::BTreeMap, fmt::Write as _, io::Write as _, sync::Arc};

use axum::{Router, body::Body};
use http::{
    HeaderMap, Method, Request, StatusCode,
    header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE},
};
use http_body_util::BodyExt as _;
use kiban_access::Caller;
use kiban_audit::{Actor, Door, SigningKey};
use kiban_care_web::CareState;
use kiban_domain::{
    Clock as _, DataSet, Date, Entropy, InsurerNumber, MunicipalityStage, OfficeNumber,
};
use kiban_exchange::municipal::{Encoding, LoadMode};
use kiban_pki::{ClientIdentity, Subject, TerminalRole};
use kiban_print::{FontFiles, Printer};
use kiban_services::{
    CallContext, Platform,
    card_check::{CardDesk, CardTrust},
    certificates::{Authorities, CertificateTable},
    insurers,
    intake::{self, Incoming, IntakeSettings},
    staff::{self, NewStaff, StaffRole},
};
use kiban_store::{
    Objects, Settings, Store,
    repo::{
        insurers::InsurerRow,
        offices::{self, OfficeRow},
    },
};
use kiban_synth::{Options, SynthPerson};
use kiban_testkit::{FixedClock, SeededEntropy};
use kiban_web_kit::{Client, PrintLimits};
use tower::ServiceExt as _;

pub const INSURER: &str = "131128";
pub const OFFICE: &str = "1379900015";
pub const ORIGIN: &str = "https://127.0.0.1:8443";
pub const LOGIN: &str = "sato-hanako";
/// An administrator.
pub const CHIEF: &str = "kanri-taro";
pub const PASSWORD: &str = "correct horse battery";
pub const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
/// A person whose name is an attack.
pub const SCRIPT: &str = "0000099999";

pub struct App {
    pub platform: Platform,
    pub clock: Arc<FixedClock>,
    pub router: Router,
    pub table: Arc<CertificateTable>,
    pub options: Options,
    _folder: tempfile::TempDir,
}

impl App {
    pub async fn new() -> Self {
        Self::at(ORIGIN, None).await
    }

    /// As seen at `origin`, and reading the cards that `trust` believes.
    pub async fn at(origin: &str, trust: Option<CardTrust>) -> Self {
        Self::made(origin, trust, 30, Some(PrintLimits::default())).await
    }

    /// With so many invented persons.
    pub async fn sized(origin: &str, trust: Option<CardTrust>, persons: u64) -> Self {
        Self::made(origin, trust, persons, Some(PrintLimits::default())).await
    }

    /// With these limits of printing, or with no printer.
    pub async fn printing(
        origin: &str,
        trust: Option<CardTrust>,
        limits: Option<PrintLimits>,
    ) -> Self {
        Self::made(origin, trust, 30, limits).await
    }

    async fn made(
        origin: &str,
        trust: Option<CardTrust>,
        persons: u64,
        limits: Option<PrintLimits>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings::Lite {
            folder: folder.path().join("db"),
        };
        let (store, audit) = Store::open(&settings).await.unwrap();
        let clock = Arc::new(FixedClock::at("2026-11-01T01:00:00Z"));
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(7));
        let key = SigningKey::from_pkcs8(&SigningKey::generate(&*entropy)).unwrap();
        let platform = Platform {
            store,
            audit,
            objects: Objects::open(&folder.path().join("objects")).unwrap(),
            clock: clock.clone(),
            entropy,
            audit_key: Arc::new(key),
        };
        let options = Options {
            insurer: insurer(),
            persons,
            seed: 5,
            base_date: Date::constant(2026, 11, 1),
            bad_rows_per_mille: 0,
            encoding: Encoding::Utf8,
        };
        let table = Arc::new(CertificateTable::default());
        let authorities =
            Authorities::open(&folder.path().join("ca"), &*clock, &*platform.entropy).unwrap();
        let cards = CardDesk::new(origin, trust);
        let state = CareState::new(platform.clone(), origin.to_owned(), true)
            .with_terminals("https://portal.example", table.clone(), clock.clone())
            .with_renewal(Arc::new(authorities))
            .with_cards(cards);
        let state = match limits {
            Some(limits) => state.with_printer(printer(), limits),
            None => state,
        };
        let app = Self {
            router: kiban_care_web::router(state),
            table,
            platform,
            clock,
            options,
            _folder: folder,
        };
        app.prepare().await;
        app
    }

    async fn prepare(&self) {
        let row = InsurerRow {
            insurer_no: insurer(),
            name: "見本区".into(),
            prefecture: "東京都".into(),
            phone: String::new(),
            stage: MunicipalityStage::Preparing,
            stage_since: self.platform.today(),
        };
        insurers::save(&self.platform, row).await.unwrap();
        self.stage(MunicipalityStage::Sharing).await;
        let office = OfficeRow {
            office_no: OFFICE.parse().unwrap(),
            name: "見本ケアプランセンター".into(),
            medical: false,
            service_kinds: vec!["43".parse().unwrap(), "11".parse().unwrap()],
            created_at: self.clock.now(),
        };
        self.platform
            .store
            .write::<(), kiban_store::Error, _>(move |work| {
                Box::pin(async move { offices::save(work, &office).await })
            })
            .await
            .unwrap();
        for (login, name, role) in [
            (LOGIN, "佐藤 花子", StaffRole::CareManager),
            (CHIEF, "管理 太郎", StaffRole::Administrator),
        ] {
            let account = NewStaff {
                office_no: OFFICE.parse().unwrap(),
                login: login.into(),
                name: name.into(),
                role,
                password: PASSWORD.into(),
                totp_secret: Some(SECRET.into()),
            };
            let operator = context(Caller::Operator, Door::Operator, "operator");
            staff::add(&self.platform, &operator, account)
                .await
                .unwrap();
        }
    }

    pub async fn stage(&self, stage: MunicipalityStage) {
        let operator = context(Caller::Operator, Door::Operator, "operator");
        let since = Date::constant(2026, 10, 1);
        insurers::set_stage(&self.platform, &operator, insurer(), stage, since)
            .await
            .unwrap();
    }

    /// Loads the invented population, and a person whose name is an attack.
    pub async fn load(&self) {
        for set in DataSet::ALL {
            let mut file = Vec::new();
            if kiban_synth::generate(&self.options, set, &mut file).is_err() {
                continue;
            }
            let name = kiban_synth::file_name(&self.options, set, LoadMode::Full, 1).to_string();
            self.send(&name, &file).await;
        }
        let file = "op,insurer_no,insured_no,history_no,updated_at,name,name_kana,birth_date,sex,insured_category,acquired_on,postal_code,address,phone,acquired_reason,lost_on,lost_reason,domicile_exception,changed_on\nU,131128,0000099999,1,2026-10-01T09:00:00+09:00,<script>alert(1)</script>' OR 1=1;--,カクウ ハナコ,1940-05-03,2,1,2005-05-02,,<b>見本区</b>,,,,,,\n";
        self.send("131128_insured_D_20261101_0002.csv", file.as_bytes())
            .await;
    }

    pub async fn send(&self, name: &str, content: &[u8]) {
        let id = self.platform.id().to_string();
        let mut staged = self.platform.objects.stage(&id).unwrap();
        staged.write_all(content).unwrap();
        let incoming = Incoming {
            name: name.parse().unwrap(),
            encoding: Encoding::Utf8,
            size_bytes: i64::try_from(content.len()).unwrap(),
            content: staged.publish().unwrap(),
        };
        let municipality = context(Caller::Insurer(insurer()), Door::Connect, INSURER);
        intake::receive(&self.platform, &municipality, incoming)
            .await
            .unwrap();
        let settings = IntakeSettings {
            batch_rows: 100,
            ..IntakeSettings::default()
        };
        intake::work_off(&self.platform, settings).await.unwrap();
    }

    pub fn person(&self, at: u64) -> SynthPerson {
        kiban_synth::person(&self.options, at)
    }

    /// The first invented person who fits.
    pub fn find(&self, fits: impl Fn(&SynthPerson) -> bool) -> SynthPerson {
        (0..self.options.persons)
            .map(|at| self.person(at))
            .find(fits)
            .unwrap()
    }

    /// What was recorded about persons of the insurer, oldest first, as text.
    pub async fn recorded(&self) -> Vec<String> {
        let mut work = self.platform.audit.read().await.unwrap();
        let first = uuid::Uuid::nil();
        let entries =
            kiban_store::repo::audit::list_entries(&mut work, INSURER, first, 10_000).await;
        entries
            .unwrap()
            .into_iter()
            .map(|entry| entry.body)
            .collect()
    }

    /// How many entries about the insurer's persons say this word.
    pub async fn looks(&self, word: &str) -> usize {
        self.recorded()
            .await
            .iter()
            .filter(|it| it.contains(word))
            .count()
    }

    pub fn browser(&self) -> Browser {
        self.browser_with("0a")
    }

    /// The program at the card reader of the same terminal.
    pub fn reader(&self) -> Browser {
        self.client(OFFICE, "office-pc-1", "0c", TerminalRole::Reader)
    }

    pub fn browser_with(&self, serial: &str) -> Browser {
        self.client(OFFICE, "office-pc-1", serial, TerminalRole::Browser)
    }

    pub fn browser_of(&self, office: &str, terminal_id: &str, serial: &str) -> Browser {
        self.client(office, terminal_id, serial, TerminalRole::Browser)
    }

    fn client(&self, office: &str, terminal_id: &str, serial: &str, role: TerminalRole) -> Browser {
        let identity = ClientIdentity {
            serial: serial.to_owned(),
            subject: Subject::Terminal {
                office_no: office.to_owned(),
                terminal_id: terminal_id.to_owned(),
                role,
            },
            not_before: "2026-01-01T00:00:00Z".parse().unwrap(),
            not_after: "2027-12-31T00:00:00Z".parse().unwrap(),
        };
        Browser {
            router: self.router.clone(),
            client: Client(Arc::new(identity)),
            cookies: BTreeMap::new(),
            csrf: String::new(),
        }
    }

    /// The six digits that the authenticator shows now.
    pub fn code(&self) -> String {
        let secret = totp_rs::Secret::try_from_base32(SECRET).unwrap();
        let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
        let now = u64::try_from(self.clock.now().as_second()).unwrap();
        totp.generate(now).to_string()
    }

    pub async fn signed_in(&self) -> Browser {
        self.signed_in_as(LOGIN).await
    }

    pub async fn signed_in_as(&self, login: &str) -> Browser {
        let mut browser = self.browser();
        browser.get("/care/sign-in").await;
        let page = browser
            .post("/care/sign-in", &[("user", login), ("password", PASSWORD)])
            .await;
        assert_eq!(page.to(), "/care/second-factor", "{}", page.html);
        browser.get("/care/second-factor").await;
        let page = browser
            .post("/care/second-factor", &[("code", &self.code())])
            .await;
        assert_eq!(page.to(), "/care", "{}", page.html);
        browser.get("/care").await;
        browser
    }
}

/// With the faces of this machine.
pub fn printer() -> Arc<Printer> {
    let files = FontFiles::find(None);
    Arc::new(Printer::new(files.expect(
        "faces for Japanese: install fonts-morisawa-bizud-gothic or fonts-noto-cjk",
    )))
}

pub fn insurer() -> InsurerNumber {
    INSURER.parse().unwrap()
}

pub fn office() -> OfficeNumber {
    OFFICE.parse().unwrap()
}

pub fn context(caller: Caller, door: Door, organisation: &str) -> CallContext {
    CallContext {
        caller,
        actor: Actor::new(door, organisation),
        request_id: "r".into(),
    }
}

pub struct Browser {
    router: Router,
    client: Client,
    pub cookies: BTreeMap<String, String>,
    pub csrf: String,
}

pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    pub html: String,
}

impl Page {
    pub fn to(&self) -> &str {
        let location = self.headers.get(LOCATION);
        location.map_or("", |location| location.to_str().unwrap())
    }

    pub fn has(&self, text: &str) -> &Self {
        assert!(
            self.html.contains(text),
            "{text} is missing in {} {}",
            self.status,
            self.html
        );
        self
    }

    pub fn lacks(&self, text: &str) -> &Self {
        assert!(!self.html.contains(text), "{text} stands in {}", self.html);
        self
    }

    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{} {}", self.to(), self.html);
        self
    }
}

impl Browser {
    pub async fn get(&mut self, path: &str) -> Page {
        self.send(Method::GET, path, &[], String::new()).await
    }

    /// Sends a form with the token of the last page.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut body = format!("csrf={}", self.csrf);
        for (name, value) in fields {
            let value =
                percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC);
            write!(body, "&{name}={value}").unwrap();
        }
        self.send(Method::POST, path, &[], body).await
    }

    /// Sends a form with a file, as a browser does; without a file the field is there and empty.
    pub async fn upload(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        file: Option<(&str, &[u8])>,
    ) -> Page {
        let mut body = Vec::new();
        let csrf = self.csrf.clone();
        for (name, value) in [("csrf", csrf.as_str())].iter().chain(fields) {
            write!(
                body,
                "--kiban\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            )
            .unwrap();
        }
        let (name, bytes) = file.unwrap_or(("", b""));
        write!(body, "--kiban\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n").unwrap();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--kiban--\r\n");
        let kind = [("content-type", "multipart/form-data; boundary=kiban")];
        self.send(Method::POST, path, &kind, body).await
    }

    /// Posts JSON.
    pub async fn send_json(&mut self, path: &str, headers: &[(&str, &str)], body: String) -> Page {
        self.send(Method::POST, path, headers, body).await
    }

    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Page {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(COOKIE, cookies.join("; "));
        if !headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(body.into()).unwrap();
        request.extensions_mut().insert(self.client.clone());
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        let html = String::from_utf8_lossy(&bytes).into_owned();
        for set in parts.headers.get_all(SET_COOKIE) {
            let (name, rest) = set.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if let Some((_, rest)) = html.split_once("name=\"csrf\" value=\"") {
            self.csrf = rest.split('"').next().unwrap().into();
        }
        Page {
            status: parts.status,
            headers: parts.headers,
            bytes,
            html,
        }
    }
}

/// The five items as fields of the form.
pub fn items(insured_no: &str, kana: &str, birth: Date, sex: &str) -> Vec<(&'static str, String)> {
    vec![
        ("insurer_no", INSURER.to_owned()),
        ("insured_no", insured_no.to_owned()),
        ("kana", kana.to_owned()),
        ("birth_era", "seireki".to_owned()),
        ("birth_year", birth.year().to_string()),
        ("birth_month", birth.month().to_string()),
        ("birth_day", birth.day().to_string()),
        ("sex", sex.to_owned()),
    ]
}

pub fn borrowed<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}

impl Browser {
    /// Checks and registers; the address of the person's pages comes back.
    pub async fn register(
        &mut self,
        insured_no: &str,
        kana: &str,
        birth: Date,
        sex: &str,
        kind: &str,
    ) -> String {
        self.get("/care/persons/new/paper").await.is(200);
        let fields = items(insured_no, kana, birth, sex);
        let page = self
            .post("/care/persons/new/paper", &borrowed(&fields))
            .await;
        page.is(303);
        let address = page.to().to_owned();
        let page = self.get(&address).await;
        page.is(200);
        let check = page.html.split_once("name=\"check\" value=\"").unwrap().1;
        let check = check.split('"').next().unwrap().to_owned();
        let answers = [
            ("check", check.as_str()),
            ("service_kind", kind),
            ("purpose", "care_plan"),
            ("consent", "1"),
            ("from_era", "reiwa"),
            ("from_year", "８"),
            ("from_month", "11"),
            ("from_day", "1"),
        ];
        let with = |go| {
            answers
                .iter()
                .copied()
                .chain([("go", go)])
                .collect::<Vec<_>>()
        };
        self.post("/care/persons/new/register", &with("confirm"))
            .await
            .is(200)
            .has("令和8年11月1日");
        self.post("/care/persons/new/register", &with("register"))
            .await
            .is(200)
            .has("担当登録をしました");
        self.post("/care/persons/new/register", &with("register"))
            .await
            .is(422)
            .lacks(kana);
        format!("/care/persons/{INSURER}/{insured_no}")
    }
}
