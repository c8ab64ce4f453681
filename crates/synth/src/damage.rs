//! Rows spoilt on purpose, each so that the reader must reject it.

use kiban_exchange::municipal::{Column, Kind};

use crate::random::Random;

/// Spoils one line of CSV whose fields hold neither commas nor quotes nor line ends.
///
/// An impossible date, a code no table has, or a required value taken away; in the last resort the insured number goes.
pub(crate) fn spoil(line: &[u8], columns: &[Column], random: &mut Random) -> Vec<u8> {
    let mut fields: Vec<&[u8]> = line.trim_ascii_end().split(|byte| *byte == b',').collect();
    let filled = |fields: &[&[u8]], fits: &dyn Fn(&Column) -> bool| {
        let places = fields
            .iter()
            .zip(columns)
            .enumerate()
            .filter(|(_, (field, column))| !field.is_empty() && fits(column));
        places.map(|(at, _)| at).collect::<Vec<usize>>()
    };
    let is_date = |it: &Column| matches!(it.kind, Kind::Date);
    let is_code = |it: &Column| matches!(it.kind, Kind::Code(_));
    let is_required = |it: &Column| it.required;
    let (places, spoilt): (Vec<usize>, &[u8]) = match random.below(3) {
        0 => (filled(&fields, &is_date), b"20230231"),
        1 => (filled(&fields, &is_code), b"?!"),
        _ => (filled(&fields, &is_required), b""),
    };
    let count = u32::try_from(places.len()).unwrap_or(0);
    match places.get(random.below(count) as usize) {
        Some(at) => fields[*at] = spoilt,
        // The insured number is the third of the common columns.
        None => fields[2] = b"",
    }
    let mut line = fields.join(&b',');
    line.push(b'\n');
    line
}
