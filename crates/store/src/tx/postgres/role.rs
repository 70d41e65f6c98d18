//! The institution's own corner of a PostgreSQL database: a schema, and a role that owns it and can see nothing else.

use super::address::Address;
use tokio_postgres::{Client, error::SqlState};

/// The role in which an institution's statements run.
pub fn name(schema: &str) -> String {
    format!("ventanilla_{schema}")
}

/// Makes role and schema where they are missing. What stands in the way is told in Spanish, with its remedy.
///
/// `schema` is known to be made of lowercase letters, digits and underscores.
pub async fn prepare(address: &Address, schema: &str) -> Result<(), String> {
    let (client, connection) = address.connect().await.map_err(|error| address.why_not(&error))?;
    let pump = tokio::spawn(connection);
    let mut result = attempt(&client, schema).await;
    // Roles belong to the whole server: another database of it may be making the same one at this moment.
    if let Err(Obstacle::Sql(error)) = &result
        && error.code().is_some_and(|code| {
            [
                SqlState::DUPLICATE_OBJECT,
                SqlState::UNIQUE_VIOLATION,
                SqlState::T_R_SERIALIZATION_FAILURE,
                SqlState::INTERNAL_ERROR,
            ]
            .contains(code)
        })
    {
        result = attempt(&client, schema).await;
    }
    let user = address.config.get_user().unwrap_or_default().to_owned();
    drop(client);
    let _ = pump.await;
    result.map_err(|obstacle| match obstacle {
        Obstacle::OtherOwner(owner) => format!(
            "el esquema «{schema}» ya existe y es de «{owner}»; «{user}» no puede usarlo. Renómbrelo o elimínelo, o conéctese como «{owner}»"
        ),
        Obstacle::Sql(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => remedy(schema, &user),
        Obstacle::Sql(error) => format!("no se pudo preparar el esquema «{schema}»: {}", super::address::chain(&error)),
    })
}

fn remedy(schema: &str, user: &str) -> String {
    let role = name(schema);
    format!(
        "«{user}» no puede crear el rol «{role}» ni el esquema «{schema}». Quien administra PostgreSQL puede hacerlo una sola vez, \
         en esa base de datos:\n  CREATE ROLE {role} NOLOGIN;\n  GRANT {role} TO \"{user}\";\n  CREATE SCHEMA {schema} AUTHORIZATION {role};\n\
         o permitirlo: ALTER ROLE \"{user}\" CREATEROLE; GRANT CREATE ON DATABASE … TO \"{user}\";"
    )
}

enum Obstacle {
    OtherOwner(String),
    Sql(tokio_postgres::Error),
}

impl From<tokio_postgres::Error> for Obstacle {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Sql(error)
    }
}

async fn attempt(client: &Client, schema: &str) -> Result<(), Obstacle> {
    client.batch_execute("BEGIN; SELECT pg_advisory_xact_lock(hashtext('ventanilla roles'))").await?;
    let made = make(client, schema).await;
    client.batch_execute(if made.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
    made
}

async fn make(client: &Client, schema: &str) -> Result<(), Obstacle> {
    let role = name(schema);
    let found = client
        .query_one(
            "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1),
                    (SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = $1),
                    (SELECT pg_get_userbyid(nspowner)::text FROM pg_namespace WHERE nspname = $2),
                    (SELECT pg_has_role(current_user, nspowner, 'MEMBER') FROM pg_namespace WHERE nspname = $2)",
            &[&role, &schema],
        )
        .await?;
    let (exists, member): (bool, Option<bool>) = (found.get(0), found.get(1));
    let (owner, may_take): (Option<String>, Option<bool>) = (found.get(2), found.get(3));
    if !exists {
        client.batch_execute(&format!("CREATE ROLE {role} NOLOGIN")).await?;
    }
    if member != Some(true) {
        client.batch_execute(&format!("GRANT {role} TO CURRENT_USER")).await?;
    }
    match owner {
        None => client.batch_execute(&format!("CREATE SCHEMA {schema} AUTHORIZATION {role}")).await?,
        Some(owner) if owner == role => {}
        // Of the time before institutions had a role: everything in it changes hands.
        Some(_) if may_take == Some(true) => client.batch_execute(&hand_over(schema, &role)).await?,
        Some(owner) => return Err(Obstacle::OtherOwner(owner)),
    }
    Ok(())
}

fn hand_over(schema: &str, role: &str) -> String {
    format!(
        "ALTER SCHEMA {schema} OWNER TO {role};
         DO $$ DECLARE one record; BEGIN
             FOR one IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = '{schema}'::regnamespace
             LOOP EXECUTE format('ALTER TABLE {schema}.%I OWNER TO {role}', one.relname); END LOOP;
         END $$"
    )
}
