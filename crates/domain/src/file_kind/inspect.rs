//! One reading of a file while it comes in.

use super::{
    FileKind, UnfitFile,
    scan::{JpegScan, Marks, TextScan},
};

/// What was found out about a file that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inspected {
    /// What it is.
    pub kind: FileKind,
    /// Its length in bytes.
    pub size: usize,
    /// Whether it is a PDF that wants a password.
    pub locked: bool,
}

/// Finds out what a file is while it comes in, piece by piece. However long the file, it keeps a few kilobytes.
#[derive(Debug)]
pub struct Inspector {
    accepted: &'static [FileKind],
    size: usize,
    head: Vec<u8>,
    tail: Vec<u8>,
    marks: Marks,
    jpeg: JpegScan,
    text: TextScan,
}

/// So much of the beginning is kept: the longest list of brands of a photograph that anybody writes.
const HEAD: usize = 512;
/// Readers look for the end of a PDF in so many of its last bytes.
const TAIL: usize = 1_024;
const PNG_START: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR";
/// How programs, archives and scripts begin that hold nothing but letters otherwise.
const FOREIGN_STARTS: [&[u8]; 5] = [b"MZ", b"PK", b"#!", b"%!", b"{\\rtf"];

impl Inspector {
    /// Begins to read a file that has to be one of `accepted`.
    pub fn new(accepted: &'static [FileKind]) -> Self {
        Self {
            accepted,
            size: 0,
            head: Vec::new(),
            tail: Vec::new(),
            marks: Marks::default(),
            jpeg: JpegScan::default(),
            text: TextScan::default(),
        }
    }

    /// Reads the next piece.
    pub fn take(&mut self, piece: &[u8]) {
        self.size = self.size.saturating_add(piece.len());
        if self.is_too_large() {
            return;
        }
        let room = HEAD - self.head.len();
        self.head.extend_from_slice(&piece[..room.min(piece.len())]);
        let last = &piece[piece.len().saturating_sub(TAIL)..];
        self.tail.extend_from_slice(last);
        let surplus = self.tail.len().saturating_sub(TAIL);
        self.tail.drain(..surplus);
        self.marks.take(piece);
        self.jpeg.take(piece);
        self.text.take(piece);
    }

    /// Whether more came than [`FileKind::MAX_BYTES`]: nothing that follows changes the answer.
    pub fn is_too_large(&self) -> bool {
        self.size > FileKind::MAX_BYTES
    }

    /// What it was.
    ///
    /// # Errors
    ///
    /// See [`UnfitFile`].
    pub fn finish(self) -> Result<Inspected, UnfitFile> {
        if self.size == 0 {
            return Err(UnfitFile::Empty);
        }
        if self.is_too_large() {
            return Err(UnfitFile::TooLarge);
        }
        let kind = self.begins_as().ok_or(UnfitFile::OtherKind)?;
        if !self.accepted.contains(&kind) {
            return Err(UnfitFile::OtherKind);
        }
        if !self.is_whole(kind) {
            return Err(UnfitFile::Broken(kind));
        }
        if self.pixels(kind) > FileKind::MAX_PIXELS {
            return Err(UnfitFile::TooManyPixels(kind));
        }
        Ok(Inspected {
            kind,
            size: self.size,
            locked: kind == FileKind::Pdf && self.marks.encrypted,
        })
    }

    fn begins_as(&self) -> Option<FileKind> {
        let head = self.head.as_slice();
        if head.starts_with(b"%PDF") {
            Some(FileKind::Pdf)
        } else if head.starts_with(b"\xff\xd8\xff") {
            Some(FileKind::Jpeg)
        } else if head.starts_with(b"\x89PNG") {
            Some(FileKind::Png)
        } else if is_heic(head) {
            Some(FileKind::Heic)
        } else if is_foreign(head) {
            None
        } else {
            self.text.kind()
        }
    }

    fn is_whole(&self, kind: FileKind) -> bool {
        match kind {
            FileKind::Pdf => is_pdf(&self.head) && has(&self.tail, b"%%EOF"),
            FileKind::Jpeg => self.marks.jpeg_end,
            FileKind::Png => self.head.starts_with(PNG_START) && self.marks.png_end,
            FileKind::Heic | FileKind::Text | FileKind::Csv => true,
        }
    }

    /// Width times height as the picture says, 0 for what is none.
    fn pixels(&self, kind: FileKind) -> u64 {
        match kind {
            FileKind::Png => {
                let size = self.head.get(PNG_START.len()..PNG_START.len() + 8);
                size.map_or(0, |size| area(&size[..4], &size[4..]))
            }
            FileKind::Jpeg => self.jpeg.pixels(),
            FileKind::Heic => self.marks.heic_pixels,
            FileKind::Pdf | FileKind::Text | FileKind::Csv => 0,
        }
    }
}

/// Width times height, both written with the highest byte first.
pub(super) fn area(width: &[u8], height: &[u8]) -> u64 {
    let number = |bytes: &[u8]| {
        let digits = bytes.iter();
        digits.fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte))
    };
    number(width).saturating_mul(number(height))
}

/// `%PDF-1.7` at the very beginning.
fn is_pdf(head: &[u8]) -> bool {
    match head {
        [b'%', b'P', b'D', b'F', b'-', major, b'.', minor, ..] => {
            matches!(major, b'1' | b'2') && minor.is_ascii_digit()
        }
        _ => false,
    }
}

/// A box `ftyp` that names a brand of still pictures.
fn is_heic(head: &[u8]) -> bool {
    const BRANDS: [&[u8]; 8] = [
        b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1",
    ];
    if head.get(4..8) != Some(b"ftyp") {
        return false;
    }
    let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let Some(brands) = head.get(8..length) else {
        return false;
    };
    brands.chunks(4).any(|brand| BRANDS.contains(&brand))
}

/// Markup and programs are letters too, and none of them is a text that somebody only reads.
fn is_foreign(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let text = text.trim_ascii_start();
    FOREIGN_STARTS.iter().any(|start| text.starts_with(start))
        || matches!(text, [b'<', b'!' | b'?' | b'a'..=b'z' | b'A'..=b'Z', ..])
}

pub(super) fn has(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|it| it == wanted)
}
