import type { Resource } from '../../scripts/core/fhir';
import type { Transport } from '../../scripts/tester/http/transport';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED } from './embedded';

const ELSEWHERE = 'https://elsewhere.example/fhir';
const study = (id: string, reference: string) => ({ resourceType: 'ImagingStudy', id, status: 'available', subject: { reference } });
const RESOURCES: Resource[] = [{ resourceType: 'Patient', id: 'one' }, { resourceType: 'Patient', id: 'two' }, study('here', 'Patient/two'), study('there', `${ELSEWHERE}/Patient/one`)];
const TEST = 'search.imagingstudy.patient.other-server';

async function verdictOf(transport: Transport): Promise<string | undefined> {
  const { results } = await runTests({ url: EMBEDDED, transport, only: [TEST], wait: () => Promise.resolve() });
  return results.find(({ id }) => id === TEST)?.verdict;
}

test('Type/id means resources of the server itself, not those of another one with the same type and id', async () => {
  const { transport } = embedded({ resources: RESOURCES });
  expect(await verdictOf(transport)).toBe('pass');
});

test('a server that goes by the last two parts of a reference alone is found', async () => {
  const { transport } = embedded({ resources: RESOURCES });
  const sloppy: Transport = (request, limits) => transport({ ...request, url: request.url.replace(/patient=Patient\/one(?=&|$)/, `patient=${encodeURIComponent(`${ELSEWHERE}/Patient/one`)}`) }, limits);
  expect(await verdictOf(sloppy)).toBe('fail');
});
