use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// A piece of a body, as paper needs it: plain words, no markup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading; 2 or 3.
    Heading {
        /// Its level.
        level: u8,
        /// Its words.
        text: String,
    },
    /// A paragraph, a quotation or a piece of code.
    Text(String),
    /// A list; its numbers or marks are the paper's.
    List {
        /// Whether its items are numbered.
        numbered: bool,
        /// The items.
        items: Vec<String>,
    },
    /// A table.
    Table {
        /// The head.
        head: Vec<String>,
        /// The rows.
        rows: Vec<Vec<String>>,
    },
    /// A picture of this site.
    Picture {
        /// Its address.
        address: String,
        /// What it shows, in words.
        words: String,
    },
}

/// The pieces of a body, in order. Never fails, whatever comes in; an empty piece is left out.
pub fn blocks(markdown: &str) -> Vec<Block> {
    let mut reader = Reader::default();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        reader.take(event);
    }
    reader.flush();
    reader.blocks
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    words: String,
    heading: Option<u8>,
    /// Lists that are open, outermost first: whether each is numbered. Inner ones become lines of their item.
    lists: Vec<bool>,
    items: Vec<String>,
    picture: Option<String>,
    cells: Vec<String>,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    in_table: bool,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                self.words.push_str(&text);
            }
            Event::SoftBreak | Event::HardBreak => self.words.push('\n'),
            Event::Start(Tag::Heading { level, .. }) => {
                self.flush();
                self.heading = Some(if level <= HeadingLevel::H2 { 2 } else { 3 });
            }
            Event::End(TagEnd::Heading(_)) => {
                let (level, text) = (self.heading.take().unwrap_or(2), self.taken());
                if !text.is_empty() {
                    self.blocks.push(Block::Heading { level, text });
                }
            }
            Event::Start(Tag::List(first)) => {
                if self.lists.is_empty() {
                    self.flush();
                } else {
                    self.words.push('\n');
                }
                self.lists.push(first.is_some());
            }
            Event::End(TagEnd::List(_)) => {
                let numbered = self.lists.pop().unwrap_or(false);
                if self.lists.is_empty() && !self.items.is_empty() {
                    let items = std::mem::take(&mut self.items);
                    self.blocks.push(Block::List { numbered, items });
                }
            }
            Event::End(TagEnd::Item) => {
                if self.lists.len() == 1 {
                    let text = self.taken();
                    if !text.is_empty() {
                        self.items.push(text);
                    }
                } else {
                    self.words.push('\n');
                }
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                self.flush();
                self.picture = Some(dest_url.into_string());
            }
            Event::End(TagEnd::Image) => {
                let words = self.taken();
                if let Some(address) = self.picture.take() {
                    self.blocks.push(Block::Picture { address, words });
                }
            }
            Event::Start(Tag::Table(_)) => {
                self.flush();
                self.in_table = true;
            }
            Event::End(TagEnd::TableCell) => {
                let cell = self.taken();
                self.cells.push(cell);
            }
            Event::End(TagEnd::TableHead) => self.head = std::mem::take(&mut self.cells),
            Event::End(TagEnd::TableRow) => self.rows.push(std::mem::take(&mut self.cells)),
            Event::End(TagEnd::Table) => {
                self.in_table = false;
                let (head, rows) = (
                    std::mem::take(&mut self.head),
                    std::mem::take(&mut self.rows),
                );
                self.blocks.push(Block::Table { head, rows });
            }
            Event::End(TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::HtmlBlock)
                if self.lists.is_empty() =>
            {
                self.flush();
            }
            _ => {}
        }
    }

    fn taken(&mut self) -> String {
        let words = std::mem::take(&mut self.words);
        words.trim().to_owned()
    }

    /// What was read so far becomes a paragraph, unless it belongs to a list, a table or a picture.
    fn flush(&mut self) {
        if !self.lists.is_empty() || self.in_table || self.picture.is_some() {
            return;
        }
        let text = self.taken();
        if !text.is_empty() {
            self.blocks.push(Block::Text(text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn p1_a_body_comes_apart_in_order() {
        let read = blocks(
            "はじめ\nに\n\n## 一\n\n1. 甲を[開く](/start)\n2. **乙**\n   - 内\n\n![画面](/docs/images/a.png)\n\n|項目|値|\n|--|--|\n|い|ろ|\n\n> 引用\n",
        );
        assert_eq!(
            read,
            [
                Block::Text("はじめ\nに".into()),
                Block::Heading {
                    level: 2,
                    text: "一".into()
                },
                Block::List {
                    numbered: true,
                    items: vec!["甲を開く".into(), "乙\n内".into()]
                },
                Block::Picture {
                    address: "/docs/images/a.png".into(),
                    words: "画面".into()
                },
                Block::Table {
                    head: vec!["項目".into(), "値".into()],
                    rows: vec![vec!["い".into(), "ろ".into()]],
                },
                Block::Text("引用".into()),
            ]
        );
    }

    proptest! {
        #[test]
        fn any_text_comes_apart_and_no_piece_is_empty(text in "[\\PC\n#|>*\\-0-9.!\\[\\]()]{0,200}") {
            for block in blocks(&text) {
                match block {
                    Block::Heading { text, .. } | Block::Text(text) => prop_assert!(!text.is_empty()),
                    Block::List { items, .. } => prop_assert!(!items.is_empty()),
                    Block::Table { .. } | Block::Picture { .. } => {}
                }
            }
        }
    }
}
