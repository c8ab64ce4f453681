//! May this member of an office read its access log, and whose looks?

use crate::{Caller, PartSet, Permit, ReadAccessLog, Refusal, Role};
use std::marker::PhantomData;

/// Who wants to read the access log of an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogReader<'a> {
    /// The office's administrator, who answers for its staff.
    Administrator,
    /// Any other member, by login.
    Member(&'a str),
}

/// Decides about reading the access log of one's own office: administrators see the whole office, everybody else their
/// own looks only.
///
/// # Errors
///
/// [`Refusal::RoleNotEntitled`] for callers that are no office.
pub fn read_access_log(
    caller: &Caller,
    reader: LogReader<'_>,
) -> Result<Permit<ReadAccessLog>, Refusal> {
    let office_no = match caller {
        Caller::Office(office_no) | Caller::Medical { office_no, .. } => office_no,
        Caller::Insurer(_) | Caller::Person(_) | Caller::Operator => {
            return Err(Refusal::RoleNotEntitled);
        }
    };
    let (member, ground) = match reader {
        LogReader::Administrator => (None, format!("administrator:{}", office_no.as_str())),
        LogReader::Member(login) => (Some(login.to_owned()), "own_looks".to_owned()),
    };
    Ok(Permit {
        caller: caller.clone(),
        person: None,
        role: Role::OtherOffice,
        ground,
        shown: PartSet::EMPTY,
        withheld: Vec::new(),
        member,
        insurer: None,
        action: PhantomData,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s2_members_see_their_own_looks_and_administrators_the_offices() {
        let office_no = "1379900015".parse().expect("a number");
        let office = Caller::Office(office_no);
        let all = read_access_log(&office, LogReader::Administrator).expect("allowed");
        assert_eq!((all.organisation(), all.member()), ("1379900015", None));
        let own = read_access_log(&office, LogReader::Member("sato")).expect("allowed");
        assert_eq!(
            (own.organisation(), own.member()),
            ("1379900015", Some("sato"))
        );
        let insurer = Caller::Insurer("131128".parse().expect("a number"));
        for stranger in [insurer, Caller::Operator] {
            let refused = read_access_log(&stranger, LogReader::Administrator);
            assert_eq!(refused.err(), Some(Refusal::RoleNotEntitled));
        }
    }
}
