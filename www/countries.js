// The countries of the form's select, by their names in its language: loaded when a page asks for the
// country. Codes: ISO 3166-1, without places that nobody has an address in.
const CODES =
  "ADAEAFAGAIALAMAOARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW".match(/../g);

/** Their addresses have no postal code, by the address forms of libaddressinput. */
const WITHOUT_POSTAL_CODE =
  "AE AG AO AW BF BI BJ BO BQ BS BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD GH GM GQ GY HK JM KI KM KN LC LY ML MO MR MS MW NR NU PA PS QA RW SB SC SL SR SS ST SX SY TD TG TK TL TO TT TV UG VU WS YE ZW".split(" ");

const root = document.documentElement;
const filled = new WeakMap();
let chosen = guess();

/** The country of the browser's languages is a guess that is mostly right, and easily changed. */
function guess() {
  const regions = navigator.languages.map((language) => /-([A-Z]{2})\b/.exec(language)?.[1]);
  return regions.find((region) => CODES.includes(region)) || "";
}

function names(locale) {
  const named = new Intl.DisplayNames([locale, "en"], { type: "region" });
  const order = new Intl.Collator(locale).compare;
  return CODES.map((code) => [code, named.of(code)]).sort(([, one], [, other]) => order(one, other));
}

/** Fills the select that has no names in the document's language; what was chosen stays. */
function fill() {
  const locale = root.lang || "en";
  for (const select of document.querySelectorAll("#country")) {
    if (filled.get(select) === locale) continue;
    filled.set(select, locale);
    const option = ([value, textContent]) => Object.assign(document.createElement("option"), { value, textContent });
    select.replaceChildren(...[["", ""], ...names(locale)].map(option));
    select.value = chosen;
  }
  root.dataset.without = WITHOUT_POSTAL_CODE.includes(chosen) ? "postalCode" : "";
}

// Before the form hears of it: by then the root says whether that country has postal codes.
addEventListener("input", ({ target }) => {
  // A select that was just put into the document has nothing to choose from.
  if (!filled.has(target)) return;
  chosen = target.value;
  fill();
}, true);
new MutationObserver(fill).observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ["lang"] });
fill();
