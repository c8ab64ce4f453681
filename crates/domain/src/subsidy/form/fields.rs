use crate::codes::code_table;

code_table! {
    /// A field of a cost line.
    LineField {
        Kind = "kind", "経費の区分";
        On = "on", "購入日・実施日";
        Maker = "maker", "メーカー・業者";
        Model = "model", "型番・内容";
        Serials = "serials", "製造番号";
        Invoice = "invoice", "請求書・領収書の番号";
        Quantity = "quantity", "数量";
        Amount = "amount", "金額";
        Tax = "tax", "消費税";
    }
}

code_table! {
    /// What an applicant declares. Every one is needed. The wording is ours: the notice's own is not at hand.
    Declaration {
        Truth = "truth", "申請の内容は事実と相違ありません";
        Once = "once", "同じ経費について、ほかの助成や補助を受けていません";
        Keep = "keep", "領収書などの書類を、交付決定の年度の翌年度から5年間保管します";
        Back = "back", "申請の内容が事実と異なるときは、助成金の返還に応じます";
    }
}

/// The highest number of a line; lines that were removed leave their numbers behind.
pub(super) const HIGHEST_LINE: u32 = 99;

const PLAIN: [(&str, &str); 12] = [
    ("kinds", "サービスの種類"),
    ("institution", "医療機関の区分"),
    ("beds", "病床数"),
    ("vendor", "電子カルテ等の事業者"),
    ("product", "電子カルテ等の製品名"),
    ("account.bank", "金融機関コード"),
    ("account.bank_name", "金融機関名"),
    ("account.branch", "支店コード"),
    ("account.branch_name", "支店名"),
    ("account.kind", "預金種目"),
    ("account.number", "口座番号"),
    ("account.holder", "口座名義（カナ）"),
];

/// The line to which a field belongs.
pub(super) fn line_of(name: &str) -> Option<u32> {
    line_field(name).map(|(number, _)| number)
}

fn line_field(name: &str) -> Option<(u32, LineField)> {
    let (number, field) = name.strip_prefix("line.")?.split_once('.')?;
    let plain = number.bytes().all(|it| it.is_ascii_digit()) && !number.starts_with('0');
    let number: u32 = number.parse().ok().filter(|_| plain)?;
    let fits = (1..=HIGHEST_LINE).contains(&number);
    Some((number, field.parse().ok().filter(|_| fits)?))
}

fn declaration(name: &str) -> Option<Declaration> {
    name.strip_prefix("declare.")?.parse().ok()
}

/// Whether an application has this field.
pub(super) fn is_field(name: &str) -> bool {
    field_label(name).is_some()
}

/// The name of a field on pages, 「3行目の金額」 for one of a line; nothing when no application has it. A line is called by its number.
pub fn field_label(name: &str) -> Option<String> {
    if let Some((_, label)) = PLAIN.iter().find(|(it, _)| *it == name) {
        return Some((*label).to_owned());
    }
    if let Some(it) = declaration(name) {
        return Some(format!("「{}」", it.label()));
    }
    let (number, field) = line_field(name)?;
    Some(format!("経費{number}の{}", field.label()))
}
