//! Faces: where they are looked for, and which characters they can show.
//!
//! None is part of this repository: four files of faces for Japanese would weigh more than everything else in it, and each
//! distribution has packages of them. Both families are under the SIL Open Font License 1.1, which allows a document to embed
//! the characters that it uses.

use std::{
    fs,
    path::{Path, PathBuf},
};

use ttf_parser::Face;
use typst::{
    foundations::Bytes,
    text::{Font, FontBook},
    utils::LazyHash,
};

/// A family of which regular and bold are needed, by the names of their files.
struct Known {
    family: &'static str,
    files: [&'static str; 2],
    folders: &'static [&'static str],
}

/// In the order of preference; what the first lacks is taken from the next.
const KNOWN: &[Known] = &[
    Known {
        family: "BIZ UDPGothic",
        files: ["BIZUDPGothic-Regular.ttf", "BIZUDPGothic-Bold.ttf"],
        folders: &[
            "/usr/share/fonts/truetype/bizud-gothic",
            "/usr/share/fonts/truetype/morisawa-bizud-gothic",
        ],
    },
    Known {
        family: "Noto Sans CJK JP",
        files: ["NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"],
        folders: &[
            "/usr/share/fonts/opentype/noto",
            "/usr/share/fonts/noto-cjk",
            "/usr/share/fonts/google-noto-sans-cjk-fonts",
        ],
    },
];

/// The files of the faces that this machine has. Nothing of them is in memory yet.
#[derive(Debug, Clone)]
pub struct FontFiles(Vec<(&'static str, [PathBuf; 2])>);

impl FontFiles {
    /// Looks in `folder`, if one is given, and then where Debian, Arch and Fedora put them. `None` if there is no family.
    pub fn find(folder: Option<&Path>) -> Option<Self> {
        let found: Vec<_> = KNOWN
            .iter()
            .filter_map(|known| {
                let own = known.folders.iter().map(Path::new);
                folder.into_iter().chain(own).find_map(|folder| {
                    let files = known.files.map(|file| folder.join(file));
                    files
                        .iter()
                        .all(|file| file.is_file())
                        .then_some((known.family, files))
                })
            })
            .collect();
        (!found.is_empty()).then_some(Self(found))
    }

    /// The names of the families, the preferred one first.
    pub fn families(&self) -> Vec<&'static str> {
        self.0.iter().map(|(family, _)| *family).collect()
    }
}

/// Faces in memory.
pub(crate) struct Fonts {
    pub(crate) families: Vec<&'static str>,
    pub(crate) book: LazyHash<FontBook>,
    pub(crate) faces: Vec<Font>,
    /// The regular face of each family.
    regular: Vec<Font>,
}

impl Fonts {
    /// Reads the files; the path of one that cannot be used is the error.
    pub(crate) fn load(files: &FontFiles) -> Result<Self, PathBuf> {
        let (mut faces, mut regular) = (Vec::new(), Vec::new());
        for (family, paths) in &files.0 {
            for (at, path) in paths.iter().enumerate() {
                let content = fs::read(path).map_err(|_| path.clone())?;
                // A collection holds the face once for each country; only one of them is ours.
                let face = Font::iter(Bytes::new(content))
                    .find(|face| face.info().family.as_str() == *family)
                    .ok_or_else(|| path.clone())?;
                if at == 0 {
                    regular.push(face.clone());
                }
                faces.push(face);
            }
        }
        Ok(Self {
            families: files.families(),
            book: LazyHash::new(FontBook::from_fonts(&faces)),
            faces,
            regular,
        })
    }

    /// What the faces can show.
    pub(crate) fn repertoire(&self) -> Repertoire<'_> {
        let faces = self.regular.iter();
        Repertoire(
            faces
                .filter_map(|font| Face::parse(font.data(), font.index()).ok())
                .collect(),
        )
    }
}

/// The characters of all families.
pub(crate) struct Repertoire<'a>(Vec<Face<'a>>);

impl Repertoire<'_> {
    /// Whether the letter is shown as it is meant: the face that will be taken has it, and its variant where one is named.
    pub(crate) fn has(&self, letter: char, variant: Option<char>) -> bool {
        let face = self
            .0
            .iter()
            .find(|face| face.glyph_index(letter).is_some_and(|glyph| glyph.0 != 0));
        match (face, variant) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(face), Some(variant)) => face.glyph_variation_index(letter, variant).is_some(),
        }
    }

    /// How wide a line of text is, in heights of its letters; kerning aside.
    pub(crate) fn width(&self, line: &str) -> f32 {
        let width = |letter| {
            let mut faces = self.0.iter();
            let found = faces.find_map(|face| Some((face, face.glyph_index(letter)?)));
            // What is not known is taken as wide, so that a line is never thought shorter than it is.
            found.map_or(1.0, |(face, glyph)| {
                let advance = face.glyph_hor_advance(glyph).unwrap_or(face.units_per_em());
                f32::from(advance) / f32::from(face.units_per_em())
            })
        };
        line.chars().map(width).sum()
    }
}
