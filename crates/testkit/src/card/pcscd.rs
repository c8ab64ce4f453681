//! A real pcscd with virtual readers, for one test, where nobody else sees it.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::slot::Slot;
use super::vpcd::{Inserted, plug_in};

const INSIDE: &str = "KIBAN_TEST_PCSCD_INSIDE";

/// Where the service listens, inside.
const SOCKET: &str = "/run/pcscd/pcscd.comm";

/// A running pcscd and its first virtual reader; stopped when dropped.
#[derive(Debug)]
pub struct Reader {
    daemon: Child,
}

/// Runs `body` with a pcscd of its own, in a network and mount namespace of its own, so that suites run side by side and
/// nothing outside can reach the readers (they listen on all addresses).
///
/// The test's program starts itself again inside the namespaces, with this one test; `test` is the test's whole name.
///
/// # Panics
///
/// When pcscd does not start or the test fails inside. It needs root, or user namespaces, and the packages pcscd and
/// vsmartcard-vpcd.
pub fn with_pcscd(test: &str, body: impl FnOnce(Reader)) {
    inside(test, ":", || body(Reader::start(true)));
}

/// The same with a pcscd that has no reader.
///
/// # Panics
///
/// As for [`with_pcscd`].
pub fn with_pcscd_without_reader(test: &str, body: impl FnOnce(Reader)) {
    let hide = "mount -t tmpfs tmpfs /etc/reader.conf.d";
    inside(test, hide, || body(Reader::start(false)));
}

#[expect(
    clippy::disallowed_methods,
    reason = "tells the inner run from the outer one"
)]
fn inside(test: &str, prepare: &str, body: impl FnOnce()) {
    if std::env::var(INSIDE).is_ok() {
        body();
        return;
    }
    let id = Command::new("id").arg("-u").output().expect("id runs");
    let mut unshare = Command::new("unshare");
    unshare.args(["--mount", "--net", "--fork", "--kill-child"]);
    if id.stdout.trim_ascii() != b"0" {
        unshare.arg("--map-root-user");
    }
    let script = format!(
        "mount -t tmpfs tmpfs /run; mkdir -p /run/pcscd; {prepare}; ip link set lo up; exec \"$@\""
    );
    let output = unshare
        .args(["sh", "-ec", &script, "sh"])
        .arg(std::env::current_exe().expect("a test has a program"))
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(INSIDE, "1")
        .stdin(Stdio::null())
        .output()
        .expect("unshare starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}\n{errors}");
    assert!(
        text.contains("1 passed"),
        "the name {test} runs no test\n{text}"
    );
}

impl Reader {
    fn start(with_reader: bool) -> Self {
        let program = ["/usr/sbin/pcscd", "/usr/bin/pcscd"]
            .into_iter()
            .find(|path| Path::new(path).exists())
            .expect("the package pcscd is installed");
        let daemon = Command::new(program)
            .arg("--foreground")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("pcscd starts");
        let reader = Self { daemon };
        let ready = || {
            Path::new(SOCKET).exists() && (!with_reader || TcpStream::connect(address()).is_ok())
        };
        let deadline = Instant::now() + Duration::from_secs(20);
        while !ready() {
            assert!(Instant::now() < deadline, "pcscd shows no virtual reader");
            std::thread::sleep(Duration::from_millis(20));
        }
        reader
    }

    /// Puts a card in.
    ///
    /// # Panics
    ///
    /// When the reader has gone.
    pub fn insert(&self, slot: &Slot) -> Inserted {
        plug_in(slot, address()).expect("the virtual reader listens")
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
        // Killed, it leaves its socket behind, which nobody answers.
        let _ = std::fs::remove_file(SOCKET);
    }
}

fn address() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 35_963).into()
}
