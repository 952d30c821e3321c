/** Words and numbers in, English out: the article that a word takes, and a thing counted. */

/** `an ImagingStudy`, `a Patient`: by the first letter, which is right for the names of FHIR's types, formats and interactions. */
export function withArticle(word: string): string {
  // A name like UsageContext begins with a consonant as it is spoken.
  return `${/^[aeio]/i.test(word) ? 'an' : 'a'} ${word}`;
}

/** `1 match`, `2 matches`. @param several where it is not the word with an s */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : several}`;
}
