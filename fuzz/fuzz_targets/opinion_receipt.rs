#![no_main]

use kiban_client::{signed_texts, verify_receipt, wire::SigningKeys};

const KEYS: &str = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k","alg":"EdDSA","use":"sig","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(kept) = std::str::from_utf8(bytes) else {
        return;
    };
    let keys: SigningKeys = serde_json::from_str(KEYS).unwrap();
    // Nobody here has the key, so whatever is found was never signed with it.
    assert!(verify_receipt(kept, &keys).is_err());
    for text in signed_texts(kept).unwrap_or_default() {
        assert!(verify_receipt(&text, &keys).is_err());
    }
});
