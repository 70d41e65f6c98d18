"""An SMTP server that puts each recipient's mail into a Maildir of his own: with STARTTLS and authentication where the folder holds a
certificate, else plain."""
import os, ssl, sys, time
from mailbox import Maildir
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

folder, port = sys.argv[1], int(sys.argv[2])

class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nadie@"):
            return "550 5.1.1 No existe"
        if address.startswith("lleno@"):
            return "452 4.2.2 Buzon lleno"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        for address in envelope.rcpt_tos:
            head = f"Return-Path: <{envelope.mail_from}>\r\nDelivered-To: {address}\r\n".encode()
            Maildir(os.path.join(folder, address.split("@")[0]), create=True).add(head + envelope.content)
        return "250 2.0.0 Tomado"

def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"mesa", b"secreta"))

class WithTls(Controller):
    def factory(self):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem"))
        return SMTP(self.handler, tls_context=context, require_starttls=True, auth_required=True,
                    authenticator=authenticate, hostname="localhost")

served = WithTls if os.path.exists(os.path.join(folder, "cert.pem")) else Controller
served(Handler(), hostname="127.0.0.1", port=port).start()
while True:
    time.sleep(60)
