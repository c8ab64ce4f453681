use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html as out};

/// A heading of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// What an address names it by: `section-2`.
    pub id: String,
    /// Its words.
    pub title: String,
    /// The words below it, up to the next heading.
    pub text: String,
}

/// A body as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The markup; safe to put into a page.
    pub html: String,
    /// Its headings of the second level, in order.
    pub headings: Vec<Heading>,
}

/// Shows Markdown: paragraphs, headings from the second level, lists, tables, links, emphasis, code, quotations and pictures of
/// this site. Raw HTML is shown as the characters it is made of; a link or picture that leads anywhere else than it may is shown as
/// its words. Never fails, whatever comes in.
pub fn html(markdown: &str) -> Rendered {
    let mut reader = Reader::default();
    let mut events = Vec::new();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        reader.take(event, &mut events);
    }
    let mut html = String::with_capacity(markdown.len() * 2);
    out::push_html(&mut html, events.into_iter());
    // Column headings say so to those who do not see them, and a table may be wider than a telephone.
    let html = html
        .replace("<th>", "<th scope=\"col\">")
        .replace("<th style=\"text-align: right\">", "<th scope=\"col\">")
        .replace("<th style=\"text-align: left\">", "<th scope=\"col\">")
        .replace("<th style=\"text-align: center\">", "<th scope=\"col\">")
        .replace("<td style=\"text-align: right\">", "<td class=\"n\">")
        .replace("<td style=\"text-align: left\">", "<td>")
        .replace("<td style=\"text-align: center\">", "<td>");
    Rendered {
        html,
        headings: reader.headings,
    }
}

#[derive(Default)]
struct Reader {
    headings: Vec<Heading>,
    in_heading: bool,
    /// Links and pictures that are left out, outermost first: whether each is.
    dropped: Vec<bool>,
}

impl Reader {
    fn take<'a>(&mut self, event: Event<'a>, events: &mut Vec<Event<'a>>) {
        match event {
            Event::Html(text) | Event::InlineHtml(text) => {
                self.note(&text);
                events.push(Event::Text(text));
            }
            Event::Start(Tag::Heading { level, .. }) => {
                let level = shown(level);
                let mut id = None;
                if level == HeadingLevel::H2 {
                    let name = format!("section-{}", self.headings.len() + 1);
                    self.headings.push(Heading {
                        id: name.clone(),
                        title: String::new(),
                        text: String::new(),
                    });
                    self.in_heading = true;
                    id = Some(CowStr::from(name));
                }
                events.push(Event::Start(Tag::Heading {
                    level,
                    id,
                    classes: Vec::new(),
                    attrs: Vec::new(),
                }));
            }
            Event::End(TagEnd::Heading(level)) => {
                self.in_heading = false;
                events.push(Event::End(TagEnd::Heading(shown(level))));
            }
            Event::Start(Tag::Link { ref dest_url, .. }) => {
                let keep = may_lead(dest_url);
                self.dropped.push(!keep);
                if keep {
                    events.push(event);
                }
            }
            Event::Start(Tag::Image { ref dest_url, .. }) => {
                let keep = is_own(dest_url);
                self.dropped.push(!keep);
                if keep {
                    events.push(event);
                }
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                if self.dropped.pop() == Some(false) {
                    events.push(event);
                }
            }
            Event::Start(Tag::Table(_)) => {
                events.push(event);
                // A table says what it is about: what the words above it are about.
                let about = self.headings.last().map_or("表", |it| it.title.as_str());
                events.push(Event::Html(CowStr::from("<caption class=\"vh\">")));
                events.push(Event::Text(CowStr::from(about.to_owned())));
                events.push(Event::Html(CowStr::from("</caption>")));
            }
            Event::Text(ref text) | Event::Code(ref text) => {
                self.note(text);
                events.push(event);
            }
            Event::SoftBreak | Event::HardBreak => {
                self.note("\n");
                events.push(event);
            }
            other => events.push(other),
        }
    }

    fn note(&mut self, text: &str) {
        if let Some(heading) = self.headings.last_mut() {
            let place = if self.in_heading {
                &mut heading.title
            } else {
                &mut heading.text
            };
            place.push_str(text);
        }
    }
}

/// The page has the heading of the first level.
fn shown(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => HeadingLevel::H2,
        HeadingLevel::H3 => HeadingLevel::H3,
        _ => HeadingLevel::H4,
    }
}

pub(crate) fn is_own(address: &str) -> bool {
    address.starts_with('/') && !address.starts_with("//") && !address.contains('\\')
}

pub(crate) fn may_lead(address: &str) -> bool {
    is_own(address)
        || address.starts_with('#')
        || ["https://", "mailto:", "tel:"]
            .iter()
            .any(|start| address.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn p1_what_is_written_is_shown_and_nothing_runs() {
        let shown = html("# 題\n\n<script>alert(1)</script>\n\n[a](javascript:alert(1)) [b](//evil.example) [c](/docs) ![d](https://evil.example/x.png)").html;
        assert!(shown.contains("<h2 id=\"section-1\">題</h2>"), "{shown}");
        assert!(
            shown.contains("&lt;script&gt;") && !shown.contains("<script"),
            "{shown}"
        );
        assert!(
            !shown.contains("javascript:") && !shown.contains("evil.example"),
            "{shown}"
        );
        assert!(shown.contains("<a href=\"/docs\">c</a>"), "{shown}");
    }

    #[test]
    fn p1_headings_carry_their_text_for_the_search() {
        let headings = html("前\n\n## 一\n\n甲\n乙\n\n### 小\n\n丙\n\n## 二\n\n丁").headings;
        assert_eq!(headings.len(), 2);
        assert_eq!(
            (headings[0].id.as_str(), headings[0].title.as_str()),
            ("section-1", "一")
        );
        assert!(headings[0].text.contains("甲\n乙") && headings[0].text.contains("丙"));
        assert_eq!(headings[1].text, "丁");
    }

    #[test]
    fn p1_no_table_has_inline_style() {
        let shown = html("|a|b|\n|--:|:--|\n|1|2|\n").html;
        assert!(
            shown.contains("<table><caption class=\"vh\">表</caption><thead>"),
            "{shown}"
        );
        assert!(
            !shown.contains("style") && shown.contains("<th scope=\"col\">a"),
            "{shown}"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_shown_without_script_or_handler(text in "[\\PC\n<>\\[\\]()!#|:`*_\"'=/]{0,200}") {
            let shown = html(&text).html;
            prop_assert!(!shown.contains("<script") && !shown.contains("<iframe") && !shown.contains(" style="));
            prop_assert!(!shown.contains("href=\"javascript"));
        }
    }
}
