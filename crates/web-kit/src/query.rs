//! A query in which a name stands twice.

use axum::extract::Request;
use http::Uri;

/// Of a name that stands twice in the address, the last one counts: filters are added to addresses by hand and by links.
#[expect(
    clippy::unused_async,
    reason = "a layer that maps requests wants a future"
)]
pub async fn last_of_each_name(mut request: Request) -> Request {
    let Some(query) = request.uri().query() else {
        return request;
    };
    let pairs: Vec<&str> = query.split('&').collect();
    let name = |pair: &str| pair.split('=').next().unwrap_or_default().to_owned();
    let mut kept: Vec<&str> = Vec::with_capacity(pairs.len());
    for (at, pair) in pairs.iter().enumerate() {
        if !pairs[at + 1..]
            .iter()
            .any(|later| name(later) == name(pair))
        {
            kept.push(pair);
        }
    }
    if kept.len() < pairs.len() {
        let address = format!("{}?{}", request.uri().path(), kept.join("&"));
        if let Ok(address) = address.parse::<Uri>() {
            *request.uri_mut() = address;
        }
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    #[tokio::test]
    async fn the_last_of_a_name_counts_and_the_order_stays() {
        for (asked, read) in [
            ("/faq?q=a&q=b", "/faq?q=b"),
            ("/faq?q=a&for=care&q=%E5%B8%82", "/faq?for=care&q=%E5%B8%82"),
            ("/faq?q=a&for=care", "/faq?q=a&for=care"),
            ("/faq", "/faq"),
        ] {
            let request = Request::get(asked).body(Body::empty()).unwrap();
            let request = last_of_each_name(request).await;
            assert_eq!(request.uri().to_string(), read);
        }
    }
}
