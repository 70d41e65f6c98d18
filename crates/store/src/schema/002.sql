-- What the service desk and legal time need; each section is of one noun.

-- lists: the inbox of whoever holds many posts

-- mailbox: what came by mail, and what leaves by it
CREATE TABLE mails (
    id {id},
    key TEXT NOT NULL UNIQUE,
    person BIGINT NOT NULL,
    address TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    html TEXT NOT NULL,
    number TEXT NOT NULL,
    in_reply_to TEXT NOT NULL,
    only_if TEXT NOT NULL,
    thread TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    token TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    refused_at BIGINT,
    settled_at BIGINT,
    detail TEXT NOT NULL
);
CREATE INDEX mails_by_time ON mails (state, not_before, id);
CREATE INDEX mails_by_state ON mails (state, id);
CREATE INDEX mails_by_case ON mails (number, address, state, id);
CREATE INDEX mails_by_thread ON mails (thread);
CREATE INDEX mails_by_person ON mails (person, id);

-- notices: preferences, mail and the links to rate
ALTER TABLE people ADD COLUMN must_change BIGINT NOT NULL DEFAULT 0;

-- letters: the correspondence desk

-- handling: what binds cases to one another and to people

-- desk: saved views, drafts and ready answers

-- knowledge: solutions
