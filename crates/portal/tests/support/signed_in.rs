//! Somebody who is signed in at the portal, as a browser is.

use super::{Answer, App, operator};
use axum::body::Body as HttpBody;
use http::{Request, header};
use kiban_domain::{Body, PortalRole, Roles};
use kiban_services::forms::FormKey;
use kiban_services::{
    CallContext,
    portal_users::{
        From, NewAccount,
        invitations::{self, NewMember},
        set_up, sign_in,
    },
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// A browser with a session.
pub struct Browser<'a> {
    pub app: &'a App,
    cookie: String,
}

impl App {
    /// An account of a body, from the operator's letter to a complete session.
    pub async fn as_member(&self, body: Body, name: &str, mail: &str) -> Browser<'_> {
        let from = From {
            address: "192.0.2.1".into(),
            agent: "Linux・Firefox".into(),
        };
        let new = NewMember {
            account: NewAccount {
                name: "見本 担当".into(),
                mail: mail.parse().unwrap(),
                phone: String::new(),
            },
            body,
            body_name: name.into(),
            roles: Roles::of([match body {
                Body::Operator => PortalRole::Manager,
                _ => PortalRole::Administrator,
            }]),
        };
        let (platform, visitor) = (&self.platform, CallContext::portal_visitor("r"));
        let (row, first) = invitations::issue(
            platform,
            &operator(),
            &FormKey::fresh(platform),
            "https://portal.example",
            new,
        )
        .await
        .unwrap();
        let begun = sign_in::begin(platform, &visitor, &from, &row.login, first);
        let token = begun.await.unwrap().token.0;
        let password = "青空 hikari 2026 mado".to_owned();
        set_up::set_password(platform, &visitor, &from, &token, password)
            .await
            .unwrap();
        let secret = set_up::secret(platform, &token).await.unwrap();
        let secret = totp_rs::Secret::try_from_base32(&secret).unwrap();
        let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
        let now = u64::try_from(platform.now().as_second()).unwrap();
        let code = totp.generate(now).to_string();
        let done = set_up::finish(platform, &visitor, &from, &token, &code).await;
        Browser {
            app: self,
            cookie: format!("kiban_session={}", done.unwrap().token.0),
        }
    }
}

impl Browser<'_> {
    pub async fn get(&self, path: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, &self.cookie);
        self.app
            .send(request.body(HttpBody::empty()).unwrap())
            .await
    }

    /// Sends a form with the token of the page that stands at `page`.
    pub async fn post(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.get(page).await.between("name=\"csrf\" value=\"", "\"");
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let all = [("csrf", &*csrf)].into_iter().chain(fields.iter().copied());
        let body: Vec<_> = all
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        let request = Request::post(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(HttpBody::from(body.join("&")));
        self.app.send(request.unwrap()).await
    }

    /// Sends a form with a file in the field `file.1`.
    pub async fn post_file(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        file: (&str, &[u8]),
    ) -> Answer {
        self.post_named(path, fields, "file.1", file).await
    }

    /// Sends a form with a file in a field of this name.
    pub async fn post_named(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        field: &str,
        (name, bytes): (&str, &[u8]),
    ) -> Answer {
        let csrf = self.get(path).await.between("name=\"csrf\" value=\"", "\"");
        let mut body = Vec::new();
        for (name, value) in [("csrf", &*csrf)].iter().chain(fields) {
            body.extend_from_slice(
                format!(
                    "--part\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
                )
                .as_bytes(),
            );
        }
        body.extend_from_slice(
            format!("--part\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n")
                .as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--part--\r\n");
        let request = Request::post(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=part")
            .body(HttpBody::from(body));
        self.app.send(request.unwrap()).await
    }
}
