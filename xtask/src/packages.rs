//! The system packages that the tests need: installed where that is possible, named where it is not.

use anyhow::{Result, bail};
use std::{
    path::Path,
    process::{Command, Stdio},
};

/// A package of Debian and Ubuntu, and how to see that it is there.
struct Package {
    name: &'static str,
    is_there: fn() -> bool,
}

const PACKAGES: &[Package] = &[
    Package {
        name: "postgresql",
        is_there: || kiban_testkit::server_programs().is_ok(),
    },
    Package {
        name: "chromium",
        is_there: || on_path("chromium"),
    },
    Package {
        name: "chromium-driver",
        is_there: || on_path("chromedriver"),
    },
    Package {
        name: "libnss3-tools",
        is_there: || on_path("certutil"),
    },
    Package {
        name: "openssl",
        is_there: || on_path("openssl"),
    },
    Package {
        name: "pcscd",
        is_there: || Path::new("/usr/sbin/pcscd").exists(),
    },
    Package {
        name: "vsmartcard-vpcd",
        is_there: || Path::new("/etc/reader.conf.d/vpcd").exists(),
    },
    Package {
        name: "opensc",
        is_there: || on_path("pkcs15-tool"),
    },
    Package {
        name: "opensc-pkcs11",
        is_there: || library("opensc-pkcs11.so"),
    },
    // What the terminal's card reader part is built with.
    Package {
        name: "libpcsclite-dev",
        is_there: || library("pkgconfig/libpcsclite.pc"),
    },
    Package {
        name: "pkg-config",
        is_there: || on_path("pkg-config"),
    },
    Package {
        name: "fonts-noto-cjk",
        is_there: || Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists(),
    },
];

/// Makes sure that everything is there.
///
/// # Errors
///
/// Names what is missing when it could not be installed.
pub(crate) fn ensure() -> Result<()> {
    let missing = missing();
    if missing.is_empty() {
        return Ok(());
    }
    if !on_path("apt-get") || !is_root() {
        bail!("missing packages: install {}", missing.join(" "));
    }
    crate::say::say(format_args!("installing {}", missing.join(" ")))?;
    // A stale list of packages gives 404s, so it is read anew first; a failing mirror shows in the install itself.
    let _ = apt(&["update", "-q"]);
    let mut install = vec!["install", "-q", "-y", "--no-install-recommends"];
    install.extend(&missing);
    apt(&install)?;
    let still = self::missing();
    if still.is_empty() {
        Ok(())
    } else {
        bail!("still missing after installing: {}", still.join(" "))
    }
}

fn missing() -> Vec<&'static str> {
    PACKAGES
        .iter()
        .filter(|package| !(package.is_there)())
        .map(|package| package.name)
        .collect()
}

fn apt(arguments: &[&str]) -> Result<()> {
    let status = Command::new("apt-get")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .status()?;
    if status.success() {
        Ok(())
    } else {
        bail!("apt-get {} failed", arguments.join(" "))
    }
}

pub(crate) fn on_path(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
    })
}

/// Whether a library of the machine's own architecture is there.
fn library(name: &str) -> bool {
    ["x86_64-linux-gnu", "aarch64-linux-gnu"]
        .iter()
        .any(|triplet| Path::new("/usr/lib").join(triplet).join(name).exists())
}

fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
