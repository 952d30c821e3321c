/** A resource and the version it is said to be of in; the version that it fits better, and by what that shows, out. */
import { elementModel, MODEL_VERSIONS, type ModelElement, type ModelVersion } from '../core/element-model';
import { fhirVersion } from '../core/fhir-version';
import type { Resource } from '../core/fhir';
import { isObject } from '../core/json';
import { elementOfProperty } from './context';

/** Data of another version than claimed. */
export interface Recognised {
  readonly version: ModelVersion;
  /** The elements that are not as the claimed version has them, e.g. `modality is a CodeableConcept`. */
  readonly evidence: readonly string[];
  /** `This is R5 data: modality is a CodeableConcept.` */
  readonly message: string;
}

interface Misfit {
  readonly path: string;
  readonly says: string;
}

/** In case of a tie the version that most data is of. */
const PREFERRED: readonly ModelVersion[] = ['4.0', '5.0', '4.3', '6.0', '0.5'];
/** Elements that every type has in every version. */
const INHERITED = new Set(['resourceType', 'id', 'meta', 'implicitRules', 'language', 'text', 'contained', 'extension', 'modifierExtension', 'fhir_comments']);

/**
 * Undefined where the resource is what it is said to be, or fits no version better: then what is wrong with it is no matter of versions.
 * @param claimed the version of the server, or of the validation
 */
export function recognise(resource: Resource, claimed: ModelVersion): Recognised | undefined {
  const type = resource.resourceType;
  if (elementModel(claimed).types[type] === undefined) return undefined;
  const wrong = misfits(resource, claimed);
  if (wrong.length === 0) return undefined;
  const others = PREFERRED.filter((version) => version !== claimed && MODEL_VERSIONS.includes(version) && elementModel(version).types[type] !== undefined)
    .map((version) => ({ version, count: misfits(resource, version).length }))
    .sort((a, b) => a.count - b.count);
  const [best] = others;
  if (best === undefined || best.count >= wrong.length) return undefined;
  const stillWrong = new Set(misfits(resource, best.version).map(({ path }) => path));
  const evidence = [...new Set(wrong.filter(({ path }) => !stillWrong.has(path)).map(({ path, says }) => `${path} ${says}`))];
  const { name, draft } = fhirVersion(best.version);
  const few = evidence.slice(0, 3).join(', ') + (evidence.length > 3 ? ` and ${evidence.length - 3} more` : '');
  return { version: best.version, evidence, message: `This is ${name} data${'draft' in fhirVersion(best.version) && draft === true ? ' (a draft)' : ''}: ${few}; FHIR ${fhirVersion(claimed).name} is asked for.` };
}

/** Places where a resource is not built as a version's table says; values and codes are not looked at. */
function misfits(resource: Resource, version: ModelVersion): Misfit[] {
  const found: Misfit[] = [];
  look(resource, resource.resourceType, '', version, found);
  return found;
}

function look(holder: Record<string, unknown>, type: string, parent: string, version: ModelVersion, found: Misfit[]): void {
  for (const [property, value] of Object.entries(holder)) {
    const name = property.replace(/^_/, '');
    if (INHERITED.has(name) || value === null || value === undefined) continue;
    const element = elementOfProperty(version, type, parent, name);
    const path = parent === '' ? name : `${parent}.${name}`;
    if (element === undefined) {
      found.push({ path, says: `is no element of ${fhirVersion(version).name}` });
      continue;
    }
    if (property.startsWith('_')) continue;
    if (element.element.max === '1' && Array.isArray(value)) found.push({ path, says: 'repeats' });
    else if (element.element.max !== '1' && !Array.isArray(value)) found.push({ path, says: 'does not repeat' });
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (element.element.types.some((name) => name === 'BackboneElement' || name === 'Element')) {
        if (isObject(item)) look(item, type, element.path, version, found);
        else found.push({ path, says: 'is a plain value' });
      } else if (!fits(element.element, item)) found.push({ path, says: `is ${kindOf(item)}` });
    }
  }
}

/** Types whose JSON tells them apart. */
const TELLING: Readonly<Record<string, (value: Record<string, unknown>) => boolean>> = {
  CodeableReference: ({ concept, reference }) => concept !== undefined || isObject(reference),
  CodeableConcept: ({ coding, text }) => Array.isArray(coding) || typeof text === 'string',
  Coding: ({ system, code, display }) => typeof code === 'string' || (typeof display === 'string' && typeof system === 'string'),
  Reference: ({ reference, identifier }) => typeof reference === 'string' || isObject(identifier),
};

function fits({ types }: ModelElement, value: unknown): boolean {
  if (!isObject(value)) return types.some((type) => /^[a-z]/.test(type));
  if (types.every((type) => /^[a-z]/.test(type))) return false;
  const told = Object.keys(TELLING).filter((type) => TELLING[type]?.(value) === true);
  return told.length === 0 || told.some((type) => types.includes(type)) || !types.some((type) => type in TELLING);
}

function kindOf(value: unknown): string {
  if (!isObject(value)) return `a plain value (${JSON.stringify(value).slice(0, 40)})`;
  const told = Object.keys(TELLING).find((type) => TELLING[type]?.(value) === true);
  return told === undefined ? 'of another type' : `a ${told}`;
}
