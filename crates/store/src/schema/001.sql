CREATE TABLE journal (
    seq {id},
    case_id BIGINT NOT NULL,
    n BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    by_person BIGINT NOT NULL,
    step BIGINT,
    visit BIGINT,
    body TEXT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (case_id, n),
    UNIQUE (case_id, step, visit)
);
CREATE TABLE seals (
    day TEXT PRIMARY KEY,
    upto BIGINT NOT NULL,
    streams BIGINT NOT NULL,
    at BIGINT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE TABLE counters (
    year BIGINT PRIMARY KEY,
    last BIGINT NOT NULL
);
CREATE TABLE cases (
    id {id},
    number TEXT NOT NULL UNIQUE,
    procedure TEXT NOT NULL,
    edition BIGINT NOT NULL,
    calendar BIGINT NOT NULL,
    status TEXT NOT NULL,
    is_open BIGINT NOT NULL,
    paused BIGINT NOT NULL,
    late BIGINT NOT NULL,
    priority TEXT NOT NULL,
    subject TEXT NOT NULL,
    requester BIGINT NOT NULL,
    requester_name TEXT NOT NULL,
    requester_unit TEXT NOT NULL,
    opened_by BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    step BIGINT,
    waits_for TEXT NOT NULL,
    due_key BIGINT NOT NULL,
    version BIGINT NOT NULL,
    head TEXT NOT NULL,
    state TEXT NOT NULL
);
CREATE INDEX cases_by_due ON cases (is_open, due_key, id);
CREATE INDEX cases_by_requester ON cases (requester, id);
CREATE INDEX cases_by_edition ON cases (edition, is_open);
CREATE TABLE participants (
    case_id BIGINT NOT NULL,
    person BIGINT NOT NULL,
    PRIMARY KEY (person, case_id)
);
CREATE INDEX participants_of_case ON participants (case_id);
CREATE TABLE waits (
    case_id BIGINT NOT NULL,
    place BIGINT NOT NULL,
    role TEXT NOT NULL,
    holder TEXT NOT NULL,
    unit TEXT NOT NULL,
    person BIGINT NOT NULL,
    paused BIGINT NOT NULL,
    due_key BIGINT NOT NULL,
    PRIMARY KEY (case_id, place)
);
CREATE INDEX waits_by_person ON waits (person, holder, unit, paused, due_key);
CREATE TABLE tallies (
    person BIGINT NOT NULL,
    holder TEXT NOT NULL,
    unit TEXT NOT NULL,
    paused BIGINT NOT NULL,
    day BIGINT NOT NULL,
    cases BIGINT NOT NULL,
    PRIMARY KEY (person, holder, unit, paused, day)
);
CREATE TABLE timers (
    case_id BIGINT NOT NULL,
    clock TEXT NOT NULL,
    due BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    token TEXT NOT NULL,
    PRIMARY KEY (case_id, clock)
);
CREATE INDEX timers_by_time ON timers (not_before);
CREATE TABLE outbox (
    id {id},
    key TEXT NOT NULL UNIQUE,
    number TEXT NOT NULL,
    effect TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    token TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    settled_at BIGINT,
    detail TEXT NOT NULL
);
CREATE INDEX outbox_by_time ON outbox (state, not_before);
CREATE TABLE notices (
    id {id},
    person BIGINT NOT NULL,
    key TEXT NOT NULL,
    at BIGINT NOT NULL,
    text TEXT NOT NULL,
    number TEXT NOT NULL,
    read_at BIGINT,
    UNIQUE (person, key)
);
CREATE INDEX notices_by_person ON notices (person, id);
CREATE INDEX notices_unread ON notices (person, read_at);
CREATE TABLE keys (
    person BIGINT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    number TEXT NOT NULL,
    first_n BIGINT NOT NULL,
    last_n BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (person, key)
);
CREATE INDEX keys_by_time ON keys (at);
CREATE TABLE people (
    id {id},
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    unit TEXT NOT NULL,
    active BIGINT NOT NULL,
    administrator BIGINT NOT NULL,
    auditor BIGINT NOT NULL,
    password_hash TEXT NOT NULL,
    totp_secret TEXT NOT NULL,
    totp_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX people_by_name ON people (name, id);
CREATE TABLE posts (
    id {id},
    person BIGINT NOT NULL,
    role TEXT NOT NULL,
    unit TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL
);
CREATE INDEX posts_by_person ON posts (person);
CREATE INDEX posts_by_role ON posts (role, unit);
CREATE TABLE substitutions (
    id {id},
    absent BIGINT NOT NULL,
    deputy BIGINT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX substitutions_by_deputy ON substitutions (deputy, since);
CREATE INDEX substitutions_by_absent ON substitutions (absent);
CREATE TABLE calendars (
    version BIGINT PRIMARY KEY,
    body TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE TABLE editions (
    id {id},
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    sources TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    uploaded_by BIGINT NOT NULL,
    uploaded_at BIGINT NOT NULL,
    published_by BIGINT,
    published_at BIGINT,
    retired_at BIGINT
);
CREATE INDEX editions_by_state ON editions (state);
CREATE TABLE reach (
    edition BIGINT NOT NULL,
    procedure TEXT NOT NULL,
    holder TEXT NOT NULL,
    unit TEXT NOT NULL,
    PRIMARY KEY (edition, procedure, holder, unit)
);
CREATE INDEX reach_by_holder ON reach (holder, procedure, edition);
CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    person BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    fresh_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    source TEXT NOT NULL,
    agent TEXT NOT NULL,
    data TEXT NOT NULL
);
CREATE INDEX sessions_by_person ON sessions (person);
CREATE INDEX sessions_by_time ON sessions (expires_at);
CREATE TABLE tokens (
    id {id},
    token_hash TEXT NOT NULL UNIQUE,
    person BIGINT NOT NULL,
    name TEXT NOT NULL,
    scope TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX tokens_by_person ON tokens (person);
CREATE TABLE throttle (
    key TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);
CREATE INDEX throttle_by_time ON throttle (last_at);
CREATE TABLE blobs (
    sha256 TEXT PRIMARY KEY,
    size BIGINT NOT NULL,
    at BIGINT NOT NULL
);
{text_index}
