//! Saved views beside the tabs: the links with their counts, and the form that keeps the list shown under a name.

use super::filters::Asked;
use crate::{failure::Failure, state::Visitor};
use manual::edition::Edition;
use maud::{Markup, html};
use store::{
    InboxQuery, Tab,
    desk::{Audience, View, views::CAP},
};

/// The lists a view may narrow: its word and its address.
pub const PLACES: [(&str, &str); 2] = [("bandeja", "/bandeja"), ("casos", "/casos")];
/// Views that stand beside the tabs; the others are on their page.
const SHOWN: usize = 6;

/// A view with how many cases it holds, where that is counted.
pub struct Counted {
    pub view: View,
    pub count: Option<usize>,
}

/// The first views of the visitor, counted.
///
/// # Errors
/// If the store cannot be read.
pub async fn load(visitor: &Visitor) -> Result<Vec<Counted>, Failure> {
    let mut counted = Vec::new();
    for view in visitor.reader.views().await?.into_iter().take(SHOWN) {
        let count = if &*view.place == "bandeja" {
            let asked = Asked::parse(&view.query);
            let tab = Tab::from_code(&asked.vista).unwrap_or_default();
            let query = InboxQuery { tab, filters: asked.filters(), ..InboxQuery::default() };
            visitor.reader.count_to_cap(&query).await?
        } else {
            None
        };
        counted.push(Counted { view, count });
    }
    Ok(counted)
}

/// The address of a view's list.
#[must_use]
pub fn address(visitor: &Visitor, view: &View) -> String {
    let path = PLACES.iter().find(|(place, _)| *place == &*view.place).map_or("/bandeja", |(_, path)| path);
    if view.query.is_empty() { visitor.to(path) } else { format!("{}?{}", visitor.to(path), view.query) }
}

/// The views as items of the row of tabs; `here` is the address of the list shown.
#[must_use]
pub fn tabs(visitor: &Visitor, views: &[Counted], here: &str) -> Markup {
    html! {
        @for Counted { view, count } in views {
            @let address = address(visitor, view);
            @let shared = view.audience != Audience::Private;
            li.vista {
                a.compartida[shared] href=(address) aria-current=[(address == here).then_some("page")] {
                    span.oculto-visual { @if shared { "Vista compartida: " } @else { "Vista: " } }
                    (view.name)
                    @if let Some(count) = count {
                        span.cuenta { @if *count > CAP { (CAP) "+" } @else { (count) } }
                    }
                }
            }
        }
        @if !views.is_empty() { li { a href=(visitor.to("/vistas")) { "Vistas…" } } }
    }
}

/// Whether a view of this address is among those shown.
#[must_use]
pub fn shown<'v>(visitor: &Visitor, views: &'v [Counted], here: &str) -> Option<&'v View> {
    views.iter().map(|counted| &counted.view).find(|view| address(visitor, view) == here)
}

/// The form that keeps the list shown.
#[must_use]
pub fn form(visitor: &Visitor, edition: &Edition, place: &str, query: &str) -> Markup {
    html! {
        details.suelto {
            summary { "Guardar esta vista" }
            form.formulario method="post" action=(visitor.to("/vistas")) {
                (visitor.seal())
                input type="hidden" name="lugar" value=(place);
                input type="hidden" name="consulta" value=(query);
                (fields(visitor, edition, "nueva", "", &Audience::Private))
                div.fila { button type="submit" { "Guardar la vista" } a href=(visitor.to("/vistas")) { "Ver las guardadas" } }
            }
        }
    }
}

/// Name and readers of a view.
#[must_use]
pub fn fields(visitor: &Visitor, edition: &Edition, id: &str, name: &str, audience: &Audience) -> Markup {
    html! {
        div.campos-2 {
            div.campo {
                label for=(format!("vista-nombre-{id}")) { "Nombre" }
                input id=(format!("vista-nombre-{id}")) name="nombre" maxlength="60" required value=(name);
            }
            div.campo {
                label for=(format!("vista-alcance-{id}")) { "Quién la ve" }
                (audiences(visitor, edition, &format!("vista-alcance-{id}"), audience))
            }
        }
    }
}

/// With whom this person may share, as a choice.
#[must_use]
pub fn audiences(visitor: &Visitor, edition: &Edition, id: &str, chosen: &Audience) -> Markup {
    let leads = visitor.person.administrator
        || visitor.posts.iter().any(|post| edition.role(&post.role).is_some_and(|role| role.chief));
    let mut offered = vec![(Audience::Private, "Solo yo".to_string())];
    for post in visitor.reader.posts() {
        let audience = Audience::Post(post.role.clone());
        if !offered.iter().any(|(known, _)| *known == audience) {
            offered.push((audience, format!("Mi puesto: {}", post.role)));
        }
    }
    if let Some(unit) = &visitor.person.unit {
        let face = visitor.house.face();
        let name = face.units.iter().find(|(code, _)| code == unit).map_or(unit, |(_, name)| name);
        offered.push((Audience::Unit(unit.clone()), format!("Mi unidad: {name}")));
    }
    if leads {
        offered.push((Audience::Institution, "Toda la institución".into()));
    }
    html! {
        select id=(id) name="alcance" {
            @for (audience, words) in &offered {
                option value=(word(audience)) selected[audience == chosen] { (words) }
            }
        }
    }
}

/// An audience as one word of a form.
#[must_use]
pub fn word(audience: &Audience) -> String {
    match audience.aim() {
        "" => audience.code().to_string(),
        aim => format!("{}:{aim}", audience.code()),
    }
}

/// What a form says of the audience; private where it says nothing known.
#[must_use]
pub fn audience(word: Option<&str>) -> Audience {
    let word = word.unwrap_or_default();
    let (code, aim) = word.split_once(':').unwrap_or((word, ""));
    Audience::from_code(code, aim).unwrap_or_default()
}

/// Whom it is for, in words.
#[must_use]
pub fn readers(visitor: &Visitor, audience: &Audience) -> String {
    match audience {
        Audience::Private => "Solo yo".into(),
        Audience::Post(role) => format!("Puesto: {role}"),
        Audience::Unit(unit) => {
            let face = visitor.house.face();
            let name = face.units.iter().find(|(code, _)| code == unit).map_or(unit, |(_, name)| name);
            format!("Unidad: {name}")
        }
        Audience::Institution => "Toda la institución".into(),
    }
}
