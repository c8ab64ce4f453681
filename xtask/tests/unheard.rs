//! A task whose listener is gone (`cargo xtask … | head`) ends quietly.

use std::process::{Command, Stdio};

#[test]
fn a_task_that_nobody_listens_to_ends_without_a_word() {
    for arguments in [&["test", "--list"][..], &["test", "--only", "arrows"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ended = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(arguments)
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&ended.stderr), "", "{arguments:?}");
        assert_eq!(ended.status.code(), Some(141), "{arguments:?}");
    }
}
