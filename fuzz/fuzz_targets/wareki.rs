#![no_main]

use kiban_domain::{Wareki, read_date};

libfuzzer_sys::fuzz_target!(|text: &str| {
    match read_date(text) {
        Ok(read) => {
            let written = Wareki::try_from(read.date).unwrap();
            if written.year() > 999 {
                // No era lasts so long; four digits after an era are a Gregorian year by mistake and refused.
                return;
            }
            let again = read_date(&written.long()).unwrap();
            assert_eq!((again.date, again.hint), (read.date, None));
        }
        Err(error) => assert!(!error.message().is_empty() && !error.code().is_empty()),
    }
});
