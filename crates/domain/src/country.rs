//! Countries, by their two letters.

/// Every country of ISO 3166-1, as two letters.
const COUNTRIES: &str = "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICK\
                         CLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGS\
                         GTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULV\
                         LYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPM\
                         PNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTR\
                         TTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW";

/// Whether these two capital letters are a country's code in ISO 3166-1.
pub fn is_country(code: &str) -> bool {
    COUNTRIES.as_bytes().chunks(2).any(|known| known == code.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_known_by_two_capital_letters() {
        assert_eq!(COUNTRIES.len(), 2 * 249);
        for code in ["AD", "IT", "US", "GB", "AX", "ZW"] {
            assert!(is_country(code), "{code}");
        }
        for code in ["it", "UK", "XX", "I", "ITA", "ADAE", "", "DA"] {
            assert!(!is_country(code), "{code}");
        }
    }
}
