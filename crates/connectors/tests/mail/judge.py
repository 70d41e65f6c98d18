"""Reads messages with Python's own parser and says what it sees: one JSON line a file, in the order of their names."""
import email, email.policy, email.utils, json, os, sys

for name in sorted(os.listdir(sys.argv[1])):
    with open(os.path.join(sys.argv[1], name), "rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.default)
    parts = [part.get_content_type() for part in message.walk()]
    recipients = []
    for header in ("To", "Cc", "Bcc"):
        for value in message.get_all(header, []):
            recipients += [address.addr_spec for address in value.addresses]
    text = message.get_body(("plain",))
    print(json.dumps({
        "headers": sorted(key.lower() for key in message.keys()),
        "recipients": recipients,
        "senders": [address.addr_spec for address in message["From"].addresses],
        "subject": message["Subject"],
        "message_id": message["Message-ID"],
        "references": message["References"],
        "parts": parts,
        "text": text.get_content() if text else None,
        "defects": [type(defect).__name__ for part in message.walk() for defect in part.defects],
    }))
