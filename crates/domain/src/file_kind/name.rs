//! Names of files as they may be shown and given out again.

use super::FileKind;
use std::fmt;

/// The name of a file as it may be shown and given out again: one line, no folders, at most [`FileName::LONGEST`] characters,
/// never empty.
///
/// It can name a person, so `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct FileName(String);

impl FileName {
    /// In characters.
    pub const LONGEST: usize = 100;

    /// What is left of a sent name: its last part, without control characters and those that turn the direction of writing
    /// (with them `fdp.exe` can be made to read `exe.pdf`).
    pub fn of(sent: &str) -> Self {
        let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
        let plain: String = last.chars().filter(|it| !is_hidden(*it)).collect();
        let plain = plain.trim().trim_start_matches('.').trim();
        let name = match plain.chars().count() {
            0 => "file".to_owned(),
            count if count <= Self::LONGEST => plain.to_owned(),
            _ => shortened(plain),
        };
        Self(name)
    }

    /// The name with an ending that fits the content, so that the receiver's computer opens it as what it is.
    #[must_use]
    pub fn fitting(self, kind: FileKind) -> Self {
        let ending = self.0.rsplit_once('.').map(|(_, ending)| ending);
        let ending = ending.map(str::to_ascii_lowercase).unwrap_or_default();
        if kind.extensions().contains(&ending.as_str()) {
            return self;
        }
        let room = Self::LONGEST - kind.extensions()[0].len() - 1;
        let stem: String = self.0.chars().take(room).collect();
        Self(format!("{stem}.{}", kind.extensions()[0]))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name without its ending: what a document is called until somebody says otherwise.
    pub fn stem(&self) -> &str {
        let stem = self.0.rsplit_once('.').map(|(stem, _)| stem);
        stem.filter(|it| !it.is_empty()).unwrap_or(&self.0)
    }
}

impl fmt::Debug for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileName(…)")
    }
}

/// Keeps the ending, which says to people what it is.
fn shortened(name: &str) -> String {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    let ending = ending.filter(|it| it.chars().count() <= 8);
    match ending {
        Some(ending) => {
            let room = FileName::LONGEST - ending.chars().count() - 1;
            let stem: String = name.chars().take(room).collect();
            format!("{stem}.{ending}")
        }
        None => name.chars().take(FileName::LONGEST).collect(),
    }
}

fn is_hidden(it: char) -> bool {
    it.is_control()
        || matches!(
            it,
            '\u{061c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
        )
}
