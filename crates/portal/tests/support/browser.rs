//! A browser: keeps its cookies and fills forms in.

use super::{Answer, App};
use axum::body::Body;
use http::{Request, StatusCode, header};

pub(crate) struct Browser<'a> {
    pub(crate) app: &'a App,
    session: String,
    entry: String,
}

impl<'a> Browser<'a> {
    pub(crate) fn new(app: &'a App) -> Self {
        Self {
            app,
            session: String::new(),
            entry: String::new(),
        }
    }

    fn keep(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            match pair.split_once('=').unwrap() {
                ("kiban_session", _) => pair.clone_into(&mut self.session),
                _ => pair.clone_into(&mut self.entry),
            }
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let cookies = format!("{}; {}", self.session, self.entry);
        let request = Request::get(path)
            .header(header::COOKIE, cookies)
            .body(Body::empty())
            .unwrap();
        let answer = self.app.send(request).await;
        self.keep(&answer);
        answer
    }

    pub(crate) async fn post(&mut self, path: &str, csrf: &str, fields: &[(&str, &str)]) -> Answer {
        let token = [("csrf", csrf)];
        let pairs: Vec<String> = fields
            .iter()
            .chain(&token)
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        let cookies = format!("{}; {}", self.session, self.entry);
        let request = Request::post(path)
            .header(header::COOKIE, cookies)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(pairs.join("&")))
            .unwrap();
        let answer = self.app.send(request).await;
        self.keep(&answer);
        answer
    }

    /// Opens a page, fills in its form and sends it.
    pub(crate) async fn fill(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.get(path).await;
        let csrf = csrf(&page);
        self.post(path, &csrf, fields).await
    }

    /// Sends the form that stands on `page` to `path`: its hidden fields, and `fields` in the place of those of the same name.
    pub(crate) async fn go_on(
        &mut self,
        page: &Answer,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let hidden = hidden(&page.text());
        let kept = hidden
            .iter()
            .filter(|(name, _)| !fields.iter().any(|(other, _)| other == name));
        let all: Vec<(&str, &str)> = kept
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .chain(fields.iter().copied())
            .collect();
        self.post(path, &csrf(page), &all).await
    }
}

pub(crate) fn csrf(page: &Answer) -> String {
    page.between("name=\"csrf\" value=\"", "\"")
}

/// Names and values of the hidden fields, without the token.
fn hidden(html: &str) -> Vec<(String, String)> {
    html.split("<input type=\"hidden\" name=\"")
        .skip(1)
        .filter_map(|rest| {
            let (name, rest) = rest.split_once("\" value=\"")?;
            let (value, _) = rest.split_once('"')?;
            (name != "csrf").then(|| (name.to_owned(), plain(value)))
        })
        .collect()
}

fn plain(text: &str) -> String {
    text.replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#38;", "&")
}

fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut all, byte| {
        let _ = write!(all, "%{byte:02X}");
        all
    })
}

/// Where an answer leads.
pub(crate) fn to(answer: &Answer) -> &str {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.headers[header::LOCATION].to_str().unwrap()
}

/// What an authenticator with this secret shows now.
pub(crate) fn code(app: &App, secret: &str) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret.replace(' ', "")).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let now = u64::try_from(app.platform.now().as_second()).unwrap();
    totp.generate(now).to_string()
}
