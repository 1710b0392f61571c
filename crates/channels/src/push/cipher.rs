//! How a message is closed up so that only the browser reads it: <https://www.rfc-editor.org/rfc/rfc8291>.

use aes_gcm::{Aes128Gcm, KeyInit, aead::Aead};
use hkdf::Hkdf;
use p256::{
    PublicKey, SecretKey,
    ecdh::diffie_hellman,
    elliptic_curve::{
        rand_core::{OsRng, RngCore},
        sec1::ToEncodedPoint,
    },
};
use sha2::Sha256;

/// The most that services take, closed up.
const LARGEST: u32 = 4096;
/// The most that can be closed up, in bytes: salt, size, key, end mark and seal go off.
pub const LONGEST: usize = 4096 - 16 - 4 - 1 - 65 - 1 - 16;

/// Closes up a message with a key made for it alone. Nothing comes of one that is too long.
pub fn seal(plain: &[u8], reader: &PublicKey, auth: &[u8]) -> Option<Vec<u8>> {
    let mut salt = [0; 16];
    OsRng.fill_bytes(&mut salt);
    seal_with(plain, reader, auth, &SecretKey::random(&mut OsRng), salt)
}

fn seal_with(plain: &[u8], reader: &PublicKey, auth: &[u8], own: &SecretKey, salt: [u8; 16]) -> Option<Vec<u8>> {
    if plain.len() > LONGEST {
        return None;
    }
    let (own_point, reader_point) = (own.public_key().to_encoded_point(false), reader.to_encoded_point(false));
    let shared = diffie_hellman(own.to_nonzero_scalar(), reader.as_affine());
    let both = [b"WebPush: info\0", reader_point.as_bytes(), own_point.as_bytes()].concat();
    let secret: [u8; 32] = derive(auth, shared.raw_secret_bytes(), &both)?;
    let key: [u8; 16] = derive(&salt, &secret, b"Content-Encoding: aes128gcm\0")?;
    let nonce: [u8; 12] = derive(&salt, &secret, b"Content-Encoding: nonce\0")?;
    // The mark ends the last record, and there is but one.
    let marked = [plain, &[2]].concat();
    let sealed = Aes128Gcm::new(&key.into()).encrypt(&nonce.into(), marked.as_slice()).ok()?;
    Some([&salt[..], &LARGEST.to_be_bytes(), &[65], own_point.as_bytes(), &sealed].concat())
}

fn derive<const N: usize>(salt: &[u8], secret: &[u8], info: &[u8]) -> Option<[u8; N]> {
    let mut derived = [0; N];
    Hkdf::<Sha256>::new(Some(salt), secret).expand(info, &mut derived).ok()?;
    Some(derived)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    /// The example of the standard, appendix A.
    #[test]
    fn a_message_is_closed_up_as_the_standard_shows() {
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let reader = bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4");
        let own = SecretKey::from_slice(&bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")).unwrap();
        let sealed = seal_with(
            b"When I grow up, I want to be a watermelon",
            &PublicKey::from_sec1_bytes(&reader).unwrap(),
            &bytes("BTBZMqHH6r4Tts7J_aSIgg"),
            &own,
            bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap(),
        );
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_\
                        yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(URL_SAFE_NO_PAD.encode(sealed.unwrap()), expected);
    }

    #[test]
    fn a_message_fills_what_services_take_and_no_more() {
        let reader = SecretKey::random(&mut OsRng).public_key();
        assert_eq!(seal(&[b'x'; LONGEST], &reader, &[1; 16]).unwrap().len(), 4096);
        assert_eq!(seal(&[b'x'; LONGEST + 1], &reader, &[1; 16]), None);
    }
}
