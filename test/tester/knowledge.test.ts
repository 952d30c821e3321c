/** What a run takes in of resources that it knows already. */
import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import type { Resource } from '../../scripts/core/fhir';
import { loadSearchDefinitions } from '../../scripts/search/definitions';
import { createSearchIndex } from '../../scripts/search/search-index';
import { createKnowledge } from '../../scripts/tester/knowledge';

const definitions = loadSearchDefinitions(FHIR_VERSIONS.R4);
const study = (more: Record<string, unknown>): Resource => ({ resourceType: 'ImagingStudy', id: 's1', status: 'available', ...more });

/** What was changed by learning the second after the first, and what is known then. */
function learnt(first: Record<string, unknown>, second: Record<string, unknown>) {
  const known = createKnowledge(createSearchIndex(definitions, 'http://server.test/fhir'));
  known.learn([study(first)]);
  const changed = known.learn([study(second)]);
  return { changed, changes: known.changes, status: known.index.get('ImagingStudy/s1')?.['status'] };
}

test('without versions and times the same content is no change, other content is', () => {
  expect(learnt({}, {})).toEqual({ changed: [], changes: 0, status: 'available' });
  expect(learnt({}, { status: 'cancelled' })).toEqual({ changed: ['ImagingStudy/s1'], changes: 1, status: 'cancelled' });
});

test('another opaque version is a change, whatever the content; the same one is none', () => {
  expect(learnt({ meta: { versionId: 'a' } }, { meta: { versionId: 'b' } }).changes).toBe(1);
  expect(learnt({ meta: { versionId: 'a' } }, { meta: { versionId: 'a' } }).changes).toBe(0);
});

test('an older version changes nothing', () => {
  expect(learnt({ meta: { versionId: '2' } }, { meta: { versionId: '1' }, status: 'cancelled' })).toEqual({ changed: [], changes: 0, status: 'available' });
  expect(learnt({ meta: { lastUpdated: '2026-01-02T00:00:00Z' } }, { meta: { lastUpdated: '2026-01-01T00:00:00Z' }, status: 'cancelled' }).changes).toBe(0);
});
