//! Who asks: a terminal, and perhaps a person at it.

use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, request::Parts};
use kiban_access::Caller;
use kiban_audit::{Actor, Door};
use kiban_domain::OfficeNumber;
use kiban_pki::{Subject, TerminalRole};
use kiban_services::{
    CallContext, Platform,
    card_check::{SignIn, Terminal},
    sign_in::{self, Session},
    staff::StaffRole,
};
use kiban_store::repo::{
    emergency::{WindowRow, list_open_windows},
    offices::{self, OfficeRow},
};
use kiban_ui::{Frame, MedicalKind, Member, MenuItem, MessageKind, SessionEnd, Site};
use kiban_web_kit::{Client, Problem, RequestId, csrf, session::Token};

use crate::{
    CareState,
    answer::{Message, see_other},
    contractor, words,
};

/// A request from a terminal of an office; nobody needs to be signed in.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) state: CareState,
    pub(crate) client: Client,
    /// The office whose terminal it is; who is signed in may act as another one, see [`SignedIn::office_no`].
    pub(crate) office_no: OfficeNumber,
    pub(crate) terminal_id: String,
    pub(crate) request_id: RequestId,
    /// Host and port under which the terminal's bridge was reached, if it was.
    pub(crate) bridge: Option<String>,
}

impl Visit {
    /// The platform.
    pub(crate) fn platform(&self) -> &Platform {
        &self.state.platform
    }

    /// Where the page is, and so where a card reader would be.
    pub(crate) fn terminal(&self) -> Terminal {
        Terminal {
            office_no: self.office_no,
            terminal_id: self.terminal_id.clone(),
        }
    }

    /// Serial number of the terminal's certificate.
    pub(crate) fn serial(&self) -> &str {
        &self.client.serial
    }

    /// Identifier of the terminal.
    pub(crate) fn terminal_id(&self) -> &str {
        match &self.client.subject {
            Subject::Terminal { terminal_id, .. } => terminal_id,
            Subject::System { system_id, .. } => system_id,
        }
    }

    /// For the use cases of signing in.
    pub(crate) fn context(&self) -> CallContext {
        CallContext {
            caller: Caller::Office(self.office_no),
            actor: Actor::new(Door::Care, self.office_no.as_str()).certificate(self.serial()),
            request_id: self.request_id.as_str().to_owned(),
        }
    }

    /// Around a page of nobody in particular.
    pub(crate) fn frame(&self) -> Frame {
        Frame {
            site: Site::CareWeb,
            sandbox: self.state.sandbox,
            member: None,
            current: None,
            banners: self.state.banners(),
            footer: Vec::new(),
        }
    }

    /// The session of the request's cookie, whether or not the second factor was given.
    pub(crate) async fn session(
        &self,
        headers: &HeaderMap,
    ) -> Result<Option<(Session, Token)>, Response> {
        let Some(token) = Token::of(headers) else {
            return Ok(None);
        };
        let found = sign_in::find(self.platform(), self.serial(), &token.to_text()).await;
        let found = found.map_err(|error| self.storage(&error))?;
        // A certificate serial names one office, but nothing is lost by asking both.
        let found = found.filter(|session| session.terminal_office_no == self.office_no);
        Ok(found.map(|session| (session, token)))
    }

    /// As [`Self::session`], for what happens beside a request and so does not count as use.
    pub(crate) async fn look(
        &self,
        headers: &HeaderMap,
    ) -> Result<Option<Session>, kiban_store::Error> {
        let Some(token) = Token::of(headers) else {
            return Ok(None);
        };
        let found = sign_in::look(self.platform(), self.serial(), &token.to_text()).await?;
        Ok(found.filter(|session| session.terminal_office_no == self.office_no))
    }
}

impl FromRequestParts<CareState> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &CareState) -> Result<Self, Response> {
        let known = known(parts, state, TerminalRole::Browser).await;
        known.map_err(IntoResponse::into_response)
    }
}

/// Who asks, if the certificate is a terminal's and of this role: the two certificates of one terminal live in different
/// places, and neither opens what the other is for.
async fn known(
    parts: &mut Parts,
    state: &CareState,
    wanted: TerminalRole,
) -> Result<Visit, Problem> {
    let client = <Client as FromRequestParts<CareState>>::from_request_parts(parts, state).await?;
    let Ok(request_id) =
        <RequestId as FromRequestParts<CareState>>::from_request_parts(parts, state).await;
    let Subject::Terminal {
        office_no,
        terminal_id,
        role,
    } = &client.subject
    else {
        return Err(wrong_door());
    };
    if *role != wanted {
        return Err(wrong_role(wanted));
    }
    let office_no = office_no.parse();
    let office_no = office_no.map_err(|_| Problem::certificate_unknown())?;
    let terminal_id = terminal_id.clone();
    let bridge = parts.headers.get("x-kiban-bridge");
    let bridge = bridge
        .and_then(|host| host.to_str().ok())
        .map(str::to_owned);
    Ok(Visit {
        bridge,
        state: state.clone(),
        client,
        office_no,
        terminal_id,
        request_id,
    })
}

/// A request from the program at a terminal's card reader.
#[derive(Debug, Clone)]
pub(crate) struct Reader(pub(crate) Visit);

impl FromRequestParts<CareState> for Reader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &CareState) -> Result<Self, Problem> {
        known(parts, state, TerminalRole::Reader).await.map(Self)
    }
}

fn wrong_role(wanted: TerminalRole) -> Problem {
    let detail = match wanted {
        TerminalRole::Browser => {
            "端末プログラム用の証明書では、この画面を使えません。ブラウザー用の証明書で接続してください。"
        }
        TerminalRole::Reader => {
            "ブラウザー用の証明書では、カードリーダーの窓口を使えません。端末プログラム用の証明書で接続してください。"
        }
    };
    Problem::new(
        http::StatusCode::FORBIDDEN,
        "wrong_role",
        "この証明書の窓口ではありません",
        detail,
    )
}

fn wrong_door() -> Problem {
    Problem::new(
        http::StatusCode::FORBIDDEN,
        "wrong_door",
        "この証明書の入口ではありません",
        "システム用の証明書では、この画面を使えません。端末の証明書で接続してください。",
    )
}

/// A request from a member of an office who gave password and second factor at this terminal.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    pub(crate) visit: Visit,
    pub(crate) session: Session,
    pub(crate) token: Token,
    pub(crate) office: OfficeRow,
    pub(crate) context: CallContext,
    /// The emergency windows that are open now, anywhere.
    pub(crate) emergency: Vec<WindowRow>,
}

impl SignedIn {
    /// The office as which the person acts: for it alone everything is decided, listed and recorded.
    pub(crate) fn office_no(&self) -> OfficeNumber {
        self.session.office_no
    }

    /// What the tokens of this session's forms end in: the office acted for, where it is not the terminal's own. A page that was
    /// opened as one office is then an old page as another.
    pub(crate) fn mark(&self) -> Option<&str> {
        (self.session.office_no != self.visit.office_no).then(|| self.session.office_no.as_str())
    }

    /// The token for this session's forms.
    pub(crate) fn csrf(&self) -> String {
        let token = csrf::token(&self.token);
        match self.mark() {
            Some(office_no) => format!("{token}.{office_no}"),
            None => token,
        }
    }

    /// Whether one-time codes for terminals may be issued: by administrators, and by contractors who were allowed to.
    pub(crate) fn may_issue_codes(&self) -> bool {
        match self.session.role {
            StaffRole::Administrator => true,
            StaffRole::Contractor => self.session.contract.is_some_and(|it| it.may_issue_codes),
            StaffRole::CareManager | StaffRole::Staff | StaffRole::Clerk => false,
        }
    }

    /// Makes sure that one-time codes may be issued.
    #[expect(
        clippy::result_large_err,
        reason = "the answer itself, as in the handlers"
    )]
    pub(crate) fn issuer(&self) -> Result<(), Response> {
        if self.may_issue_codes() {
            return Ok(());
        }
        self.administrator()
    }

    /// Makes sure that an administrator asks.
    #[expect(
        clippy::result_large_err,
        reason = "the answer itself, as in the handlers"
    )]
    pub(crate) fn administrator(&self) -> Result<(), Response> {
        if self.session.role == StaffRole::Administrator {
            return Ok(());
        }
        let detail = "職員と端末の変更は、事業所の管理者だけができます。管理者に依頼してください。";
        let message = Message::new(MessageKind::Forbidden, detail);
        Err(self.say(message.next("/care/staff", "職員・端末へ戻る")))
    }

    /// The platform.
    pub(crate) fn platform(&self) -> &Platform {
        self.visit.platform()
    }

    /// This sign-in, to which a card challenge belongs.
    pub(crate) fn sign_in(&self) -> SignIn {
        SignIn::of_token(&self.token.to_text())
    }

    /// Which kind of medical institution the office is, if it is one.
    pub(crate) fn medical(&self) -> Option<MedicalKind> {
        match self.context.caller {
            Caller::Medical {
                gives_care: true, ..
            } => Some(MedicalKind::MedicalAndCare),
            Caller::Medical { .. } => Some(MedicalKind::Medical),
            Caller::Office(_) | Caller::Insurer(_) | Caller::Person(_) | Caller::Operator => None,
        }
    }

    /// Around a page of the menu item `current`.
    pub(crate) fn frame(&self, current: Option<MenuItem>) -> Frame {
        let member = Member {
            user_id: self.session.login.clone(),
            name: self.session.name.clone(),
            role: self.session.role.label().to_owned(),
            organisation: self.office.name.clone(),
            csrf: self.csrf(),
            emergency: !self.emergency.is_empty(),
            more_offices: self.session.more_offices,
            contractor: self.session.role == StaffRole::Contractor,
            medical: self.medical(),
            session: session_end(self.platform(), &self.session),
        };
        Frame {
            member: Some(member),
            current,
            ..self.visit.frame()
        }
    }
}

/// When a session ends without another use, as pages say it.
pub(crate) fn session_end(platform: &Platform, session: &Session) -> SessionEnd {
    let left = session.ends_at.duration_since(platform.now());
    SessionEnd {
        until: words::time_of_day(session.ends_at),
        left_seconds: left.as_secs().max(0),
        last: session.ends_at == session.expires_at,
    }
}

impl FromRequestParts<CareState> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &CareState) -> Result<Self, Response> {
        let visit =
            <Visit as FromRequestParts<CareState>>::from_request_parts(parts, state).await?;
        let Some((session, token)) = visit.session(&parts.headers).await? else {
            let had_one = Token::of(&parts.headers).is_some();
            return Err(see_other(&sign_in_address(parts, had_one)));
        };
        if !session.complete {
            return Err(see_other("/care/second-factor"));
        }
        let storage = |error| visit.storage(&error);
        let mut work = visit.platform().store.point().await.map_err(storage)?;
        let office = offices::find(&mut work, &session.office_no).await;
        let open = list_open_windows(&mut work, visit.platform().now()).await;
        drop(work);
        let emergency = open.map_err(storage)?;
        let Some(office) = office.map_err(storage)? else {
            let detail = "この事業所の利用は停止されています。事業所の管理者に確認してください。";
            return Err(visit.say(Message::new(MessageKind::Forbidden, detail)));
        };
        let actor = Actor::new(Door::Care, session.office_no.as_str())
            .certificate(visit.serial())
            .staff(&session.login)
            .at_terminal_of(visit.office_no.as_str());
        let caller = if office.medical {
            Caller::Medical {
                office_no: session.office_no,
                gives_care: !office.service_kinds.is_empty(),
            }
        } else {
            Caller::Office(session.office_no)
        };
        let context = CallContext {
            caller,
            actor,
            ..visit.context()
        };
        let signed_in = Self {
            visit,
            session,
            token,
            office,
            context,
            emergency,
        };
        contractor::only_theirs(&signed_in, parts).await?;
        Ok(signed_in)
    }
}

/// Where to sign in, and for a page that was asked for, the way back to it.
fn sign_in_address(parts: &Parts, timed_out: bool) -> String {
    let mut address = "/care/sign-in".to_owned();
    let mut mark = '?';
    if parts.method == Method::GET {
        let wanted = parts.uri.path_and_query().map_or("", |it| it.as_str());
        address.push_str("?next=");
        address.push_str(&words::encoded(wanted));
        mark = '&';
    }
    if timed_out {
        address.push(mark);
        address.push_str("state=timed-out");
    }
    address
}
