//! From a signer's certificate to a trusted root at a given time, with revocation lists. Never
//! here: what was signed.

use der::Decode;
use x509_cert::Certificate;
use x509_cert::crl::{CertificateList, RevokedCert};
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};

use crate::certificate::{algorithm, bits_verify, parse, public_key, unix};
use crate::finding::{Finding, Trust};

/// The most authorities between a signer and a root.
const MOST_AUTHORITIES: usize = 3;

/// What a certificate at the end of a chain is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A person's signature on a document.
    Sign,
    /// An organisation's seal on a record.
    Seal,
}

/// A revocation list as its authority signed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevocationList {
    /// What was revoked until then is on it; seconds since 1970.
    pub this_update: i64,
    /// When a newer one is due.
    pub next_update: Option<i64>,
    /// How many certificates are on it.
    pub revoked: usize,
}

/// What the lists say of a signer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Listed {
    /// The newest list of the authority that certified the signer, if one was given.
    pub list: Option<RevocationList>,
    /// Since when the signer's certificate is revoked, if it is; the first date of several.
    pub revoked_at: Option<i64>,
}

/// Reads a revocation list. It is `issuing`'s, and that authority led to a trusted root at `at`.
///
/// # Errors
/// The [`Finding`] that says why the list is worth nothing.
pub fn revocation_list(
    list: &[u8],
    issuing: &[u8],
    trust: &Trust<'_>,
    at: i64,
) -> Result<RevocationList, Finding> {
    let issuing = parse(issuing).map_err(|_| Finding::Malformed)?;
    let list = CertificateList::from_der(list).map_err(|_| Finding::Malformed)?;
    let path = path(&issuing, &[], trust).ok_or(Finding::WrongCa)?;
    if list.tbs_cert_list.issuer != issuing.tbs_certificate.subject {
        return Err(Finding::WrongCa);
    }
    if !is_signed(&list, &issuing) {
        return Err(Finding::ChangedBytes);
    }
    if path.iter().any(|certificate| !holds_at(certificate, at)) {
        return Err(Finding::Expired);
    }
    Ok(told(&list))
}

/// Whether bytes have the form of a revocation list; nothing more.
pub fn is_revocation_list(der: &[u8]) -> bool {
    CertificateList::from_der(der).is_ok()
}

fn told(list: &CertificateList) -> RevocationList {
    let list = &list.tbs_cert_list;
    RevocationList {
        this_update: unix(list.this_update),
        next_update: list.next_update.map(unix),
        revoked: list.revoked_certificates.as_deref().unwrap_or_default().len(),
    }
}

/// What the lists of the authority that certified a signer say of him.
pub(crate) fn listed(signer: &Certificate, others: &[Certificate], trust: &Trust<'_>) -> Listed {
    let mut out = Listed::default();
    let Some(path) = path(signer, others, trust) else { return out };
    let Some(issuer) = path.get(1) else { return out };
    for der in trust.revocation_lists {
        let Ok(list) = CertificateList::from_der(der) else { continue };
        if list.tbs_cert_list.issuer != issuer.tbs_certificate.subject || !is_signed(&list, issuer)
        {
            continue;
        }
        let newest = out.list.map_or(i64::MIN, |known| known.this_update);
        if told(&list).this_update > newest {
            out.list = Some(told(&list));
        }
        let dates = entries(&list, signer).map(|entry| unix(entry.revocation_date));
        out.revoked_at = out.revoked_at.into_iter().chain(dates).min();
    }
    out
}

/// A list's entries of a certificate.
fn entries<'a>(
    list: &'a CertificateList,
    subject: &'a Certificate,
) -> impl Iterator<Item = &'a RevokedCert> {
    let entries = list.tbs_cert_list.revoked_certificates.as_deref().unwrap_or_default();
    let serial = &subject.tbs_certificate.serial_number;
    entries.iter().filter(move |entry| entry.serial_number == *serial)
}

fn is_signed(list: &CertificateList, issuer: &Certificate) -> bool {
    let may_sign = issuer.tbs_certificate.get::<KeyUsage>();
    matches!(may_sign, Ok(Some((_, usage))) if usage.crl_sign())
        && list.signature_algorithm == algorithm()
        && list.tbs_cert_list.signature == algorithm()
        && public_key(&issuer.tbs_certificate.subject_public_key_info)
            .is_ok_and(|key| bits_verify(&key, &list.tbs_cert_list, &list.signature))
}

fn holds_at(certificate: &Certificate, at: i64) -> bool {
    let validity = &certificate.tbs_certificate.validity;
    unix(validity.not_before) <= at && at <= unix(validity.not_after)
}

/// What is wrong with a signer's chain; empty if nothing is.
pub(crate) fn findings(
    signer: &Certificate,
    others: &[Certificate],
    trust: &Trust<'_>,
    at: i64,
    purpose: Purpose,
) -> Vec<Finding> {
    let Some(path) = path(signer, others, trust) else {
        return vec![Finding::WrongCa];
    };
    let mut found = Vec::new();
    if !is_for(signer, purpose) {
        found.push(Finding::WrongCa);
    }
    if path.iter().any(|certificate| !holds_at(certificate, at)) {
        found.push(Finding::Expired);
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

/// A signer signs for himself and is no authority; a seal stands for no person.
fn is_for(certificate: &Certificate, purpose: Purpose) -> bool {
    let usage = certificate.tbs_certificate.get::<KeyUsage>();
    let constraints = certificate.tbs_certificate.get::<BasicConstraints>();
    let personal = purpose == Purpose::Sign;
    matches!(usage, Ok(Some((_, usage)))
        if usage.digital_signature() && usage.non_repudiation() == personal)
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
    for der in trust.revocation_lists {
        let Ok(list) = CertificateList::from_der(der) else {
            return Revocation::BrokenList;
        };
        if list.tbs_cert_list.issuer != issuer.tbs_certificate.subject {
            continue;
        }
        if !is_signed(&list, issuer) {
            return Revocation::BrokenList;
        }
        if entries(&list, subject).any(|entry| unix(entry.revocation_date) <= at) {
            return Revocation::Revoked;
        }
    }
    Revocation::Good
}
