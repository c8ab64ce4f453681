#![no_main]

use kiban_exchange::delivery_report::{LetterName, TOKEN, read};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some(report) = read(bytes) else {
        return;
    };
    assert!(report.letters.len() <= 8);
    for letter in report.letters {
        assert!(letter.number.len() == 32 && letter.token.len() == TOKEN);
        let text = format!("{}.{}", letter.number, letter.token);
        assert_eq!(LetterName::read(&text), Some(letter));
    }
    for status in report.failed {
        assert!(matches!(status.class, 4 | 5) && status.subject <= 999 && status.detail <= 999);
    }
});
