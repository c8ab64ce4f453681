//! An authenticator that Chromium plays itself. Source: Web Authentication Level 3, section 11 (WebDriver).

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::Browser;

/// A device in the browser that holds passkeys.
#[derive(Debug)]
pub struct Authenticator(String);

impl Browser {
    /// Plugs in a device whose holder agrees and is made sure of.
    ///
    /// # Errors
    ///
    /// When the driver does not know the command.
    pub async fn plug_authenticator(&self) -> Result<Authenticator> {
        let device = json!({
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": true,
            "hasUserVerification": true,
            "isUserConsenting": true,
            "isUserVerified": true,
        });
        let made = self.command("webauthn/authenticator", device).await?;
        let id = made
            .as_str()
            .context("an authenticator has an identifier")?;
        Ok(Authenticator(id.to_owned()))
    }

    /// Whether the device makes sure of its holder from now on.
    ///
    /// # Errors
    ///
    /// When there is no such device.
    pub async fn verify_holder(&self, device: &Authenticator, verified: bool) -> Result<()> {
        let path = format!("webauthn/authenticator/{}/uv", device.0);
        self.command(&path, json!({ "isUserVerified": verified }))
            .await?;
        Ok(())
    }
}

/// A command of the driver that has no name in its client.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) path: String,
    pub(crate) body: Value,
}

impl fantoccini::wd::WebDriverCompatibleCommand for Command {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/{}", self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}
