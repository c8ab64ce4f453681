//! Links of written texts that lead to pages this installation does not have (yet): shown as their words.

use crate::{PortalState, routes};
use kiban_web_kit::Routes;
use std::sync::LazyLock;

/// Whether a path of this site leads to a page.
pub(crate) fn is_served(path: &str) -> bool {
    static PATTERNS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let routes: Routes<PortalState> = routes();
        let gets = routes.list().iter();
        gets.filter(|route| route.method == http::Method::GET)
            .map(|route| route.path.clone())
            .collect()
    });
    let path = path.split(['?', '#']).next().unwrap_or_default();
    PATTERNS.iter().any(|pattern| {
        let mut segments = pattern.split('/');
        let mut own = path.split('/');
        loop {
            match (segments.next(), own.next()) {
                (None, None) => return true,
                (Some(rest), Some(_)) if rest.starts_with("{*") => return true,
                (Some(pattern), Some(own))
                    if pattern == own || pattern.starts_with('{') && !own.is_empty() => {}
                _ => return false,
            }
        }
    })
}

/// The markup without those links; their words stay.
pub(crate) fn without_dead_links(html: &str) -> String {
    let mut rest = html;
    let mut kept = String::with_capacity(html.len());
    while let Some(start) = rest.find("<a href=\"/") {
        let (before, link) = rest.split_at(start);
        kept.push_str(before);
        let (Some(tag_end), Some(end)) = (link.find('>'), link.find("</a>")) else {
            rest = link;
            break;
        };
        let path = link["<a href=\"".len()..]
            .split('"')
            .next()
            .unwrap_or_default();
        if is_served(path) {
            kept.push_str(&link[..end + "</a>".len()]);
        } else {
            kept.push_str(&link[tag_end + 1..end]);
        }
        rest = &link[end + "</a>".len()..];
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p1_what_editors_may_link_to_is_served() {
        for pattern in kiban_content::PUBLIC_PATHS {
            assert!(is_served(&pattern.replace("{}", "x")), "{pattern}");
        }
    }

    #[test]
    fn p1_only_links_that_lead_somewhere_are_links() {
        let html = "<p>あ<a href=\"/docs/x#y\">資料</a>い<a href=\"/nowhere\">どこか</a>う<a href=\"https://x.example\">外</a></p>";
        assert_eq!(
            without_dead_links(html),
            "<p>あ<a href=\"/docs/x#y\">資料</a>いどこかう<a href=\"https://x.example\">外</a></p>"
        );
        assert!(is_served("/faq/x") && is_served("/readiness.csv") && is_served("/"));
        assert!(!is_served("/faq/x/y") && !is_served("/faq/") && !is_served("/subsidies"));
    }
}
