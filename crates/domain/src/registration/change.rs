use crate::codes::code_table;

code_table! {
    /// Where an office's wish for another name or address stands. Source: ui, 9.2, M02.
    ChangeState {
        Waiting = "waiting", "審査中";
        Accepted = "accepted", "反映済み";
        Refused = "refused", "差戻し";
        Withdrawn = "withdrawn", "取下げ";
    }
}
