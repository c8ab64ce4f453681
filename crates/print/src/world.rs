//! All that the typesetter can reach: the sheet's template, one file of data, the faces. No files, no network, no clock.

use std::{path::PathBuf, sync::LazyLock};

use typst::{
    Library, World,
    diag::{FileError, FileResult},
    foundations::{Bytes, Datetime, Duration},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};

use crate::fonts::Fonts;

static SHEET: LazyLock<Source> = LazyLock::new(|| {
    let text = include_str!("../templates/sheet.typ");
    Source::new(id("/sheet.typ"), text.into())
});
static OPINION: LazyLock<Source> = LazyLock::new(|| {
    let text = include_str!("../templates/opinion.typ");
    Source::new(id("/opinion.typ"), text.into())
});
static DATA: LazyLock<FileId> = LazyLock::new(|| id("/data.json"));

fn id(path: &str) -> FileId {
    let path = VirtualPath::new(path).expect("a plain name is a path");
    FileId::new(RootedPath::new(VirtualRoot::Project, path))
}

/// Which template lays a sheet out.
#[derive(Clone, Copy)]
pub(crate) enum Template {
    /// Blocks one below the other.
    Sheet,
    /// The form of the 主治医意見書.
    Opinion,
}

impl Template {
    fn source(self) -> &'static Source {
        match self {
            Self::Sheet => &SHEET,
            Self::Opinion => &OPINION,
        }
    }

    /// The line at which something happened, counted from 1.
    pub(crate) fn line(self, byte: usize) -> Option<usize> {
        Some(self.source().lines().byte_to_line(byte)? + 1)
    }
}

pub(crate) struct SheetWorld<'a> {
    pub(crate) library: &'a LazyHash<Library>,
    pub(crate) fonts: &'a Fonts,
    pub(crate) template: Template,
    pub(crate) data: Bytes,
    /// Pictures of the sheet, each with its path.
    pub(crate) pictures: Vec<(String, Bytes)>,
}

impl World for SheetWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.template.source().id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let template = self.template.source();
        if id == template.id() {
            Ok(template.clone())
        } else {
            Err(nothing_there())
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == *DATA {
            return Ok(self.data.clone());
        }
        let mut pictures = self.pictures.iter();
        let found = pictures.find(|(path, _)| id == self::id(path));
        found
            .map(|(_, picture)| picture.clone())
            .ok_or_else(nothing_there)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.faces.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn nothing_there() -> FileError {
    FileError::NotFound(PathBuf::new())
}
