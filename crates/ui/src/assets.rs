//! Style sheets, script and icons, embedded in the program.
//!
//! Pages link to hashed names (`/static/app.1f0c….css`), so a browser may keep a file for a year and still sees a change at
//! once. The hash only tells versions apart; it protects nothing.

use std::sync::LazyLock;

/// Where the front must serve [`get`]: the start of every address that [`url`] gives.
pub const PREFIX: &str = "/static/";

/// One embedded file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asset {
    /// The content, as it is sent.
    pub bytes: &'static [u8],
    /// Value of the `Content-Type` header.
    pub content_type: &'static str,
    /// Whether it was asked for by its hashed name, and so may be cached for ever.
    pub immutable: bool,
}

/// Names of all embedded files, without hash.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.names()
}

/// The address of the file `name` (such as `app.css`), with its hash.
///
/// # Panics
///
/// When no such file is embedded: templates name files literally and the tests render every template.
pub fn url(name: &str) -> &'static str {
    FILES
        .url(name)
        .unwrap_or_else(|| panic!("{name} is not an embedded asset"))
}

/// The file at `path`: a full address, or the part after [`PREFIX`]; hashed or plain name.
///
/// A hashed name of another version is `None`: answering with the present content would be cached under the wrong name.
pub fn get(path: &str) -> Option<Asset> {
    FILES.get(path)
}

/// Files embedded together. Another crate of pages has a set of its own and asks it before this one.
#[derive(Debug)]
pub struct AssetSet {
    prefix: &'static str,
    files: Vec<File>,
}

impl AssetSet {
    /// Of names, contents and values of the `Content-Type` header, served below [`PREFIX`].
    ///
    /// # Panics
    ///
    /// When a name has no extension.
    pub fn new(files: &[(&'static str, &'static [u8], &'static str)]) -> Self {
        Self::under(PREFIX, files)
    }

    /// As [`Self::new`], served below another address.
    ///
    /// # Panics
    ///
    /// When a name has no extension.
    pub fn under(
        prefix: &'static str,
        files: &[(&'static str, &'static [u8], &'static str)],
    ) -> Self {
        let made = files.iter().map(|it| file(prefix, it.0, it.1, it.2));
        Self {
            prefix,
            files: made.collect(),
        }
    }

    /// Names of the files, without hash.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.files.iter().map(|file| file.name)
    }

    /// The address of a file; see [`url`].
    pub fn url(&'static self, name: &str) -> Option<&'static str> {
        let file = self.files.iter().find(|file| file.name == name)?;
        Some(&file.url)
    }

    /// The file at a path; see [`get`].
    pub fn get(&self, path: &str) -> Option<Asset> {
        let name = path.strip_prefix(self.prefix).unwrap_or(path);
        self.files.iter().find_map(|file| {
            let immutable = file.url.strip_prefix(self.prefix) == Some(name);
            (immutable || file.name == name).then_some(Asset {
                bytes: file.bytes,
                content_type: file.content_type,
                immutable,
            })
        })
    }
}

#[derive(Debug)]
struct File {
    name: &'static str,
    bytes: &'static [u8],
    content_type: &'static str,
    url: String,
}

static FILES: LazyLock<AssetSet> = LazyLock::new(|| {
    AssetSet::new(&[
        (
            "tokens.css",
            include_bytes!("../assets/tokens.css"),
            "text/css; charset=utf-8",
        ),
        (
            "app.css",
            include_bytes!("../assets/app.css"),
            "text/css; charset=utf-8",
        ),
        (
            "app.js",
            include_bytes!("../assets/app.js"),
            "text/javascript; charset=utf-8",
        ),
        (
            "passkey.js",
            include_bytes!("../assets/passkey.js"),
            "text/javascript; charset=utf-8",
        ),
        (
            "session.js",
            include_bytes!("../assets/session.js"),
            "text/javascript; charset=utf-8",
        ),
        (
            "opinion.css",
            include_bytes!("../assets/opinion.css"),
            "text/css; charset=utf-8",
        ),
        (
            "opinion.js",
            include_bytes!("../assets/opinion.js"),
            "text/javascript; charset=utf-8",
        ),
        (
            "icons.svg",
            include_bytes!("../assets/icons.svg"),
            "image/svg+xml",
        ),
        (
            "tokens.LICENSE.txt",
            include_bytes!("../assets/tokens.LICENSE.txt"),
            "text/plain; charset=utf-8",
        ),
        (
            "icons.LICENSE.txt",
            include_bytes!("../assets/icons.LICENSE.txt"),
            "text/plain; charset=utf-8",
        ),
    ])
});

fn file(
    prefix: &str,
    name: &'static str,
    bytes: &'static [u8],
    content_type: &'static str,
) -> File {
    let (stem, extension) = name
        .rsplit_once('.')
        .expect("every embedded file has an extension");
    let url = format!("{prefix}{stem}.{:016x}.{extension}", fnv1a(bytes));
    File {
        name,
        bytes,
        content_type,
        url,
    }
}

/// FNV-1a, 64 bits: enough to tell versions apart, and no dependency.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_back_to_its_file() {
        for name in names() {
            let found = get(url(name)).unwrap();
            assert!(found.immutable && !found.bytes.is_empty(), "{name}");
            assert!(!get(name).unwrap().immutable, "{name}");
        }
        assert_eq!(get("/static/app.0000000000000000.css"), None);
        assert_eq!(get("/static/../Cargo.toml"), None);
    }

    #[test]
    fn sheets_and_script_stay_within_the_budget() {
        let size = |name| get(name).unwrap().bytes.len();
        assert!(size("app.css") <= 40_000);
        assert!(size("app.js") + size("passkey.js") <= 13_000);
        // Pages of an opinion load these beside the others.
        assert!(size("app.css") + size("opinion.css") <= 46_000);
        assert!(size("opinion.js") <= 8_000);
    }

    #[test]
    fn the_sprite_is_well_formed_and_holds_only_icons_in_use() {
        let sprite = std::str::from_utf8(get("icons.svg").unwrap().bytes).unwrap();
        let mut open = Vec::new();
        for tag in sprite
            .split('<')
            .skip(1)
            .map(|part| part.split('>').next().unwrap())
        {
            let name = tag.trim_matches('/').split_whitespace().next().unwrap();
            if tag.starts_with('/') {
                assert_eq!(open.pop(), Some(name), "closing tag");
            } else if !tag.ends_with('/') {
                open.push(name);
            }
            // A bare attribute would make the browser drop every icon without a word.
            let attributes = tag.trim_matches('/').trim_start_matches(name);
            assert_eq!(
                attributes.matches('"').count(),
                attributes.matches("=\"").count() * 2,
                "{tag}"
            );
            let outside: String = attributes.split('"').step_by(2).collect();
            assert!(
                outside.split_whitespace().all(|word| word.ends_with('=')),
                "{tag}"
            );
        }
        assert!(open.is_empty());

        let pages: String = crate::gallery::all()
            .into_iter()
            .map(|sample| sample.html)
            .collect();
        for id in sprite
            .split("id=\"")
            .skip(1)
            .map(|part| part.split('"').next().unwrap())
        {
            assert!(pages.contains(&format!("#{id}\"")), "{id} is not in use");
        }
        for id in pages
            .split(url("icons.svg"))
            .skip(1)
            .map(|part| part.split('"').next().unwrap())
        {
            assert!(
                sprite.contains(&format!("id=\"{}\"", id.trim_start_matches('#'))),
                "{id} is missing"
            );
        }
    }

    #[test]
    fn vendored_tokens_are_unchanged() {
        assert_eq!(fnv1a(get("tokens.css").unwrap().bytes), TOKENS_1_1_9);
    }

    const TOKENS_1_1_9: u64 = 12_734_896_323_122_950_846;
}
