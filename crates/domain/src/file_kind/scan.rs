//! What is looked for while a file passes: marks anywhere in it, the frames of a JPEG, whether it is text.

use super::{
    FileKind,
    inspect::{area, has},
};

/// Marks that may stand anywhere and across two pieces.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// The last bytes of the piece before.
    before: Vec<u8>,
    pub(super) encrypted: bool,
    pub(super) jpeg_end: bool,
    pub(super) png_end: bool,
    pub(super) heic_pixels: u64,
}

/// One byte less than the longest mark with what follows it: `ispe`, version, width, height.
const OVERLAP: usize = 15;

impl Marks {
    pub(super) fn take(&mut self, piece: &[u8]) {
        let mut bytes = std::mem::take(&mut self.before);
        bytes.extend_from_slice(piece);
        self.encrypted = self.encrypted || encrypts(&bytes);
        self.jpeg_end = self.jpeg_end || has(bytes.get(3..).unwrap_or(&[]), b"\xff\xd9");
        self.png_end = self.png_end || has(&bytes, b"\0\0\0\0IEND\xae\x42\x60\x82");
        for it in bytes.windows(OVERLAP + 1) {
            if it.starts_with(b"ispe") {
                self.heic_pixels = self.heic_pixels.max(area(&it[8..12], &it[12..16]));
            }
        }
        self.before = bytes.split_off(bytes.len().saturating_sub(OVERLAP));
    }
}

/// The entry of a trailer, `/Encrypt 5 0 R` or `/Encrypt<<`, and no longer word.
fn encrypts(bytes: &[u8]) -> bool {
    const ENTRY: &[u8] = b"/Encrypt";
    bytes.windows(ENTRY.len() + 1).any(|it| {
        it.starts_with(ENTRY) && matches!(it[ENTRY.len()], b' ' | b'\r' | b'\n' | b'\t' | b'<')
    })
}

/// Walks the markers of a JPEG as a decoder would, to find how large it would be drawn.
#[derive(Debug, Default)]
pub(super) struct JpegScan {
    state: JpegState,
    pixels: u64,
}

#[derive(Debug, Default)]
enum JpegState {
    /// Looks for the byte that begins a marker.
    #[default]
    Seek,
    /// Has it.
    Marker,
    /// Reads the length of a segment; whether it is a frame's, and the first byte.
    Length(bool, Option<u8>),
    /// Passes over the rest of a segment.
    Skip(usize),
    /// Reads a frame: precision, height, width; and how much is left of its segment.
    Frame(Vec<u8>, usize),
}

impl JpegScan {
    pub(super) fn take(&mut self, piece: &[u8]) {
        for byte in piece {
            self.state = self.next(*byte);
        }
    }

    fn next(&mut self, byte: u8) -> JpegState {
        match std::mem::take(&mut self.state) {
            JpegState::Seek if byte == 0xff => JpegState::Marker,
            JpegState::Marker => match byte {
                0xff => JpegState::Marker,
                // Without a segment; 0 is a byte of the picture.
                0x00 | 0x01 | 0xd0..=0xd9 => JpegState::Seek,
                0xc4 | 0xc8 | 0xcc => JpegState::Length(false, None),
                0xc0..=0xcf => JpegState::Length(true, None),
                _ => JpegState::Length(false, None),
            },
            JpegState::Length(frame, None) => JpegState::Length(frame, Some(byte)),
            JpegState::Length(frame, Some(high)) => {
                let length = usize::from(u16::from_be_bytes([high, byte])).saturating_sub(2);
                match length {
                    0 => JpegState::Seek,
                    length if frame => JpegState::Frame(Vec::new(), length),
                    length => JpegState::Skip(length),
                }
            }
            JpegState::Seek | JpegState::Skip(1) => JpegState::Seek,
            JpegState::Skip(left) => JpegState::Skip(left - 1),
            JpegState::Frame(mut read, left) => {
                read.push(byte);
                if read.len() == 5 {
                    self.pixels = self.pixels.max(area(&read[3..5], &read[1..3]));
                    return if left > 1 {
                        JpegState::Skip(left - 1)
                    } else {
                        JpegState::Seek
                    };
                }
                if left > 1 {
                    JpegState::Frame(read, left - 1)
                } else {
                    JpegState::Seek
                }
            }
        }
    }

    pub(super) fn pixels(&self) -> u64 {
        self.pixels
    }
}

/// Whether everything so far is text, and whether it stands in columns.
#[derive(Debug)]
pub(super) struct TextScan {
    /// Bytes of a letter that is not whole yet; `None` once it was no UTF-8.
    utf8: Option<Vec<u8>>,
    /// Whether the next byte is the second of a letter; `None` once it was no MS932.
    ms932: Option<bool>,
    controls: bool,
    quoted: bool,
    commas: usize,
    /// Letters of the line so far.
    letters: usize,
    /// Commas of each line before; `None` in the first line.
    columns: Option<usize>,
    ragged: bool,
}

impl Default for TextScan {
    fn default() -> Self {
        Self {
            utf8: Some(Vec::new()),
            ms932: Some(false),
            controls: false,
            quoted: false,
            commas: 0,
            letters: 0,
            columns: None,
            ragged: false,
        }
    }
}

impl TextScan {
    pub(super) fn take(&mut self, piece: &[u8]) {
        if self.controls || (self.utf8.is_none() && self.ms932.is_none()) {
            return;
        }
        if let Some(mut bytes) = self.utf8.take() {
            bytes.extend_from_slice(piece);
            self.utf8 = match std::str::from_utf8(&bytes) {
                Ok(_) => Some(Vec::new()),
                Err(error) if error.error_len().is_none() => {
                    Some(bytes.split_off(error.valid_up_to()))
                }
                Err(_) => None,
            };
        }
        for byte in piece {
            self.ms932 = self.ms932.and_then(|second| ms932(second, *byte));
            let is_break = matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c);
            self.controls = self.controls || (*byte < b' ' && !is_break) || *byte == 0x7f;
            self.column(*byte);
        }
    }

    /// Neither comma, quotation mark nor line end is ever the second byte of a letter.
    fn column(&mut self, byte: u8) {
        match byte {
            b'"' => self.quoted = !self.quoted,
            b',' if !self.quoted => self.commas += 1,
            b'\n' if !self.quoted => self.end_line(),
            b'\r' => {}
            _ => self.letters += 1,
        }
    }

    fn end_line(&mut self) {
        let commas = std::mem::take(&mut self.commas);
        if std::mem::take(&mut self.letters) + commas > 0 {
            self.ragged = self.ragged || self.columns.is_some_and(|it| it != commas);
            self.columns = Some(commas);
        }
    }

    /// The kind of text, when it is one.
    pub(super) fn kind(&self) -> Option<FileKind> {
        let whole = self.utf8.as_ref().is_some_and(Vec::is_empty) || self.ms932 == Some(false);
        if self.controls || !whole {
            return None;
        }
        let last = self.letters + self.commas > 0;
        let even = !self.ragged && (!last || self.columns.is_none_or(|it| it == self.commas));
        let columns = self.columns.unwrap_or(self.commas);
        Some(if even && columns > 0 && !self.quoted {
            FileKind::Csv
        } else {
            FileKind::Text
        })
    }
}

/// Whether the byte after next is the second of a letter; `None` when `byte` cannot stand here.
fn ms932(second: bool, byte: u8) -> Option<bool> {
    match byte {
        0x40..=0x7e | 0x80..=0xfc if second => Some(false),
        _ if second => None,
        0x00..=0x7f | 0xa1..=0xdf => Some(false),
        0x81..=0x9f | 0xe0..=0xfc => Some(true),
        _ => None,
    }
}
