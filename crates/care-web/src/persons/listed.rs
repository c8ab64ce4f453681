//! The office's persons as they are listed and searched.

use axum::response::Response;
use kiban_access::{PersonKey, Relation};
use kiban_domain::{CareLevel, Date, Kana, normalize};
use kiban_services::relations::{self, ListError};
use kiban_store::repo::relations::{ListedRow, OtherManager, RelationRow};
use kiban_ui::{Chip, ChipColor, PersonRow};
use serde::Deserialize;

use crate::{answer::Message, visit::SignedIn, words};

/// All registrations of the office, those that ended among them.
pub(crate) async fn all(signed_in: &SignedIn) -> Result<Vec<ListedRow>, Response> {
    relations::list(signed_in.platform(), &signed_in.context)
        .await
        .map_err(|error| match error {
            ListError::Refused(refusal) => {
                let kind = kiban_ui::MessageKind::Forbidden;
                signed_in.say(Message::new(kind, refusal.message()))
            }
            ListError::Storage(error) => signed_in.storage(&error),
        })
}

/// Other offices that manage the care of this office's persons today.
pub(crate) async fn other_managers(signed_in: &SignedIn) -> Result<Vec<OtherManager>, Response> {
    relations::other_managers(signed_in.platform(), &signed_in.context)
        .await
        .map_err(|error| match error {
            ListError::Refused(refusal) => signed_in.refused(refusal),
            ListError::Storage(error) => signed_in.storage(&error),
        })
}

/// Whether the registration lets the office look on a day.
pub(crate) fn holds(row: &RelationRow, today: Date) -> bool {
    relation(row).holds_on(today)
}

/// Whether the office sees how applications of the person go: only the one that makes the care plan does.
pub(crate) fn sees_progress(row: &RelationRow) -> bool {
    relation(row).is_care_management()
}

fn relation(row: &RelationRow) -> Relation {
    Relation {
        service_kind: row.service_kind,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        ground: String::new(),
    }
}

/// A person of the office with all services in force.
pub(crate) struct Person {
    pub(crate) row: ListedRow,
    /// Services, joined by 「、」.
    pub(crate) services: String,
    /// Whether the office sees how applications go.
    pub(crate) sees_progress: bool,
    /// Whether an application is under way that the office may know of.
    pub(crate) applying: bool,
}

/// The persons whose registration holds today, nearest end of certification first.
pub(crate) fn current(rows: Vec<ListedRow>, today: Date) -> Vec<Person> {
    let mut persons: Vec<Person> = Vec::new();
    for row in rows.into_iter().filter(|row| holds(&row.relation, today)) {
        let service = row.relation.service_kind.label();
        let applying = sees_progress(&row.relation) && is_under_way(&row);
        // The list comes by kana and person, so registrations of one person lie together.
        match persons.last_mut() {
            Some(last) if last.row.relation.person == row.relation.person => {
                if !last.services.split('、').any(|it| it == service) {
                    last.services.push('、');
                    last.services.push_str(service);
                }
                last.applying |= applying;
                last.sees_progress |= sees_progress(&row.relation);
            }
            _ => persons.push(Person {
                services: service.to_owned(),
                applying,
                sees_progress: sees_progress(&row.relation),
                row,
            }),
        }
    }
    persons.sort_by_key(|person| person.row.certified_until.unwrap_or(Date::MAX));
    persons
}

/// Whether an application waits for its result.
pub(crate) fn is_under_way(row: &ListedRow) -> bool {
    row.application_date.is_some()
        && !matches!(
            row.progress.as_str(),
            "" | "withdrawn" | "rejected" | "certified" | "notified"
        )
}

/// Address of a person's pages.
pub(crate) fn path(key: &PersonKey) -> String {
    format!(
        "/care/persons/{}/{}",
        key.insurer_no.as_str(),
        key.insured_no.as_str()
    )
}

impl Person {
    /// A row of a list.
    pub(crate) fn to_row(&self, today: Date) -> PersonRow {
        let row = &self.row;
        let key = &row.relation.person;
        PersonRow {
            href: path(key),
            name: row.name.clone(),
            kana: row.name_kana.clone(),
            birth: words::date(row.birth_date),
            masked_no: words::masked(key.insured_no.as_str()),
            insurer: row.insurer_name.clone(),
            care_level: self.chip(today),
            valid_to: row.certified_until.filter(|_| row.shared).map(words::date),
            service: self.services.clone(),
            double: None,
        }
    }

    fn chip(&self, today: Date) -> Chip {
        let row = &self.row;
        if !row.shared {
            return Chip::new("市町村の共有待ち", ChipColor::Gray);
        }
        let mut chip = words::care_level_chip(&row.care_level);
        if row.certified_until.is_some_and(|until| until < today) {
            chip = Chip::new("期限切れ", ChipColor::Yellow);
        }
        if self.applying {
            chip.label.push_str("（申請中）");
            chip.color = ChipColor::Orange;
        }
        chip
    }
}

/// What the list is narrowed by: the query of `/care/persons`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filter {
    pub(crate) q: String,
    pub(crate) level: String,
    pub(crate) expiry: String,
    pub(crate) size: String,
    pub(crate) page: String,
}

/// Value and words of the choices for the end of the certification.
pub(crate) const EXPIRIES: [(&str, &str); 4] = [
    ("30", "30日以内"),
    ("60", "60日以内"),
    ("90", "90日以内"),
    ("expired", "期限切れ"),
];

/// The levels that can be searched for.
pub(crate) fn levels() -> impl Iterator<Item = (&'static str, &'static str)> {
    let certified = CareLevel::ALL.iter().filter(|level| level.is_certified());
    certified
        .map(|level| (level.code(), level.label()))
        .chain([("none", "認定なし")])
}

impl Filter {
    /// Whether a person is looked for.
    pub(crate) fn takes(&self, person: &Person, today: Date) -> bool {
        let row = &person.row;
        let level = match self.level.as_str() {
            "" => true,
            "none" => !row
                .care_level
                .parse::<CareLevel>()
                .is_ok_and(CareLevel::is_certified),
            level => row.care_level == level,
        };
        let days = row
            .certified_until
            .map(|until| words::days_between(today, until));
        let expiry = match self.expiry.as_str() {
            "expired" => days.is_some_and(|days| days < 0),
            limit => match limit.parse::<i32>() {
                Ok(limit) => days.is_some_and(|days| (0..=limit).contains(&days)),
                Err(_) => true,
            },
        };
        let person = row.relation.person.insured_no.as_str();
        let found = named(&self.q, &row.name, &row.name_kana) || ends_with(&self.q, person);
        level && expiry && found
    }

    /// The query without page and size; `without` leaves one condition out.
    pub(crate) fn query(&self, without: &str) -> String {
        let pairs = [
            ("q", &self.q),
            ("level", &self.level),
            ("expiry", &self.expiry),
        ];
        let pairs: Vec<_> = pairs
            .into_iter()
            .filter(|(name, value)| *name != without && !value.trim().is_empty())
            .map(|(name, value)| format!("{name}={}", words::encoded(value.trim())))
            .collect();
        pairs.join("&")
    }
}

/// Whether what was typed are the last digits of a number: three at least, in any width.
fn ends_with(typed: &str, number: &str) -> bool {
    let digits = normalize(typed);
    digits.len() >= 3 && digits.bytes().all(|it| it.is_ascii_digit()) && number.ends_with(&*digits)
}

/// Whether the name or its reading holds what was typed, in any width, with or without spaces; small and large kana are
/// the same, and where a long-vowel mark stands on either side, so are the ways of writing a long vowel.
pub(crate) fn named(typed: &str, name: &str, kana: &str) -> bool {
    if typed.trim().is_empty() {
        return true;
    }
    let bare = |text: &str| -> String {
        let spaceless = text.chars().filter(|it| !it.is_whitespace());
        spaceless.map(large).collect()
    };
    let wide = normalize(typed);
    let same = !wide.is_empty() && normalize(name).contains(&*wide);
    if same || bare(name).contains(&bare(typed)) {
        return true;
    }
    let Ok(reading) = Kana::normalize(typed) else {
        return false;
    };
    let (kana, reading) = (bare(kana), bare(&reading));
    let stretched = kana.contains('ー') || reading.contains('ー');
    // A mark alone, which says nothing, would be found in every reading.
    let short = shortened(&reading);
    kana.contains(&reading) || (stretched && !short.is_empty() && shortened(&kana).contains(&short))
}

/// A small kana as its large one, any dash as the long-vowel mark.
fn large(it: char) -> char {
    match it {
        'ァ' => 'ア',
        'ィ' => 'イ',
        'ゥ' => 'ウ',
        'ェ' => 'エ',
        'ォ' => 'オ',
        'ッ' => 'ツ',
        'ャ' => 'ヤ',
        'ュ' => 'ユ',
        'ョ' => 'ヨ',
        'ヮ' => 'ワ',
        'ヵ' => 'カ',
        'ヶ' => 'ケ',
        '-' | '‐' | '‑' | '–' | '—' | '―' | '−' | 'ｰ' => 'ー',
        it => it,
    }
}

/// A reading in large katakana without what only lengthens a vowel: オオノ, オウノ and オーノ become オノ.
fn shortened(reading: &str) -> String {
    let mut short = String::new();
    let mut vowel = None;
    for it in reading.chars() {
        let lengthens = matches!(
            (vowel, it),
            (_, 'ー')
                | (Some('ア'), 'ア')
                | (Some('イ'), 'イ')
                | (Some('ウ'), 'ウ')
                | (Some('エ'), 'エ' | 'イ')
                | (Some('オ'), 'オ' | 'ウ')
        );
        if !lengthens {
            short.push(it);
            vowel = vowel_of(it);
        }
    }
    short
}

/// The vowel on which a large katakana ends.
fn vowel_of(it: char) -> Option<char> {
    const ROWS: [(char, &str); 5] = [
        ('ア', "アカサタナハマヤラワガザダバパ"),
        ('イ', "イキシチニヒミリギジヂビピ"),
        ('ウ', "ウクスツヌフムユルグズヅブプヴ"),
        ('エ', "エケセテネヘメレゲゼデベペ"),
        ('オ', "オコソトノホモヨロヲゴゾドボポ"),
    ];
    let row = ROWS.iter().find(|(_, row)| row.contains(it));
    row.map(|(vowel, _)| *vowel)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_width() {
        let found = |typed| named(typed, "架空　花子", "カクウ　ハナコ");
        for typed in ["", "ｶｸｳ", "かくうは", "花子", "架空花", "カクウ ハナコ"]
        {
            assert!(found(typed), "{typed}");
        }
        assert!(named("きようこ", "京子", "キョウコ"));
        assert!(!found("ミホン") && !found("' OR 1=1 --"));
    }

    #[test]
    fn long_vowels_small_kana_and_half_width_marks_do_not_hide_a_person() {
        for (typed, kana) in [
            ("おーの", "オオノ　タロウ"),
            ("ｵｰﾉ", "オオノ　タロウ"),
            ("オウノ", "オーノ　タロウ"),
            ("ﾕｰｼﾞ", "ヤマダ　ユウジ"),
            ("ゆうこ", "キタ　ユーコ"),
            ("せーいち", "ミナミ　セイイチ"),
            ("ﾊﾟﾄﾘｯｸ", "パトリツク"),
            ("ガクドウ", "ｶﾞｸﾄﾞｳ".parse::<Kana>().unwrap().as_str()),
            ("ふぁん", "フアン"),
            ("ロ-ズ", "ローズ"),
        ] {
            assert!(named(typed, "名", kana), "{typed} {kana}");
        }
        // Without a mark long and short are different names, and a mark alone is nobody's.
        for (typed, kana) in [
            ("ユジ", "ユウジ"),
            ("ユウジ", "ユジ"),
            ("ー", "オオノ"),
            ("オーノ", "カノ"),
        ] {
            assert!(!named(typed, "名", kana), "{typed} {kana}");
        }
    }

    #[test]
    fn a_person_is_found_by_the_last_digits_of_the_number() {
        assert!(ends_with("345", "0000012345") && ends_with("２３４５", "0000012345"));
        for typed in ["45", "234", "x345", "", "００００００１２３４５６"] {
            assert!(!ends_with(typed, "0000012345"), "{typed}");
        }
    }
}
