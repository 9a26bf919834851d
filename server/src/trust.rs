//! The organisation's authority as this server holds it: made at the first start, kept in the
//! data folder. Never here: private keys of people; those never leave their devices.

use crate::store::{Store, StoreError};
use icabinet_models::ids::Time;
use icabinet_signing::authority::{NewAuthority, Seeds};
use icabinet_signing::{Authority, DeviceSubject, Revoked, Seal, SigningError};
use std::path::Path;
use tokio::sync::Mutex;

/// How long a device's certificate lasts, in milliseconds: 90 days.
const DEVICE_MS: i64 = 90 * 86_400_000;
const YEAR_S: i64 = 365 * 86_400;
/// Where everybody finds the revocation list, below the server's public address.
pub const REVOCATIONS_PATH: &str = "/public/revocations.crl";
/// How long the published list may be the one of a moment ago, in milliseconds: another server on
/// the same database may have revoked a key since.
const LIST_MS: i64 = 5_000;

/// What went wrong with keys and certificates.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    #[error("the authority's folder: {0}")]
    Folder(#[from] std::io::Error),
    #[error(transparent)]
    Signing(#[from] SigningError),
    #[error("the operating system gives no random numbers")]
    Random,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The authority.
pub struct Trust {
    authority: Authority,
    organisation: String,
    /// Named in certificates, where the server knows its public address.
    revocations_at: Option<String>,
    /// The list as it was last published, so that asking for it costs nearly nothing.
    published: Mutex<Option<(Time, bytes::Bytes)>>,
}

impl std::fmt::Debug for Trust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trust").field("organisation", &self.organisation).finish_non_exhaustive()
    }
}

/// A certificate that was just made.
#[derive(Debug)]
pub struct Certified {
    pub certificate: Vec<u8>,
    pub serial: u128,
    pub not_after: Time,
}

impl Trust {
    /// Opens the authority in a folder, making it if there is none.
    /// `address` is where people reach the server, if that is known.
    pub fn open(
        folder: &Path,
        organisation: &str,
        address: Option<&str>,
        now: Time,
    ) -> Result<Self, TrustError> {
        let authority = if folder.exists() {
            Authority::load(folder)?
        } else {
            let mut seeds = Seeds { root: [0; 32], issuing: [0; 32] };
            getrandom::fill(&mut seeds.root).map_err(|_| TrustError::Random)?;
            getrandom::fill(&mut seeds.issuing).map_err(|_| TrustError::Random)?;
            let from = now.0 / 1000;
            let new = NewAuthority {
                organisation,
                not_before: from,
                root_not_after: from + 20 * YEAR_S,
                issuing_not_after: from + 5 * YEAR_S,
            };
            let authority = Authority::create(&new, &seeds)?;
            // Written beside and renamed, so that a fault leaves no half an authority. Of several
            // servers that start together one is first, and its authority is everybody's.
            let half = folder.with_extension(uuid::Uuid::now_v7().simple().to_string());
            authority.save(&half)?;
            if let Err(error) = std::fs::rename(&half, folder) {
                std::fs::remove_dir_all(&half)?;
                if folder.exists() {
                    return Self::open(folder, organisation, address, now);
                }
                return Err(error.into());
            }
            authority
        };
        Ok(Self {
            authority,
            organisation: organisation.to_owned(),
            revocations_at: address.map(|address| format!("{address}{REVOCATIONS_PATH}")),
            published: Mutex::default(),
        })
    }

    /// The root certificate, PEM.
    pub fn root_pem(&self) -> Result<String, TrustError> {
        Ok(self.authority.root_pem()?)
    }

    /// The root certificate, DER.
    pub fn root_der(&self) -> Result<Vec<u8>, TrustError> {
        Ok(self.authority.root_der()?)
    }

    /// A signer's certificate with the ones above it, as they go into a signature.
    pub fn chain(&self, signer: &[u8]) -> Result<Vec<Vec<u8>>, TrustError> {
        Ok(vec![signer.to_vec(), self.authority.issuing_der()?])
    }

    /// Certifies a device's key after an officer confirmed whose it is.
    pub fn certify(
        &self,
        public_key: &[u8; 32],
        name: &str,
        title: &str,
        now: Time,
    ) -> Result<Certified, TrustError> {
        let serial = serial()?;
        let not_after = now.plus_ms(DEVICE_MS);
        let title: String = title.chars().take(64).collect();
        let name: String = name.chars().take(64).collect();
        let subject = DeviceSubject {
            common_name: &name,
            organisation: &self.organisation,
            title: &title,
            revocations_at: self.revocations_at.as_deref(),
        };
        let from = now.0 / 1000;
        let certificate =
            self.authority.certify(public_key, &subject, serial, from, not_after.0 / 1000)?;
        Ok(Certified { certificate, serial, not_after })
    }

    /// A seal of the organisation for one record.
    pub fn seal(&self, now: Time) -> Result<Seal, TrustError> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|_| TrustError::Random)?;
        let at = now.0.div_euclid(1000);
        Ok(Seal::new(&self.authority, &self.organisation, &seed, serial()?, at)?)
    }

    /// The list of revoked certificates as of now, DER.
    pub async fn revocation_list(&self, store: &Store, now: Time) -> Result<Vec<u8>, TrustError> {
        let revoked: Vec<Revoked> = store
            .revoked_serials()
            .await?
            .into_iter()
            // The list knows whole seconds: what was signed in the second of the revocation came
            // before it, as a revoked key signs nothing.
            .map(|(serial, at)| Revoked { serial, at: at.plus_ms(999).0.div_euclid(1000) })
            .collect();
        let second = now.0.div_euclid(1000);
        let number = u64::try_from(now.0).unwrap_or_default();
        Ok(self.authority.revocation_list(&revoked, number, second, second + 86_400)?)
    }

    /// The list as everybody gets it: of now, or of a few seconds ago.
    pub async fn published_list(
        &self,
        store: &Store,
        now: Time,
    ) -> Result<bytes::Bytes, TrustError> {
        // Held while the list is made: of many who ask at once, one asks the database.
        let mut published = self.published.lock().await;
        if let Some((made, list)) = &*published
            && (0..LIST_MS).contains(&now.ms_since(*made))
        {
            return Ok(list.clone());
        }
        let list = bytes::Bytes::from(self.revocation_list(store, now).await?);
        *published = Some((now, list.clone()));
        Ok(list)
    }

    /// A key was revoked here: the next list is made anew.
    pub async fn list_changed(&self) {
        *self.published.lock().await = None;
    }
}

/// Positive and never zero (RFC 5280, 4.1.2.2).
fn serial() -> Result<u128, TrustError> {
    let mut serial = [0; 16];
    getrandom::fill(&mut serial).map_err(|_| TrustError::Random)?;
    Ok(u128::from_be_bytes(serial) >> 1 | 1)
}
