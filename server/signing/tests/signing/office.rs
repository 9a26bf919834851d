//! An organisation with a chair whose tablet signs: the fixture of every test here.

use ed25519_dalek::{Signer, SigningKey};
use icabinet_models::canonical::cades::{byte_range_digest, parse_byte_range, signed_attributes};
use icabinet_signing::authority::{NewAuthority, Seeds};
use icabinet_signing::pades::usual_lines;
use icabinet_signing::{
    Authority, DeviceSubject, Finding, Prepared, Report, Revoked, SignRequest, Trust, assemble,
    prepare, verify,
};

/// A decision as the typesetter makes it: PDF/A-2b with a cross-reference stream.
pub const DECISION: &[u8] = include_bytes!("../fixtures/decision.pdf");
/// Where the typesetter said the signature goes.
pub const RECT: [f32; 4] = [347.95, 72.54, 529.37, 140.57];

const DAY: i64 = 24 * 60 * 60;
/// 26 November 2026, 08:40 in Hanoi.
pub const NOW: i64 = 1_795_657_200;
/// Where the organisation publishes its revocation list.
pub const REVOCATIONS_AT: &str = "https://hop.example.vn/public/revocations.crl";
/// The serial number of the chair's certificate.
pub const SERIAL: u128 = 0x1234_5678_9abc_def0_0fed_cba9_8765_4321;

/// An authority and a chair with a certified key.
pub struct Office {
    pub authority: Authority,
    pub key: SigningKey,
    pub certificate: Vec<u8>,
    pub now: i64,
}

impl Office {
    /// An office whose keys all come from `seed`, on the day of the session.
    pub fn new(seed: u8) -> Self {
        Self::at(seed, NOW)
    }

    /// An office at another time.
    pub fn at(seed: u8, now: i64) -> Self {
        let authority = Authority::create(
            &NewAuthority {
                organisation: "Ủy ban nhân dân phường Hồ Sen",
                not_before: now - 10 * DAY,
                root_not_after: now + 3650 * DAY,
                issuing_not_after: now + 1825 * DAY,
            },
            &Seeds { root: [seed; 32], issuing: [seed.wrapping_add(1); 32] },
        )
        .expect("an authority");
        let key = SigningKey::from_bytes(&[seed.wrapping_add(2); 32]);
        let certificate = authority
            .certify(
                key.verifying_key().as_bytes(),
                &DeviceSubject {
                    common_name: "Đoàn Hữu Thạch",
                    organisation: "Ủy ban nhân dân phường Hồ Sen",
                    title: "Chủ tịch",
                    revocations_at: Some(REVOCATIONS_AT),
                },
                SERIAL,
                now - DAY,
                now + 60 * DAY,
            )
            .expect("a certificate");
        Self { authority, key, certificate, now }
    }

    pub fn chain(&self) -> Vec<Vec<u8>> {
        let issuing = self.authority.issuing_der().expect("issuing");
        vec![self.certificate.clone(), issuing]
    }

    pub fn lines(&self) -> Vec<String> {
        usual_lines(&self.certificate, self.now, 420).expect("lines")
    }

    pub fn prepare(&self, pdf: &[u8]) -> Prepared {
        let lines = self.lines();
        let request = SignRequest { signed_at: self.now, ..request(&lines) };
        prepare(pdf, &request).expect("prepared")
    }

    /// What the tablet does: it rebuilds the attributes from the bytes it shows.
    pub fn sign_on_tablet(&self, shown: &[u8]) -> [u8; 64] {
        let range = parse_byte_range(shown).expect("range");
        let digest = byte_range_digest(shown, &range).expect("digest");
        let attributes = signed_attributes(&digest, &self.certificate);
        self.key.sign(&attributes).to_bytes()
    }

    pub fn signed(&self, pdf: &[u8]) -> Vec<u8> {
        let prepared = self.prepare(pdf);
        let signature = self.sign_on_tablet(&prepared.pdf);
        assemble(&prepared.pdf, &self.chain(), &signature).expect("assembled")
    }

    pub fn revocation_list(&self, revoked: &[Revoked]) -> Vec<u8> {
        self.authority.revocation_list(revoked, 7, NOW - DAY, NOW + DAY).expect("a list")
    }

    pub fn verify(&self, pdf: &[u8]) -> Report {
        self.verify_at(pdf, NOW, &[])
    }

    pub fn verify_at(&self, pdf: &[u8], at: i64, revocation_lists: &[Vec<u8>]) -> Report {
        let roots = [self.authority.root_der().expect("root")];
        let trust = Trust { roots: &roots, revocation_lists };
        verify::pdf(pdf, &trust, at)
    }
}

pub fn request(lines: &[String]) -> SignRequest<'_> {
    SignRequest {
        page: 0,
        rect: RECT,
        name: "Đoàn Hữu Thạch",
        reason: "Ban hành Quyết định số 15/QĐ-UBND",
        signed_at: NOW,
        utc_offset_minutes: 420,
        lines,
        matter: b"",
        later: None,
    }
}

/// A small PDF of the old kind, with a cross-reference table, given objects and catalog entries.
pub fn old_pdf(catalog: &str, page: &str, more: &[&str]) -> Vec<u8> {
    let mut objects = vec![
        format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>"),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>".to_owned(),
        format!("<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << >> {page} >>"),
        "<< /Length 22 >>\nstream\n0 0 1 rg 9 9 99 99 re f\nendstream".replace("22", "23"),
    ];
    objects.extend(more.iter().map(|object| (*object).to_owned()));
    let mut pdf = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut offsets = Vec::new();
    for (place, object) in objects.iter().enumerate() {
        offsets.push(pdf.len());
        pdf.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", place + 1).as_bytes());
    }
    let table = pdf.len();
    pdf.extend_from_slice(
        format!("xref\n0 {}\n0000000000 65535 f\r\n", offsets.len() + 1).as_bytes(),
    );
    for offset in &offsets {
        pdf.extend_from_slice(format!("{offset:010} 00000 n\r\n").as_bytes());
    }
    pdf.extend_from_slice(
        format!(
            "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n",
            offsets.len() + 1
        )
        .as_bytes(),
    );
    pdf
}

/// Fails unless the report names exactly these findings.
#[track_caller]
pub fn assert_findings(report: &Report, expected: &[Finding]) {
    assert_eq!(report.findings, expected, "{report:?}");
}

/// The offset that the last `startxref` of a file names.
pub fn last_cross_reference(pdf: &[u8]) -> usize {
    const KEY: &[u8] = b"startxref\n";
    let at = pdf.windows(KEY.len()).rposition(|window| window == KEY).expect("startxref");
    pdf[at + KEY.len()..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .fold(0, |number, digit| number * 10 + usize::from(digit - b'0'))
}

/// A file with one more revision, in which an object was added.
pub fn with_revision(pdf: &[u8], number: u32, object: &str) -> Vec<u8> {
    let previous = last_cross_reference(pdf);
    let body = format!("{number} 0 obj\n{object}\nendobj\n");
    let update = format!(
        "{body}xref\n{number} 1\n{:010} 00000 n\r\n\
         trailer\n<< /Size {} /Root 1 0 R /Prev {previous} >>\nstartxref\n{}\n%%EOF\n",
        pdf.len(),
        number + 1,
        pdf.len() + body.len()
    );
    [pdf, update.as_bytes()].concat()
}
