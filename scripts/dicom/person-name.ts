/** A DICOM person name (three groups joined by `=`, components by `^`) in, FHIR HumanNames out: PS3.5 section 6.2.1. */

export interface HumanName {
  extension?: { url: string; valueCode: string }[];
  text?: string;
  family?: string;
  given?: string[];
  prefix?: string[];
  suffix?: string[];
}

/** Which script a name is written in: http://hl7.org/fhir/R4/extension-iso21090-en-representation.html */
export const NAME_REPRESENTATION = 'http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation';

/** Alphabetic, ideographic, phonetic: in this order. */
const REPRESENTATIONS = ['ABC', 'IDE', 'SYL'] as const;

/** One HumanName a group that says something; the script is told wherever there are several groups or another one than letters. */
export function humanNames(personName: string): HumanName[] {
  const groups = personName.split('=').slice(0, REPRESENTATIONS.length);
  const marked = groups.slice(1).some((group) => nameOf(group) !== undefined);
  return groups.flatMap((group, i) => {
    const name = nameOf(group);
    const representation = REPRESENTATIONS[i];
    if (name === undefined || representation === undefined) return [];
    return [marked ? { extension: [{ url: NAME_REPRESENTATION, valueCode: representation }], ...name } : name];
  });
}

/** The name as one reads it, in the first group that has one. */
export function displayName(personName: string): string | undefined {
  return humanNames(personName)[0]?.text;
}

/** Components: family, given, middle, prefix, suffix; further ones have no meaning. */
function nameOf(group: string): HumanName | undefined {
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = group.split('^').map((part) => part.trim());
  const text = [prefix, given, middle, family, suffix].filter((part) => part !== '').join(' ');
  if (text === '') return undefined;
  const forenames = [given, middle].filter((part) => part !== '');
  return {
    text,
    ...(family !== '' && { family }),
    ...(forenames.length > 0 && { given: forenames }),
    ...(prefix !== '' && { prefix: [prefix] }),
    ...(suffix !== '' && { suffix: [suffix] }),
  };
}
