//! Where a request comes from, for limits and for the history of sign-ins. A proxy is believed only if
//! the operator named it: anybody can write a header.

use crate::app::App;
use axum::extract::{ConnectInfo, FromRef, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// The address that a request came from, past the proxies in front.
#[derive(Clone, Copy, Debug)]
pub(super) struct Address(pub(super) IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for Address
where
    Arc<App>: FromRef<S>,
{
    type Rejection = <ConnectInfo<SocketAddr> as FromRequestParts<S>>::Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let ConnectInfo(peer) = ConnectInfo::<SocketAddr>::from_request_parts(parts, state).await?;
        let app = Arc::<App>::from_ref(state);
        Ok(Self(behind(peer.ip(), &parts.headers, &app.config.proxies)))
    }
}

/// From the right, the first address that is no proxy of ours: what stands further left, the sender
/// may have written himself.
fn behind(peer: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let all = headers.get_all("x-forwarded-for");
    let said: Vec<&str> =
        all.iter().filter_map(|value| value.to_str().ok()).flat_map(|v| v.split(',')).collect();
    let mut address = peer.to_canonical();
    for hop in said.iter().rev() {
        if !proxies.contains(&address) {
            break;
        }
        // What can't be read was not written by a proxy of ours.
        let Ok(hop) = hop.trim().parse::<IpAddr>() else { break };
        address = hop.to_canonical();
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_believed_only_if_it_was_named() {
        let proxies: [IpAddr; 2] = ["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        for (peer, said, comes_from) in [
            ("203.0.113.9", &[][..], "203.0.113.9"),
            // Whoever is no proxy may say what he likes.
            ("203.0.113.9", &["198.51.100.1"], "203.0.113.9"),
            ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("::ffff:10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            // Two proxies, and something that the sender wrote himself.
            ("10.0.0.2", &["1.1.1.1, 198.51.100.1, 10.0.0.1"], "198.51.100.1"),
            ("10.0.0.2", &["1.1.1.1", "198.51.100.1", "10.0.0.1"], "198.51.100.1"),
            ("10.0.0.1", &["2001:db8::7"], "2001:db8::7"),
            ("10.0.0.1", &["nobody"], "10.0.0.1"),
            ("10.0.0.1", &[], "10.0.0.1"),
        ] {
            let mut headers = HeaderMap::new();
            for value in said {
                headers.append("x-forwarded-for", value.parse().unwrap());
            }
            let found = behind(peer.parse().unwrap(), &headers, &proxies);
            assert_eq!(found.to_string(), comes_from, "{peer}: {said:?}");
        }
    }
}
