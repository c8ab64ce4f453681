//! The layouts as data: what each column is called, holds and may be.

use std::{fmt::Write as _, sync::LazyLock};

use kiban_domain::DataSet;

use super::record::{Item, items_of};

/// What a column holds.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// `U` to put a row in, `D` to cancel one.
    Op,
    /// 保険者番号.
    InsurerNo,
    /// 被保険者番号.
    InsuredNo,
    /// 履歴番号, from 1.
    HistoryNo,
    /// An instant, RFC 3339; without an offset it is Japanese time.
    Instant,
    /// A name, kept byte for byte.
    Name,
    /// A reading, stored as full-width katakana.
    Kana,
    /// Text of one line.
    Text,
    /// Text of several lines.
    Lines,
    /// Digits only, exactly as many as the column's length.
    Digits,
    /// `YYYYMMDD` or `YYYY-MM-DD`.
    Date,
    /// One of a table of codes.
    Code(&'static CodeTable),
    /// 事業所番号.
    OfficeNo,
    /// 医療機関コード.
    InstitutionCode,
    /// 依頼番号.
    RequestNo,
    /// サービス種類コード.
    ServiceKind,
    /// A whole number with its unit and the most it may be.
    Number(&'static str, u64),
    /// A number with at most one decimal, up to the given number of tenths.
    Tenths(&'static str, u16),
    /// `1` yes, `0` no.
    Flag,
    /// Numbered columns: a prefix and the items of one element; how many is the item's length.
    List(&'static str, &'static [Item]),
}

/// A table of codes as a layout sees it.
pub struct CodeTable {
    /// The canonical code of a text.
    pub(super) canonical: fn(&str) -> Canonical,
    /// All codes with their labels.
    pub(super) entries: fn() -> Vec<(&'static str, &'static str)>,
}

impl std::fmt::Debug for CodeTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries((self.entries)()).finish()
    }
}

/// What a table says about a code.
pub(super) enum Canonical {
    /// It is in the table, written so.
    Known(&'static str),
    /// It is not, but the table keeps such codes.
    Kept,
    /// It is not.
    Unknown,
}

/// One column of a file.
#[derive(Debug)]
pub struct Column {
    /// The English id of the header line.
    pub id: &'static str,
    /// The Japanese label.
    pub label: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether each row must fill it; inside a list, whether each element must.
    pub required: bool,
    /// The longest value in characters.
    pub max: usize,
    /// Whether a cancelling row must fill it.
    pub is_key: bool,
}

/// How columns become the body.
pub(super) enum Entry {
    /// One column under its id.
    One(usize),
    /// A list: its JSON name, the columns of each element, the names of an element's items; no names for bare values.
    List {
        name: &'static str,
        elements: Vec<std::ops::Range<usize>>,
        names: Vec<&'static str>,
    },
}

/// What names a record within insurer, insured person and set.
pub(super) enum Key {
    /// The history number.
    History,
    /// A kind and the history number.
    KindAndHistory(usize),
    /// The sequence number.
    Sequence(usize),
    /// 申請日 and 枝番.
    Application(usize, usize),
    /// 申請日, 枝番 and 依頼番号.
    Request(usize, usize),
}

/// The layout of one data set.
pub struct Layout {
    /// The data set.
    pub set: DataSet,
    /// All columns, the five common ones first.
    pub columns: Vec<Column>,
    pub(super) entries: Vec<Entry>,
    pub(super) key: Key,
    /// Columns whose first filled one says from when the record is true.
    pub(super) from: Vec<usize>,
    /// Columns whose first filled one says until when; a list's later element comes first.
    pub(super) to: Vec<usize>,
    pub(super) rules: Vec<super::rules::Rule>,
}

impl Layout {
    /// The place of a column.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.columns.iter().position(|it| it.id == id)
    }
}

/// One member of the body of a record.
#[derive(Debug)]
pub struct Member<'a> {
    /// Its JSON name.
    pub name: &'a str,
    /// Its column, or the columns of one element of a list.
    pub columns: &'a [Column],
    /// Of a list: the names of an element's items, none for bare values.
    pub element: Option<&'a [&'static str]>,
}

impl Layout {
    /// The members of a record's body, in the order in which they are written.
    pub fn members(&self) -> impl Iterator<Item = Member<'_>> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::One(at) => {
                let columns = self.columns.get(*at..=*at)?;
                Some(Member {
                    name: columns.first()?.id,
                    columns,
                    element: None,
                })
            }
            Entry::List {
                name,
                elements,
                names,
            } => Some(Member {
                name,
                columns: self.columns.get(elements.first()?.clone())?,
                element: Some(names),
            }),
        })
    }
}

/// How many columns every layout begins with.
pub(super) const COMMON: usize = 5;

fn common() -> Vec<Column> {
    let column = |id, label, kind, max| Column {
        id,
        label,
        kind,
        required: true,
        max,
        is_key: true,
    };
    vec![
        column("op", "処理区分", Kind::Op, 1),
        column("insurer_no", "保険者番号", Kind::InsurerNo, 6),
        column("insured_no", "被保険者番号", Kind::InsuredNo, 10),
        column("history_no", "履歴番号", Kind::HistoryNo, 6),
        column("updated_at", "更新日時", Kind::Instant, 35),
    ]
}

/// The layout of a set, or nothing for the nested sets (survey, opinion), which have their own family.
pub fn layout_of(set: DataSet) -> Option<&'static Layout> {
    static LAYOUTS: LazyLock<Vec<Layout>> =
        LazyLock::new(|| DataSet::ALL.iter().filter_map(|set| build(*set)).collect());
    LAYOUTS.iter().find(|it| it.set == set)
}

fn build(set: DataSet) -> Option<Layout> {
    let items = items_of(set)?;
    let (key_ids, from_ids, to_ids) = meaning(set)?;
    let mut columns = common();
    let mut entries = Vec::new();
    for item in items {
        if let Kind::List(prefix, inner) = item.kind {
            let bare = inner.len() == 1 && inner[0].id.is_empty();
            let mut elements = Vec::new();
            for number in 1..=item.max {
                let first = columns.len();
                columns.extend(
                    inner
                        .iter()
                        .map(|part| list_column(prefix, number, item, part)),
                );
                elements.push(first..columns.len());
            }
            let names = if bare {
                Vec::new()
            } else {
                inner.iter().map(|part| part.id).collect()
            };
            entries.push(Entry::List {
                name: item.id,
                elements,
                names,
            });
        } else {
            entries.push(Entry::One(columns.len()));
            columns.push(Column {
                id: item.id,
                label: item.label,
                kind: item.kind,
                required: item.required,
                max: item.max,
                is_key: key_ids.contains(&item.id),
            });
        }
    }
    let at = |id: &&str| columns.iter().position(|it| it.id == *id);
    let from = from_ids.iter().filter_map(at).collect();
    let to = to_ids.iter().filter_map(at).collect();
    let places: Vec<usize> = key_ids.iter().filter_map(at).collect();
    let key = match (set, places.as_slice()) {
        (DataSet::Reduction, [kind]) => Key::KindAndHistory(*kind),
        (DataSet::Application | DataSet::Certification, [day, branch]) => {
            Key::Application(*day, *branch)
        }
        (DataSet::OpinionRequest, [day, branch, _]) => Key::Request(*day, *branch),
        (_, [sequence]) => Key::Sequence(*sequence),
        (_, _) => Key::History,
    };
    let rules = super::rules::rules_of(set, &columns);
    Some(Layout {
        set,
        columns,
        entries,
        key,
        from,
        to,
        rules,
    })
}

/// Column ids and labels of lists are made once a process, so that findings can name them without copying.
fn list_column(prefix: &'static str, number: usize, list: &Item, part: &Item) -> Column {
    let id = if part.id.is_empty() || part.id == prefix {
        format!("{prefix}_{number}")
    } else {
        format!("{prefix}_{number}_{}", part.id)
    };
    let label = if part.label.is_empty() {
        format!("{}{number}", list.label)
    } else {
        format!("{}{number} {}", list.label, part.label)
    };
    Column {
        id: id.leak(),
        label: label.leak(),
        kind: part.kind,
        required: part.required,
        max: part.max,
        is_key: false,
    }
}

type Ids = &'static [&'static str];

/// Key items beyond the common columns, and the items that bound the time in which the record is true.
fn meaning(set: DataSet) -> Option<(Ids, Ids, Ids)> {
    Some(match set {
        DataSet::Insured => (&[], &["changed_on", "acquired_on"], &["lost_on"]),
        DataSet::InsuredCard => (&[], &["valid_from", "issued_on"], &["valid_to"]),
        DataSet::BenefitRestriction => (&[], &["starts_on"], &["ends_on"]),
        DataSet::CareManagerNotice => (&["seq"], &["applies_from"], &["applies_to"]),
        DataSet::CostShare => (
            &[],
            &["ratio_1_from", "issued_on"],
            &["ratio_2_to", "ratio_1_to"],
        ),
        DataSet::BurdenLimit => (&[], &["applies_from"], &["expires_on"]),
        DataSet::Reduction => (&["kind"], &["applies_from"], &["expires_on"]),
        DataSet::Application => (&["applied_on", "branch"], &["applied_on"], &[]),
        DataSet::Certification => (
            &["applied_on", "branch"],
            &["valid_from", "certified_on"],
            &["valid_to"],
        ),
        DataSet::HomeModification => (&["seq"], &["completed_on"], &[]),
        DataSet::AssistivePurchase => (&["seq"], &["purchased_on"], &[]),
        DataSet::Consent => (&["seq"], &["given_on"], &["withdrawn_on"]),
        DataSet::OpinionRequest => (
            &["applied_on", "branch", "request_no"],
            &["requested_on"],
            &[],
        ),
        DataSet::Survey | DataSet::Opinion => return None,
    })
}

/// The reference page of all layouts in Markdown; the committed page is compared with it by a test.
pub fn reference_markdown() -> String {
    let mut page = String::from(
        "# 自治体連携ファイルのレイアウト\n\n\
         この頁は `kiban_exchange::municipal::reference_markdown` が作る。直接書き換えない。\n\n\
         - ファイル名: `保険者番号_データ種別_FまたはD_基準日(YYYYMMDD)_連番4桁.csv`（JSON Linesは `.jsonl`）\n\
         - CSV: UTF-8（BOMは任意）またはMS932、改行はLFかCRLF、1行目は列の名前（順序は自由）、引用符はRFC 4180\n\
         - JSON Lines: 1行に1つのオブジェクト。名前は列と同じで、繰り返しは配列にする\n\
         - 取消(`op`=`D`)の行は、共通の列と「鍵」の列だけを必須とする\n",
    );
    for layout in DataSet::ALL.iter().filter_map(|set| layout_of(*set)) {
        let _ = write!(
            page,
            "\n## `{}` {}\n\n| 列 | 名称 | 値 | 必須 | 最大 |\n| --- | --- | --- | --- | --- |\n",
            layout.set,
            layout.set.label()
        );
        let mut in_list = vec![false; layout.columns.len()];
        for entry in &layout.entries {
            if let Entry::List { elements, .. } = entry {
                elements
                    .iter()
                    .cloned()
                    .flatten()
                    .for_each(|at| in_list[at] = true);
            }
        }
        for (at, column) in layout.columns.iter().enumerate() {
            let required = match (column.is_key, column.required, in_list[at]) {
                (true, _, _) => "鍵",
                (false, true, true) => "行を使うとき",
                (false, true, false) => "必須",
                (false, false, _) => "",
            };
            let (id, label, max) = (column.id, column.label, column.max);
            let _ = writeln!(
                page,
                "| `{id}` | {label} | {} | {required} | {max} |",
                describe(&column.kind)
            );
        }
        for entry in &layout.entries {
            if let Entry::List {
                name,
                names,
                elements,
            } = entry
            {
                let inner = if names.is_empty() {
                    "値".to_owned()
                } else {
                    names.join(", ")
                };
                let count = elements.len();
                let _ = writeln!(page, "\nJSONでは `{name}`: 最大{count}件の配列（{inner}）");
            }
        }
    }
    page
}

fn describe(kind: &Kind) -> String {
    match kind {
        Kind::Op => "U 登録・更新, D 取消".to_owned(),
        Kind::InsurerNo => "保険者番号（数字6桁）".to_owned(),
        Kind::InsuredNo => "被保険者番号（10桁、またはHと9桁）".to_owned(),
        Kind::HistoryNo => "1からの整数".to_owned(),
        Kind::Instant => "日時（RFC 3339、時差がなければ日本時間）".to_owned(),
        Kind::Name => "氏名（異体字もそのまま）".to_owned(),
        Kind::Kana => "カナ".to_owned(),
        Kind::Text => "文字".to_owned(),
        Kind::Lines => "文字（改行可）".to_owned(),
        Kind::Digits => "数字（桁数は最大のとおり）".to_owned(),
        Kind::Date => "日付（YYYYMMDD または YYYY-MM-DD）".to_owned(),
        Kind::Code(table) => {
            let entries: Vec<String> = (table.entries)()
                .iter()
                .map(|(code, label)| format!("{code} {label}"))
                .collect();
            entries.join(", ")
        }
        Kind::OfficeNo => "事業所番号（10桁）".to_owned(),
        Kind::InstitutionCode => "医療機関コード（数字10桁）".to_owned(),
        Kind::RequestNo => "依頼番号（空白と / を除く10文字まで）".to_owned(),
        Kind::ServiceKind => "サービス種類コード（2桁）".to_owned(),
        Kind::Number(unit, most) => format!("整数（{unit}、{most}まで）"),
        Kind::Tenths(unit, most) => {
            format!("小数1桁まで（{unit}、{}.{}まで）", most / 10, most % 10)
        }
        Kind::Flag => "1 はい, 0 いいえ".to_owned(),
        Kind::List(..) => "繰り返し".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_reference_page_is_the_generated_one() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../docs/reference/municipal-layouts.md"
        );
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        if committed != reference_markdown() {
            let fresh = std::env::temp_dir().join("municipal-layouts.md");
            std::fs::write(&fresh, reference_markdown()).unwrap();
            panic!("the page is stale: copy {} over {path}", fresh.display());
        }
    }

    #[test]
    fn column_ids_are_unique_within_a_layout() {
        for layout in DataSet::ALL.iter().filter_map(|set| layout_of(*set)) {
            let mut ids: Vec<_> = layout.columns.iter().map(|it| it.id).collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), layout.columns.len(), "{}", layout.set);
        }
    }
}
