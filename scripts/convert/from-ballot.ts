/** An ImagingStudy of the DSTU2 ballot (0.5.0) in, the R4 study and the Endpoints that its URLs became out. */
import { elementsOf } from '../core/element-model';
import type { Resource } from '../core/fhir';
import { isObject } from '../core/json';
import { STUDY_ROWS } from './ballot-rows';
import type { MadeStudy } from './ballot-study';
import { remark, valuesOf, type ConvertContext } from './context';

/** Elements of every resource, taken over as they are. */
const INHERITED = ['id', 'implicitRules', 'language', 'text', 'contained', 'extension', 'modifierExtension'];

/** @returns the Endpoints first, for the study refers to them */
export function fromBallot(resource: Resource, context: Omit<ConvertContext, 'resource'>): Resource[] {
  const own: ConvertContext = { ...context, resource };
  const made: MadeStudy = { extension: [], identifier: [], endpoint: [], elements: {}, endpoints: new Map(), name: resource.id ?? 'study' };
  for (const row of STUDY_ROWS) row.put(resource, made, own);
  reportUnknown(resource, own);
  const { endpoints, extension, endpoint, identifier, elements } = made;
  const { profile, ...meta } = resource.meta ?? {};
  for (const url of profile ?? []) remark(own, 'lost', 'meta.profile', `${url} is a profile of the version that the resource comes from.`);
  const inherited = Object.fromEntries(INHERITED.flatMap((name) => (resource[name] === undefined ? [] : [[name, resource[name]]])));
  const extensions = [...valuesOf(resource.extension), ...extension];
  const distinct = endpoint.filter(({ reference }, i) => endpoint.findIndex((other) => other.reference === reference) === i);
  const draft: Record<string, unknown> = {
    ...inherited,
    ...(extensions.length > 0 ? { extension: extensions } : {}),
    ...(identifier.length > 0 ? { identifier } : {}),
    ...elements,
    ...(distinct.length > 0 ? { endpoint: distinct } : {}),
  };
  const order = ['id', 'implicitRules', 'language', 'text', 'contained', 'extension', 'modifierExtension', ...Object.keys(elementsOf('4.0', 'ImagingStudy'))];
  const sorted = Object.entries(draft).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  const study = { resourceType: 'ImagingStudy', ...(Object.keys(meta).length > 0 ? { meta } : {}), ...Object.fromEntries(sorted) } as Resource;
  return [...endpoints.values(), study];
}

/** What the ballot's table does not have is dropped, and said. */
function reportUnknown(resource: Resource, context: ConvertContext): void {
  const known = elementsOf('0.5', 'ImagingStudy');
  const look = (value: Record<string, unknown>, below: string) => {
    for (const [name, inner] of Object.entries(value)) {
      if (below === '' && (name === 'resourceType' || name === 'meta' || INHERITED.includes(name))) continue;
      const path = below === '' ? name : `${below}.${name}`;
      const element = known[path];
      if (element === undefined) remark(context, 'lost', path, `${name} is no element of the ballot's ImagingStudy.`);
      else if (element.types[0] === 'BackboneElement') valuesOf(inner).filter(isObject).forEach((item) => look(item, path));
    }
  };
  look(resource, '');
}
