//! What a browser calls itself, in few words: so that people know their own sign-ins again.

use http::{HeaderMap, header::USER_AGENT};

const SYSTEMS: [(&str, &str); 6] = [
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
];
/// The more particular first: nearly all of them call themselves Chrome and Safari too.
const BROWSERS: [(&str, &str); 4] = [
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
];

/// 「Windows・Edge」; 「不明なブラウザ」 when it says nothing that is known.
pub fn words(headers: &HeaderMap) -> String {
    let text = headers.get(USER_AGENT).and_then(|it| it.to_str().ok());
    let text = text.unwrap_or_default();
    let known = |list: &[(&str, &'static str)]| {
        let found = list.iter().find(|(part, _)| text.contains(part));
        found.map(|(_, word)| *word)
    };
    match (known(&SYSTEMS), known(&BROWSERS)) {
        (Some(system), Some(browser)) => format!("{system}・{browser}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "不明なブラウザ".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn a_browser_is_known_by_system_and_name() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0";
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1";
        for (text, wanted) in [
            (edge, "Windows・Edge"),
            (phone, "iPhone・Safari"),
            ("curl/8", "不明なブラウザ"),
        ] {
            let value = HeaderValue::from_static(text);
            let headers = HeaderMap::from_iter([(USER_AGENT, value)]);
            assert_eq!(words(&headers), wanted);
        }
        assert_eq!(words(&HeaderMap::new()), "不明なブラウザ");
    }
}
