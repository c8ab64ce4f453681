//! Municipalities that a question names.

use crate::normal::squeeze;
use std::collections::HashMap;

/// A municipality that can be named in a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// 全国地方公共団体コード: six digits with the check digit.
    pub code: String,
    /// The prefecture, `新潟県`.
    pub prefecture: String,
    /// The name with its ending, `新潟市`. Not unique: 府中市 is in two prefectures.
    pub name: String,
    /// The name in kana.
    pub kana: String,
}

/// Reads the rows of `data/municipalities.csv` (`code,prefecture,name,name_kana,…`, a header line, no quoting).
///
/// # Errors
///
/// The number of the first line that has fewer than four fields or an empty one, counted from 1.
pub fn read_places(csv: &str) -> Result<Vec<Place>, usize> {
    csv.lines()
        .enumerate()
        .skip(1)
        .filter(|(_, line)| !line.is_empty())
        .map(|(number, line)| {
            let mut fields = line.split(',').map(str::to_owned);
            let mut field = || fields.next().filter(|field| !field.is_empty());
            let place = || {
                Some(Place {
                    code: field()?,
                    prefecture: field()?,
                    name: field()?,
                    kana: field()?,
                })
            };
            let mut place = place;
            place().ok_or(number + 1)
        })
        .collect()
}

/// A place found in a question, and the question with the name taken out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// Those that the name can mean; never empty.
    pub(crate) places: Vec<usize>,
    /// The question with `市` where the name was.
    pub(crate) rest: String,
    /// Whether the name stood with its ending; a bare 大和 may be something else.
    pub(crate) whole: bool,
}

/// How a name may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Form {
    Whole,
    Bare,
    Kana,
}

/// One written form: its letters, what kind it is, and whom it can mean.
type Written = (Vec<char>, Form, Vec<usize>);

#[derive(Debug, Default)]
pub(crate) struct Places {
    pub(crate) all: Vec<Place>,
    /// By first letter of the written form, longest first.
    forms: HashMap<char, Vec<Written>>,
    /// Squeezed prefectures with and without their ending.
    prefectures: Vec<(String, String)>,
}

/// What may follow a name written without kanji and without its ending.
const PARTICLES: [char; 7] = ['は', 'の', 'も', 'で', 'に', 'っ', 'と'];
const ENDINGS: [char; 4] = ['市', '区', '町', '村'];
/// Shorter readings are found inside other words.
const SHORTEST_KANA: usize = 5;

impl Places {
    pub(crate) fn new(mut places: Vec<Place>) -> Self {
        places.sort_by(|one, other| one.code.cmp(&other.code));
        let mut written: HashMap<(Vec<char>, Form), Vec<usize>> = HashMap::new();
        let mut prefectures = Vec::new();
        for (at, place) in places.iter().enumerate() {
            let name: Vec<char> = squeeze(&place.name).chars().collect();
            let bare = name.strip_suffix(&ENDINGS.map(|ending| [ending])[ending_of(&name)][..]);
            if let Some(bare) = bare.filter(|bare| bare.len() >= 2) {
                written
                    .entry((bare.to_vec(), Form::Bare))
                    .or_default()
                    .push(at);
            }
            let kana: Vec<char> = squeeze(&place.kana).chars().collect();
            if kana.len() >= SHORTEST_KANA {
                written.entry((kana, Form::Kana)).or_default().push(at);
            }
            written.entry((name, Form::Whole)).or_default().push(at);
            let prefecture = squeeze(&place.prefecture);
            if !prefectures
                .iter()
                .any(|(_, known)| *known == place.prefecture)
            {
                prefectures.push((prefecture, place.prefecture.clone()));
            }
        }
        let mut forms: HashMap<char, Vec<Written>> = HashMap::new();
        for ((name, form), meant) in written {
            if let Some(first) = name.first() {
                forms.entry(*first).or_default().push((name, form, meant));
            }
        }
        for list in forms.values_mut() {
            list.sort_by(|one, other| {
                (other.0.len(), &one.0, one.1).cmp(&(one.0.len(), &other.0, other.1))
            });
        }
        Self {
            all: places,
            forms,
            prefectures,
        }
    }

    /// The first municipality that the question names.
    pub(crate) fn find(&self, question: &str) -> Option<Named> {
        let text: Vec<char> = squeeze(question).chars().collect();
        let only_kana = text.iter().all(|letter| ('ぁ'..='ゖ').contains(letter));
        [Form::Whole, Form::Kana, Form::Bare]
            .into_iter()
            .filter(|form| *form != Form::Kana || only_kana)
            .find_map(|form| self.find_form(&text, form))
    }

    fn find_form(&self, text: &[char], form: Form) -> Option<Named> {
        (0..text.len()).find_map(|at| {
            let (name, _, meant) = self
                .forms
                .get(&text[at])?
                .iter()
                .find(|(name, of, _)| *of == form && text[at..].starts_with(name))?;
            let end = at + name.len();
            let (before, places) = self.in_prefecture(&text[..at], meant);
            let joined_before = before.last().is_some_and(|letter| is_kanji(*letter));
            // 津市 is found in 大津市, 大和 in 大和証券: a short or bare name stands by itself.
            let alone = match form {
                Form::Whole => name.len() > 2 || !joined_before,
                Form::Kana => true,
                Form::Bare if name.iter().any(|letter| is_kanji(*letter)) => {
                    !joined_before && text.get(end).is_none_or(|letter| !is_kanji(*letter))
                }
                // むつ is found in おむつ, いの in いいの: a name without kanji begins the question or follows の, and a
                // particle follows it.
                Form::Bare => {
                    before.last().is_none_or(|letter| *letter == 'の')
                        && text
                            .get(end)
                            .is_none_or(|letter| PARTICLES.contains(letter))
                }
            };
            alone.then(|| Named {
                places,
                rest: before.iter().chain(&['市']).chain(&text[end..]).collect(),
                whole: form != Form::Bare,
            })
        })
    }

    /// What stands before the name without the prefecture, and the places that lie in it. `県` and `都` may be missing: 東京の府中市.
    fn in_prefecture<'t>(&self, before: &'t [char], meant: &[usize]) -> (&'t [char], Vec<usize>) {
        for (squeezed, prefecture) in &self.prefectures {
            let whole: Vec<char> = squeezed.chars().collect();
            let bare = &whole[..whole.len() - 1];
            let place_end = before.strip_suffix(&['の']).unwrap_or(before);
            for name in [&whole[..], bare] {
                if let Some(rest) = place_end.strip_suffix(name) {
                    let inside: Vec<usize> = meant
                        .iter()
                        .copied()
                        .filter(|at| self.all[*at].prefecture == *prefecture)
                        .collect();
                    if !inside.is_empty() {
                        return (rest, inside);
                    }
                }
            }
        }
        (before, meant.to_vec())
    }
}

fn ending_of(name: &[char]) -> usize {
    ENDINGS
        .iter()
        .position(|ending| name.last() == Some(ending))
        .unwrap_or(0)
}

pub(crate) fn is_kanji(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{9fff}' | '々' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p6_a_name_without_kanji_is_not_found_inside_other_words() {
        let place = |code: &str, prefecture: &str, name: &str, kana: &str| Place {
            code: code.into(),
            prefecture: prefecture.into(),
            name: name.into(),
            kana: kana.into(),
        };
        let places = Places::new(vec![
            place("022080", "青森県", "むつ市", "ムツシ"),
            place("393860", "高知県", "いの町", "イノチョウ"),
        ]);
        for text in [
            "オムツのおすすめ",
            "待っていればいいの?",
            "もうもらえないの",
            "むつかしい",
        ] {
            assert_eq!(places.find(text), None, "{text}");
        }
        for text in ["むつはいつから", "むつ市は", "高知のいのは"] {
            assert!(places.find(text).is_some(), "{text}");
        }
    }
}
