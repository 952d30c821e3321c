/** A profile, the id of one of its elements and a resource in, the values that the element has in the resource out; slices are told by their fixed values. */
import type { Resource } from '../../core/fhir';
import type { Profile, ProfileElement } from './profiles';

/** @param id element id such as `ImagingStudy.identifier:studyUID.value` or `Observation.value[x]:valueQuantity.code` */
export function valuesAt(resource: Resource, profile: Profile, id: string): unknown[] {
  const elements = profile.snapshot?.element ?? profile.differential?.element ?? [];
  let values: unknown[] = [resource];
  let at = id.split('.')[0] ?? '';
  for (const step of id.split('.').slice(1)) {
    at = `${at}.${step}`;
    const [name = '', slice] = step.split(':');
    values = values.flatMap((value) => children(value, name, slice));
    if (slice !== undefined && !name.endsWith('[x]')) {
      const rules = sliceRules(elements, at);
      values = values.filter((value) => rules.every((rule) => rule(value)));
    }
  }
  return values;
}

/** A choice element is named after its type: https://hl7.org/fhir/R4/formats.html#choice */
function children(value: unknown, name: string, slice: string | undefined): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const stem = name.endsWith('[x]') ? name.slice(0, -3) : undefined;
  const found = Object.entries(value).flatMap(([key, child]): unknown[] => {
    if (key === name || (stem !== undefined && (slice !== undefined ? key === slice : key.startsWith(stem) && /^[A-Z]/.test(key.slice(stem.length))))) return [child];
    return [];
  });
  return found.flatMap((child) => (Array.isArray(child) ? (child as unknown[]) : [child])).filter((child) => child !== undefined && child !== null);
}

type Rule = (value: unknown) => boolean;

/** What an item must have to be of a slice: the fixed values and patterns of the slice and below it, or the profile of its type. */
function sliceRules(elements: readonly ProfileElement[], slice: string): Rule[] {
  return elements.flatMap((element): Rule[] => {
    const id = element.id ?? element.path;
    if (id !== slice && !id.startsWith(`${slice}.`)) return [];
    const below = id.slice(slice.length + 1).split('.').filter((step) => step !== '');
    // A rule inside of a slice of the slice is about that one's items.
    if (below.some((step) => step.includes(':'))) return [];
    const [url] = id === slice ? (element.type?.flatMap(({ code, profile = [] }) => (code === 'Extension' ? profile : [])) ?? []) : [];
    const wanted = Object.entries(element).find(([key]) => /^(fixed|pattern)[A-Z]/.test(key))?.[1];
    return [
      ...(url === undefined ? [] : [(value: unknown) => contains(value, { url: url.split('|')[0] })]),
      ...(wanted === undefined ? [] : [(value: unknown) => below.reduce((values, step) => values.flatMap((one) => children(one, step, undefined)), [value]).some((one) => contains(one, wanted))]),
    ];
  });
}

/** Whether a value has everything that a pattern has: https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.pattern[x] */
function contains(value: unknown, pattern: unknown): boolean {
  if (Array.isArray(pattern)) return Array.isArray(value) && pattern.every((part) => value.some((one) => contains(one, part)));
  if (typeof pattern !== 'object' || pattern === null) return value === pattern;
  return typeof value === 'object' && value !== null && Object.entries(pattern).every(([name, part]) => contains((value as Record<string, unknown>)[name], part));
}
