//! 担当登録の管理 (C12).

pub(crate) mod end;
pub(crate) mod hand_over;
pub(crate) mod handovers;
pub(crate) mod list;
pub(crate) mod waiting;
