//! A real pcscd with virtual readers, for one test, where nobody else sees it.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::slot::Slot;
use super::vpcd::{Inserted, plug_in};

const INSIDE: &str = "KIBAN_TEST_PCSCD_INSIDE";

/// The first virtual reader of a running pcscd.
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
#[expect(
    clippy::disallowed_methods,
    reason = "tells the inner run from the outer one"
)]
pub fn with_pcscd(test: &str, body: impl FnOnce(&Reader)) {
    if std::env::var(INSIDE).is_ok() {
        body(&Reader::start());
        return;
    }
    let program = std::env::current_exe().expect("a test has a program");
    let output = Command::new("unshare")
        .args([
            "--mount",
            "--net",
            "--map-root-user",
            "--fork",
            "--kill-child",
        ])
        .args(["sh", "-ec"])
        .arg("mount -t tmpfs tmpfs /run; mkdir -p /run/pcscd; ip link set lo up; exec \"$@\"")
        .arg("sh")
        .arg(program)
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
    fn start() -> Self {
        let program = ["/usr/sbin/pcscd", "/usr/bin/pcscd"]
            .into_iter()
            .find(|path| std::path::Path::new(path).exists())
            .expect("the package pcscd is installed");
        let daemon = Command::new(program)
            .arg("--foreground")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("pcscd starts");
        let reader = Self { daemon };
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(reader.address()).is_err() {
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
        plug_in(slot, self.address()).expect("the virtual reader listens")
    }

    #[expect(
        clippy::unused_self,
        reason = "the address means something only while it runs"
    )]
    fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, 35_963).into()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}
