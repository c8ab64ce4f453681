use crate::html::{is_own, may_lead};
use pulldown_cmark::{Event, Options, Parser, Tag};

/// Something in a body that is worth a look before anybody else sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Its line in the body, from 1.
    pub line: usize,
    /// What it is.
    pub what: MarkKind,
}

/// What a mark is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MarkKind {
    /// Raw HTML, which is shown as the characters it is made of.
    Html(String),
    /// A link or picture that leads where none may, and is shown as its words.
    Foreign(String),
    /// A link or picture of this site, by its address.
    Own(String),
}

/// The links, pictures and raw HTML of a body, in order.
pub fn marks(markdown: &str) -> Vec<Mark> {
    let line = |at: usize| {
        let before = markdown.as_bytes().iter().take(at);
        1 + before.filter(|byte| **byte == b'\n').count()
    };
    let parser = Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter();
    let marks = parser.filter_map(|(event, place)| {
        let what = match event {
            Event::Html(text) | Event::InlineHtml(text) => {
                MarkKind::Html(text.trim().chars().take(40).collect())
            }
            Event::Start(Tag::Link { dest_url, .. }) if !may_lead(&dest_url) => {
                MarkKind::Foreign(dest_url.into_string())
            }
            Event::Start(Tag::Image { dest_url, .. }) if !is_own(&dest_url) => {
                MarkKind::Foreign(dest_url.into_string())
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. })
                if is_own(&dest_url) =>
            {
                MarkKind::Own(dest_url.into_string())
            }
            _ => return None,
        };
        Some(Mark {
            line: line(place.start),
            what,
        })
    });
    marks.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p1_links_pictures_and_html_are_named_with_their_line() {
        let found = marks(
            "前 [資料](/docs/x)\n\n<script>alert(1)</script>\n\n- ![絵](https://evil.example/x.png)\n- [a](javascript:alert(1)) [b](https://ok.example)\n",
        );
        let told: Vec<_> = found
            .iter()
            .map(|it| match &it.what {
                MarkKind::Html(text) => (it.line, "html", text.as_str()),
                MarkKind::Foreign(text) => (it.line, "foreign", text.as_str()),
                MarkKind::Own(text) => (it.line, "own", text.as_str()),
            })
            .collect();
        assert_eq!(
            told,
            [
                (1, "own", "/docs/x"),
                (3, "html", "<script>alert(1)</script>"),
                (5, "foreign", "https://evil.example/x.png"),
                (6, "foreign", "javascript:alert(1)"),
            ]
        );
    }
}
