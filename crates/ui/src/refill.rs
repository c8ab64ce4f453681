//! Puts what was typed before back into a form of one of our own pages.
//!
//! Every form is filled the same way, from the page as it is shown, so that a new form needs nothing of its own and none
//! is forgotten. Only what a person types or chooses is touched: hidden fields, passwords and one-time codes stay as the
//! page has them. The templates are our own (no `>` within a value, values in double quotes); a test walks all of them.

use askama::Template;

use crate::{Notice, NoticeKind};

/// Names and values as a form posts them.
type Fields = [(String, String)];

#[derive(Template)]
#[template(
    source = "{% import \"parts/ui.html\" as ui %}<div role=\"status\">{{ ui::notice(notice) }}</div>",
    ext = "html"
)]
struct Kept {
    notice: Notice,
}

/// What stands above a form that was filled.
fn notice() -> String {
    let notice = Notice::new(
        NoticeKind::Info,
        "入力した内容を残してあります。確かめて、もう一度送信してください",
        "送信した内容は、まだ登録されていません。",
    );
    Kept { notice }.render().unwrap_or_default()
}

/// The page with its form for `path` filled with `fields` and a notice above it; `None` when it has no such form, or the
/// form is about something else: one of its hidden fields differs from what was sent.
pub fn refill(html: &str, path: &str, fields: &Fields) -> Option<String> {
    let mut searched = 0;
    loop {
        let start = searched + html[searched..].find("<form ")?;
        let inside = start + html[start..].find('>')? + 1;
        let end = inside + html[inside..].find("</form>")?;
        searched = end;
        let tag = &html[start..inside];
        if attribute(tag, "action").is_none_or(|action| unescaped(action) != path)
            || attribute(tag, "method") != Some("post")
        {
            continue;
        }
        if let Some(filled) = filled(&html[inside..end], fields) {
            let (before, after) = (&html[..start], &html[end..]);
            return Some([before, &notice(), tag, &filled, after].concat());
        }
    }
}

/// The inside of a form, filled; `None` when it has nothing to fill or is about something else.
fn filled(form: &str, fields: &Fields) -> Option<String> {
    let mut out = String::with_capacity(form.len() + 256);
    let mut rest = form;
    let mut select: Option<String> = None;
    let mut any = false;
    while let Some(start) = rest.find('<') {
        let end = start + rest[start..].find('>')? + 1;
        out.push_str(&rest[..start]);
        let tag = &rest[start..end];
        rest = &rest[end..];
        let name = attribute(tag, "name").map(unescaped).unwrap_or_default();
        let sent = || fields.iter().find(|(field, _)| *field == name);
        if tag.starts_with("<input") {
            let kind = attribute(tag, "type").unwrap_or("text");
            match (kind, sent()) {
                // What was seen when it was typed goes along, so that saving tells whether somebody was faster.
                ("hidden", Some((_, sent))) if name == "seen" => {
                    out.push_str(&with_value(tag, sent));
                }
                ("hidden", Some((_, sent))) if name != "csrf" => {
                    let here = attribute(tag, "value").map(unescaped).unwrap_or_default();
                    if here != *sent {
                        return None;
                    }
                    out.push_str(tag);
                }
                ("radio", Some(_)) | ("checkbox", _) => {
                    let here = attribute(tag, "value").map(unescaped).unwrap_or_default();
                    let chosen = fields.iter().any(|(f, v)| *f == name && *v == here);
                    out.push_str(&marked(tag, "checked", chosen));
                    any = true;
                }
                ("text" | "search" | "email" | "tel", Some((_, sent)))
                    if attribute(tag, "autocomplete") != Some("one-time-code") =>
                {
                    out.push_str(&with_value(tag, sent));
                    any = true;
                }
                _ => out.push_str(tag),
            }
        } else if tag.starts_with("<select") {
            select = sent().map(|(_, value)| value.clone());
            any |= select.is_some();
            out.push_str(tag);
        } else if tag.starts_with("<option") && select.is_some() {
            let here = attribute(tag, "value").map(unescaped);
            let chosen = here == select;
            out.push_str(&marked(tag, "selected", chosen));
        } else if tag.starts_with("<textarea") {
            out.push_str(tag);
            if let Some((_, sent)) = sent() {
                // The browser drops the first line end of a text area.
                out.push('\n');
                out.push_str(&escaped(sent));
                rest = &rest[rest.find("</textarea>")?..];
                any = true;
            }
        } else {
            if tag == "</select>" {
                select = None;
            }
            out.push_str(tag);
        }
    }
    out.push_str(rest);
    any.then_some(out)
}

/// Where the attribute `name` stands in a tag: from the space before it to its end.
fn place(tag: &str, name: &str) -> Option<(usize, usize)> {
    let mut at = tag.find(' ')?;
    while at < tag.len() {
        let start = at;
        let word = tag[at..].trim_start();
        let begin = tag.len() - word.len();
        let length = word.find(['=', ' ', '>', '/'])?;
        if length == 0 {
            return None;
        }
        at = begin + length;
        if tag[at..].starts_with("=\"") {
            at = at + 2 + tag[at + 2..].find('"')? + 1;
        }
        if word[..length] == *name {
            return Some((start, at));
        }
    }
    None
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (start, end) = place(tag, name)?;
    let (_, value) = tag[start..end].split_once("=\"")?;
    value.strip_suffix('"')
}

/// The tag with the attribute `name` taken out.
fn without(tag: &str, name: &str) -> String {
    match place(tag, name) {
        Some((start, end)) => [&tag[..start], &tag[end..]].concat(),
        None => tag.to_owned(),
    }
}

/// The tag with the attribute `name`, which has no value, or without it.
fn marked(tag: &str, name: &str, on: bool) -> String {
    let bare = without(tag, name);
    if on {
        bare.replacen('>', &format!(" {name}>"), 1)
    } else {
        bare
    }
}

fn with_value(tag: &str, value: &str) -> String {
    let bare = without(tag, "value");
    let end = bare.len() - 1;
    format!("{} value=\"{}\">", &bare[..end], escaped(value))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&#38;")
        .replace('<', "&#60;")
        .replace('>', "&#62;")
        .replace('"', "&#34;")
        .replace('\'', "&#39;")
}

fn unescaped(text: &str) -> String {
    text.replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#38;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gallery;

    fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(own).collect()
    }

    const FORM: &str = r#"<p>a</p><form class="form" method="post" action="/care/x"><input type="hidden" name="csrf" value="t"><input type="hidden" name="check" value="1"><input class="inp" name="kana" value="old" required><select name="era"><option value="a" selected>A</option><option value="b">B</option></select><label><input type="radio" name="sex" value="1" checked></label><input type="radio" name="sex" value="2"><input type="checkbox" name="agree" value="1"><textarea name="note">old</textarea><input type="password" name="password"></form>"#;

    #[test]
    fn a_form_gets_back_what_was_typed_and_nothing_runs() {
        let typed = fields(&[
            ("csrf", "other"),
            ("check", "1"),
            ("kana", "<script>\"x' & y"),
            ("era", "b"),
            ("sex", "2"),
            ("agree", "1"),
            ("note", "</textarea><b>"),
            ("password", "secret"),
        ]);
        let page = refill(FORM, "/care/x", &typed).unwrap();
        for part in [
            "入力した内容を残してあります",
            r#"name="csrf" value="t""#,
            r#"name="kana" required value="&#60;script&#62;&#34;x&#39; &#38; y""#,
            r#"<option value="a">A"#,
            r#"<option value="b" selected>B"#,
            r#"name="sex" value="1"></label>"#,
            r#"name="sex" value="2" checked>"#,
            r#"name="agree" value="1" checked>"#,
            "<textarea name=\"note\">\n&#60;/textarea&#62;&#60;b&#62;</textarea>",
        ] {
            assert!(page.contains(part), "{part} is missing in {page}");
        }
        assert!(!page.contains("secret") && !page.contains("<script>"));
    }

    #[test]
    fn a_form_about_something_else_stays_as_it_is() {
        assert_eq!(refill(FORM, "/care/y", &fields(&[("kana", "x")])), None);
        let other = fields(&[("check", "2"), ("kana", "x")]);
        assert_eq!(refill(FORM, "/care/x", &other), None);
        let none = fields(&[("unknown", "x")]);
        assert!(
            refill(
                "<form method=\"post\" action=\"/care/x\"></form>",
                "/care/x",
                &none
            )
            .is_none()
        );
        let search = r#"<form method="get" action="/care/x"><input name="kana"></form>"#;
        assert_eq!(refill(search, "/care/x", &fields(&[("kana", "x")])), None);
    }

    /// Each form of each page that takes typed text gets it back; the page keeps its tags otherwise.
    #[test]
    fn every_form_of_every_page_can_be_filled() {
        let mut filled = std::collections::BTreeSet::new();
        for sample in gallery::all() {
            for form in sample.html.split("<form ").skip(1) {
                let (tag, rest) = form.split_once('>').unwrap();
                let tag = format!("<form {tag}>");
                if attribute(&tag, "method") != Some("post") {
                    continue;
                }
                let inside = rest.split("</form>").next().unwrap();
                let path = unescaped(attribute(&tag, "action").unwrap());
                for input in inside
                    .split('<')
                    .filter(|it| it.starts_with("input ") || it.starts_with("textarea "))
                {
                    let input = format!("<{}>", input.split('>').next().unwrap());
                    let kind = attribute(&input, "type").unwrap_or("text");
                    if kind != "text" || attribute(&input, "autocomplete") == Some("one-time-code")
                    {
                        continue;
                    }
                    let name = attribute(&input, "name").unwrap();
                    let page = refill(&sample.html, &path, &fields(&[(name, "残したい\"内容\"")]));
                    let page = page.unwrap_or_else(|| panic!("{path} {name}"));
                    assert!(page.contains("残したい&#34;内容&#34;"), "{path} {name}");
                    assert_eq!(
                        page.matches("<input").count(),
                        sample.html.matches("<input").count()
                    );
                    filled.insert((path.clone(), name.to_owned()));
                }
            }
        }
        assert!(filled.len() > 20, "{filled:?}");
    }
}
