//! Reads a PDF back: its text in the order of the pages, where it stands, and the faces in it.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    missing_docs,
    reason = "shared by test programs, each of which uses a part"
)]

use hayro::{
    hayro_interpret::{
        BlendMode, ClipPath, Context, Device, GlyphDrawMode, Image, InterpreterCache,
        InterpreterSettings, Paint, PathDrawMode, SoftMask, font::Glyph, hayro_cmap::BfString,
        interpret_page,
    },
    hayro_syntax::Pdf,
};
use kiban_domain::Timestamp;
use kiban_print::{FontFiles, Imprint, Printer};
use kurbo::{Affine, BezPath, Point, Rect};
use std::sync::LazyLock;

pub static PRINTER: LazyLock<Printer> = LazyLock::new(|| {
    Printer::new(FontFiles::find(None).expect(
        "faces for Japanese: install fonts-morisawa-bizud-gothic or fonts-noto-cjk (docs/decisions/0012-pdf.md)",
    ))
});

pub fn imprint() -> Imprint {
    Imprint {
        at: "2026-06-24T01:15:00Z".parse::<Timestamp>().unwrap(),
        printed_at: "令和8年6月24日（2026年6月24日） 10:15".into(),
        office: "ケアステーション架空".into(),
        printed_by: "見本 花子".into(),
        document_no: "r-0123456789".into(),
    }
}

/// A page as it is read.
#[derive(Default)]
pub struct PageText {
    /// Its text without white space, in the order of drawing.
    pub text: String,
    /// Glyphs whose letters the file does not tell.
    pub unreadable: usize,
    /// Glyphs that stand outside of the page's margins, in points: 15 mm at the sides.
    pub outside: usize,
    /// Each letter with its distance from the top of the page, in points.
    pub letters: Vec<(String, f64)>,
    /// Lines, boxes and other figures that were drawn.
    pub figures: Vec<String>,
}

impl PageText {
    pub fn has(&self, text: &str) -> bool {
        self.text.contains(&plain(text))
    }
}

/// Without white space, which a PDF does not keep.
pub fn plain(text: &str) -> String {
    text.chars().filter(|it| !it.is_whitespace()).collect()
}

const MARGIN: f64 = 42.0;
const A4: (f64, f64) = (595.0, 842.0);

pub fn read(bytes: &[u8]) -> Vec<PageText> {
    let pdf = Pdf::new(bytes.to_vec()).unwrap();
    let cache = InterpreterCache::new();
    let mut pages = Vec::new();
    for page in pdf.pages().iter() {
        let mut text = PageText::default();
        let area = Rect::new(0.0, 0.0, 1.0, 1.0);
        let settings = InterpreterSettings::default();
        let mut context = Context::new(Affine::IDENTITY, area, &cache, pdf.xref(), settings);
        interpret_page(page, &mut context, &mut text);
        pages.push(text);
    }
    pages
}

/// All pages one after the other.
pub fn text(bytes: &[u8]) -> String {
    read(bytes).into_iter().map(|page| page.text).collect()
}

impl Device<'_> for PageText {
    fn draw_glyph(
        &mut self,
        glyph: &Glyph<'_>,
        transform: Affine,
        glyph_transform: Affine,
        _: &Paint<'_>,
        _: &GlyphDrawMode,
    ) {
        let letters = match glyph.as_unicode() {
            Some(BfString::Char(letter)) => letter.to_string(),
            Some(BfString::String(letters)) => letters,
            None => {
                self.unreadable += 1;
                return;
            }
        };
        let at = transform * glyph_transform * Point::ORIGIN;
        let inside = (MARGIN..A4.0 - MARGIN).contains(&at.x) && (15.0..A4.1 - 15.0).contains(&at.y);
        if !inside {
            self.outside += 1;
        }
        self.text.push_str(&plain(&letters));
        self.letters.push((letters, A4.1 - at.y));
    }

    fn set_soft_mask(&mut self, _: Option<SoftMask<'_>>) {}
    fn set_blend_mode(&mut self, _: BlendMode) {}
    fn draw_path(&mut self, path: &BezPath, _: Affine, _: &Paint<'_>, _: &PathDrawMode) {
        self.figures.push(path.to_svg());
    }
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'_, '_>, _: Affine) {}
    fn pop_clip_path(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
