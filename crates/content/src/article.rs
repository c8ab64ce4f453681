use jiff::civil::Date;
use serde::Deserialize;

/// For whom an article is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Care offices and care managers.
    Care,
    /// Medical institutions.
    Medical,
    /// Municipalities as insurers.
    Insurer,
    /// Persons and their families.
    Citizen,
    /// Makers of care and medical software.
    Vendor,
}

impl Audience {
    /// In the order of the pages.
    pub const ALL: [Self; 5] = [
        Self::Care,
        Self::Medical,
        Self::Insurer,
        Self::Citizen,
        Self::Vendor,
    ];

    /// The word of heads and addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Care => "care",
            Self::Medical => "medical",
            Self::Insurer => "insurer",
            Self::Citizen => "citizen",
            Self::Vendor => "vendor",
        }
    }

    /// The Japanese label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Care => "介護事業所",
            Self::Medical => "医療機関",
            Self::Insurer => "市町村",
            Self::Citizen => "利用者・家族",
            Self::Vendor => "システム事業者",
        }
    }
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NewsCategory {
    /// お知らせ.
    General,
    /// 重要.
    Important,
    /// 助成金.
    Subsidy,
    /// 市町村の対応.
    Readiness,
    /// 機能追加.
    Feature,
    /// メンテナンス.
    Maintenance,
}

impl NewsCategory {
    /// In the order of the filter.
    pub const ALL: [Self; 6] = [
        Self::General,
        Self::Important,
        Self::Subsidy,
        Self::Readiness,
        Self::Feature,
        Self::Maintenance,
    ];

    /// The word of heads and addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Important => "important",
            Self::Subsidy => "subsidy",
            Self::Readiness => "readiness",
            Self::Feature => "feature",
            Self::Maintenance => "maintenance",
        }
    }

    /// The Japanese label.
    pub fn label(self) -> &'static str {
        match self {
            Self::General => "お知らせ",
            Self::Important => "重要",
            Self::Subsidy => "助成金",
            Self::Readiness => "市町村の対応",
            Self::Feature => "機能追加",
            Self::Maintenance => "メンテナンス",
        }
    }
}

/// What the head of an article says beside its title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head {
    /// A notice.
    News {
        /// What it is about.
        category: NewsCategory,
        /// The day it is dated with; the newest stands first.
        date: Date,
        /// From when on it is in effect, where that is another day.
        effective_on: Option<Date>,
        /// What a reader has to do, in one sentence.
        to_do: Option<String>,
        /// The notice whose place it takes.
        supersedes: Option<String>,
    },
    /// A document.
    Document {
        /// Its shelf: 「マニュアル」.
        category: String,
        /// Its edition: 「1.0」.
        edition: String,
        /// The day of the edition.
        date: Date,
        /// What is in it, in one sentence.
        summary: String,
    },
    /// A page of the site.
    Page {
        /// The day it was last changed.
        date: Date,
        /// The sentence below the title.
        lead: Option<String>,
    },
}

/// Title and head, without the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headline {
    /// The title.
    pub title: String,
    /// For whom; empty is everybody.
    pub audience: Vec<Audience>,
    /// The rest.
    pub head: Head,
}

/// An article that can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Title and head.
    pub headline: Headline,
    /// The body, Markdown.
    pub body: String,
}

/// Why a text is no article: what, and in which line, from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}行目：{message}")]
pub struct ArticleError {
    /// The line of the text.
    pub line: usize,
    /// What is wrong, in Japanese.
    pub message: String,
}

/// All entries of all heads: a tagged enum would lose the lines of its mistakes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    kind: Kind,
    title: String,
    #[serde(default)]
    audience: Vec<Audience>,
    date: Date,
    category: Option<String>,
    effective_on: Option<Date>,
    to_do: Option<String>,
    supersedes: Option<String>,
    edition: Option<String>,
    summary: Option<String>,
    lead: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    News,
    Document,
    Page,
}

impl Article {
    /// Reads a text: head and body.
    ///
    /// # Errors
    ///
    /// The first mistake, with its line: no head, unknown words, missing or empty entries, dates that do not exist, an empty body.
    pub fn parse(text: &str) -> Result<Self, ArticleError> {
        let at = |line, message: &str| ArticleError {
            line,
            message: message.to_owned(),
        };
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let Some(rest) = text.strip_prefix("+++\n") else {
            return Err(at(1, "先頭の行は「+++」だけにしてください"));
        };
        let Some((head, body)) = rest.split_once("\n+++\n") else {
            return Err(at(1, "「+++」だけの行で、見出しの部分を閉じてください"));
        };
        let raw: Raw = toml::from_str(head).map_err(|error| {
            let line = error
                .span()
                .map_or(0, |span| lines_before(head, span.start));
            ArticleError {
                line: line + 2,
                message: format!("見出しの部分を読めません（{}）", error.message()),
            }
        })?;
        let line_of = |key: &str| {
            let starts = |line: &&str| line.split('=').next().is_some_and(|it| it.trim() == key);
            head.lines().take_while(|line| !starts(line)).count() + 2
        };
        if raw.title.trim().is_empty() {
            return Err(at(line_of("title"), "titleを入力してください"));
        }
        let last = head.lines().count() + 2;
        let headline = Headline::of(raw).map_err(|fault| match fault {
            Fault::Missing(key) => at(last, &format!("{key}を入力してください")),
            Fault::Foreign(key) => at(line_of(key), &format!("{key}は、この種類では使いません")),
            Fault::Category => at(line_of("category"), "categoryの言葉が一覧にありません"),
        })?;
        if body.trim().is_empty() {
            return Err(at(head.lines().count() + 3, "本文を入力してください"));
        }
        Ok(Self {
            headline,
            body: body.trim().to_owned(),
        })
    }
}

fn lines_before(text: &str, at: usize) -> usize {
    text.as_bytes()
        .iter()
        .take(at)
        .filter(|byte| **byte == b'\n')
        .count()
}

enum Fault {
    Missing(&'static str),
    Foreign(&'static str),
    Category,
}

impl Headline {
    fn of(raw: Raw) -> Result<Self, Fault> {
        let kind = raw.kind;
        let foreign = match kind {
            Kind::News => [
                ("edition", raw.edition.is_some()),
                ("summary", raw.summary.is_some()),
                ("lead", raw.lead.is_some()),
            ],
            Kind::Document => [
                ("lead", raw.lead.is_some()),
                ("effective_on", raw.effective_on.is_some()),
                ("to_do", raw.to_do.is_some() || raw.supersedes.is_some()),
            ],
            Kind::Page => [
                ("category", raw.category.is_some()),
                ("edition", raw.edition.is_some() || raw.summary.is_some()),
                ("to_do", raw.to_do.is_some() || raw.supersedes.is_some()),
            ],
        };
        if let Some((key, _)) = foreign.into_iter().find(|(_, there)| *there) {
            return Err(Fault::Foreign(key));
        }
        let some = |text: Option<String>, key| {
            let text = text.filter(|it| !it.trim().is_empty());
            text.ok_or(Fault::Missing(key))
        };
        let date = raw.date;
        let head = match kind {
            Kind::News => {
                let word = some(raw.category, "category")?;
                let mut all = NewsCategory::ALL.into_iter();
                Head::News {
                    category: all.find(|it| it.word() == word).ok_or(Fault::Category)?,
                    date,
                    effective_on: raw.effective_on,
                    to_do: raw.to_do,
                    supersedes: raw.supersedes,
                }
            }
            Kind::Document => Head::Document {
                category: some(raw.category, "category")?,
                edition: some(raw.edition, "edition")?,
                date,
                summary: some(raw.summary, "summary")?,
            },
            Kind::Page => Head::Page {
                date,
                lead: raw.lead,
            },
        };
        Ok(Self {
            title: raw.title,
            audience: raw.audience,
            head,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NEWS: &str = "+++\nkind = \"news\"\ntitle = \"題\"\naudience = [\"care\"]\ncategory = \"general\"\ndate = \"2026-11-02\"\n+++\n\n本文\n";

    #[test]
    fn p1_an_article_is_read_with_its_head() {
        let article = Article::parse(NEWS).unwrap();
        assert_eq!(article.headline.audience, [Audience::Care]);
        assert_eq!(article.body, "本文");
        let windows = NEWS.replace('\n', "\r\n");
        assert_eq!(Article::parse(&windows).unwrap(), article);
    }

    #[test]
    fn p1_a_mistake_is_named_with_its_line() {
        for (from, to, line) in [
            ("2026-11-02", "2026-02-30", 6),
            ("\"general\"", "\"genral\"", 5),
            ("title", "titel", 3),
            ("本文", " ", 8),
            ("題", " ", 3),
            ("audience = [\"care\"]", "lead = \"x\"", 4),
            ("+++\n\n", "\n\n", 1),
        ] {
            let error = Article::parse(&NEWS.replace(from, to)).unwrap_err();
            assert_eq!(error.line, line, "{to}: {error}");
        }
        assert_eq!(Article::parse("本文だけ").unwrap_err().line, 1);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC*") {
            let _ = Article::parse(&text);
            let _ = Article::parse(&format!("+++\n{text}\n+++\n{text}"));
        }
    }
}
