//! Marking cases of a list to do one thing to all of them: the bar under the list, and reading what was marked.

use super::filters::Asked;
use crate::{failure::Failure, form::Sent, state::Visitor};
use engine::Name;
use maud::{Markup, html};
use store::{InboxQuery, Tab, desk::batches::MOST};

/// The form the marks of the rows belong to.
pub const FORM: &str = "lote";

/// The bar; `place` and `query` say which list it stands under.
#[must_use]
pub fn bar(visitor: &Visitor, place: &str, query: &str) -> Markup {
    html! {
        form.panel.lote.no-imprimir id=(FORM) method="post" action=(visitor.to("/lotes")) aria-label="Con los casos marcados" {
            (visitor.seal())
            input type="hidden" name="lugar" value=(place);
            input type="hidden" name="consulta" value=(query);
            div.fila {
                label.opcion { input type="checkbox" name="todos" value="si"; "Todos los de este filtro (hasta " (MOST) ")" }
                span.menor data-marcados role="status" {}
                button type="submit" { "Elegir qué hacer con los marcados…" }
            }
        }
    }
}

/// The numbers marked, or all that the list holds; each once.
///
/// # Errors
/// If the store cannot be read.
pub async fn read(visitor: &Visitor, sent: &Sent) -> Result<Vec<Name>, Failure> {
    let mut numbers: Vec<Name> = Vec::new();
    if sent.flag("todos") {
        let asked = Asked::parse(sent.text("consulta").unwrap_or_default());
        let mut cursor: Option<String> = None;
        while numbers.len() < MOST {
            let page = if sent.text("lugar") == Some("casos") {
                visitor.reader.cases(&asked.filters(), cursor.as_deref(), 200).await?
            } else {
                let tab = Tab::from_code(&asked.vista).unwrap_or_default();
                visitor.reader.inbox(&InboxQuery { tab, filters: asked.filters(), cursor, limit: 200 }).await?
            };
            numbers.extend(page.rows.into_iter().map(|row| row.number));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        numbers.truncate(MOST);
    } else {
        for (_, text) in sent.pairs.iter().filter(|(key, text)| key == "caso" && !text.is_empty() && text.len() <= 60) {
            if !numbers.iter().any(|known| **known == **text) {
                numbers.push(text.as_str().into());
            }
        }
    }
    Ok(numbers)
}
