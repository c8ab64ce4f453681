#![no_main]

use kiban_card::challenge::ChallengeText;
use kiban_card::wire::{AnswerRequest, PollResponse};

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(read) = text.parse::<ChallengeText>() {
        assert_eq!(read.as_str(), text);
    }
    if let Ok(read) = serde_json::from_str::<AnswerRequest>(text) {
        let written = serde_json::to_string(&read).unwrap();
        assert_eq!(
            serde_json::from_str::<AnswerRequest>(&written).unwrap(),
            read
        );
    }
    let _ = serde_json::from_str::<PollResponse>(text);
});
