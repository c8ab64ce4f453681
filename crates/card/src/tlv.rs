//! BER-TLV as 券面入力補助AP writes it: tags of one or two bytes, definite lengths, filler at the end of a file.

/// One object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tlv<'a> {
    /// Tag, one or two bytes, big-endian.
    pub(crate) tag: u16,
    /// Its content.
    pub(crate) value: &'a [u8],
    /// Header and content.
    pub(crate) whole: &'a [u8],
}

/// Reads the object at the start of `bytes`; nothing when it does not fit or is not written so.
pub(crate) fn first(bytes: &[u8]) -> Option<Tlv<'_>> {
    let (&lead, rest) = bytes.split_first()?;
    let (tag, rest) = if lead & 0x1F == 0x1F {
        let (&second, rest) = rest.split_first()?;
        // A third tag byte does not occur on the card.
        if second & 0x80 != 0 {
            return None;
        }
        (u16::from_be_bytes([lead, second]), rest)
    } else {
        (u16::from(lead), rest)
    };
    let (length, rest) = length(rest)?;
    let value = rest.get(..length)?;
    let whole = bytes.get(..bytes.len() - rest.len() + length)?;
    Some(Tlv { tag, value, whole })
}

/// The objects one after the other until the end or the filler; nothing when one of them is broken.
pub(crate) fn all(mut bytes: &[u8]) -> Option<Vec<Tlv<'_>>> {
    let mut found = Vec::new();
    // A tag of FF is one of the card's own files, and only outside; inside, 00 and FF are filler.
    while let Some(&lead) = bytes.first() {
        if matches!(lead, 0x00 | 0xFF) {
            break;
        }
        let one = first(bytes)?;
        bytes = bytes.get(one.whole.len()..)?;
        found.push(one);
    }
    Some(found)
}

fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    match *bytes {
        [short @ 0..=0x7F, ref rest @ ..] => Some((short.into(), rest)),
        [0x81, one, ref rest @ ..] => Some((one.into(), rest)),
        [0x82, high, low, ref rest @ ..] => Some((u16::from_be_bytes([high, low]).into(), rest)),
        _ => None,
    }
}

/// The length of the header and content of the object that begins in `head`, before all of it has been read.
pub(crate) fn announced_length(head: &[u8]) -> Option<usize> {
    let (&lead, rest) = head.split_first()?;
    let rest = if lead & 0x1F == 0x1F {
        rest.get(1..)?
    } else {
        rest
    };
    let (length, rest) = length(rest)?;
    Some(head.len() - rest.len() + length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tags_and_lengths_of_one_to_three_bytes() {
        let two = [0xDF, 0x22, 0x02, b'a', b'b', 0xFF, 0xFF];
        let got = first(&two).unwrap();
        assert_eq!(
            (got.tag, got.value, got.whole.len()),
            (0xDF22, &b"ab"[..], 5)
        );
        let long = [&[0x90, 0x82, 0x01, 0x00][..], &[7; 256]].concat();
        assert_eq!(first(&long).unwrap().value.len(), 256);
        assert_eq!(first(&long[..100]), None);
        assert_eq!(announced_length(&long[..4]), Some(260));
        assert_eq!(first(&[0x90, 0x80]), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
            if let Some(one) = first(&bytes) {
                prop_assert!(bytes.starts_with(one.whole));
                prop_assert_eq!(announced_length(&bytes), Some(one.whole.len()));
            }
            if let Some(found) = all(&bytes) {
                prop_assert!(found.iter().map(|one| one.whole.len()).sum::<usize>() <= bytes.len());
            }
        }
    }
}
