use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;
use utoipa::ToSchema;

/// The five items of the paper card, as somebody read them. Full width, 和暦 and half-width kana are taken.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityCheckRequest {
    /// 保険者番号, six digits; its check digit must agree.
    pub insurer_no: String,
    /// 被保険者番号; leading zeros may be missing.
    pub insured_no: String,
    /// フリガナ.
    pub name_kana: String,
    /// 生年月日: `1940-01-02`, `昭和15年1月2日`, `S15.1.2` and the like.
    pub birth_date: String,
    /// 性別: `1` or `2`, `male` or `female`, `男` or `女`.
    #[serde(deserialize_with = "text_or_number")]
    pub sex: String,
}

/// Shows nobody's data.
impl fmt::Debug for IdentityCheckRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityCheckRequest")
            .finish_non_exhaustive()
    }
}

/// A check that agreed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IdentityCheckResponse {
    /// Names the check when registering.
    pub id: String,
    /// Until when it can be used.
    pub expires_at: String,
}

/// Vendors send the code of the sex as a number about as often as as a text.
fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    struct Either;
    impl de::Visitor<'_> for Either {
        type Value = String;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text or a number")
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
            Ok(text.to_owned())
        }
        fn visit_u64<E: de::Error>(self, number: u64) -> Result<String, E> {
            Ok(number.to_string())
        }
    }
    deserializer.deserialize_any(Either)
}
