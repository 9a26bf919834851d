//! From a signer's certificate to a trusted root at a given time, with revocation. Never here:
//! what was signed.

use der::{Decode, Encode};
use x509_cert::Certificate;
use x509_cert::crl::CertificateList;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};

use crate::certificate::{algorithm, bits_verify, parse, public_key, unix};
use crate::verify::{Finding, Trust};

/// The most authorities between a signer and a root.
const MOST_AUTHORITIES: usize = 3;

/// What is wrong with a signer's chain; empty if nothing is.
pub(crate) fn findings(
    signer: &Certificate,
    others: &[Certificate],
    trust: &Trust<'_>,
    at: i64,
) -> Vec<Finding> {
    let Some(path) = path(signer, others, trust) else {
        return vec![Finding::WrongCa];
    };
    let mut found = Vec::new();
    if !is_signer(signer) {
        found.push(Finding::WrongCa);
    }
    for certificate in &path {
        let validity = &certificate.tbs_certificate.validity;
        if at < unix(validity.not_before) || at > unix(validity.not_after) {
            found.push(Finding::Expired);
        }
    }
    for pair in path.windows(2) {
        match revoked(&pair[0], &pair[1], trust, at) {
            Revocation::Good => {}
            Revocation::Revoked => found.push(Finding::Revoked),
            Revocation::BrokenList => found.push(Finding::Malformed),
        }
    }
    found
}

/// The signer, the authorities, the trusted root; none if they don't lead there.
fn path(
    signer: &Certificate,
    others: &[Certificate],
    trust: &Trust<'_>,
) -> Option<Vec<Certificate>> {
    let roots: Vec<Certificate> = trust.roots.iter().filter_map(|der| parse(der).ok()).collect();
    let mut path = vec![signer.clone()];
    while path.len() <= MOST_AUTHORITIES + 1 {
        let last = path.last()?;
        // Authorities below this one, the signer not counted.
        let below = path.len() - 1;
        let issued_by = |issuer: &&Certificate| issued(issuer, last, below);
        if let Some(root) = roots.iter().find(issued_by) {
            path.push(root.clone());
            // A certificate that the chain doesn't need has no business in the signature.
            let surplus = others.iter().any(|other| !path.contains(other));
            return (!surplus).then_some(path);
        }
        let next = others.iter().find(|other| issued_by(other) && !path.contains(other))?;
        path.push(next.clone());
    }
    None
}

/// Whether `issuer` is an authority that may have issued `subject`, and did.
fn issued(issuer: &Certificate, subject: &Certificate, below: usize) -> bool {
    let constraints = issuer.tbs_certificate.get::<BasicConstraints>();
    let usage = issuer.tbs_certificate.get::<KeyUsage>();
    let is_authority = matches!(constraints, Ok(Some((_, constraints)))
        if constraints.ca
            && constraints
                .path_len_constraint
                .is_none_or(|most| below <= usize::from(most)));
    let may_certify = matches!(usage, Ok(Some((_, usage))) if usage.key_cert_sign());
    is_authority
        && may_certify
        && only_known_demands(issuer)
        && issuer.tbs_certificate.subject == subject.tbs_certificate.issuer
        && subject.signature_algorithm == algorithm()
        && subject.tbs_certificate.signature == algorithm()
        && public_key(&issuer.tbs_certificate.subject_public_key_info)
            .is_ok_and(|key| bits_verify(&key, &subject.tbs_certificate, &subject.signature))
}

/// A signer signs for himself and is no authority.
fn is_signer(certificate: &Certificate) -> bool {
    let usage = certificate.tbs_certificate.get::<KeyUsage>();
    let constraints = certificate.tbs_certificate.get::<BasicConstraints>();
    matches!(usage, Ok(Some((_, usage))) if usage.non_repudiation() && usage.digital_signature())
        && constraints.is_ok()
        && !matches!(constraints, Ok(Some((_, constraints))) if constraints.ca)
        && only_known_demands(certificate)
}

/// Critical extensions that aren't understood forbid the use of a certificate (RFC 5280 4.2).
fn only_known_demands(certificate: &Certificate) -> bool {
    use der::oid::AssociatedOid;
    let extensions = certificate.tbs_certificate.extensions.as_deref();
    extensions.unwrap_or_default().iter().all(|extension| {
        !extension.critical
            || extension.extn_id == KeyUsage::OID
            || extension.extn_id == BasicConstraints::OID
    })
}

enum Revocation {
    Good,
    Revoked,
    /// A list in the issuer's name that the issuer didn't sign.
    BrokenList,
}

fn revoked(subject: &Certificate, issuer: &Certificate, trust: &Trust<'_>, at: i64) -> Revocation {
    let Ok(key) = public_key(&issuer.tbs_certificate.subject_public_key_info) else {
        return Revocation::BrokenList;
    };
    for der in trust.revocation_lists {
        let Ok(list) = CertificateList::from_der(der) else {
            return Revocation::BrokenList;
        };
        if list.tbs_cert_list.issuer != issuer.tbs_certificate.subject {
            continue;
        }
        let is_signed = list.signature_algorithm == algorithm()
            && list.tbs_cert_list.to_der().is_ok()
            && bits_verify(&key, &list.tbs_cert_list, &list.signature);
        if !is_signed {
            return Revocation::BrokenList;
        }
        let serial = &subject.tbs_certificate.serial_number;
        let entries = list.tbs_cert_list.revoked_certificates.as_deref();
        let listed = entries
            .unwrap_or_default()
            .iter()
            .any(|entry| entry.serial_number == *serial && unix(entry.revocation_date) <= at);
        if listed {
            return Revocation::Revoked;
        }
    }
    Revocation::Good
}
