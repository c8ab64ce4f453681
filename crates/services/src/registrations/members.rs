//! What an application makes of its applicant: a member of the office from the beginning, its administrator when it is admitted,
//! nobody when it ends.

use kiban_domain::{Body, PortalRole, Roles, Timestamp};
use kiban_store::{
    Error, Work,
    repo::{
        portal_users::{self, MembershipRow},
        registrations::RegistrationRow,
    },
};

/// Lets the applicant act for the office in this role, so that they see how their application stands, or keep the office's members.
pub(super) async fn let_in(
    work: &mut Work,
    row: &RegistrationRow,
    role: PortalRole,
    at: Timestamp,
) -> Result<(), Error> {
    set(work, row, role, true, at).await
}

/// The applicant acts for the office no more: its number is free for somebody else now.
pub(super) async fn let_out(
    work: &mut Work,
    row: &RegistrationRow,
    at: Timestamp,
) -> Result<(), Error> {
    set(work, row, PortalRole::Member, false, at).await
}

async fn set(
    work: &mut Work,
    row: &RegistrationRow,
    role: PortalRole,
    holds: bool,
    at: Timestamp,
) -> Result<(), Error> {
    let membership = MembershipRow {
        user_id: row.applicant_id,
        body: Body::Office(row.office.office_no),
        roles: Roles::of([role]),
        holds,
        granted_by: format!("registration:{}", row.receipt),
        granted_at: at,
    };
    portal_users::set_membership(work, &membership).await
}
