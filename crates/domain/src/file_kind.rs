//! Files that somebody sends: what they are by their content, and what they may be called.
//!
//! A name says nothing about a file. What counts is how the content begins and ends; nothing here opens, unpacks or draws it.

use std::{fmt, str::FromStr};

/// A kind of file that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// PDF. Source: ISO 32000-2, section 7.5.
    Pdf,
    /// JPEG. Source: ITU-T T.81, annex B.
    Jpeg,
    /// PNG. Source: W3C PNG, section 5.
    Png,
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnfitFile {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is longer than [`FileKind::MAX_BYTES`].
    #[error("the file is too large")]
    TooLarge,
    /// It is none of the kinds.
    #[error("the file is of another kind")]
    OtherKind,
    /// It begins like one of the kinds and has not its form or its end.
    #[error("the file is broken")]
    Broken(FileKind),
}

const PNG_START: &[u8] = b"\x89PNG\r\n\x1a\n";
const PNG_FIRST_CHUNK: &[u8] = b"\0\0\0\x0dIHDR";
const PNG_END: &[u8] = b"\0\0\0\0IEND\xae\x42\x60\x82";
/// Readers look for the end of a PDF in so many of its last bytes.
const PDF_TAIL: usize = 1_024;

impl FileKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Pdf, Self::Jpeg, Self::Png];
    /// The longest file that is taken: 10 MB, in bytes.
    pub const MAX_BYTES: usize = 10 << 20;

    /// The kind of `bytes`.
    ///
    /// # Errors
    ///
    /// See [`UnfitFile`].
    pub fn of(bytes: &[u8]) -> Result<Self, UnfitFile> {
        if bytes.is_empty() {
            return Err(UnfitFile::Empty);
        }
        if bytes.len() > Self::MAX_BYTES {
            return Err(UnfitFile::TooLarge);
        }
        let (kind, whole) = if bytes.starts_with(b"%PDF") {
            (Self::Pdf, is_pdf(bytes))
        } else if bytes.starts_with(b"\xff\xd8\xff") {
            (Self::Jpeg, has(&bytes[3..], b"\xff\xd9"))
        } else if bytes.starts_with(b"\x89PNG") {
            let chunks = bytes.strip_prefix(PNG_START);
            let chunks = chunks.filter(|it| it.starts_with(PNG_FIRST_CHUNK));
            (Self::Png, chunks.is_some_and(|it| has(it, PNG_END)))
        } else {
            return Err(UnfitFile::OtherKind);
        };
        whole.then_some(kind).ok_or(UnfitFile::Broken(kind))
    }

    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpeg",
            Self::Png => "png",
        }
    }

    /// The name that people see.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
        }
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// How the names of such files end, the usual one first.
    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            Self::Png => &["png"],
        }
    }
}

impl FromStr for FileKind {
    type Err = crate::UnknownCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|kind| kind.code() == text);
        found.ok_or(crate::UnknownCode)
    }
}

/// `%PDF-1.7` at the very beginning, `%%EOF` near the end.
fn is_pdf(bytes: &[u8]) -> bool {
    let version = match bytes {
        [b'%', b'P', b'D', b'F', b'-', major, b'.', minor, ..] => {
            matches!(major, b'1' | b'2') && minor.is_ascii_digit()
        }
        _ => false,
    };
    version && has(&bytes[bytes.len().saturating_sub(PDF_TAIL)..], b"%%EOF")
}

fn has(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|it| it == wanted)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\nendobj\ntrailer\n%%EOF\n";
    const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\xff\xd9";
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\0IEND\xae\x42\x60\x82";

    #[test]
    fn a_file_is_known_by_its_content() {
        for (bytes, kind) in [
            (PDF, FileKind::Pdf),
            (JPEG, FileKind::Jpeg),
            (PNG, FileKind::Png),
        ] {
            assert_eq!(FileKind::of(bytes), Ok(kind));
            assert_eq!(kind.code().parse(), Ok(kind));
        }
        let long = [PDF, &vec![b' '; FileKind::MAX_BYTES]].concat();
        assert_eq!(FileKind::of(&long), Err(UnfitFile::TooLarge));
        assert_eq!(FileKind::of(b""), Err(UnfitFile::Empty));
        for other in [
            &b"MZ\x90\0\x03\0\0\0 This program cannot be run in DOS mode"[..],
            b"PK\x03\x04 a bomb",
            b"GIF89a",
            b"<html><script>alert(1)</script>",
            b" %PDF-1.7\n%%EOF",
            b"\0",
        ] {
            assert_eq!(FileKind::of(other), Err(UnfitFile::OtherKind), "{other:?}");
        }
    }

    #[test]
    fn what_only_begins_like_a_file_is_broken() {
        for (bytes, kind) in [
            (&b"%PDF"[..], FileKind::Pdf),
            (b"%PDF-x.y\n%%EOF", FileKind::Pdf),
            (b"%PDF-9.0\n%%EOF", FileKind::Pdf),
            (&PDF[..20], FileKind::Pdf),
            (&JPEG[..8], FileKind::Jpeg),
            (&PNG[..12], FileKind::Png),
            (&PNG[..24], FileKind::Png),
            (b"\x89PNG\n\x1a\n", FileKind::Png),
        ] {
            assert_eq!(FileKind::of(bytes), Err(UnfitFile::Broken(kind)));
        }
        // The end of a PDF far from its end is none.
        let buried = [PDF, &[b' '; 2_000][..]].concat();
        assert_eq!(FileKind::of(&buried), Err(UnfitFile::Broken(FileKind::Pdf)));
    }

    #[test]
    fn a_name_is_one_line_without_folders() {
        let long = "あ".repeat(200);
        for (sent, kept) in [
            ("退院サマリー.pdf", "退院サマリー.pdf"),
            ("C:\\users\\見本\\a.pdf", "a.pdf"),
            ("../../etc/passwd", "passwd"),
            ("a\r\nSet-Cookie: x\0.pdf", "aSet-Cookie: x.pdf"),
            ("x\u{202e}fdp.exe", "xfdp.exe"),
            (".htaccess", "htaccess"),
            ("..", "file"),
            ("", "file"),
            ("dir/", "file"),
            ("  a b.png ", "a b.png"),
            (&format!("{long}.pdf"), &format!("{}.pdf", "あ".repeat(96))),
            (&long, &"あ".repeat(100)),
        ] {
            assert_eq!(FileName::of(sent).as_str(), kept, "{sent:?}");
        }
        assert_eq!(FileName::of("退院.2.pdf").stem(), "退院.2");
        assert_eq!(FileName::of("退院").stem(), "退院");
        assert_eq!(format!("{:?}", FileName::of("見本 太郎")), "FileName(…)");
    }

    #[test]
    fn a_name_ends_as_its_content_is() {
        for (sent, kind, kept) in [
            ("a.PDF", FileKind::Pdf, "a.PDF"),
            ("a.exe", FileKind::Pdf, "a.exe.pdf"),
            ("写真.jpeg", FileKind::Jpeg, "写真.jpeg"),
            ("写真", FileKind::Jpeg, "写真.jpg"),
        ] {
            assert_eq!(FileName::of(sent).fitting(kind).as_str(), kept);
        }
        let long = FileName::of(&"a".repeat(300)).fitting(FileKind::Png);
        assert_eq!(long.as_str().len(), FileName::LONGEST);
        assert_eq!(long.stem().len() + ".png".len(), FileName::LONGEST);
    }
}
