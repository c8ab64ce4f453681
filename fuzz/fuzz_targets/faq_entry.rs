#![no_main]

use kiban_helpdesk::{SourceFile, load};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let file = SourceFile {
        name: "faq/a.md".to_owned(),
        text: text.to_owned(),
    };
    let lines = text.lines().count() + 1;
    match load(&[file]) {
        Ok(passages) => {
            assert_eq!(passages.len(), 1);
            assert!(passages[0].id == "a" && passages[0].aliases.len() >= 4);
        }
        Err(errors) => {
            assert!(!errors.is_empty());
            for error in errors {
                assert!((1..=lines).contains(&error.line), "{error}");
            }
        }
    }
});
