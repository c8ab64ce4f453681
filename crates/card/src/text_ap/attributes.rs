//! 基本4情報: name, address, birth date and sex as text.

use jiff::civil::Date;
use kiban_domain::PrivateText;

use crate::tlv;

const FILE: u16 = 0xFF20;
const OFFSETS: u16 = 0xDF21;
const NAME: u16 = 0xDF22;
const ADDRESS: u16 = 0xDF23;
const BIRTH_DATE: u16 = 0xDF24;
const SEX: u16 = 0xDF25;

/// Name, address, birth date and sex of the holder. They are for comparing, and then dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct FourAttributes {
    /// Family and given name, parted by U+3000. Characters may have been replaced by similar ones.
    pub name: PrivateText,
    /// With full-width digits.
    pub address: PrivateText,
    /// Gregorian.
    pub birth_date: Date,
    /// As the card writes it.
    pub sex: CardSex,
}

/// Shows nothing.
impl std::fmt::Debug for FourAttributes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FourAttributes(…)")
    }
}

/// Sex after JIS X 0303, as the card has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CardSex {
    /// `1`.
    Male,
    /// `2`.
    Female,
    /// `9`.
    NotApplicable,
    /// `0`.
    Unknown,
}

impl FourAttributes {
    /// Reads the file (EF 0002); filler behind the object does not matter.
    ///
    /// # Errors
    ///
    /// [`UnreadableAttributes`] when a part is missing, twice there, or not what it should be, or when the table of offsets
    /// says something else.
    pub fn parse(file: &[u8]) -> Result<Self, UnreadableAttributes> {
        let outer = outer(file)?;
        let objects = tlv::all(outer.value).ok_or(UnreadableAttributes)?;
        let part = |tag: u16| {
            let mut found = objects.iter().filter(|one| one.tag == tag);
            match (found.next(), found.next()) {
                (Some(one), None) => Ok(one.value),
                _ => Err(UnreadableAttributes),
            }
        };
        check_offsets(outer, part(OFFSETS)?, &objects)?;
        let text = |tag| {
            let text = std::str::from_utf8(part(tag)?).map_err(|_| UnreadableAttributes)?;
            let plain = !text.is_empty() && !text.chars().any(char::is_control);
            plain
                .then(|| PrivateText::new(text))
                .ok_or(UnreadableAttributes)
        };
        Ok(Self {
            name: text(NAME)?,
            address: text(ADDRESS)?,
            birth_date: date(part(BIRTH_DATE)?)?,
            sex: sex(part(SEX)?)?,
        })
    }
}

/// Not the shape of 基本4情報. Says nothing of the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the four attributes cannot be read")]
pub struct UnreadableAttributes;

/// What the issuer's digest covers: the content without the table of offsets.
pub(crate) fn digested_part(file: &[u8]) -> Option<&[u8]> {
    let outer = outer(file).ok()?;
    let table = tlv::first(outer.value).filter(|one| one.tag == OFFSETS)?;
    outer.value.get(table.whole.len()..)
}

fn outer(file: &[u8]) -> Result<tlv::Tlv<'_>, UnreadableAttributes> {
    tlv::first(file)
        .filter(|one| one.tag == FILE)
        .ok_or(UnreadableAttributes)
}

/// The table names where each of the four begins, counted from the start of the file.
fn check_offsets(
    outer: tlv::Tlv<'_>,
    table: &[u8],
    objects: &[tlv::Tlv<'_>],
) -> Result<(), UnreadableAttributes> {
    let mut at = outer.whole.len() - outer.value.len();
    let mut starts = Vec::new();
    for one in objects {
        if one.tag != OFFSETS {
            let start = u16::try_from(at).map_err(|_| UnreadableAttributes)?;
            starts.extend(start.to_be_bytes());
        }
        at += one.whole.len();
    }
    (starts == table).then_some(()).ok_or(UnreadableAttributes)
}

fn date(bytes: &[u8]) -> Result<Date, UnreadableAttributes> {
    let digits = bytes.len() == 8 && bytes.iter().all(u8::is_ascii_digit);
    let number = |range: std::ops::Range<usize>| {
        let text = bytes.get(range).and_then(|it| std::str::from_utf8(it).ok());
        text.filter(|_| digits)
            .and_then(|it| it.parse::<i16>().ok())
    };
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(4..6), number(6..8)) else {
        return Err(UnreadableAttributes);
    };
    let (Ok(month), Ok(day)) = (i8::try_from(month), i8::try_from(day)) else {
        return Err(UnreadableAttributes);
    };
    Date::new(year, month, day).map_err(|_| UnreadableAttributes)
}

fn sex(bytes: &[u8]) -> Result<CardSex, UnreadableAttributes> {
    match bytes {
        b"1" => Ok(CardSex::Male),
        b"2" => Ok(CardSex::Female),
        b"9" => Ok(CardSex::NotApplicable),
        b"0" => Ok(CardSex::Unknown),
        _ => Err(UnreadableAttributes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn object(tag: u16, value: &[u8]) -> Vec<u8> {
        let length = u8::try_from(value.len()).unwrap();
        let mut bytes = tag.to_be_bytes().to_vec();
        if length >= 0x80 {
            bytes.push(0x81);
        }
        bytes.push(length);
        bytes.extend(value);
        bytes
    }

    fn file(name: &str, address: &str, birth: &str, sex: &str) -> Vec<u8> {
        let parts = [
            (NAME, name),
            (ADDRESS, address),
            (BIRTH_DATE, birth),
            (SEX, sex),
        ];
        let parts: Vec<_> = parts
            .iter()
            .map(|(tag, it)| object(*tag, it.as_bytes()))
            .collect();
        let inner = 11 + parts.iter().map(Vec::len).sum::<usize>();
        let mut at = if inner < 0x80 { 3 } else { 4 } + 11;
        let mut table = Vec::new();
        for part in &parts {
            table.extend(u16::try_from(at).unwrap().to_be_bytes());
            at += part.len();
        }
        object(FILE, &[object(OFFSETS, &table), parts.concat()].concat())
    }

    #[test]
    fn the_four_attributes_are_read() {
        let mut bytes = file("介護　花子", "東京都架空市１－２－３", "19400115", "2");
        bytes.extend([0xFF; 40]);
        let read = FourAttributes::parse(&bytes).unwrap();
        assert_eq!(read.name.as_str(), "介護　花子");
        assert_eq!(read.address.as_str(), "東京都架空市１－２－３");
        assert_eq!(read.birth_date.to_string(), "1940-01-15");
        assert_eq!(read.sex, CardSex::Female);
        assert_eq!(format!("{read:?}"), "FourAttributes(…)");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let refused = |bytes: &[u8]| assert!(FourAttributes::parse(bytes).is_err());
        refused(&file("甲　乙", "丙", "19400230", "2"));
        refused(&file("甲　乙", "丙", "1940011", "2"));
        refused(&file("甲　乙", "丙", "19400115", "3"));
        refused(&file("", "丙", "19400115", "2"));
        refused(&file("甲\n乙", "丙", "19400115", "2"));
        let good = file("甲　乙", "丙", "19400115", "2");
        refused(&good[..good.len() - 1]);
        let mut moved = good.clone();
        moved[7] += 1;
        refused(&moved);
        // The file with the My Number has another tag.
        let mut other = good;
        other[1] = 0x10;
        refused(&other);
    }

    proptest! {
        #[test]
        fn any_attributes_come_back(name in "[亜-熙　]{1,8}", address in "[亜-熙０-９]{1,12}", day in 0_i32..40_000) {
            let date = jiff::civil::date(1900, 1, 1) + jiff::Span::new().days(day);
            let birth = format!("{:04}{:02}{:02}", date.year(), date.month(), date.day());
            let read = FourAttributes::parse(&file(&name, &address, &birth, "1")).unwrap();
            prop_assert_eq!((read.name.as_str(), read.address.as_str(), read.birth_date), (name.as_str(), address.as_str(), date));
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
            let _ = FourAttributes::parse(&bytes);
            let _ = digested_part(&bytes);
        }

        #[test]
        fn no_changed_byte_makes_it_panic(at: prop::sample::Index, byte: u8) {
            let mut bytes = file("介護　花子", "東京都架空市１－２－３", "19400115", "2");
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let _ = FourAttributes::parse(&bytes);
        }
    }
}
