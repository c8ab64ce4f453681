//! Questions that ask the same in other words.

use crate::{
    index::Index,
    passage::{Audience, Category, Passage, PassageKind},
    rank::{Bigrams, Ranker as _},
};
use jiff::civil::Date;

/// Two questions are one when the nearer has so much of what the question has with itself. Chosen by reading groups of invented
/// questions: from a half on, the same in other words stays apart, and an editor rather parts a group than looks for its pieces.
const SAME: f64 = 0.45;

/// Puts questions that are nearly the same together: each group begins with the first of its questions in the order given, and holds
/// places in `questions`. By the same letters and rarity by which questions are answered.
pub fn group(questions: &[String]) -> Vec<Vec<usize>> {
    let passages = questions.iter().enumerate();
    let index = Index::build(
        passages.map(|(at, text)| passage(at, text)).collect(),
        vec![],
    );
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut group_of: Vec<Option<usize>> = vec![None; questions.len()];
    for (at, text) in questions.iter().enumerate() {
        let hits = Bigrams::default().rank(&index.indexed, text, Audience::All, Date::MIN);
        // The passages are in the order of the questions, since their names are numbers of one width.
        let own = hits.iter().find(|hit| hit.passage == at);
        let own = own.map_or(f64::INFINITY, |hit| hit.score);
        let leader = hits
            .iter()
            .filter(|hit| hit.passage < at && hit.score >= own * SAME)
            .find_map(|hit| group_of[hit.passage]);
        let group = leader.unwrap_or_else(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(at);
        group_of[at] = Some(group);
    }
    groups
}

fn passage(at: usize, text: &str) -> Passage {
    Passage {
        kind: PassageKind::Faq,
        id: format!("{at:08}"),
        title: text.to_owned(),
        text: String::new(),
        aliases: Vec::new(),
        readings: Vec::new(),
        sources: Vec::new(),
        link: String::new(),
        audience: vec![Audience::All],
        category: Category::Contact,
        valid_from: None,
        valid_to: None,
        related: Vec::new(),
        by_place: false,
        reviewed: None,
    }
}

#[cfg(test)]
mod tests {
    use super::group;

    #[test]
    fn p6_the_same_in_other_words_is_one_question() {
        let asked = [
            "特養の空きを知りたい",
            "証明書のパスワードを忘れた",
            "特養の空き",
            "証明書のパスワードを忘れました",
            "領収書はもらえますか",
            "特養の空きが知りたいです",
            "",
        ];
        let groups = group(&asked.map(str::to_owned));
        assert_eq!(groups, [vec![0, 2, 5], vec![1, 3], vec![4], vec![6]]);
        assert!(group(&[]).is_empty());
    }
}
