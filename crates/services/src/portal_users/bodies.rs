//! What a body is called.

use crate::Platform;
use kiban_domain::{Body, InsurerNumber, municipalities, prefectures};
use kiban_store::{
    Error,
    repo::{insurers, offices},
};

/// Its name on the screens; an office that nobody has registered, or a union that has sent nothing yet, by its number.
///
/// # Errors
///
/// The database only.
pub async fn name(platform: &Platform, body: &Body) -> Result<String, Error> {
    let mut work = platform.store.point().await?;
    Ok(match body {
        Body::Office(number) => {
            let row = offices::find(&mut work, number).await?;
            row.map_or_else(|| format!("事業所番号 {}", number.as_str()), |row| row.name)
        }
        Body::Insurer(number) => {
            let row = insurers::find(&mut work, number).await?;
            let own = |it: &&kiban_domain::Municipality| {
                InsurerNumber::of_municipality(&it.code) == *number
            };
            let named = || {
                let found = municipalities().iter().find(own);
                found.map_or_else(
                    || format!("保険者番号 {}", number.as_str()),
                    |it| it.name.to_owned(),
                )
            };
            row.map_or_else(named, |row| row.name)
        }
        Body::Prefecture(code) => {
            let at = code.as_str().parse::<usize>().unwrap_or(0);
            let found = prefectures().get(at.wrapping_sub(1));
            (*found.unwrap_or(&"都道府県")).to_owned()
        }
        Body::Operator => "運営".to_owned(),
    })
}
