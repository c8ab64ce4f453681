//! Bodies with a limit, and JSON whose mistakes are answered with their place.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::Problem;

/// A JSON body of at most `LIMIT` bytes (64 KiB unless said).
///
/// Refusals: 413 `too_large`, 415 `unsupported_media_type`, 400 `json_syntax`, 422 `json_shape`; the last two name the
/// place in `at` (`line 3 column 7 / persons[0].birth_date`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiJson<T, const LIMIT: usize = 65_536>(pub T);

impl<T, S, const LIMIT: usize> FromRequest<S> for ApiJson<T, LIMIT>
where
    T: DeserializeOwned,
    S: Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::unsupported_media_type("application/json"));
        }
        let bytes = read_request(request, LIMIT).await?;
        parse_json(&bytes).map(Self)
    }
}

/// Reads the whole body of `request`, refusing as soon as it is known to be longer than `limit_bytes`.
///
/// # Errors
///
/// 413 `too_large`, or 400 `bad_request` when the body breaks off.
pub async fn read_request(request: Request, limit_bytes: usize) -> Result<Bytes, Problem> {
    let announced = request.headers().get(CONTENT_LENGTH);
    let announced = announced.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit_bytes as u64) {
        return Err(Problem::too_large(limit_bytes));
    }
    read(request.into_body(), limit_bytes).await
}

/// Reads the whole of `body`.
///
/// # Errors
///
/// 413 `too_large`, or 400 `bad_request` when the body breaks off.
pub async fn read(body: Body, limit_bytes: usize) -> Result<Bytes, Problem> {
    match Limited::new(body, limit_bytes).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Problem::too_large(limit_bytes)),
        Err(_) => Err(Problem::bad_request(
            "内容の受信が途中で切れました。もう一度送ってください。",
        )),
    }
}

/// Reads JSON, answering a mistake with its place but never with the value found there.
///
/// # Errors
///
/// 400 `json_syntax` when it is not JSON, 422 `json_shape` when it is JSON of another shape.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        mistake(&error.into_inner(), &path)
    })?;
    reader.end().map_err(|error| mistake(&error, "."))?;
    Ok(value)
}

fn mistake(error: &serde_json::Error, path: &str) -> Problem {
    let (line, column) = (error.line(), error.column());
    let mut at = format!("line {line} column {column}");
    let is_shape = error.classify() == Category::Data;
    if is_shape && path != "." {
        at.push_str(" / ");
        at.push_str(path);
    }
    if !is_shape {
        let detail = format!("{line} 行目の {column} 文字目が JSON として読み取れません。");
        let title = "JSON として読み取れません";
        return Problem::new(http::StatusCode::BAD_REQUEST, "json_syntax", title, detail)
            .with("at", at);
    }
    let detail = shape_detail(&error.to_string(), path);
    Problem::unprocessable("json_shape", detail).with("at", at)
}

/// The library's sentence may quote the sender's value, so only names of members are taken from it.
fn shape_detail(message: &str, path: &str) -> String {
    let member = |start: &str| Some(message.strip_prefix(start)?.split('`').next()?.to_owned());
    if let Some(name) = member("missing field `") {
        return format!("必須の項目「{name}」がありません。");
    }
    if let Some(name) = member("unknown field `") {
        return format!("項目「{name}」は使えません。綴りを確かめてください。");
    }
    if path == "." {
        return "全体の形が違います。項目の名前と値の組を { } で囲んだ JSON のオブジェクトで送ってください。".to_owned();
    }
    format!("項目「{path}」の形または値が違います。")
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = kind.and_then(|kind| kind.split(';').next()).unwrap_or("");
    essence.trim().eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Sample {
        persons: Vec<Person>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Person {
        age: u8,
    }

    fn answer(text: &str) -> String {
        let problem = parse_json::<Sample>(text.as_bytes()).unwrap_err();
        format!("{} {} {}", problem.code, problem.more["at"], problem.detail)
    }

    #[test]
    fn a_mistake_is_answered_with_its_place() {
        for (text, expected) in [
            (
                "{\n  \"persons\": [}",
                "json_syntax \"line 2 column 15\" 2 行目の 15 文字目が JSON として読み取れません。",
            ),
            (
                "{\"persons\":[{\"age\":\"山田\"}]}",
                "json_shape \"line 1 column 27 / persons[0].age\" 項目「persons[0].age」の形または値が違います。",
            ),
            (
                "{\"persons\":[{}]}",
                "json_shape \"line 1 column 14 / persons[0]\" 必須の項目「age」がありません。",
            ),
            (
                "{\"persons\":[],\"x\":1}",
                "json_shape \"line 1 column 17 / x\" 項目「x」は使えません。綴りを確かめてください。",
            ),
            (
                "{\"persons\":[]} 1",
                "json_syntax \"line 1 column 16\" 1 行目の 16 文字目が JSON として読み取れません。",
            ),
            (
                "null",
                "json_shape \"line 1 column 4\" 全体の形が違います。項目の名前と値の組を { } で囲んだ JSON のオブジェクトで送ってください。",
            ),
            (
                "",
                "json_syntax \"line 1 column 0\" 1 行目の 0 文字目が JSON として読み取れません。",
            ),
        ] {
            assert_eq!(answer(text), expected);
        }
    }
}
