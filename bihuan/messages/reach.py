"""Which addresses lie inside, where a person's own webhook must not lead: the server could be made to knock at doors
that only it can reach. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def networks(text: str) -> tuple[str, ...]:
    """Networks written one a line, "10.1.0.0/16" or one address.

    Raises:
        ValueError: a line that is none; its text is the error's.
    """
    found = []
    for line in text.split():
        try:
            found.append(str(ipaddress.ip_network(line, strict=False)))
        except ValueError:
            raise ValueError(line) from None
    return tuple(dict.fromkeys(found))


def is_inside(host: str, *, allowed: Iterable[str] = ()) -> bool:
    """Whether an address in figures lies inside and in none of the `allowed` networks.

    Inside is all that is not public: loopback, private, link-local (where clouds answer with their keys), carrier-grade
    translation, reserved. An IPv4 address within an IPv6 one counts as itself. What is no address counts as inside.
    """
    try:
        address = _plain(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        return True
    if address.is_global and not address.is_multicast:
        return False
    return not any(address in ipaddress.ip_network(network) for network in allowed)


def _plain(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        return inner or address
    return address
