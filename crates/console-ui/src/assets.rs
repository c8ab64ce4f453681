//! The sheet and the icons of the console; everything else is served from [`kiban_ui::assets`].

use kiban_ui::assets::{Asset, AssetSet};
use std::sync::LazyLock;

/// Where the console serves [`get`].
pub const PREFIX: &str = "/ops/static/";

static OWN: LazyLock<AssetSet> = LazyLock::new(|| {
    AssetSet::under(
        PREFIX,
        &[
            (
                "console.css",
                include_bytes!("../assets/console.css"),
                "text/css; charset=utf-8",
            ),
            (
                "icons.svg",
                include_bytes!("../assets/icons.svg"),
                "image/svg+xml",
            ),
            (
                "icons.LICENSE.txt",
                include_bytes!("../assets/icons.LICENSE.txt"),
                "text/plain; charset=utf-8",
            ),
        ],
    )
});

/// The address of an embedded file, with its hash.
///
/// # Panics
///
/// When no such file is embedded: templates name files literally and the tests render every template.
pub fn url(name: &str) -> &'static str {
    OWN.url(name).unwrap_or_else(|| kiban_ui::assets::url(name))
}

/// The console's own file at `path`; the others are served by the portal.
pub fn get(path: &str) -> Option<Asset> {
    OWN.get(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_in_use_is_in_the_sprite_and_no_other() {
        let sprite = std::str::from_utf8(get("icons.svg").unwrap().bytes).unwrap();
        let pages: String = crate::gallery::all()
            .into_iter()
            .map(|sample| sample.html)
            .collect();
        let name = |rest: &str| rest.split('"').next().unwrap().to_owned();
        let mut used: Vec<_> = pages
            .split(url("icons.svg"))
            .skip(1)
            .map(|rest| name(rest.trim_start_matches('#')))
            .collect();
        let mut there: Vec<_> = sprite.split("id=\"").skip(1).map(name).collect();
        used.sort();
        used.dedup();
        there.sort();
        assert_eq!(used, there);
    }

    #[test]
    fn the_sheet_stays_within_the_budget_of_all_sheets() {
        let size = |name: &str| get(name).unwrap().bytes.len();
        assert!(size("console.css") <= 16_000);
        assert!(url("console.css").starts_with(PREFIX));
        assert!(!url("app.css").starts_with(PREFIX), "served by the portal");
    }
}
