//! For which site a passkey is made.

use std::net::Ipv4Addr;

/// The site as browsers see it: its name, to which passkeys are bound, and its origin, from which answers must come.
///
/// Source: Web Authentication Level 3, section 4 ("Relying Party Identifier") and section 13.4.9.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelyingParty {
    id: String,
    origin: String,
}

impl RelyingParty {
    /// The site at `origin` (scheme, host and perhaps port). `None` where browsers know no passkeys: at a bare IP address, and
    /// without TLS anywhere but at `localhost`.
    ///
    /// # Examples
    ///
    /// ```
    /// use kiban_services::passkeys::RelyingParty;
    ///
    /// assert_eq!(RelyingParty::of_origin("https://care.example:8443").unwrap().id(), "care.example");
    /// assert_eq!(RelyingParty::of_origin("http://localhost:8081").unwrap().id(), "localhost");
    /// assert_eq!(RelyingParty::of_origin("https://127.0.0.1:8443"), None);
    /// assert_eq!(RelyingParty::of_origin("http://care.example"), None);
    /// ```
    pub fn of_origin(origin: &str) -> Option<Self> {
        let origin = origin.to_ascii_lowercase();
        let (scheme, authority) = origin.split_once("://")?;
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        let named =
            !host.is_empty() && host.bytes().all(plain) && host.parse::<Ipv4Addr>().is_err();
        let safe = scheme == "https" || (scheme == "http" && host == "localhost");
        if !named || !safe || port.is_some_and(|port| port.parse::<u16>().is_err()) {
            return None;
        }
        // Browsers leave the usual port out of an origin.
        let usual = matches!(
            (scheme, port),
            ("https", Some("443")) | ("http", Some("80"))
        );
        let origin = match port {
            Some(port) if !usual => format!("{scheme}://{host}:{port}"),
            _ => format!("{scheme}://{host}"),
        };
        Some(Self {
            id: host.to_owned(),
            origin,
        })
    }

    /// The name to which passkeys are bound.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Scheme, host and port, as the browser writes them.
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn w2_only_names_have_passkeys() {
        let origin = |text| RelyingParty::of_origin(text).map(|party| party.origin);
        assert_eq!(
            origin("https://Care.Example:443").as_deref(),
            Some("https://care.example")
        );
        assert_eq!(
            origin("http://localhost:80").as_deref(),
            Some("http://localhost")
        );
        for none in [
            "",
            "care.example",
            "https://",
            "https://[::1]:8443",
            "https://10.0.0.1",
            "http://127.0.0.1:8081",
            "http://localhost.evil.example",
            "https://care.example:port",
            "https://care.example/path",
            "https://user@care.example",
        ] {
            assert_eq!(origin(none), None, "{none}");
        }
    }
}
