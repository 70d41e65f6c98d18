//! All the differences between the two engines' SQL, in one place.
//!
//! The texts of the registry are SQLite's with `$1`; a few marks in them become PostgreSQL's words:
//! `/*lock*/` waits for the row and locks it, `/*skip*/` locks the rows nobody else has locked, `{hits $n}` is the set of
//! cases whose text has the words of parameter n, `{words $n}` stores them, `{has $n id}` tells whether a case has them,
//! `{ids of t, $n}` draws so many numbers of rows to come, which SQLite gives with the rows; `{newest hits}` and `{recent hits}` are whole statements (question, before, limit), `{each $n}` is a JSON array as rows
//! with a column `value`, `{ids $n}` the same as a set of numbers, `instr` is `strpos`.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// FTS5 walks from the newest by itself and stops at the limit.
const SQLITE_HITS: &str =
    "SELECT rowid FROM case_text WHERE case_text MATCH $1 AND rowid < $2 ORDER BY rowid DESC LIMIT $3";
/// By the index of words: all the hits, so for words that are not common.
const POSTGRES_HITS: &str = "WITH hits AS MATERIALIZED (
         SELECT t.case_id FROM case_text t WHERE t.body @@ CAST($1 AS tsquery) AND t.case_id < $2)
     SELECT case_id FROM hits ORDER BY case_id DESC LIMIT $3";
/// Among the newest, one by one: enough for common words, whatever the planner thinks of them.
const POSTGRES_RECENT: &str = "SELECT t.case_id FROM (
         SELECT case_id, body FROM case_text WHERE case_id < $2 ORDER BY case_id DESC LIMIT 2000) AS t
     WHERE t.body @@ CAST($1 AS tsquery) ORDER BY t.case_id DESC LIMIT $3";

pub fn sqlite(sql: &str) -> String {
    let sql = sql.replace("{newest hits}", SQLITE_HITS).replace("{recent hits}", SQLITE_HITS);
    let sql = marked(&sql, "{each ", |n| format!("json_each({n})"));
    let sql = marked(&sql, "{has ", |both| {
        let (n, id) = both.split_once(' ').unwrap_or((both, "id"));
        format!("EXISTS (SELECT 1 FROM case_text WHERE case_text MATCH {n} AND rowid = {id})")
    });
    let sql = marked(&sql, "{hits ", |n| format!("(SELECT rowid FROM case_text WHERE case_text MATCH {n})"));
    let sql =
        marked(&sql, "{solutions ", |n| format!("(SELECT rowid FROM solution_text WHERE solution_text MATCH {n})"));
    let sql = marked(&sql, "{words ", str::to_owned);
    let sql =
        marked(&sql, "{ids of ", |both| format!("SELECT 0 WHERE{} < 0", both.split_once(',').unwrap_or_default().1));
    let sql = marked(&sql, "{ids ", |n| format!("(SELECT value FROM json_each({n}))"));
    let sql = sql.replace("case_text(case_id, ", "case_text(rowid, ").replace("case_text.case_id", "case_text.rowid");
    let sql = sql
        .replace("solution_text(solution, ", "solution_text(rowid, ")
        .replace("solution_text.solution", "solution_text.rowid");
    sql.replace('$', "?")
}

pub fn postgres(sql: &str) -> String {
    let sql = sql.replace("{newest hits}", POSTGRES_HITS).replace("{recent hits}", POSTGRES_RECENT);
    let each = |n: &str| format!("json_array_elements_text(CAST({n} AS json)) AS each(value)");
    let sql = marked(&sql, "{ids of ", |both| {
        let (table, n) = both.split_once(',').unwrap_or((both, ""));
        format!("SELECT nextval(pg_get_serial_sequence('{table}', 'id')) FROM generate_series(1,{n})")
    });
    let sql = marked(&sql, "{ids ", |n| format!("(SELECT CAST(value AS BIGINT) FROM {})", each(n)));
    let sql = marked(&sql, "{each ", each);
    let sql = marked(&sql, "{has ", |both| {
        let (n, id) = both.split_once(' ').unwrap_or((both, "id"));
        format!("EXISTS (SELECT 1 FROM case_text t WHERE t.case_id = {id} AND t.body @@ CAST({n} AS tsquery))")
    });
    let sql = marked(&sql, "{hits ", |n| format!("(SELECT case_id FROM case_text WHERE body @@ CAST({n} AS tsquery))"));
    let sql = marked(&sql, "{solutions ", |n| {
        format!("(SELECT solution FROM solution_text WHERE body @@ CAST({n} AS tsquery))")
    });
    let sql = marked(&sql, "{words ", |n| format!("array_to_tsvector(string_to_array({n}, ' '))"));
    sql.replace("/*lock*/", "FOR UPDATE").replace("/*skip*/", "FOR UPDATE SKIP LOCKED").replace("instr(", "strpos(")
}

/// The words of a search as each engine asks for them: all of the groups, of each group any word.
pub fn query(engine: Engine, groups: &[Vec<String>]) -> String {
    let (quote, or, and) = match engine {
        Engine::Sqlite => ('"', " OR ", " AND "),
        Engine::Postgres => ('\'', " | ", " & "),
    };
    let any = |group: &Vec<String>| {
        let words: Vec<String> = group.iter().map(|word| format!("{quote}{word}{quote}")).collect();
        format!("({})", words.join(or))
    };
    groups.iter().map(any).collect::<Vec<_>>().join(and)
}

/// A migration's text for one engine: `{id}` is a number the database draws, `{text_index}` the full-text table,
/// `{words_of_text_index}` fills the table of words from it.
pub fn ddl(engine: Engine, sql: &str) -> String {
    match engine {
        Engine::Sqlite => sql
            .replace("{id}", "INTEGER PRIMARY KEY AUTOINCREMENT")
            .replace(
                "{text_index}",
                "CREATE VIRTUAL TABLE case_text USING fts5(body, content='', contentless_delete=1, detail=full);",
            )
            .replace(
                "{solution_index}",
                "CREATE VIRTUAL TABLE solution_text USING fts5(body, content='', contentless_delete=1, detail=full);",
            )
            .replace(
                "{words_of_text_index}",
                "CREATE VIRTUAL TABLE temp.text_words USING fts5vocab('main', 'case_text', 'row');
                 INSERT INTO words SELECT term FROM temp.text_words WHERE term GLOB '*[a-z]*';
                 DROP TABLE temp.text_words;",
            ),
        Engine::Postgres => sql
            .replace(" TEXT", " TEXT COLLATE \"C\"")
            .replace("{id}", "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY")
            .replace(
                "{text_index}",
                "CREATE TABLE case_text (case_id BIGINT PRIMARY KEY, body tsvector NOT NULL);
                 CREATE INDEX case_text_body ON case_text USING gin (body);",
            )
            .replace(
                "{solution_index}",
                "CREATE TABLE solution_text (solution BIGINT PRIMARY KEY, body tsvector NOT NULL);
                 CREATE INDEX solution_text_body ON solution_text USING gin (body);",
            )
            .replace(
                "{words_of_text_index}",
                "INSERT INTO words SELECT word FROM ts_stat('SELECT body FROM case_text') WHERE word ~ '[a-z]';",
            ),
    }
}

/// Replaces every `{mark $n}` by what `with` makes of its `$n`.
fn marked(sql: &str, mark: &str, with: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some((before, after)) = rest.split_once(mark) {
        let (parameter, after) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(before);
        out.push_str(&with(parameter));
        rest = after;
    }
    out.push_str(rest);
    out
}
