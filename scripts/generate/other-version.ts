/** A generated set and the version that it is meant for in; a finding for each template that writes resources of another version out. */
import type { ModelVersion } from '../core/element-model';
import type { Finding } from '../core/finding';
import { localReference, type IssueSeverity } from '../core/fhir';
import { recognise } from '../convert/recognise';
import type { GeneratedSet } from './generate-examples';

/** What one template writes is of one version, so that it is said once, of the first resource of its type. */
export function otherVersions({ resources }: GeneratedSet, meant: ModelVersion, severity: IssueSeverity): Finding[] {
  const said = new Set<string>();
  return resources.flatMap(({ resource, file }) => {
    const other = said.has(resource.resourceType) ? undefined : recognise(resource, meant);
    if (other === undefined) return [];
    said.add(resource.resourceType);
    const reference = localReference(resource);
    const count = resources.filter((one) => one.resource.resourceType === resource.resourceType).length;
    const like = count === 1 ? '' : ` One template writes all ${count} ${resource.resourceType} resources.`;
    return [{ severity, code: 'other-version', message: `${other.message}${like}`, location: { file, ...(reference === undefined ? {} : { resource: reference }) }, source: 'generate' }];
  });
}
