//! No request of ours goes to a private address in live mode: names are resolved here and only
//! public addresses are handed on, so a name cannot be checked as one address and used as another.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Is this an address anybody on the Internet could mean?
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4_is_public(v4),
        IpAddr::V6(v6) => v6_is_public(v6),
    }
}

fn v4_is_public(v4: Ipv4Addr) -> bool {
    let [a, b, c, _] = v4.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let protocol = a == 192 && b == 0 && c == 0;
    let benchmark = a == 198 && (18..20).contains(&b);
    let reserved = a == 0 || a >= 240;
    !(v4.is_private()
        || v4.is_loopback()
        || v4.is_link_local()
        || v4.is_documentation()
        || v4.is_multicast()
        || v4.is_broadcast()
        || shared
        || protocol
        || benchmark
        || reserved)
}

fn v6_is_public(v6: Ipv6Addr) -> bool {
    // An IPv4 address in IPv6's clothes is judged as what it reaches.
    if let Some(v4) = v6.to_ipv4_mapped() {
        return v4_is_public(v4);
    }
    let [first, second, third, ..] = v6.segments();
    let global = first & 0xe000 == 0x2000;
    let documentation = first == 0x2001 && second == 0x0db8;
    let tunnelled =
        first == 0x2002 || (first == 0x2001 && second == 0) || (first == 0x64 && third == 0);
    global && !documentation && !tunnelled
}

/// A URL with an address in it never reaches the resolver.
pub(super) fn literal_is_public(url: &Url) -> bool {
    match url.host_str() {
        None => false,
        Some(host) => match host.trim_matches(['[', ']']).parse() {
            Ok(address) => is_public(address),
            Err(_) => true,
        },
    }
}

/// Resolves names to their public addresses; a name without one does not resolve.
pub(super) struct PublicResolver;

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let all = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = all.filter(|found| is_public(found.ip())).collect();
            if public.is_empty() {
                return Err("the name has no public address".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_not_public_in_any_clothes() {
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "2001:db8::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn a_literal_in_a_url_is_judged() {
        let judged = |url: &str| literal_is_public(&url.parse().unwrap());
        assert!(!judged("http://127.0.0.1:80/x"));
        assert!(!judged("http://[::1]/x"));
        assert!(!judged("http://2130706433/x"), "a number is an address too");
        assert!(judged("https://example.com/x"));
    }
}
