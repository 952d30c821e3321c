/** The known data in, the resources that tests of reading look at out. */
import { localReference, type Resource } from '../../../core/fhir';
import type { TestContext } from '../../context';

/** Resources of a type that a test reads. */
const READ = 3;

/** The first resources of a type, as they are known. */
export function some(context: TestContext, type: string): { resource: Resource; reference: string }[] {
  return context.known.index.all(type).slice(0, READ).flatMap((resource) => {
    const reference = localReference(resource);
    return reference === undefined ? [] : [{ resource, reference }];
  });
}
