use super::{MAX_JSON_BYTES, MAX_JSON_DEPTH, editions};
use kiban_domain::opinion::{Edition, FormItem, Kind, Level};
use std::fmt::Write as _;

/// The reference page of the form, `docs/reference/opinion-form.md`: the editions, the JSON, every item.
pub fn reference_markdown() -> String {
    let mut page = String::from(
        "# 主治医意見書の項目\n\nこの頁は `kiban_exchange::opinion::reference_markdown` が `data/opinion-forms/` から作る。直接書き換えない。\n\n",
    );
    page.push_str("## 版\n\n| 版 | 名称 | 新しく作成する意見書の記入日 | 日付の確かさ | 項目の確かさ | 項目の出典 |\n| --- | --- | --- | --- | --- | --- |\n");
    for edition in editions().all() {
        let days = edition.for_new();
        let last = days.last.map_or_else(String::new, |it| it.to_string());
        let _ = writeln!(
            page,
            "| `{}` | {} | {}〜{last} | {} | {} | {} |",
            edition.code(),
            edition.title(),
            days.first,
            days.evidence.code(),
            edition.evidence().code(),
            edition.source()
        );
    }
    let _ = write!(
        page,
        "\nどの版の意見書も読む。新しい意見書は、記入日の版で作成する。版の項目が同じときは、下の表を一つにまとめた。\n\n\
         ## JSON\n\n\
         一つのオブジェクト。`edition` に版、ほかは下の表の項目名。未記入の項目は書かない。知らない項目、二度書かれた項目、{}KBを超えるもの、{MAX_JSON_DEPTH}段を超える入れ子は受け取らない。\
         保存・照合するときは、空白なし、`edition` のあと表の順（様式にない項目が先）に並べたUTF-8にそろえる。文字は一字も置き換えない（改行は U+000A にそろえる。ほかの制御文字は受け取らない）。\n\n\
         | 値 | 書き方 |\n| --- | --- |\n\
         | 文字 | 文字列（4,000文字まで） |\n\
         | 日付 | `\"2026-04-01\"` |\n\
         | 日付（一部不明可） | `\"2008\"`, `\"2008-05\"`, `\"2008-05-12\"`, `\"unknown\"`（不詳） |\n\
         | 整数・数値 | `85`, `150.5` |\n\
         | 一つ選択 | 選択肢の番号 `2` |\n\
         | 複数選択 | 番号の配列 `[1, 9]` |\n\
         | 複数選択（下線） | `[{{\"choice\": 1}}, {{\"choice\": 2, \"emphasised\": true}}]` |\n\
         | チェック | `true` |\n\n\
         ## 医見書のCSV\n\n\
         フォーマットバージョン1.1と1.2（121列、MS932、1行1件）を読み、1.2で書く。読んだ意見書は2018年版になる。書くとき、薬剤は43列目の経過の後ろに1行2剤で続ける（読み戻すと経過の文になる）。\
         2021年版以後の4(5)・(6)は列がないため、記入があれば書かずに項目を示す。MS932にない文字も、置き換えずに項目と文字を示す。\n\n\
         「枠」は用紙の枠の文字数（全角1文字）で、超えても送信できる。「必須」は送信するときに必要な項目。「列」は医見書のCSVの列。\n",
        MAX_JSON_BYTES / 1024
    );
    let mut written: Vec<&Edition> = Vec::new();
    for edition in editions().all() {
        let same = written.iter().find(|it| it.items() == edition.items());
        let _ = writeln!(page, "\n## {}", edition.title());
        if let Some(same) = same {
            let _ = writeln!(page, "\n項目は{}と同じ。", same.title());
            continue;
        }
        items(edition, &mut page);
        written.push(edition);
    }
    page
}

fn items(edition: &Edition, page: &mut String) {
    for (at, section) in edition.sections().iter().enumerate() {
        let _ = writeln!(
            page,
            "\n### {}\n\n| 項目 | 文言 | 値 | 枠 | 条件 | 列 |\n| --- | --- | --- | --- | --- | --- |",
            section.title
        );
        for item in edition.items().iter().filter(|it| it.section == at) {
            let label = match &item.name {
                Some(name) if *name != item.label => format!("{}（{name}）", item.label),
                _ => item.label.clone(),
            };
            let column = item.column.map_or_else(String::new, |it| it.to_string());
            let _ = writeln!(
                page,
                "| `{}` | {label} | {} | {} | {} | {column} |",
                item.id,
                kind(item),
                size(item),
                conditions(edition, item)
            );
        }
    }
}

fn kind(item: &FormItem) -> String {
    let choices = item.choices.iter();
    let choices: Vec<String> = choices
        .map(|it| format!("{} {}", it.code, it.label))
        .collect();
    match item.kind {
        kind if kind.has_choices() => format!("{}：{}", kind.label(), choices.join("、")),
        Kind::Decimal => match item.range {
            Some((from, to)) => format!("{}：{from}〜{to}を外れると注意", item.kind.label()),
            None => item.kind.label().to_owned(),
        },
        kind => kind.label().to_owned(),
    }
}

fn size(item: &FormItem) -> String {
    let length = item.length.map(|it| it.to_string());
    let lines = item.lines.map(|it| format!("{it}行"));
    let size: Vec<String> = length.into_iter().chain(lines).collect();
    size.join("・")
}

fn conditions(edition: &Edition, item: &FormItem) -> String {
    let mut all = Vec::new();
    if item.required {
        all.push("必須".to_owned());
    }
    if let Some(with) = &item.with {
        let on = edition.item(with.item);
        let labels: Vec<&str> = with
            .choices
            .iter()
            .filter_map(|code| on?.choice(*code))
            .collect();
        let what = if labels.is_empty() {
            "チェック".to_owned()
        } else {
            labels.join("・")
        };
        let empty = match with.empty {
            Some(Level::Error) => "、そのとき必須",
            Some(Level::Caution) => "、そのとき空なら注意",
            None => "",
        };
        all.push(format!("`{}` が{what}のときだけ{empty}", with.item));
    }
    if let Some(label) = item.exclusive.and_then(|it| item.choice(it)) {
        all.push(format!("「{label}」はほかと同時に選べない"));
    }
    if !item.excludes.is_empty() {
        let ids: Vec<String> = item.excludes.iter().map(|it| format!("`{it}`")).collect();
        all.push(format!("{}と同時に選べない", ids.join("、")));
    }
    all.join("。")
}
