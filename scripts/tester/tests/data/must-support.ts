/** Which must-support elements of the guide's profiles no resource that claims the profile has: the others are seen to be supported. */
import { withArticle } from '../../../core/grammar';
import type { Identifier, Resource } from '../../../core/fhir';
import { GUIDES } from '../../../convert/profiles';
import { DICOM_UID_SYSTEM } from '../../../core/dicom-uid';
import type { TestContext } from '../../context';
import { info, noData, pass } from '../../judge/judgements';
import type { TestCase } from '../../test-case';

interface MustSupport {
  readonly path: string;
  readonly present: (resource: Resource) => boolean;
}

const studyUids = ({ identifier }: Resource) => (Array.isArray(identifier) ? (identifier as Identifier[]).filter((one) => one?.system === DICOM_UID_SYSTEM) : []);

/** As the guide's FSH flags them (MS); the endpoint profile has none. */
export const MUST_SUPPORT: Readonly<Record<string, { profile: string; elements: readonly MustSupport[] }>> = {
  ImagingStudy: {
    profile: 'https://fhir-scout.org/ig/imaging/StructureDefinition/scout-imaging-study',
    elements: [
      { path: 'identifier[studyUID]', present: (resource) => studyUids(resource).length > 0 },
      { path: 'identifier[studyUID].value', present: (resource) => studyUids(resource).some(({ value }) => typeof value === 'string' && value !== '') },
      { path: 'started', present: ({ started }) => typeof started === 'string' && started !== '' },
    ],
  },
};

export const MUST_SUPPORT_TESTS: readonly TestCase[] = Object.keys(MUST_SUPPORT).map((type) => ({
  id: `data.${type.toLowerCase()}.must-support`,
  title: `${type}: each must-support element of the guide's profile is there in some resource that claims it`,
  group: 'data',
  resourceType: type,
  requirement: 'must-support',
  needs: [{ kind: 'type', type }],
  tags: ['profile', 'must-support'],
  run: (context) => Promise.resolve(judgeCoverage(context, type)),
}));

function judgeCoverage(context: TestContext, type: string) {
  const { profile = '', elements = [] } = MUST_SUPPORT[type] ?? {};
  const claiming = context.known.index.all(type).filter(({ meta }) => Array.isArray(meta?.profile) && meta.profile.some((url) => typeof url === 'string' && url.split('|')[0]?.replace(GUIDES['5.0'], GUIDES['4.0']) === profile));
  if (claiming.length === 0) return noData(`Needed: ${withArticle(type)} that claims ${profile} in meta.profile.`);
  const coverage = elements.map(({ path, present }) => ({ path, count: claiming.filter(present).length }));
  const unseen = coverage.filter(({ count }) => count === 0).map(({ path }) => path);
  const table = coverage.map(({ path, count }) => `${path} in ${count} of ${claiming.length}`).join(', ');
  // An element that is nowhere may be supported all the same: the data only does not show it.
  return unseen.length === 0 ? pass(`${table}.`) : info(`No ${type} that claims the profile has ${unseen.join(' or ')} (${table}).`);
}
