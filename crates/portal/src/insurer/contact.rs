//! Whom people are to ask in a municipality (I02).

use super::{frame, nowhere, own, page_of, seen_of, seen_text};
use crate::member::{PostedIn, SignedIn};
use axum::{
    extract::Path,
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_domain::{Municipality, normalize};
use kiban_portal_ui::{DeclareConfirmPage, OwnContactPage, StalePage, TextField};
use kiban_services::readiness::{self, DeclareError};
use kiban_store::repo::readiness::ContactRow;

/// Longest text, in characters.
const SHORT: usize = 60;
const LONG: usize = 200;

/// Names of the fields, and what they are called.
const FIELDS: [(&str, &str); 5] = [
    ("counter", "担当の窓口"),
    ("phone", "電話番号"),
    ("address", "市町村のページのアドレス"),
    ("vendor", "介護保険システムの事業者"),
    ("remark", "市町村からの案内"),
];

fn texts(row: &ContactRow) -> [&str; 5] {
    [
        &row.counter,
        &row.phone,
        &row.address,
        &row.vendor,
        &row.remark,
    ]
}

/// GET `/insurer/readiness/{code}/contact`.
pub(super) async fn form(signed_in: SignedIn, Path(code): Path<String>) -> Response {
    let it = match own(&signed_in, &code).await {
        Ok(it) => it,
        Err(response) => return response,
    };
    match readiness::find_declared(signed_in.platform(), &it.code).await {
        Ok(declared) => {
            let contact = declared.contact;
            let values = contact.as_ref().map_or([""; 5], texts);
            let seen = seen_text(contact.as_ref().map(|row| row.recorded_at));
            let page = page(&signed_in, it, seen, values);
            signed_in.page(StatusCode::OK, &page)
        }
        Err(error) => signed_in.failed(&error),
    }
}

fn page(
    signed_in: &SignedIn,
    it: &Municipality,
    seen: String,
    [counter, phone, address, vendor, remark]: [&str; 5],
) -> OwnContactPage {
    OwnContactPage {
        frame: frame(signed_in).below(page_of(it), it.name),
        action: format!("{}/contact", page_of(it)),
        seen,
        what: it.name.to_owned(),
        counter: TextField::of(counter),
        phone: TextField::of(phone),
        address: TextField::of(address),
        vendor: TextField::of(vendor),
        remark: TextField::of(remark),
        back: page_of(it),
    }
}

/// POST `/insurer/readiness/{code}/contact`: to be looked at again, mended, or saved.
pub(super) async fn submit(Path(code): Path<String>, posted: PostedIn) -> Response {
    let PostedIn { signed_in, fields } = posted;
    let it = match own(&signed_in, &code).await {
        Ok(it) => it,
        Err(response) => return response,
    };
    let values = FIELDS.map(|(name, _)| fields.get(name));
    let seen = fields.get("seen").to_owned();
    let mut page = page(&signed_in, it, seen.clone(), values);
    match fields.get("go") {
        "mend" => return signed_in.page(StatusCode::OK, &page),
        "check" | "save" => {}
        _ => return signed_in.unknown_act(),
    }
    examine(&mut page);
    if !page.errors().is_empty() {
        return signed_in.page(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let row = ContactRow {
        municipality: it.code,
        counter: page.counter.value,
        phone: page.phone.value,
        address: page.address.value,
        remark: page.remark.value,
        vendor: page.vendor.value,
        declared_by: String::new(),
        recorded_at: signed_in.platform().now(),
    };
    let declared = match readiness::find_declared(signed_in.platform(), &it.code).await {
        Ok(declared) => declared,
        Err(error) => return signed_in.failed(&error),
    };
    let lines = differences(declared.contact.as_ref(), &row);
    let done = format!("{}?done=yes", page_of(it));
    if lines.is_empty() {
        return Redirect::to(&done).into_response();
    }
    let along = |seen: String| {
        let texts = FIELDS.iter().zip(texts(&row));
        let texts = texts.map(|((name, _), text)| ((*name).to_owned(), text.to_owned()));
        [("seen".to_owned(), seen)]
            .into_iter()
            .chain(texts)
            .collect()
    };
    let what = format!("{}　窓口", it.name);
    if fields.get("go") != "save" {
        let page = DeclareConfirmPage {
            frame: frame(&signed_in).below(page_of(it), it.name),
            action: format!("{}/contact", page_of(it)),
            what,
            changes: lines,
            fields: along(seen),
            verb: "登録して公開する".to_owned(),
        };
        return signed_in.page(StatusCode::OK, &page);
    }
    let seen = seen_of(&seen);
    let context = signed_in.context();
    match readiness::set_contact(signed_in.platform(), &context, row.clone(), seen).await {
        Ok(()) => Redirect::to(&done).into_response(),
        Err(DeclareError::Stale) => {
            let newest = declared.contact.as_ref().map(|row| row.recorded_at);
            let page = StalePage {
                frame: frame(&signed_in).below(page_of(it), it.name),
                action: format!("{}/contact", page_of(it)),
                what,
                lines,
                fields: along(seen_text(newest)),
                back: page_of(it),
            };
            signed_in.page(StatusCode::CONFLICT, &page)
        }
        Err(DeclareError::NoSuchMunicipality | DeclareError::Faults(_)) => nowhere(&signed_in),
        Err(DeclareError::Storage(error)) => signed_in.failed(&error),
    }
}

/// The items in which what stands and what was typed differ.
fn differences(now: Option<&ContactRow>, row: &ContactRow) -> Vec<(String, String, String)> {
    let now = now.map_or([""; 5], texts);
    let shown = |text: &str| {
        if text.is_empty() {
            "登録なし".to_owned()
        } else {
            text.to_owned()
        }
    };
    let all = FIELDS.iter().zip(now).zip(texts(row));
    all.filter(|((_, now), new)| now != new)
        .map(|(((_, label), now), new)| ((*label).to_owned(), shown(now), shown(new)))
        .collect()
}

fn examine(page: &mut OwnContactPage) {
    if page.counter.value.is_empty() {
        page.counter = page
            .counter
            .clone()
            .with_error("担当の窓口を入力してください");
    }
    for (field, most, label) in [
        (&mut page.counter, SHORT, "担当の窓口"),
        (&mut page.vendor, SHORT, "介護保険システムの事業者"),
        (&mut page.remark, LONG, "市町村からの案内"),
    ] {
        if field.value.contains(char::is_control) {
            *field = field.clone().with_error(format!(
                "{label}は、改行などを入れないで、1行で入力してください"
            ));
        } else if field.value.chars().count() > most {
            *field = field
                .clone()
                .with_error(format!("{label}は、{most}文字以内で入力してください"));
        }
    }
    let digits = normalize(&page.phone.value);
    let digits = digits.chars().filter(char::is_ascii_digit).count();
    let odd =
        page.phone.value.chars().count() > SHORT || page.phone.value.contains(char::is_control);
    if !page.phone.value.is_empty() && (odd || !(10..=11).contains(&digits)) {
        page.phone = page.phone.clone().with_error(
            "電話番号は、市外局番から10桁または11桁で入力してください（例：03-0000-0000）",
        );
    }
    let address = &page.address.value;
    if !(address.is_empty() || is_web_address(address)) {
        page.address = page.address.clone().with_error(
            "市町村のページのアドレスは、https:// から半角で入力してください（例：https://www.city.example.jp/）",
        );
    }
}

/// Whether a text is the address of a page: scheme and host, in printable ASCII, at most 200 characters.
fn is_web_address(text: &str) -> bool {
    let plain = text.bytes().all(|it| it.is_ascii_graphic()) && text.len() <= LONG;
    let uri = text.parse::<http::Uri>();
    plain
        && uri.is_ok_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https"))
                && uri.authority().is_some_and(|it| !it.as_str().contains('@'))
                && uri.host().is_some_and(is_host)
        })
}

/// Labels of letters, digits and hyphens, two of them at least.
fn is_host(host: &str) -> bool {
    let label = |it: &str| {
        !it.is_empty()
            && !it.starts_with('-')
            && !it.ends_with('-')
            && it
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || it == b'-')
    };
    host.contains('.') && host.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::is_web_address;

    #[test]
    fn i02_an_address_has_a_host() {
        for right in [
            "https://www.city.example.jp/",
            "http://city.example.jp/kaigo?a=1#b",
            "HTTPS://city.example.jp:8443",
        ] {
            assert!(is_web_address(right), "{right}");
        }
        for wrong in [
            "https://",
            "https:///kaigo",
            "https://city",
            "https://.jp",
            "https://-a.jp/",
            "https://a@city.example.jp/",
            "ftp://city.example.jp/",
            "javascript:alert(1)",
            "www.city.example.jp",
            "https://city.example.jp/介護",
        ] {
            assert!(!is_web_address(wrong), "{wrong}");
        }
    }
}
