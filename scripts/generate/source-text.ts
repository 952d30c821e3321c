/** A text file in, places in it out: every finding of the generator names file, line and column through here. */
import type { IssueSeverity } from '../core/fhir';
import type { Finding } from '../core/finding';

/** A file's name as the user knows it and its text. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

/** Where something stands. Line and column are 1-based. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A function from 0-based character offsets of a text to places; the lines are counted once. */
export function placesOf(source: SourceText): (offset: number) => Place {
  const starts = [0];
  for (let at = source.text.indexOf('\n'); at >= 0; at = source.text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: source.file, line: low + 1, column: Math.max(0, offset) - starts[low]! + 1 };
  };
}

/** Kinds of mistakes in scenarios and templates, each with what it means. */
export const MISTAKES = {
  'yaml-syntax': 'the file is not YAML',
  'wrong-type': 'a value is of another kind than the field takes',
  'unknown-key': 'a key that nothing reads',
  'missing-key': 'a key that must be there is not',
  'unknown-value': 'a value outside a closed list',
  'unknown-code': 'a name that codes.yaml does not have',
  'unknown-reference': 'a reference to a record that no scenario has',
  'bad-id': 'not a FHIR id',
  'bad-uid': 'not a legal DICOM UID',
  'bad-date': 'not a FHIR date, dateTime or instant',
  'bad-uri': 'not an absolute URI',
  'bad-shape': 'a field declaration that cannot be read',
  'duplicate-id': 'two records with one type and id',
  'duplicate-uid': 'one DICOM UID for two things',
  'missing-template': 'a resource type without a template',
  'template-syntax': 'the template is not Handlebars, or writes a value where it is not escaped',
  'template-field': 'the template asks for a field that its record does not have',
  'template-output': 'what the template wrote is not JSON',
  'bad-patch': 'a JSON Patch operation that does not apply to the base example',
} as const;

export type Mistake = keyof typeof MISTAKES;

/** A finding of the generator at a place. */
export function mistake(code: Mistake, message: string, place: Place, resource?: string, severity: IssueSeverity = 'error'): Finding {
  const { file, line, column } = place;
  return { severity, code, message, location: resource === undefined ? { file, line, column } : { file, line, column, resource }, source: 'generate' };
}
