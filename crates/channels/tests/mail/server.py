"""A mail server for the tests: says its port, then each letter it took as a line of JSON.

What a mailbox is called says how it behaves. Options: --auth (asks for a password), --tls CERT KEY (offers STARTTLS),
--wrapped CERT KEY (TLS from the first byte), --dkim KEY (a public key in base64, to check signatures with).
"""

import argparse
import asyncio
import email
import email.policy
import json
import logging
import ssl
import sys

import dkim
from aiosmtpd.smtp import SMTP, AuthResult

REFUSALS = {
    "unknown": "550 5.1.1 <{}>: Recipient address rejected: User unknown",
    "old": "550 No such user here",
    "disabled": "550 5.2.1 <{}> The account is disabled",
    "full": "552 5.2.2 <{}> Mailbox full",
    "policy": "550 5.7.1 <{}> Not welcome",
    "stranger": "550 5.7.1 <{}> No such user!",
    "blocked": "550 5.7.1 Service unavailable; client host blocked",
    "closing": "421 4.3.2 Closing",
}


class Handler:
    def __init__(self, key):
        self.key = key
        self.greylisted = set()

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        box = address.split("@")[0]
        if box in REFUSALS:
            return REFUSALS[box].format(address)
        if box == "grey" and address not in self.greylisted:
            self.greylisted.add(address)
            return "451 4.7.1 <{}> Try again later".format(address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        box = envelope.rcpt_tos[0].split("@")[0]
        if box == "spam":
            return "554 5.7.1 Looks like spam to us"
        print(json.dumps(self.described(session, envelope)), flush=True)
        if box == "drop":
            server.transport.abort()
        if box == "silent":
            await asyncio.Event().wait()
        return "250 2.0.0 Taken"

    def described(self, session, envelope):
        raw = envelope.original_content
        message = email.message_from_bytes(raw, policy=email.policy.default)
        part = lambda kind: (message.get_body((kind,)) or message).get_content() if message.get_body((kind,)) else None
        return {
            "hello": session.host_name,
            "peer": list(session.peer),
            "tls": session.ssl is not None,
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": {name: str(value) for name, value in message.items()},
            "count": len(message.keys()),
            "kind": message.get_content_type(),
            "text": part("plain"),
            "html": part("html"),
            "longest": max(len(line) for line in raw.splitlines()),
            "ascii": raw.isascii(),
            "signed": self.signed(raw),
        }

    def signed(self, raw):
        if not self.key:
            return None
        record = ("v=DKIM1; k=rsa; p=" + self.key).encode()
        return dkim.verify(raw, dnsfunc=lambda name, timeout=5: record if name == b"crm._domainkey.montaj.test." else None)


def authenticate(server, session, envelope, mechanism, data):
    print(json.dumps({"auth": mechanism, "tls": session.ssl is not None}), flush=True)
    known = data.login == b"box@montaj.test" and data.password == "p+s s".encode()
    return AuthResult(success=known, handled=known, message=None if known else "535 5.7.8 Authentication failed")


def context(files):
    if not files:
        return None
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(*files)
    return made


async def main():
    options = argparse.ArgumentParser()
    options.add_argument("--auth", action="store_true")
    options.add_argument("--tls", nargs=2)
    options.add_argument("--wrapped", nargs=2)
    options.add_argument("--dkim")
    options = options.parse_args()
    handler = Handler(options.dkim)
    secured = {"authenticator": authenticate, "auth_required": True, "auth_require_tls": False} if options.auth else {}
    starttls = context(options.tls)
    made = lambda: SMTP(handler, hostname="mail.test", tls_context=starttls, enable_SMTPUTF8=True, **secured)
    server = await asyncio.get_running_loop().create_server(made, "127.0.0.1", 0, ssl=context(options.wrapped))
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    # The test holds the other end, so this ends with it however it ends.
    asyncio.get_running_loop().add_reader(sys.stdin, sys.exit)
    await server.serve_forever()


logging.disable()
asyncio.run(main())
