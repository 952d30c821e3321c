/** A resource and a JSON Patch (RFC 6902) in, the patched resource out: https://hl7.org/fhir/R4/http.html#patch */
import { applyPatch, JsonPatchError, type Operation } from 'fast-json-patch';
import type { Resource } from '../core/fhir';
import { Refusal } from './refusal';

const OPERATIONS = ['add', 'remove', 'replace', 'move', 'copy', 'test'];

/**
 * The resource after all operations; the one given stays as it is.
 * @throws Refusal 400 for what is no JSON Patch, 422 for one that does not fit the resource or whose test fails
 */
export function applyJsonPatch(resource: Resource, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw new Refusal(400, 'structure', 'A JSON Patch is an array of operations (RFC 6902).');
  patch.forEach(requireOperation);
  try {
    return applyPatch(resource, patch as Operation[], true, false, true).newDocument;
  } catch (error) {
    if (!(error instanceof JsonPatchError)) throw new Refusal(422, 'processing', `The patch cannot be applied: ${error instanceof Error ? error.message : String(error)}.`);
    const place = error.index === undefined ? '' : `operation ${error.index} (${describe(patch[error.index])})`;
    // "In the case of a failing JSON Patch test operation, the server returns a 422": http.html#patch
    const why = error.name === 'TEST_OPERATION_FAILED' ? 'the test failed' : (error.message.split('\n')[0] ?? error.name);
    throw new Refusal(422, 'processing', `The patch cannot be applied: ${place}: ${why}.`);
  }
}

function requireOperation(operation: unknown, position: number): void {
  const { op, path, from } = (typeof operation === 'object' && operation !== null ? operation : {}) as Record<string, unknown>;
  const refuse = (what: string) => {
    throw new Refusal(400, 'structure', `Operation ${position} of the JSON Patch ${what} (RFC 6902).`);
  };
  if (typeof op !== 'string' || !OPERATIONS.includes(op)) refuse(`has no op out of ${OPERATIONS.join(', ')}`);
  if (typeof path !== 'string' || (path !== '' && !path.startsWith('/'))) refuse('has no path that is a JSON Pointer');
  if ((op === 'move' || op === 'copy') && typeof from !== 'string') refuse('has no from');
  if ((op === 'add' || op === 'replace' || op === 'test') && !('value' in (operation as object))) refuse('has no value');
}

function describe(operation: unknown): string {
  const { op, path } = operation as { op?: unknown; path?: unknown };
  return `${String(op)} ${String(path)}`;
}
