/** A compartment's owner in, the resources that belong to it out: https://hl7.org/fhir/R4/compartmentdefinition.html */
import type { Service } from './service';

/** `Type/id` of the current resources of some types in the compartment of `owner/id`. */
export function membersOf(service: Service, owner: string, id: string, types: readonly string[]): ReadonlySet<string> {
  const members = new Set<string>();
  for (const type of types) {
    // The resource that defines the compartment belongs to it; some definitions say so by the parameter {def}.
    if (type === owner && service.store.live(`${owner}/${id}`) !== undefined) members.add(`${owner}/${id}`);
    for (const parameter of service.elements.compartments[owner]?.[type] ?? []) {
      if (parameter === '{def}') continue;
      const query = service.behaviour.parse(service.definitions, type, [[parameter, `${owner}/${id}`]], service.base);
      if (query.criteria.length === 0) continue;
      for (const resource of service.behaviour.select(service.store.index, query)) members.add(`${type}/${resource.id}`);
    }
  }
  return members;
}
