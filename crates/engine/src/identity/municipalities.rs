//! The 22 departments of Guatemala and how many municipalities each has, in the order of the official codes.
//! As of 2026 there are 340; the newest are 0514 Sipacate and 1333 Petatán.

/// Department code minus one is the place in the list; the municipalities of each are numbered from 01 without gaps.
pub const DEPARTMENTS: [(&str, u32); 22] = [
    ("Guatemala", 17),
    ("El Progreso", 8),
    ("Sacatepéquez", 16),
    ("Chimaltenango", 16),
    ("Escuintla", 14),
    ("Santa Rosa", 14),
    ("Sololá", 19),
    ("Totonicapán", 8),
    ("Quetzaltenango", 24),
    ("Suchitepéquez", 21),
    ("Retalhuleu", 9),
    ("San Marcos", 30),
    ("Huehuetenango", 33),
    ("Quiché", 21),
    ("Baja Verapaz", 8),
    ("Alta Verapaz", 17),
    ("Petén", 14),
    ("Izabal", 5),
    ("Zacapa", 11),
    ("Chiquimula", 11),
    ("Jalapa", 7),
    ("Jutiapa", 17),
];

/// Whether a department has a municipality with this number.
pub fn is_municipality(department: u32, municipality: u32) -> bool {
    let place = usize::try_from(department).ok().and_then(|department| department.checked_sub(1));
    let count = place.and_then(|place| DEPARTMENTS.get(place)).map_or(0, |(_, count)| *count);
    (1..=count).contains(&municipality)
}
