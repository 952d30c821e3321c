/** An Accept header in, the first of the types on offer that it accepts out: PS3.18 section 8.7.5. */
import { parseMediaType, type MediaType } from '../../dicom/dicomweb-multipart';

/** The ranges of an Accept header, the preferred ones first. */
export function acceptRanges(header: string): MediaType[] {
  const ranges = header.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/).map((text) => parseMediaType(text.trim()));
  const weight = ({ parameters }: MediaType) => (parameters['q'] === undefined ? 1 : Number(parameters['q']));
  return ranges.filter((range) => range.type !== '' && weight(range) > 0).sort((a, b) => weight(b) - weight(a));
}

/**
 * What is sent: a single part of the type, or multipart/related of it.
 * @param single types that may go as a single part
 * @param multipart types that may be the parts of multipart/related
 * @returns undefined where nothing on offer is acceptable (406)
 */
export function negotiateDicom(header: string | undefined, { single = [], multipart = [] }: { readonly single?: readonly string[]; readonly multipart?: readonly string[] }): { type: string; multipart: boolean } | undefined {
  const fallback = multipart[0] !== undefined ? { type: multipart[0], multipart: true } : single[0] === undefined ? undefined : { type: single[0], multipart: false };
  if (header === undefined || header.trim() === '') return fallback;
  for (const { type, parameters } of acceptRanges(header)) {
    if (type === '*/*') return fallback;
    if (type === 'multipart/related' || type === 'multipart/*') {
      const part = parameters['type'] === undefined || parameters['type'] === '*/*' ? multipart[0] : multipart.find((offer) => covers(parameters['type'] as string, offer));
      if (part !== undefined) return { type: part, multipart: true };
      continue;
    }
    const found = single.find((offer) => covers(type, offer));
    if (found !== undefined) return { type: found, multipart: false };
  }
  return undefined;
}

function covers(range: string, type: string): boolean {
  const wanted = range.toLowerCase();
  return wanted === type || wanted === '*/*' || (wanted.endsWith('/*') && type.startsWith(wanted.slice(0, -1)));
}
