//! Files that somebody sends: what they are by their content, and what they may be called.
//!
//! A name says nothing about a file. What counts is the content, read once from its beginning to its end while it comes in
//! ([`Inspector`]); nothing here opens, unpacks or draws it. Whoever takes files uses this, so that one rule serves all.

mod inspect;
mod name;
mod scan;

pub use inspect::{Inspected, Inspector};
pub use name::FileName;

use std::str::FromStr;

/// A kind of file that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// PDF. Source: ISO 32000-2, section 7.5.
    Pdf,
    /// JPEG. Source: ITU-T T.81, annex B.
    Jpeg,
    /// PNG. Source: W3C PNG, section 5.
    Png,
    /// HEIC, the photographs of telephones. Source: ISO/IEC 23008-12, annex B.
    Heic,
    /// Plain text in UTF-8 or MS932.
    Text,
    /// Plain text whose lines all have the same number of commas.
    Csv,
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
    /// It is a picture that would be drawn with more than [`FileKind::MAX_PIXELS`].
    #[error("the picture has too many pixels")]
    TooManyPixels(FileKind),
    /// It is a PDF that wants a password, where one is wanted that anybody can open in years.
    #[error("the PDF wants a password")]
    Locked,
}

impl FileKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Pdf,
        Self::Jpeg,
        Self::Png,
        Self::Heic,
        Self::Text,
        Self::Csv,
    ];
    /// Papers about a person: what every browser can show.
    pub const PAPERS: [Self; 3] = [Self::Pdf, Self::Jpeg, Self::Png];
    /// The longest file that is taken: 10 MB, in bytes.
    pub const MAX_BYTES: usize = 10 << 20;
    /// The largest picture that is taken, width times height: more than the cameras of telephones make, and less than half a
    /// gigabyte once somebody draws it.
    pub const MAX_PIXELS: u64 = 120_000_000;

    /// The kind of `bytes`, which has to be one of [`Self::PAPERS`].
    ///
    /// # Errors
    ///
    /// See [`UnfitFile`].
    pub fn of(bytes: &[u8]) -> Result<Self, UnfitFile> {
        let mut inspector = Inspector::new(&Self::PAPERS);
        inspector.take(bytes);
        inspector.finish().map(|it| it.kind)
    }

    /// Whether `bytes` are a PDF that can be kept for years: whole, and without a password.
    ///
    /// # Errors
    ///
    /// See [`UnfitFile`].
    pub fn open_pdf(bytes: &[u8]) -> Result<(), UnfitFile> {
        let mut inspector = Inspector::new(&[Self::Pdf]);
        inspector.take(bytes);
        let found = inspector.finish()?;
        if found.locked {
            Err(UnfitFile::Locked)
        } else {
            Ok(())
        }
    }

    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Heic => "heic",
            Self::Text => "text",
            Self::Csv => "csv",
        }
    }

    /// The name that people see.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Heic => "HEIC",
            Self::Text => "テキスト",
            Self::Csv => "CSV",
        }
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Heic => "image/heic",
            // Without a character set: it may be UTF-8 or MS932, and it is only ever downloaded.
            Self::Text => "text/plain",
            Self::Csv => "text/csv",
        }
    }

    /// How the names of such files end, the usual one first.
    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            Self::Png => &["png"],
            Self::Heic => &["heic", "heif"],
            Self::Text => &["txt", "csv", "log"],
            Self::Csv => &["csv", "txt"],
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_are_told_alike_in_any_pieces(bytes in proptest::collection::vec(any::<u8>(), 0..600), start in 0_usize..5, piece in 1_usize..40) {
            let starts: [&[u8]; 5] = [b"", PDF, JPEG, PNG, b"\0\0\0\x18ftypheic"];
            let bytes = [starts[start], &bytes].concat();
            prop_assert_eq!(inspected(&bytes, piece), inspected(&bytes, bytes.len()));
        }
    }

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

    fn inspected(bytes: &[u8], piece: usize) -> Result<Inspected, UnfitFile> {
        let mut inspector = Inspector::new(&FileKind::ALL);
        for chunk in bytes.chunks(piece.max(1)) {
            inspector.take(chunk);
        }
        inspector.finish()
    }

    fn kind(bytes: &[u8]) -> Result<FileKind, UnfitFile> {
        let whole = inspected(bytes, bytes.len());
        for piece in [1, 2, 7] {
            assert_eq!(inspected(bytes, piece), whole, "in pieces of {piece}");
        }
        whole.map(|it| it.kind)
    }

    fn png(width: u32, height: u32) -> Vec<u8> {
        let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
        let end = b"\0\0\0\0IEND\xae\x42\x60\x82";
        [&b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"[..], &size, end].concat()
    }

    fn heic(width: u32, height: u32) -> Vec<u8> {
        let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
        let start = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
        [&start[..], b"\0\0\0\x14ispe\0\0\0\0", &size].concat()
    }

    fn jpeg(width: u16, height: u16) -> Vec<u8> {
        let size = [height.to_be_bytes(), width.to_be_bytes()].concat();
        let mut bytes = b"\xff\xd8\xff\xe1\0\x06\xff\xc0\xff\xff".to_vec();
        bytes.extend_from_slice(b"\xff\xc0\0\x0b\x08");
        bytes.extend_from_slice(&size);
        bytes.extend_from_slice(b"\x01\x01\x11\0\xff\xda\0\x02data\xff\xd9");
        bytes
    }

    #[test]
    fn p5_texts_and_photographs_are_known_by_their_content_too() {
        assert_eq!(kind(PDF), Ok(FileKind::Pdf));
        assert_eq!(kind(&png(4_000, 3_000)), Ok(FileKind::Png));
        assert_eq!(kind(&jpeg(4_000, 3_000)), Ok(FileKind::Jpeg));
        assert_eq!(kind(&heic(4_032, 3_024)), Ok(FileKind::Heic));
        assert_eq!(kind("画面に\n番号が出ます".as_bytes()), Ok(FileKind::Text));
        assert_eq!(kind(b"\x89\xe6\x96\xca\r\n"), Ok(FileKind::Text), "MS932");
        assert_eq!(
            kind("\u{feff}a,b\r\n1,\"x,\ny\"\r\n".as_bytes()),
            Ok(FileKind::Csv)
        );
        assert_eq!(kind(b"a,b\n1,2,3\n"), Ok(FileKind::Text));
        for other in [
            &b"MZ\x90\0\x03\0\0\0 This program cannot be run in DOS mode"[..],
            b"MZ: no other byte than letters, and still a program",
            b"PK\x03\x04 a bomb",
            b"\x1f\x8b\x08 gzip",
            b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
            b"\xef\xbb\xbf <!doctype html><script>alert(1)</script>",
            b"<svg onload=alert(1)>",
            b"#!/bin/sh\nrm",
            b"text\x1b[2J",
            b"\x82",
            b"\xff\xfea\0",
        ] {
            assert_eq!(kind(other), Err(UnfitFile::OtherKind), "{other:?}");
        }
    }

    #[test]
    fn p5_a_picture_that_would_be_drawn_with_gigabytes_is_not_taken() {
        for (bytes, kind) in [
            (png(50_000, 50_000), FileKind::Png),
            (png(u32::MAX, u32::MAX), FileKind::Png),
            (jpeg(65_535, 65_535), FileKind::Jpeg),
            (heic(60_000, 60_000), FileKind::Heic),
        ] {
            let unfit = Err(UnfitFile::TooManyPixels(kind));
            assert_eq!(self::kind(&bytes), unfit);
            if FileKind::PAPERS.contains(&kind) {
                assert_eq!(FileKind::of(&bytes).map(|_| ()), unfit.map(|_| ()));
            }
        }
    }

    #[test]
    fn p5_a_pdf_under_a_password_is_taken_and_marked() {
        let locked = b"%PDF-1.7\ntrailer <</Root 1 0 R /Encrypt 5 0 R>>\n%%EOF\n";
        for piece in [1, 3, locked.len()] {
            assert!(inspected(locked, piece).unwrap().locked);
        }
        assert!(!inspected(PDF, 5).unwrap().locked);
        let word = b"%PDF-1.7\n(how to /EncryptMetadata)\n%%EOF\n";
        assert!(!inspected(word, 4).unwrap().locked);
    }

    #[test]
    fn d1_a_pdf_that_is_kept_for_years_wants_no_password() {
        let locked = b"%PDF-1.7\ntrailer <</Root 1 0 R /Encrypt 5 0 R>>\n%%EOF\n";
        assert_eq!(FileKind::open_pdf(PDF), Ok(()));
        assert_eq!(FileKind::open_pdf(locked), Err(UnfitFile::Locked));
        assert_eq!(FileKind::open_pdf(JPEG), Err(UnfitFile::OtherKind));
        assert_eq!(
            FileKind::open_pdf(&PDF[..20]),
            Err(UnfitFile::Broken(FileKind::Pdf))
        );
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
