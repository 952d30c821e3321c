/** Cross-version extensions: a value that the other version has no element for in, the extension that carries it out, and back. https://hl7.org/fhir/R5/versions.html#extensions */
import { elementsOf, type ModelVersion } from '../core/element-model';
import { isObject } from '../core/json';
import { capital, elementAt, lastOf, type ConvertContext, type Json } from './context';

const PATTERN = /^http:\/\/hl7\.org\/fhir\/(\d+\.\d+)\/StructureDefinition\/extension-([A-Za-z]+)\.([A-Za-z.]+)$/;

/** `http://hl7.org/fhir/5.0/StructureDefinition/extension-ImagingStudy.partOf` */
export function crossVersionUrl(version: ModelVersion, type: string, path: string): string {
  return `http://hl7.org/fhir/${version}/StructureDefinition/extension-${type}.${path}`;
}

/** The guides' own extensions for elements that HL7's tools know no cross-version extension of. */
const OWN: Readonly<Record<string, string>> = {
  // To the tools nothing has changed between R4 and R5 here, though R5 has no such element.
  '4.0 ImagingStudy.interpreter': 'https://fhir-scout.org/ig/imaging-r5/StructureDefinition/scout-interpreter',
};

/** The guide's extension for the reference of a CodeableReference that is a Coding in R4: HL7's tools have none that its validator takes there. */
export const BODY_STRUCTURE = 'https://fhir-scout.org/ig/imaging/StructureDefinition/scout-body-structure';

/**
 * Elements of R4 without a place in R5 whose cross-version extension HL7's validator refuses, because its table
 * (hl7.fhir.xver-extensions 0.1.0) says that they have not changed. A value that would make the result invalid is rather lost, and said.
 */
const REFUSED: ReadonlySet<string> = new Set([
  'Appointment.priority', 'Device.patient', 'Encounter.hospitalization.dietPreference', 'Encounter.hospitalization.specialCourtesy', 'Encounter.hospitalization.specialArrangement',
  'Specimen.container.identifier', 'Specimen.container.description', 'Specimen.container.type', 'Specimen.container.capacity', 'Specimen.container.additive',
]);

/** Types that Extension.value[x] takes neither in R4 nor in R5. */
const NOT_A_VALUE = new Set(['BackboneElement', 'Element', 'Resource']);
/** Types of R5 that an extension of R4 has no value[x] for. */
const NEW_IN_R5 = new Set(['CodeableReference', 'ExtendedContactDetail', 'Availability', 'VirtualServiceDetail', 'RatioRange', 'integer64']);

/** The extensions that carry the values of an element; undefined where no extension can. */
export function toExtensions(context: ConvertContext, path: string, typeName: string, values: readonly unknown[]): Json[] | undefined {
  if (NOT_A_VALUE.has(typeName) || (context.to === '4.0' && NEW_IN_R5.has(typeName))) return undefined;
  const type = context.resource.resourceType;
  if (context.from === '4.0' && REFUSED.has(`${type}.${path}`)) return undefined;
  const url = OWN[`${context.from} ${type}.${path}`] ?? crossVersionUrl(context.from, type, path);
  return values.map((value) => ({ url, [`value${capital(typeName)}`]: value }));
}

/** Puts the values of extensions that carry elements of the target version back where they belong, and takes these extensions out. */
export function restore(context: ConvertContext, targetPath: string, target: Json): void {
  const { extension } = target;
  if (!Array.isArray(extension)) return;
  const kept: unknown[] = [];
  const arrays = new Set<string>();
  for (const one of extension as unknown[]) {
    const place = isObject(one) ? placeOf(context, targetPath, one) : undefined;
    if (place === undefined) kept.push(one);
    else if (!place.many) target[place.property] = place.value;
    else {
      // Values that travelled as an element stand first: they came first.
      const before = Array.isArray(target[place.property]) ? (target[place.property] as unknown[]) : [];
      target[place.property] = arrays.has(place.property) || before.length > 0 ? [...before, place.value] : [place.value];
      arrays.add(place.property);
    }
  }
  if (kept.length > 0) target.extension = kept;
  else delete target.extension;
}

function placeOf({ to, resource }: ConvertContext, targetPath: string, extension: Json): { property: string; value: unknown; many: boolean } | undefined {
  const own = Object.entries(OWN).find(([, url]) => url === extension.url)?.[0].replace(/^(\S+) /, 'http://hl7.org/fhir/$1/StructureDefinition/extension-');
  const [, version, type, path = ''] = PATTERN.exec(own ?? String(extension.url)) ?? [];
  if (version !== to || type !== resource.resourceType) return undefined;
  if (path.split('.').slice(0, -1).join('.') !== targetPath) return undefined;
  const element = elementAt(to, type, path);
  const valueKey = Object.keys(extension).find((key) => key.startsWith('value'));
  if (element === undefined || valueKey === undefined) return undefined;
  const isChoice = elementsOf(to, type)[`${path}[x]`] !== undefined;
  return { property: isChoice ? `${lastOf(path)}${valueKey.slice('value'.length)}` : lastOf(path), value: extension[valueKey], many: element.max !== '1' };
}
