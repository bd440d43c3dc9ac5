//! The brands, as data. Sources: the networks' published ranges and the issuer tables of open-source
//! checkouts, as of 2026; what they disagree on is left to the wider brand.

use super::Brand;
use super::CodePolicy::{self, Hidden, Optional, Required};

/// How most numbers are grouped.
pub(in crate::card) const FOURS: &[u8] = &[4, 8, 12, 16];

/// Most brands: groups of four, sixteen digits, three of them as a code.
const fn brand(network: &'static str, label: &'static str, prefixes: &'static str) -> Brand {
    Brand { network, label, prefixes, gaps: FOURS, lengths: &[16], code_size: 3, code: Required }
}

const fn sized(network: &'static str, label: &'static str, prefixes: &'static str, lengths: &'static [u8]) -> Brand {
    Brand { lengths, ..brand(network, label, prefixes) }
}

const fn with_code(code: CodePolicy, brand: Brand) -> Brand {
    Brand { code, ..brand }
}

/// The brands that OwnGateway has a name for.
pub static BRANDS: &[Brand] = &[
    sized("Visa", "Visa", "4", &[13, 16, 18, 19]),
    brand("Mastercard", "Mastercard", "51-5 2221-720"),
    Brand { gaps: &[4, 10], lengths: &[15], code_size: 4, ..brand("AmericanExpress", "American Express", "34 37") },
    Brand { gaps: &[4, 10], lengths: &[14, 16, 19], ..brand("DinersClub", "Diners Club", "300-5 309 36 38-9") },
    sized("Discover", "Discover", "6011 644-9 65", &[16, 19]),
    sized("JCB", "JCB", "2131 1800 3528-89", &[16, 17, 18, 19]),
    sized("UnionPay", "UnionPay", "62 8100-71", &[14, 15, 16, 17, 18, 19]),
    brand("RuPay", "RuPay", "508500-999 606985-7984 608001-500 652150-3149 8172-201"),
    with_code(Optional, sized("Maestro", "Maestro", "493698 50 56-9 6", &[12, 13, 14, 15, 16, 17, 18, 19])),
    // Always on a card that is also a Visa or Mastercard: chosen, never told by the digits.
    brand("CartesBancaires", "Cartes Bancaires", ""),
];

/// Brands that OwnGateway has no name for. Their cards are formatted and judged as their issuers do.
pub static OTHER_BRANDS: &[Brand] = &[
    brand(
        "Elo",
        "Elo",
        "401178-9 431274 438935 451416 457393 457631-2 504175 506699-778 509000-999 627780 636297 \
         636368 650031-3 650035-51 650405-39 650485-538 650541-98 650700-18 650720-7 \
         650901-78 651652-79 655000-19 655021-58",
    ),
    sized("Mir", "Mir", "2200-4", &[16, 17, 18, 19]),
    brand("Hiper", "Hiper", "637095 63737423 63743358 637568 637599 637609 637612"),
    brand("Hipercard", "Hipercard", "606282"),
    brand(
        "Troy",
        "Troy",
        "9792 650052 650082-3 650092 650161 650170 650173 650175 650268 650271 650273-4 650456-7 650836 \
         650846-50 650923 650987 650990 654997 657366 657998 658758 658767-8 65083700-4 \
         65085800-4 65085900-1 65086000 65086100-5 65086200-3 65875000-3 65875009 \
         65875101-4 65875200 65875501 65875601 65875900 65876000-2 65876100-3 65876110 \
         65876115-6 65876200-1 65876500 65876504-5 65876600-2 65877100-1 \
         65877600-2 65877700 65877801-2 65878200-2 65878300-11 65878400-5 \
         65878500-5 65878600-1 65879800 65880800 65880900",
    ),
    brand("Naranja", "Naranja", "402918 527572 589562"),
    sized(
        "Verve",
        "Verve",
        "506099-127 506129 506133-50 506158-63 506166 506168 506170 506173 506176-80 506184 \
         506187-8 506191 506195-7 507865-6 507868-77 507880-8 507900 507941",
        &[16, 18, 19],
    ),
    brand("Dankort", "Dankort", "5019"),
    with_code(Hidden, sized("Bancontact", "Bancontact", "6703 479658 606005", &[16, 17, 18, 19])),
    with_code(Optional, Brand { gaps: &[4, 9], lengths: &[15], ..brand("UATP", "UATP", "1") }),
    brand("UzCard", "UzCard", "8600"),
    brand("Humo", "Humo", "9860"),
];

/// Issuers of cards with a second brand, and which. Only second brands that OwnGateway has a name for:
/// another could not be chosen.
pub(super) static CO_BADGED: &[(&str, &str)] =
    &[("401005-6 4035501 40000025 4970-8 5131-9 55555525 561200-99", "CartesBancaires")];
