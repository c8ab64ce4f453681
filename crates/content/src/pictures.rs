use rust_embed::RustEmbed;
use std::borrow::Cow;

/// Below which address the pictures of manuals are.
pub const PLACE: &str = "/docs/images/";

#[derive(RustEmbed)]
#[folder = "../../content/images"]
#[include = "*.png"]
struct Folder;

/// A picture by its name, such as `connection.png`: PNG. They are taken by the browser tests and put here by `cargo xtask shots`.
pub fn picture(name: &str) -> Option<Cow<'static, [u8]>> {
    Some(Folder::get(name)?.data)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Block, blocks, first};
    use std::collections::BTreeSet;

    #[test]
    fn p1_every_picture_that_is_named_is_there_and_no_other_and_each_says_what_it_shows() {
        let mut named = BTreeSet::new();
        for article in first() {
            let body = article.text.split("+++").last().unwrap_or_default();
            for block in blocks(body) {
                if let Block::Picture { address, words } = block {
                    assert!(!words.is_empty(), "{}: {address}", article.slug);
                    let name = address.strip_prefix(PLACE);
                    named.insert(name.unwrap_or_else(|| panic!("{address}")).to_owned());
                }
            }
        }
        let there: BTreeSet<String> = Folder::iter().map(Cow::into_owned).collect();
        assert_eq!(named, there);
        for name in there {
            assert!(picture(&name).unwrap().starts_with(b"\x89PNG"), "{name}");
        }
    }
}
