//! The frame of every page: head, bar with the places a person goes, content, foot.

use crate::{
    head::head,
    keys,
    state::{House, Visitor},
};
use maud::{Markup, PreEscaped, html};

/// The places of the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Portal,
    Requests,
    Inbox,
    Intake,
    Cases,
    Manual,
    Mail,
    Admin,
    Account,
    Notices,
    Nowhere,
}

/// What the frame shows around the content.
#[derive(Clone, Copy)]
pub struct Frame<'f> {
    pub house: &'f House,
    pub visitor: Option<&'f Visitor>,
    pub place: Place,
    pub title: &'f str,
    /// The case shown, for the live updates and the keyboard.
    pub case: Option<&'f str>,
}

impl<'f> Frame<'f> {
    #[must_use]
    pub fn new(visitor: &'f Visitor, place: Place, title: &'f str) -> Self {
        Self { house: &visitor.house, visitor: Some(visitor), place, title, case: None }
    }

    #[must_use]
    pub fn of_case(self, number: &'f str) -> Self {
        Self { case: Some(number), ..self }
    }

    /// The whole page.
    #[must_use]
    pub fn page(&self, content: &Markup) -> Markup {
        self.wrap(content, None)
    }

    /// A page with one narrow column: entering, set-up, errors.
    #[must_use]
    pub fn narrow(&self, content: &Markup) -> Markup {
        self.wrap(content, Some("angosto"))
    }

    fn wrap(&self, content: &Markup, class: Option<&str>) -> Markup {
        let face = self.house.face();
        let code = &self.house.code;
        html! {
            (head(self.title, &face.acronym, Some(code), self.visitor.is_some().then_some(code.as_str()), self.case))
            body data-teclas=[self.visitor.is_some_and(|visitor| !visitor.preferences.keys()).then_some("no")] {
                a.saltar href="#contenido" { "Saltar al contenido" }
                (self.bar(&face.acronym, &face.dependency))
                main #contenido class=[class] tabindex="-1" { (content) }
                footer.pie {
                    div {
                        span { (face.name) }
                        @if self.visitor.is_some() {
                            a href=(format!("/{code}/cuenta/teclas")) data-teclas-ayuda { "Teclas (?)" }
                        }
                    }
                }
                @if self.visitor.is_some() {
                    p.dicho #dicho role="status" {}
                    (keys::dialog(&format!("/{code}/cuenta/teclas")))
                }
            }
            (PreEscaped("</html>"))
        }
    }

    fn bar(&self, acronym: &str, dependency: &str) -> Markup {
        let code = &self.house.code;
        let home = match self.visitor {
            Some(_) => format!("/{code}/"),
            None => format!("/{code}/entrar"),
        };
        let tab = |place: Place, path: &str, text: &str, key: Option<&str>| {
            let here = (self.place == place).then_some("page");
            html! { li { a href=(format!("/{code}{path}")) aria-current=[here] data-tecla=[key] { (text) } } }
        };
        html! {
            header.barra {
                div {
                    a.casa href=(home) { (acronym) span { (dependency) } }
                    @if let Some(visitor) = self.visitor {
                        nav aria-label="Principal" {
                            ul {
                                (tab(Place::Portal, "/", "¿Qué necesita?", Some("n")))
                                (tab(Place::Requests, "/solicitudes", "Mis solicitudes", None))
                                @if visitor.attends() { (tab(Place::Inbox, "/bandeja", "Bandeja", None)) }
                                @if visitor.attends() { (tab(Place::Intake, "/ingreso", "Mesa de entrada", None)) }
                                @else if visitor.sees_all() { (tab(Place::Intake, "/correspondencia", "Correspondencia", None)) }
                                @if visitor.attends() || visitor.sees_all() { (tab(Place::Cases, "/casos", "Casos", None)) }
                                @if visitor.has_mail_desk() { (tab(Place::Mail, "/correo", "Correo", None)) }
                                (tab(Place::Manual, "/manual", "Manual", None))
                                @if visitor.person.administrator { (tab(Place::Admin, "/administracion", "Administración", None)) }
                            }
                        }
                        form.buscar action=(format!("/{code}/buscar")) method="get" role="search" aria-label="En todo" {
                            label.oculto-visual for="buscar" { "Buscar en casos, soluciones y manual" }
                            input #buscar type="search" name="q" placeholder="Número o palabra" maxlength="200" data-tecla="/";
                            button type="submit" { "Buscar" }
                        }
                        div.quien {
                            (bell(visitor, self.place == Place::Notices))
                            a href=(format!("/{code}/cuenta")) aria-current=[(self.place == Place::Account).then_some("page")] { (visitor.person.name) }
                            form action=(format!("/{code}/salir")) method="post" {
                                (visitor.seal())
                                button.liso type="submit" { "Salir" }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The way to one's notices, with how many are not read; the script keeps the number.
fn bell(visitor: &Visitor, here: bool) -> Markup {
    let unread = visitor.reader.unread();
    html! {
        a.campana #campana href=(visitor.to("/avisos")) aria-current=[here.then_some("page")] {
            "Avisos"
            span data-cuenta hidden[unread == 0] { " " b { (unread_words(unread)) } span.oculto-visual { " sin leer" } }
        }
    }
}

/// The number of the bell, as far as it is counted.
#[must_use]
pub fn unread_words(unread: i64) -> String {
    if unread >= 100 { "99+".into() } else { unread.to_string() }
}

/// The head of a page: its name, and a sentence on what it is for.
#[must_use]
pub fn heading(title: &str, note: &Markup) -> Markup {
    html! { div.encabezado { div { h1 { (title) } p.menor { (note) } } } }
}
