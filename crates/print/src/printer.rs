//! From a sheet to the bytes of a PDF.

use std::{fmt, path::PathBuf, sync::OnceLock};

use jiff::tz::{TimeZone, offset};
use kiban_domain::Timestamp;
use typst::{
    Library, LibraryExt, World, WorldExt as _,
    diag::{SourceDiagnostic, Warned},
    foundations::{Bytes, Datetime, Smart},
    utils::LazyHash,
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::{
    fonts::{FontFiles, Fonts},
    letters::Letters,
    opinion::{FormPaper, OpinionSheet},
    paper, request,
    sheet::{ManualBlock, Sheet},
    world::{SheetWorld, Template},
};

/// For so many further documents the typesetter remembers what it worked out. Templates and faces are asked for anew by each, so
/// they stay; what was on a sheet is gone soon.
const REMEMBERED: usize = 2;

/// Prints sheets. One serves a whole program; several threads may print at once.
pub struct Printer {
    files: FontFiles,
    fonts: OnceLock<Fonts>,
    library: LazyHash<Library>,
}

impl fmt::Debug for Printer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Printer")
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

/// A printed sheet.
#[derive(Clone, PartialEq, Eq)]
pub struct Pdf {
    /// The file: PDF 1.7, PDF/A-2a and PDF/UA-1 by the typesetter's own checks.
    pub bytes: Vec<u8>,
    /// How many pages it has; at least 1.
    pub pages: usize,
}

/// Shows the size alone.
impl fmt::Debug for Pdf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (pages, size_bytes) = (self.pages, self.bytes.len());
        write!(f, "Pdf({pages} pages, {size_bytes} bytes)")
    }
}

/// Why nothing was printed. Says nothing of what was on the sheet.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// A file of a face is gone, or is no such face.
    #[error("{} cannot be used as a face", .0.display())]
    Face(PathBuf),
    /// The instant of the imprint lies outside the years 0 to 9999.
    #[error("the instant of the imprint cannot be written")]
    Instant,
    /// The sheet could not be set; a fault of the template or of the typesetter.
    #[error("the sheet could not be set, line {line:?} of the template")]
    Layout {
        /// Line of the template, counted from 1, where it is known.
        line: Option<usize>,
    },
    /// The sheet was set but cannot be written as PDF/A-2a and PDF/UA-1.
    #[error("the sheet cannot be written as PDF, line {line:?} of the template")]
    Format {
        /// Line of the template, counted from 1, where it is known.
        line: Option<usize>,
    },
}

impl Printer {
    /// A printer with these faces, which are read at the first sheet and then stay in memory (10 to 40 MB).
    pub fn new(files: FontFiles) -> Self {
        Self {
            files,
            fonts: OnceLock::new(),
            library: LazyHash::new(Library::default()),
        }
    }

    /// Prints a sheet; takes milliseconds of one thread, at the first time some hundreds. The same sheet gives the same bytes.
    ///
    /// # Errors
    ///
    /// [`PrintError`]; see its variants.
    pub fn print(&self, sheet: &Sheet) -> Result<Pdf, PrintError> {
        let imprint = sheet.imprint();
        let timestamp = timestamp(imprint.at).ok_or(PrintError::Instant)?;
        let fonts = self.fonts()?;
        let (template, data) = prepared(sheet, fonts)?;
        let world = SheetWorld {
            library: &self.library,
            fonts,
            template,
            data: Bytes::new(data),
            pictures: pictures(sheet),
        };
        let options = PdfOptions {
            ident: Smart::Custom(imprint.document_no.clone()),
            creator: Smart::Custom(Some("kiban".to_owned())),
            timestamp: Some(timestamp),
            standards: PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
                .map_err(|_| PrintError::Format { line: None })?,
            ..PdfOptions::default()
        };
        let pdf = set(&world, template, &options);
        comemo::evict(REMEMBERED);
        pdf
    }

    fn fonts(&self) -> Result<&Fonts, PrintError> {
        if let Some(fonts) = self.fonts.get() {
            return Ok(fonts);
        }
        // Two first sheets at once read the files twice; one of the two is kept.
        let fonts = Fonts::load(&self.files).map_err(PrintError::Face)?;
        Ok(self.fonts.get_or_init(|| fonts))
    }
}

/// The template for a sheet and the data that it reads, with a 〓 for each letter that cannot be shown.
fn prepared(sheet: &Sheet, fonts: &Fonts) -> Result<(Template, Vec<u8>), PrintError> {
    let paper = match sheet {
        Sheet::Person(it) => paper::person(it),
        Sheet::Terminal(it) => paper::terminal(it),
        Sheet::Ticket(it) => paper::ticket(it),
        Sheet::Manual(it) => paper::manual(it),
        Sheet::Letter(it) => paper::letter(it),
        Sheet::Request(it) => paper::request(it),
        Sheet::Fees(it) => paper::fees(it),
        Sheet::Opinion(it) => return form(it, fonts),
    };
    let mut paper = paper;
    let mut letters = Letters::new(fonts.repertoire());
    paper.each_text(|text| letters.set(text));
    paper.missing = letters.missing();
    paper.fonts.clone_from(&fonts.families);
    Ok((Template::Sheet, json(&paper)?))
}

fn form(sheet: &OpinionSheet, fonts: &Fonts) -> Result<(Template, Vec<u8>), PrintError> {
    let mut paper = FormPaper::of(sheet, &fonts.repertoire());
    let mut letters = Letters::new(fonts.repertoire());
    paper.each_text(|text| letters.set(text));
    paper.measure(&fonts.repertoire());
    paper.missing = letters.missing();
    paper.fonts.clone_from(&fonts.families);
    Ok((Template::Opinion, json(&paper)?))
}

fn json(paper: &impl serde::Serialize) -> Result<Vec<u8>, PrintError> {
    serde_json::to_vec(paper).map_err(|_| PrintError::Layout { line: None })
}

/// The pictures of a sheet, each with the path under which the template finds it.
fn pictures(sheet: &Sheet) -> Vec<(String, Bytes)> {
    match sheet {
        Sheet::Manual(manual) => {
            let pictures = manual.blocks.iter().filter_map(|block| match block {
                ManualBlock::Picture { png, .. } => Some(Bytes::new(png.to_vec())),
                _ => None,
            });
            let pictures = pictures.enumerate();
            pictures
                .map(|(at, it)| (paper::picture_path(at), it))
                .collect()
        }
        Sheet::Request(it) => {
            let code = request::qr(&it.reference).map(|svg| Bytes::new(svg.into_bytes()));
            code.map(|it| (paper::QR_PATH.to_owned(), it))
                .into_iter()
                .collect()
        }
        _ => Vec::new(),
    }
}

fn set(world: &dyn World, template: Template, options: &PdfOptions) -> Result<Pdf, PrintError> {
    let Warned { output, .. } = typst::compile::<PagedDocument>(world);
    let document = output.map_err(|errors| PrintError::Layout {
        line: line(world, template, &errors),
    })?;
    let bytes = typst_pdf::pdf(&document, options).map_err(|errors| PrintError::Format {
        line: line(world, template, &errors),
    })?;
    Ok(Pdf {
        bytes,
        pages: document.pages().len(),
    })
}

/// Where it went wrong. The message is left aside: it can quote what is on the sheet.
fn line(world: &dyn World, template: Template, errors: &[SourceDiagnostic]) -> Option<usize> {
    let range = world.range(errors.first()?.span)?;
    template.line(range.start)
}

/// The instant as the file names it, in Japan's time.
fn timestamp(at: Timestamp) -> Option<typst_pdf::Timestamp> {
    const MINUTES: i32 = 9 * 60;
    let local = at.to_zoned(TimeZone::fixed(offset(9)));
    let part = |part: i8| u8::try_from(part).ok();
    let datetime = Datetime::from_ymd_hms(
        u16::try_from(local.year()).ok()?.into(),
        part(local.month())?,
        part(local.day())?,
        part(local.hour())?,
        part(local.minute())?,
        part(local.second())?,
    )?;
    typst_pdf::Timestamp::new_local(datetime, MINUTES)
}
