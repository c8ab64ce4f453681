//! What every page keeps, whatever its content: structure, labels, no inline style or script, only own addresses.

use std::collections::{HashMap, HashSet};

use crate::gallery::{self, Sample};

/// A start tag with its attributes.
struct Tag<'a> {
    name: &'a str,
    attributes: HashMap<&'a str, &'a str>,
}

impl Tag<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).copied()
    }
}

/// Start tags in order; good enough for our own templates, whose attribute values never hold `>`.
fn tags(html: &str) -> Vec<Tag<'_>> {
    let parse = |text| {
        let (name, mut rest): (&str, &str) =
            str::split_once(text, char::is_whitespace).unwrap_or((text, ""));
        let mut attributes = HashMap::new();
        while let Some(start) = rest.find(|c: char| !c.is_whitespace() && c != '/') {
            rest = &rest[start..];
            let end = rest
                .find(|c: char| c == '=' || c.is_whitespace())
                .unwrap_or(rest.len());
            let (key, tail) = rest.split_at(end);
            let (value, tail) = match tail.strip_prefix("=\"") {
                Some(quoted) => quoted.split_once('"').expect("attribute values are closed"),
                None => ("", tail),
            };
            assert!(!tail.starts_with('='), "unquoted value of {key}");
            assert!(
                attributes.insert(key, value).is_none(),
                "{key} stands twice in <{text}>"
            );
            rest = tail;
        }
        Tag {
            name: name.trim_end_matches('/'),
            attributes,
        }
    };
    html.split('<')
        .skip(1)
        .filter(|part| part.starts_with(|c: char| c.is_ascii_alphabetic()))
        .map(|part| parse(part.split('>').next().unwrap()))
        .collect()
}

fn each(check: impl Fn(&Sample, &[Tag<'_>])) {
    let samples = gallery::all();
    assert!(!samples.is_empty());
    for sample in &samples {
        check(sample, &tags(&sample.html));
    }
}

fn named(sample: &Sample) -> String {
    format!("{}-{}", sample.page, sample.state)
}

#[test]
fn every_element_is_closed_in_order() {
    const VOID: [&str; 5] = ["meta", "link", "input", "br", "hr"];
    for sample in gallery::all() {
        let mut open = Vec::new();
        for part in sample
            .html
            .split('<')
            .skip(1)
            .filter(|part| !part.starts_with('!'))
        {
            let tag = part.split('>').next().unwrap();
            let name = tag
                .trim_start_matches('/')
                .split(|c: char| c.is_whitespace() || c == '/')
                .next()
                .unwrap();
            if tag.starts_with('/') {
                assert_eq!(open.pop(), Some(name), "{}: </{name}>", named(&sample));
            } else if !tag.ends_with('/') && !VOID.contains(&name) {
                open.push(name);
            }
        }
        assert!(open.is_empty(), "{}: {open:?}", named(&sample));
    }
}

#[test]
fn one_first_heading_and_no_level_is_skipped() {
    each(|sample, tags| {
        let levels: Vec<u32> = tags
            .iter()
            .filter_map(|tag| {
                tag.name
                    .strip_prefix('h')
                    .and_then(|level| level.parse().ok())
            })
            .collect();
        assert_eq!(
            levels.iter().filter(|level| **level == 1).count(),
            1,
            "{}",
            named(sample)
        );
        // A banner's heading may stand before the first heading of its page only if it is none: notices use paragraphs.
        assert_eq!(levels[0], 1, "{}", named(sample));
        assert!(
            levels.windows(2).all(|pair| pair[1] <= pair[0] + 1),
            "{}: {levels:?}",
            named(sample)
        );
    });
}

#[test]
fn identifiers_are_unique_and_references_resolve() {
    each(|sample, tags| {
        let mut ids = HashSet::new();
        for id in tags.iter().filter_map(|tag| tag.get("id")) {
            assert!(ids.insert(id), "{}: {id} stands twice", named(sample));
        }
        for tag in tags {
            for attribute in ["for", "aria-labelledby", "aria-describedby"] {
                for id in tag
                    .get(attribute)
                    .into_iter()
                    .flat_map(str::split_whitespace)
                {
                    assert!(ids.contains(id), "{}: {attribute}={id}", named(sample));
                }
            }
            if let Some(id) = tag.get("href").and_then(|href| href.strip_prefix('#')) {
                assert!(ids.contains(id), "{}: #{id}", named(sample));
            }
        }
    });
}

#[test]
fn every_field_has_a_label() {
    each(|sample, tags| {
        let labelled: HashSet<&str> = tags.iter().filter_map(|tag| tag.get("for")).collect();
        let mut in_label = 0_i32;
        for part in sample.html.split('<').skip(1) {
            in_label +=
                i32::from(part.starts_with("label")) - i32::from(part.starts_with("/label"));
            let field = ["input", "select", "textarea"]
                .iter()
                .any(|name| part.starts_with(name));
            // A button carries its own words.
            let button = part.contains("type=\"submit\"");
            if !field || button || part.contains("type=\"hidden\"") {
                continue;
            }
            let bound = part
                .split("id=\"")
                .nth(1)
                .and_then(|rest| rest.split('"').next());
            assert!(
                in_label > 0 || bound.is_some_and(|id| labelled.contains(id)),
                "{}: <{part}",
                named(sample)
            );
        }
        for form in tags
            .iter()
            .filter(|tag| tag.name == "form" && tag.get("method") == Some("post"))
        {
            assert!(form.get("action").is_some(), "{}", named(sample));
        }
        let posts = tags
            .iter()
            .filter(|tag| tag.get("method") == Some("post"))
            .count();
        let tokens = tags
            .iter()
            .filter(|tag| tag.get("name") == Some("csrf"))
            .count();
        assert_eq!(
            posts,
            tokens,
            "{}: a posted form without its token",
            named(sample)
        );
    });
}

#[test]
fn tables_name_themselves_and_their_columns() {
    each(|sample, tags| {
        let count = |name: &str| tags.iter().filter(|tag| tag.name == name).count();
        assert_eq!(count("table"), count("caption"), "{}", named(sample));
        assert!(
            tags.iter()
                .filter(|tag| tag.name == "th")
                .all(|tag| tag.get("scope").is_some()),
            "{}",
            named(sample)
        );
    });
}

#[test]
fn nothing_is_inline_and_nothing_is_elsewhere() {
    each(|sample, tags| {
        for tag in tags {
            assert!(
                tag.name != "style" && tag.get("style").is_none(),
                "{}: inline style",
                named(sample)
            );
            assert!(
                tag.name != "script" || tag.get("src").is_some(),
                "{}: inline script",
                named(sample)
            );
            assert!(
                tag.attributes.keys().all(|key| !key.starts_with("on")),
                "{}: inline handler",
                named(sample)
            );
            for address in ["href", "src", "action"]
                .into_iter()
                .filter_map(|name| tag.get(name))
            {
                // Only these pages lead to another door, here of the same machine.
                let local = ["http://127.0.0.1:", "https://127.0.0.1:"];
                let door = matches!(sample.page, "sandbox_home" | "enrolled")
                    && local.iter().any(|start| address.starts_with(start));
                // And these from a bare address of the bridge to its name.
                let name = matches!(sample.page, "sign_in" | "own_account")
                    && address.starts_with("http://localhost:");
                assert!(
                    address.starts_with('/') || address.starts_with('#') || door || name,
                    "{}: {address}",
                    named(sample)
                );
            }
        }
    });
}

#[test]
fn pages_stay_within_the_budget_and_have_titles() {
    for sample in gallery::all() {
        assert!(
            sample.html.len() <= 82_000,
            "{}: {} bytes",
            named(&sample),
            sample.html.len()
        );
        let title = sample
            .html
            .split("<title>")
            .nth(1)
            .unwrap()
            .split('｜')
            .next()
            .unwrap();
        assert!(!title.trim().is_empty(), "{}", named(&sample));
        let rejected = sample.html.contains("id=\"error-summary\"");
        assert_eq!(
            rejected,
            title.starts_with("エラー：") && sample.page != "message",
            "{}",
            named(&sample)
        );
    }
}
