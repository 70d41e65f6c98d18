-- What the service desk and legal time need; each section is of one noun.

-- lists: each list of cases has the index it is sorted by
DROP INDEX waits_by_person;
CREATE INDEX waits_of_post ON waits (holder, unit, paused, due_key, case_id) WHERE person = 0;
CREATE INDEX waits_of_person ON waits (person, paused, due_key, case_id) WHERE person <> 0;
CREATE INDEX waits_again ON waits (person, holder, unit) WHERE place > 0;
DROP INDEX cases_by_due;
DROP INDEX cases_by_edition;
CREATE INDEX cases_open_by_due ON cases (due_key, id, requester_unit, status) WHERE is_open = 1;
CREATE INDEX cases_open_by_procedure ON cases (edition, procedure, due_key, id, requester_unit, status) WHERE is_open = 1;
CREATE INDEX cases_by_procedure ON cases (edition, procedure, id);
CREATE INDEX cases_by_unit ON cases (requester_unit, id);
CREATE INDEX cases_by_end ON cases (status, id) WHERE status IN ('rechazado', 'anulado');
DROP INDEX participants_of_case;
DELETE FROM tallies WHERE cases = 0;
INSERT INTO tallies (person, holder, unit, paused, day, cases)
    SELECT -1, procedure, CAST(edition AS VARCHAR), 0, 0, COUNT(*) FROM cases WHERE is_open = 1 GROUP BY procedure, edition;
INSERT INTO tallies (person, holder, unit, paused, day, cases)
    SELECT -2, procedure, CAST(edition AS VARCHAR), 0, 0, COUNT(*) FROM cases WHERE is_open = 1 AND id IN
        (SELECT case_id FROM waits WHERE person = 0 AND paused = 0) GROUP BY procedure, edition;
CREATE TABLE words (word TEXT PRIMARY KEY);
{words_of_text_index}

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
CREATE TABLE mailboxes (
    name TEXT PRIMARY KEY,
    validity BIGINT NOT NULL,
    last BIGINT NOT NULL,
    at BIGINT NOT NULL,
    trouble TEXT NOT NULL
);
CREATE TABLE received (
    id {id},
    content TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    at BIGINT NOT NULL,
    sender TEXT NOT NULL,
    sender_name TEXT NOT NULL,
    subject TEXT NOT NULL,
    procedure TEXT NOT NULL,
    message_id TEXT NOT NULL,
    letter TEXT NOT NULL,
    raw TEXT NOT NULL,
    size BIGINT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    number TEXT NOT NULL,
    by_person BIGINT NOT NULL,
    settled_at BIGINT
);
CREATE INDEX received_by_state ON received (state, id);
CREATE INDEX received_by_sender ON received (sender, state, settled_at);
CREATE INDEX received_by_settling ON received (state, settled_at);
CREATE INDEX people_by_email ON people (lower(email));

-- notices: preferences, mail and the links to rate
ALTER TABLE people ADD COLUMN must_change BIGINT NOT NULL DEFAULT 0;
CREATE TABLE preferences (
    person BIGINT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (person, key)
);
CREATE TABLE digest_items (
    id {id},
    person BIGINT NOT NULL,
    send_at BIGINT NOT NULL,
    at BIGINT NOT NULL,
    number TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX digest_items_by_time ON digest_items (send_at, person);
CREATE INDEX digest_items_by_person ON digest_items (person, id);
CREATE TABLE rating_links (
    token_hash TEXT PRIMARY KEY,
    number TEXT NOT NULL,
    person BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    remind_at BIGINT
);
CREATE INDEX rating_links_to_remind ON rating_links (remind_at);
CREATE INDEX rating_links_by_end ON rating_links (expires_at);

-- letters: the correspondence desk, and by which way each case came in
ALTER TABLE cases ADD COLUMN channel TEXT NOT NULL DEFAULT '';
UPDATE cases SET channel = CASE
    WHEN state LIKE '%"channel":"portal"%' THEN 'portal'
    WHEN state LIKE '%"channel":"phone"%' THEN 'phone'
    WHEN state LIKE '%"channel":"window"%' THEN 'window'
    WHEN state LIKE '%"channel":"paper"%' THEN 'paper'
    WHEN state LIKE '%"channel":"mail"%' THEN 'mail'
    WHEN state LIKE '%"channel":"designation"%' THEN 'designation'
    WHEN state LIKE '%"channel":"api"%' THEN 'api'
    ELSE 'schedule' END;
CREATE INDEX cases_by_channel ON cases (channel, opened_at);
CREATE TABLE letters (
    id {id},
    direction TEXT NOT NULL,
    number TEXT NOT NULL,
    unit TEXT NOT NULL,
    state TEXT NOT NULL,
    at BIGINT NOT NULL,
    day TEXT NOT NULL,
    case_number TEXT NOT NULL,
    by_person BIGINT NOT NULL,
    by_name TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE UNIQUE INDEX letters_by_number ON letters (number) WHERE number <> '';
CREATE INDEX letters_by_case ON letters (case_number, id);
CREATE TABLE letter_words (
    word TEXT NOT NULL,
    letter BIGINT NOT NULL,
    PRIMARY KEY (word, letter)
);
CREATE INDEX letter_words_of_letter ON letter_words (letter);
CREATE TABLE letter_counters (
    series TEXT NOT NULL,
    year BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (series, year)
);

-- handling: what binds cases to one another and to people
CREATE TABLE turns (
    person BIGINT PRIMARY KEY,
    at BIGINT NOT NULL
);

-- desk: saved views, drafts and ready answers
CREATE TABLE desk_preferences (
    person BIGINT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (person, key)
);
CREATE TABLE views (
    id {id},
    owner BIGINT NOT NULL,
    name TEXT NOT NULL,
    place TEXT NOT NULL,
    query TEXT NOT NULL,
    audience TEXT NOT NULL,
    aim TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX views_by_owner ON views (owner, name);
CREATE INDEX views_by_audience ON views (audience, aim);
CREATE TABLE drafts (
    person BIGINT NOT NULL,
    number TEXT NOT NULL,
    form TEXT NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (person, number, form)
);
CREATE TABLE replies (
    id {id},
    owner BIGINT NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    audience TEXT NOT NULL,
    aim TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX replies_by_owner ON replies (owner, name);
CREATE INDEX replies_by_audience ON replies (audience, aim);
CREATE TABLE batches (
    id {id},
    person BIGINT NOT NULL,
    act TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX batches_by_person ON batches (person, id);
CREATE TABLE batch_cases (
    batch BIGINT NOT NULL,
    n BIGINT NOT NULL,
    number TEXT NOT NULL,
    state TEXT NOT NULL,
    detail TEXT NOT NULL,
    back TEXT NOT NULL,
    PRIMARY KEY (batch, n)
);
CREATE INDEX batch_cases_by_state ON batch_cases (batch, state, n);

-- knowledge: solutions
CREATE TABLE solutions (
    id {id},
    state TEXT NOT NULL,
    title TEXT NOT NULL,
    problem TEXT NOT NULL,
    solution TEXT NOT NULL,
    procedure TEXT NOT NULL,
    number TEXT NOT NULL,
    author BIGINT NOT NULL,
    settled_by BIGINT,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX solutions_by_state ON solutions (state, id);
CREATE INDEX solutions_by_case ON solutions (number);
{solution_index}

-- calendar: the signed orders to compute open cases anew, and the due dates each of them moved
CREATE INDEX cases_by_calendar ON cases (calendar, id) WHERE is_open = 1;
CREATE TABLE calendar_orders (
    version BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    person BIGINT NOT NULL,
    name TEXT NOT NULL,
    reason TEXT NOT NULL,
    body TEXT NOT NULL,
    open_cases BIGINT NOT NULL
);
CREATE TABLE calendar_moves (
    version BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    clock TEXT NOT NULL,
    number TEXT NOT NULL,
    before_at BIGINT NOT NULL,
    after_at BIGINT NOT NULL,
    PRIMARY KEY (version, case_id, clock)
);
