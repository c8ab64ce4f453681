//! Who is signed in, and the forms they send.

use crate::{
    PortalState, notices,
    public::{self, failed},
    start::address,
};
use axum::{
    extract::{Form, FromRequest, FromRequestParts, Request},
    response::{IntoResponse as _, Redirect, Response},
};
use http::{HeaderMap, Method, StatusCode, request::Parts};
use kiban_domain::{Body, Timestamp, Wareki, tokyo_date};
use kiban_portal_ui::{
    Link, MessagePage, Notice, NoticeKind, PortalFrame, PortalMember, SessionEnd, Template,
};
use kiban_services::{
    CallContext, Outlet, Platform,
    forms::FormKey,
    mail,
    portal_users::{self, From, Session, Stage, bodies},
};
use kiban_web_kit::{
    Fields, PeerAddr, RequestId, agent,
    csrf::{self, Sender},
    once,
    session::Token,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Somebody who is signed in with password and second factor.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    pub(crate) state: PortalState,
    pub(crate) session: Session,
    pub(crate) token: Token,
    pub(crate) request_id: RequestId,
    /// What the body is called for which they act.
    pub(crate) organisation: String,
    /// How many notices they have not read.
    pub(crate) unread: usize,
    pub(crate) from: From,
}

impl SignedIn {
    pub(crate) fn platform(&self) -> &Platform {
        &self.state.platform
    }

    /// For deciding and recording what they do.
    pub(crate) fn context(&self) -> CallContext {
        self.session.context(self.request_id.as_str())
    }

    /// Around their pages.
    pub(crate) fn frame(&self) -> PortalFrame {
        self.state.portal_frame().with_member(PortalMember {
            name: self.session.name.clone(),
            role: self.session.roles.label(),
            organisation: self.organisation.clone(),
            csrf: self.csrf(),
            once: once::value(&*self.platform().entropy),
            menu: menu(&self.session),
            more: self.session.more_bodies,
            notices: notices::link(&self.session, self.unread),
            session: session_end(self.platform(), &self.session),
        })
    }

    /// Who puts out what they print, now.
    pub(crate) fn outlet(&self) -> Outlet {
        Outlet {
            portal: self.state.own_origin.to_string(),
            sandbox: self.state.sandbox.is_some(),
            office: self.organisation.clone(),
            printed_by: self.session.name.clone(),
            at: self.platform().now(),
        }
    }

    /// The token of their forms.
    pub(crate) fn csrf(&self) -> String {
        csrf::token(&self.token)
    }

    /// What a form of theirs is known by when it is sent again.
    pub(crate) fn form(&self, place: &str, fields: &Fields) -> FormKey {
        let secret = once::secret(&self.token, place, fields);
        secret.map_or_else(
            || FormKey::fresh(self.platform()),
            |secret| FormKey::of(&secret),
        )
    }

    /// One of their pages; nobody keeps it.
    #[expect(clippy::unused_self, reason = "a page is made for somebody")]
    pub(crate) fn page(&self, status: StatusCode, page: &impl Template) -> Response {
        public::answer(status, "no-store", page)
    }

    /// Says something on a page of its own.
    pub(crate) fn say(
        &self,
        status: StatusCode,
        title: &str,
        advice: &str,
        next: Link,
    ) -> Response {
        let page = MessagePage {
            frame: self.frame(),
            title: title.into(),
            advice: advice.into(),
            reference: String::new(),
            next,
        };
        public::answer(status, "no-store", &page)
    }

    /// The form asks for something that its page does not offer.
    pub(crate) fn unknown_act(&self) -> Response {
        self.say(
            StatusCode::BAD_REQUEST,
            "この操作はありません",
            "前の画面を開き直して、画面のボタンから操作してください。何も変更していません。",
            Link::new(home_of(&self.session), "はじめの画面へ戻る"),
        )
    }

    /// The database failed.
    pub(crate) fn failed(&self, error: &kiban_store::Error) -> Response {
        failed(&self.state, error)
    }
}

/// Says that letters do not reach somebody's address, as far as is known.
pub(crate) async fn mail_notice(signed_in: &SignedIn) -> Result<Option<Notice>, Response> {
    let found = mail::refused_of_user(signed_in.platform(), signed_in.session.user_id).await;
    let found = found.map_err(|error| signed_in.failed(&error))?;
    Ok(found.map(|row| {
        let day = tokyo_date(row.last_at);
        let day = Wareki::try_from(day).map_or_else(|_| day.to_string(), Wareki::long);
        Notice::new(
            NoticeKind::Warning,
            "お知らせのメールが届いていません",
            format!(
                "{day}に、登録されているアドレス（{}）に送ったメールが届きませんでした。正しいアドレスかどうかを確かめて、使えるアドレスに変更してください。",
                row.address
            ),
        )
        .with_link(Link::new("/account#address", "メールアドレスを変更する"))
    }))
}

/// The page at which somebody begins.
pub(crate) fn home_of(session: &Session) -> &'static str {
    match session.body {
        Body::Operator => "/ops",
        Body::Office(_) => "/mypage",
        Body::Insurer(_) => "/insurer",
        Body::Prefecture(_) => "/prefecture",
    }
}

/// The pages of their own area, in order; the first is its home.
fn menu(session: &Session) -> Vec<Link> {
    match session.body {
        Body::Operator => vec![Link::new("/ops", "運営トップ")],
        Body::Office(_) => {
            let mut menu = crate::mypage::menu();
            menu.push(Link::new("/mypage/inquiries", "お問い合わせ履歴"));
            menu
        }
        Body::Insurer(_) => vec![
            Link::new("/insurer", "業務トップ"),
            Link::new("/insurer/opinions", "主治医意見書"),
            Link::new("/insurer/users", "利用者管理"),
            Link::new("/insurer/notices", "通知"),
            Link::new("/mypage/inquiries", "お問い合わせ履歴"),
        ],
        Body::Prefecture(_) => vec![
            Link::new("/prefecture", "市町村の対応状況"),
            Link::new("/prefecture/users", "利用者管理"),
            Link::new("/prefecture/notices", "通知"),
            Link::new("/mypage/inquiries", "お問い合わせ履歴"),
        ],
    }
}

pub(crate) fn session_end(platform: &Platform, session: &Session) -> SessionEnd {
    let left = session.ends_at.duration_since(platform.now());
    SessionEnd {
        until: time_of_day(session.ends_at),
        left_seconds: left.as_secs().max(0),
        last: session.ends_at == session.expires_at,
    }
}

/// 「10時35分」, in Japan.
pub(crate) fn time_of_day(at: Timestamp) -> String {
    let local = at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9)));
    format!("{}時{:02}分", local.hour(), local.minute())
}

/// The session of a request, at whatever stage, with its token.
pub(crate) async fn session_of(
    state: &PortalState,
    headers: &HeaderMap,
) -> Result<Option<(Session, Token)>, Response> {
    let Some(token) = Token::of(headers) else {
        return Ok(None);
    };
    let found = portal_users::find(&state.platform, &token.to_text()).await;
    let found = found.map_err(|error| failed(state, &error))?;
    Ok(found.map(|session| (session, token)))
}

/// The address of the sign-in that leads back to where somebody wanted to go.
pub(crate) fn sign_in_address(wanted: &str) -> String {
    let wanted = utf8_percent_encode(wanted, NON_ALPHANUMERIC);
    format!("/login?next={wanted}")
}

impl FromRequestParts<PortalState> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &PortalState) -> Result<Self, Response> {
        let Some((session, token)) = session_of(state, &parts.headers).await? else {
            let had_one = Token::of(&parts.headers).is_some();
            let wanted = parts.uri.path_and_query().map_or("", |it| it.as_str());
            let address = match (had_one, &parts.method) {
                (false, &Method::GET) => sign_in_address(wanted),
                (true, &Method::GET) => format!("{}&state=timed-out", sign_in_address(wanted)),
                _ => "/login?state=timed-out".to_owned(),
            };
            return Err(Redirect::to(&address).into_response());
        };
        match session.stage {
            Stage::SecondFactor => return Err(Redirect::to("/login/2fa").into_response()),
            Stage::SetUp => return Err(Redirect::to("/login/setup").into_response()),
            Stage::Complete => {}
        }
        let name = bodies::name(&state.platform, &session.body).await;
        let organisation = name.map_err(|error| failed(state, &error))?;
        let unread = notices::count_unread(state, &session).await?;
        let Ok(peer) =
            <PeerAddr as FromRequestParts<PortalState>>::from_request_parts(parts, state).await;
        Ok(Self {
            state: state.clone(),
            session,
            token,
            request_id: parts.extensions.get().copied().unwrap_or_default(),
            organisation,
            unread,
            from: From {
                address: address(state, peer, &parts.headers),
                agent: agent::words(&parts.headers),
            },
        })
    }
}

/// A form sent by somebody who is signed in, from one of our own pages.
#[derive(Debug)]
pub(crate) struct PostedIn {
    pub(crate) signed_in: SignedIn,
    pub(crate) fields: Fields,
}

impl FromRequest<PortalState> for PostedIn {
    type Rejection = Response;

    async fn from_request(request: Request, state: &PortalState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let signed_in =
            <SignedIn as FromRequestParts<PortalState>>::from_request_parts(&mut parts, state)
                .await?;
        let request = Request::from_parts(parts, body);
        let sender = csrf::sender(request.headers(), &state.own_origin);
        let form = Form::<Vec<(String, String)>>::from_request(request, &()).await;
        let fields = form.map_or_else(|_| Vec::new(), |Form(fields)| fields);
        let fields = Fields::of(fields);
        let own = csrf::is_token(&signed_in.token, fields.get(csrf::FIELD_NAME));
        if sender == Sender::Foreign || !own {
            return Err(signed_in.say(
                StatusCode::FORBIDDEN,
                "画面の有効時間が切れました",
                "前の画面を開き直して、もう一度入力してください。送信はされていません。",
                Link::new(home_of(&signed_in.session), "はじめの画面へ戻る"),
            ));
        }
        Ok(Self { signed_in, fields })
    }
}

/// An address of this site, or nothing: a link to the sign-in must not lead elsewhere afterwards.
pub(crate) fn within(next: &str) -> Option<&str> {
    let own = next.starts_with('/') && !next.starts_with("//");
    let plain = next
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let entrance = ["/login", "/logout", "/password"]
        .iter()
        .any(|it| next.starts_with(it));
    (own && plain && next.len() <= 1000 && !entrance).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn the_way_back_stays_within() {
        for own in ["/mypage", "/readiness?q=%E5%B8%82", "/ops/faq"] {
            assert_eq!(within(own), Some(own));
        }
        for foreign in [
            "",
            "mypage",
            "//evil.example/",
            "https://evil.example/",
            "/a\\b",
            "/a\r\nb: c",
            "/login?next=/",
            "/logout",
        ] {
            assert_eq!(within(foreign), None, "{foreign}");
        }
    }
}
