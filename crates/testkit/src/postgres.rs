//! A real PostgreSQL cluster in a folder of its own, reached through a socket in that folder only.

use anyhow::{Context as _, Result, bail};
use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

/// Names a cluster that is running already, as `cargo xtask test` starts one for all tests.
pub const POSTGRES_VARIABLE: &str = "KIBAN_TEST_POSTGRES";

const PREFIX: &str = "kiban-pg-";

/// A running cluster; stopped when dropped.
#[derive(Debug)]
pub struct Cluster {
    folder: tempfile::TempDir,
    server: Child,
}

impl Cluster {
    /// Makes and starts a cluster.
    ///
    /// # Errors
    ///
    /// When PostgreSQL's server programs are missing or do not start.
    pub fn start() -> Result<Self> {
        let bin = server_programs()?;
        sweep();
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir()?;
        let data = folder.path().join("data");
        let as_owner = owner(folder.path())?;
        let made = as_owner(&bin.join("initdb"))
            .args([
                "-U",
                "kiban",
                "-A",
                "trust",
                "--locale=C.UTF-8",
                "-E",
                "UTF8",
                "-D",
            ])
            .arg(&data)
            .stdin(Stdio::null())
            .output()?;
        if !made.status.success() {
            bail!("initdb: {}", String::from_utf8_lossy(&made.stderr));
        }
        let log = std::fs::File::create(folder.path().join("log"))?;
        let server = as_owner(&bin.join("postgres"))
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder.path())
            .args([
                "-c",
                "listen_addresses=",
                "-c",
                "max_connections=200",
                "-c",
                "shared_buffers=128MB",
            ])
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let cluster = Self { folder, server };
        let deadline = Instant::now() + Duration::from_secs(30);
        while !cluster.answers(&bin) {
            if Instant::now() > deadline {
                let log =
                    std::fs::read_to_string(cluster.folder.path().join("log")).unwrap_or_default();
                bail!("PostgreSQL did not start: {log}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(cluster)
    }

    /// How to connect, as key and value pairs.
    pub fn url(&self) -> String {
        format!(
            "host={} user=kiban dbname=postgres",
            self.folder.path().display()
        )
    }

    fn answers(&self, bin: &Path) -> bool {
        Command::new(bin.join("pg_isready"))
            .arg("-q")
            .arg("-h")
            .arg(self.folder.path())
            .status()
            .is_ok_and(|status| status.success())
    }
}

/// Removes the folders of clusters whose processes have ended: the cluster of a test run by hand lives as long as its
/// process and is never dropped. A young folder may be one that is just being made.
fn sweep() {
    let young = Duration::from_mins(10);
    let Ok(entries) = std::fs::read_dir(std::env::temp_dir()) else {
        return;
    };
    for entry in entries.flatten() {
        let ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let age = entry.metadata().and_then(|data| data.modified());
        let old = age.is_ok_and(|made| made.elapsed().is_ok_and(|age| age > young));
        if ours && old && !is_served(&entry.path()) {
            // What another run removes at the same time, or another user's, is left.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

fn is_served(folder: &Path) -> bool {
    std::fs::read_to_string(folder.join("data/postmaster.pid")).is_ok_and(|text| {
        let process = text.lines().next().unwrap_or_default().trim();
        Path::new("/proc").join(process).exists()
    })
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // SIGKILL would leave shared memory behind; a fast shutdown takes some milliseconds.
        let _ = Command::new("kill")
            .arg("-INT")
            .arg(self.server.id().to_string())
            .status();
        let _ = self.server.wait();
    }
}

/// The folder of PostgreSQL's server programs, of the newest version that is installed.
///
/// # Errors
///
/// When there are none.
pub fn server_programs() -> Result<PathBuf> {
    let shelf = Path::new("/usr/lib/postgresql");
    let mut versions: Vec<PathBuf> = std::fs::read_dir(shelf)
        .context("no PostgreSQL server programs: install the package postgresql")?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    versions.sort_by_key(|bin| {
        let version = bin
            .parent()
            .and_then(Path::file_name)
            .and_then(|name| name.to_str());
        version.and_then(|name| name.parse::<u32>().ok())
    });
    versions
        .pop()
        .context("no PostgreSQL server programs: install the package postgresql")
}

/// The server refuses to run as root, so root hands it to the user of the system's package; it ends with this process.
fn owner(folder: &Path) -> Result<impl Fn(&Path) -> Command + use<>> {
    let id = Command::new("id").arg("-u").output()?;
    let is_root = String::from_utf8_lossy(&id.stdout).trim() == "0";
    if is_root
        && !Command::new("chown")
            .arg("postgres")
            .arg(folder)
            .status()?
            .success()
    {
        bail!("no user postgres: install the package postgresql");
    }
    Ok(move |program: &Path| {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "INT"]);
        if is_root {
            command.args([
                "--reuid",
                "postgres",
                "--regid",
                "postgres",
                "--clear-groups",
            ]);
        }
        command.arg(program).current_dir("/");
        command
    })
}

/// A cluster for tests: the one named by [`POSTGRES_VARIABLE`], or one for this process.
pub fn postgres_url() -> String {
    static URL: OnceLock<String> = OnceLock::new();
    #[expect(
        clippy::disallowed_methods,
        reason = "names the cluster that the test command has started"
    )]
    let named = std::env::var(POSTGRES_VARIABLE).ok();
    URL.get_or_init(|| named.unwrap_or_else(own_cluster))
        .clone()
}

/// The server dies with the thread that started it, so a thread of its own keeps it for the life of the process.
fn own_cluster() -> String {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let cluster = Cluster::start();
        let _ = sender.send(
            cluster
                .as_ref()
                .map(Cluster::url)
                .map_err(|error| format!("{error:#}")),
        );
        loop {
            std::thread::park();
        }
    });
    receiver
        .recv()
        .expect("the thread answers")
        .expect("PostgreSQL starts")
}

/// A schema name that no other test uses.
pub fn fresh_schema() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let since = std::fs::metadata("/proc/self")
        .and_then(|data| data.modified())
        .ok();
    let nanos = since
        .and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok())
        .map_or(0, |since| since.as_nanos() % 1_000_000_000);
    format!("test_{}_{nanos}_{count}", std::process::id())
}
