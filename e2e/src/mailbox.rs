//! The letters that a sandbox writes into a folder.

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// Waits for a letter to `to` that holds `words`; its text.
///
/// # Errors
///
/// When none comes in time, or one cannot be read.
pub fn letter(data: &Path, to: &str, words: &str) -> Result<String> {
    let deadline = Instant::now() + Duration::from_secs(30);
    while Instant::now() < deadline {
        for file in std::fs::read_dir(data.join("mail"))? {
            let path = file?.path();
            if path.extension().is_some_and(|it| it == "eml") {
                let text = read(&std::fs::read_to_string(&path)?, to)?;
                if let Some(text) = text.filter(|text| text.contains(words)) {
                    return Ok(text);
                }
            }
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    bail!("no letter to {to} with {words}")
}

/// The text of a letter to `to`; `None` for another's. Letters in Japanese travel as base64 (RFC 2045, section 6.8).
fn read(letter: &str, to: &str) -> Result<Option<String>> {
    let (head, body) = letter.split_once("\r\n\r\n").context("a head and a body")?;
    let lines: Vec<_> = head.lines().map(str::to_ascii_lowercase).collect();
    if !lines.contains(&format!("to: {to}")) {
        return Ok(None);
    }
    if !lines.contains(&"content-transfer-encoding: base64".to_owned()) {
        bail!("a letter in another encoding: {head}");
    }
    let body: String = body.split_whitespace().collect();
    let bytes = base64::engine::general_purpose::STANDARD.decode(body)?;
    Ok(Some(String::from_utf8(bytes)?))
}
