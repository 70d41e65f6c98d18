//! How a case is handled: who follows it, what it weighs.

use crate::common::Desk;
use axum::http::StatusCode;

#[tokio::test]
async fn who_is_named_in_a_comment_follows_the_case_until_he_wants_no_more() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let new = "/solicitudes/nueva/DTS-02";
    let number = ana.post(new, new, &[("asunto", "La impresora no imprime")]).await.number();
    let case = format!("/casos/{number}");
    let (comments, follows) = (format!("{case}/comentarios"), format!("{case}/seguimientos"));
    let remote = desk.visitor("igss", "Técnico de Soporte Remoto").await;
    let monitor = desk.visitor("igss", "Técnico de Monitoreo").await;
    assert_eq!(monitor.get(&case).await.status, StatusCode::NOT_FOUND);
    assert!(!ana.page(&case).await.contains("Seguir el caso"), "who asked follows anyway");

    let nobody = [("texto", "¿Lo vio el monitoreo?"), ("alcance", "interno"), ("avisar", "zzz")];
    let refused = remote.post(&case, &comments, &nobody).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("Nadie en el directorio con «zzz»") && refused.body.contains("¿Lo vio el monitoreo?")
    );
    let somebody = [("texto", "¿Lo vio el monitoreo?"), ("alcance", "interno"), ("avisar", "técnico de monitoreo")];
    remote.post(&case, &comments, &somebody).await.done();

    let page = monitor.page(&case).await;
    assert!(page.contains("¿Lo vio el monitoreo?") && page.contains("Dejar de seguir"), "{page}");
    let done = monitor.post(&case, &format!("{follows}/fin"), &[]).await;
    assert_eq!(done.to(), "/igss/casos", "he saw it only by following it");
    assert_eq!(monitor.get(&case).await.status, StatusCode::NOT_FOUND);
    remote.post(&case, &follows, &[]).await.done();
    assert!(remote.page(&case).await.contains("Sigue el caso Persona Técnico de Soporte Remoto"));
}

#[tokio::test]
async fn priority_is_weighed_by_the_matrix_of_the_manual_and_says_how() {
    let desk = Desk::open(&["igss", "seprem"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let new = "/solicitudes/nueva/DTS-02";
    let number =
        ana.post(new, new, &[("asunto", "Sin red"), ("d.impacto", "alto"), ("d.urgencia", "alta")]).await.number();
    let case = format!("/casos/{number}");
    let weigh = format!("{case}/prioridades");
    let remote = desk.visitor("igss", "Técnico de Soporte Remoto").await;
    let page = remote.page(&case).await;
    assert!(page.contains("sin impacto ni urgencia todavía"), "who asks describes, who attends weighs: {page}");
    assert!(page.contains("Cómo resulta la prioridad") && page.contains("value=\"alto\" selected"), "{page}");

    let half =
        remote.post(&case, &weigh, &[("impacto", "alto"), ("urgencia", ""), ("razon", "Todo el edificio")]).await;
    assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(half.text().contains("Diga la urgencia: baja, media o alta") && half.body.contains("Todo el edificio"));
    let whole = [("impacto", "alto"), ("urgencia", "media"), ("razon", "Todo el edificio")];
    remote.post(&case, &weigh, &whole).await.done();
    let page = ana.page(&case).await;
    assert!(
        page.contains("impacto alto × urgencia media = alta") && page.contains("fijó la prioridad en alta"),
        "{page}"
    );
    assert!(remote.page("/bandeja?vista=puesto").await.contains("Alta"), "a chip in the inbox");

    // Where the manual has no matrix the word itself is chosen.
    let person = desk.visitor("seprem", "ana").await;
    let new = "/solicitudes/nueva/SEPREM-DI-008.1";
    let number = person.post(new, new, &[("asunto", "Sin red")]).await.number();
    let case = format!("/casos/{number}");
    let chief = desk.visitor("seprem", "Director de Informática").await;
    chief.post(&case, &format!("{case}/prioridades"), &[("prioridad", "urgente"), ("razon", "Despacho")]).await.done();
    assert!(chief.page(&case).await.contains("fijó la prioridad en urgente: Despacho"));
}

#[tokio::test]
async fn who_cannot_solve_escalates_and_the_superior_decides_or_gives_it_back() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let new = "/solicitudes/nueva/DTS-02";
    let number = ana.post(new, new, &[("asunto", "Sin red")]).await.number();
    let case = format!("/casos/{number}");
    let (done, up) = (format!("{case}/cumplimientos"), format!("{case}/escalaciones"));
    let remote = desk.visitor("igss", "Técnico de Soporte Remoto").await;
    remote.post(&case, &done, &[("paso", "1")]).await.done();
    let page = remote.page(&case).await;
    assert!(page.contains("Al superior, para que decida") && page.contains("area:telecomunicaciones"), "{page}");
    let blank = remote.post(&case, &up, &[("a", "superior"), ("razon", " ")]).await;
    assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
    remote.post(&case, &up, &[("a", "superior"), ("razon", "Autorizar la compra")]).await.done();
    assert!(remote.page(&case).await.contains("Escalado a Jefe de Departamento"));
    assert!(remote.page("/casos").await.contains("Escalado a Jefe de Departamento</span>"));
    let barred = remote.post(&case, &done, &[("paso", "2"), ("respuesta", "si")]).await;
    assert_eq!(barred.status, StatusCode::FORBIDDEN, "{}", barred.text());

    let chief = desk.visitor("igss", "Jefe de Departamento").await;
    let page = chief.page(&case).await;
    assert!(page.contains("le pide decidir como Jefe de Departamento: Autorizar la compra"), "{page}");
    chief.post(&case, &format!("{up}/devolucion"), &[("razon", "Cabe en caja chica")]).await.done();
    assert!(remote.page(&case).await.contains("devolvió lo escalado sin decidir: Cabe en caja chica"));
    remote.post(&case, &up, &[("a", "area:telecomunicaciones"), ("razon", "Es del enlace")]).await.done();
    let page = remote.page(&case).await;
    assert!(
        page.contains("escaló el caso a Departamento de Telecomunicaciones, Conectividad y Seguridad (nivel 3)"),
        "{page}"
    );
    assert!(page.contains("Escalado"), "{page}");
    let list = remote.page("/casos").await;
    assert!(list.contains("Escalado · nivel 3</span>") && list.contains("title=\"Departamento de Telecom"), "{list}");
}

#[tokio::test]
async fn in_usulutan_the_first_to_come_is_the_first_attended() {
    let desk = Desk::open(&["usulutan"]).await;
    let ana = desk.visitor("usulutan", "ana").await;
    let new = "/solicitudes/nueva/TIM-06";
    let first = ana.post(new, new, &[("asunto", "La impresora")]).await.number();
    let second = ana.post(new, new, &[("asunto", "El teclado")]).await.number();
    let staff = desk.visitor("usulutan", "Personal técnico de la Unidad de TIM").await;
    let case = format!("/casos/{second}");
    let refused = staff.post(&case, &format!("{case}/toma"), &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text());
    assert!(refused.text().contains(&format!("antes está el caso {first}")), "{}", refused.text());
    assert!(refused.body.contains("toma los casos pendientes por orden de llegada"), "the norm is quoted");
    let older = format!("/casos/{first}");
    staff.post(&older, &format!("{older}/toma"), &[]).await.done();
    staff.post(&case, &format!("{case}/toma"), &[]).await.done();
}

#[tokio::test]
async fn all_the_cases_of_a_person_are_handed_to_another_with_one_reason() {
    let desk = Desk::open(&["usulutan"]).await;
    let ana = desk.visitor("usulutan", "ana").await;
    let new = "/solicitudes/nueva/TIM-06";
    let staff = desk.visitor("usulutan", "Personal técnico de la Unidad de TIM").await;
    let mut numbers = Vec::new();
    for subject in ["La impresora", "El teclado"] {
        let number = ana.post(new, new, &[("asunto", subject)]).await.number();
        let case = format!("/casos/{number}");
        staff.post(&case, &format!("{case}/toma"), &[]).await.done();
        numbers.push(number);
    }
    let place = &desk.places["usulutan"];
    let (holder, chief) = (
        place.people["Personal técnico de la Unidad de TIM"],
        desk.visitor("usulutan", "Jefatura de la Unidad de TIM").await,
    );
    let other = place.people["UACI"];
    let admin = place.store.admin(place.people["admin"]).await.expect("admin");
    let role: engine::Name = "Personal técnico de la Unidad de TIM".into();
    admin.give_post(other, role, None, jiff::civil::date(2026, 1, 1), None, desk.app.now()).await.expect("a post");

    let uaci = desk.visitor_of("usulutan", other).await;
    assert_eq!(uaci.get(&format!("/bandeja/traslados?de={}", holder.0)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(uaci.get("/bandeja/ausencias").await.status, StatusCode::FORBIDDEN);
    let here = format!("/bandeja/traslados?de={}", holder.0);
    let page = chief.page(&here).await;
    assert!(page.contains("2 casos asignados") && page.contains(&numbers[1]), "{page}");
    let (de, to) = (holder.0.to_string(), other.0.to_string());
    let whom = ("a:Personal técnico de la Unidad de TIM", to.as_str());
    let blank = chief.post(&here, "/bandeja/traslados", &[("de", &de), whom, ("razon", " ")]).await;
    assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(blank.text().contains("Escriba la razón del traslado"), "{}", blank.text());
    let done = chief.post(&here, "/bandeja/traslados", &[("de", &de), whom, ("razon", "Vacaciones")]).await;
    let told = done.to().trim_start_matches("/usulutan").to_owned();
    assert!(chief.page(&told).await.contains("2 casos hechos"), "{}", chief.page(&told).await);
    chief.post(&told, &format!("{told}/reversion"), &[]).await.done();
    assert!(chief.page(&here).await.contains("2 casos asignados"), "taken back, they are his again");
    chief.post(&here, "/bandeja/traslados", &[("de", &de), whom, ("razon", "Vacaciones")]).await.done();
    assert!(chief.page(&here).await.contains("no tiene casos asignados"));
    assert!(uaci.page("/bandeja").await.contains(&numbers[0]));
    let seen = staff.page(&format!("/casos/{}", numbers[0])).await;
    assert!(seen.contains("Vacaciones") && seen.contains("Dejar de seguir"), "who had it goes on following it");
    let absent = "/bandeja?vista=ausentes";
    assert_eq!(chief.get("/bandeja/ausencias").await.to(), format!("/usulutan{absent}"));
    let page = chief.page(absent).await;
    assert!(page.contains("Nada espera por una persona ausente"), "{page}");
    assert!(page.contains("De ausentes<span class=\"cuenta\">0</span>"), "{page}");
    assert_eq!(uaci.get(absent).await.status, StatusCode::FORBIDDEN);
    assert!(!uaci.page("/bandeja").await.contains("De ausentes"));
    let days = (jiff::civil::date(2026, 1, 1), jiff::civil::date(2026, 12, 31));
    admin.name_substitute(other, holder, days, "Licencia".into(), desk.app.now()).await.expect("a deputy");
    let page = chief.page("/bandeja").await;
    assert!(page.contains("De ausentes<span class=\"cuenta\">2</span>"), "{page}");
    let page = chief.page(&format!("{absent}&q=impresora")).await;
    assert!(page.contains(&numbers[0]) && !page.contains(&numbers[1]) && page.contains("Persona UACI"), "{page}");
}

#[tokio::test]
async fn a_list_says_which_case_repeats_another_and_where_a_merged_one_goes_on() {
    let desk = Desk::open(&["igss"]).await;
    let ana = desk.visitor("igss", "ana").await;
    let new = "/solicitudes/nueva/DTS-02";
    let mut numbers = Vec::new();
    for subject in ["Sin red", "Sin red todavía", "La red"] {
        numbers.push(ana.post(new, new, &[("asunto", subject)]).await.number());
    }
    let remote = desk.visitor("igss", "Técnico de Soporte Remoto").await;
    let (case, first) = (format!("/casos/{}", numbers[1]), numbers[0].as_str());
    let link = [("clase", "duplicado_de"), ("otro", first), ("razon", "Es lo mismo")];
    remote.post(&case, &format!("{case}/enlaces"), &link).await.done();
    let case = format!("/casos/{}", numbers[2]);
    remote.post(&case, &format!("{case}/uniones"), &[("otro", first), ("razon", "Es lo mismo")]).await.done();
    let list = remote.page("/casos").await;
    assert!(list.contains(&format!("Duplicado del {first}</span>")), "{list}");
    assert!(list.contains(&format!("Unido al {first}</span>")), "{list}");
}
