//! What people type of offices and of themselves: taken in any width, shown as it is kept, told what is wrong beside the field.

use crate::public::half_width;
use kiban_domain::{MailAddress, ServiceKind, normalize};
use kiban_portal_ui::TextField;

/// Longest name of a person, of an office, and longest address, in characters.
const PERSON: usize = 60;
const OFFICE: usize = 200;
const ADDRESS: usize = 300;

/// What is wrong with a line of text that is called `label`; nothing that is right or, unless it is required, empty.
pub(crate) fn line_error(label: &str, text: &str, most: usize, required: bool) -> Option<String> {
    if required && text.is_empty() {
        return Some(format!("{label}を入力してください"));
    }
    if text.contains(char::is_control) {
        return Some(format!(
            "{label}は、改行などを入れないで、1行で入力してください"
        ));
    }
    let long = text.chars().count() > most;
    long.then(|| format!("{label}は、{most}文字以内で入力してください"))
}

/// A line of text that must be there.
fn line(field: &mut TextField, label: &str, most: usize) -> Option<String> {
    let value = field.value.trim().to_owned();
    if let Some(error) = line_error(label, &value, most, true) {
        *field = field.clone().with_error(error);
        return None;
    }
    field.value.clone_from(&value);
    Some(value)
}

/// The name of a person.
pub(crate) fn person(field: &mut TextField, label: &str) -> Option<String> {
    line(field, label, PERSON)
}

/// The name of an office.
pub(crate) fn office(field: &mut TextField, label: &str) -> Option<String> {
    line(field, label, OFFICE)
}

/// Where an office is.
pub(crate) fn address(field: &mut TextField, label: &str) -> Option<String> {
    line(field, label, ADDRESS)
}

/// A longer text that must be there.
pub(crate) fn text(field: &mut TextField, label: &str, most: usize) -> Option<String> {
    let value = field.value.replace("\r\n", "\n").trim().to_owned();
    let error = if value.is_empty() {
        format!("{label}を入力してください")
    } else if value.chars().count() > most {
        format!("{label}は、{most}文字以内で入力してください")
    } else {
        field.value.clone_from(&value);
        return Some(value);
    };
    *field = field.clone().with_error(error);
    None
}

/// A text that may be left empty.
pub(crate) fn optional(field: &mut TextField, label: &str, most: usize) -> Option<String> {
    if field.value.trim().is_empty() {
        return Some(String::new());
    }
    text(field, label, most)
}

/// A mail address.
pub(crate) fn mail(field: &mut TextField) -> Option<MailAddress> {
    let typed = half_width(&field.value);
    if typed.is_empty() {
        *field = field.clone().with_error("メールアドレスを入力してください");
        return None;
    }
    let Ok(mail) = typed.parse::<MailAddress>() else {
        let error =
            "メールアドレスは、@の前後を半角の英数字で入力してください（例：tantou@example.jp）";
        *field = field.clone().with_error(error);
        return None;
    };
    *field = TextField::of(mail.as_str());
    Some(mail)
}

/// A telephone number, its groups as they were typed.
pub(crate) fn phone(field: &mut TextField, label: &str) -> Option<String> {
    if field.value.trim().is_empty() {
        *field = field
            .clone()
            .with_error(format!("{label}を入力してください"));
        return None;
    }
    let is_between = |it: char| {
        it.is_whitespace()
            || matches!(
                it,
                '-' | '(' | ')' | '（' | '）' | '－' | 'ー' | '‐' | '−' | '―' | '–' | 'ｰ'
            )
    };
    let groups: Vec<String> = field
        .value
        .split(is_between)
        .map(|group| normalize(group).into_owned())
        .filter(|group| !group.is_empty())
        .collect();
    let phone = groups.join("-");
    let digits = phone.bytes().filter(u8::is_ascii_digit).count();
    let plain = phone
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'-');
    if !plain || !(10..=11).contains(&digits) {
        *field = field.clone().with_error(format!(
            "{label}は、市外局番から10桁または11桁で入力してください（例：03-0000-0000）"
        ));
        return None;
    }
    *field = TextField::of(&phone);
    Some(phone)
}

/// A postal code: seven digits without a hyphen.
pub(crate) fn postal_code(field: &mut TextField, label: &str) -> Option<String> {
    let typed = normalize(&field.value);
    let digits = typed.trim_start_matches('〒');
    let error = if digits.is_empty() {
        format!("{label}を入力してください")
    } else if digits.len() != 7 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("{label}は、7桁の数字で入力してください（例：951-0000）")
    } else {
        let digits = digits.to_owned();
        *field = TextField::of(format!("{}-{}", &digits[..3], &digits[3..]));
        return Some(digits);
    };
    *field = field.clone().with_error(error);
    None
}

/// Codes of service kinds with something between them; may be empty.
pub(crate) fn service_kinds(field: &mut TextField) -> Option<Vec<ServiceKind>> {
    let is_between =
        |it: char| matches!(it, '・' | '･' | '、' | ',' | '，' | ';' | '/') || it.is_whitespace();
    let codes = field
        .value
        .split(is_between)
        .filter(|code| !code.is_empty());
    let kinds: Result<Vec<ServiceKind>, _> = codes.map(str::parse).collect();
    // A code that the table has not got is a slip of the pen when a person types it.
    let known = kinds
        .ok()
        .filter(|kinds| kinds.len() <= 40 && kinds.iter().all(|kind| kind.known().is_some()));
    let Some(mut kinds) = known else {
        *field = field.clone().with_error(
            "サービス種類コードは、2文字のコードを「・」で区切って入力してください（例：11・43）",
        );
        return None;
    };
    kinds.sort_unstable();
    kinds.dedup();
    let codes: Vec<&str> = kinds.iter().map(ServiceKind::as_str).collect();
    *field = TextField::of(codes.join("・"));
    Some(kinds)
}

/// A postal code with its hyphen; empty for an empty one.
pub(crate) fn shown_postal_code(digits: &str) -> String {
    match digits.split_at_checked(3) {
        Some((first, rest)) if !rest.is_empty() => format!("{first}-{rest}"),
        _ => digits.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p2_full_and_half_width_are_both_taken() {
        let mut field = TextField::of("　０３（００００）－００００ ");
        assert_eq!(
            phone(&mut field, "電話番号").as_deref(),
            Some("03-0000-0000")
        );
        let mut field = TextField::of("〒９５１−００００");
        assert_eq!(
            postal_code(&mut field, "郵便番号").as_deref(),
            Some("9510000")
        );
        assert_eq!(field.value, "951-0000");
        let mut field = TextField::of("ｔａｎｔｏｕ＠ｈｉｋａｒｉ．ｅｘａｍｐｌｅ");
        assert_eq!(mail(&mut field).unwrap().as_str(), "tantou@hikari.example");
        let mut field = TextField::of("４３、11 11");
        assert_eq!(service_kinds(&mut field).unwrap().len(), 2);
        assert_eq!(field.value, "11・43");
    }

    #[test]
    fn p2_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays() {
        let wrong = |typed: &str, read: &dyn Fn(&mut TextField) -> bool| {
            let mut field = TextField::of(typed);
            assert!(!read(&mut field), "{typed}");
            assert_eq!(field.value, typed);
            field.error.unwrap()
        };
        let no_phone = |field: &mut TextField| phone(field, "電話番号").is_some();
        assert!(wrong("03-0000", &no_phone).contains("10桁または11桁"));
        assert!(wrong("", &no_phone).contains("入力してください"));
        assert!(wrong("03-0000-000a", &no_phone).contains("電話番号"));
        let no_name = |field: &mut TextField| person(field, "氏名").is_some();
        assert_eq!(wrong("", &no_name), "氏名を入力してください");
        assert_eq!(
            wrong("あ\u{0}い", &no_name),
            "氏名は、改行などを入れないで、1行で入力してください"
        );
        assert_eq!(
            wrong(&"長".repeat(61), &no_name),
            "氏名は、60文字以内で入力してください"
        );
        let no_kind = |field: &mut TextField| service_kinds(field).is_some();
        for typed in ["99", "1", "訪問介護"] {
            assert!(wrong(typed, &no_kind).contains("サービス種類コード"));
        }
        let no_code = |field: &mut TextField| postal_code(field, "郵便番号").is_some();
        assert!(wrong("951-000", &no_code).contains("7桁"));
    }
}
