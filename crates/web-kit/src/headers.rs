//! Headers that tell browsers what a page may do.

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY as POLICY, HeaderMap, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};

/// No script, style, frame or form target but the front's own. Source: user interface, section 1.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; \
    object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// Whether the browser's connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// HTTPS, here or at a proxy in front.
    Tls,
    /// HTTP on loopback.
    Plain,
}

/// Whether browsers may keep answers that say nothing about it themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caching {
    /// `Cache-Control: no-store` unless the handler set another.
    NoStore,
    /// Nothing is added.
    AsHandled,
}

/// What is written on every answer of a front.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Security {
    pub(crate) transport: Transport,
    pub(crate) caching: Caching,
}

impl Security {
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        let policy = HeaderValue::from_static(CONTENT_SECURITY_POLICY);
        headers.entry(POLICY).or_insert(policy);
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        if self.caching == Caching::NoStore {
            let no_store = HeaderValue::from_static("no-store");
            headers.entry(CACHE_CONTROL).or_insert(no_store);
        }
        if self.transport == Transport::Tls {
            let year = HeaderValue::from_static("max-age=31536000");
            headers.insert(STRICT_TRANSPORT_SECURITY, year);
        }
    }
}
