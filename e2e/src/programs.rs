//! The programs under test, found beside the test itself.

use anyhow::{Context as _, Result, bail};
use jiff::tz::{TimeZone, offset};
use std::{
    path::PathBuf,
    process::{Command, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};

/// A program of this workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// The platform.
    Kiban,
    /// The command line of municipalities.
    Client,
    /// The program of an office's terminal.
    Terminal,
}

/// What a program said until it ended.
#[derive(Debug, Clone)]
pub struct Output {
    /// Exit code; -1 when a signal ended it.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Program {
    /// A command that runs it.
    ///
    /// # Errors
    ///
    /// When the program is not there and cannot be built.
    pub fn command(self) -> Result<Command> {
        let name = match self {
            Self::Kiban => "kiban",
            Self::Client => "kiban-client",
            Self::Terminal => "kiban-terminal",
        };
        let path = folder()?.join(name);
        if !path.exists() {
            build()?;
        }
        let mut command = Command::new(path);
        command.stdin(Stdio::null()).env("RUST_LOG", "warn");
        Ok(command)
    }
}

/// `target/debug`, where Cargo puts the programs: the tests are in `deps` below it.
fn folder() -> Result<PathBuf> {
    let test = std::env::current_exe()?;
    Ok(test
        .parent()
        .and_then(std::path::Path::parent)
        .context("a test is in target/PROFILE/deps")?
        .to_owned())
}

/// `cargo xtask test` builds the programs first; whoever runs one test alone gets them here, once.
fn build() -> Result<()> {
    static BUILT: OnceLock<bool> = OnceLock::new();
    let target = folder()?.parent().context("target folder")?.to_owned();
    let built = BUILT.get_or_init(|| {
        let status = Command::new("cargo")
            .args([
                "build",
                "-p",
                "kiban",
                "-p",
                "kiban-client",
                "-p",
                "kiban-terminal",
            ])
            .arg("--target-dir")
            .arg(&target)
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            .status();
        status.is_ok_and(|status| status.success())
    });
    if !built {
        bail!("the programs under test do not build");
    }
    Ok(())
}

/// Runs a command to its end, at most `limit` long.
pub(crate) fn finish(mut command: Command, limit: Duration) -> Result<Output> {
    // Files instead of pipes: nobody has to read while the program writes.
    let folder = tempfile::tempdir()?;
    let (out, err) = (folder.path().join("out"), folder.path().join("err"));
    let mut child = command
        .stdout(std::fs::File::create(&out)?)
        .stderr(std::fs::File::create(&err)?)
        .spawn()
        .with_context(|| format!("{command:?}"))?;
    let deadline = Instant::now() + limit;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if Instant::now() > deadline {
            let _ = child.kill();
            let _ = child.wait();
            bail!(
                "{command:?} did not end: {}",
                std::fs::read_to_string(&err)?
            );
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    Ok(Output {
        code: status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&std::fs::read(&out)?).into_owned(),
        stderr: String::from_utf8_lossy(&std::fs::read(&err)?).into_owned(),
    })
}

/// Today in Japan, as the servers under test see it.
#[expect(
    clippy::disallowed_methods,
    reason = "the programs under test live by the machine's clock"
)]
pub fn today() -> jiff::civil::Date {
    jiff::Timestamp::now()
        .to_zoned(TimeZone::fixed(offset(9)))
        .date()
}

/// The code that an authenticator shows now.
///
/// # Errors
///
/// When `secret` is not Base32.
pub fn totp(secret: &str) -> Result<String> {
    let secret = totp_rs::Secret::try_from_base32(secret).context("Base32")?;
    let totp = totp_rs::Builder::new()
        .with_secret(secret)
        .build()
        .context("a secret")?;
    Ok(totp.generate_current().to_string())
}
