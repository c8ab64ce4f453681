//! What is recorded about one act: who, through which door, what, about whom, on which ground, with what outcome.

use std::borrow::Cow;
use std::fmt;

use kiban_domain::Timestamp;
use uuid::Uuid;

use crate::Entry;
use crate::merkle::{Hash, digest};

/// The lane of acts that concern no insurer, such as an operator's sign-in.
pub const NO_INSURER: &str = "000000";

/// One act, as it will be written. Made with [`Event::new`] and the methods that add to it.
///
/// # Examples
///
/// ```
/// use kiban_audit::{Action, Actor, Door, Event};
/// use uuid::Uuid;
///
/// let actor = Actor::new(Door::Care, "1370000001").certificate("0a1b").staff("sato");
/// let event = Event::new(Uuid::nil(), "2026-08-01T00:00:00Z".parse().unwrap(), "131234", actor, Action::ReadPerson)
///     .about("0000000001")
///     .shown(["certification"], b"what the page said");
/// let entry = event.to_entry();
/// assert_eq!(entry.parse().unwrap(), event);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Event {
    /// Identifier of the entry, UUID version 7: sorts by time.
    pub id: Uuid,
    /// When it happened.
    pub at: Timestamp,
    /// The insurer whose lane records it (six digits), or [`NO_INSURER`].
    pub lane: String,
    /// Who acted.
    pub actor: Actor,
    /// What was done or tried.
    pub action: Action,
    /// The insured person concerned (ten characters), if any.
    pub insured_no: Option<String>,
    /// The purpose the actor stated, as a stable word.
    pub purpose: Option<Cow<'static, str>>,
    /// What the permission rested on, such as the identifier of a care relation.
    pub ground: Option<String>,
    /// Whether it was allowed.
    pub outcome: Outcome,
    /// The parts of the record that were shown, as stable words.
    pub parts: Vec<Cow<'static, str>>,
    /// SHA-256 of the bytes that were shown or taken in, so that the content can be proved without being kept.
    pub content: Option<Hash>,
    /// The request's number in the log.
    pub request_id: Option<String>,
}

impl Event {
    /// An allowed act without particulars.
    pub fn new(id: Uuid, at: Timestamp, lane: &str, actor: Actor, action: Action) -> Self {
        Self {
            id,
            at,
            lane: lane.to_owned(),
            actor,
            action,
            insured_no: None,
            purpose: None,
            ground: None,
            outcome: Outcome::Allowed,
            parts: Vec::new(),
            content: None,
            request_id: None,
        }
    }

    /// Names the insured person concerned.
    #[must_use]
    pub fn about(mut self, insured_no: &str) -> Self {
        self.insured_no = Some(insured_no.to_owned());
        self
    }

    /// States the purpose.
    #[must_use]
    pub fn purpose(mut self, purpose: impl Into<Cow<'static, str>>) -> Self {
        self.purpose = Some(purpose.into());
        self
    }

    /// Names what the permission rested on.
    #[must_use]
    pub fn ground(mut self, ground: impl Into<String>) -> Self {
        self.ground = Some(ground.into());
        self
    }

    /// Marks the act as refused. `reason` is a stable code, not a sentence.
    #[must_use]
    pub fn refused(mut self, reason: impl Into<Cow<'static, str>>) -> Self {
        self.outcome = Outcome::Refused {
            reason: reason.into(),
        };
        self
    }

    /// Records which parts were shown and the digest of `content`, the bytes of the answer.
    #[must_use]
    pub fn shown<P: Into<Cow<'static, str>>>(
        mut self,
        parts: impl IntoIterator<Item = P>,
        content: &[u8],
    ) -> Self {
        self.parts = parts.into_iter().map(Into::into).collect();
        self.content = Some(digest(&[content]));
        self
    }

    /// Names the request in the log.
    #[must_use]
    pub fn request(mut self, request_id: impl Into<String>) -> Self {
        self.request_id = Some(request_id.into());
        self
    }

    /// The stored form.
    pub fn to_entry(&self) -> Entry {
        Entry::of(self)
    }
}

/// Leaves out the insured number: an event may end in a log by mistake.
impl fmt::Debug for Event {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Event")
            .field("id", &self.id)
            .field("at", &self.at)
            .field("lane", &self.lane)
            .field("actor", &self.actor)
            .field("action", &self.action)
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The way in.
    pub door: Door,
    /// Office, institution or insurer number of the organisation; the program's own name for [`Door::System`].
    pub organisation: String,
    /// Serial number of the client certificate, lower-case hex, where the door asks for one.
    pub certificate: Option<String>,
    /// Login identifier of the person who signed in.
    pub staff: Option<String>,
    /// The office whose terminal it was, when the person acted there as another office of the same company.
    pub terminal_of: Option<String>,
}

impl Actor {
    /// An actor known by organisation only.
    pub fn new(door: Door, organisation: &str) -> Self {
        Self {
            door,
            organisation: organisation.to_owned(),
            certificate: None,
            staff: None,
            terminal_of: None,
        }
    }

    /// Adds the serial number of the client certificate.
    #[must_use]
    pub fn certificate(mut self, serial: &str) -> Self {
        self.certificate = Some(serial.to_owned());
        self
    }

    /// Adds the login identifier of the person.
    #[must_use]
    pub fn staff(mut self, login: &str) -> Self {
        self.staff = Some(login.to_owned());
        self
    }

    /// Adds the office whose terminal it was; nothing when the organisation is that office.
    #[must_use]
    pub fn at_terminal_of(mut self, organisation: &str) -> Self {
        self.terminal_of = (organisation != self.organisation).then(|| organisation.to_owned());
        self
    }
}

/// Whether the act was allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Allowed,
    /// It was refused; nothing was shown or changed.
    Refused {
        /// Stable code of the reason.
        reason: Cow<'static, str>,
    },
}

/// An enum of words that are written into entries for ever, so each has one spelling and never changes.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
            /// A word that this version does not know; kept as it is.
            Other(String),
        }

        impl $name {
            /// The word written into the entry.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)+
                    other => Self::Other(other.to_owned()),
                }
            }
        }
    };
}

words! {
    /// The way in.
    Door {
        /// Terminals of offices and clinics.
        Care = "care",
        /// Other systems.
        Connect = "connect",
        /// The open internet.
        Portal = "portal",
        /// The operator's console or command line.
        Operator = "operator",
        /// The program itself: schedules and jobs.
        System = "system",
    }
}

words! {
    /// What was done or tried.
    Action {
        /// The five items of a person were compared.
        IdentityCheck = "identity_check",
        /// A challenge for a card at a terminal was made, or moved on; the purpose is the new state.
        CardCheck = "card_check",
        /// From now on a card stands for a person.
        CardLinked = "card_linked",
        /// A card stands for a person no more.
        CardUnlinked = "card_unlinked",
        /// A care relation was registered.
        RegisterRelation = "register_relation",
        /// A care relation was ended.
        EndRelation = "end_relation",
        /// An office said that a care relation goes on.
        ConfirmRelation = "confirm_relation",
        /// A person was offered to another office, or such an offer moved on.
        HandOver = "hand_over",
        /// A person's record was read.
        ReadPerson = "read_person",
        /// A list of persons was read.
        ListPersons = "list_persons",
        /// A paper (care plan, opinion, other document) was read.
        ReadDocument = "read_document",
        /// A paper was written or replaced.
        WriteDocument = "write_document",
        /// A record was given out as a file.
        Export = "export",
        /// Somebody signed in.
        SignIn = "sign_in",
        /// Somebody signed out.
        SignOut = "sign_out",
        /// A staff account was made or changed.
        AccountChanged = "account_changed",
        /// A consent was given or withdrawn.
        ConsentChanged = "consent_changed",
        /// A file arrived.
        TransferReceived = "transfer_received",
        /// A file was taken into the records.
        TransferApplied = "transfer_applied",
        /// A certificate was issued.
        CertificateIssued = "certificate_issued",
        /// A certificate was revoked.
        CertificateRevoked = "certificate_revoked",
        /// An application or opinion moved to another stage.
        StageChanged = "stage_changed",
        /// A setting was changed.
        SettingChanged = "setting_changed",
        /// An emergency window was opened or closed; the purpose says which.
        EmergencyWindow = "emergency_window",
        /// Somebody was searched for while an emergency window was open, or was found by such a search.
        EmergencySearch = "emergency_search",
        /// An emergency view was asked for, with a reason.
        EmergencyOpened = "emergency_opened",
        /// What an emergency view shows was read.
        EmergencyView = "emergency_view",
        /// The operator reviewed an emergency view; the purpose is the finding.
        EmergencyReviewed = "emergency_reviewed",
        /// An inquiry was read by the operator; the ground is its number.
        InquiryRead = "inquiry_read",
        /// An inquiry was answered, taken on or closed; the ground is its number.
        InquiryHandled = "inquiry_handled",
        /// An article was written, sent to review, published or withdrawn; the ground is its name and version.
        ArticleChanged = "article_changed",
        /// Applications of offices were read by the operator; the ground is a receipt, or how many were listed.
        RegistrationRead = "registration_read",
        /// Accounts of the portal were read by the operator; the ground is an ID, or how many were listed.
        AccountRead = "account_read",
        /// An application of an office moved on; the ground is its receipt, the purpose the step.
        RegistrationMoved = "registration_moved",
        /// Applications for subsidies were read by the operator; the ground is a receipt, or how many were listed.
        SubsidyRead = "subsidy_read",
        /// An application for a subsidy moved on; the ground is its receipt, the purpose the step.
        SubsidyMoved = "subsidy_moved",
        /// A payment run moved on, or its file was given out; the ground is its number, the purpose the step.
        PaymentMoved = "payment_moved",
        /// A scheme of subsidies was proposed or decided on; the ground is its word and revision, the purpose the step.
        SchemeMoved = "scheme_moved",
        /// The audit trail itself was read.
        AuditRead = "audit_read",
        /// A page or route was asked for that the role does not open.
        RouteRefused = "route_refused",
    }
}
