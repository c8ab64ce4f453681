//! RSA with the committed keys: the bare operation, which the card's "pad what is given" needs and libraries hide.

use num_bigint::BigUint;
use ring::digest;
use std::sync::LazyLock;

/// What goes before a SHA-256 value in a DigestInfo.
const SHA256_PREFIX: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

/// A private key of 2,048 bits. Nothing here is constant in time; the keys are public.
#[derive(Clone)]
pub(crate) struct RsaKey {
    modulus: BigUint,
    primes: [BigUint; 2],
    exponents: [BigUint; 2],
    coefficient: BigUint,
}

macro_rules! keys {
    ($($name:ident = $file:literal;)*) => { $(
        pub(crate) static $name: LazyLock<RsaKey> =
            LazyLock::new(|| RsaKey::parse(include_bytes!(concat!("../../keys/", $file, ".der"))));
    )* };
}

keys! {
    ROOT_2 = "root-2";
    ROOT_3 = "root-3";
    ROOT_OTHER = "root-other";
    HOLDER_1 = "holder-1";
    HOLDER_2 = "holder-2";
    TEXT_ROOT = "text-root";
    ISSUER = "issuer";
    APPLICATION = "application";
}

impl RsaKey {
    /// Reads an RSAPrivateKey. Source: RFC 8017, appendix A.1.2.
    fn parse(der: &[u8]) -> Self {
        let numbers = yasna::parse_der(der, |reader| {
            reader.read_sequence(|reader| {
                reader.next().read_u8()?;
                let mut numbers = Vec::new();
                for _ in 0..8 {
                    let (bytes, _) = reader.next().read_bigint_bytes()?;
                    numbers.push(BigUint::from_bytes_be(&bytes));
                }
                Ok(numbers)
            })
        });
        let numbers = numbers.expect("a committed key is an RSA key");
        let [n, _, _, p, q, dp, dq, qi] = numbers.try_into().expect("eight numbers");
        Self {
            modulus: n,
            primes: [p, q],
            exponents: [dp, dq],
            coefficient: qi,
        }
    }

    /// The modulus, 256 bytes.
    pub(crate) fn modulus(&self) -> Vec<u8> {
        self.modulus.to_bytes_be()
    }

    /// Signs what the card is given: padding of type 1, then the private operation.
    pub(crate) fn sign_given(&self, given: &[u8]) -> Vec<u8> {
        let mut block = vec![0xFF; 256];
        block[0] = 0;
        block[1] = 1;
        let start = 256 - given.len();
        block[start - 1] = 0;
        block[start..].copy_from_slice(given);
        let message = BigUint::from_bytes_be(&block);
        // The Chinese remainder theorem: four times as fast as with the whole exponent.
        let [p, q] = &self.primes;
        let [dp, dq] = &self.exponents;
        let (by_p, by_q) = (message.modpow(dp, p), message.modpow(dq, q));
        let difference = (p + &by_p - (&by_q % p)) % p;
        let signature = by_q + q * ((&self.coefficient * difference) % p);
        let bytes = signature.to_bytes_be();
        [vec![0; 256 - bytes.len()], bytes].concat()
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.sign_hash(digest::digest(&digest::SHA256, message).as_ref())
    }

    /// The same over a hash made elsewhere.
    pub(crate) fn sign_hash(&self, hash: &[u8]) -> Vec<u8> {
        self.sign_given(&[&SHA256_PREFIX, hash].concat())
    }
}

impl std::fmt::Debug for RsaKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RsaKey(…)")
    }
}
