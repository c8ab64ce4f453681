//! A browser and an authenticator in software that sign for real.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, missing_docs)]

use passkey_authenticator::{Authenticator, UiHint, UserCheck, UserValidationMethod};
use passkey_client::{Client, DefaultClientData};
use passkey_crypto::rust_crypto::RustCryptoBackend;
use passkey_types::{
    Passkey,
    ctap2::{Aaguid, Ctap2Error},
    webauthn::{CredentialCreationOptions, CredentialRequestOptions},
};
use public_suffix::PublicSuffixList;
use url::Url;

type Browser = Client<Option<Passkey>, Holder, RustCryptoBackend, PublicSuffixList, ()>;

/// What the holder does when asked.
#[derive(Clone, Copy)]
struct Holder {
    verified: bool,
}

#[async_trait::async_trait]
impl UserValidationMethod for Holder {
    type PasskeyItem = Passkey;

    async fn check_user<'a>(
        &self,
        _: UiHint<'a, Passkey>,
        _: bool,
        _: bool,
    ) -> Result<UserCheck, Ctap2Error> {
        Ok(UserCheck {
            presence: true,
            verification: self.verified,
        })
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }
}

/// An authenticator with room for one passkey. A clone is a copy of the device.
#[derive(Clone, Default)]
pub struct Key {
    pub passkey: Option<Passkey>,
    pub unverified: bool,
}

impl Key {
    fn client(&self) -> Browser {
        let holder = Holder {
            verified: !self.unverified,
        };
        let mut device = Authenticator::new(
            Aaguid::new_empty(),
            self.passkey.clone(),
            holder,
            RustCryptoBackend,
        );
        device.set_make_credentials_with_signature_counter(true);
        Client::new(device)
            .allows_insecure_localhost(true)
            .user_verification_when_preferred(!self.unverified)
    }

    /// Answers a question for a new passkey at `origin`.
    pub async fn create(&mut self, origin: &str, options: &str) -> String {
        let mut client = self.client();
        let options: CredentialCreationOptions =
            serde_json::from_str(&format!("{{\"publicKey\":{options}}}")).unwrap();
        let origin = Url::parse(origin).unwrap();
        let made = client.register(&origin, options, DefaultClientData).await;
        self.passkey.clone_from(client.authenticator().store());
        serde_json::to_string(&made.unwrap()).unwrap()
    }

    /// Answers a question for a passkey that is there.
    pub async fn get(&mut self, origin: &str, options: &str) -> String {
        let mut client = self.client();
        let options: CredentialRequestOptions =
            serde_json::from_str(&format!("{{\"publicKey\":{options}}}")).unwrap();
        let origin = Url::parse(origin).unwrap();
        let used = client
            .authenticate(&origin, options, DefaultClientData)
            .await;
        self.passkey.clone_from(client.authenticator().store());
        serde_json::to_string(&used.unwrap()).unwrap()
    }
}
