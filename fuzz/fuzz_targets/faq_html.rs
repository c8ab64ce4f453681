#![no_main]

use kiban_helpdesk::{html, is_safe_link, mask, plain_text};

const TAGS: [&str; 11] = [
    "p", "/p", "ul", "/ul", "ol", "/ol", "li", "/li", "strong", "/strong", "/a",
];

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = plain_text(text);
    let shown = html(text);
    let mut rest = shown.as_str();
    while let Some((_, after)) = rest.split_once('<') {
        let (tag, behind) = after.split_once('>').expect("a tag ends");
        if !TAGS.contains(&tag) {
            let href = tag
                .strip_prefix("a href=\"")
                .and_then(|href| href.strip_suffix('"'))
                .expect("a known tag");
            let href = href
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
            assert!(is_safe_link(&href), "{href}");
        }
        rest = behind;
    }
    let once = mask(text).text;
    assert_eq!(mask(&once).text, once);
});
