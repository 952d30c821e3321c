/** Studies whose body sites are a concept, a reference, or both: what faults that show from R5 on are probed with. */
import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import type { Resource } from '../../scripts/core/fhir';
import { loadSearchDefinitions } from '../../scripts/search/definitions';
import { SITE } from './fixture';

const concept = { coding: [{ system: SITE, code: 'chest' }] };
const reference = { reference: 'BodyStructure/b1' };
const study = (id: string, bodySite: object): Resource => ({ resourceType: 'ImagingStudy', id, status: 'available', subject: { reference: 'Patient/p1' }, series: [{ uid: '1.2', modality: { coding: [{ code: 'CT' }] }, bodySite }] });

/** Options of a server in R5 mode. */
export const R5_SERVER = {
  version: FHIR_VERSIONS.R5,
  definitions: loadSearchDefinitions(FHIR_VERSIONS.R5),
  resources: [
    { resourceType: 'Patient', id: 'p1' },
    { resourceType: 'BodyStructure', id: 'b1', patient: { reference: 'Patient/p1' } },
    study('concept', { concept }),
    study('reference', { reference }),
    study('both', { concept, reference }),
  ] satisfies Resource[],
};
