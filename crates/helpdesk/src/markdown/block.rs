//! Paragraphs and lists.

/// A part of an answer.
pub(super) enum Block {
    Paragraph(String),
    List { ordered: bool, items: Vec<String> },
}

/// The parts of an answer. An empty line ends a part; a list also begins and ends without one.
pub(super) fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for line in markdown.lines() {
        let line = line.trim();
        if line.is_empty() {
            open = false;
            continue;
        }
        match (item(line), blocks.last_mut()) {
            (Some((ordered, text)), Some(Block::List { ordered: of, items }))
                if open && *of == ordered =>
            {
                items.push(text.to_owned());
            }
            (Some((ordered, text)), _) => blocks.push(Block::List {
                ordered,
                items: vec![text.to_owned()],
            }),
            (None, Some(Block::Paragraph(text))) if open => join(text, line),
            (None, _) => blocks.push(Block::Paragraph(line.to_owned())),
        }
        open = true;
    }
    blocks
}

/// `- text` or `1. text`: whether it is numbered, and the text.
fn item(line: &str) -> Option<(bool, &str)> {
    if let Some(text) = line.strip_prefix("- ") {
        return Some((false, text.trim()));
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 2 {
        return None;
    }
    let text = line[digits..].strip_prefix(". ")?;
    Some((true, text.trim()))
}

/// Japanese lines continue without a space; between two Latin letters there was one.
fn join(text: &mut String, line: &str) {
    let latin = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
    if latin(text.chars().last()) && latin(line.chars().next()) {
        text.push(' ');
    }
    text.push_str(line);
}
