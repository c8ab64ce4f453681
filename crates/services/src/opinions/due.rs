//! By when an opinion is due, from the data file.

use kiban_domain::opinion_case::DueRules;
use std::sync::LazyLock;

/// The rules that come with the program. Source: the data file `opinion-due.csv`.
pub fn due_rules() -> &'static DueRules {
    static RULES: LazyLock<DueRules> = LazyLock::new(|| {
        DueRules::parse(include_str!("../../../../data/opinion-due.csv"))
            .expect("a test reads the committed file")
    });
    &RULES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d5_the_committed_rules_are_read() {
        let day = "2026-11-01".parse().unwrap();
        assert_eq!(due_rules().due_on(day, None), "2026-11-15".parse().unwrap());
    }
}
