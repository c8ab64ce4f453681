//! What has to be mended, in the words of the form: an editor sees fields, never the file that they become.

use super::edit::label;
use kiban_console_ui::FindingLine;
use kiban_services::articles::{ArticleKind, Finding, Place, fields_of, place_of};

/// A finding as the page shows it. `source`: the whole text it is about.
pub(super) fn line(kind: ArticleKind, source: &str, finding: &Finding) -> FindingLine {
    if fields_of(kind, source).is_none() {
        // It is edited whole, so its lines are what its editor sees.
        return FindingLine {
            place: format!("{}行目", finding.line),
            message: finding.message.clone(),
        };
    }
    let place = place_of(source, finding.line);
    // Some rules name the entry that is missing, at a place where it is not.
    let named = finding
        .message
        .split(|letter: char| !(letter.is_ascii_lowercase() || letter == '_'))
        .next()
        .and_then(|word| label(kind, word));
    let place = match (&named, place) {
        (Some(label), _) => format!("「{label}」の欄"),
        (None, Place::Body(line)) => format!("本文の{line}行目"),
        (None, Place::Head(key)) => match label(kind, &key) {
            Some(label) => format!("「{label}」の欄"),
            None => "アドレスに使う名前と種類".to_owned(),
        },
        (None, Place::Nowhere) => "全体".to_owned(),
    };
    FindingLine {
        place,
        message: message(kind, &finding.message),
    }
}

/// The sentence with the names of fields instead of the words of the file.
fn message(kind: ArticleKind, text: &str) -> String {
    // What the reader of the file's head says is in English and about the file.
    if text.starts_with("見出しの部分を読めません") || text.starts_with("見出し部分を読めません")
    {
        return "この欄の書き方が違います。欄の上の説明のとおりに入力してください".to_owned();
    }
    let mut said = String::new();
    let mut word = String::new();
    let mut quoted = 0_u32;
    for letter in text.chars().chain(['\0']) {
        if letter.is_ascii_lowercase() || letter == '_' {
            word.push(letter);
            continue;
        }
        // What stands in brackets is what was typed.
        match label(kind, &word) {
            Some(label) if quoted == 0 => {
                said.push('「');
                said.push_str(label);
                said.push('」');
            }
            _ => said.push_str(&word),
        }
        word.clear();
        match letter {
            '「' | '（' | '(' => quoted += 1,
            '」' | '）' | ')' => quoted = quoted.saturating_sub(1),
            // Behind a colon stands what was typed, to the end.
            ':' => quoted = u32::MAX / 2,
            '\0' => break,
            _ => {}
        }
        said.push(letter);
    }
    said.replace("」 は", "」は")
        .replace("」 が", "」が")
        .replace("」 の", "」の")
        .replace("」 を", "」を")
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiban_services::articles::{Fields, check, text_of};

    fn told(kind: ArticleKind, fields: &[(&str, &str)], body: &str) -> Vec<String> {
        let fields: Fields = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let source = text_of(kind, &fields, body);
        let findings = check(kind, "opening", &source, &[]);
        let lines = findings.iter().map(|it| line(kind, &source, it));
        lines
            .map(|it| format!("{}：{}", it.place, it.message))
            .collect()
    }

    #[test]
    fn p1_a_finding_names_the_field_of_the_form() {
        let news = |date, category, body| {
            let fields = [
                ("title", "題"),
                ("category", category),
                ("date", date),
                ("audience", "care"),
            ];
            told(ArticleKind::News, &fields, body)
        };
        assert_eq!(
            news("2026-13-45", "general", "本文"),
            ["「日付」の欄：この欄の書き方が違います。欄の上の説明のとおりに入力してください"]
        );
        assert_eq!(
            news("2026-11-02", "all", "本文"),
            ["「区分」の欄：「区分」の言葉が一覧にありません"]
        );
        assert_eq!(
            news("2026-11-02", "", "本文"),
            ["「区分」の欄：「区分」を入力してください"]
        );
        assert_eq!(
            news("2026-11-02", "general", "本文\n\n[無い](/title)"),
            ["本文の3行目：リンク先「/title」の画面はありません"]
        );
        assert_eq!(
            told(ArticleKind::Page, &[("date", "2026-11-02")], "本文"),
            ["「題名」の欄：「題名」を入力してください"]
        );
    }

    #[test]
    fn p1_the_findings_of_a_question_name_fields_too() {
        let fields = [
            ("id", "opening"),
            ("audience", "all"),
            ("category", "terminal"),
            ("question", "証明書とは"),
            ("aliases", "しょうめい"),
            ("readings", "証明"),
            ("sources", "資料 | /docs"),
            ("related", "question"),
            ("reviewed", "2026-11-23"),
        ];
        let found = told(ArticleKind::Faq, &fields, "# 見出し");
        let all = found.join("\n");
        for text in [
            "「言い方」の欄：「言い方」は、違う言い方が4つ以上必要です（いまは1つ）",
            "「読み」の欄：「読み」は、ひらがなで書いてください: 証明",
            "本文の1行目：",
        ] {
            assert!(all.contains(text), "{text} is missing:\n{all}");
        }
        for word in ["aliases", "readings", "related "] {
            assert!(!all.contains(word), "{word}:\n{all}");
        }
    }
}
