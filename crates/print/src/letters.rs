//! Letters that no face has: shown as 〓 and listed, never replaced by another and never left out (M-8).

use crate::fonts::Repertoire;

/// Stands for a letter that cannot be shown.
pub(crate) const GETA: char = '〓';

/// How many different letters are listed; a text that is no Japanese at all would fill pages.
const LISTED: usize = 60;

/// Texts in the making, and the letters they lack.
pub(crate) struct Letters<'a> {
    repertoire: Repertoire<'a>,
    missing: Vec<(char, Option<char>)>,
}

impl<'a> Letters<'a> {
    pub(crate) fn new(repertoire: Repertoire<'a>) -> Self {
        Self {
            repertoire,
            missing: Vec::new(),
        }
    }

    /// Puts 〓 for what cannot be shown. Line breaks stay, other white space of a line becomes a space.
    pub(crate) fn set(&mut self, text: &mut String) {
        let mut letters = text.chars().peekable();
        let mut set = String::with_capacity(text.len());
        while let Some(letter) = letters.next() {
            match letter {
                '\r' if letters.peek() == Some(&'\n') => {}
                '\n' | '\r' => set.push('\n'),
                '\t' => set.push(' '),
                _ => {
                    let variant = letters.next_if(|next| selects_variant(*next));
                    if !is_hidden(letter) && self.repertoire.has(letter, variant) {
                        set.push(letter);
                        set.extend(variant);
                    } else {
                        set.push(GETA);
                        self.note(letter, variant);
                    }
                }
            }
        }
        *text = set;
    }

    fn note(&mut self, letter: char, variant: Option<char>) {
        if !self.missing.contains(&(letter, variant)) {
            self.missing.push((letter, variant));
        }
    }

    /// The missing letters in the order of their first appearance, each with its code points.
    pub(crate) fn missing(&self) -> Vec<String> {
        let listed = self.missing.iter().take(LISTED);
        let mut lines: Vec<String> = listed.map(|it| self.line(*it)).collect();
        if let Some(more) = self.missing.len().checked_sub(LISTED).filter(|it| *it > 0) {
            lines.push(format!("ほかに{more}種類の文字"));
        }
        lines
    }

    fn line(&self, (letter, variant): (char, Option<char>)) -> String {
        let code = |letter: char| format!("U+{:04X}", u32::from(letter));
        match variant {
            None => code(letter),
            Some(variant) if !is_hidden(letter) && self.repertoire.has(letter, None) => {
                let codes = format!("{} {}", code(letter), code(variant));
                format!("{codes}（「{letter}」の異体字）")
            }
            Some(variant) => format!("{} {}", code(letter), code(variant)),
        }
    }
}

/// The selectors of standardised and of registered variants. Source: Unicode 16, section 23.4.
fn selects_variant(letter: char) -> bool {
    matches!(letter, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// What a face may have a picture for that means nothing or shows nothing: controls, marks that turn or hide text, private
/// letters (外字, each maker's own), selectors that select nothing, and values that are no letters.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || selects_variant(letter)
        || matches!(letter,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
            | '\u{E000}'..='\u{F8FF}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFF}' | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}' | '\u{F0000}'..='\u{10FFFF}')
}
