/** Faults in patches: operations that do something else, or nothing. */
import type { Override } from '../behaviour';
import { bodyOf } from './rest';
import { hearing } from './rewriting';
import { clause, type FaultRow } from './row';

const patch = clause('patch-fhirpath', 'fhirpatch.html');

interface Part {
  name?: string;
  valueCode?: string;
  valueInteger?: number;
  valueString?: string;
  part?: Part[];
}

/** Hears a JSON Patch without the operations of one kind. */
export function passingOver(op: string): Override {
  return hearing((request) => {
    const operations: unknown = request.method === 'PATCH' ? bodyOf(request) : undefined;
    return Array.isArray(operations) ? { ...request, body: JSON.stringify(operations.filter((operation: { op?: unknown }) => operation.op !== op)) } : request;
  });
}

export const PATCH_FAULTS: readonly FaultRow[] = [
  {
    id: 'json-patch-test-ignored',
    group: 'rest',
    does: 'The test operation of a JSON Patch is passed over.',
    breaks: clause('patch', 'http.html#patch'),
    override: passingOver('test'),
  },
  { id: 'fhirpath-patch-insert-at-front', group: 'rest', does: 'The insert of a FHIRPath Patch goes to the front of its list, whatever the index.', breaks: patch, override: operating('insert', (parts) => replaced(parts, 'index', { valueInteger: 0 })) },
  { id: 'fhirpath-patch-move-is-nothing', group: 'rest', does: 'The move of a FHIRPath Patch is passed over.', breaks: patch, override: operating('move', () => undefined) },
  { id: 'fhirpath-patch-delete-is-nothing', group: 'rest', does: 'The delete of a FHIRPath Patch is passed over.', breaks: patch, override: operating('delete', () => undefined) },
  { id: 'fhirpath-patch-delete-takes-more', group: 'rest', does: 'The delete of a FHIRPath Patch deletes the element around what it selects.', breaks: patch, override: operating('delete', (parts) => replaced(parts, 'path', { valueString: text(parts, 'path').replace(/\.\w+\.where\(.*$/, '') })) },
  { id: 'fhirpath-patch-add-is-nothing', group: 'rest', does: 'The add of a FHIRPath Patch is passed over.', breaks: patch, override: operating('add', () => undefined) },
  { id: 'fhirpath-patch-replace-is-delete', group: 'rest', does: 'The replace of a FHIRPath Patch deletes.', breaks: patch, override: operating('replace', (parts) => replaced(parts, 'type', { valueCode: 'delete' })) },
  {
    id: 'fhirpath-patch-unknown-ignored',
    group: 'rest',
    does: 'An operation of a FHIRPath Patch that adds an unknown element is passed over instead of refused.',
    breaks: patch,
    override: operating('add', (parts) => (text(parts, 'name').startsWith('scout') ? undefined : parts)),
  },
  {
    id: 'fhirpath-patch-refused',
    group: 'rest',
    does: 'A FHIRPath Patch is declared, but refused with 415.',
    breaks: clause('capability-interaction', 'capabilitystatement-definitions.html#CapabilityStatement.rest.resource.interaction'),
    override: hearing((request) => (request.method === 'PATCH' && /fhir/.test(request.headers['content-type'] ?? '') ? { ...request, headers: { ...request.headers, 'content-type': 'text/plain' } } : request)),
  },
];

function text(parts: readonly Part[], name: string): string {
  return parts.find((part) => part.name === name)?.valueString ?? '';
}

function replaced(parts: readonly Part[], name: string, value: Part): Part[] {
  return parts.map((part) => (part.name === name ? { name, ...value } : part));
}

/** Changes the operations of one type in FHIRPath Patches; undefined drops one. */
function operating(type: string, change: (parts: readonly Part[]) => readonly Part[] | undefined): Override {
  return hearing((request) => {
    const body = request.method === 'PATCH' ? bodyOf(request) : undefined;
    if (body?.resourceType !== 'Parameters' || !Array.isArray(body.parameter)) return request;
    const parameter = (body.parameter as Part[]).flatMap((operation) => {
      const parts = operation.part ?? [];
      if (!parts.some((part) => part.name === 'type' && part.valueCode === type)) return [operation];
      const changed = change(parts);
      return changed === undefined ? [] : [{ ...operation, part: [...changed] }];
    });
    return { ...request, body: JSON.stringify({ ...body, parameter }) };
  });
}
