use crate::Yen;
use unicode_normalization::UnicodeNormalization as _;

/// Why a text is no amount of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidYen {
    /// Nothing was typed.
    #[error("the amount is empty")]
    Empty,
    /// It is below zero.
    #[error("the amount is negative")]
    Negative,
    /// It has a part of a yen.
    #[error("the amount is not whole")]
    Fraction,
    /// It is something else, or has more than twelve digits.
    #[error("not an amount")]
    NotANumber,
}

/// An amount as people type it: any width, with commas between groups, 「円」 or 「¥」.
///
/// # Errors
///
/// See [`InvalidYen`].
///
/// # Examples
///
/// ```
/// assert_eq!(kiban_domain::read_yen("￥６４，０００円").unwrap().get(), 64_000);
/// ```
pub fn read_yen(text: &str) -> Result<Yen, InvalidYen> {
    let normal: String = text.nfkc().filter(|it| !it.is_whitespace()).collect();
    let bare = normal
        .trim_start_matches(['¥', '\\'])
        .trim_end_matches('円');
    if bare.is_empty() {
        return Err(InvalidYen::Empty);
    }
    let mut characters = bare.chars();
    let (sign, rest) = (characters.next(), characters.as_str());
    if sign.is_some_and(|it| {
        it != 'ー' && (it == '▲' || it == '△' || crate::identifiers::is_hyphen(it))
    }) && rest.starts_with(|it: char| it.is_ascii_digit())
    {
        return Err(InvalidYen::Negative);
    }
    if let Some((whole, part)) = bare.split_once('.') {
        let digits = |it: &str| it.chars().all(|it| it.is_ascii_digit() || it == ',');
        return Err(if digits(whole) && digits(part) {
            InvalidYen::Fraction
        } else {
            InvalidYen::NotANumber
        });
    }
    grouped(bare).ok_or(InvalidYen::NotANumber)
}

/// Digits without commas, or with one before every three.
fn grouped(text: &str) -> Option<Yen> {
    let mut groups = text.split(',');
    let first = groups.next()?;
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    let mut whole = first.to_owned();
    let mut count = 1;
    for group in groups {
        if group.len() != 3 || first.len() > 3 {
            return None;
        }
        whole.push_str(group);
        count += 1;
    }
    let fits = digits(&whole) && digits(first) && whole.len() <= 12 && count <= 4;
    fits.then(|| whole.parse().ok().map(Yen::new))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g4_amounts_are_taken_as_people_type_them_and_nothing_is_guessed() {
        for (typed, yen) in [
            ("64000", 64_000),
            ("６４，０００", 64_000),
            ("¥64,000円", 64_000),
            (" 0 円", 0),
            ("9,999,999,999", 9_999_999_999),
        ] {
            assert_eq!(read_yen(typed), Ok(Yen::new(yen)), "{typed}");
        }
        for (typed, why) in [
            ("", InvalidYen::Empty),
            ("円", InvalidYen::Empty),
            ("-1", InvalidYen::Negative),
            ("▲500", InvalidYen::Negative),
            ("−１，０００", InvalidYen::Negative),
            ("64000.5", InvalidYen::Fraction),
            ("64.000", InvalidYen::Fraction),
            ("6,4000", InvalidYen::NotANumber),
            ("64000,000", InvalidYen::NotANumber),
            ("6.4万円", InvalidYen::NotANumber),
            ("1234567890123", InvalidYen::NotANumber),
            ("１０台", InvalidYen::NotANumber),
            (",000", InvalidYen::NotANumber),
        ] {
            assert_eq!(read_yen(typed), Err(why), "{typed}");
        }
    }
}
