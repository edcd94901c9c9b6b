"""Who may see the UI: the token and its cookie, and the names a request may come by and from.

The token keeps strangers out. The names keep other people's pages out: a browser that is signed in sends its cookie
with requests that a foreign page makes (Origin), and a foreign name may be pointed at this machine (Host).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
EVERYWHERE = frozenset({"0.0.0.0", "::", ""})
"""Addresses to bind that mean all addresses of the machine; none of them is a name to come by."""
_WEB_PORTS = {"http": 80, "https": 443}
_TOKEN_BYTES = 32


def new_token() -> str:
    """Make up a token of 256 random bits."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


@dataclass(frozen=True, slots=True)
class _Address:
    """A name and a port, as a browser writes them."""

    name: str
    port: int | None


def _address(netloc: str, scheme: str) -> _Address | None:
    """Read ``name:port``; None where it can't be read or holds more than that."""
    try:
        parts = urlsplit(f"//{netloc}")
        port = parts.port or _WEB_PORTS.get(scheme)
    except ValueError:
        return None
    if not parts.hostname or parts.netloc != netloc or "@" in netloc:
        return None
    return _Address(parts.hostname.rstrip("."), port)


@dataclass(frozen=True, slots=True)
class Access:
    """What a request must bring."""

    token: str
    """The secret itself; neither printed nor logged by anything here."""
    names: frozenset[str]
    """Names and addresses the server may be asked by, without port."""
    public_url: str | None = None
    """Where a proxy in front is reached."""

    @classmethod
    def of(cls, token: str, *, host: str, public_url: str | None = None) -> Access:
        """Allow the bound host, this machine's own names and the public URL.

        Parameters
        ----------
        token : str
            The secret.
        host : str
            What the server binds.
        public_url : str, optional
            Where a proxy in front is reached.
        """
        names = LOOPBACK | ({host.casefold()} - EVERYWHERE)
        public = urlsplit(public_url).hostname if public_url else None
        return cls(token, names | ({public} if public else set()), public_url)

    @property
    def cookie(self) -> str:
        """The value of the cookie: derived from the token, so that the browser does not keep the token itself."""
        return hmac.new(self.token.encode(), b"mtf-tui serve", hashlib.sha256).hexdigest()

    def knows_token(self, offered: str | None) -> bool:
        """Compare in a time that tells nothing about the token."""
        return offered is not None and hmac.compare_digest(_bytes(offered), _bytes(self.token))

    def knows_cookie(self, offered: str | None) -> bool:
        """Compare in a time that tells nothing about the cookie."""
        return offered is not None and hmac.compare_digest(_bytes(offered), _bytes(self.cookie))

    def allows_host(self, hosts: Iterable[str]) -> bool:
        """Whether there is one ``Host`` header and it names this server, on whatever port: those may be mapped."""
        found = list(hosts)
        address = _address(found[0], "http") if len(found) == 1 else None
        return address is not None and address.name in self.names

    def allows_origin(self, origins: Iterable[str], *, host: str) -> bool:
        """Whether the page that asks is ours: no ``Origin`` at all, this server's own, or the public URL's."""
        found = list(origins)
        if not found:
            return True
        scheme, separator, netloc = found[0].partition("://")
        if len(found) > 1 or not separator or scheme not in _WEB_PORTS:
            return False
        asking = _address(netloc, scheme)
        if asking is None:
            return False
        if asking == _address(host, scheme):
            return True
        public = urlsplit(self.public_url or "")
        return scheme == public.scheme and asking == _address(public.netloc, public.scheme)


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
