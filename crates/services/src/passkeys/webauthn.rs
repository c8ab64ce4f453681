//! The only place that knows the library for Web Authentication. Texts and bytes go in and come out.
//!
//! The library makes the challenges (128 bits of its own randomness; Web Authentication Level 3, section 13.4.3 wants at least
//! that) and checks every step of sections 7.1 and 7.2; what it keeps between question and answer is opaque to us.

use super::RelyingParty;
use uuid::Uuid;
use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthentication, DiscoverableAuthenticationServerState,
    DiscoverableCredentialRequestOptions, NonDiscoverableAuthentication,
    NonDiscoverableAuthenticationServerState, NonDiscoverableCredentialRequestOptions,
    PublicKeyCredentialCreationOptions, Registration, RegistrationServerState,
    bin::{Decode as _, Encode as _},
    request::{
        AsciiDomain, Credentials as _, PublicKeyCredentialDescriptor, RpId,
        UserVerificationRequirement,
        auth::{AllowedCredentials, AuthenticationVerificationOptions},
        register::{
            Nickname, PublicKeyCredentialUserEntity, RegistrationVerificationOptions,
            ResidentKeyRequirement, UserHandle, Username,
        },
    },
    response::{
        AuthTransports, Backup, CredentialId,
        auth::error::AuthCeremonyErr,
        register::{CompressedPubKey, DynamicState, StaticState, error::RegCeremonyErr},
    },
};

/// Why an answer does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is no answer of a browser, or what was kept cannot be read.
    Unreadable,
    /// It came after the time.
    TooOld,
    /// Another site asked.
    WrongOrigin,
    /// The authenticator did not make sure of its holder.
    NotVerified,
    /// The authenticator has counted fewer signatures than before.
    CounterBack,
    /// It answers another question, is another's, or the signature does not fit.
    Refused,
}

/// A question: what to keep, and what to hand to the browser (JSON of section 5.1.8 or 5.1.9).
pub(crate) struct Question {
    pub(super) state: Vec<u8>,
    pub(super) options: String,
}

/// A passkey as made.
pub(super) struct Made {
    pub(super) credential_id: Vec<u8>,
    pub(super) public_key: Vec<u8>,
    pub(super) transports: u8,
    pub(super) now: Counted,
}

/// What changes with every use.
pub(crate) struct Counted {
    pub(crate) state: Vec<u8>,
    pub(crate) sign_count: u32,
    pub(crate) backed_up: bool,
}

/// A passkey that is there.
pub(super) struct Known<'a> {
    pub(super) credential_id: &'a [u8],
    pub(super) holder: Uuid,
    pub(super) public_key: &'a [u8],
    pub(super) state: &'a [u8],
    pub(super) transports: i16,
}

/// Whom a passkey is made for.
pub(crate) struct Holder<'a> {
    pub(crate) id: Uuid,
    pub(crate) login: &'a str,
    pub(crate) name: &'a str,
}

fn rp_id(party: &RelyingParty) -> Result<RpId, Fault> {
    let domain = AsciiDomain::try_from(party.id().to_owned());
    domain.map(RpId::Domain).map_err(|_| Fault::Unreadable)
}

/// The identifier of the account: random, and nothing about the person (section 14.6.1).
fn handle(id: Uuid) -> Result<UserHandle<16>, Fault> {
    UserHandle::decode(id.into_bytes()).map_err(|_| Fault::Unreadable)
}

fn descriptor(known: &Known<'_>) -> Result<PublicKeyCredentialDescriptor<Vec<u8>>, Fault> {
    let transports = u8::try_from(known.transports).unwrap_or(0);
    Ok(PublicKeyCredentialDescriptor {
        id: CredentialId::decode(known.credential_id.to_vec()).map_err(|_| Fault::Unreadable)?,
        transports: AuthTransports::decode(transports).map_err(|_| Fault::Unreadable)?,
    })
}

fn json(value: &impl serde::Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|_| Fault::Unreadable)
}

/// Asks for a new passkey (section 7.1). One that the authenticator finds by itself and that makes sure of its holder is asked for
/// but not required: a security key without PIN is still a second factor. `others` are those the account has.
pub(super) fn ask_for_new(
    party: &RelyingParty,
    holder: &Holder<'_>,
    others: &[Known<'_>],
) -> Result<Question, Fault> {
    let rp_id = rp_id(party)?;
    let id = handle(holder.id)?;
    let user = PublicKeyCredentialUserEntity {
        name: Username::try_from(holder.login).map_err(|_| Fault::Unreadable)?,
        id: &id,
        // Only shown by the authenticator; a name it could not show is left out.
        display_name: Nickname::try_from(holder.name).ok(),
    };
    let others: Result<Vec<_>, _> = others.iter().map(descriptor).collect();
    let mut options = PublicKeyCredentialCreationOptions::second_factor(&rp_id, user, others?);
    options.authenticator_selection.resident_key = ResidentKeyRequirement::Preferred;
    options.authenticator_selection.user_verification = UserVerificationRequirement::Preferred;
    let (state, client) = options.start_ceremony().map_err(|_| Fault::Unreadable)?;
    Ok(Question {
        state: state.encode().map_err(|_| Fault::Unreadable)?,
        options: json(&client)?,
    })
}

/// Checks the answer to [`ask_for_new`].
pub(super) fn check_new(party: &RelyingParty, state: &[u8], answer: &str) -> Result<Made, Fault> {
    let state = RegistrationServerState::<16>::decode(state).map_err(|_| Fault::Unreadable)?;
    let answer = Registration::from_json_relaxed(answer.as_bytes());
    let answer = answer.map_err(|_| Fault::Unreadable)?;
    let origins = [party.origin()];
    let options = RegistrationVerificationOptions::<&str, &str> {
        allowed_origins: &origins,
        // Section 7.1, step 27: what was not asked for is ignored.
        error_on_unsolicited_extensions: false,
        ..RegistrationVerificationOptions::default()
    };
    let made = state
        .verify(&rp_id(party)?, &answer, &options)
        .map_err(|error| of_new(&error))?;
    Ok(Made {
        credential_id: made.id().inner().to_vec(),
        public_key: infallible(made.static_state().encode()),
        transports: infallible(made.transports().encode()),
        now: counted(made.dynamic_state()),
    })
}

fn infallible<T>(result: Result<T, std::convert::Infallible>) -> T {
    match result {
        Ok(value) => value,
    }
}

fn counted(state: DynamicState) -> Counted {
    Counted {
        sign_count: state.sign_count,
        backed_up: matches!(state.backup, Backup::Exists),
        state: infallible(state.encode()).to_vec(),
    }
}

fn of_new(error: &RegCeremonyErr) -> Fault {
    match error {
        RegCeremonyErr::Timeout => Fault::TooOld,
        RegCeremonyErr::OriginMismatch
        | RegCeremonyErr::CrossOrigin
        | RegCeremonyErr::TopOriginMismatch
        | RegCeremonyErr::RpIdHashMismatch => Fault::WrongOrigin,
        RegCeremonyErr::UserNotVerified => Fault::NotVerified,
        _ => Fault::Refused,
    }
}

/// Asks for one of the account's passkeys after the password (section 7.2): being there is enough.
pub(super) fn ask_second_factor(
    party: &RelyingParty,
    passkeys: &[Known<'_>],
) -> Result<Question, Fault> {
    let rp_id = rp_id(party)?;
    let mut allowed = AllowedCredentials::with_capacity(passkeys.len());
    for known in passkeys {
        allowed.push(descriptor(known)?.into());
    }
    let mut options = NonDiscoverableCredentialRequestOptions::second_factor(&rp_id, allowed)
        .map_err(|_| Fault::Unreadable)?;
    options.options().user_verification = UserVerificationRequirement::Preferred;
    let (state, client) = options.start_ceremony().map_err(|_| Fault::Unreadable)?;
    Ok(Question {
        state: state.encode().map_err(|_| Fault::Unreadable)?,
        options: json(&client)?,
    })
}

/// Asks for any passkey of the site whose authenticator makes sure of its holder (section 7.2): the whole sign-in.
pub(super) fn ask_sign_in(party: &RelyingParty) -> Result<Question, Fault> {
    let rp_id = rp_id(party)?;
    let options = DiscoverableCredentialRequestOptions::passkey(&rp_id);
    let (state, client) = options.start_ceremony().map_err(|_| Fault::Unreadable)?;
    Ok(Question {
        state: state.encode().map_err(|_| Fault::Unreadable)?,
        options: json(&client)?,
    })
}

/// The credential that an answer names, before anything is checked.
pub(crate) fn credential_of(answer: &str) -> Option<Vec<u8>> {
    // An account's name may or may not come along; both kinds of answer are read here.
    let answer = NonDiscoverableAuthentication::<16>::from_json_relaxed(answer.as_bytes()).ok()?;
    Some(answer.raw_id().inner().to_vec())
}

type Credential<'a> =
    AuthenticatedCredential<'a, 'a, 16, CompressedPubKey<[u8; 32], [u8; 32], [u8; 48], Vec<u8>>>;

fn credential<'a>(known: &Known<'a>, holder: &'a UserHandle<16>) -> Result<Credential<'a>, Fault> {
    let state: [u8; 7] = known.state.try_into().map_err(|_| Fault::Unreadable)?;
    AuthenticatedCredential::new(
        CredentialId::decode(known.credential_id).map_err(|_| Fault::Unreadable)?,
        holder,
        StaticState::decode(known.public_key).map_err(|_| Fault::Unreadable)?,
        DynamicState::decode(state).map_err(|_| Fault::Unreadable)?,
    )
    .map_err(|_| Fault::Unreadable)
}

fn options<'a>(
    origins: &'a [&'a str],
) -> AuthenticationVerificationOptions<'a, 'a, &'a str, &'a str> {
    AuthenticationVerificationOptions {
        allowed_origins: origins,
        error_on_unsolicited_extensions: false,
        update_uv: true,
        ..AuthenticationVerificationOptions::default()
    }
}

/// Checks the answer to [`ask_second_factor`].
pub(super) fn check_second_factor(
    party: &RelyingParty,
    state: &[u8],
    answer: &str,
    known: &Known<'_>,
) -> Result<Counted, Fault> {
    let state = NonDiscoverableAuthenticationServerState::decode(state);
    let state = state.map_err(|_| Fault::Unreadable)?;
    let answer = NonDiscoverableAuthentication::<16>::from_json_relaxed(answer.as_bytes());
    let answer = answer.map_err(|_| Fault::Unreadable)?;
    let holder = handle(known.holder)?;
    let mut credential = credential(known, &holder)?;
    state
        .verify(
            &rp_id(party)?,
            &answer,
            &mut credential,
            &options(&[party.origin()]),
        )
        .map_err(|error| of_use(&error))?;
    Ok(counted(credential.dynamic_state()))
}

/// Checks the answer to [`ask_sign_in`].
pub(super) fn check_sign_in(
    party: &RelyingParty,
    state: &[u8],
    answer: &str,
    known: &Known<'_>,
) -> Result<Counted, Fault> {
    let state = DiscoverableAuthenticationServerState::decode(state);
    let state = state.map_err(|_| Fault::Unreadable)?;
    let answer = DiscoverableAuthentication::<16>::from_json_relaxed(answer.as_bytes());
    let answer = answer.map_err(|_| Fault::Unreadable)?;
    let holder = handle(known.holder)?;
    let mut credential = credential(known, &holder)?;
    state
        .verify(
            &rp_id(party)?,
            &answer,
            &mut credential,
            &options(&[party.origin()]),
        )
        .map_err(|error| of_use(&error))?;
    Ok(counted(credential.dynamic_state()))
}

fn of_use(error: &AuthCeremonyErr) -> Fault {
    match error {
        AuthCeremonyErr::Timeout => Fault::TooOld,
        AuthCeremonyErr::OriginMismatch
        | AuthCeremonyErr::CrossOrigin
        | AuthCeremonyErr::TopOriginMismatch
        | AuthCeremonyErr::RpIdHashMismatch => Fault::WrongOrigin,
        AuthCeremonyErr::UserNotVerified => Fault::NotVerified,
        AuthCeremonyErr::SignatureCounter => Fault::CounterBack,
        _ => Fault::Refused,
    }
}
