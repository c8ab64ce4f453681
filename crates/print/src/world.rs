//! All that the typesetter can reach: one template, one file of data, the faces. No files, no network, no clock.

use std::{path::PathBuf, sync::LazyLock};

use typst::{
    Library, World,
    diag::{FileError, FileResult},
    foundations::{Bytes, Datetime, Duration},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};

use crate::{fonts::Fonts, paper::picture_path};

static TEMPLATE: LazyLock<Source> = LazyLock::new(|| {
    Source::new(
        id("/sheet.typ"),
        include_str!("../templates/sheet.typ").into(),
    )
});
static DATA: LazyLock<FileId> = LazyLock::new(|| id("/data.json"));

fn id(path: &str) -> FileId {
    let path = VirtualPath::new(path).expect("a plain name is a path");
    FileId::new(RootedPath::new(VirtualRoot::Project, path))
}

/// The line of the template at which something happened, counted from 1.
pub(crate) fn line(byte: usize) -> Option<usize> {
    Some(TEMPLATE.lines().byte_to_line(byte)? + 1)
}

pub(crate) struct SheetWorld<'a> {
    pub(crate) library: &'a LazyHash<Library>,
    pub(crate) fonts: &'a Fonts,
    pub(crate) data: Bytes,
    /// Pictures of the sheet, in its order.
    pub(crate) pictures: Vec<Bytes>,
}

impl World for SheetWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        TEMPLATE.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == TEMPLATE.id() {
            Ok(TEMPLATE.clone())
        } else {
            Err(nothing_there())
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == *DATA {
            return Ok(self.data.clone());
        }
        let mut pictures = self.pictures.iter().enumerate();
        let found = pictures.find(|(at, _)| id == self::id(&picture_path(*at)));
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
