//! What institutions are called. Nothing of persons.

use crate::Platform;
use kiban_domain::{MedicalInstitutionCode, OfficeNumber};
use kiban_store::{Error, repo::offices};
use std::collections::BTreeMap;

/// The names of institutions that are connected here; nothing for the others.
///
/// # Errors
///
/// The database only.
pub async fn institution_names(
    platform: &Platform,
    codes: Vec<MedicalInstitutionCode>,
) -> Result<BTreeMap<MedicalInstitutionCode, Option<String>>, Error> {
    let mut work = platform.store.point().await?;
    let mut names = BTreeMap::new();
    for code in codes {
        if names.contains_key(&code) {
            continue;
        }
        let office = match code.as_str().parse::<OfficeNumber>() {
            Ok(office_no) => offices::find(&mut work, &office_no).await?,
            Err(_) => None,
        };
        names.insert(code, office.map(|it| it.name));
    }
    Ok(names)
}
