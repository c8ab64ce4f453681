//! The Markdown subset of answers: paragraphs, lists, links, strong. Everything else is text.
//!
//! Own code because so little is wanted: what the parser does not know cannot come out, so there is nothing to filter
//! afterwards. HTML in an answer is shown as the characters it is made of.

mod block;
mod inline;

use block::{Block, blocks};
use inline::{Inline, inlines};
use std::fmt::Write as _;

/// The answer as HTML: `p`, `ul`, `ol`, `li`, `a`, `strong` and nothing else.
///
/// A link whose target is not safe (see [`is_safe_link`]) is shown as its text. Never fails, whatever comes in.
///
/// # Examples
///
/// ```
/// use kiban_helpdesk::html;
/// assert_eq!(html("**紙**でも[出せます](/docs)。"), "<p><strong>紙</strong>でも<a href=\"/docs\">出せます</a>。</p>\n");
/// assert_eq!(html("<script>"), "<p>&lt;script&gt;</p>\n");
/// ```
pub fn html(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len() * 2);
    for block in blocks(markdown) {
        match block {
            Block::Paragraph(text) => {
                out.push_str("<p>");
                write_inlines(&mut out, &inlines(&text));
                out.push_str("</p>\n");
            }
            Block::List { ordered, items } => {
                let name = if ordered { "ol" } else { "ul" };
                let _ = writeln!(out, "<{name}>");
                for item in items {
                    out.push_str("<li>");
                    write_inlines(&mut out, &inlines(&item));
                    out.push_str("</li>\n");
                }
                let _ = writeln!(out, "</{name}>");
            }
        }
    }
    out
}

/// The answer's words without marks and without the targets of links; blocks are lines.
pub fn plain_text(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut line = |text: &str| {
        for inline in inlines(text) {
            out.push_str(inline.text());
        }
        out.push('\n');
    };
    for block in blocks(markdown) {
        match block {
            Block::Paragraph(text) => line(&text),
            Block::List { items, .. } => items.iter().for_each(|item| line(item)),
        }
    }
    out
}

/// Whether an answer may lead there: `https:`, `mailto:`, `tel:`, or a path of this site.
///
/// `//host` and `/\host` are other sites to a browser and refused, as is every white space or control character.
pub fn is_safe_link(href: &str) -> bool {
    let clean = href
        .chars()
        .all(|letter| !letter.is_control() && !letter.is_whitespace() && letter != '\\');
    let scheme = |name: &str| {
        href.get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
            && href.len() > name.len()
    };
    let of_this_site = href.starts_with('/') && !href.starts_with("//");
    clean && (of_this_site || scheme("https://") || scheme("mailto:") || scheme("tel:"))
}

/// A mark of fuller Markdown at the beginning of a line, or HTML in it, which an editor would wonder about.
pub(crate) fn foreign_mark(line: &str) -> Option<&str> {
    let start = line.trim_start();
    let marks = ["#", ">", "```", "~~~", "|", "![", "* ", "+ ", "---", "==="];
    if let Some(mark) = marks.into_iter().find(|mark| start.starts_with(mark)) {
        return Some(mark);
    }
    let looks_like_html = |(at, _): (usize, &str)| {
        line[at + 1..]
            .chars()
            .next()
            .is_some_and(|letter| letter.is_ascii_alphabetic() || matches!(letter, '/' | '!' | '?'))
    };
    line.match_indices('<').any(looks_like_html).then_some("<")
}

/// The targets of the links on a line.
pub(crate) fn links_of(line: &str) -> Vec<String> {
    inlines(line)
        .into_iter()
        .filter_map(|inline| match inline {
            Inline::Link { href, .. } => Some(href),
            Inline::Text(_) | Inline::Strong(_) => None,
        })
        .collect()
}

fn write_inlines(out: &mut String, inlines: &[Inline]) {
    for inline in inlines {
        match inline {
            Inline::Strong(text) => {
                out.push_str("<strong>");
                escape(out, text);
                out.push_str("</strong>");
            }
            Inline::Link { text, href } if is_safe_link(href) => {
                out.push_str("<a href=\"");
                escape(out, href);
                out.push_str("\">");
                escape(out, text);
                out.push_str("</a>");
            }
            Inline::Text(text) | Inline::Link { text, .. } => escape(out, text),
        }
    }
}

fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter if letter.is_control() || turns_direction(letter) => {}
            letter => out.push(letter),
        }
    }
}

/// Marks that turn the direction of what follows: an answer would show another text than it has.
fn turns_direction(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_lists_links_and_strong_are_shown() {
        assert_eq!(
            html("一つ目です。\n続きです。\n\n- 甲\n- 乙\n\n1. 一\n2. 二"),
            "<p>一つ目です。続きです。</p>\n<ul>\n<li>甲</li>\n<li>乙</li>\n</ul>\n<ol>\n<li>一</li>\n<li>二</li>\n</ol>\n"
        );
        assert_eq!(
            html("[電話](tel:0312345678)と[メール](mailto:a@b.example)"),
            "<p><a href=\"tel:0312345678\">電話</a>と<a href=\"mailto:a@b.example\">メール</a></p>\n"
        );
    }

    #[test]
    fn lines_of_latin_words_keep_a_space_between_them() {
        assert_eq!(plain_text("Windows\nLinux"), "Windows Linux\n");
        assert_eq!(plain_text("紙\n証"), "紙証\n");
    }

    #[test]
    fn hostile_text_stays_text() {
        let hostile = [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](\u{1}javascript:alert(1))",
            "[x](java\tscript:alert(1))",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
            "[x](vbscript:x)",
            "[x](//evil.example)",
            "[x](/\\evil.example)",
            "[x](http://evil.example)",
            "[x](\" onmouseover=\"alert(1))",
            "[x](/a\"onmouseover=alert(1))",
            "[<b>](/a)",
            "**<i>**",
            "- <li onclick=x>",
            "&lt;script&gt;",
            "\u{202e}txet",
            "[a](/b)[c](https://d.example/?e=f&g='h')",
            "[[x](/y)](javascript:z)",
            "![x](javascript:z)",
            "<!-- -->",
            "[x](https:evil)",
        ];
        for text in hostile {
            let shown = html(text);
            assert_eq!(complaint(&shown), None, "{text:?} -> {shown:?}");
        }
        assert_eq!(html("[x](javascript:alert)"), "<p>x</p>\n");
        assert_eq!(html("[x](//evil.example)"), "<p>x</p>\n");
        assert_eq!(html("[x](/a\"b)"), "<p><a href=\"/a&quot;b\">x</a></p>\n");
    }

    proptest::proptest! {
        #[test]
        fn whatever_comes_in_only_known_tags_come_out(text in "(?s).{0,200}") {
            proptest::prop_assert_eq!(complaint(&html(&text)), None);
        }

        #[test]
        fn marks_in_any_order_are_harmless(text in "[\\[\\]()*<>\"'&/:a-z \n1.\\-\\\\]{0,80}") {
            let _ = plain_text(&text);
            proptest::prop_assert_eq!(complaint(&html(&text)), None);
        }
    }

    /// What is wrong with the HTML: a tag that is not one of ours, an attribute that is not a safe `href`.
    pub(super) fn complaint(html: &str) -> Option<String> {
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            let Some(end) = rest[at..].find('>') else {
                return Some("tag without end".to_owned());
            };
            let tag = &rest[at + 1..at + end];
            let known = [
                "p", "/p", "ul", "/ul", "ol", "/ol", "li", "/li", "strong", "/strong", "/a",
            ];
            if !known.contains(&tag) {
                let href = tag
                    .strip_prefix("a href=\"")
                    .and_then(|rest| rest.strip_suffix('"'));
                let Some(href) = href else {
                    return Some(format!("tag {tag}"));
                };
                let back = href
                    .replace("&quot;", "\"")
                    .replace("&#39;", "'")
                    .replace("&amp;", "&");
                if href.contains('"') || !is_safe_link(&back) {
                    return Some(format!("link {href}"));
                }
            }
            rest = &rest[at + end + 1..];
        }
        rest.contains('>').then(|| "end without tag".to_owned())
    }
}
