//! What can be wrong with a file, in words for its editor.

use super::FEWEST_ALIASES;
use std::fmt;

/// One mistake and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentError {
    /// The file's name as it was given.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: Problem,
}

impl fmt::Display for ContentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.problem)
    }
}

impl std::error::Error for ContentError {}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The file does not begin with `+++`, or the second `+++` is missing.
    #[error("先頭と本文の間に「+++」の行が必要です")]
    NoFrontMatter,
    /// The front matter is no TOML, has an unknown key, lacks one, or holds another kind of value.
    #[error("見出し部分を読めません: {0}")]
    FrontMatter(String),
    /// The id has other characters than lower-case letters, digits and hyphens.
    #[error("id は、英小文字・数字・ハイフンで書いてください: {0}")]
    Id(String),
    /// The id differs from the file's name.
    #[error("id とファイル名が違います: {0}")]
    IdIsNotTheName(String),
    /// Another file has this id.
    #[error("同じ id のファイルがあります: {0}")]
    SameId(String),
    /// `kind` is neither `faq` nor `guide`.
    #[error("kind は、faq か guide です: {0}")]
    Kind(String),
    /// An audience that is not known, or none.
    #[error("audience を読めません: {0}")]
    Audience(String),
    /// A category that is not known.
    #[error("category を読めません: {0}")]
    Category(String),
    /// A text that must not be empty is.
    #[error("{0} が空です")]
    Empty(&'static str),
    /// Fewer ways of saying it than an entry needs, counting those that differ.
    #[error("aliases は、違う言い方が{FEWEST_ALIASES}つ以上必要です（いまは{0}つ）")]
    FewAliases(usize),
    /// A reading with something else than hiragana.
    #[error("readings は、ひらがなで書いてください: {0}")]
    Reading(String),
    /// A day that does not exist or is written otherwise than `2026-04-01`.
    #[error("日付を読めません（例: 2026-04-01）: {0}")]
    Day(String),
    /// `valid_to` lies before `valid_from`.
    #[error("valid_to が valid_from より前です")]
    EndsBeforeItBegins,
    /// `related` names no entry, or the entry itself.
    #[error("related の相手がありません: {0}")]
    NoSuchEntry(String),
    /// A link to somewhere else than https, mail, telephone or this site.
    #[error("このリンクは使えません（https:、mailto:、tel:、/ で始まるもの）: {0}")]
    Link(String),
    /// A mark that answers do not have: headings, tables, quotations, code, images, HTML.
    #[error("この書き方は使えません（段落、箇条書き、リンク、強調だけです）: {0}")]
    Mark(String),
}

impl Problem {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoFrontMatter => "no_front_matter",
            Self::FrontMatter(_) => "front_matter",
            Self::Id(_) => "id",
            Self::IdIsNotTheName(_) => "id_is_not_the_name",
            Self::SameId(_) => "same_id",
            Self::Kind(_) => "kind",
            Self::Audience(_) => "audience",
            Self::Category(_) => "category",
            Self::Empty(_) => "empty",
            Self::FewAliases(_) => "few_aliases",
            Self::Reading(_) => "reading",
            Self::Day(_) => "day",
            Self::EndsBeforeItBegins => "ends_before_it_begins",
            Self::NoSuchEntry(_) => "no_such_entry",
            Self::Link(_) => "link",
            Self::Mark(_) => "mark",
        }
    }
}
