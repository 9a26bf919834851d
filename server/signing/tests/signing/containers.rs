//! The bytes of `models::canonical::cades` against the `cms` and `der` crates.

use cms::content_info::ContentInfo;
use cms::signed_data::{SignedAttributes, SignedData};
use der::asn1::{Any, ObjectIdentifier, OctetString};
use der::{Decode, Encode, Reader, SliceReader};
use icabinet_models::canonical::cades::{parse_byte_range, signed_attributes};
use sha2::{Digest, Sha256};

use crate::office::{DECISION, Office};

#[test]
fn the_attributes_are_what_cms_reads_and_would_write() {
    for (seed, certificate) in [(0_u8, &b"a"[..]), (0xff, b""), (7, &[0; 2000])] {
        let ours = signed_attributes(&[seed; 64], certificate);
        let parsed = SignedAttributes::from_der(&ours).expect("DER, in order");
        assert_eq!(parsed.to_der().expect("encoded"), ours);
        assert_eq!(parsed.len(), 3);
        let value = |oid: &str| -> Any {
            let oid = ObjectIdentifier::new_unwrap(oid);
            let attribute = parsed.iter().find(|attribute| attribute.oid == oid);
            let values = &attribute.expect("the attribute is there").values;
            assert_eq!(values.len(), 1);
            values.get(0).expect("a value").clone()
        };
        let content_type: ObjectIdentifier =
            value("1.2.840.113549.1.9.3").decode_as().expect("an identifier");
        assert_eq!(content_type.to_string(), "1.2.840.113549.1.7.1");
        let digest: OctetString = value("1.2.840.113549.1.9.4").decode_as().expect("octets");
        assert_eq!(digest.as_bytes(), [seed; 64]);
        // SigningCertificateV2: three sequences around the hash.
        let mut inner = value("1.2.840.113549.1.9.16.2.47");
        for _ in 0..2 {
            inner = Any::from_der(inner.value()).expect("nested");
        }
        let hash = OctetString::from_der(inner.value()).expect("octets");
        assert_eq!(hash.as_bytes(), Sha256::digest(certificate).as_slice());
    }
}

#[test]
fn the_container_follows_rfc_8419() {
    let office = Office::new(1);
    let signed = office.signed(DECISION);
    let digits = parse_byte_range(&signed).expect("range").contents_digits();
    let bytes: Vec<u8> = signed[digits]
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).expect("ascii"), 16).expect("hex"))
        .collect();
    let mut reader = SliceReader::new(&bytes).expect("a reader");
    let info = ContentInfo::decode(&mut reader).expect("a container");
    assert!(u32::from(reader.position()) > 1000);
    let data: SignedData = info.content.decode_as().expect("signed data");
    let signer = data.signer_infos.0.get(0).expect("a signer");
    assert_eq!(signer.digest_alg.oid.to_string(), "2.16.840.1.101.3.4.2.3");
    assert_eq!(signer.digest_alg.parameters, None);
    assert_eq!(signer.signature_algorithm.oid.to_string(), "1.3.101.112");
    assert_eq!(signer.signature_algorithm.parameters, None);
    assert_eq!(data.certificates.expect("certificates").0.len(), 2);
}
