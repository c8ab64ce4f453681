#![no_main]

use kiban_exchange::person_list::{MAX_ROWS, decode, read};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(list) = read(data) else { return };
    let mut lines: Vec<u64> = list.entries.iter().map(|it| it.line).collect();
    lines.extend(list.bad.iter().map(|it| it.line));
    lines.extend(list.repeated.iter().map(|it| it.line));
    let rows = lines.len();
    lines.sort_unstable();
    lines.dedup();
    assert!((1..=MAX_ROWS).contains(&rows) && lines.len() == rows && lines[0] >= 1);
    for it in &list.repeated {
        assert!(list.entries.iter().any(|entry| entry.line == it.first));
    }
    // The text goes through a page and comes back: it says the same.
    let (text, _) = decode(data).unwrap();
    let again = read(text.as_bytes()).unwrap();
    assert!(again.entries == list.entries && again.bad == list.bad);
    assert_eq!(again.repeated, list.repeated);
});
