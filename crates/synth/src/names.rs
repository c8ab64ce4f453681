//! Invented names: syllables that do not make the common names, with some rare characters among them.

use kiban_domain::Sex;
use kiban_exchange::municipal::Encoding;

use crate::random::Random;

/// First and second halves of family names with their readings.
const FAMILY_HEADS: &[(&str, &str)] = &[
    ("架", "カケ"),
    ("仮", "カリ"),
    ("試", "タメシ"),
    ("模", "モギ"),
    ("例", "レイ"),
    ("創", "ツクリ"),
    ("夢", "ユメ"),
    ("空", "ソラ"),
    ("星", "ホシ"),
    ("霞", "カスミ"),
    ("虹", "ニジ"),
    ("雲", "クモ"),
];
const FAMILY_TAILS: &[(&str, &str)] = &[
    ("浜", "ハマ"),
    ("塚", "ヅカ"),
    ("淵", "ブチ"),
    ("畑", "ハタ"),
    ("坂", "ザカ"),
    ("辺", "ベ"),
    ("沼", "ヌマ"),
    ("窪", "クボ"),
];
/// Families with characters outside JIS X 0208 or with a variation selector, each once a real trap.
const RARE_FAMILIES: &[(&str, &str)] = &[
    ("𠮷架", "ヨシカケ"),
    ("葛\u{E0100}仮", "カツラカリ"),
    ("辻\u{E0101}例", "ツジレイ"),
    ("𣘺夢", "ハシユメ"),
    ("𡈽空", "ツチソラ"),
];
/// A family with characters MS932 has but JIS X 0208 lacks; it can be written in every encoding.
const EXTENDED_FAMILIES: &[(&str, &str)] = &[("髙架", "タカカケ"), ("﨑例", "サキレイ")];
const FEMALE_GIVEN: &[(&str, &str)] = &[
    ("例子", "レイコ"),
    ("仮恵", "カエ"),
    ("試乃", "シノ"),
    ("模代", "モヨ"),
    ("夢江", "ユメエ"),
    ("架澄", "カスミ"),
    ("キョウ乃", "キョウノ"),
    ("みつゑ", "ミツエ"),
];
const MALE_GIVEN: &[(&str, &str)] = &[
    ("例蔵", "レイゾウ"),
    ("仮一郎", "カイチロウ"),
    ("試之助", "シノスケ"),
    ("模吉", "モキチ"),
    ("空也郎", "クウヤロウ"),
    ("創介", "ソウスケ"),
    ("夢治", "ユメジ"),
    ("ローレン", "ローレン"),
];

/// A name and its reading.
pub(crate) fn name(random: &mut Random, sex: Sex, encoding: Encoding) -> (String, String) {
    let one = |random: &mut Random, list: &[(&'static str, &'static str)]| {
        let count = u32::try_from(list.len()).unwrap_or(1);
        list[random.below(count) as usize]
    };
    let kind = random.below(100);
    let (family, family_kana) = if kind < 2 && encoding == Encoding::Utf8 {
        let (family, kana) = one(random, RARE_FAMILIES);
        (family.to_owned(), kana.to_owned())
    } else if kind < 4 {
        let (family, kana) = one(random, EXTENDED_FAMILIES);
        (family.to_owned(), kana.to_owned())
    } else {
        let (head, head_kana) = one(random, FAMILY_HEADS);
        let (tail, tail_kana) = one(random, FAMILY_TAILS);
        (format!("{head}{tail}"), format!("{head_kana}{tail_kana}"))
    };
    let (given, given_kana) = match sex {
        Sex::Female => one(random, FEMALE_GIVEN),
        Sex::Male => one(random, MALE_GIVEN),
    };
    (
        format!("{family}　{given}"),
        format!("{family_kana}　{given_kana}"),
    )
}
