/** Text in, the forms in which strings are compared out: https://hl7.org/fhir/R4/search.html#string */

/** Letters that no decomposition turns into a base letter, though many servers do. */
const LETTERS: Readonly<Record<string, string>> = { ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', æ: 'ae', œ: 'oe', ß: 'ss', ı: 'i', ħ: 'h', ŧ: 't' };

/** The values of an index are folded again at every search: the last few thousand results are kept. */
function remembered(fold: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    let folded = known.get(text);
    if (folded === undefined) {
      if (known.size >= 20_000) known.clear();
      known.set(text, (folded = fold(text)));
    }
    return folded;
  };
}

/** Accents of Latin and Greek letters. The marks of other scripts (dakuten, vowel signs, points) make other letters, and Hangul is no letter with marks. */
const ACCENTS = /(?<=[\p{Script=Latin}\p{Script=Greek}]\p{M}*)\p{M}/gu;

/** Without case and accents: what every server must ignore. */
export const foldText = remembered((text) => (isAscii(text) ? text.toLowerCase() : text.normalize('NFD').replace(ACCENTS, '').normalize('NFC').toLowerCase()));

/** Also without punctuation, extra white space, compatibility forms and special letters: what a server should or may ignore. */
export const foldLoosely = remembered((text) => {
  const folded = isAscii(text) ? text.toLowerCase() : text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().toUpperCase().toLowerCase();
  const plain = folded.replace(/[^\x20-\x7e]/g, (letter) => LETTERS[letter] ?? letter);
  return plain.replace(/[^\p{L}\p{N}]+/gu, '');
});

/** The words of a text, loosely folded. */
export function looseWords(text: string): string[] {
  return text.split(/[^\p{L}\p{N}\p{M}]+/u).map(foldLoosely).filter((word) => word !== '');
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 126) return false;
  return true;
}
