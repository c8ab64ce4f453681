//! Certificate profiles, requests, issuing, revocation lists and PKCS#12
