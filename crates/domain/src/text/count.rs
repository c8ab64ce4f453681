//! Whole numbers as people type them.

/// Reads a whole number from 0: digits in full or half width, with commas between them and one of `units` behind, such as
/// 「１６，０００円」. Nothing else is passed over, a minus sign least of all: an amount is no identifier. Up to 18 digits.
pub fn read_count(text: &str, units: &[char]) -> Option<u64> {
    let text = text.trim();
    let bare = text.strip_suffix(units).unwrap_or(text).trim_end();
    let mut digits = String::new();
    for it in bare.chars() {
        match it {
            '0'..='9' => digits.push(it),
            '０'..='９' => digits.push(char::from_digit(u32::from(it) - u32::from('０'), 10)?),
            ',' | '，' if !digits.is_empty() => {}
            _ => return None,
        }
    }
    if digits.len() > 18 {
        return None;
    }
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::read_count;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (text, number) in [
            ("0", Some(0)),
            ("１６，０００円", Some(16_000)),
            (" 16,000 円 ", Some(16_000)),
            ("2台", Some(2)),
            ("007", Some(7)),
        ] {
            assert_eq!(read_count(text, &['円', '台']), number, "{text}");
        }
    }

    #[test]
    fn nothing_is_left_out_of_an_amount() {
        for text in [
            "",
            "-1",
            "−1",
            "ー1",
            "16-0-0",
            "16ー0",
            "1 6",
            "1.5",
            ",1",
            "円",
            "1円円",
            "①",
            "9999999999999999999",
        ] {
            assert_eq!(read_count(text, &['円']), None, "{text}");
        }
    }
}
