/// The public pages that a written text may lead to; `{}` stands for one segment. The portal's tests hold that it serves each.
pub const PUBLIC_PATHS: [&str; 51] = [
    "/",
    "/about",
    "/first",
    "/for/{}",
    "/terms",
    "/privacy",
    "/accessibility",
    "/environment",
    "/licenses",
    "/developers",
    "/developers/{}",
    "/sitemap",
    "/checklist",
    "/status",
    "/status.atom",
    "/maintenance",
    "/signup",
    "/login",
    "/password",
    "/account",
    "/apply",
    "/subsidy",
    "/subsidy/estimate",
    "/news",
    "/news.atom",
    "/news.json",
    "/news/{}",
    "/docs",
    "/docs/{}",
    "/faq",
    "/faq/{}",
    "/search",
    "/contact",
    "/contact/tel",
    "/contact/form",
    "/contact/track",
    "/contact/chat",
    "/readiness",
    "/readiness/{}",
    "/readiness.csv",
    "/readiness-ms932.csv",
    "/readiness.json",
    "/readiness-history.csv",
    "/readiness.atom",
    "/readiness.ics",
    "/subsidy/open-data.csv",
    "/subsidy/open-data.json",
    "/start",
    "/sandbox",
    "/health",
    "/static/{}",
];

/// Whether an address of this site is that of a public page; what stands in place of `{}` is not looked at.
pub fn is_public(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    PUBLIC_PATHS.iter().any(|pattern| {
        let mut own = path.split('/');
        let mut segments = pattern.split('/');
        loop {
            match (segments.next(), own.next()) {
                (None, None) => return true,
                (Some(pattern), Some(own)) if pattern == own => {}
                (Some("{}"), Some(own)) if !own.is_empty() => {}
                _ => return false,
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::is_public;

    #[test]
    fn p1_only_public_pages_are_led_to() {
        for path in ["/", "/faq/cert-renew", "/docs/x#section-2", "/news?page=2"] {
            assert!(is_public(path), "{path}");
        }
        for path in ["/faq/", "/faq/x/y", "/nowhere", "", "/ops"] {
            assert!(!is_public(path), "{path}");
        }
    }
}
