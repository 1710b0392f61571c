//! Whose address a request comes from, believing a proxy's word only when the proxy is ours.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};
use axum::middleware::Next;
use axum::response::Response;

/// The networks of our own proxies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedProxies(Vec<(IpAddr, u8)>);

impl TrustedProxies {
    /// Whether this address is one of our proxies.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|&(network, bits)| masked(address, bits) == Some(network))
    }

    /// The client behind the peer: the rightmost forwarded address that is not a proxy of ours.
    pub fn client_of(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        let hops = headers.get_all("x-forwarded-for").iter().rev();
        for hop in hops.flat_map(|line| line.to_str().unwrap_or("").rsplit(',')) {
            if !self.contains(client) {
                break;
            }
            match parse_hop(hop.trim()) {
                Some(address) => client = address,
                None => break,
            }
        }
        client
    }
}

impl Default for TrustedProxies {
    fn default() -> Self {
        Self(vec![(Ipv4Addr::new(127, 0, 0, 0).into(), 8), (Ipv6Addr::LOCALHOST.into(), 128)])
    }
}

impl FromStr for TrustedProxies {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(parse_network).collect::<Result<_, _>>().map(Self)
    }
}

fn parse_network(text: &str) -> Result<(IpAddr, u8), String> {
    let wrong = || format!("`{text}` is neither an address nor a network such as 10.0.0.0/8");
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse().map_err(|_| wrong())?)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().map_err(|_| wrong())?;
    let bits = bits.unwrap_or(if address.is_ipv4() { 32 } else { 128 });
    masked(address, bits).map(|network| (network, bits)).ok_or_else(wrong)
}

/// Some proxies append the port.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let address = text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|a| a.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

fn masked(address: IpAddr, bits: u8) -> Option<IpAddr> {
    match address {
        IpAddr::V4(v4) if bits <= 32 => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            Some(Ipv4Addr::from_bits(v4.to_bits() & mask).into())
        }
        IpAddr::V6(v6) if bits <= 128 => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            Some(Ipv6Addr::from_bits(v6.to_bits() & mask).into())
        }
        _ => None,
    }
}

/// What one person or office controls: the address itself, or the /64 around an IPv6 one.
pub fn network_of(address: IpAddr) -> IpAddr {
    let address = address.to_canonical();
    if address.is_ipv6() { masked(address, 64).unwrap_or(address) } else { address }
}

/// The client's address, worked out by [`identify`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientIp(pub IpAddr);

impl ClientIp {
    /// The address noted in a request's extensions.
    pub fn of(extensions: &Extensions) -> IpAddr {
        extensions.get::<Self>().map_or_else(|| peer_of(extensions), |client| client.0)
    }
}

impl<S: Sync> FromRequestParts<S> for ClientIp {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(Self::of(&parts.extensions)))
    }
}

/// Layer: works out [`ClientIp`] for everything inside.
pub async fn identify(State(proxies): State<TrustedProxies>, mut request: Request, next: Next) -> Response {
    let peer = peer_of(request.extensions());
    let client = ClientIp(proxies.client_of(peer, request.headers()));
    request.extensions_mut().insert(client);
    next.run(request).await
}

/// A request without a connection was made inside the process.
fn peer_of(extensions: &Extensions) -> IpAddr {
    extensions.get::<ConnectInfo<SocketAddr>>().map_or(Ipv4Addr::LOCALHOST.into(), |info| info.0.ip().to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn client(proxies: &str, peer: &str, forwarded: &[&str]) -> IpAddr {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        proxies.parse::<TrustedProxies>().unwrap().client_of(ip(peer), &headers)
    }

    #[test]
    fn a_stranger_cannot_forge_an_address() {
        assert_eq!(client("127.0.0.0/8", "203.0.113.9", &["198.51.100.1"]), ip("203.0.113.9"));
        assert_eq!(client("127.0.0.0/8", "127.0.0.1", &["1.2.3.4, 203.0.113.9"]), ip("203.0.113.9"));
        assert_eq!(client("127.0.0.0/8", "127.0.0.1", &["1.2.3.4", "203.0.113.9"]), ip("203.0.113.9"));
        assert_eq!(client("127.0.0.0/8", "127.0.0.1", &["1.2.3.4, nonsense"]), ip("127.0.0.1"));
    }

    #[test]
    fn a_chain_of_our_proxies_is_followed() {
        let chain = ["203.0.113.9, 10.1.2.3:4567, 10.0.0.1"];
        assert_eq!(client("127.0.0.1, 10.0.0.0/8", "127.0.0.1", &chain), ip("203.0.113.9"));
        assert_eq!(client("::1,10.0.0.0/8", "::ffff:10.0.0.1", &["2001:db8::5"]), ip("2001:db8::5"));
        assert_eq!(client("127.0.0.1", "127.0.0.1", &[]), ip("127.0.0.1"));
    }

    #[test]
    fn networks_are_read_strictly() {
        for wrong in ["10.0.0.0/33", "::/129", "localhost", "10.0.0.0/-1", "10/8"] {
            assert!(wrong.parse::<TrustedProxies>().is_err(), "{wrong}");
        }
        assert!("0.0.0.0/0".parse::<TrustedProxies>().unwrap().contains(ip("8.8.8.8")));
        assert_eq!("".parse(), Ok(TrustedProxies(Vec::new())));
        assert_eq!(network_of(ip("2001:db8:1:2:3::4")), ip("2001:db8:1:2::"));
    }
}
