//! Which persons the caller's office serves.

mod create;
mod end;
mod list;

pub(crate) use create::create;
pub(crate) use end::end;
pub(crate) use list::list;
