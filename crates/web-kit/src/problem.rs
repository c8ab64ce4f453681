//! One shape for every refusal of a machine interface (RFC 9457).

use std::future::{Ready, ready};
use std::{borrow::Cow, collections::BTreeMap};

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use serde_json::{Map, Value};

/// Where the types of problems are described unless [`crate::Observation::problems`] says otherwise.
pub const DEFAULT_BASE: &str = "https://kiban.example/problems/";

/// A refusal: stable `code` for programs, Japanese `detail` for people, saying what happened and what to do.
///
/// As a response it is `application/problem+json`. It also stays in the response's extensions, so that
/// [`crate::observed`] can add the request's number and a page can be made of it instead.
///
/// # Examples
///
/// ```
/// use kiban_web_kit::Problem;
///
/// let problem = Problem::new(http::StatusCode::CONFLICT, "already_received", "すでに受け取られています", "直して送り直してください。");
/// assert!(problem.to_json("https://kiban.example/problems/", None).contains(r#""code":"already_received""#));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// HTTP status.
    pub status: StatusCode,
    /// Stable word, also the end of `type`.
    pub code: Cow<'static, str>,
    /// What kind of problem, the same for every occurrence, Japanese.
    pub title: Cow<'static, str>,
    /// What happened here and what to do, Japanese, without personal data.
    pub detail: Cow<'static, str>,
    /// Further members.
    pub more: BTreeMap<String, Value>,
    /// Seconds after which to try again.
    pub retry_after: Option<u32>,
}

impl Problem {
    /// A problem of its own kind.
    pub fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        title: impl Into<Cow<'static, str>>,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            code: code.into(),
            title: title.into(),
            detail: detail.into(),
            more: BTreeMap::new(),
            retry_after: None,
        }
    }

    /// Adds a member. A name that the problem itself uses is ignored when it is written.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// Another sentence for people.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Asks to try again after so many seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The JSON document. `base` ends before the code.
    pub fn to_json(&self, base: &str, request_id: Option<&str>) -> String {
        let mut members = Map::new();
        let code = self.code.as_ref();
        members.insert("type".into(), format!("{base}{code}").into());
        members.insert("title".into(), self.title.as_ref().into());
        members.insert("status".into(), self.status.as_u16().into());
        members.insert("code".into(), code.into());
        members.insert("detail".into(), self.detail.as_ref().into());
        if let Some(request_id) = request_id {
            members.insert("request_id".into(), request_id.into());
        }
        for (name, value) in &self.more {
            members.entry(name.clone()).or_insert_with(|| value.clone());
        }
        Value::Object(members).to_string()
    }

    /// 400: the request cannot be read.
    pub fn bad_request(detail: impl Into<Cow<'static, str>>) -> Self {
        let title = "リクエストの形が正しくありません";
        Self::new(StatusCode::BAD_REQUEST, "bad_request", title, detail)
    }

    /// 401: nobody is signed in.
    pub fn sign_in_required() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "sign_in_required",
            "ログインが必要です",
            "ログインしてから、もう一度お試しください。",
        )
    }

    /// 403: the signed-in one may not do this.
    pub fn forbidden(detail: impl Into<Cow<'static, str>>) -> Self {
        let title = "この操作は許可されていません";
        Self::new(StatusCode::FORBIDDEN, "forbidden", title, detail)
    }

    /// 403: no client certificate.
    pub fn certificate_required() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "certificate_required",
            "クライアント証明書が必要です",
            "この端末に証明書が入っているかを確かめてください。入れ方はポータルの案内にあります。",
        )
    }

    /// 403: the client certificate was revoked.
    pub fn certificate_revoked() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "certificate_revoked",
            "証明書は失効しています",
            "この証明書は使えなくなりました。事業所の管理者に連絡し、新しい証明書を受け取ってください。",
        )
    }

    /// 403: the client certificate's time is over.
    pub fn certificate_expired() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "certificate_expired",
            "証明書の有効期間外です",
            "証明書の有効期間が終わったか、まだ始まっていません。新しい証明書を受け取ってください。",
        )
    }

    /// 403: this platform never issued the client certificate.
    pub fn certificate_unknown() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "certificate_unknown",
            "登録されていない証明書です",
            "この証明書は登録されていません。事業所の管理者に連絡し、証明書を受け取り直してください。",
        )
    }

    /// 403: the form does not belong to this sign-in.
    pub fn form_expired() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "form_expired",
            "画面の有効時間が切れました",
            "前の画面に戻って読み込み直し、もう一度送信してください。",
        )
    }

    /// 404: no such thing, or not for this caller; the two are not told apart.
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "見つかりません",
            "指定されたものは見つかりません。番号やアドレスを確かめてください。",
        )
    }

    /// 405.
    pub fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "このアドレスではその操作はできません",
            "HTTP メソッドを確かめてください。",
        )
    }

    /// 409.
    pub fn conflict(
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        let title = "今の状態ではできません";
        Self::new(StatusCode::CONFLICT, code, title, detail)
    }

    /// 413: more than `limit_bytes`.
    pub fn too_large(limit_bytes: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            "送られた内容が大きすぎます",
            format!("{limit_bytes} バイト以内で送ってください。"),
        )
        .with("limit_bytes", limit_bytes)
    }

    /// 415: the body is not of the kind `expected`.
    pub fn unsupported_media_type(expected: &'static str) -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "送られた内容の形式が違います",
            format!("Content-Type を {expected} にして送ってください。"),
        )
    }

    /// 422: readable, but a value cannot be so.
    pub fn unprocessable(
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        let title = "内容に誤りがあります";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, title, detail)
    }

    /// 429.
    pub fn too_many_requests(seconds: u32) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_requests",
            "回数が多すぎます",
            format!("{seconds} 秒ほど待ってから、もう一度お試しください。"),
        )
        .retry_after(seconds)
    }

    /// 500: our fault. The cause is in the log under the request's number, never in the answer.
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "処理中に問題が起きました",
            "時間をおいてもう一度お試しください。続くときは、この受付番号を添えてお問い合わせください。",
        )
    }

    /// 503: too busy just now.
    pub fn busy(seconds: u32) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "混み合っています",
            format!("{seconds} 秒ほど待ってから、もう一度お試しください。"),
        )
        .retry_after(seconds)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = render(&self, DEFAULT_BASE, None);
        response.extensions_mut().insert(Box::new(self));
        response
    }
}

/// Handler for addresses that are no route: `router.fallback(problem::no_such_route)`.
pub fn no_such_route() -> Ready<Problem> {
    ready(Problem::not_found())
}

/// Handler for routes without that method: `router.method_not_allowed_fallback(problem::wrong_method)`.
pub fn wrong_method() -> Ready<Problem> {
    ready(Problem::method_not_allowed())
}

/// Writes the problem in `response`, if there is one, once more with base and request number.
pub(crate) fn complete(response: Response, base: &str, request_id: &str) -> Response {
    let Some(problem) = response.extensions().get::<Box<Problem>>() else {
        return response;
    };
    if response
        .headers()
        .get(CONTENT_TYPE)
        .map(HeaderValue::as_bytes)
        != Some(MEDIA_TYPE.as_bytes())
    {
        return response;
    }
    let written = render(problem, base, Some(request_id));
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(http::header::CONTENT_LENGTH);
    Response::from_parts(parts, written.into_body())
}

const MEDIA_TYPE: &str = "application/problem+json";

fn render(problem: &Problem, base: &str, request_id: Option<&str>) -> Response {
    let mut response = Response::new(Body::from(problem.to_json(base, request_id)));
    *response.status_mut() = problem.status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    if let Some(seconds) = problem.retry_after {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    response
}
