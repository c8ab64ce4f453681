//! One command a file. Each answers with its exit code: 0 done, 1 refused or something is wrong, 2 wrong usage.

pub(crate) mod enrol;
pub(crate) mod renew;
pub(crate) mod run;
pub(crate) mod status;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use kiban_terminal::keeper::{Keeper, KeeperError};

use crate::SystemClock;

/// Where the terminal keeps its keys and certificates.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Folder {
    /// 鍵と証明書を保存するフォルダー（この利用者だけが読める）
    #[arg(long, env = "KIBAN_TERMINAL_FOLDER")]
    folder: Option<PathBuf>,
}

impl Folder {
    /// The folder when there is one: who only looks leaves none behind.
    pub(crate) fn existing(&self) -> Result<Option<Keeper>, KeeperError> {
        if self.place().is_dir() {
            self.open().map(Some)
        } else {
            Ok(None)
        }
    }

    fn place(&self) -> PathBuf {
        self.folder.clone().unwrap_or_else(usual_folder)
    }

    pub(crate) fn open(&self) -> Result<Keeper, KeeperError> {
        Keeper::open(&self.place(), Arc::new(SystemClock))
    }
}

/// The user's own place for a program's data; no other user of the computer reads it.
fn usual_folder() -> PathBuf {
    let of = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let base = if cfg!(windows) {
        of("LOCALAPPDATA")
    } else {
        of("XDG_DATA_HOME").or_else(|| Some(of("HOME")?.join(".local/share")))
    };
    base.unwrap_or_else(|| PathBuf::from("."))
        .join("kiban-terminal")
}

/// Says why nothing was done, for a person or a script.
pub(crate) fn refuse(json: bool, code: &str, message: &str) -> ExitCode {
    if json {
        say(&serde_json::json!({"ok": false, "code": code, "message": message}).to_string());
    } else {
        complain(&format!("{message}（{code}）"));
    }
    ExitCode::from(1)
}

#[expect(clippy::print_stdout, reason = "the answer is what was asked for")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "for the person who started it")]
pub(crate) fn complain(text: &str) {
    eprintln!("{text}");
}
