-- What ties cases together, and what the desk and the auditor still lacked; each section is of one noun.

-- speed: what a step changes is beside what it reads

-- links: cases tied to one another
CREATE TABLE ties (
    case_id BIGINT NOT NULL,
    other TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (case_id, other, kind)
);
CREATE INDEX ties_of_other ON ties (other, case_id);

-- mail: what is told by mail

-- desk: what people keep while they work
CREATE INDEX drafts_by_time ON drafts (at);
CREATE INDEX people_gone ON people (id) WHERE active = 0;
CREATE TABLE case_marks (case_id BIGINT PRIMARY KEY, mark TEXT NOT NULL);
INSERT INTO case_marks (case_id, mark)
    SELECT id, 'area:' FROM cases WHERE is_open = 1 AND state LIKE '%"escalations":[{%';

-- proof: what is reported and checked
CREATE TABLE endings (
    case_id BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    procedure TEXT NOT NULL,
    channel TEXT NOT NULL,
    how TEXT NOT NULL,
    judged TEXT NOT NULL,
    rated TEXT NOT NULL
);
CREATE INDEX endings_by_time ON endings (at, case_id, procedure, channel, how, judged, rated);
