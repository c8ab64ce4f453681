//! Who is signed in for the operator, and the forms they send.

use crate::ConsoleState;
use axum::{
    extract::{Form, FromRequest, FromRequestParts, Request},
    response::{Html, IntoResponse as _, Redirect, Response},
};
use http::{Method, StatusCode, header, request::Parts};
use kiban_console_ui::{ConsoleFrame, Link, MessagePage, OutsidePage, SessionEnd, Template};
use kiban_domain::{Body, PortalRole, Roles};
use kiban_services::{
    CallContext, Platform,
    forms::FormKey,
    portal_users::{self, Session, Stage},
};
use kiban_web_kit::{
    Fields, RequestId,
    csrf::{self, Sender},
    once,
    session::Token,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// An operator who is signed in with password and second factor.
#[derive(Debug, Clone)]
pub(crate) struct Officer {
    pub(crate) state: ConsoleState,
    pub(crate) session: Session,
    pub(crate) token: Token,
    pub(crate) request_id: RequestId,
}

/// The pages that roles open, in order; the first is the home page.
pub fn menu(roles: Roles) -> Vec<Link> {
    let mut menu = vec![Link::new("/ops", "運営トップ")];
    if roles.has(PortalRole::Admission) {
        menu.push(Link::new("/ops/registrations", "登録審査"));
    }
    if roles.has(PortalRole::Admission) || roles.has(PortalRole::Manager) {
        menu.push(Link::new("/ops/users", "ユーザ管理"));
        menu.push(Link::new("/ops/mail", "届かないメール"));
    }
    if roles.has(PortalRole::Admission) {
        menu.push(Link::new("/ops/certificates", "電子証明書"));
    }
    if roles.has(PortalRole::Manager) {
        menu.push(Link::new("/ops/insurers", "保険者のユーザID"));
        menu.push(Link::new("/ops/readiness", "対応状況"));
        menu.push(Link::new("/ops/surveys", "市町村への調査"));
        menu.push(Link::new("/ops/notices", "団体への通知"));
        menu.push(Link::new("/ops/maintenance", "メンテナンスと障害"));
    }
    if roles.has(PortalRole::Subsidy) || roles.has(PortalRole::Auditor) {
        menu.push(Link::new("/ops/subsidy", "助成金の審査"));
        menu.push(Link::new("/ops/subsidy/payments", "振込"));
        menu.push(Link::new("/ops/subsidy/budget", "予算・執行"));
        menu.push(Link::new("/ops/masters", "制度の値"));
    }
    if roles.has(PortalRole::Desk) {
        menu.push(Link::new("/ops/inquiries", "お問い合わせ"));
        menu.push(Link::new("/ops/tel", "電話記録"));
    }
    if roles.has(PortalRole::Editor) {
        menu.push(Link::new("/ops/news", "お知らせ"));
        menu.push(Link::new("/ops/faq", "よくあるご質問"));
        menu.push(Link::new("/ops/docs", "各種資料"));
        menu.push(Link::new("/ops/pages", "ページ"));
    }
    if roles.has(PortalRole::Manager) || roles.has(PortalRole::Auditor) {
        menu.push(Link::new("/ops/reports", "統計"));
    }
    if roles.has(PortalRole::Auditor) {
        menu.push(Link::new("/ops/audit", "監査記録"));
    }
    menu
}

impl Officer {
    pub(crate) fn platform(&self) -> &Platform {
        &self.state.platform
    }

    /// For deciding and recording what they do.
    pub(crate) fn context(&self) -> CallContext {
        self.session.context(self.request_id.as_str())
    }

    /// What a form of theirs is known by when it is sent again.
    pub(crate) fn form(&self, place: &str, fields: &Fields) -> FormKey {
        let secret = once::secret(&self.token, place, fields);
        secret.map_or_else(
            || FormKey::fresh(self.platform()),
            |secret| FormKey::of(&secret),
        )
    }

    /// Around their pages.
    pub(crate) fn frame(&self, place: &str) -> ConsoleFrame {
        let left = self.session.ends_at.duration_since(self.platform().now());
        let local = self
            .session
            .ends_at
            .to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9)));
        ConsoleFrame {
            sandbox: self.state.sandbox,
            officer: kiban_console_ui::Officer {
                name: self.session.name.clone(),
                roles: self.session.roles.label(),
                csrf: csrf::token(&self.token),
                once: once::value(&*self.platform().entropy),
                menu: menu(self.session.roles),
                session: SessionEnd {
                    until: format!("{}時{:02}分", local.hour(), local.minute()),
                    left_seconds: left.as_secs().max(0),
                    last: self.session.ends_at == self.session.expires_at,
                },
            },
            place: place.to_owned(),
            above: Vec::new(),
        }
    }

    /// One of their pages; nobody keeps it.
    #[expect(clippy::unused_self, reason = "a page is made for somebody")]
    pub(crate) fn page(&self, status: StatusCode, page: &impl Template) -> Response {
        match page.render() {
            Ok(html) => (status, [(header::CACHE_CONTROL, "no-store")], Html(html)).into_response(),
            Err(error) => {
                tracing::error!(%error, "a page could not be rendered");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }

    /// Says something on a page of its own.
    pub(crate) fn say(&self, status: StatusCode, title: &str, advice: &str) -> Response {
        let page = MessagePage {
            frame: self.frame("/ops"),
            title: title.into(),
            advice: advice.into(),
            next: Link::new("/ops", "運営トップへ戻る"),
        };
        self.page(status, &page)
    }

    /// The form asks for something that its page does not offer.
    pub(crate) fn unknown_act(&self) -> Response {
        self.say(
            StatusCode::BAD_REQUEST,
            "この操作はありません",
            "前の画面を開き直して、画面のボタンから操作してください。何も変更していません。",
        )
    }

    /// The database failed.
    pub(crate) fn failed(&self, error: &kiban_store::Error) -> Response {
        tracing::error!(
            error = error as &dyn std::error::Error,
            request_id = self.request_id.as_str(),
            "the database failed"
        );
        self.say(
            StatusCode::SERVICE_UNAVAILABLE,
            "ただいま表示できません",
            "しばらくたってから、もう一度お試しください。",
        )
    }

    /// Refuses whoever has none of these roles.
    #[expect(
        clippy::result_large_err,
        reason = "the answer itself, made once and sent"
    )]
    pub(crate) fn may(&self, any: &[PortalRole]) -> Result<(), Response> {
        if any.iter().any(|role| self.session.roles.has(*role)) {
            return Ok(());
        }
        Err(self.say(
            StatusCode::FORBIDDEN,
            "この操作をする権限がありません",
            "あなたの役割では開けません。管理の担当者に確認してください。",
        ))
    }
}

/// A page for whoever is not known to be an operator.
fn outside(status: StatusCode, title: &'static str, advice: &'static str) -> Response {
    let page = OutsidePage { title, advice };
    match page.render() {
        Ok(html) => (status, [(header::CACHE_CONTROL, "no-store")], Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The address takes no such method; says nothing of what is there.
pub(crate) async fn wrong_method() -> Response {
    outside(
        StatusCode::METHOD_NOT_ALLOWED,
        "この画面では受け取れない送信です",
        "前の画面を開き直して、もう一度お試しください。",
    )
}

impl FromRequestParts<ConsoleState> for Officer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &ConsoleState) -> Result<Self, Response> {
        let token = Token::of(&parts.headers);
        let found = match &token {
            Some(token) => portal_users::find(&state.platform, &token.to_text()).await,
            None => Ok(None),
        };
        let found = found.map_err(|error| {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the database failed"
            );
            outside(
                StatusCode::SERVICE_UNAVAILABLE,
                "ただいま表示できません",
                "しばらくたってから、もう一度お試しください。",
            )
        })?;
        let Some((session, token)) = found.zip(token) else {
            let wanted = parts.uri.path_and_query().map_or("/ops", |it| it.as_str());
            let wanted = utf8_percent_encode(wanted, NON_ALPHANUMERIC);
            let address = if parts.method == Method::GET {
                format!("/login?next={wanted}")
            } else {
                "/login?state=timed-out".to_owned()
            };
            return Err(Redirect::to(&address).into_response());
        };
        match session.stage {
            Stage::SecondFactor => return Err(Redirect::to("/login/2fa").into_response()),
            Stage::SetUp => return Err(Redirect::to("/login/setup").into_response()),
            // Nobody else is told that there is a console.
            Stage::Complete if session.body != Body::Operator => {
                return Err(Redirect::to("/account").into_response());
            }
            Stage::Complete => {}
        }
        Ok(Self {
            state: state.clone(),
            session,
            token,
            request_id: parts.extensions.get().copied().unwrap_or_default(),
        })
    }
}

/// A form sent by an operator, from one of our own pages.
#[derive(Debug)]
pub(crate) struct PostedBy {
    pub(crate) officer: Officer,
    pub(crate) fields: Fields,
}

impl FromRequest<ConsoleState> for PostedBy {
    type Rejection = Response;

    async fn from_request(request: Request, state: &ConsoleState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let officer =
            <Officer as FromRequestParts<ConsoleState>>::from_request_parts(&mut parts, state)
                .await?;
        let request = Request::from_parts(parts, body);
        let sender = csrf::sender(request.headers(), &state.own_origin);
        let form = Form::<Vec<(String, String)>>::from_request(request, &()).await;
        let fields = Fields::of(form.map_or_else(|_| Vec::new(), |Form(fields)| fields));
        let own = csrf::is_token(&officer.token, fields.get(csrf::FIELD_NAME));
        if sender == Sender::Foreign || !own {
            return Err(officer.say(
                StatusCode::FORBIDDEN,
                "画面の有効時間が切れました",
                "前の画面を開き直して、もう一度入力してください。送信はされていません。",
            ));
        }
        Ok(Self { officer, fields })
    }
}
