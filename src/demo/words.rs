//! What the invented people write: names, subjects of requests by kind of procedure, and sentences for the forms.

pub const GIVEN: [&str; 48] = [
    "Sofía",
    "Marcos",
    "Lucía",
    "Esteban",
    "Camila",
    "Rodrigo",
    "Valeria",
    "Emilio",
    "Daniela",
    "Fabián",
    "Jimena",
    "Óscar",
    "Gabriela",
    "Hugo",
    "Natalia",
    "Adrián",
    "Paola",
    "Gerardo",
    "Irene",
    "Julián",
    "Karla",
    "Leonel",
    "Mariela",
    "Nelson",
    "Olga",
    "Pablo",
    "Rebeca",
    "Samuel",
    "Tatiana",
    "Ulises",
    "Verónica",
    "Walter",
    "Ximena",
    "Yolanda",
    "Zulma",
    "Abel",
    "Brenda",
    "Cristóbal",
    "Dalila",
    "Elías",
    "Fátima",
    "Gonzalo",
    "Helen",
    "Ismael",
    "Josefina",
    "Kevin",
    "Lorena",
    "Mateo",
];

pub const FAMILY: [&str; 48] = [
    "López",
    "Cojtí",
    "Ramírez",
    "Xicará",
    "Morales",
    "Tzul",
    "Castellanos",
    "Ajú",
    "Barrios",
    "Choc",
    "Escobedo",
    "Figueroa",
    "Galindo",
    "Herrarte",
    "Ixcot",
    "Juárez",
    "Lemus",
    "Menchú",
    "Navas",
    "Orellana",
    "Pineda",
    "Quiñónez",
    "Recinos",
    "Salazar",
    "Tumax",
    "Urízar",
    "Velásquez",
    "Yax",
    "Zamora",
    "Alvarado",
    "Batres",
    "Coyoy",
    "Dubón",
    "Estrada",
    "Funes",
    "Guzmán",
    "Hernández",
    "Iraheta",
    "Jerez",
    "Letona",
    "Mejía",
    "Nufio",
    "Ochaeta",
    "Portillo",
    "Rivas",
    "Sical",
    "Toledo",
    "Villeda",
];

/// Word of a procedure's title, and what people ask under it: subject and description.
const SUBJECTS: [(&str, &[(&str, &str)]); 14] = [
    (
        "soporte",
        &[
            (
                "La impresora no imprime",
                "La impresora del pasillo enciende, pero los documentos quedan en cola y no salen.",
            ),
            ("El equipo no enciende", "Al presionar el botón solo parpadea la luz; no muestra imagen."),
            (
                "Sin acceso a la carpeta compartida",
                "Desde ayer la carpeta de la unidad pide contraseña y no la acepta.",
            ),
            ("El correo no envía archivos adjuntos", "Los mensajes con adjunto quedan en la bandeja de salida."),
            ("La computadora está muy lenta", "Tarda más de diez minutos en abrir los programas de oficina."),
            ("No hay internet en la oficina", "Ningún equipo de la oficina navega; el teléfono de la red sí funciona."),
            (
                "El lector de documentos no responde",
                "El escáner enciende, pero el programa dice que no está conectado.",
            ),
            ("Pantalla con rayas", "El monitor muestra rayas verticales desde esta mañana."),
        ],
    ),
    (
        "baja",
        &[
            (
                "Persona que se retira de la institución",
                "Entrega el puesto al final de la semana; se adjunta el oficio.",
            ),
            ("Ingreso de personal nuevo", "Inicia el lunes y necesita sus accesos ese día."),
        ],
    ),
    (
        "usuario",
        &[
            (
                "Cuenta para personal de nuevo ingreso",
                "Inicia labores el próximo lunes y necesita correo y acceso al sistema.",
            ),
            (
                "Cambio de perfil por traslado",
                "La persona pasó a otra unidad y debe conservar solo los accesos que le corresponden.",
            ),
            ("Cuenta bloqueada", "No puede entrar desde que volvió de sus vacaciones."),
        ],
    ),
    (
        "correo",
        &[
            (
                "Cuenta de correo para la nueva asistente",
                "Se contrató a una asistente y necesita correo institucional.",
            ),
            ("No recuerdo la contraseña del correo", "La cambié antes de las vacaciones y ya no puedo entrar."),
        ],
    ),
    (
        "licen",
        &[
            (
                "Licencia de hoja de cálculo",
                "El equipo asignado no tiene instalado el programa y se necesita para los informes.",
            ),
            ("Vence la suscripción del antivirus", "La suscripción vence el próximo mes y cubre todos los equipos."),
        ],
    ),
    (
        "dictamen",
        &[
            ("Dictamen para compra de computadoras", "La unidad tiene presupuesto para cinco equipos de escritorio."),
            (
                "Dictamen para dar de baja un equipo",
                "El equipo ya no enciende y la reparación cuesta más que su valor.",
            ),
            ("Dictamen para compra de impresora", "La impresora de la unidad ya no tiene repuestos."),
        ],
    ),
    (
        "mantenimiento de sistema",
        &[
            ("El reporte mensual no suma una columna", "El total de la segunda columna no coincide con el detalle."),
            ("Agregar un campo al registro", "Se necesita anotar el número de expediente en cada registro."),
        ],
    ),
    (
        "aplicaci",
        &[
            (
                "Registro en línea de capacitaciones",
                "Hoy se lleva en papel; se pide una aplicación para inscribir y emitir constancias.",
            ),
            ("Ajuste al módulo de reportes", "El reporte por departamento no separa las sedes."),
        ],
    ),
    (
        "sistemas nuevos",
        &[("Sistema para control de donaciones", "Se necesita registrar las donaciones recibidas y su entrega.")],
    ),
    (
        "mantenimiento",
        &[
            (
                "Mantenimiento preventivo programado",
                "Corresponde a los equipos de la unidad según el programa del semestre.",
            ),
            ("Ruido en el ventilador del equipo", "El equipo hace ruido y se calienta; hace meses que no se limpia."),
        ],
    ),
    (
        "web",
        &[
            ("Actualizar el directorio en la página", "Cambiaron los números de tres unidades."),
            ("Publicar el informe anual", "El informe ya está autorizado; se adjunta el documento."),
        ],
    ),
    ("respaldo", &[("Copia del período", "Corresponde según la periodicidad establecida.")]),
    (
        "servidor",
        &[
            (
                "Servidor de pruebas",
                "Se necesita un servidor con sistema operativo libre para las pruebas del nuevo módulo.",
            ),
            ("Copia de los servidores", "Corresponde según la planificación."),
        ],
    ),
    (
        "acceso",
        &[
            (
                "Ingreso para revisión del aire acondicionado",
                "El proveedor revisará el equipo de enfriamiento; viene una persona.",
            ),
            ("Permiso para consultar el archivo digital", "Se necesita consultar los expedientes del año anterior."),
        ],
    ),
];

const ANY: [(&str, &str); 3] = [
    ("Solicitud de la unidad", "Se solicita conforme al procedimiento; los datos van en el formulario."),
    ("Seguimiento a lo acordado en la reunión", "Según lo acordado, se pide iniciar el procedimiento."),
    ("Gestión correspondiente al mes", "Corresponde al período en curso."),
];

/// What is asked under a procedure of this title.
pub fn subjects(title: &str) -> &'static [(&'static str, &'static str)] {
    let title = title.to_lowercase();
    SUBJECTS.iter().find(|(word, _)| title.contains(word)).map_or(&ANY[..], |(_, subjects)| subjects)
}

/// What those who ask write into long fields.
pub const NEEDS: [&str; 5] = [
    "Consulta y registro en lo que corresponde a la unidad; sin permisos de administración.",
    "Se necesita para las labores diarias de la unidad, en horario de oficina.",
    "Lo mismo que tiene el resto del equipo de la oficina.",
    "Es para la persona que toma posesión; inicia el próximo lunes.",
    "Según lo que autorizó la jefatura de la unidad.",
];

pub const SERVICES: [&str; 5] = [
    "Correo institucional",
    "Sistema de expedientes",
    "Carpeta compartida de la unidad",
    "Sistema de personal",
    "Acceso remoto (VPN)",
];

/// Sentences for long fields and notes of a step.
pub const SENTENCES: [&str; 10] = [
    "Se revisó en el lugar y quedó funcionando; la persona lo confirmó.",
    "Se atendió de forma remota y se verificó el resultado con quien lo pidió.",
    "Se encontró el cable dañado y se reemplazó por uno nuevo.",
    "Se actualizó el programa y se reinició el equipo.",
    "Se comprobó lo solicitado y cumple lo que pide la norma.",
    "Se limpió el equipo, se revisaron las conexiones y se probó la impresión.",
    "Se coordinó con la unidad y se dejó constancia.",
    "Queda conforme a lo solicitado; no hay observaciones.",
    "Se verificó que los datos estén completos y sean legibles.",
    "Se explicó a la persona cómo hacerlo la próxima vez.",
];

pub const COMMENTS: [&str; 5] = [
    "¿Puede indicar desde qué hora ocurre?",
    "Ya está en revisión; le avisamos hoy mismo.",
    "Se necesita confirmar el número de bien del equipo.",
    "Se coordinó la visita para mañana por la mañana.",
    "Gracias; quedo pendiente.",
];

pub const BACK: [&str; 3] = [
    "Faltan datos en el formulario; favor de completarlos.",
    "El resultado no coincide con lo solicitado.",
    "Falta la firma en el documento adjunto.",
];

pub const OFFICES: [&str; 5] = [
    "Segundo nivel, oficina 12",
    "Primer nivel, recepción",
    "Edificio anexo, oficina 3",
    "Tercer nivel, sala de reuniones",
    "Bodega de archivo",
];
