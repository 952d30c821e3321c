/** String parameters: https://hl7.org/fhir/R4/search.html#string */
import { isObject } from '../../core/json';
import { foldLoosely, foldText, looseWords } from '../fold-text';
import { itemsOf, textOf } from '../json';
import type { Outcome } from '../outcome';
import { isOpenIn, type OpenRuleId } from '../rules';
import type { ParameterType } from './context';

export interface StringValue {
  /** `parts` for names and addresses, whose string elements are searched together; `some-parts` where a server may choose which of them. */
  kind: 'text' | 'parts' | 'some-parts';
  texts: readonly string[];
}

/** The elements of type string: https://hl7.org/fhir/R4/search.html#string names HumanName and Address. */
const STRING_ELEMENTS: Readonly<Record<string, readonly string[]>> = {
  HumanName: ['text', 'family', 'given', 'prefix', 'suffix'],
  Address: ['text', 'line', 'city', 'district', 'state', 'postalCode', 'country'],
};

/** Parts of names, searched on their own (`family`, `given`): servers should also find the words inside. */
const NAME_PARTS = /^(HumanName|Address)\./;

/** The parameter of persons and organizations that finds names by their sound: every algorithm takes a whole name for itself, and no more is certain. */
const PHONETIC = 'phonetic';

export const STRING: ParameterType<StringValue> = {
  read({ value, type, path }, { fhirVersion }) {
    if (typeof value === 'string') return [{ kind: NAME_PARTS.test(path) ? 'parts' : 'text', texts: [value] }];
    if (!isObject(value)) return [];
    const elements = STRING_ELEMENTS[type];
    const texts = elements === undefined ? stringsOf(value) : elements.flatMap((name) => stringsIn(value[name]));
    return [{ kind: isOpenIn('open-string-parts', fhirVersion) ? 'some-parts' : 'parts', texts }];
  },
  present: (value) => (value.texts.length > 0 ? 'yes' : 'open-missing-empty'),
  match(search, value, modifier, _context, { code }) {
    if (code === PHONETIC) return soundsAlike(search.text, value.texts, modifier);
    let found: Outcome = 'no';
    for (const text of value.texts) {
      const outcome = matchOne(search.text, text, modifier, value.kind);
      if (outcome === 'yes') return value.kind === 'some-parts' ? 'open-string-parts' : 'yes';
      if (found === 'no') found = outcome;
    }
    if (found === 'no' && value.kind !== 'text' && modifier === undefined) return matchAcross(search.text, value.texts);
    return found;
  },
  describe: (value) => value.texts.map((text) => JSON.stringify(text)).join(' '),
};

/** With `:exact` only what is written alike is certain: whether sound or letters count then is nowhere said. */
function soundsAlike(wanted: string, texts: readonly string[], modifier: string | undefined): Outcome {
  const alike = modifier === 'exact' ? (text: string) => text === wanted : (text: string) => foldText(text) === foldText(wanted);
  if (texts.some(alike)) return 'yes';
  return texts.length > 0 ? 'open-string-phonetic' : 'no';
}

function matchOne(wanted: string, text: string, modifier: string | undefined, kind: StringValue['kind']): Outcome {
  switch (modifier) {
    case 'exact':
      if (text === wanted) return 'yes';
      return text.normalize('NFC') === wanted.normalize('NFC') ? 'open-string-canonical' : 'no';
    case 'contains':
      if (foldText(text).includes(foldText(wanted))) return 'yes';
      return loosely(wanted, text, (loose, part) => loose.includes(part));
    default:
      return matchText(wanted, text, kind === 'text' ? undefined : 'open-string-words');
  }
}

/**
 * A plain string search: the start of the text, case and accents ignored.
 * @param inside the rule that leaves open whether the words inside the text are found as well; none where they are not
 */
export function matchText(wanted: string, text: string, inside: OpenRuleId | undefined): Outcome {
  if (foldText(text).startsWith(foldText(wanted))) return 'yes';
  const loose = loosely(wanted, text, (whole, part) => whole.startsWith(part));
  if (loose !== 'no' || inside === undefined) return loose;
  const part = foldLoosely(wanted);
  return part !== '' && foldLoosely(text).includes(part) ? inside : 'no';
}

function loosely(wanted: string, text: string, test: (text: string, wanted: string) => boolean): Outcome {
  const part = foldLoosely(wanted);
  return part !== '' && test(foldLoosely(text), part) ? 'open-string-punctuation' : 'no';
}

/** A whole name or address may be searched as free text: any of the words wanted may be found in any part. */
function matchAcross(wanted: string, texts: readonly string[]): Outcome {
  const parts = texts.map(foldLoosely);
  return looseWords(wanted).some((word) => parts.some((part) => part.includes(word))) ? 'open-string-words' : 'no';
}

function stringsIn(value: unknown): string[] {
  return [value, ...itemsOf(value)].flatMap((item) => textOf(item) ?? []);
}

function stringsOf(value: Record<string, unknown>): string[] {
  return Object.values(value).flatMap(stringsIn);
}
