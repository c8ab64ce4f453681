//! Headless Chromium that holds one terminal's certificate, as an office's PC does.
//!
//! Which certificate to present is decided by a policy; without one Chromium opens a chooser that nobody answers.
//! Source: terminal-mtls, section 7.

use crate::server::Certificate;
use anyhow::{Context as _, Result, bail};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use std::{
    future::Future,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    time::Duration,
};

/// How long one step in a browser may take.
const LIMIT: Duration = Duration::from_secs(30);
/// Where Debian's Chromium reads its policies.
const POLICIES: &str = "/etc/chromium/policies/managed";

/// What a browser is given.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    /// The door, `https://host:port`.
    pub server: &'a str,
    /// The authority that the browser trusts.
    pub authority: &'a Path,
    /// The terminal's certificate, if it has one.
    pub certificate: Option<&'a Certificate>,
}

/// A browser of its own, with its own home. Ended when dropped.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    driver: Child,
    policy: Option<PathBuf>,
    _home: tempfile::TempDir,
}

impl Browser {
    /// Starts Chromium behind chromedriver.
    ///
    /// # Errors
    ///
    /// When a program is missing or does not start in time.
    pub async fn new(identity: Identity<'_>) -> Result<Self> {
        let home = tempfile::Builder::new().prefix("kiban-home-").tempdir()?;
        let policy = furnish(home.path(), identity)?;
        let (driver, port) = drive(home.path())?;
        let mut running = Starting {
            driver: Some(driver),
            policy,
        };
        let client = within(connect(port, home.path()))
            .await
            .context("Chromium does not start")?;
        let driver = running.driver.take().context("the driver runs")?;
        Ok(Self {
            client,
            driver,
            policy: running.policy.take(),
            _home: home,
        })
    }

    /// Opens a page. What Chromium says when it cannot is in the error, such as `ERR_BAD_SSL_CLIENT_AUTH_CERT`.
    pub async fn open(&self, url: &str) -> Result<()> {
        within(self.client.goto(url)).await
    }

    /// The address of the page.
    pub async fn address(&self) -> Result<String> {
        Ok(within(self.client.current_url()).await?.to_string())
    }

    /// The text that a person sees.
    pub async fn text(&self) -> Result<String> {
        within(async { self.client.find(Locator::Css("body")).await?.text().await }).await
    }

    /// Types into a field, or chooses in a list.
    pub async fn fill(&self, name: &str, value: &str) -> Result<()> {
        let script = "const all = [...document.getElementsByName(arguments[0])]; \
            if (!all.length) throw new Error('no field ' + arguments[0]); \
            const choice = all.find(it => it.type === 'radio' && it.value === arguments[1]); \
            if (choice) { choice.checked = true; return; } \
            const box = all.find(it => it.type === 'checkbox'); \
            if (box) { box.checked = true; return; } \
            const field = all.find(it => it.type !== 'radio' && it.type !== 'hidden') ?? all[0]; \
            field.value = arguments[1]; \
            if (field.value !== arguments[1]) throw new Error('not in the list: ' + arguments[0]);";
        self.script(script, vec![json!(name), json!(value)]).await?;
        Ok(())
    }

    /// Presses the button that a person would press to go on: the one found by a selector. Waits for the next page.
    pub async fn press(&self, selector: &str) -> Result<()> {
        self.leave(async || {
            let button = self.client.find(Locator::Css(selector)).await?;
            button.click().await
        })
        .await
        .with_context(|| format!("no new page after pressing {selector}"))
    }

    /// Presses the enter key in a field, and waits for the next page.
    pub async fn enter(&self, name: &str) -> Result<()> {
        let field = format!("[name=\"{name}\"]");
        self.leave(async || {
            let field = self.client.find(Locator::Css(&field)).await?;
            field.send_keys("\n").await
        })
        .await
        .with_context(|| format!("no new page after the enter key in {name}"))
    }

    /// Chooses a file of this machine in a field.
    pub async fn attach(&self, name: &str, file: &Path) -> Result<()> {
        let (field, file) = (format!("[name=\"{name}\"]"), file.display().to_string());
        within(async {
            let field = self.client.find(Locator::Css(&field)).await?;
            field.send_keys(&file).await
        })
        .await
    }

    /// Does what leads to another page, and waits for that.
    async fn leave(
        &self,
        act: impl AsyncFnOnce() -> Result<(), fantoccini::error::CmdError>,
    ) -> Result<()> {
        // A mark on the old page: it is gone when the next one is there.
        self.script("window.kibanOldPage = true", vec![]).await?;
        within(act()).await?;
        within(async {
            loop {
                let there = "return !window.kibanOldPage && document.readyState === 'complete'";
                if let Ok(serde_json::Value::Bool(true)) = self.client.execute(there, vec![]).await
                {
                    return Ok::<(), fantoccini::error::CmdError>(());
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
        .await
    }

    /// Sends the driver a command that its client has no name for.
    pub(crate) async fn command(
        &self,
        path: &str,
        body: serde_json::Value,
    ) -> Result<serde_json::Value> {
        let path = path.to_owned();
        within(
            self.client
                .issue_cmd(crate::authenticator::Command { path, body }),
        )
        .await
    }

    /// Runs a script in the page.
    pub async fn script(
        &self,
        script: &str,
        arguments: Vec<serde_json::Value>,
    ) -> Result<serde_json::Value> {
        within(self.client.execute(script, arguments)).await
    }

    /// Runs a script that calls its last argument with what it found.
    pub async fn script_async(
        &self,
        script: &str,
        arguments: Vec<serde_json::Value>,
    ) -> Result<serde_json::Value> {
        Ok(self.client.execute_async(script, arguments).await?)
    }

    /// Where the links of the page lead.
    pub async fn links(&self) -> Result<Vec<String>> {
        let found = self
            .script("return [...document.links].map(it => it.href)", vec![])
            .await?;
        Ok(serde_json::from_value(found)?)
    }

    /// All cookies of the page's site.
    pub async fn cookies(&self) -> Result<Vec<fantoccini::cookies::Cookie<'static>>> {
        within(self.client.get_all_cookies()).await
    }

    /// Takes a cookie over from elsewhere.
    pub async fn take_cookie(&self, cookie: fantoccini::cookies::Cookie<'static>) -> Result<()> {
        within(self.client.add_cookie(cookie)).await
    }

    /// Lays the page out so wide, in CSS pixels, whatever the least width of a window is.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        let metrics = json!({
            "cmd": "Emulation.setDeviceMetricsOverride",
            "params": { "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false },
        });
        within(self.client.issue_cmd(Cdp(metrics))).await?;
        Ok(())
    }

    /// Presses the tabulator key, as a person without a mouse does.
    pub async fn tab(&self) -> Result<()> {
        for kind in ["rawKeyDown", "keyUp"] {
            let key = json!({
                "cmd": "Input.dispatchKeyEvent",
                "params": { "type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9 },
            });
            within(self.client.issue_cmd(Cdp(key))).await?;
        }
        Ok(())
    }

    /// How much wider the content is than the window, in CSS pixels.
    pub async fn overflow(&self) -> Result<i64> {
        let script = "const it = document.documentElement; return it.scrollWidth - it.clientWidth";
        self.script(script, vec![])
            .await?
            .as_i64()
            .context("a number")
    }

    /// Writes what the window shows as PNG.
    pub async fn screenshot(&self, path: &Path) -> Result<()> {
        let png = within(self.client.screenshot()).await?;
        std::fs::create_dir_all(path.parent().context("a folder")?)?;
        std::fs::write(path, png)?;
        Ok(())
    }

    /// Closes the window properly; dropping ends the processes all the same.
    pub async fn close(self) -> Result<()> {
        within(self.client.clone().close()).await
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        end(&mut self.driver);
        remove(self.policy.as_ref());
    }
}

/// What must be undone when the browser does not come up.
struct Starting {
    driver: Option<Child>,
    policy: Option<PathBuf>,
}

impl Drop for Starting {
    fn drop(&mut self) {
        if let Some(driver) = &mut self.driver {
            end(driver);
        }
        remove(self.policy.as_ref());
    }
}

/// The driver leads a process group, so its browser ends with it.
fn end(driver: &mut Child) {
    let _ = Command::new("kill")
        .args(["-KILL", "--"])
        .arg(format!("-{}", driver.id()))
        .status();
    let _ = driver.wait();
}

fn remove(policy: Option<&PathBuf>) {
    if let Some(path) = policy {
        let _ = std::fs::remove_file(path);
    }
}

async fn within<T, E: Into<anyhow::Error>>(step: impl Future<Output = Result<T, E>>) -> Result<T> {
    match tokio::time::timeout(LIMIT, step).await {
        Ok(outcome) => outcome.map_err(Into::into),
        Err(_) => bail!("the browser takes too long"),
    }
}

/// Makes the certificate store of a home, and the policy of the door's port.
fn furnish(home: &Path, identity: Identity<'_>) -> Result<Option<PathBuf>> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let store = home.join(".pki/nssdb");
    std::fs::create_dir_all(&store)?;
    let database = format!("sql:{}", store.display());
    run(Command::new("certutil").args(["-N", "-d", &database, "--empty-password"]))?;
    run(Command::new("certutil")
        .args(["-A", "-d", &database, "-t", "C,,", "-n", "server-ca", "-i"])
        .arg(identity.authority))?;
    let Some(certificate) = identity.certificate else {
        return Ok(None);
    };
    run(Command::new("pk12util")
        .args(["-d", &database, "-W", &certificate.p12_password, "-i"])
        .arg(&certificate.p12))?;
    let port = identity.server.rsplit(':').next().context("a port")?;
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    std::fs::create_dir_all(POLICIES)?;
    sweep()?;
    // Of several files that set this policy one wins, so tests with certificates take turns.
    let path = Path::new(POLICIES).join(format!(
        "kiban-e2e-{}-{port}-{number}.json",
        std::process::id()
    ));
    let rule = json!({ "pattern": identity.server, "filter": {} }).to_string();
    std::fs::write(
        &path,
        json!({ "AutoSelectCertificateForUrls": [rule] }).to_string(),
    )?;
    Ok(Some(path))
}

/// Removes policies of tests that were killed: one of theirs may win over ours, and then nobody chooses a certificate.
fn sweep() -> Result<()> {
    for entry in std::fs::read_dir(POLICIES)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let owner = name
            .strip_prefix("kiban-e2e-")
            .and_then(|it| it.split('-').next());
        if owner.is_some_and(|it| !Path::new("/proc").join(it).exists()) {
            remove(Some(&path));
        }
    }
    Ok(())
}

fn run(command: &mut Command) -> Result<()> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{command:?}; install libnss3-tools"))?;
    if !output.status.success() {
        bail!("{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// Starts chromedriver and reads which port it took.
fn drive(home: &Path) -> Result<(Child, u16)> {
    use std::os::unix::process::CommandExt as _;
    let mut driver = Command::new("chromedriver")
        .arg("--port=0")
        .env("HOME", home)
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("chromedriver; install chromium-driver")?;
    let lines = BufReader::new(driver.stdout.take().context("a pipe")?).lines();
    let (sender, receiver) = mpsc::channel();
    // It reads on to the end, so that the driver never waits for a reader.
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                let _ = sender.send(port.trim_end_matches('.').trim().to_owned());
            }
        }
    });
    match receiver
        .recv_timeout(LIMIT)
        .ok()
        .and_then(|port| port.parse().ok())
    {
        Some(port) => Ok((driver, port)),
        None => {
            end(&mut driver);
            bail!("chromedriver does not start");
        }
    }
}

async fn connect(port: u16, home: &Path) -> Result<Client> {
    let arguments = [
        "--headless".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-quic".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--no-first-run".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        "--lang=ja".to_owned(),
        "--window-size=1280,900".to_owned(),
        format!("--user-data-dir={}", home.join("profile").display()),
    ];
    let mut wanted = serde_json::Map::new();
    wanted.insert("browserName".to_owned(), json!("chrome"));
    wanted.insert("pageLoadStrategy".to_owned(), json!("normal"));
    wanted.insert(
        "goog:chromeOptions".to_owned(),
        json!({ "args": arguments }),
    );
    let mut builder = ClientBuilder::new(HttpConnector::new());
    Ok(builder
        .capabilities(wanted)
        .connect(&format!("http://127.0.0.1:{port}"))
        .await?)
}

/// A command of Chromium's own protocol, through its driver.
#[derive(Debug)]
struct Cdp(serde_json::Value);

impl fantoccini::wd::WebDriverCompatibleCommand for Cdp {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/goog/cdp/execute",
            session.unwrap_or_default()
        ))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.0.to_string()))
    }
}
