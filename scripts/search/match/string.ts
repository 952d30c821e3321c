/** String parameters: https://hl7.org/fhir/R4/search.html#string */
import { fhirVersion, FROM_R5 } from '../../core/fhir-version';
import { isObject } from '../../core/json';
import { foldLoosely, foldText, looseWords } from '../fold-text';
import { itemsOf, textOf } from '../json';
import type { Outcome } from '../outcome';
import type { OpenRuleId } from '../rules';
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

/**
 * Those of them that are looked at in a search by the whole, by all that it is there for; that it "may match" the others as well is the definition's
 * word before R5, and of R5 none is certain: https://hl7.org/fhir/R4/patient.html#search
 */
const CERTAIN_BEFORE_R5: Readonly<Record<string, readonly string[]>> = {
  HumanName: ['family', 'given'],
  Address: ['line', 'city', 'state', 'postalCode', 'country'],
};

/** Parts of names, searched on their own (`family`, `given`): servers should also find the words inside. */
const NAME_PARTS = /^(HumanName|Address)\./;

/** The parameter of persons and organizations that finds names by their sound: every algorithm takes a whole name for itself, and no more is certain. */
const PHONETIC = 'phonetic';

export const STRING: ParameterType<StringValue> = {
  read({ value, type, path }, definitions) {
    if (typeof value === 'string') return [{ kind: NAME_PARTS.test(path) ? 'parts' : 'text', texts: [value] }];
    if (!isObject(value)) return [];
    const elements = STRING_ELEMENTS[type];
    const open = (FROM_R5 as readonly string[]).includes(fhirVersion(definitions.fhirVersion).mimeVersion);
    if (elements === undefined) return [{ kind: open ? 'some-parts' : 'parts', texts: stringsOf(value) }];
    const certain = open ? [] : (CERTAIN_BEFORE_R5[type] ?? []);
    const textsOf = (names: readonly string[]) => names.flatMap((name) => stringsIn(value[name]));
    const [parts, others] = [textsOf(certain), textsOf(elements.filter((name) => !certain.includes(name)))];
    return [...(parts.length > 0 ? [{ kind: 'parts' as const, texts: parts }] : []), ...(others.length > 0 || parts.length === 0 ? [{ kind: 'some-parts' as const, texts: others }] : [])];
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
