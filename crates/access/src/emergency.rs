//! May this caller look although nobody could check who the person is?
//!
//! An emergency view needs no registration. In its place stand an open window of the operator for the person's insurer,
//! a member of an office at one of its terminals, and a reason. It never opens what the municipality's stage keeps
//! closed (S-4), and it shows only what [`EmergencyMatrix`](crate::EmergencyMatrix) says.

use crate::{
    Caller, EmergencyMatrix, EmergencyRead, EmergencySearch, ManageEmergency, PartSet, Permit,
    PersonKey, Refusal, Role,
};
use jiff::SignedDuration;
use kiban_domain::{
    EmergencyArea, InsurerNumber, MunicipalityStage, OfficeNumber, Timestamp, tokyo_date,
};
use std::marker::PhantomData;

/// The longest time for which one reason opens a view: a day, within which the shifts of a shelter hand over once and
/// the reason is asked of the next person again. In force since 2026-04-01.
pub const VIEW_LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// A stretch of time in which the operator lets offices look in emergencies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmergencyWindow {
    /// Its identifier, for the audit trail.
    pub id: String,
    /// Where.
    pub area: EmergencyArea,
    /// First instant.
    pub from: Timestamp,
    /// The first instant after it: as planned, or when it was switched off.
    pub until: Timestamp,
}

impl EmergencyWindow {
    /// Whether it is open at `now`: from its first instant, and not at its end any more.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.until
    }
}

/// A view that an office asked for, with a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmergencyLook {
    /// Its identifier, for the audit trail.
    pub id: String,
    /// Which office asked.
    pub office_no: OfficeNumber,
    /// When it began.
    pub opened_at: Timestamp,
    /// The first instant after it; see [`view_end`].
    pub ends_at: Timestamp,
}

/// Everything that a decision about an emergency view rests on.
#[derive(Debug, Clone)]
pub struct EmergencyFacts<'a> {
    /// The stage of the insurer concerned, today.
    pub stage: MunicipalityStage,
    /// Windows that may cover the insurer: all for a search, for a view the one that it rests on.
    pub windows: &'a [EmergencyWindow],
    /// Whether a signed-in member of the office asks at a terminal that was admitted.
    pub at_terminal: bool,
    /// The present instant.
    pub now: Timestamp,
}

impl EmergencyFacts<'_> {
    /// The window that is open for an insurer, if one is.
    fn open_for(&self, insurer_no: InsurerNumber) -> Option<&EmergencyWindow> {
        let mut windows = self.windows.iter();
        windows.find(|it| it.is_open(self.now) && it.area.covers(&insurer_no))
    }
}

/// Why an emergency view or search is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmergencyRefusal {
    /// The caller is neither an office nor a medical institution.
    #[error("the role may not look in emergencies")]
    NotEntitled,
    /// Not by a signed-in member at a terminal.
    #[error("not at a terminal")]
    NotAtTerminal,
    /// No window is open for the insurer.
    #[error("no emergency window is open")]
    NotOpen,
    /// The insurer does not share its data through the platform yet.
    #[error("the insurer does not share yet")]
    InsurerNotSharing,
    /// There is no such view of this office, or no such person.
    #[error("no such emergency view")]
    NotFound,
    /// The time of the view is over.
    #[error("the emergency view has ended")]
    ViewEnded,
}

impl EmergencyRefusal {
    /// Every refusal.
    pub const ALL: [Self; 6] = [
        Self::NotEntitled,
        Self::NotAtTerminal,
        Self::NotOpen,
        Self::InsurerNotSharing,
        Self::NotFound,
        Self::ViewEnded,
    ];

    /// The stable code that programs see and entries keep.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotEntitled => Refusal::RoleNotEntitled.code(),
            Self::NotAtTerminal => "emergency_terminal_only",
            Self::NotOpen => "emergency_not_open",
            Self::InsurerNotSharing => Refusal::InsurerNotSharing.code(),
            Self::NotFound => "emergency_view_not_found",
            Self::ViewEnded => "emergency_view_ended",
        }
    }

    /// What happened and what to do.
    pub fn message(self) -> &'static str {
        match self {
            Self::NotEntitled => Refusal::RoleNotEntitled.message(),
            Self::NotAtTerminal => {
                "緊急閲覧は、事業所の端末で職員がログインして行います。介護ソフトからは利用できません。"
            }
            Self::NotOpen => {
                "緊急閲覧は、いまこの地域では開かれていません。災害や通信障害のときに、運営者が地域と期間を決めて開きます。ふだんは、本人確認をして担当登録を行ってください。"
            }
            Self::InsurerNotSharing => Refusal::InsurerNotSharing.message(),
            Self::NotFound => {
                "この緊急閲覧は見つかりませんでした。緊急閲覧の画面から、もう一度探してください。"
            }
            Self::ViewEnded => {
                "この緊急閲覧の時間は終わりました。続けて必要なときは、もう一度探して、理由を入力してください。"
            }
        }
    }
}

/// When a view that begins at `now` ends: after [`VIEW_LONGEST`], and never later than its window.
pub fn view_end(now: Timestamp, window: &EmergencyWindow) -> Timestamp {
    let longest = now.checked_add(VIEW_LONGEST).unwrap_or(window.until);
    longest.min(window.until)
}

/// Decides about searching among one insurer's persons.
///
/// # Errors
///
/// An [`EmergencyRefusal`]; never [`EmergencyRefusal::NotFound`] or [`EmergencyRefusal::ViewEnded`].
pub fn search_emergency(
    caller: &Caller,
    insurer_no: &InsurerNumber,
    facts: &EmergencyFacts<'_>,
) -> Result<Permit<EmergencySearch>, EmergencyRefusal> {
    let (role, _) = office_of(caller, facts)?;
    let window = facts
        .open_for(*insurer_no)
        .ok_or(EmergencyRefusal::NotOpen)?;
    if !facts.stage.may_be_seen() {
        return Err(EmergencyRefusal::InsurerNotSharing);
    }
    Ok(Permit {
        caller: caller.clone(),
        person: None,
        role,
        ground: format!("emergency_window:{}", window.id),
        shown: PartSet::EMPTY,
        withheld: Vec::new(),
        member: None,
        insurer: Some(*insurer_no),
        action: PhantomData,
    })
}

/// Decides about one emergency view, each time it is shown. Without a `look` no reason was given.
///
/// # Errors
///
/// An [`EmergencyRefusal`]. Another office's view is not found.
pub fn read_emergency(
    caller: &Caller,
    person: &PersonKey,
    look: Option<&EmergencyLook>,
    facts: &EmergencyFacts<'_>,
    matrix: &EmergencyMatrix,
) -> Result<Permit<EmergencyRead>, EmergencyRefusal> {
    let (role, office_no) = office_of(caller, facts)?;
    let look = look
        .filter(|look| look.office_no == *office_no && look.opened_at <= facts.now)
        .ok_or(EmergencyRefusal::NotFound)?;
    if facts.open_for(person.insurer_no).is_none() {
        return Err(EmergencyRefusal::NotOpen);
    }
    if look.ends_at <= facts.now {
        return Err(EmergencyRefusal::ViewEnded);
    }
    if !facts.stage.may_be_seen() {
        return Err(EmergencyRefusal::InsurerNotSharing);
    }
    Ok(Permit {
        caller: caller.clone(),
        person: Some(person.clone()),
        role,
        ground: format!("emergency:{}", look.id),
        shown: matrix.shown(tokyo_date(facts.now)),
        withheld: Vec::new(),
        member: None,
        insurer: None,
        action: PhantomData,
    })
}

/// Decides about opening, closing and reviewing: the operator's, and nobody else's.
///
/// # Errors
///
/// [`EmergencyRefusal::NotEntitled`] for every other caller.
pub fn manage_emergency(caller: &Caller) -> Result<Permit<ManageEmergency>, EmergencyRefusal> {
    if *caller != Caller::Operator {
        return Err(EmergencyRefusal::NotEntitled);
    }
    Ok(Permit {
        caller: caller.clone(),
        person: None,
        role: Role::Operator,
        ground: "operator".to_owned(),
        shown: PartSet::EMPTY,
        withheld: Vec::new(),
        member: None,
        insurer: None,
        action: PhantomData,
    })
}

fn office_of<'a>(
    caller: &'a Caller,
    facts: &EmergencyFacts<'_>,
) -> Result<(Role, &'a OfficeNumber), EmergencyRefusal> {
    let found = match caller {
        Caller::Office(office_no) => (Role::OtherOffice, office_no),
        Caller::Medical { office_no, .. } => (Role::Medical, office_no),
        Caller::Insurer(_) | Caller::Person(_) | Caller::Operator => {
            return Err(EmergencyRefusal::NotEntitled);
        }
    };
    if facts.at_terminal {
        Ok(found)
    } else {
        Err(EmergencyRefusal::NotAtTerminal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn window(until: &str) -> EmergencyWindow {
        EmergencyWindow {
            id: "w".into(),
            area: "13".parse().expect("an area"),
            from: at("2026-11-01T00:00:00Z"),
            until: at(until),
        }
    }

    #[test]
    fn x4_a_window_is_open_from_its_first_instant_and_not_at_its_end() {
        let window = window("2026-11-02T00:00:00Z");
        for (now, open) in [
            ("2026-10-31T23:59:59.999999Z", false),
            ("2026-11-01T00:00:00Z", true),
            ("2026-11-01T23:59:59.999999Z", true),
            ("2026-11-02T00:00:00Z", false),
        ] {
            assert_eq!(window.is_open(at(now)), open, "{now}");
        }
    }

    #[test]
    fn x4_a_view_ends_after_a_day_and_never_after_its_window() {
        let now = at("2026-11-01T01:00:00Z");
        let long = window("2026-11-15T00:00:00Z");
        assert_eq!(view_end(now, &long), at("2026-11-02T01:00:00Z"));
        let short = window("2026-11-01T02:00:00Z");
        assert_eq!(view_end(now, &short), short.until);
    }

    #[test]
    fn x4_refusals_have_codes_of_their_own_and_words() {
        let mut codes = EmergencyRefusal::ALL.map(EmergencyRefusal::code).to_vec();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), EmergencyRefusal::ALL.len());
        for refusal in EmergencyRefusal::ALL {
            assert!(refusal.message().ends_with('。'), "{refusal:?}");
        }
    }
}
