//! BER-TLV and the file of the four attributes.

use super::order::Person;

/// Writes one object: tag of one or two bytes, shortest length.
pub(crate) fn object(tag: u16, value: &[u8]) -> Vec<u8> {
    let [high, low] = tag.to_be_bytes();
    let mut bytes = if high == 0 {
        vec![low]
    } else {
        vec![high, low]
    };
    let length = u16::try_from(value.len()).expect("a file is shorter than 64 KiB");
    match length {
        0..=0x7F => bytes.push(length.to_be_bytes()[1]),
        0x80..=0xFF => bytes.extend([0x81, length.to_be_bytes()[1]]),
        _ => {
            bytes.push(0x82);
            bytes.extend(length.to_be_bytes());
        }
    }
    bytes.extend(value);
    bytes
}

/// EF 0002: a table of four offsets, counted from the start of the file, then name, address, birth date and sex.
pub(crate) fn attributes(person: &Person) -> Vec<u8> {
    let birth = person.birth_date.strftime("%Y%m%d").to_string();
    let parts = [
        object(0xDF22, person.name.as_bytes()),
        object(0xDF23, person.address.as_bytes()),
        object(0xDF24, birth.as_bytes()),
        object(0xDF25, person.sex.as_bytes()),
    ];
    // The table has 8 bytes whatever it says, so the file can be measured before it is known.
    let measured = object(0xFF20, &[object(0xDF21, &[0; 8]), parts.concat()].concat());
    let mut at = measured.len() - parts.iter().map(Vec::len).sum::<usize>();
    let mut table = Vec::new();
    for part in &parts {
        let offset = u16::try_from(at).expect("a file is shorter than 64 KiB");
        table.extend(offset.to_be_bytes());
        at += part.len();
    }
    object(0xFF20, &[object(0xDF21, &table), parts.concat()].concat())
}
